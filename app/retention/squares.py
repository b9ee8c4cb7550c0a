"""Squares of a size over the whole Earth, by name: where something is can be compared without saying where.

The edges run north and east. A name is the same on every machine.
"""

import math

from app.places.points import Point, box_around

METERS_OF_A_DEGREE = 111_320
NARROWEST = 0.01
"""Of the squares near the poles, in parts of those at the equator."""
BEYOND = 1.02
"""How much farther than the circle squares are looked for, so that none is missed at its very edge."""
STEPS = 8
"""In how many steps they are looked for, from one edge of the circle to the other: more than there are squares."""


def square_of(lat: float, long: float, size_m: int) -> str:
    """The square in which a point lies, in WGS84 degrees. size_m: length of its edge in meters."""
    height = size_m / METERS_OF_A_DEGREE
    row = math.floor(lat / height)
    # Rounded, because machines differ in the last digit of a cosine. A whole number of squares goes round the Earth.
    around = math.floor(360 / height * max(NARROWEST, round(math.cos(math.radians((row + 0.5) * height)), 4)))
    return f"{row} {math.floor(long % 360 / 360 * around) % around}"


def squares_around(center: Point, radius_m: float, size_m: int) -> list[str]:
    """All squares in which a point of the circle may lie. size_m: their edge, about as long as the radius.

    What is farther away than three times the radius lies in none of them.
    """
    south, west, north, east = box_around(center, radius_m * BEYOND)
    lats, longs = _between(south, north), _between(west, east)
    return sorted({square_of(lat, long, size_m) for lat in lats for long in longs})


def _between(start: float, end: float) -> list[float]:
    return [start + (end - start) * step / STEPS for step in range(STEPS + 1)]
