"""Web Mercator (EPSG:3857) as map tiles use it: degrees to pixels of the whole world at a zoom, and tiles to boxes.

Pixel (0, 0) is the north-west corner; at zoom 0 the world is 256 pixels wide, and each zoom doubles that.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

TILE = 256
"""Pixels along a side of a tile."""
MOST_NORTH = 85.0511
"""Degrees of latitude at which the square world ends, north and south."""
EARTH_METERS = 40_075_016.686
"""Length of the equator in the ellipsoid of WGS84."""


class Box(NamedTuple):
    """A box in degrees (WGS84)."""

    west: float
    south: float
    east: float
    north: float

    def around(self, degrees: float) -> "Box":
        """This box, larger on every side."""
        return Box(self.west - degrees, self.south - degrees, self.east + degrees, self.north + degrees)

    def contains(self, lat: float, long: float) -> bool:
        """Whether a point is inside or on the edge."""
        return self.south <= lat <= self.north and self.west <= long <= self.east

    def touches(self, other: "Box") -> bool:
        """Whether the boxes have a point in common."""
        apart = self.west > other.east or other.west > self.east
        return not (apart or self.south > other.north or other.south > self.north)


def world_pixels(zoom: int) -> int:
    """Pixels around the world."""
    return int(TILE * 2**zoom)


def to_pixels(long_lat: NDArray[np.float64], zoom: int) -> NDArray[np.float64]:
    """Rows of (longitude, latitude) as rows of (x, y) in pixels of the world."""
    world = world_pixels(zoom)
    lat = np.radians(np.clip(long_lat[:, 1], -MOST_NORTH, MOST_NORTH))
    x = (long_lat[:, 0] + 180) / 360
    y = (1 - np.log(np.tan(lat) + 1 / np.cos(lat)) / math.pi) / 2
    return np.column_stack((x * world, y * world))


def pixel_of(lat: float, long: float, zoom: int) -> tuple[float, float]:
    """One point as (x, y) in pixels of the world."""
    x, y = to_pixels(np.array([(long, lat)]), zoom)[0]
    return float(x), float(y)


def degrees_at(x: float, y: float, zoom: int) -> tuple[float, float]:
    """(latitude, longitude) of a pixel of the world."""
    world = world_pixels(zoom)
    lat = math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * y / world))))
    return lat, x / world * 360 - 180


def box_of_pixels(left: float, top: float, right: float, bottom: float, zoom: int) -> Box:
    """The box of a rectangle of pixels of the world."""
    north, west = degrees_at(left, top, zoom)
    south, east = degrees_at(right, bottom, zoom)
    return Box(west, south, east, north)


def meters_per_pixel(lat: float, zoom: int) -> float:
    """How far apart two pixels are on the ground."""
    return EARTH_METERS * math.cos(math.radians(lat)) / world_pixels(zoom)
