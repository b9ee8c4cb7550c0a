"""Makes the database of places from what was collected: streets are put together, houses numbered, corners named."""

import math
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from statistics import median

import shapely

from app.city.city import City
from app.places.address_grid import METERS_PER_DEGREE, Grid, Street, axis_of, number_streets
from app.places.data.collected import Collected, Corner, NamedSpot
from app.places.data.database import as_json, replaced
from app.places.street_names import QUADRANTS, StreetName, ordinal, words_of

# Sightings of one corner that are farther from their middle than this are mistakes.
SAME_CORNER_M = 150
LONGEST_ZIP_M = 8_000
_CAPITALS = {"ne", "nw", "se", "sw", "n", "s", "e", "w"}

StreetKey = tuple[str, str]


def build(file: Path, collected: Collected, city: City) -> None:
    """Write the database and put it in the old one's place. Raises OSError or sqlite3.Error; the old one stays then."""
    grid = city.streets.grid()
    corners = _merged(collected.corners)
    streets = _streets(collected, corners)
    with replaced(file) as connection:
        ids = _write_streets(connection, streets, grid, collected)
        spots = [*_unique(collected.places)]
        _write_places(connection, spots)
        _write_corners(connection, corners, ids, collected, first_id=len(spots) + 1)
        _write_shapes(connection, collected)
        _write_zips(connection, collected, city)
        rows = [(*source, taken) for source, taken in zip(collected.sources, collected.counts, strict=True)]
        connection.executemany("INSERT INTO source VALUES (?, ?, ?, ?, ?)", rows)


# --- streets ------------------------------------------------------------------------------------------------


def _merged(corners: Iterable[Corner]) -> list[Corner]:
    """One corner for each pair of streets: the middle of where it was seen."""
    seen: dict[tuple[StreetKey, StreetKey], list[Corner]] = defaultdict(list)
    for corner in corners:
        if _key(corner.first) > _key(corner.second):
            corner = Corner(corner.second, corner.first, corner.lat, corner.long)
        if _key(corner.first) != _key(corner.second):
            seen[_key(corner.first), _key(corner.second)].append(corner)
    return [middle for found in seen.values() if (middle := _middle(found))]


def _middle(found: Sequence[Corner]) -> Corner | None:
    lat, long = median(one.lat for one in found), median(one.long for one in found)
    near = [one for one in found if _meters(one.lat, one.long, lat, long) <= SAME_CORNER_M]
    if not near:
        # Two far apart: nobody knows which of them is right, so the first one counts.
        near = [found[0]]
    return near[0]._replace(
        lat=sum(one.lat for one in near) / len(near), long=sum(one.long for one in near) / len(near)
    )


def _streets(collected: Collected, corners: Iterable[Corner]) -> list[Street]:
    streets: dict[StreetKey, Street] = {}

    def street(name: StreetName) -> Street:
        found = streets.setdefault(_key(name), Street(name))
        if not found.name.kind and name.kind:
            found.name = name
        return found

    for corner in corners:
        street(corner.first).corners.append((corner.lat, corner.long, corner.second))
        street(corner.second).corners.append((corner.lat, corner.long, corner.first))
    for name, lat, long in collected.street_points:
        street(name).points.append((lat, long))
    for house in collected.houses:
        street(house.street).houses.append((house.number, house.lat, house.long))
    return list(streets.values())


def _write_streets(
    connection: sqlite3.Connection, streets: list[Street], grid: Grid, collected: Collected
) -> dict[StreetKey, int]:
    ids: dict[StreetKey, int] = {}
    shown = _shown_by_key(collected)
    for street_id, (street, numbers) in enumerate(
        zip(streets, number_streets(streets, grid), strict=True), start=1
    ):
        key = _key(street.name)
        ids[key] = street_id
        size = len(street.corners) + len(street.points) // 10
        name = shown.get(key) or street_label(street.name)
        row = (street_id, *key, street.name.base, name, axis_of(street, grid), size)
        connection.execute("INSERT INTO street VALUES (?, ?, ?, ?, ?, ?, ?)", row)
        connection.executemany(
            "INSERT INTO numbered VALUES (?, ?, ?, ?, ?)",
            [
                (street_id, round(n, 1), round(lat, 6), round(long, 6), round(m))
                for n, lat, long, m in numbers
            ],
        )
        connection.executemany(
            "INSERT OR IGNORE INTO house VALUES (?, ?, ?, ?)",
            [(street_id, *house) for house in street.houses],
        )
    return ids


def _shown_by_key(collected: Collected) -> dict[StreetKey, str]:
    """The fullest name of each street, as its files write it: with quadrant in front."""
    shown: dict[StreetKey, str] = {}
    for street, text in collected.shown.items():
        label = _full_label(street, text)
        if len(label) > len(shown.get(_key(street), "")):
            shown[_key(street)] = label
    return shown


def _full_label(street: StreetName, text: str) -> str:
    words = text.split()
    if words and words_of(words[0])[:1] and words_of(words[0])[0] in QUADRANTS and len(words) > 1:
        words = words[1:]
    rest = " ".join(words)
    if words_of(rest)[:1] == [street.base] and street.base.isdigit():
        rest = street_label(StreetName("", street.base, street.kind))
    return f"{street.quadrant.upper()} {rest}".strip()


_KIND_LABELS = {
    "ave": "Ave",
    "st": "St",
    "blvd": "Blvd",
    "rd": "Rd",
    "dr": "Dr",
    "ct": "Ct",
    "pl": "Pl",
    "pkwy": "Pkwy",
    "hwy": "Hwy",
    "ln": "Ln",
    "ter": "Ter",
    "cir": "Cir",
    "way": "Way",
    "aly": "Aly",
    "expy": "Expy",
    "loop": "Loop",
    "sq": "Sq",
    "trl": "Trl",
}


def street_label(street: StreetName) -> str:
    """A street as on its sign: "SE 39th Ave"."""
    base = ordinal(street.number) if street.number is not None else street.base.title()
    return " ".join(filter(None, (street.quadrant.upper(), base, _KIND_LABELS.get(street.kind, ""))))


# --- places -------------------------------------------------------------------------------------------------


def _unique(places: Iterable[NamedSpot]) -> Iterable[NamedSpot]:
    """Leave out what stands in two files: the same name within some hundred meters."""
    seen: dict[str, list[NamedSpot]] = defaultdict(list)
    for place in places:
        name = " ".join(words_of(place.name))
        if not any(_meters(place.lat, place.long, one.lat, one.long) < 400 for one in seen[name]):
            seen[name].append(place)
            yield place


def _write_places(connection: sqlite3.Connection, places: Iterable[NamedSpot], first_id: int = 1) -> None:
    for place_id, place in enumerate(places, start=first_id):
        lat, long = round(place.lat, 6), round(place.long, 6)
        connection.execute(
            "INSERT INTO place VALUES (?, ?, ?, ?, ?, ?, ?)",
            (place_id, place.name, place.kind, lat, long, place.rank, as_json(dict(place.names))),
        )
        connection.execute("INSERT INTO place_box VALUES (?, ?, ?, ?, ?)", (place_id, long, long, lat, lat))
        words = " ".join(words_of(" ".join((place.name, *place.names.values(), place.also))))
        connection.execute("INSERT INTO place_words (rowid, words) VALUES (?, ?)", (place_id, words))


def _write_corners(
    connection: sqlite3.Connection,
    corners: Iterable[Corner],
    ids: dict[StreetKey, int],
    collected: Collected,
    *,
    first_id: int,
) -> None:
    labels = dict(connection.execute("SELECT id, name FROM street").fetchall())
    sizes = dict(connection.execute("SELECT id, size FROM street").fetchall())
    aliases = {alias.base: alias.also for alias in collected.words.aliases}
    for place_id, corner in enumerate(corners, start=first_id):
        pair = sorted((corner.first, corner.second), key=lambda street: -sizes[ids[_key(street)]])
        one, two = (ids[_key(street)] for street in pair)
        size = min(sizes[one], sizes[two])
        also = " ".join(name for street in pair for name in (*aliases.get(street.base, ()), *_spoken(street)))
        spot = NamedSpot(
            f"{labels[one]} & {labels[two]}", "crossing", corner.lat, corner.long, _rank(size), {}, also
        )
        _write_places(connection, [spot], place_id)
        for first, second in ((one, two), (two, one)):
            connection.execute(
                "INSERT OR IGNORE INTO corner VALUES (?, ?, ?, ?, ?)",
                (first, second, round(corner.lat, 6), round(corner.long, 6), place_id),
            )


def _spoken(street: StreetName) -> Iterable[str]:
    yield ordinal(street.number) if street.number is not None else street.base


def _rank(size: int) -> int:
    """Corners of two long streets come before those of a side street: 4 to 8."""
    return max(4, 8 - size // 8)


# --- shapes, postal codes -----------------------------------------------------------------------------------


def _write_shapes(connection: sqlite3.Connection, collected: Collected) -> None:
    for shape_id, shape in enumerate(collected.shapes, start=1):
        west, south, east, north = shape.geometry.bounds
        connection.execute(
            "INSERT INTO shape VALUES (?, ?, ?, ?, ?, ?)",
            (
                shape_id,
                shape.layer,
                shape.rank,
                shape.name,
                as_json(dict(shape.names)),
                shapely.to_wkb(shape.geometry),
            ),
        )
        connection.execute(
            "INSERT INTO shape_box VALUES (?, ?, ?, ?, ?)", (shape_id, west, east, south, north)
        )
        if shape.owner:
            connection.execute("INSERT INTO shape_owner VALUES (?, ?)", (shape_id, shape.owner))


def _write_zips(connection: sqlite3.Connection, collected: Collected, city: City) -> None:
    """The middle of all that bears a code, or what the city pack says of it."""
    spots: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for code, lat, long in collected.zips:
        spots[code].append((lat, long))
    rows = {area.code: (area.lat, area.long, area.radius_m) for area in city.streets.zips}
    for code, found in spots.items():
        if len(found) >= 5:
            lat, long = median(lat for lat, _ in found), median(long for _, long in found)
            away = sorted(_meters(lat, long, *spot) for spot in found)
            rows[code] = (lat, long, min(LONGEST_ZIP_M, away[int(len(away) * 0.9)]))
    connection.executemany(
        "INSERT INTO zip VALUES (?, ?, ?, ?)",
        [(code, round(lat, 5), round(long, 5), round(m)) for code, (lat, long, m) in rows.items()],
    )


def _key(street: StreetName) -> StreetKey:
    return street.quadrant, street.key


def _meters(lat_a: float, long_a: float, lat_b: float, long_b: float) -> float:
    north = (lat_b - lat_a) * METERS_PER_DEGREE
    east = (long_b - long_a) * METERS_PER_DEGREE * math.cos(math.radians(lat_a))
    return math.hypot(north, east)
