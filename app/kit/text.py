"""Text that people type, made safe to store and show without changing what they said."""

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache

from i18n import Message, N_n

_LINE_ENDS = re.compile("\r\n?|[\v\f\x85\u2028\u2029]")
# Cc except tab and line feed; surrogates; noncharacters; the byte-order mark. XML 1.0, PostgreSQL or UTF-8
# cannot carry them, and nobody means to type them. And embeddings, overrides and isolates (UAX #9 §2), which could turn
# the text of the page around them. The single marks LRM, RLM and ALM cannot, and right-to-left text needs them; so do
# ZWJ and ZWNJ.
_UNWANTED = re.compile(
    "[\u202a-\u202e\u2066-\u2069\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufeff"
    + "".join(chr(plane << 16 | last) for plane in range(17) for last in (0xFFFE, 0xFFFF))
    + "]+"
)
# Signs of which some may be marks on the letter before them. Fewer of them in a row cannot be too many marks.
_MANY_MARKS = re.compile("(?:[^\\w\\s\x00-\u02ff]|[\uff9e\uff9f]){14}")
_MANY_EMPTY_LINES = re.compile(r"\n{3,}")
_SPACES = re.compile(r"\s+")

_EMAIL = re.compile(r"[^@\s<>,;]+@[^@\s<>,;]*[^@\s<>,;.]")
_PHONE_SIGNS = re.compile(r"[\w\s+()./#*,;:\-\u2010-\u2015]+")
_MARKS = re.compile("[\u200e\u200f\u061c]")
_SIGNS = str.maketrans({"٫": ".", "،": ",", "．": ".", "，": ",", "－": "-", "／": "/", "＋": "+", "：": ":"})
MAX_EMAIL = 254
MAX_PHONE = 40
MOST_MARKS = 30
"""Marks on one letter: no script needs more (UAX #15 §13, the stream-safe text format)."""
LOOKED_AT = 4
"""So many times its limit a text is looked at. What is longer is too long, whatever cleaning would leave of it."""


class TooLong(Exception):
    """A text has more characters than the `limit` allows; `by` says how many."""

    def __init__(self, by: int, limit: int) -> None:
        super().__init__(f"too long by {by}")
        self.by = by
        self.limit = limit

    @property
    def message(self) -> Message:
        """What to do about it, for whoever typed the text."""
        return N_n(
            "Make this shorter by %(num)s character. There is room for %(limit)s.",
            "Make this shorter by %(num)s characters. There is room for %(limit)s.",
            num=self.by,
            limit=self.limit,
        )


def clean_text(text: str) -> str:
    r"""Text of many lines: line ends as `\n`, at most one empty line in a row, outer space removed, Unicode
    NFC.

    Control characters, lone surrogates, characters that turn the direction of text, and marks beyond MOST_MARKS on
    one letter are removed. The time it takes grows with the length and no faster; what comes from outside is
    bounded first all the same, see `clean_text_within`.
    """
    if text.isascii() and text.isprintable():
        return text.strip()
    text = _LINE_ENDS.sub("\n", text)
    text = _UNWANTED.sub("", text)
    text = unicodedata.normalize("NFC", few_marks(text))
    text = "\n".join(line.rstrip() for line in text.split("\n"))
    return _MANY_EMPTY_LINES.sub("\n\n", text).strip()


def clean_line(text: str) -> str:
    """Text of one line: as `clean_text`, and every run of spaces and line ends is one space."""
    return _SPACES.sub(" ", clean_text(text))


def clean_text_within(limit: int, text: str) -> str:
    """As `clean_text`, of a text that may have `limit` characters.

    Raises TooLong. Of a text that is far too long `by` counts characters as they came.
    """
    return _within(limit, text, clean_text)


def clean_line_within(limit: int, text: str) -> str:
    """As `clean_text_within`, for text of one line."""
    return _within(limit, text, clean_line)


def cut_line(limit: int, text: str) -> str:
    """The first `limit` characters of a text of one line, for what no person has typed."""
    return clean_line(text[: limit * LOOKED_AT])[:limit]


def _within(limit: int, text: str, clean: Callable[[str], str]) -> str:
    if len(text) <= limit * LOOKED_AT:
        text = clean(text)
    if len(text) > limit:
        raise TooLong(len(text) - limit, limit)
    return text


def few_marks(text: str) -> str:
    """The text without marks beyond MOST_MARKS on one letter.

    Unicode sorts the marks of a letter, and the time of that grows with the square of their number.
    """
    if not _MANY_MARKS.search(text):
        return text
    kept, marks = [], 0
    for sign in text:
        found, has_letter = _marks_in(sign)
        if has_letter:
            marks = found
        elif marks + found > MOST_MARKS:
            continue
        else:
            marks += found
        kept.append(sign)
    return "".join(kept)


@lru_cache(maxsize=4096)
def _marks_in(sign: str) -> tuple[int, bool]:
    """How many marks a sign is made of, and whether of something else besides."""
    parts = unicodedata.normalize("NFKD", sign)
    found = sum(unicodedata.combining(part) > 0 for part in parts)
    return found, found < len(parts)


def looks_like_email(text: str) -> bool:
    """Whether mail could go there. Lenient on purpose: only sending a message can prove an address."""
    return len(text) <= MAX_EMAIL and _EMAIL.fullmatch(text) is not None


def looks_like_phone(text: str) -> bool:
    """Whether somebody could be called there: 3 to 20 digits of any script, and signs people write beside
    them.

    "503-823-4000 ext. 12", "+52 (55) 1234 5678" and "311" are phone numbers.
    """
    if len(text) > LOOKED_AT * MAX_PHONE:
        return False
    # Wide signs of Chinese keyboards, and marks that keep a number in order among Arabic words.
    text = _MARKS.sub("", unicodedata.normalize("NFKC", text))
    digits = sum(character.isdecimal() for character in text)
    return len(text) <= MAX_PHONE and 3 <= digits <= 20 and _PHONE_SIGNS.fullmatch(text) is not None


def ascii_digits(text: str) -> str:
    """Rewrite the digits of every script (category Nd) as 0 to 9, and the signs between them as people in the United
    States write them: the Arabic decimal sign as a point, wide signs of Chinese keyboards as narrow ones.
    """
    text = text.translate(_SIGNS)
    return "".join(str(unicodedata.decimal(sign, sign)) for sign in text)
