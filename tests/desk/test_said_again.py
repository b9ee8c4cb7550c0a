"""What a status of the desk says twice is twice something new."""

from itertools import pairwise

from state.desk.request import said_after


def test_words_that_are_said_again_are_never_the_same() -> None:
    said = [""]
    for _ in range(5):
        said.append(said_after(said[-1], "Nothing was changed."))
    assert said[1] == "Nothing was changed."
    assert all(before != after for before, after in pairwise(said[1:]))
    # An end that only grows or changes: what becomes shorter is heard by nobody.
    assert all(len(before) <= len(after) for before, after in pairwise(said))
    assert {text.rstrip("\u200b\u00a0") for text in said[1:]} == {"Nothing was changed."}


def test_other_words_are_said_as_they_are() -> None:
    assert (
        said_after("Nothing was changed.\u200b", "Shown to everybody: Words") == "Shown to everybody: Words"
    )
