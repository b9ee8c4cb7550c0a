"""What the city pack says of places, as the beginning of every database of places."""

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise

from shapely.geometry import LineString, Polygon

from app.city.city import City
from app.places.address_grid import METERS_PER_DEGREE
from app.places.data.collected import Collected, Corner, NamedSpot, Shape, Source
from app.places.place_words import Crossing, read_place_words
from app.places.points import LatLong, Place, Ring

# A line of the pack gets a point at least every so many meters, so that houses lie along it.
STEP_M = 60
# The rank of the rough outlines of the pack; exact ones of files come before them.
PACK_RANK = 9
PACK = Source("City pack", "as the portal's own", "", "city pack")


def collect_city(city: City) -> Collected:
    """Begin with what the city pack knows."""
    collected = Collected(city.streets.words(), within=city.boundary)
    collected.begin(PACK)
    for place in city.places:
        _add_place(collected, place)
    for street in city.streets.main:
        name = collected.read_street(street.name)
        if name is not None:
            collected.street_points += [(name, lat, long) for lat, long in _stepped(street.points)]
    for line in city.lines:
        # A river of the pack is there at every zoom.
        layer, rank = ("water", 0) if line.kind == "river" else ("street", 1)
        shape = LineString([(long, lat) for lat, long in line.points])
        collected.shapes.append(Shape(layer, rank, line.name, {}, shape))
    _add_boundary(collected, city)
    collected.count(len(city.places) + len(city.lines) + len(city.streets.main))
    return collected


def without_boundary(collected: Collected) -> None:
    """Take the pack's rough outline out, because a file brings a better one."""
    collected.shapes = [
        shape
        for shape in collected.shapes
        if not (shape.layer in ("boundary", "neighbor") and shape.rank == PACK_RANK)
    ]


def _add_place(collected: Collected, place: Place) -> None:
    """A crossing of the pack is a corner of two streets; everything else is a place."""
    if place.kind == "crossing":
        for reading in read_place_words(place.name.split(",")[0], collected.words):
            if isinstance(reading, Crossing):
                first, _, second = place.name.partition(" and ")
                collected.read_street(first)
                collected.read_street(second, quadrant=reading.first.quadrant)
                collected.corners.append(Corner(reading.first, reading.second, place.lat, place.long))
                return
    rank = 6 if place.kind == "crossing" else 3
    collected.places.append(NamedSpot(place.name, place.kind, place.lat, place.long, rank))


def _add_boundary(collected: Collected, city: City) -> None:
    holes = [_ring(hole) for hole in city.boundary.holes]
    outline = Polygon(_ring(city.boundary.outline), holes)
    collected.shapes.append(Shape("boundary", PACK_RANK, city.name, {}, outline))
    for hole in city.boundary.holes:
        collected.shapes.append(Shape("neighbor", PACK_RANK, hole.name, {}, Polygon(_ring(hole))))


def _ring(ring: Ring) -> list[tuple[float, float]]:
    return [(long, lat) for lat, long in ring.points]


def _stepped(points: Sequence[LatLong]) -> Iterator[tuple[float, float]]:
    for (lat_a, long_a), (lat_b, long_b) in pairwise(points):
        north = (lat_b - lat_a) * METERS_PER_DEGREE
        east = (long_b - long_a) * METERS_PER_DEGREE * math.cos(math.radians(lat_a))
        steps = max(1, math.ceil(math.hypot(north, east) / STEP_M))
        for i in range(steps):
            yield lat_a + (lat_b - lat_a) * i / steps, long_a + (long_b - long_a) * i / steps
    yield points[-1]
