"""Reads GeoJSON (RFC 7946) that may be hostile: nothing is believed before it has been looked at."""

import json
import math
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import shapely
from shapely.geometry import MultiPolygon, Point, Polygon, shape
from shapely.geometry.base import BaseGeometry

from app.places.address_grid import METERS_PER_DEGREE
from app.places.data.collected import Collected, PlacesRefused
from app.places.points import Boundary

MOST_BYTES = 300_000_000
MOST_FEATURES = 1_000_000
MOST_POINTS = 500_000
"""Of one feature."""
# A line may touch itself by a rounding error; this much of the area may change when that is mended.
MENDED = 0.01
DEPTHS = {"Point": 0, "LineString": 1, "MultiLineString": 2, "Polygon": 2, "MultiPolygon": 3}
# A place may lie a little outside of a rough outline.
MARGIN_M = 700


class Feature(NamedTuple):
    """One good feature. number: its place in the file, counted from 1."""

    number: int
    geometry: BaseGeometry
    properties: Mapping[str, Any]


def features(file: Path, collected: Collected) -> Iterator[Feature]:
    """Yield the good features of a file in WGS84 degrees, in two dimensions; the others are noted as rejects.

    Raises PlacesRefused if the file as a whole cannot be used.
    """
    for number, feature in enumerate(_listed(file), start=1):
        try:
            yield _feature(number, feature)
        except ValueError as error:
            collected.reject(file.name, number, f"feature {number}: {error}")


def polygon_of(feature: Feature) -> Polygon | MultiPolygon:
    """The area of a feature. Raises ValueError with the reason if it has none that makes sense."""
    area = feature.geometry
    if not isinstance(area, Polygon | MultiPolygon):
        raise ValueError(f"is a {area.geom_type}, but an area is wanted")
    if not area.is_valid:
        area = _mended(area)
    if area.is_empty or area.area == 0:
        raise ValueError("the area is empty")
    return shapely.normalize(area)


def spot_of(geometry: BaseGeometry) -> tuple[float, float]:
    """Latitude and longitude of a point, or of a point inside anything else."""
    point = geometry if isinstance(geometry, Point) else geometry.representative_point()
    return point.y, point.x


def is_ours(collected: Collected, lat: float, long: float) -> bool:
    """Whether a place lies in the city or just beside it."""
    if collected.within is None:
        return True
    return bool(_with_margin(collected.within).covers(Point(long, lat)))


@lru_cache(maxsize=4)
def _with_margin(boundary: Boundary) -> BaseGeometry:
    """The city and MARGIN_M around it, also into its holes."""
    rings = [[(long, lat) for lat, long in ring.points] for ring in boundary.rings]
    degrees = MARGIN_M / METERS_PER_DEGREE
    shrink = math.cos(math.radians(boundary.outline.points[0][0]))
    stretched = shapely.transform(Polygon(rings[0], rings[1:]).buffer(0), lambda spots: spots * (shrink, 1))
    area = shapely.transform(stretched.buffer(degrees), lambda spots: spots / (shrink, 1))
    shapely.prepare(area)
    return area


def _listed(file: Path) -> list[Any]:
    if file.stat().st_size > MOST_BYTES:
        raise PlacesRefused(file.name, f"is larger than {MOST_BYTES:,} bytes")
    try:
        content = json.loads(file.read_text("utf-8-sig"), parse_constant=_no_constant)
    except RecursionError:
        raise PlacesRefused(file.name, "is nested too deep to be GeoJSON") from None
    except UnicodeDecodeError:
        raise PlacesRefused(file.name, "is not UTF-8 text") from None
    except json.JSONDecodeError as error:
        raise PlacesRefused(file.name, f"is not JSON: {error.msg}", error.lineno) from None
    except ValueError as error:
        raise PlacesRefused(file.name, str(error)) from None
    listed = content.get("features") if isinstance(content, dict) else None
    if not isinstance(listed, list) or not listed:
        raise PlacesRefused(file.name, "has no list of features: a GeoJSON FeatureCollection is wanted")
    if len(listed) > MOST_FEATURES:
        raise PlacesRefused(file.name, f"has more than {MOST_FEATURES:,} features")
    return listed


def _no_constant(name: str) -> float:
    raise ValueError(f"has {name} where a number is wanted")


def _feature(number: int, feature: Any) -> Feature:
    geometry: Any = feature.get("geometry") if isinstance(feature, dict) else None
    if not isinstance(geometry, dict) or "coordinates" not in geometry:
        raise ValueError("has no geometry")
    kind = str(geometry.get("type"))[:40]
    if kind not in DEPTHS:
        raise ValueError(f"has an unknown geometry: {kind}")
    for points, position in enumerate(_positions(geometry["coordinates"], DEPTHS[kind]), start=1):
        if points > MOST_POINTS:
            raise ValueError(f"has more than {MOST_POINTS:,} points")
        _check_position(position)
    try:
        made = shapely.force_2d(shape(geometry))
    except (ValueError, TypeError, IndexError, shapely.errors.ShapelyError) as error:
        raise ValueError(f"its coordinates make no {kind}: {str(error)[:80]}") from None
    if made.is_empty:
        raise ValueError("its geometry is empty")
    properties = feature.get("properties")
    return Feature(number, made, properties if isinstance(properties, dict) else {})


def _positions(value: Any, depth: int) -> Iterator[Any]:
    if depth == 0:
        yield value
        return
    if not isinstance(value, list):
        raise ValueError("its coordinates are not nested as its type wants")
    for inner in value:
        yield from _positions(inner, depth - 1)


def _check_position(position: Any) -> None:
    if not isinstance(position, list) or not 2 <= len(position) <= 4:
        raise ValueError("a position is not made of longitude and latitude")
    for number, most in zip(position, (180, 90), strict=False):
        if isinstance(number, bool) or not isinstance(number, int | float) or not math.isfinite(number):
            raise ValueError("a position is not made of numbers")
        if abs(number) > most:
            raise ValueError(
                "a position is not on Earth; are longitude and latitude swapped, or is it not in degrees?"
            )


def _mended(area: Polygon | MultiPolygon) -> Polygon | MultiPolygon:
    """Mend a line that touches itself by a rounding error; a real crossing changes the area and is refused."""
    reason = shapely.is_valid_reason(area).partition("[")[0].casefold()
    drawn = sum(abs(_signed_area(part)) for part in getattr(area, "geoms", (area,)))
    mended = area.buffer(0)
    if not isinstance(mended, Polygon | MultiPolygon) or abs(mended.area - drawn) > MENDED * max(
        drawn, 1e-12
    ):
        raise ValueError(f"the line crosses itself ({reason})")
    return mended


def _signed_area(polygon: Polygon) -> float:
    """The area inside a ring without its holes, by the shoelace formula; the two halves of an 8 cancel out."""
    points = list(polygon.exterior.coords)
    outer = abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(points)) / 2)
    return float(outer - sum(Polygon(ring).area for ring in polygon.interiors))
