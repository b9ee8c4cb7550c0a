"""Where a text has digits: written, spelled out in words, or as Chinese numerals."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from app.kit.private.reading import INVISIBLE
from app.kit.private.spoken import AND, HAN, NUMBER_WORDS, digits_of, value_of

_HAN = "".join(HAN)
# An O typed for a zero is one, among digits.
_TOKEN = re.compile(
    rf"(?<![^\W_])(?=o{{0,3}}\d)[\do]{{3,20}}(?![^\W_])|\d+|[{_HAN}]+|(?:(?![{_HAN}])[^\W\d_])(?:(?![{_HAN}])[^\W\d_]|['{INVISIBLE}])*"
)
_DIGITS = re.compile(rf"\d[\do{INVISIBLE}]|\d\W{{1,6}}\d|[{_HAN}]{{2}}")
_WORDS = re.compile(r"[^\W\d_]{2,}(?:'[^\W\d_]+)?")
# No number begins with them but number words. An o may be a zero.
_NO_NUMBER = frozenset(map(chr, range(ord("a"), ord("z") + 1))) - {"o"}
_HAN_RUN = re.compile(rf"[{_HAN}]+")
# Between the groups of one number; a comma only where words are, a plus only before a number begins.
_BETWEEN = re.compile(rf"[ \n\-./()*_~•·|{INVISIBLE}]{{0,6}}")
_BETWEEN_WORDS = re.compile(rf"[ \n\-./()*_~•·|,{INVISIBLE}]{{0,6}}")


@dataclass(frozen=True, slots=True)
class Group:
    """Digits without anything between them. start, end: where they stand in the text.

    spelled: whether they were written one by one or as words, so that neighbors may belong to the same group.
    pieces: how many digits or words they were written as.
    """

    start: int
    end: int
    digits: str
    spelled: bool
    pieces: int = 1


def runs(reading: str) -> list[list[Group]]:
    """The groups of digits of a reading; those that may be one number are one run."""
    found: list[list[Group]] = []
    if not _DIGITS.search(reading) and NUMBER_WORDS.isdisjoint(_WORDS.findall(reading)):
        return found
    for group in _groups(reading):
        last = found[-1][-1] if found else None
        if last is None or not _belong(reading, last, group):
            found.append([group])
        elif last.spelled and group.spelled:
            found[-1][-1] = Group(
                last.start, group.end, last.digits + group.digits, True, last.pieces + group.pieces
            )
        else:
            found[-1].append(group)
    return found


def _belong(reading: str, last: Group, group: Group) -> bool:
    if group.start - last.end > 6:
        return False
    words = last.spelled or group.spelled
    between = _BETWEEN_WORDS if words else _BETWEEN
    return between.fullmatch(reading, last.end, group.start) is not None


def _groups(reading: str) -> Iterator[Group]:
    """Every group by itself; number words next to each other are one."""
    words: list[tuple[int, int, int]] = []
    reach = 0
    for token in _TOKEN.finditer(reading):
        start, written = token.start(), token.group()
        if not words and written[0] in _NO_NUMBER and written not in NUMBER_WORDS:
            continue
        if words and (start - reach > 3 or "," in reading[reach:start]):
            yield from _of_words(words)
            words = []
        if (digits := _digits(written)) is not None:
            yield from _of_words(words)
            words = []
            chinese = written[0] in HAN
            yield Group(
                start, token.end(), digits, chinese or len(digits) == 1, len(digits) if chinese else 1
            )
            continue
        word = written.replace(INVISIBLE, "")
        if (value := value_of(word)) is not None:
            words.append((start, token.end(), value))
        elif not words or word not in AND:
            yield from _of_words(words)
            words = []
        reach = token.end()
    yield from _of_words(words)


def _digits(written: str) -> str | None:
    """The digits that are written, None if it is a word."""
    if _HAN_RUN.match(written):
        return "".join(HAN[sign] for sign in written)
    digits = written.replace("o", "0")
    return digits if digits.isdecimal() and written != "o" * len(written) else None


def _of_words(words: list[tuple[int, int, int]]) -> Iterator[Group]:
    if words and (digits := digits_of(value for _, _, value in words)):
        yield Group(words[0][0], words[-1][1], digits, True, len(words))
