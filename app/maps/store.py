"""Reads what a map is drawn from: the places database if there is one, else the city pack."""

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import PIL

from app.city.city import City
from app.maps import rules
from app.maps.lettering import faces
from app.maps.mercator import Box
from app.maps.shapes import Shape, point_of_row, shape_of_row, shapes_of_city
from app.places.data.from_city import PACK

MOST_ROWS = 20_000
"""Shapes of one picture; a box with more is drawn without the rest."""
_BUSY_SECONDS = 2

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Source:
    """Where data of the map come from, for its attribution."""

    name: str
    license: str
    url: str


class MapStore:
    """Shapes by box and zoom; safe to use from several threads and processes.

    file: the places database, which may be missing and may be replaced at any moment. It is opened anew for each
    picture, which costs little beside drawing one. One that cannot be read is as good as none.
    """

    def __init__(self, file: Path, city: City) -> None:
        self._file = file
        self._of_pack = shapes_of_city(city)
        self._boundary = [shape for shape in self._of_pack if shape.layer == "boundary"]
        self._pack_version = sha256(city.model_dump_json().encode()).hexdigest()

    def version(self) -> str:
        """A word that is another one when the same picture could look different."""
        try:
            stat = self._file.stat()
        except OSError:
            data = self._pack_version
        else:
            data = f"{stat.st_ino} {stat.st_size} {stat.st_mtime_ns}"
        return sha256(f"{data} {_look()}".encode()).hexdigest()[:16]

    def shapes(self, box: Box, zoom: int) -> list[Shape]:
        """The shapes that reach into a box and are drawn at a zoom; the city's boundary is always among them."""
        if self._file.exists():
            try:
                with closing(self._open()) as connection:
                    found = [*_shapes_in(connection, box, zoom), *_places_in(connection, box, zoom)]
            except sqlite3.Error as error:
                _log.error("the map is drawn from the city pack: %s", type(error).__name__)
            else:
                has_boundary = any(shape.layer == "boundary" for shape in found)
                return found if has_boundary else [*self._boundary, *found]
        return [shape for shape in self._of_pack if shape.layer == "boundary" or shape.box.touches(box)]

    def sources(self) -> list[Source]:
        """Where the data come from; nothing for the city pack, which the city itself has written."""
        if not self._file.exists():
            return []
        try:
            with closing(self._open()) as connection:
                rows = connection.execute(_SOURCES, (PACK.file,)).fetchall()
        except sqlite3.Error:
            return []
        return [Source(*(str(value or "") for value in row)) for row in rows]

    def _open(self) -> sqlite3.Connection:
        return sqlite3.connect(f"{self._file.as_uri()}?mode=ro", uri=True, timeout=_BUSY_SECONDS)


_SOURCES = "SELECT name, licence, url FROM source WHERE file IS NOT ? ORDER BY rowid"
_IN_BOX = "box.max_long >= ? AND box.min_long <= ? AND box.max_lat >= ? AND box.min_lat <= ?"
_SHAPES = f"""
SELECT layer, rank, name, names, geometry FROM shape WHERE layer = 'boundary'
UNION ALL SELECT * FROM (
  SELECT layer, rank, name, names, geometry FROM shape JOIN shape_box AS box ON box.id = shape.id
  WHERE {_IN_BOX} AND layer != 'boundary' AND ({{ranks}}) ORDER BY rank, shape.id LIMIT {MOST_ROWS})
"""  # noqa: S608 - only our own words
_PLACES = f"""
SELECT rank, place.name, names, lat, long, kind FROM place JOIN place_box AS box ON box.id = place.id
WHERE {_IN_BOX} AND kind IN ({{kinds}}) ORDER BY rank, place.id LIMIT {MOST_ROWS}
"""  # noqa: S608


def _shapes_in(connection: sqlite3.Connection, box: Box, zoom: int) -> Iterator[Shape]:
    lowest = {layer: rank for layer, rank in rules.lowest_ranks(zoom).items() if layer != "place"}
    ranks = " OR ".join("(layer = ? AND rank <= ?)" for _ in lowest)
    values: list[Any] = [*_ends(box), *(value for pair in lowest.items() for value in pair)]
    for row in connection.execute(_SHAPES.format(ranks=ranks), values):
        if (shape := shape_of_row(*row)) is not None:
            yield shape


def _places_in(connection: sqlite3.Connection, box: Box, zoom: int) -> Iterator[Shape]:
    kinds = rules.place_kinds(zoom)
    if not kinds:
        return
    statement = _PLACES.format(kinds=", ".join("?" for _ in kinds))
    for row in connection.execute(statement, [*_ends(box), *kinds]):
        if (shape := point_of_row(*row)) is not None:
            yield shape


def _ends(box: Box) -> tuple[float, float, float, float]:
    return box.west, box.east, box.south, box.north


@cache
def _look() -> str:
    """What decides the look of a picture besides its data: our own code, Pillow, and the fonts that are here."""
    code = b"".join(file.read_bytes() for file in sorted(Path(__file__).parent.glob("*.py")))
    return sha256(code + f"{PIL.__version__} {faces()}".encode()).hexdigest()
