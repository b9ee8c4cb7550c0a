"""How far a spot is from a shape, on the ground."""

import math

import shapely
from shapely.geometry.base import BaseGeometry

from app.places.address_grid import METERS_PER_DEGREE


def is_within(shape: BaseGeometry, spot: shapely.Point, lat: float, meters: float) -> bool:
    """Whether a spot is at most so many meters from a shape; a city is small enough to be flat."""
    shrink = math.cos(math.radians(lat))
    _, nearest = shapely.shortest_line(spot, shape).coords
    north = (nearest[1] - spot.y) * METERS_PER_DEGREE
    east = (nearest[0] - spot.x) * METERS_PER_DEGREE * shrink
    return math.hypot(north, east) <= meters
