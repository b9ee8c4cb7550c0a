"""Names of streets made comparable: "S.E. Hawthorne Boulevard", "se hawthorne blvd" and "Hawthorne, SE" are one.

A street is a quadrant (where the city has them), a base name in plain small letters, and what kind of street it is.
Numbered streets go by their number: "39th Avenue" and "la 39" both have the base name "39".
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from app.kit.text import ascii_digits, few_marks

QUADRANTS = {
    **{code: code for code in ("n", "s", "e", "w", "ne", "nw", "se", "sw")},
    "north": "n",
    "south": "s",
    "east": "e",
    "west": "w",
    "northeast": "ne",
    "northwest": "nw",
    "southeast": "se",
    "southwest": "sw",
    "norte": "n",
    "sur": "s",
    "este": "e",
    "oeste": "w",
    "noreste": "ne",
    "nordeste": "ne",
    "noroeste": "nw",
    "sureste": "se",
    "sudeste": "se",
    "suroeste": "sw",
    "sudoeste": "sw",
}
KINDS = {
    **dict.fromkeys(("ave", "av", "avenue", "avn", "avenida"), "ave"),
    **dict.fromkeys(("st", "street", "str", "calle"), "st"),
    **dict.fromkeys(("blvd", "boulevard", "bl", "blv", "bulevar"), "blvd"),
    **dict.fromkeys(("rd", "road"), "rd"),
    **dict.fromkeys(("dr", "drive"), "dr"),
    **dict.fromkeys(("ct", "court"), "ct"),
    **dict.fromkeys(("pl", "place"), "pl"),
    **dict.fromkeys(("pkwy", "parkway", "pky"), "pkwy"),
    **dict.fromkeys(("hwy", "highway"), "hwy"),
    **dict.fromkeys(("ln", "lane"), "ln"),
    **dict.fromkeys(("ter", "terrace", "terr"), "ter"),
    **dict.fromkeys(("cir", "circle"), "cir"),
    **dict.fromkeys(("way", "wy"), "way"),
    **dict.fromkeys(("aly", "alley"), "aly"),
    **dict.fromkeys(("expy", "expressway"), "expy"),
    "loop": "loop",
    "sq": "sq",
    "square": "sq",
    "trl": "trl",
    "trail": "trl",
}
# These stand beside a street of the same name more often than they are one by themselves.
MINOR_KINDS = frozenset({"pl", "ct", "ter", "ln", "cir", "loop", "aly"})
_LEADING = frozenset({"la", "el", "the", "calle", "avenida", "av", "ave", "street", "st", "on"})
_ORDINAL = re.compile(r"0*([1-9][0-9]{0,2})(st|nd|rd|th|a|ª|o|º)?")
_SPELLED = {
    "first": "1",
    "second": "2",
    "third": "3",
    "fourth": "4",
    "fifth": "5",
    "sixth": "6",
    "seventh": "7",
    "eighth": "8",
    "ninth": "9",
    "tenth": "10",
    "eleventh": "11",
    "twelfth": "12",
}
_JOINED = re.compile(r"[.'’ʼ`]")
_WORD = re.compile(r"[^\W_]+")
_SPACED_QUADRANT = re.compile(r"\b([ns])[ .]+([ew])\b\.?")


@dataclass(frozen=True)
class StreetName:
    """quadrant: "se", or "" where none is said; base: "hawthorne", "39"; kind: "blvd", or ""."""

    quadrant: str
    base: str
    kind: str

    @property
    def key(self) -> str:
        """What makes a street one street: its kind counts only where it tells two neighbors apart."""
        return f"{self.base} {self.kind}" if self.kind in MINOR_KINDS else self.base

    @property
    def number(self) -> int | None:
        """39 for 39th Avenue and what stands beside it, None for a street with a name."""
        return int(self.base) if self.base.isdigit() else None


@dataclass(frozen=True)
class Alias:
    """Other names of a street, within some quadrants (everywhere if none are named)."""

    base: str
    also: frozenset[str]
    quadrants: frozenset[str] = frozenset()


@dataclass(frozen=True)
class StreetWords:
    """How one city names its streets: reads what people write.

    aliases: see Alias; the base is what others are rewritten to.
    """

    aliases: tuple[Alias, ...] = field(default=())

    @cached_property
    def _by_name(self) -> dict[str, list[Alias]]:
        found: dict[str, list[Alias]] = {}
        for alias in self.aliases:
            for name in alias.also:
                found.setdefault(name, []).append(alias)
        return found

    def read(self, text: str, *, quadrant: str = "") -> StreetName | None:
        """Read a street's name; `quadrant` holds if the text says none. None if nothing is left of it."""
        return self.of_words(words_of(text), quadrant=quadrant)

    def of_words(self, words: Sequence[str], *, quadrant: str = "") -> StreetName | None:
        """Read a street's name from words of `words_of`."""
        said, rest = _take_quadrant(list(words))
        kind, rest = _take_kind(rest)
        if not said:
            # "Avenue SE", "Ave. SE": the kind stood before the quadrant.
            said, rest = _take_quadrant(rest)
        while len(rest) > 1 and rest[0] in _LEADING and (rest[0] != "st" or rest[1][0].isdigit()):
            rest = rest[1:]
        if not rest:
            return None
        base = " ".join(_plain_number(word) if len(rest) == 1 else word for word in rest)
        return self._canonical(said or quadrant, base, kind)

    def _canonical(self, quadrant: str, base: str, kind: str) -> StreetName:
        with_kind = f"{base} {kind}" if kind else base
        for name in (with_kind, base):
            for alias in self._by_name.get(name, ()):
                if not alias.quadrants or not quadrant or quadrant in alias.quadrants:
                    return StreetName(quadrant, alias.base, "" if name == with_kind else kind)
        return StreetName(quadrant, base, kind)


def fold(text: str) -> str:
    """Make text comparable: small letters, no accents, digits of every script as 0 to 9."""
    decomposed = unicodedata.normalize("NFKD", ascii_digits(few_marks(text)).casefold())
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign))


def words_of(text: str) -> list[str]:
    """The words of a text, folded; "S.E." is one word, and so is "s e"."""
    folded = _SPACED_QUADRANT.sub(r"\1\2", fold(text))
    return _WORD.findall(_JOINED.sub("", folded))


def within_edits(word: str, known: str, most: int) -> bool:
    """Whether at most `most` letters are wrong, missing, too many, or swapped with their neighbor."""
    if abs(len(word) - len(known)) > most:
        return False
    before: list[int] = []
    row = list(range(len(known) + 1))
    for i, letter in enumerate(word, start=1):
        earlier, before, row = before, row, [i]
        for j, other in enumerate(known, start=1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == known[j - 2] and word[i - 2] == other:
                cost = min(cost, earlier[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return False
    return row[-1] <= most


def edits_forgiven(word: str) -> int:
    """How many typing errors a word of this length is forgiven: none where words differ too little."""
    return 0 if len(word) < 4 or word.isdigit() else 1 if len(word) < 8 else 2


def ordinal(number: int) -> str:
    """39 as "39th"."""
    tail = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{tail}"


def alias(base: str, also: Iterable[str], quadrants: Iterable[str] = ()) -> Alias:
    """An alias from names as people write them."""

    def plain(name: str) -> str:
        words = words_of(name)
        return _plain_number(words[0]) if len(words) == 1 else " ".join(words)

    return Alias(plain(base), frozenset(map(plain, also)), frozenset(q.casefold() for q in quadrants))


def _plain_number(word: str) -> str:
    found = _ORDINAL.fullmatch(word)
    return found[1] if found else _SPELLED.get(word, word)


def _take_quadrant(words: list[str]) -> tuple[str, list[str]]:
    """Take the quadrant from the beginning, or else from the end, as long as a name is left."""
    if len(words) > 1 and words[0] in QUADRANTS:
        return QUADRANTS[words[0]], words[1:]
    if len(words) > 1 and words[-1] in QUADRANTS:
        return QUADRANTS[words[-1]], words[:-1]
    return "", words


def _take_kind(words: list[str]) -> tuple[str, list[str]]:
    if len(words) > 1 and words[-1] in KINDS:
        return KINDS[words[-1]], words[:-1]
    return "", words
