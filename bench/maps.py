"""Weight and CPU of map tiles and of pictures of a spot, on streets.

Run from the repository: `python -m bench.maps [--small] [--json FILE]`. The streets are made up, and always the same;
with the shared data (PORTAL_TEST_DATA) the real ones of central Portland are measured in addition.

The set: every tile of the center that has at least one street in it, or an even choice of them where there are more
than MOST. CPU is that of this process while it draws, with letters kept from tile to tile as on the server;
reading shapes out of a database is not in it. What is aimed at is how that compares with the same streets drawn barely,
in turns with ours: a busy processor needs more of its own time for the same work.
"""

import io
import os
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TypeVar

import numpy as np
import shapely
from PIL import Image, ImageDraw

from app.maps.drawing import box_of_tile, draw_tile
from app.maps.mercator import TILE, Box, box_of_pixels, pixel_of
from app.maps.picture import box_of_picture, draw_picture
from app.maps.rules import is_drawn
from app.maps.shapes import Shape
from app.maps.themes import PALETTES, Theme
from bench import city_map
from bench.tables import Figure, options, show, write

Item = TypeVar("Item")
ZOOMS = range(11, 18)
MOST, MOST_SMALL = 120, 20
"""Tiles of one zoom, in each theme."""
TILE_BYTES, PICTURE_BYTES = 3_000, 12_000
MOST_OF_ONE_TILE = 12_000
ALIKE = "The same spot each time (made-up streets, light)"
SPOT = (45.5152, -122.6503)
"""Latitude and longitude, in the midst of the streets."""
TIMES_BARE = 3
"""A tile against the same lines drawn barely; beyond them it has smooth edges, names, rivers and a boundary."""
OPENING_BYTES = 90_000
STATIC = Path(".build/static")
PICTURE = (360, 400, 16)
"""Width, height in pixels, zoom."""
ATTRIBUTION = "© OpenStreetMap contributors"


@dataclass
class Measured:
    """What came of drawing: bytes and milliseconds of CPU, one of each a picture. bare_ms: of the bare drawings."""

    bytes: list[int] = field(default_factory=list)
    ms: list[float] = field(default_factory=list)
    bare_ms: list[float] = field(default_factory=list)

    def figures(self, name: str, most_bytes: int) -> list[Figure]:
        """The medians, and beside them how many were drawn and the worst."""
        note = f"{len(self.bytes)} drawn, heaviest {max(self.bytes):,}"
        slowest = f"slowest {max(self.ms):.0f}"
        return [
            Figure(
                f"{name}: median weight", round(statistics.median(self.bytes)), "bytes", most_bytes, note=note
            ),
            Figure(f"{name}: median CPU", statistics.median(self.ms), "ms", note=slowest),
        ]


class Near:
    """Finds the shapes of a box, as the places database does; the boundary is always among them."""

    def __init__(self, shapes: Sequence[Shape]) -> None:
        self._shapes = shapes
        self._tree = shapely.STRtree([shape.geometry for shape in shapes])
        self._always = {number for number, shape in enumerate(shapes) if shape.layer == "boundary"}

    def __call__(self, box: Box) -> list[Shape]:
        """The shapes that reach into a box."""
        found = {*self._tree.query(shapely.box(*box)).tolist(), *self._always}
        return [self._shapes[number] for number in sorted(found)]


def main() -> None:
    """Measure, print, write."""
    chosen = options(__doc__)
    most = chosen.of(1, MOST_SMALL, MOST)
    made_up = Near(city_map.shapes_made_up())
    draw_tile(made_up(box_of_tile(15, 5219, 11719)), 15, 5219, 11719, "light", "en")  # looks for fonts
    tables = {ALIKE: of_the_same(made_up), **all_of(made_up, most)}
    if city_map.STREETS.exists() and not chosen.trial:
        real = all_of(Near(city_map.shapes_of_portland()), most)
        tables |= {f"Real streets. {title}": figures for title, figures in real.items()}
    for title, figures in tables.items():
        show(title, figures)
    print(f"\nLoad of the machine meanwhile: {os.getloadavg()[1]:.1f}")
    write(chosen.json, tables)


def all_of(near: Near, most: int) -> dict[str, list[Figure]]:
    """All tables of one set of streets."""
    tables = {f"Map tiles, {theme} (WebP, 256 pixels)": of_tiles(near, theme, most) for theme in PALETTES}
    tables["Pictures of a spot (WebP, 360 x 400 pixels, zoom 16)"] = of_pictures(near, most)
    title = "Opening the map: library, styles, module and nine tiles (zoom 16, light)"
    return {**tables, title: of_opening(near, most)}


def of_the_same(near: Near) -> list[Figure]:
    """A tile of each zoom and a picture, alike in every size of run: what the documents say of them must stay true."""
    lat, long = SPOT
    figures = []
    for zoom in ZOOMS:
        x, y = (int(value // TILE) for value in pixel_of(lat, long, zoom))
        tile = draw_tile(near(box_of_tile(zoom, x, y)), zoom, x, y, "light", "en")
        figures.append(Figure(f"the tile of zoom {zoom}", len(tile), "bytes", MOST_OF_ONE_TILE))
    width, height, zoom = PICTURE
    shapes = near(box_of_picture(lat, long, width, height, zoom))
    picture = draw_picture(shapes, lat, long, width, height, zoom, "light", "en", attribution=ATTRIBUTION)
    return [*figures, Figure("the picture", len(picture), "bytes", PICTURE_BYTES)]


def of_tiles(near: Near, theme: Theme, most: int) -> list[Figure]:
    """Every zoom by itself, and all of them together."""
    everything, figures = Measured(), []
    for zoom in ZOOMS:
        measured = Measured()
        for x, y in _evenly(list(tiles_with_streets(near, zoom)), most):
            shapes = near(box_of_tile(zoom, x, y))
            tile, ms = _timed(partial(draw_tile, shapes, zoom, x, y, theme, "en"))
            measured.bytes.append(len(tile))
            measured.ms.append(ms)
            everything.bare_ms.append(_timed(partial(draw_barely, shapes, zoom, x, y))[1])
        everything.bytes += measured.bytes
        everything.ms += measured.ms
        figures += measured.figures(f"zoom {zoom}", TILE_BYTES)
    ours, bare = statistics.median(everything.ms), statistics.median(everything.bare_ms)
    note = f"bare {bare:.1f} ms"
    ratio = Figure("all: CPU, ours / bare", ours / bare, "times", TIMES_BARE, note=note)
    return [*figures, *everything.figures("all", TILE_BYTES), ratio]


def _timed(draw: Callable[[], bytes]) -> tuple[bytes, float]:
    """A picture, and the milliseconds of CPU that it took."""
    before = time.process_time()
    picture = draw()
    return picture, (time.process_time() - before) * 1000


def draw_barely(shapes: Sequence[Shape], zoom: int, x: int, y: int) -> bytes:
    """The streets of a tile as plain lines, as somebody draws them who wants to see something by noon."""
    image = Image.new("RGB", (TILE, TILE), "white")
    pen, world = ImageDraw.Draw(image), TILE * 2**zoom
    for shape in shapes:
        if shape.layer == "street" and is_drawn(shape, zoom):
            long, lat = np.radians(shapely.get_coordinates(shape.geometry)).T
            across = (long / np.pi + 1) / 2 * world - x * TILE
            down = (1 - np.arcsinh(np.tan(lat)) / np.pi) / 2 * world - y * TILE
            pen.line(np.column_stack((across, down)).ravel().tolist(), fill="gray", width=2)
    out = io.BytesIO()
    image.save(out, "WEBP", quality=60, method=4)
    return out.getvalue()


def tiles_with_streets(near: Near, zoom: int) -> Iterator[tuple[int, int]]:
    """The tiles of the area in which something of the extract is drawn, row by row."""
    left, top = (int(value // TILE) for value in pixel_of(city_map.CENTER.north, city_map.CENTER.west, zoom))
    right, bottom = (
        int(value // TILE) for value in pixel_of(city_map.CENTER.south, city_map.CENTER.east, zoom)
    )
    for y in range(top, bottom + 1):
        for x in range(left, right + 1):
            box = box_of_pixels(x * TILE, y * TILE, (x + 1) * TILE, (y + 1) * TILE, zoom)
            area = shapely.box(*box)
            streets = (shape for shape in near(box) if shape.layer == "street" and is_drawn(shape, zoom))
            if any(shape.geometry.intersects(area) for shape in streets):
                yield x, y


def of_pictures(near: Near, most: int) -> list[Figure]:
    """Every theme, around the places that have streets around them."""
    width, height, zoom = PICTURE
    spots = spots_with_streets(near)
    figures = []
    for theme in PALETTES:
        measured = Measured()
        for lat, long in _evenly(spots, most):
            shapes = near(box_of_picture(lat, long, width, height, zoom))
            spot = (shapes, lat, long, width, height, zoom, theme, "en")
            picture, ms = _timed(partial(draw_picture, *spot, attribution=ATTRIBUTION))
            measured.ms.append(ms)
            measured.bytes.append(len(picture))
        figures += measured.figures(theme, PICTURE_BYTES)
    return figures


def spots_with_streets(near: Near) -> list[tuple[float, float]]:
    """Latitude and longitude of the places of the city pack that have ten streets around them."""
    return [
        (shape.geometry.y, shape.geometry.x)
        for shape in near(city_map.CENTER)
        if shape.layer == "place"
        and sum(other.layer == "street" for other in near(Box(*shape.geometry.bounds).around(0.002))) >= 10
    ]


def of_opening(near: Near, most: int) -> list[Figure]:
    """What somebody gets who opens the map at a place, brotli where it is text."""
    texts = [STATIC / f"{name}.br" for name in ("leaflet.js", "leaflet.css", "map.js")]
    if not all(file.exists() for file in texts):
        return [Figure("not measured: run `make build` first", 0, "bytes")]
    library = sum(file.stat().st_size for file in texts)
    nine = []
    for lat, long in _evenly(spots_with_streets(near), min(most, 20)):
        x, y = (int(value // TILE) for value in pixel_of(lat, long, 16))
        around = [(x + right, y + down) for right in (-1, 0, 1) for down in (-1, 0, 1)]
        tiles = (draw_tile(near(box_of_tile(16, *tile)), 16, *tile, "light", "en") for tile in around)
        nine.append(sum(map(len, tiles)))
    note = f"{len(nine)} places, library and module {library:,}, heaviest nine tiles {max(nine):,}"
    return [
        Figure(
            "all of it, median", library + round(statistics.median(nine)), "bytes", OPENING_BYTES, note=note
        )
    ]


def _evenly(items: Sequence[Item], most: int) -> list[Item]:
    step = max(1.0, len(items) / most)
    return [items[int(number * step)] for number in range(min(most, len(items)))]


if __name__ == "__main__":
    main()
