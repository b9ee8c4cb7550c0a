"""Whether a spot looks like private property. Only what lies there is read: a city may have 200,000 parcels."""

import math
import threading
from functools import lru_cache
from pathlib import Path

import shapely

from app.places.address_grid import METERS_PER_DEGREE
from app.places.data.database import open_places
from app.places.data.distances import is_within
from app.places.points import Point

# From the middle of a street to behind its sidewalk, and as much again for a phone's error.
STREET_M = 14
# Half of a driveway or a private lane.
LANE_M = 6
MOST_REMEMBERED = 4096
"""Spots of which it is known what they are."""
_HERE = """SELECT s.layer, COALESCE(o.owner, ''), s.geometry FROM shape_box b JOIN shape s ON s.id = b.id
LEFT JOIN shape_owner o ON o.id = s.id
WHERE b.max_long >= ? AND b.min_long <= ? AND b.max_lat >= ? AND b.min_lat <= ?
AND s.layer IN ('private', 'public', 'park', 'street', 'bridge')"""


class PrivateGround:
    """Looks into the database of places. One connection, used by one thread at a time."""

    def __init__(self, file: Path) -> None:
        """Open it; raises FileNotFoundError or ValueError as `open_places` does."""
        self._db = open_places(file)
        self._lock = threading.Lock()
        # Lists ask for the same spots again and again.
        self._at = lru_cache(maxsize=MOST_REMEMBERED)(self._look)

    def is_at(self, point: Point) -> bool:
        """Whether a spot lies on private ground, and neither on public ground nor on a street of everybody.

        What is public outvotes what is private: a shop's ground may be drawn up to the middle of the street.
        """
        return self._at(point.lat, point.long)

    def _look(self, lat: float, long: float) -> bool:
        point = Point(lat=lat, long=long)
        reach = STREET_M / METERS_PER_DEGREE
        across = reach / math.cos(math.radians(point.lat))
        box = (point.long - across, point.long + across, point.lat - reach, point.lat + reach)
        with self._lock:
            rows = self._db.execute(_HERE, box).fetchall()
        spot = shapely.Point(point.long, point.lat)
        if not any(layer == "private" or owner == "private" for layer, owner, _ in rows):
            return False
        found = {
            layer == "private" or owner == "private"
            for layer, owner, wkb in rows
            if _is_on(shapely.from_wkb(wkb), spot, point.lat, LANE_M if owner == "private" else STREET_M)
        }
        return found == {True}


def _is_on(shape: shapely.Geometry, spot: shapely.Point, lat: float, reach_m: float) -> bool:
    if shape.geom_type in ("Polygon", "MultiPolygon"):
        return bool(shape.intersects(spot))
    return is_within(shape, spot, lat, reach_m)
