"""Shapes of central Portland, made up or out of the shared data, for pictures of the map: benchmarks and tests only.

What the portal itself draws comes out of the places database, which `make import-places` makes.
"""

import json
import os
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import osmium
import shapely
from shapely.geometry import shape as geometry_of

from app.city.loader import load_city
from app.maps.mercator import Box
from app.maps.shapes import Shape, shapes_of_city
from app.settings import CITY

DATA = Path(os.environ.get("PORTAL_TEST_DATA", Path(__file__).parents[2] / "shared/data"))
STREETS = DATA / "geo/portland-central-filtered.osm.pbf"
CITIES = DATA / "geo/metro-cities-census-places.geojson"
CENTER = Box(-122.713, 45.473, -122.564, 45.561)
"""Where there are streets in the shared data."""

RANKS = {
    "motorway": 0,
    "trunk": 1,
    "primary": 2,
    "secondary": 3,
    "tertiary": 4,
    "motorway_link": 5,
    "trunk_link": 5,
    "primary_link": 5,
    "secondary_link": 5,
    "tertiary_link": 5,
    "residential": 6,
    "unclassified": 6,
    "living_street": 6,
    "pedestrian": 7,
    "service": 7,
    "track": 8,
    "cycleway": 8,
    "footway": 9,
    "path": 9,
    "steps": 9,
}
"""Streets of OpenStreetMap (key `highway`) as ranks of the map."""


def shapes_made_up() -> list[Shape]:
    """Streets as a town would have them, always the same, with boundary, rivers and places of the city pack."""
    return [*shapes_of_city(load_city(CITY)), *_grid()]


def _grid() -> Iterator[Shape]:
    """Blocks between streets, each a little crooked; every fourth is a larger street, every eighth a main one."""
    chance = random.Random(311)
    across, down = 42, 36
    corners = {
        (x, y): (
            CENTER.west + (x + chance.uniform(-0.15, 0.15)) * (CENTER.east - CENTER.west) / across,
            CENTER.south + (y + chance.uniform(-0.15, 0.15)) * (CENTER.north - CENTER.south) / down,
        )
        for x in range(across + 1)
        for y in range(down + 1)
    }
    for x in range(across + 1):
        yield _street(f"{x + 1}th Avenue", x, [corners[x, y] for y in range(down + 1)])
    for y in range(down + 1):
        name = f"{chance.choice(NAMES)}{chance.choice(ENDINGS)} Street"
        yield _street(name, y, [corners[x, y] for x in range(across + 1)])
    for x in range(across):
        for y in range(down):
            if chance.random() < 0.3:  # a path through the block
                yield Shape("street", 9, "", shapely.LineString([corners[x, y], corners[x + 1, y + 1]]), {})


NAMES = ("Elm", "Oak", "Ash", "Linden", "Maple", "Cedar", "Hazel", "Willow", "Alder", "Birch")
ENDINGS = ("", "wood", "dale", "ford", "crest")


def _street(name: str, number: int, points: list[tuple[float, float]]) -> Shape:
    rank = 2 if number % 8 == 0 else 4 if number % 4 == 0 else 6
    return Shape("street", rank, name, shapely.LineString(points), {})


def shapes_of_portland() -> list[Shape]:
    """The streets of the extract, the boundary of the census, rivers and places of the city pack."""
    city = shapes_of_city(load_city(CITY))
    kept = [shape for shape in city if shape.layer in ("water", "place")]
    return [*kept, boundary(), *streets()]


def boundary() -> Shape:
    """The city's boundary by the census."""
    found: list[dict[str, Any]] = json.loads(CITIES.read_text())["features"]
    portland = next(feature for feature in found if feature["properties"]["NAME"] == "Portland")
    return Shape("boundary", 0, "Portland", geometry_of(portland["geometry"]))


def streets() -> list[Shape]:
    """Every street and way of the extract."""
    found = []
    ways = osmium.FileProcessor(str(STREETS)).with_locations().with_filter(osmium.filter.KeyFilter("highway"))
    for way in ways:
        if not isinstance(way, osmium.osm.Way) or way.tags["highway"] not in RANKS:
            continue
        rank = RANKS[way.tags["highway"]]
        points = [(node.lon, node.lat) for node in way.nodes if node.location.valid()]
        if len(points) > 1:
            names = {tag.k[5:]: tag.v for tag in way.tags if tag.k.startswith("name:")}
            name = way.tags.get("name") or ""
            found.append(Shape("street", rank, name, shapely.LineString(points), names))
    return found
