"""Reading reference numbers as people write them."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kit.errors import Rejected
from app.reports.references import grouped, is_reference, make_reference, parse_reference

DIGIT_ZEROS = [chr(code) for code in range(0x110000) if unicodedata.decimal(chr(code), None) == 0]
SEPARATORS = [
    " ",
    "-",
    ".",
    "\u00a0",
    "\u202f",
    "\u2013",
    "\u2011",
    "/",
    "\u200e",
    "\u200f",
    "\u2066",
    "\t",
    "_",
    ",",
]

numbers = st.builds(make_reference)


def problem(text: str) -> str:
    with pytest.raises(Rejected) as rejected:
        parse_reference(text)
    (error,) = rejected.value.errors
    assert error.field == "reference"
    return error.message.text


def test_a_new_number_is_thirteen_digits_with_a_check_digit() -> None:
    numbers = {make_reference() for _ in range(500)}
    assert len(numbers) == 500
    assert all(is_reference(number) and not number.startswith("0") for number in numbers)


def test_groups() -> None:
    assert grouped("4829135570246") == "482 913 557 0246"


@given(
    number=numbers,
    zero=st.sampled_from(DIGIT_ZEROS),
    separators=st.lists(st.sampled_from(SEPARATORS), min_size=14),
)
def test_any_digits_and_any_separators(number: str, zero: str, separators: list[str]) -> None:
    typed = (
        "".join(s + chr(ord(zero) + int(d)) for s, d in zip(separators, number, strict=False))
        + separators[-1]
    )
    assert parse_reference(typed) == number


@given(number=numbers)
def test_as_copied_from_our_own_pages(number: str) -> None:
    assert parse_reference(grouped(number)) == number
    assert parse_reference(f"Reference number: {grouped(number)}.") == number
    assert parse_reference(f"https://portal.example/es/requests/{number}/") == number
    assert parse_reference(f"I have no. {grouped(number)}") == number


@given(number=numbers)
def test_letters_that_look_like_digits(number: str) -> None:
    assert parse_reference(number.replace("0", "O").replace("1", "l")) == number
    assert parse_reference(number.replace("0", "o").replace("1", "I")) == number


@given(number=numbers, position=st.integers(0, 12), step=st.integers(1, 9))
def test_one_wrong_digit_is_noticed(number: str, position: int, step: int) -> None:
    wrong = str((int(number[position]) + step) % 10)
    assert problem(number[:position] + wrong + number[position + 1 :]).startswith(
        "One digit seems to be wrong"
    )


@given(number=numbers, position=st.integers(0, 11))
def test_swapped_neighbors_are_noticed(number: str, position: int) -> None:
    first, second = number[position], number[position + 1]
    if first != second:
        swapped = number[:position] + second + first + number[position + 2 :]
        assert "swapped" in problem(swapped)


@pytest.mark.parametrize("text", ["", "   ", "pothole", "\u200e", "I", "\x00", "½"])
def test_nothing_there(text: str) -> None:
    assert problem(text).startswith("Enter the reference number")


def test_a_wrong_length_is_said_with_the_count() -> None:
    with pytest.raises(Rejected) as rejected:
        parse_reference("482 913 557")
    assert rejected.value.errors[0].message.values == {"num": 9, "length": 13}
    assert "has only" in rejected.value.errors[0].message.text
    assert "A reference number has" in problem("4829135570246" * 2)


@given(st.text())
def test_any_text_at_all_gets_a_number_or_a_sentence(text: str) -> None:
    try:
        number = parse_reference(text)
    except Rejected:
        assert problem(text)
    else:
        assert is_reference(number)


def test_a_megabyte_is_answered_at_once() -> None:
    assert problem("1" * 1_000_000)
