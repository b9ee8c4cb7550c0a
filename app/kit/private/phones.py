"""Phone numbers in a text. Which digits can be one is asked of `phonenumbers`, the data of Google's libphonenumber."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import phonenumbers

from app.kit.private.cues import EXTENSION, MINE, PHONE, THING
from app.kit.private.numbers import Group
from app.kit.private.reading import INVISIBLE
from app.kit.private.span import Kind, Span

HERE = "US"
REGIONS = {
    "es": ("MX", "GT", "CU", "SV", "HN", "ES", "CO", "VE", "PE"),
    "vi": ("VN",),
    "zh-Hans": ("CN", "HK", "TW"),
    "zh-Hant": ("TW", "HK", "CN"),
    "ru": ("RU", "KZ"),
    "uk": ("UA",),
    "ro": ("RO", "MD"),
    "so": ("SO", "KE", "ET", "DJ"),
    "ar": ("IQ", "EG", "SY", "JO", "SA", "YE", "SD", "LY", "MA", "LB"),
}
"""Where the people who write a language may have numbers of their own from, most of them first."""
MOST_QUESTIONS = 200
"""So many times a text's numbers are looked up; of a text with more, what looks like a number counts as one."""
_ANYWHERE = tuple(regions[0] for regions in REGIONS.values())
FEWEST_DIGITS = 7
MOST_DIGITS = 15
MOST_GROUPS = 7
NEAR, NEXT = 30, 16
"""Characters before and after a number in which words may say what it is."""

_NANP = {(10,), (3, 7), (6, 4), (3, 3, 4), (3, 3, 2, 2), (3, 3, 1, 3)}
_LOCAL = {(7,), (3, 4), (3, 2, 2)}
_NEVER = {(5, 4), (4, 4, 5), (13,), (4, 2, 2), (2, 2, 4), (1, 2, 4), (2, 1, 4), (8,)}
"""ZIP+4, report numbers, dates, and numbers of things: no phone number if nothing says so."""
_OPENING = re.compile(rf"[(+{INVISIBLE} ]*\Z")
_PLUS = re.compile(rf"\+[( {INVISIBLE}]*\Z")
_DIGIT = re.compile(r"\d")
_STOP = re.compile(r"[\d.;!?\n。]")
_CLOSING = re.compile(r"\)")


def phones(reading: str, numbers: Iterable[list[Group]], language: str) -> Iterator[Span]:
    """The phone numbers in a reading, with their extensions.

    numbers: the runs of groups of digits in it. language: of who wrote it, as a BCP 47 tag.
    """
    found = [run for run in numbers if sum(len(group.digits) for group in run) >= FEWEST_DIGITS]
    if not found:
        return
    book, words = _Book(REGIONS.get(language, ())), _Words(reading)
    for run in found:
        yield from _in_run(run, words, book)


class _Book:
    """Looks numbers up, and not too often."""

    def __init__(self, regions: tuple[str, ...]) -> None:
        self.regions = regions
        self.codes = tuple(str(phonenumbers.country_code_for_region(region)) for region in regions)
        self._left = MOST_QUESTIONS

    def has(self, digits: str, regions: Iterable[str | None], *, possible: bool = False) -> bool:
        """Whether a number is in use in one of these regions; possible: whether its length is right there."""
        ask = phonenumbers.is_possible_number if possible else phonenumbers.is_valid_number
        for region in regions:
            self._left -= 1
            if self._left < 0:
                return True
            try:
                if ask(phonenumbers.parse(digits, region)):
                    return True
            except phonenumbers.NumberParseException:
                continue
        return False


class _Words:
    """The words around numbers of a reading."""

    def __init__(self, reading: str) -> None:
        self.reading = reading
        self._phone, self._thing, self._mine = (cue.places(reading) for cue in (PHONE, THING, MINE))

    def said(self, start: int) -> "_Said":
        """What is said of a number that starts there."""
        phone = self._phone.before(start, NEAR)
        if phone and _DIGIT.search(self.reading, phone[1], start):
            phone = None
        thing = self._thing.before(start, NEXT)
        if thing and (_STOP.search(self.reading, thing[1], start) or (phone and phone[0] > thing[0])):
            thing = None
        plus = _PLUS.search(self.reading, max(0, start - 4), start) is not None
        return _Said(plus, phone is not None and thing is None, thing is not None)

    def mine(self, end: int) -> bool:
        """Whether the words after a number call it somebody's."""
        at = self._mine.after(end, NEXT)
        return at is not None and not _STOP.search(self.reading, end, at)


@dataclass(frozen=True, slots=True)
class _Said:
    """Whether a plus stands before a number, or words that call it a phone number, or the number of a thing."""

    plus: bool
    phone: bool
    thing: bool


def _in_run(run: list[Group], words: _Words, book: _Book) -> Iterator[Span]:
    first = 0
    while first < len(run):
        last = _longest(run, first, words, book)
        if last is None:
            first += 1
            continue
        yield _span(words.reading, run[first], run[last])
        first = last + 1


def _windows(run: list[Group], first: int) -> list[int]:
    """The groups with which a number that begins with this one may end."""
    ends, digits = [], 0
    for last in range(first, min(len(run), first + MOST_GROUPS)):
        digits += len(run[last].digits)
        if FEWEST_DIGITS <= digits <= MOST_DIGITS:
            ends.append(last)
    return ends


def _longest(run: list[Group], first: int, words: _Words, book: _Book) -> int | None:
    """The last group of the longest number that begins with this group, None if none does."""
    windows = _windows(run, first)
    if not windows:
        return None
    said = words.said(run[first].start)
    if not said.plus:
        for last in windows:
            if _is_plainly_of_here(run[first : last + 1], book):
                return last
    for last in reversed(windows):
        known = said.phone or (not said.thing and words.mine(run[last].end))
        if _is_phone(run[first : last + 1], said, known, book):
            return last
    return None


def _is_plainly_of_here(groups: list[Group], book: _Book) -> bool:
    """Whether groups are an American number as it is usually written, whatever follows them."""
    lengths = tuple(len(group.digits) for group in groups)
    digits = "".join(group.digits for group in groups)
    return (
        lengths in ((3, 3, 4), (1, 3, 3, 4))
        and digits[-10] > "1"
        and digits[-7] > "1"
        and book.has(digits, (HERE,))
    )


def _is_phone(groups: list[Group], said: _Said, known: bool, book: _Book) -> bool:
    """Whether groups of digits are a phone number. known: whether the words around them say so."""
    digits = "".join(group.digits for group in groups)
    lengths = tuple(len(group.digits) for group in groups)
    if said.plus:
        return len(digits) >= 8 and book.has("+" + digits, (None,), possible=True)
    if said.thing and lengths != (3, 3, 4):
        return False
    if lengths in _LOCAL:
        return known and digits[0] > "1"
    spelled = any(group.spelled and group.pieces > 3 for group in groups)
    return _is_of_here(digits, lengths, spelled, known, book) or _is_of_elsewhere(
        digits, lengths, known, book
    )


def _is_of_here(digits: str, lengths: tuple[int, ...], spelled: bool, known: bool, book: _Book) -> bool:
    if len(digits) == 11 and digits[0] == "1":
        digits = digits[1:]
        lengths = lengths[1:] if lengths[0] == 1 else (lengths[0] - 1, *lengths[1:])
    if len(digits) != 10 or digits[0] < "2" or digits[3] < "2":
        return False
    return known or ((lengths in _NANP or spelled) and book.has(digits, (HERE,)))


def _is_of_elsewhere(digits: str, lengths: tuple[int, ...], known: bool, book: _Book) -> bool:
    if lengths in _NEVER:
        return False
    if digits.startswith(("00", "011")) and len(digits) >= 11:
        return book.has("+" + digits.removeprefix("011").removeprefix("00"), (None,), possible=True)
    if digits[0] == "0" and 9 <= len(digits) <= 12:
        return book.has(digits, book.regions or _ANYWHERE, possible=known or len(lengths) > 1)
    has_code = len(lengths) > 2 and lengths[0] <= 3 and digits.startswith(book.codes)
    if has_code and len(digits) > 10 and book.has("+" + _without_old_mobile(digits), (None,)):
        return True
    if len(digits) == 11 and book.has(digits, book.regions):
        return True
    return known and len(digits) >= 8 and book.has(digits, (*book.regions, HERE), possible=True)


def _without_old_mobile(digits: str) -> str:
    """Mexican numbers without the 1 that calls to mobile phones needed until 2019, and many still write."""
    return "52" + digits[3:] if digits.startswith("521") and len(digits) == 13 else digits


def _span(reading: str, first: Group, last: Group) -> Span:
    start, end = first.start, last.end
    opening = _OPENING.search(reading, max(0, start - 4), start)
    start = opening.start() if opening and opening.group().strip() else start
    while reading[start] == " ":
        start += 1
    if closing := _CLOSING.match(reading, end):
        end = closing.end() if "(" in reading[start:end] else end
    if extension := EXTENSION.match(reading, end):
        end = extension.end()
    return Span(start, end, Kind.PHONE)
