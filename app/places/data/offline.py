"""The most useful places and areas in one small file, for phones that have no network."""

import json
import sqlite3
from pathlib import Path
from typing import Any

import brotli
import shapely

from app.places.data.database import open_places

MOST_BYTES = 150_000
"""Of the file, compressed with brotli."""
# About 20 meters: enough to tell a neighborhood, and a third of the points.
TOLERANCE = 0.0002
FEWER = 0.85
_AREAS = """SELECT layer, rank, name, geometry FROM shape
WHERE layer IN ('boundary', 'area', 'neighbor') ORDER BY id"""


def offline_places(file: Path, *, most_bytes: int = MOST_BYTES) -> bytes:
    """Outline, areas and as many places as fit, the best known first, as JSON of at most `most_bytes` brotli.

    areas: {"layer", "rank", "name", "rings"}, rings of [long, lat] in 1/100,000 degrees, each point as its
    difference from the one before; places: [name, kind, lat, long] in degrees with five decimals.
    """
    db = open_places(file)
    try:
        areas = [_area(row) for row in db.execute(_AREAS).fetchall()]
        places = _places(db)
    finally:
        db.close()
    while True:
        text = json.dumps(
            {"areas": areas, "places": places}, ensure_ascii=False, separators=(",", ":")
        ).encode()
        if len(brotli.compress(text, quality=9)) <= most_bytes or not (places or areas):
            return text
        if places:
            places = places[: int(len(places) * FEWER)]
        else:
            areas = areas[: len(areas) // 2]


def _places(db: sqlite3.Connection) -> list[list[Any]]:
    rows = db.execute("SELECT name, kind, lat, long FROM place ORDER BY rank, id LIMIT 20000")
    return [[name, kind, round(lat, 5), round(long, 5)] for name, kind, lat, long in rows]


def _area(row: tuple[str, int, str, bytes]) -> dict[str, Any]:
    layer, rank, name, wkb = row
    area = shapely.from_wkb(wkb).simplify(TOLERANCE)
    parts = getattr(area, "geoms", (area,))
    rings = [ring for part in parts for ring in (part.exterior, *part.interiors)]
    return {"layer": layer, "rank": rank, "name": name, "rings": [_differences(ring) for ring in rings]}


def _differences(ring: Any) -> list[int]:
    flat: list[int] = []
    before = (0, 0)
    for long, lat in ring.coords[:-1]:
        spot = (round(long * 100_000), round(lat * 100_000))
        flat += [spot[0] - before[0], spot[1] - before[1]]
        before = spot
    return flat
