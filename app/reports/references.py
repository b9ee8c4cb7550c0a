"""Reference numbers: what people write down, read out on the phone and type in again."""

import re
import secrets
import unicodedata
from typing import NewType

from stdnum import damm

from app.kit.errors import FieldError, Rejected
from i18n import N_, Message, N_n

Reference = NewType("Reference", str)
"""Thirteen ASCII digits of which the last one is a Damm check digit: `4829135570246`."""

LENGTH = 13
FIELD = "reference"

_LOOK_ALIKES = str.maketrans({**dict.fromkeys("oOоОοΟ", "0"), **dict.fromkeys("lIiІі|", "1")})
_WORD_CHARACTERS = re.compile(r"[\w|]+")
_MOST_CHARACTERS_READ = 200


def make_reference() -> Reference:
    """A new random reference number. It never starts with 0, which spreadsheets would drop."""
    digits = str(10**11 + secrets.randbelow(9 * 10**11))
    return Reference(digits + damm.calc_check_digit(digits))


def grouped(reference: str) -> str:
    """The number as shown and read out: `482 913 557 0246`."""
    return f"{reference[:3]} {reference[3:6]} {reference[6:9]} {reference[9:]}"


def parse_reference(text: str) -> Reference:
    """Read a reference number as people write it.

    Spaces, dashes, dots, invisible marks and words around the number do not matter; digits of any script
    count (Unicode category Nd), and a letter O or l inside the number is read as 0 or 1.

    Raises Rejected with one of three sentences: nothing there, wrong length, one wrong digit.
    """
    digits = _digits(text[:_MOST_CHARACTERS_READ])
    if len(digits) != LENGTH:
        raise Rejected([FieldError(FIELD, _length_message(len(digits)))])
    if not damm.is_valid(digits):
        raise Rejected([FieldError(FIELD, _wrong_digit_message())])
    return Reference(digits)


def is_reference(text: str) -> bool:
    """Whether the text is a reference number in its stored form, thirteen ASCII digits."""
    return len(text) == LENGTH and text.isascii() and text.isdigit() and damm.is_valid(text)


def _digits(text: str) -> str:
    visible = "".join(
        character for character in text if unicodedata.category(character) not in ("Cf", "Cc", "Mn", "Pc")
    )
    return "".join(_digits_of_word(word) for word in _WORD_CHARACTERS.findall(visible))


def _digits_of_word(word: str) -> str:
    """The digits of one run of letters and digits; a run without any digit ("Reference", "I") has none."""
    plain = "".join(str(unicodedata.decimal(character, character)) for character in word)
    if not any(character.isdecimal() for character in plain):
        return ""
    read = plain.translate(_LOOK_ALIKES)
    return "".join(character for character in (read if read.isdecimal() else plain) if character.isdecimal())


def _length_message(count: int) -> Message:
    if count == 0:
        return N_("Enter the reference number. It has %(length)s digits.", length=LENGTH)
    return N_n(
        "A reference number has %(length)s digits. This one has only %(num)s.",
        "A reference number has %(length)s digits. This one has %(num)s.",
        num=count,
        length=LENGTH,
    )


def _wrong_digit_message() -> Message:
    return N_(
        "One digit seems to be wrong. Often two digits next to each other are swapped. "
        "Compare the number with your receipt."
    )
