"""What a map is drawn from: shapes with a layer, a rank and a name, out of the places database or the city pack."""

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from app.city.city import City
from app.maps.mercator import Box
from app.places.points import Boundary, LatLong

LAYERS = ("boundary", "area", "water", "park", "street", "rail", "bridge", "place")
MOST_POINTS = 100_000
"""Of one shape; beyond that it is a mistake or an attack, and is left out."""
LONGEST_NAME = 80
_NO_NAMES: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Shape:
    """One thing on the map.

    layer: one of LAYERS. rank: 0 is the most important, 9 the least. name: as on the sign; names: in other
    languages, by code. geometry: longitude, latitude in degrees (WGS84). kind: of a place (layer "place").
    """

    layer: str
    rank: int
    name: str
    geometry: BaseGeometry
    names: Mapping[str, str] = field(default_factory=lambda: _NO_NAMES)
    kind: str = ""

    def name_in(self, locale: str) -> str:
        """The name in a language, if it is known there, else as on the sign."""
        return self.names.get(locale) or self.names.get(locale.split("-")[0]) or self.name

    @property
    def box(self) -> Box:
        """The smallest box around it."""
        return Box(*self.geometry.bounds)


def shape_of_row(layer: str, rank: Any, name: Any, names: Any, wkb: bytes) -> Shape | None:
    """A shape from a row of the places database (table `shape`).

    None if it cannot be drawn: broken WKB, no finite coordinates, not on Earth, too many points.
    """
    try:
        geometry = shapely.from_wkb(wkb, on_invalid="raise")
    except (shapely.errors.ShapelyError, TypeError):
        return None
    if geometry is None or layer not in LAYERS or not _is_drawable(geometry):
        return None
    return Shape(layer, _rank(rank), _name(name), shapely.force_2d(geometry), _names(names))


def point_of_row(rank: Any, name: Any, names: Any, lat: Any, long: Any, kind: Any) -> Shape | None:
    """A place from a row of the places database (table `place`), or None if it is nowhere on Earth."""
    if not (isinstance(lat, float) and isinstance(long, float)):
        return None
    point = shapely.Point(long, lat)
    if not _is_drawable(point):
        return None
    return Shape("place", _rank(rank), _name(name), point, _names(names), _name(kind))


def _is_drawable(geometry: BaseGeometry) -> bool:
    if geometry.is_empty or shapely.get_num_coordinates(geometry) > MOST_POINTS:
        return False
    # Not by bounds: a NaN among many numbers does not show there.
    coordinates = shapely.get_coordinates(geometry)
    reach = float(abs(coordinates).max())
    if not math.isfinite(reach):
        return False
    west, south, east, north = geometry.bounds
    return bool(-180 <= west <= east <= 180 and -90 <= south <= north <= 90)


def _rank(value: Any) -> int:
    return min(9, max(0, value)) if isinstance(value, int) else 9


def _name(value: Any) -> str:
    """A name fit to be drawn: one line, no control characters, not endless."""
    if not isinstance(value, str):
        return ""
    line = " ".join(value[: 2 * LONGEST_NAME].split())
    return "".join(sign for sign in line if sign.isprintable())[:LONGEST_NAME]


def _names(text: Any) -> Mapping[str, str]:
    if not isinstance(text, str) or not text:
        return _NO_NAMES
    try:
        names = json.loads(text)
    except (ValueError, RecursionError):
        return _NO_NAMES
    if not isinstance(names, dict):
        return _NO_NAMES
    return {code: name for code, value in names.items() if (name := _name(value))}


def shapes_of_city(city: City) -> list[Shape]:
    """What the city pack alone has for a map: outline, rivers, main streets and places."""
    shapes = [Shape("boundary", 0, city.name, _polygon(city.boundary))]
    layers = {"river": ("water", 0), "street": ("street", 1)}
    for line in city.lines:
        layer, rank = layers[line.kind]
        shapes.append(Shape(layer, rank, line.name, shapely.LineString(_long_lat(line.points))))
    for place in city.places:
        shapes.append(Shape("place", 3, place.name, shapely.Point(place.long, place.lat), kind=place.kind))
    return shapes


def _polygon(boundary: Boundary) -> shapely.Polygon:
    holes = [_long_lat(hole.points) for hole in boundary.holes]
    return shapely.Polygon(_long_lat(boundary.outline.points), holes)


def _long_lat(points: Iterable[LatLong]) -> list[tuple[float, float]]:
    return [(long, lat) for lat, long in points]
