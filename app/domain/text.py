"""Text that people type, made safe to store and show without changing what they said."""

import re
import unicodedata

_LINE_ENDS = re.compile("\r\n?|[\v\f\x85\u2028\u2029]")
# Cc except tab and line feed; surrogates; noncharacters; the byte-order mark. XML 1.0, PostgreSQL or UTF-8
# cannot carry them, and nobody means to type them.
_UNSTORABLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufeff"
    + "".join(chr(plane << 16 | last) for plane in range(17) for last in (0xFFFE, 0xFFFF))
    + "]"
)
# Embeddings, overrides and isolates (UAX #9 §2) could turn the text of the page around them. The single marks
# LRM, RLM and ALM cannot, and right-to-left text needs them; so do ZWJ and ZWNJ.
_BIDI_CONTROLS = re.compile("[\u202a-\u202e\u2066-\u2069]")
_SPACES_AT_LINE_END = re.compile(r"[^\S\n]+(?=\n)")
_MANY_EMPTY_LINES = re.compile(r"\n{3,}")
_SPACES = re.compile(r"\s+")

_EMAIL = re.compile(r"[^@\s<>,;]+@[^@\s<>,;]*[^@\s<>,;.]")
_PHONE_SIGNS = re.compile(r"[\w\s+()./#*,;:\-\u2010-\u2015]+")
_MARKS = re.compile("[\u200e\u200f\u061c]")
_SIGNS = str.maketrans({"٫": ".", "،": ",", "．": ".", "，": ",", "－": "-", "／": "/", "＋": "+", "：": ":"})
MAX_EMAIL = 254
MAX_PHONE = 40


def clean_text(text: str) -> str:
    r"""Text of many lines: line ends as `\n`, at most one empty line in a row, outer space removed, Unicode
    NFC.

    Control characters, lone surrogates and characters that turn the direction of text are removed.
    """
    text = _LINE_ENDS.sub("\n", text)
    text = _UNSTORABLE.sub("", text)
    text = _BIDI_CONTROLS.sub("", text)
    text = unicodedata.normalize("NFC", text)
    text = _SPACES_AT_LINE_END.sub("", text)
    return _MANY_EMPTY_LINES.sub("\n\n", text).strip()


def clean_line(text: str) -> str:
    """Text of one line: as `clean_text`, and every run of spaces and line ends is one space."""
    return _SPACES.sub(" ", clean_text(text))


def looks_like_email(text: str) -> bool:
    """Whether mail could go there. Lenient on purpose: only sending a message can prove an address."""
    return len(text) <= MAX_EMAIL and _EMAIL.fullmatch(text) is not None


def looks_like_phone(text: str) -> bool:
    """Whether somebody could be called there: 3 to 20 digits of any script, and signs people write beside
    them.

    "503-823-4000 ext. 12", "+52 (55) 1234 5678" and "311" are phone numbers.
    """
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
