"""What the index of the search knows of a text is enough to find every part of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kit.folding import folded
from app.requests.terms import terms_of

LETTERS = "ab 1_éя坑危カгилب나길ᄀ"


@given(st.text(LETTERS, max_size=30), st.integers(0, 30), st.integers(0, 30))
def test_whatever_stands_in_a_text_has_only_terms_of_the_text(text: str, start: int, end: int) -> None:
    words = folded(text)
    assert terms_of(words[start:end]) <= terms_of(words)


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("elm st", {"elm", "lm ", "m s", " st"}),
        ("大坑", {"大", "坑", "大坑"}),
        ("a坑b elm", {"坑", "b e", " el", "elm"}),
        ("カメラ", {"カ", "メ", "ラ", "カメ", "メラ"}),
        ("яма", {"яма"}),
        ("حفرة", {"حفر", "فره"}),
        ("se", set()),
        ("", set()),
    ],
)
def test_the_terms_of_each_script(text: str, terms: set[str]) -> None:
    assert terms_of(folded(text)) == terms


@pytest.mark.parametrize("word", ["비", "길", "나무"])
def test_a_syllable_of_korean_can_be_looked_for(word: str) -> None:
    assert terms_of(folded(word))
    assert terms_of(folded(word)) <= terms_of(folded(f"큰 {word}가 있어요"))
