"""What people type when they are asked where it is, and what it may mean.

`read_place_words` only reads; whether there is such a place is for a gazetteer to say. It gives every sensible
reading, the likeliest first: "12th and 39" is a crossing and perhaps a name, "97214" is a ZIP code.
"""

import re
from dataclasses import dataclass

from openlocationcode import openlocationcode as plus_codes

from app.kit.text import ascii_digits
from app.places.points import Point
from app.places.street_names import KINDS, QUADRANTS, StreetName, StreetWords, words_of

MAX_QUERY = 120
MAX_WORDS = 12
LONGEST_NUMBER = 5


@dataclass(frozen=True)
class Address:
    """A house on a street."""

    number: int
    street: StreetName


@dataclass(frozen=True)
class Crossing:
    """Where two streets meet."""

    first: StreetName
    second: StreetName


@dataclass(frozen=True)
class Zip:
    """A postal code of five digits."""

    code: str


@dataclass(frozen=True)
class Coordinates:
    """Two numbers as they were written, perhaps swapped or impossible: see app.places.points.read_point."""

    lat: str
    long: str


@dataclass(frozen=True)
class PlusCode:
    """An Open Location Code, whole ("84QVG9RG+WV") or short ("G9RG+WV", to be completed near the city)."""

    code: str

    def near(self, point: Point) -> Point | None:
        """The middle of its area, taken nearest to `point` if it is short; None if it is no place."""
        code = self.code
        if plus_codes.isShort(code):
            code = plus_codes.recoverNearest(code, point.lat, point.long)
        if not plus_codes.isFull(code):
            return None
        area = plus_codes.decode(code)
        return Point(lat=area.latitudeCenter, long=area.longitudeCenter)


@dataclass(frozen=True)
class Words:
    """Words of a name, folded."""

    words: tuple[str, ...]


Reading = Address | Crossing | Zip | Coordinates | PlusCode | Words

_NUMBER = r"([+-]?\d{1,3}(?:[.,]\d{1,20})?)"
_COORDINATES = re.compile(
    rf"\(?\s*(?:lat(?:itude)?[:= ]*)?([NSEW])?\s*{_NUMBER}\s*°?\s*([NSEW])?"
    rf"\s*(?:,\s+|;\s*|,|\s+)\s*(?:lo?ng?(?:itude)?[:= ]*)?([NSEW])?\s*{_NUMBER}\s*°?\s*([NSEW])?\s*\)?",
    re.IGNORECASE,
)
_PLUS_CODE = re.compile(r"\b([23456789CFGHJMPQRVWX]{4,8}\+[23456789CFGHJMPQRVWX]{2,3})\b", re.IGNORECASE)
_ZIP = re.compile(r"(?:\D*\s)?(\d{5})(?:-\d{4})?")
# "and" in several languages, and the signs people write for it.
_AND = re.compile(
    r"\s*[&@+/]\s*|\s+(?:and|at|y|con|esquina(?:\s+con)?|esq\.?|near|x|и|و|và|und|et)\s+", re.IGNORECASE
)
_UNIT = re.compile(
    r"[,\s]+(?:#\s*\w*|(?:apt|apartment|unit|ste|suite|bldg|building|fl|floor|room|rm|spc|space|lot|depto|apto)"
    r"\b\.?\s*#?\s*\w{0,6})(?=$|[,\s])",
    re.IGNORECASE,
)
_BLOCK = re.compile(r"\b(?:block\s+of|block|blk|cuadra\s+de)\b", re.IGNORECASE)
_HOUSE = re.compile(r"(\d{1,5})(?:\s*[-–]\s*\d{1,5})?[a-z]?(?:\s+1/2)?\s+(\S.*)", re.IGNORECASE)
_HOUSE_LAST = re.compile(r"(\S.*?)[,\s]+#?(\d{3,5})(\s+[nsew]{1,2})?", re.IGNORECASE)


def read_place_words(query: str, words: StreetWords, *, tail: tuple[str, ...] = ()) -> tuple[Reading, ...]:
    """Read what somebody typed. Only its first MAX_QUERY characters count.

    tail: words that may end an address and say nothing within one city: "Portland", "Oregon", "OR".
    """
    text = " ".join(ascii_digits(query[:MAX_QUERY]).replace("\N{MINUS SIGN}", "-").split())
    exact = _exact(text)
    if exact is not None:
        return (exact,)
    text = _without_tail(_UNIT.sub(" ", text).strip(" ,"), tail)
    found: list[Reading] = [
        reading
        for reading in (_crossing(text, words), _address(text, words), _address_last(text, words))
        if reading is not None
    ]
    plain = tuple(words_of(_AND.sub(" ", text))[:MAX_WORDS])
    if plain:
        found.append(Words(plain))
    return tuple(found)


def _exact(text: str) -> Reading | None:
    """What cannot mean anything else: coordinates, a plus code, a ZIP code."""
    code = _PLUS_CODE.search(text)
    if code and plus_codes.isValid(code[1].upper()):
        return PlusCode(code[1].upper())
    pair = _COORDINATES.fullmatch(text)
    if pair and _looks_like_degrees(pair):
        return _coordinates(pair)
    zip_code = _ZIP.fullmatch(text)
    return Zip(zip_code[1]) if zip_code and len(words_of(text)) <= 4 else None


def _looks_like_degrees(pair: re.Match[str]) -> bool:
    """Two whole numbers alone could be anything; with a fraction, a sign or a letter they are degrees."""
    return (
        any(re.search(r"[.,+-]", pair[i]) for i in (2, 5))
        or any(pair[i] for i in (1, 3, 4, 6))
        or _zeros(pair)
    )


def _zeros(pair: re.Match[str]) -> bool:
    return not pair[2].strip("0") and not pair[5].strip("0")


def _coordinates(pair: re.Match[str]) -> Coordinates:
    # "N 45.5 W 122.6": the letters stand before their numbers.
    letters = (pair[1], pair[3] or pair[4]) if pair[1] else (pair[3] or pair[4], pair[6])
    first, second = _signed(pair[2], letters[0]), _signed(pair[5], letters[1])
    if (letters[0] or "").upper() in ("E", "W"):
        first, second = second, first
    return Coordinates(first, second)


def _signed(number: str, letter: str | None) -> str:
    south_or_west = (letter or "").upper() in ("S", "W")
    return f"-{number.lstrip('+')}" if south_or_west and not number.startswith("-") else number


def _without_tail(text: str, tail: tuple[str, ...]) -> str:
    """Take city, state and ZIP code from the end of an address."""
    words = text.split()
    endings = {ending.casefold() for ending in tail}
    while len(words) > 2:
        last = words[-1].strip(",.").casefold()
        if last not in endings and not re.fullmatch(r"\d{5}(-\d{4})?", last):
            break
        words = words[:-1]
    return " ".join(words).strip(" ,")


def _crossing(text: str, words: StreetWords) -> Crossing | None:
    parts = [part for part in _AND.split(text) if part.strip()]
    if len(parts) != 2:
        return None
    first, second = words.read(parts[0]), words.read(parts[1])
    if first is None or second is None or any(_is_house(part) for part in parts):
        return None
    # "SE Belmont & 34th": what is said of one holds for the other; a street name alone may be of any quadrant.
    quadrant = first.quadrant or second.quadrant
    first, second = words.read(parts[0], quadrant=quadrant), words.read(parts[1], quadrant=quadrant)
    return Crossing(first, second) if first and second else None


def _is_house(part: str) -> bool:
    found = _HOUSE.fullmatch(part.strip())
    return found is not None and len(found[1]) > 3


def _address(text: str, words: StreetWords) -> Address | None:
    found = _HOUSE.fullmatch(_BLOCK.sub(" ", text))
    if not found or _only_a_kind(found[2]):
        return None
    street = words.read(_AND.split(found[2])[0])
    return Address(int(found[1]), street) if street else None


def _only_a_kind(rest: str) -> bool:
    """In "39 avenue" the number is the street's own."""
    return all(word in KINDS or word in QUADRANTS for word in words_of(rest))


def _address_last(text: str, words: StreetWords) -> Address | None:
    """As in "Hawthorne 3912", the way most languages write addresses."""
    found = _HOUSE_LAST.fullmatch(text)
    if not found or text[0].isdigit() or _AND.search(text):
        return None
    street = words.read(found[1] + (found[3] or ""))
    return Address(int(found[2]), street) if street else None
