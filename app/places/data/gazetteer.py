"""Finds places by words in the database of places: addresses, crossings, names, ZIP codes, coordinates."""

import json
import math
import sqlite3
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from app.city.city import City
from app.kit.errors import Rejected
from app.places.address_grid import (
    METERS_PER_DEGREE,
    Axis,
    Numbered,
    along,
    by_rule,
    crossing_by_rule,
)
from app.places.data.database import open_places
from app.places.geocoder.protocol import MOST_FOUND, Found, Nearby, Why
from app.places.place_words import (
    Address,
    Coordinates,
    Crossing,
    PlusCode,
    Reading,
    Words,
    Zip,
    read_place_words,
)
from app.places.points import Point, read_point
from app.places.street_names import (
    StreetName,
    edits_forgiven,
    ordinal,
    within_edits,
    words_of,
)

# As sure as the middle of a corner or of a place with a name is, in meters.
CORNER_M, PLACE_M, PARK_M, HOUSE_M = 20, 60, 200, 20
WIDE_KINDS = {"park": PARK_M, "neighborhood": 800, "hospital": 150, "school": 120, "bridge": 200}
MOST_STREETS = 6
NEAR_STEPS = (0.002, 0.006, 0.018, 0.045)
# Sorted where the rows are: far outside there are thousands in the widest box.
_NEAREST = """SELECT p.name, p.kind, p.lat, p.long, p.names FROM place_box b JOIN place p ON p.id = b.id
WHERE b.max_long >= ? AND b.min_long <= ? AND b.max_lat >= ? AND b.min_lat <= ? AND p.kind != 'neighborhood'
ORDER BY (p.lat - ?) * (p.lat - ?) + (p.long - ?) * (p.long - ?) * ? LIMIT 1"""


@dataclass(frozen=True)
class _Street:
    """A street of the database. size: how much of it is known; more important ones come first."""

    id: int
    quadrant: str
    key: str
    base: str
    name: str
    axis: Axis
    size: int


class Gazetteer:
    """The embedded geocoder. One connection, used by one thread at a time: a query takes about a millisecond."""

    def __init__(self, file: Path, city: City) -> None:
        """Open the database; raises FileNotFoundError or ValueError as `open_places` does."""
        self._db = open_places(file)
        self._lock = threading.Lock()
        self._city = city
        self._words = city.streets.words()
        self._grid = city.streets.grid()
        self._tail = (city.name, city.state, "or", "oregon", "usa", "us")
        self._streets = [
            _Street(*row)
            for row in self._db.execute(
                "SELECT id, quadrant, key, base, name, axis, size FROM street ORDER BY size DESC"
            )
        ]
        self._by_base: dict[str, list[_Street]] = {}
        for street in self._streets:
            self._by_base.setdefault(street.base, []).append(street)
        self._near = lru_cache(maxsize=4096)(self._look_near)
        self._shortened = _shortened({*self._by_base, *_vocabulary(self._db)})

    def close(self) -> None:
        """Give the file back."""
        self._db.close()

    def search(self, query: str, *, locale: str = "en") -> list[Found]:
        """See Geocoder."""
        found: list[Found] = []
        with self._lock:
            for reading in read_place_words(query, self._words, tail=self._tail):
                found += self._read(reading, locale)
        return list(_distinct(found))[:MOST_FOUND]

    def near(self, point: Point, *, locale: str = "en") -> Nearby | None:
        """See Geocoder. What was asked lately is remembered: lists show the same requests to everybody."""
        return self._near(point, locale)

    def _look_near(self, point: Point, locale: str) -> Nearby | None:
        shrink = math.cos(math.radians(point.lat))
        for reach in NEAR_STEPS:
            across = reach / shrink
            box = (point.long - across, point.long + across, point.lat - reach, point.lat + reach)
            with self._lock:
                row = self._db.execute(
                    _NEAREST, (*box, point.lat, point.lat, point.long, point.long, shrink**2)
                )
                found = row.fetchone()
            if found is not None:
                name, kind, lat, long, names = found
                away = _meters(point, lat, long)
                if away <= reach * METERS_PER_DEGREE:
                    return Nearby(_in(locale, name, names), kind, lat, long, away)
        return None

    # --- what the words may mean ----------------------------------------------------------------------------

    def _read(self, reading: Reading, locale: str) -> Iterable[Found]:
        if isinstance(reading, Address):
            return self._address(reading)
        if isinstance(reading, Crossing):
            return self._crossing(reading)
        if isinstance(reading, Zip):
            return self._zip(reading)
        if isinstance(reading, Coordinates):
            return self._coordinates(reading)
        if isinstance(reading, PlusCode):
            return self._plus_code(reading)
        return self._named(reading, locale)

    def _address(self, address: Address) -> list[Found]:
        found: list[Found] = []
        for street in self._streets_like(address.street):
            spot = self._house(address.number, street, address.street)
            if spot is not None:
                found.append(_found(f"{address.number} {street.name}", "address", spot, "address"))
        if not found:
            found += self._by_rule(address)
        return found

    def _house(self, number: int, street: _Street, asked: StreetName) -> Numbered | None:
        exact = self._db.execute(
            "SELECT number, lat, long FROM house WHERE street = ? AND number = ?", (street.id, number)
        ).fetchone()
        if exact:
            return Numbered(exact[0], exact[1], exact[2], HOUSE_M)
        rows = self._db.execute(
            "SELECT number, lat, long, sure_m FROM numbered WHERE street = ? ORDER BY number", (street.id,)
        )
        line = self._grid.line(asked.quadrant or street.quadrant, street.axis)
        return along([Numbered(*row) for row in rows], number, line, street.axis)

    def _by_rule(self, address: Address) -> Iterator[Found]:
        """Streets that only the rule of the grid knows."""
        for street in self._in_quadrants(address.street):
            spot = by_rule(address.number, street, self._grid)
            if spot is not None and self._inside(spot):
                yield _found(f"{address.number} {_label(street)}", "address", spot, "address")

    def _crossing(self, crossing: Crossing) -> list[Found]:
        found: list[tuple[int, Found]] = []
        firsts, seconds = self._streets_like(crossing.first, 24), self._streets_like(crossing.second, 24)
        ids = {street.id: street for street in seconds}
        for first in firsts:
            rows = self._db.execute("SELECT second, lat, long FROM corner WHERE first = ?", (first.id,))
            for second, lat, long in rows:
                if second in ids:
                    name = f"{first.name} & {_without_quadrant(ids[second].name, first.quadrant)}"
                    spot = Numbered(0, lat, long, CORNER_M)
                    found.append((first.size + ids[second].size, _found(name, "crossing", spot, "crossing")))
        found.sort(key=lambda pair: -pair[0])
        return [one for _, one in found] or list(self._crossing_by_rule(crossing))

    def _crossing_by_rule(self, crossing: Crossing) -> Iterator[Found]:
        for first in self._in_quadrants(crossing.first):
            second = StreetName(first.quadrant, crossing.second.base, crossing.second.kind)
            spot = crossing_by_rule(first, second, self._grid)
            if spot is not None and self._inside(spot):
                name = f"{_label(first)} & {_without_quadrant(_label(second), first.quadrant)}"
                yield _found(name, "crossing", spot._replace(sure_m=120), "crossing")

    def _zip(self, reading: Zip) -> Iterator[Found]:
        row = self._db.execute(
            "SELECT lat, long, radius_m FROM zip WHERE code = ?", (reading.code,)
        ).fetchone()
        if row:
            yield Found(reading.code, "zip", row[0], row[1], round(row[2]), "area")

    def _coordinates(self, reading: Coordinates) -> Iterator[Found]:
        """As written; or swapped, if only that is in the city."""
        written = _point(reading.lat, reading.long)
        swapped = _point(reading.long, reading.lat)
        point = (
            swapped
            if swapped and self._covers(swapped) and not (written and self._covers(written))
            else written
        )
        if point is not None:
            yield Found(
                f"{point.lat:.5f}, {point.long:.5f}", "coordinates", point.lat, point.long, 10, "coordinates"
            )

    def _plus_code(self, reading: PlusCode) -> Iterator[Found]:
        south, west, north, east = self._city.boundary.bounds
        point = reading.near(Point(lat=(south + north) / 2, long=(west + east) / 2))
        if point is not None:
            yield Found(reading.code, "coordinates", point.lat, point.long, 10, "coordinates")

    def _named(self, reading: Words, locale: str) -> list[Found]:
        """Places by the words of their names; the last word may be only begun, any may have a typing error."""
        rows = self._match([_terms(word) for word in reading.words])
        if not rows:
            rows = self._match([_terms(*self._spelled(word)) for word in reading.words])
        ranked = sorted(rows, key=lambda row: -_fits(reading.words, row))
        return [
            Found(_in(locale, name, names), kind, lat, long, _sure(kind), _why(kind))
            for name, kind, lat, long, _rank, names in ranked[:MOST_FOUND]
        ]

    def _match(self, terms: list[str]) -> list[tuple[str, str, float, float, int, str | None]]:
        query = " AND ".join(terms)
        return self._db.execute(
            "SELECT p.name, p.kind, p.lat, p.long, p.rank, p.names FROM place p JOIN "
            "(SELECT rowid FROM place_words WHERE place_words MATCH ? LIMIT 400) w ON p.id = w.rowid",
            (query,),
        ).fetchall()

    # --- streets --------------------------------------------------------------------------------------------

    def _streets_like(self, asked: StreetName, most: int = MOST_STREETS) -> list[_Street]:
        """The streets that may be meant, best first: the same name, then its beginning, then typing errors."""
        same = self._by_base.get(asked.base, [])
        found = self._of_quadrant(same, asked)
        if not found and not asked.base.isdigit():
            begun = (
                [street for street in self._streets if street.base.startswith(asked.base)]
                if len(asked.base) > 2
                else []
            )
            found = self._of_quadrant(begun, asked)
        if not found:
            found = self._of_quadrant(
                [s for base in self._spelled(asked.base) for s in self._by_base.get(base, ())], asked
            )
        return sorted(found, key=lambda street: (not _same_kind(street, asked), -street.size))[:most]

    def _of_quadrant(self, streets: list[_Street], asked: StreetName) -> list[_Street]:
        if not asked.quadrant:
            return list(streets)
        for quadrant in self._grid.family(asked.quadrant):
            found = [street for street in streets if street.quadrant == quadrant]
            if found:
                return found
        return []

    def _in_quadrants(self, street: StreetName) -> list[StreetName]:
        if street.quadrant:
            return [street]
        lines, like = self._grid.lines, self._grid.fallback
        codes = [quadrant for quadrant, axis in lines if axis == "lat" and not like.get(quadrant)]
        return [StreetName(code, street.base, street.kind) for code in codes]

    def _spelled(self, word: str) -> list[str]:
        """Names of streets that are a typing error or two away from a word, the nearest first."""
        if edits_forgiven(word) == 0:
            return []
        close = {base for short in _shorter(word) for base in self._shortened.get(short, ())}
        return sorted(
            (base for base in close if within_edits(word, base, edits_forgiven(word))),
            key=lambda base: (not within_edits(word, base, 1), base),
        )[:MOST_STREETS]

    def _inside(self, spot: Numbered) -> bool:
        return self._covers(Point(lat=spot.lat, long=spot.long))

    def _covers(self, point: Point) -> bool:
        south, west, north, east = self._city.boundary.bounds
        return south <= point.lat <= north and west <= point.long <= east


def _vocabulary(db: sqlite3.Connection) -> Iterator[str]:
    """Every word of the name of a place that is long enough to be mistyped."""
    for (name,) in db.execute("SELECT name FROM place WHERE kind != 'crossing'"):
        yield from (word for word in words_of(name) if len(word) > 3)


def _shortened(names: Iterable[str]) -> dict[str, list[str]]:
    """Names by what is left of them when letters go, as many as errors are forgiven: so similar names meet."""
    found: dict[str, list[str]] = {}
    for name in names:
        if not name.isdigit():
            shorter = _shorter(name)
            if edits_forgiven(name) > 1:
                shorter = {short for once in shorter for short in _shorter(once)}
            for short in shorter:
                found.setdefault(short, []).append(name)
    return found


def _shorter(word: str) -> set[str]:
    return {word, *(word[:i] + word[i + 1 :] for i in range(len(word)))}


def _terms(*words: str) -> str:
    """One word of a query for FTS5, in any of several spellings; quoted, so that nothing in it is a command."""
    spellings = [f'"{part}"*' for word in words for part in word.split()]
    return f"({' OR '.join(spellings)})" if spellings else '""'


def _fits(words: tuple[str, ...], row: tuple[str, str, float, float, int, str | None]) -> float:
    name, _kind, _lat, _long, rank, _names = row
    known = [word.strip("().,").casefold() for word in name.replace("/", " ").split()]
    whole = sum(
        word in known or ordinal(int(word)) in known if word.isdigit() else word in known for word in words
    )
    begun = sum(any(one.startswith(word) for one in known) for word in words)
    return 3 * whole + begun - rank * 0.7 - len(known) * 0.15 + 2 * (known[:1] == list(words[:1]))


def _found(name: str, kind: str, spot: Numbered, why: Why) -> Found:
    return Found(name, kind, round(spot.lat, 6), round(spot.long, 6), round(spot.sure_m), why)


def _distinct(found: Iterable[Found]) -> Iterator[Found]:
    """Leave out what is shown already: the same name, or the same kind of thing at the same spot."""
    names, spots = set(), set()
    for one in found:
        spot = (round(one.lat, 4), round(one.long, 4), one.kind)
        if one.name not in names and spot not in spots:
            names.add(one.name)
            spots.add(spot)
            yield one


def _point(lat: str, long: str) -> Point | None:
    try:
        return read_point(lat, long)
    except Rejected:
        return None


def _same_kind(street: _Street, asked: StreetName) -> bool:
    return street.key == asked.key


def _why(kind: str) -> Why:
    return "crossing" if kind == "crossing" else "area" if kind == "neighborhood" else "place"


def _sure(kind: str) -> int:
    return CORNER_M if kind == "crossing" else WIDE_KINDS.get(kind, PLACE_M)


def _label(street: StreetName) -> str:
    base = ordinal(street.number) if street.number is not None else street.base.title()
    return " ".join(filter(None, (street.quadrant.upper(), base, street.kind.title())))


def _without_quadrant(name: str, quadrant: str) -> str:
    first, _, rest = name.partition(" ")
    return rest if rest and first.casefold() == quadrant else name


def _in(locale: str, name: str, names: str | None) -> str:
    return str(json.loads(names).get(locale) or name) if names else name


def _meters(point: Point, lat: float, long: float) -> float:
    north = (lat - point.lat) * METERS_PER_DEGREE
    east = (long - point.long) * METERS_PER_DEGREE * math.cos(math.radians(point.lat))
    return math.hypot(north, east)
