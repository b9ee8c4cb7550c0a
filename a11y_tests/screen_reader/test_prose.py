"""What a person reads in a transcript is what was said, and nothing that is said only to machines."""

from a11y_tests.screen_reader.prose import prose


def test_what_is_within_something_is_indented_and_ends_are_left_out() -> None:
    said = [
        "main",
        "heading, Pothole, level 1",
        "form",
        "button, Send",
        "end of form",
        "link, Back",
        "end of main",
    ]
    assert prose(said) == [
        "- main",
        "  - heading, Pothole, level 1",
        "  - form",
        "    - button, Send",
        "  - link, Back",
    ]


def test_an_item_is_one_line_with_what_it_holds_first() -> None:
    item = "listitem, level 1, position 1, set size 2"
    said = [
        "list",
        item,
        "paragraph",
        "A deep hole",
        "end of paragraph",
        "link, See it",
        f"end of {item}",
        "end of list",
    ]
    assert prose(said) == ["- list", "  - item 1 of 2: A deep hole", "    - link, See it"]


def test_what_has_a_name_says_it_once() -> None:
    said = [
        "link, Call 311",
        "Call",
        "311",
        "end of link, Call 311",
        "How many?",
        "How",
        "many?",
        "end, How many?",
    ]
    assert prose(said) == ["- link, Call 311", "- How many?"]


def test_a_region_that_changes_in_steps_is_heard_once() -> None:
    assert prose(["polite: ", "polite: Sent.", "polite: Sent.", "button, Close"]) == [
        "- polite: Sent.",
        "- button, Close",
    ]


def test_what_differs_each_time_has_a_word_for_it() -> None:
    said = [
        "482 913 557 0246",
        "On May 3, 2026.",
        "El 3 de mayo de 2026.",
        "at noon",
        "Photo 1 added, 212 kB.",
        "2",
    ]
    assert prose(said, ["noon"]) == [
        "- <number>",
        "- On <date>.",
        "- El <date>.",
        "- at <date>",
        "- Photo 1 added, <size> kB.",
        "- 2",
    ]
