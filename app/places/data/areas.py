"""Which areas a spot lies in: neighborhood, district, city or neighbor. All of them are kept in memory."""

import math
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import shapely
from shapely.geometry.base import BaseGeometry

from app.city.city import City
from app.places.address_grid import METERS_PER_DEGREE
from app.places.data.database import open_places
from app.places.data.distances import is_within
from app.places.data.from_city import PACK_RANK
from app.places.data.private_ground import PrivateGround
from app.places.points import Point
from app.places.whereabouts import Areas

DISTRICT, NEIGHBORHOOD = 1, 2
# Half the width of a highway, and as much again for a phone's error.
ON_HIGHWAY_M = 20


@dataclass(frozen=True)
class _Shape:
    layer: str
    rank: int
    name: str


class AreaIndex:
    """Point in polygon over a tree of boxes (shapely's STRtree); safe for any number of threads."""

    def __init__(self, file: Path, city: City) -> None:
        """Read all areas; raises FileNotFoundError or ValueError as `open_places` does."""
        db = open_places(file)
        try:
            self._shapes, self._areas = _load(db, _AREAS)
            _, highways = _load(db, _HIGHWAYS)
        finally:
            db.close()
        self._private = PrivateGround(file)
        for area in self._areas:
            shapely.prepare(area)
        self._tree = shapely.STRtree(self._areas)
        self._highways = shapely.STRtree(highways)
        self._boundaries = [
            (area, city.boundary.outline.tolerance_m if shape.rank == PACK_RANK else 0)
            for shape, area in zip(self._shapes, self._areas, strict=True)
            if shape.layer == "boundary"
        ]

    def at(self, point: Point) -> Areas:
        """Everything that is known of a spot."""
        spot = shapely.Point(point.long, point.lat)
        found = [self._shapes[i] for i in self._tree.query(spot, predicate="intersects")]
        neighbor = _name(found, "neighbor")
        inside = any(shape.layer == "boundary" for shape in found)
        if not inside and not neighbor:
            inside = any(
                is_within(area, spot, point.lat, meters) for area, meters in self._boundaries if meters
            )
        return Areas(
            neighborhood=_name(found, "area", NEIGHBORHOOD) if inside else "",
            district=_name(found, "area", DISTRICT) if inside else "",
            inside=inside,
            neighbor="" if inside else neighbor,
            state_highway=inside and self._on_highway(spot, point.lat),
            private=inside and self._private.is_at(point),
        )

    def is_private(self, point: Point) -> bool:
        """Whether a spot looks like private ground, wherever it lies."""
        return self._private.is_at(point)

    def _on_highway(self, spot: shapely.Point, lat: float) -> bool:
        reach = ON_HIGHWAY_M / METERS_PER_DEGREE
        near = self._highways.query(spot.buffer(reach / math.cos(math.radians(lat))))
        return any(is_within(self._highways.geometries[i], spot, lat, ON_HIGHWAY_M) for i in near)


_ROWS = "SELECT s.layer, s.rank, s.name, s.geometry FROM shape s"
_AREAS = f"{_ROWS} WHERE s.layer IN ('boundary', 'area', 'neighbor') ORDER BY s.rank, s.id"
_HIGHWAYS = f"{_ROWS} JOIN shape_owner o ON o.id = s.id WHERE o.owner = 'state_highways'"


def _load(db: sqlite3.Connection, statement: str) -> tuple[list[_Shape], list[BaseGeometry]]:
    rows = db.execute(statement).fetchall()
    return [_Shape(*row[:3]) for row in rows], [shapely.from_wkb(row[3]) for row in rows]


def _name(found: Sequence[_Shape], layer: str, rank: int | None = None) -> str:
    """The name of the area; of several that overlap, one that belongs to it alone ("A/B" is shared)."""
    names = [shape.name for shape in found if shape.layer == layer and (rank is None or shape.rank == rank)]
    return min(names, key=lambda name: "/" in name, default="")
