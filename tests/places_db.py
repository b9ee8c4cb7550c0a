"""A places database for tests, with the tables that `make import-places` makes."""

import json
import sqlite3
from collections.abc import Iterable
from pathlib import Path

from app.maps.shapes import Shape

TABLES = """
CREATE TABLE shape (id INTEGER PRIMARY KEY, layer TEXT, rank INTEGER, name TEXT, names TEXT, geometry BLOB);
CREATE VIRTUAL TABLE shape_box USING rtree (id, min_long, max_long, min_lat, max_lat);
CREATE TABLE place (id INTEGER PRIMARY KEY, name TEXT, kind TEXT, lat REAL, long REAL, rank INTEGER, names TEXT);
CREATE VIRTUAL TABLE place_box USING rtree (id, min_long, max_long, min_lat, max_lat);
CREATE TABLE source (name TEXT, licence TEXT, url TEXT, file TEXT, rows INTEGER);
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT);
"""


def write_places(file: Path, shapes: Iterable[Shape], *, sources: Iterable[tuple[str, str]] = ()) -> None:
    """Write shapes (those of layer "place" as places) and sources (name, license), replacing the file at once."""
    new = file.with_suffix(".db.new")
    new.unlink(missing_ok=True)
    connection = sqlite3.connect(new)
    connection.executescript(TABLES)
    for number, shape in enumerate(shapes, 1):
        west, south, east, north = shape.geometry.bounds
        box = (number, west, east, south, north)
        names = json.dumps(dict(shape.names)) if shape.names else None
        if shape.layer == "place":
            row = (number, shape.name, shape.kind, south, west, shape.rank, names)
            connection.execute("INSERT INTO place VALUES (?, ?, ?, ?, ?, ?, ?)", row)
            connection.execute("INSERT INTO place_box VALUES (?, ?, ?, ?, ?)", box)
        else:
            add_shape(connection, number, shape.layer, shape.geometry.wkb, box, shape.rank, shape.name, names)
    connection.executemany(
        "INSERT INTO source (name, licence, url) VALUES (?, ?, 'https://data.example')", sources
    )
    connection.commit()
    connection.close()
    new.replace(file)


def add_shape(
    connection: sqlite3.Connection,
    number: int,
    layer: str,
    wkb: object,
    box: tuple[float, ...],
    rank: object = 0,
    name: object = "",
    names: object = None,
) -> None:
    """Insert one row as it is, sound or not."""
    row = (number, layer, rank, name, names, wkb)
    connection.execute("INSERT INTO shape VALUES (?, ?, ?, ?, ?, ?)", row)
    connection.execute("INSERT INTO shape_box VALUES (?, ?, ?, ?, ?)", box)
