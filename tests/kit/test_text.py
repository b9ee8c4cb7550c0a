"""Cleaning what people type."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kit.text import (
    MOST_MARKS,
    TooLong,
    clean_line,
    clean_line_within,
    clean_text,
    clean_text_within,
    cut_line,
    looks_like_email,
    looks_like_phone,
)

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


# --- cost ---------------------------------------------------------------------------------------------------


def as_before(text: str) -> str:
    """What cleaning does, said without a thought of how long it takes."""
    text = re.sub("\r\n?|[\v\f\x85\u2028\u2029]", "\n", text)
    kept = (sign for sign in text if unicodedata.category(sign) not in ("Cc", "Cs") or sign in "\t\n")
    text = "".join(
        sign for sign in kept if not re.match("[\ufdd0-\ufdef\ufeff\u202a-\u202e\u2066-\u2069]", sign)
    )
    text = "".join(sign for sign in text if ord(sign) & 0xFFFE != 0xFFFE)
    text = re.sub(r"[^\S\n]+(?=\n)", "", unicodedata.normalize("NFC", text))
    return re.sub(r"\n{3,}", "\n\n", text).strip()


@given(
    st.one_of(
        anything, st.text("ab \t\u00a0\u3000\n\r\u2028e\u0301\u0316\u200d\ufeff한\u1100\u1161", max_size=60)
    )
)
def test_ordinary_text_is_cleaned_as_ever(text: str) -> None:
    assert clean_text(text) == as_before(text)


@given(st.text("a\u0301\u0316\u0344\u0f73\u0958\u093c\uff9e ", min_size=40, max_size=200))
def test_however_many_marks_stand_on_a_letter_cleaning_twice_changes_nothing(text: str) -> None:
    cleaned = clean_text(text)
    assert clean_text(cleaned) == cleaned
    assert unicodedata.is_normalized("NFC", cleaned)
    for marks in re.findall("[\u0300-\u036f]+", unicodedata.normalize("NFD", cleaned)):
        assert len(marks) <= MOST_MARKS


def test_the_letter_and_as_many_marks_as_any_script_needs_are_kept() -> None:
    marks = "\u0316" * MOST_MARKS
    assert clean_text(f"a{marks}b") == f"a{marks}b"
    assert clean_text(f"a{marks * 9}b") == f"a{marks}b"


def test_who_pastes_too_much_is_told_by_how_much() -> None:
    with pytest.raises(TooLong) as wrong:
        clean_text_within(5_000, "a" * 5_840 + "  \n\n\n  ")
    assert wrong.value.by == 840
    message = wrong.value.message
    assert (message.text, message.values) == (
        "Make this shorter by %(num)s character. There is room for %(limit)s.",
        {"num": 840, "limit": 5_000},
    )
    assert clean_text_within(5_000, "a" * 4_000 + " \n" * 3_000 + "b") == "a" * 4_000 + "\n\nb"
    assert clean_line_within(5, "a    \n   b") == "a b"


def test_of_a_text_that_is_far_too_long_characters_are_counted_as_they_came() -> None:
    with pytest.raises(TooLong) as wrong:
        clean_text_within(5_000, " " * 60_000)
    assert wrong.value.by == 55_000


def test_what_no_person_has_typed_is_cut() -> None:
    assert cut_line(5, "a \n b c d e") == "a b c"
    assert cut_line(5, "x" * 100_000) == "xxxxx"


def test_a_number_that_is_far_too_long_is_none() -> None:
    assert not looks_like_phone("503" + "\u200e" * 100_000)
