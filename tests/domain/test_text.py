"""Cleaning what people type."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.text import clean_line, clean_text, looks_like_email, looks_like_phone

anything = st.text(st.characters())


@given(anything)
def test_cleaned_text_can_be_stored_and_shown_anywhere(text: str) -> None:
    cleaned = clean_text(text)
    cleaned.encode("utf-8")
    assert unicodedata.is_normalized("NFC", cleaned)
    assert all(c in "\t\n" or unicodedata.category(c) not in ("Cc", "Cs") for c in cleaned)
    assert not set(cleaned) & set(
        "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u2028\u2029\ufeff\uffff"
    )
    assert cleaned == cleaned.strip()


@given(anything)
def test_cleaning_twice_changes_nothing(text: str) -> None:
    assert clean_text(clean_text(text)) == clean_text(text)
    assert clean_line(clean_line(text)) == clean_line(text)
    assert "\n" not in clean_line(text)


@pytest.mark.parametrize(
    "text",
    [
        "Der Bürgersteig ist kaputt.",
        "路面有一个大坑",
        "می‌خواهم گزارش بدهم",
        "حفرة في الطريق\u200f (5 m)",
        "Two lines\n\nwith a gap",
        "👩‍👩‍👧 🏴󠁧󠁢󠁥󠁮󠁧󠁿 é",
        "<script>alert(1)</script> '; DROP TABLE x; --",
    ],
)
def test_what_people_mean_is_kept(text: str) -> None:
    assert clean_text(text) == text


def test_lines() -> None:
    assert clean_text(" a \r\n b\rc\u2028d\n\n\n\ne\x00\x1b[31m ") == "a\n b\nc\nd\n\ne[31m"
    assert clean_line("12  Main\r\nSt\u00a0NE\t") == "12 Main St NE"
    assert clean_text("e\u0301") == "é"


@pytest.mark.parametrize(
    "text",
    [
        "a@b.example",
        "first.last+tag@sub.city.example",
        "josé@correo.example",
        "用户@例子.广告",
        "a@localhost",
    ],
)
def test_plausible_emails(text: str) -> None:
    assert looks_like_email(text)


@pytest.mark.parametrize(
    "text", ["", "a", "a@", "@b.example", "a b@c.example", "a@b@c", "a@b.", "a@" + "b" * 260]
)
def test_what_is_no_email(text: str) -> None:
    assert not looks_like_email(text)


@pytest.mark.parametrize(
    "text",
    [
        "311",
        "503-823-4000 ext. 12",
        "+52 (55) 1234 5678",
        "٠٥٠ ١٢٣ ٤٥٦٧",
        "503.823.4000",
        "503–823–4000",
        "（５０３）８２３－４０００",
        "＋1 503 823 4000",
        "\u200e503-823-4000",
    ],
)
def test_plausible_phones(text: str) -> None:
    assert looks_like_phone(text)


@pytest.mark.parametrize("text", ["", "12", "call me", "1" * 21, "123 <b>", "503-823-4000" + " " * 40])
def test_what_is_no_phone(text: str) -> None:
    assert not looks_like_phone(text)
