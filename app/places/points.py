"""Where things are: points, the city's outline, distances, and a place said in words.

Plain geometry on plain numbers, exact enough for one city. Latitudes and longitudes are WGS84 degrees,
latitude first; distances are meters. A city that crosses the 180th meridian is out of scope.
"""

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from app.kit.errors import FieldError, Rejected
from app.kit.text import ascii_digits
from i18n import N_, Message

EARTH_RADIUS_M = 6_371_008.8
METERS_PER_MILE = 1_609.344
FEET_PER_METER = 3.28084

# How far from a known place the words "very close to" are still true.
VERY_CLOSE_M = 25
# From here on, miles say more than feet.
LONG_WAY_M = 500
# Beyond this the nearest place we know no longer helps anybody to find the spot.
TOO_FAR_M = 5_000

Latitude = Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
Longitude = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]
LatLong = tuple[Latitude, Longitude]


class Geometry(BaseModel):
    """Base of what the map files of a city pack say: no unknown keys, no guessed types, never changed."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)


class Point(Geometry):
    """One spot on the ground, in WGS84 degrees."""

    lat: Latitude
    long: Longitude


class Compass(StrEnum):
    """The eight directions people say."""

    NORTH = "N"
    NORTHEAST = "NE"
    EAST = "E"
    SOUTHEAST = "SE"
    SOUTH = "S"
    SOUTHWEST = "SW"
    WEST = "W"
    NORTHWEST = "NW"


PlaceKind = Literal[
    "neighborhood",
    "crossing",
    "bridge",
    "park",
    "library",
    "station",
    "school",
    "hospital",
    "landmark",
]


class Place(Point):
    """A place people know by name; the name is as on the sign and is not translated."""

    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=80)]
    kind: PlaceKind


class Ring(Geometry):
    """A closed line around an area; the last point is joined to the first one.

    tolerance_m: how far the drawn line may be from the true one.
    """

    points: tuple[LatLong, ...] = Field(min_length=3, max_length=1_000)
    tolerance_m: float = Field(default=0, ge=0, le=5_000, allow_inf_nan=False)

    @model_validator(mode="after")
    def _does_not_cross_itself(self) -> Self:
        crossing = _crossing_sides(self.points)
        if crossing:
            first, second = crossing
            raise ValueError(f"the line crosses itself after points {first + 1} and {second + 1}")
        return self


class Hole(Ring):
    """An area inside the outline that is not part of the city, such as a town of its own."""

    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=80)]


class Boundary(Geometry):
    """What belongs to the city: the inside of `outline` without the `holes`."""

    outline: Ring
    holes: tuple[Hole, ...] = ()

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """The smallest box around the outline: south, west, north, east, in degrees."""
        lats = [lat for lat, _ in self.outline.points]
        longs = [long for _, long in self.outline.points]
        return min(lats), min(longs), max(lats), max(longs)

    @property
    def rings(self) -> tuple[Ring, ...]:
        """The outline and all holes."""
        return (self.outline, *self.holes)


class MapLine(Geometry):
    """A river or a main street for a plain map, as a line through points; the name is as on the sign."""

    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=80)]
    kind: Literal["river", "street"]
    points: tuple[LatLong, ...] = Field(min_length=2, max_length=500)


# --- distances ------------------------------------------------------------------------------------


def distance_m(a: Point, b: Point) -> float:
    """Distance in meters along the ground (great circle)."""
    lat_a, lat_b = math.radians(a.lat), math.radians(b.lat)
    half = math.sin((lat_b - lat_a) / 2) ** 2
    half += math.cos(lat_a) * math.cos(lat_b) * math.sin(math.radians(b.long - a.long) / 2) ** 2
    return 2 * EARTH_RADIUS_M * math.asin(min(1.0, math.sqrt(half)))


def box_around(point: Point, meters: float) -> tuple[float, float, float, float]:
    """The box that holds all within a distance in meters: south, west, north, east, in degrees."""
    up = math.degrees(meters / EARTH_RADIUS_M)
    across = up / max(math.cos(math.radians(min(90, abs(point.lat) + up))), 1e-6)
    return point.lat - up, point.long - across, point.lat + up, point.long + across


def compass(start: Point, end: Point) -> Compass:
    """Say in which of eight directions `end` lies, seen from `start`."""
    east, north = _offset_m(start, (end.lat, end.long))
    eighth = round(math.degrees(math.atan2(east, north)) / 45) % 8
    return list(Compass)[eighth]


def contains(boundary: Boundary, point: Point) -> bool:
    """Tell whether a point is inside the outline and in none of its holes."""
    if not _in_ring(boundary.outline.points, point):
        return False
    return not any(_in_ring(hole.points, point) for hole in boundary.holes)


def distance_to_boundary_m(boundary: Boundary, point: Point) -> float:
    """Distance in meters to the nearest line of the boundary, from inside or outside, holes included."""
    return min(distance_to_ring_m(ring, point) for ring in boundary.rings)


def nearest_place(places: Iterable[Place], point: Point) -> tuple[Place, float, Compass] | None:
    """Return the nearest known place, its distance in meters and in which direction from it the point lies.

    None when no place is known at all.
    """
    nearest = min(places, key=lambda place: distance_m(place, point), default=None)
    if nearest is None:
        return None
    return nearest, distance_m(nearest, point), compass(nearest, point)


def approximate(point: Point) -> Point:
    """Return the point rounded to about a city block (0.001 degree), for places that are not public."""
    return Point(lat=round(point.lat, 3), long=round(point.long, 3))


# --- places in words ------------------------------------------------------------------------------


def in_degrees(point: Point) -> Message:
    """Say where a point is when no place is near."""
    return N_("Latitude %(lat)s, longitude %(long)s", lat=f"{point.lat:.5f}", long=f"{point.long:.5f}")


def from_place(name: str, place: Point, point: Point, meters: float) -> Message:
    """Say where a point is, seen from a place with a name that is so many meters away."""
    if meters < VERY_CLOSE_M:
        return N_("Very close to %(place)s", place=name)
    direction = compass(place, point)
    return Message(_FROM_PLACE[direction].text, {"distance": distance_in_words(meters), "place": name})


def distance_in_words(meters: float) -> Message:
    """Say a distance in round numbers, in feet and meters or, from 500 meters on, in miles and kilometers."""
    if meters < LONG_WAY_M:
        feet = max(50, round(meters * FEET_PER_METER / 50) * 50)
        tens = max(10, round(meters / 10) * 10)
        return N_("About %(feet)s feet (%(meters)s meters)", feet=feet, meters=tens)
    return N_(
        "About %(miles)s miles (%(kilometers)s kilometers)",
        miles=meters / METERS_PER_MILE,
        kilometers=meters / 1000,
    )


_FROM_PLACE: dict[Compass, Message] = {
    Compass.NORTH: N_("%(distance)s north of %(place)s"),
    Compass.NORTHEAST: N_("%(distance)s northeast of %(place)s"),
    Compass.EAST: N_("%(distance)s east of %(place)s"),
    Compass.SOUTHEAST: N_("%(distance)s southeast of %(place)s"),
    Compass.SOUTH: N_("%(distance)s south of %(place)s"),
    Compass.SOUTHWEST: N_("%(distance)s southwest of %(place)s"),
    Compass.WEST: N_("%(distance)s west of %(place)s"),
    Compass.NORTHWEST: N_("%(distance)s northwest of %(place)s"),
}


# --- coordinates as people send them ----------------------------------------------------------------------------------


def read_point(lat: str | float, long: str | float) -> Point:
    """Read coordinates as a form or a device sends them: any script's digits, a decimal comma, spaces around.

    Raises Rejected with what is wrong in plain words: not numbers, not on Earth, or no place at all (0, 0).
    """
    north, east = _degrees(lat), _degrees(long)
    if north is None or east is None:
        raise Rejected([place_error(_NOT_NUMBERS)])
    if north == 0 and east == 0:
        raise Rejected([place_error(_NO_PLACE)])
    if abs(north) > 90 or abs(east) > 180:
        raise Rejected([place_error(SWAPPED if abs(east) <= 90 and abs(north) <= 180 else _NOT_ON_EARTH)])
    return Point(lat=north, long=east)


_NOT_NUMBERS = N_("We could not read the place on the map. Choose it again, or write the address.")
_NO_PLACE = N_("Your device did not say where you are. Choose the place on the map, or write the address.")
_NOT_ON_EARTH = N_("There is no such place on the map. Choose it again, or write the address.")
SWAPPED = N_("The two numbers of the place look swapped. Write the latitude first, then the longitude.")


def place_error(message: Message) -> FieldError:
    """What is wrong with the place, beside its field."""
    return FieldError("lat", message)


_DEGREES = re.compile(r"[+-]?[0-9]{1,3}(\.[0-9]{0,20})?")


def _degrees(value: str | float) -> float | None:
    """Read one coordinate; None when it is not a finite number."""
    if isinstance(value, str):
        text = ascii_digits(value[:60]).strip().replace("\N{MINUS SIGN}", "-").replace(",", ".")
        return float(text) if _DEGREES.fullmatch(text) else None
    try:
        number = float(value)
    except (TypeError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def ring_left(boundary: Boundary, point: Point) -> Ring | None:
    """Return the ring on whose wrong side the point is: the outline, a hole, or None inside the city."""
    if not _in_ring(boundary.outline.points, point):
        return boundary.outline
    return next((hole for hole in boundary.holes if _in_ring(hole.points, point)), None)


# --- plane geometry: a city is small enough to be flat --------------------------------------------


def _offset_m(origin: Point, point: LatLong) -> tuple[float, float]:
    """Meters east and north of `origin`, on a plane that touches the Earth there."""
    north = math.radians(point[0] - origin.lat) * EARTH_RADIUS_M
    east = math.radians(point[1] - origin.long) * EARTH_RADIUS_M * math.cos(math.radians(origin.lat))
    return east, north


def _sides(points: Sequence[LatLong]) -> Iterator[tuple[LatLong, LatLong]]:
    return zip(points, (*points[1:], points[0]), strict=True)


def _in_ring(points: Sequence[LatLong], point: Point) -> bool:
    """Count how often a line eastward from the point meets the ring: an odd number means inside."""
    inside = False
    for (lat_a, long_a), (lat_b, long_b) in _sides(points):
        if (lat_a > point.lat) != (lat_b > point.lat):
            meets_at = long_a + (point.lat - lat_a) / (lat_b - lat_a) * (long_b - long_a)
            inside ^= point.long < meets_at
    return inside


def distance_to_ring_m(ring: Ring, point: Point) -> float:
    """Distance in meters from a point to the nearest side of a ring."""
    on_plane = [_offset_m(point, corner) for corner in ring.points]
    return min(_distance_to_side_m(start, end) for start, end in _sides(on_plane))


def _distance_to_side_m(start: tuple[float, float], end: tuple[float, float]) -> float:
    """Distance in meters from (0, 0) to the nearest point of a straight side."""
    across, up = end[0] - start[0], end[1] - start[1]
    length_squared = across * across + up * up
    along = 0.0 if length_squared == 0 else -(start[0] * across + start[1] * up) / length_squared
    along = min(1.0, max(0.0, along))
    return math.hypot(start[0] + along * across, start[1] + along * up)


def _crossing_sides(points: Sequence[LatLong]) -> tuple[int, int] | None:
    """Return the numbers (from 0) of two sides that cross each other, or None."""
    sides = list(_sides(points))
    for i, first in enumerate(sides):
        for j in range(i + 2, len(sides)):
            neighbors = i == 0 and j == len(sides) - 1
            if not neighbors and _cross(*first, *sides[j]):
                return i, j
    return None


def _cross(a: LatLong, b: LatLong, c: LatLong, d: LatLong) -> bool:
    return _turn(a, b, c) * _turn(a, b, d) < 0 and _turn(c, d, a) * _turn(c, d, b) < 0


def _turn(a: LatLong, b: LatLong, c: LatLong) -> float:
    """Positive for a turn one way at b, negative for the other, 0 straight on."""
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
