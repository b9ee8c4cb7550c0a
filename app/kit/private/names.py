"""The name of who wrote a text, within the text: whole, in part, in other forms; what means something else stays."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.kit.private.cues import Cue, any_of
from app.kit.private.han_names import han_names
from app.kit.private.name_forms import HEAD, Match, Part, is_worth_a_look, match, part_of, sounds_of
from app.kit.private.name_words import (
    AFTER_PERSON,
    ALONG,
    AND,
    AT,
    BEFORE_PERSON,
    INTRODUCES,
    NAMES_ITSELF,
    OF_PLACES,
    PARTICLES,
    QUADRANTS,
    THANKS,
    TIMES,
    TITLES,
    VIETNAMESE,
    WORDS,
)
from app.kit.private.reading import INVISIBLE, folded
from app.kit.private.span import Kind, Span

MOST_PARTS = 8
"""Parts of a name that are looked for."""
LONGEST_PART = 40
_LETTER = r"[^\W\d_\u3400-\u9fff]"
_TOKEN = re.compile(rf"{_LETTER}(?:{_LETTER}|['{INVISIBLE}])*")
_PART = re.compile(rf"[^\W\d_]+(?:['{INVISIBLE}][^\W\d_]+)*")
_POSSESSIVE = re.compile(r"'s?\Z")
_BETWEEN = re.compile(rf"[ \n,'·\-{INVISIBLE}]{{0,3}}")
_BETWEEN_INITIALS = re.compile(rf"[ .\-{INVISIBLE}]{{0,3}}")
_SENTENCE_START = re.compile(r"(?:\A|[.!?:;\n\"“«(—–-])\s*\Z")
_INTRODUCED = re.compile(rf"{any_of(INTRODUCES)}[ :,\-—({INVISIBLE}]{{0,4}}\Z")
_SIGNED = re.compile(rf"(?:{any_of(THANKS)}[^\n.!?]{{0,12}}[ ,.!\-—\n]{{1,4}}|[\n,—–-]\s*)\Z")
_AFTER_END = re.compile(r"[\s.!,)\-—]*\Z|[ .,]*\n")
_ITSELF = Cue(NAMES_ITSELF)
_HINTS = ("name is", "llamo", "nombre es", "numele", "magacaygu")
"""What all of these in ASCII have: looking for them costs nearly nothing."""
_NAME_WORD = re.compile(r"[ :،,]{1,2}([^\W\d_]+(?:['-][^\W\d_]+){0,3})")
_BEFORE = re.compile(r"([^\W_]+)[ .\n]{1,2}\Z")
_AFTER = re.compile(r"(?:'s)?[ \n]{1,2}([^\W_]+|&)")
_AND = "(?:and|&|y|и|та|si|iyo|va|و) "
_CORNER_BEFORE = re.compile(rf"\d[a-z]{{0,3}} {_AND}\Z")
_CORNER_AFTER = re.compile(rf" {_AND}(?:[a-z]{{1,3}} )?\d")
_ARABIC_JOINED = re.compile(r"[وفبلك]{1,2}(?=\w{3})")
_ARTICLE = "ال"


@dataclass(frozen=True, slots=True)
class Name:
    """A name to look for. spelled: as given, in small letters.

    heads: how its parts and other forms of them begin. words: those that are no name by themselves; common: parts that
    are such words.
    """

    given: str
    parts: tuple[Part, ...]
    spelled: frozenset[str]
    heads: frozenset[str]
    words: frozenset[str]
    common: frozenset[int]
    language: str


@dataclass(frozen=True, slots=True)
class _Word:
    """A word of a text. start, end: where the name is in it; parts: which parts of the name it may be.

    same: whether it is one of them for sure, not only alike. common: whether it, or the part, is a word as well.
    """

    start: int
    end: int
    folded: str
    parts: frozenset[int]
    same: bool
    common: bool

    @property
    def names(self) -> bool:
        """Whether it is more than an initial or a small part such as "de"."""
        return len(self.folded) > 1 and self.folded not in PARTICLES


def names(text: str, reading: str, name: Name) -> Iterator[Span]:
    """The name in a text, of which the reading is given."""
    yield from han_names(reading, name.given)
    if name.parts:
        for row in _rows(reading, _matched(text, reading, name)):
            yield from _meant(text, reading, row, name)
    yield from _said_themselves(text, reading)


def name_of(given: str, language: str) -> Name:
    """The name to look for. given: in the form, or empty; language: of the pages that were used, as a BCP 47 tag."""
    given = given[: MOST_PARTS * LONGEST_PART]
    written = [part[:LONGEST_PART] for part in _PART.findall(folded(given))[:MOST_PARTS]]
    parts = tuple(part_of(part.removeprefix(_ARTICLE), language) for part in written if part != _ARTICLE)
    words = VIETNAMESE if language == "vi" else WORDS
    common = frozenset(place for place, part in enumerate(parts) if part.folded in words)
    heads = frozenset[str]().union(*(part.heads for part in parts))
    return Name(given, parts, frozenset(given.lower().split()), heads, words, common, language)


def _matched(text: str, reading: str, name: Name) -> Iterator[_Word]:
    """The words that may be a part of the name, and small parts of any name. The same word is looked at once.

    Where people write capitals, a word in small letters is looked at only if it begins as the name does.
    """
    seen: dict[str, tuple[int, int, frozenset[int], bool] | None] = {}
    has_capitals = text != text.lower()
    for found in _TOKEN.finditer(reading):
        written, start = found.group(), found.start()
        small = has_capitals and text[start].islower()
        if small and written[:HEAD] not in name.heads and written not in PARTICLES:
            continue
        if written not in seen:
            seen[written] = None if len(written) > LONGEST_PART else _look(written, name)
        if (look := seen[written]) is not None:
            before, after, parts, same = look
            word = written[before : len(written) - after].replace(INVISIBLE, "").removeprefix(_ARTICLE)
            common = word in name.words or bool(parts & name.common)
            yield _Word(start + before, found.end() - after, word, parts, same, common)


def _look(written: str, name: Name) -> tuple[int, int, frozenset[int], bool] | None:
    """How many signs before and after the name belong to it, which parts it may be, and whether surely."""
    possessive = _POSSESSIVE.search(written) if "'" in written else None
    after = len(possessive.group()) if possessive else 0
    best, best_before, parts = Match.NO, 0, frozenset[int]()
    for before in _starts(written):
        word = written[before : len(written) - after].replace(INVISIBLE, "").removeprefix(_ARTICLE)
        if not any(is_worth_a_look(word, part) for part in name.parts):
            continue
        sounds = sounds_of(word, name.language)
        how = [_match(word, sounds, part) for part in name.parts]
        if max(how) > best:
            best, best_before = max(how), before
            parts = frozenset(place for place, match_ in enumerate(how) if match_ == best)
    if best or written in PARTICLES:
        return best_before, after, parts, best == Match.SAME
    return None


def _starts(written: str) -> Sequence[int]:
    """Where a name may begin in a word: Arabic joins small words to it."""
    joined = None if written.isascii() else _ARABIC_JOINED.match(written)
    return range(len(joined.group()) + 1) if joined else (0,)


def _match(word: str, sounds: str, part: Part) -> Match:
    if len(word) == 1 and len(part.folded) > 1 and word == part.folded[0]:
        return Match.NEAR
    return match(word, sounds, part) if word else Match.NO


def _rows(reading: str, words: Iterator[_Word]) -> Iterator[list[_Word]]:
    """Words that stand next to each other."""
    row: list[_Word] = []
    for word in words:
        if row and not _are_joined(reading, row[-1], word):
            yield row
            row = []
        row.append(word)
    if row:
        yield row


def _are_joined(reading: str, one: _Word, other: _Word) -> bool:
    if other.start - one.end > 3:
        return False
    between = _BETWEEN_INITIALS if len(one.folded) == 1 else _BETWEEN
    return between.fullmatch(reading, one.end, other.start) is not None


def _meant(text: str, reading: str, row: list[_Word], name: Name) -> Iterator[Span]:
    """A row of words if it is the name, or those of them that mean the person by themselves."""
    capitals = any(text[word.start].isupper() for word in row if word.same)
    real = [word for word in row if word.names and (word.same or not capitals or text[word.start].isupper())]
    if len(real) > 1 and len(frozenset().union(*(word.parts for word in real))) > 1:
        start, end = _ends_of(text, row, real)
        if _is_whole(text, reading, real, start, end):
            yield Span(start, end, Kind.NAME)
            return
    for word in real:
        if _is_meant(text, reading, word, name):
            yield Span(*_ends_of(text, row, [word]), Kind.NAME)


def _ends_of(text: str, row: list[_Word], real: list[_Word]) -> tuple[int, int]:
    """Where a name begins and ends, with its initials and small parts on both sides of it."""
    own = [
        word
        for word in row
        if word in real
        or (word.parts and (len(word.folded) == 1 or 0 in word.parts or text[word.start].isupper()))
    ]
    return own[0].start, own[-1].end


def _is_whole(text: str, reading: str, real: list[_Word], start: int, end: int) -> bool:
    """Whether two or more parts of the name are it, not words that happen to stand there."""
    if not any(word.same for word in real) and sum(len(word.folded) for word in real) < 6:
        return False
    if not all(word.common for word in real) or _is_told(reading, start, end):
        return True
    if _is_arabic(real[0].folded):
        return [min(word.parts) for word in real] == sorted({min(word.parts) for word in real})
    return (
        any(text[word.start].isupper() for word in real[1:])
        and _neighbors(text, reading, real[-1])[1] not in OF_PLACES
    )


def _is_meant(text: str, reading: str, word: _Word, name: Name) -> bool:
    """Whether one part of the name by itself means the person."""
    told = _is_told(reading, word.start, word.end)
    if not word.same:
        return _is_introduced(text, reading, word)
    if _is_arabic(word.folded):
        return told or (not word.common and len(word.folded) > 2)
    capital = text[word.start].isupper()
    if _neighbors(text, reading, word)[0] in TITLES:
        return capital
    if _is_of_place(text, reading, word, told):
        return False
    if told or not capital:
        return told and (capital or not word.common)
    return not text.isupper() and _is_capital_name(text, reading, word, name)


def _is_capital_name(text: str, reading: str, word: _Word, name: Name) -> bool:
    """Whether a capital letter makes a name of a word."""
    before, after = _neighbors(text, reading, word)
    if _SENTENCE_START.search(reading, max(0, word.start - 6), word.start):
        return not word.common and (name.language != "vi" or after in AFTER_PERSON)
    if word.folded in TIMES:
        return False
    if name.language == "vi" and word.common and before not in BEFORE_PERSON and after not in AFTER_PERSON:
        return False
    return _has_right_marks(text[word.start : word.end].lower(), name)


def _is_introduced(text: str, reading: str, word: _Word) -> bool:
    """Whether a word that is only like the name is said to be one."""
    if word.common or len(word.folded) < 5 or not text[word.start].isupper():
        return False
    return _INTRODUCED.search(reading, max(0, word.start - 40), word.start) is not None


def _is_of_place(text: str, reading: str, word: _Word, told: bool) -> bool:
    """Whether the words beside a name make it one of a street or a park."""
    before, after = _neighbors(text, reading, word)
    if before in OF_PLACES or after in OF_PLACES or before in ALONG or after[:1].isdigit():
        return True
    if (before in AT and after in AND) or (word.folded in OF_PLACES and before and not told):
        return True
    corner = _CORNER_BEFORE.search(reading, max(0, word.start - 10), word.start)
    return corner is not None or _CORNER_AFTER.match(reading, word.end) is not None


def _is_arabic(word: str) -> bool:
    return "\u0600" <= word[0] <= "\u06ff"


def _has_right_marks(word: str, name: Name) -> bool:
    """Whether it is not another Vietnamese word, told apart by its marks alone."""
    return name.language != "vi" or word.isascii() or word in name.spelled


def _is_told(reading: str, start: int, end: int) -> bool:
    """Whether the words before say that a name follows, or it stands where people sign."""
    before = reading[max(0, start - 40) : start]
    if _INTRODUCED.search(before):
        return True
    return bool(_AFTER_END.match(reading, end)) and (not before.strip() or bool(_SIGNED.search(before)))


def _neighbors(text: str, reading: str, word: _Word) -> tuple[str, str]:
    """The word before and the word after, each empty if a sign stands between.

    What is short for a direction counts in capitals only.
    """
    before = _BEFORE.search(reading, max(0, word.start - 24), word.start)
    after = _AFTER.match(reading, word.end, word.end + 24)
    return _unless_small(text, before), _unless_small(text, after)


def _unless_small(text: str, found: re.Match[str] | None) -> str:
    if found is None:
        return ""
    return "" if found.group(1) in QUADRANTS and not text[found.start(1)].isupper() else found.group(1)


def _said_themselves(text: str, reading: str) -> Iterator[Span]:
    """Names that people introduce themselves by, also where the form got none."""
    if reading.isascii() and not any(map(reading.__contains__, _HINTS)):
        return
    for end in _ITSELF.places(reading).ends:
        start = 0
        for _ in range(3):
            word = _NAME_WORD.match(text, end)
            if word is None or not text[word.start(1)].isupper():
                break
            start, end = start or word.start(1), word.end(1)
        if start:
            yield Span(start, end, Kind.NAME)
