"""Draws tiles: shapes in, WebP out. No input or output besides, and the same shapes give the same bytes.

Names are placed for a block of two by two tiles at once and never leave it. So neighboring tiles agree on every
name without knowing of each other, and none is cut where tiles meet without its other half being there.
Lines and areas are drawn at twice the size and made small (supersampling), which smooths their edges.
"""

import io
from collections.abc import Sequence
from functools import cache
from typing import cast

import numpy as np
import shapely
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from app.kit.colors import Color
from app.maps import rules
from app.maps.ground import Frame, Ground, lines_of, polygons_of, safely
from app.maps.labels import Label, place_labels
from app.maps.lettering import text_of
from app.maps.mercator import TILE, Box, box_of_pixels, meters_per_pixel
from app.maps.shapes import Shape
from app.maps.themes import PALETTES, Palette, Theme

BLOCK = 2
"""Tiles along a side of the block on which names are placed together."""
MARGIN = 24
"""Pixels around a picture in which lines may begin whose edge reaches into it."""
_HEAVY_PIXELS = 22
"""A picture with fewer pixels a byte is heavy."""
_SUPER = 2
"""How much larger lines and areas are drawn before they are made small."""


def box_of_tile(z: int, x: int, y: int) -> Box:
    """The box whose shapes `draw_tile` wants: the tile's block of two by two tiles, and what reaches into it."""
    left, top = _block_origin(x, y)
    return box_around((left, top, left + BLOCK * TILE, top + BLOCK * TILE), z)


def box_around(frame: Frame, zoom: int) -> Box:
    """The box of all shapes that reach into a frame, in pixels of the world."""
    left, top, right, bottom = frame
    inner = box_of_pixels(left, top, right, bottom, zoom)
    wide = rules.river_pixels(0, meters_per_pixel(inner.north, zoom)) / 2 + MARGIN
    return box_of_pixels(left - wide, top - wide, right + wide, bottom + wide, zoom)


def draw_tile(
    shapes: Sequence[Shape], z: int, x: int, y: int, theme: Theme, locale: str, scale: int = 1
) -> bytes:
    """A tile as WebP. shapes: those of `box_of_tile`; scale: 1 for 256 pixels, 2 for 512."""
    left, top = _block_origin(x, y)
    ground = Ground(shapes, z, left, top)
    labels = place_labels(ground, (0, 0, BLOCK * TILE, BLOCK * TILE), locale)
    at = (x * TILE - left, y * TILE - top)
    return encoded(paint(ground, at, (TILE, TILE), labels, theme, scale), theme)


def _block_origin(x: int, y: int) -> tuple[int, int]:
    return x // BLOCK * BLOCK * TILE, y // BLOCK * BLOCK * TILE


def paint(
    ground: Ground,
    at: tuple[float, float],
    size: tuple[int, int],
    labels: Sequence[Label],
    theme: Theme,
    scale: int,
) -> Image.Image:
    """A part of the ground with names. at: its upper left corner on the ground; size: width, height in pixels."""
    palette = PALETTES[theme]
    image = _Painter(ground, at, size, palette, scale).ground_image()
    write_labels(image, labels, at, palette, scale)
    return image


class _Painter:
    """Lines and areas of one picture."""

    def __init__(
        self, ground: Ground, at: tuple[float, float], size: tuple[int, int], palette: Palette, scale: int
    ) -> None:
        self._ground = ground
        self._palette = palette
        self._zoomed = scale * _SUPER
        self._at = np.array(at)
        self._inside: Frame = (at[0], at[1], at[0] + size[0], at[1] + size[1])
        self._size = (size[0] * self._zoomed, size[1] * self._zoomed)
        self._image = Image.new("RGB", self._size, palette.land)
        self._draw = ImageDraw.Draw(self._image)

    def ground_image(self) -> Image.Image:
        """Everything but the names, in the size of the picture."""
        palette, mpp = self._palette, self._ground.meters_per_pixel
        self._fill("park", palette.park)
        self._fill("water", palette.water)
        self._stroke("water", {rank: (palette.water, rules.river_pixels(rank, mpp)) for rank in range(10)})
        self._stroke("rail", dict.fromkeys(range(10), (palette.rail, 1.0)))
        streets = {rank: (self._street(rank), rules.street_pixels(rank, mpp)) for rank in range(10)}
        self._stroke("street", streets)
        self._stroke("bridge", streets)
        self._stroke_boundary()
        image = self._image.reduce(_SUPER)
        return self._veiled(image)

    def _street(self, rank: int) -> Color:
        palette = self._palette
        if rank == 0:
            return palette.highway
        if rank <= rules.MAIN_STREET:
            return palette.main
        return palette.street if rank <= 7 else palette.path

    def _fill(self, layer: str, color: Color) -> None:
        for polygon in self._polygons(layer):
            rings = self._rings(polygon)
            if len(rings) == 1:
                self._draw.polygon(rings[0], color)
            else:
                mask = Image.new("1", self._size)
                _fill_rings(mask, rings, inside=1)
                self._image.paste(color, mask=mask)

    def _stroke(self, layer: str, styles: dict[int, tuple[Color, float]]) -> None:
        numbers = self._ground.of(layer)
        ranks = np.array([self._ground.shapes[number].rank for number in numbers])
        widest = max((styles[rank][1] for rank in ranks.tolist()), default=0)
        cut = self._cut(numbers, beyond=widest / 2 + MARGIN)
        for rank in sorted(set(ranks.tolist()), reverse=True):
            color, width = styles[rank]
            for line in lines_of(cut[ranks == rank]):
                self._line(line, color, width)

    def _line(self, line: NDArray[np.float64], color: Color, width: float) -> None:
        points = self._on_image(line)
        wide = max(1, round(width * self._zoomed))
        self._draw.line(points, color, wide)
        if wide > 3:  # round ends, and no gaps where lines bend
            half = wide / 2 - 0.5
            for x, y in zip(points[::2], points[1::2], strict=True):
                self._draw.ellipse((x - half, y - half, x + half, y + half), color)

    def _stroke_boundary(self) -> None:
        for polygon in self._polygons("boundary", whole=True):
            for ring in (polygon.exterior, *polygon.interiors):
                for line in lines_of(self._clipped(np.array([shapely.LineString(ring)], dtype=object))):
                    self._line(line, self._palette.boundary, 1.0)

    def _veiled(self, image: Image.Image) -> Image.Image:
        """The picture with a veil over what is outside the city; where no boundary is known, without."""
        if not self._ground.of("boundary"):
            return image
        outside = Image.new("L", self._size, 255)
        for polygon in self._polygons("boundary"):
            _fill_rings(outside, self._rings(polygon), inside=0)
        palette = self._palette
        outside = outside.reduce(_SUPER).point(lambda value: round(value * palette.veil_part))
        image.paste(palette.veil, mask=outside)
        return image

    def _polygons(self, layer: str, *, whole: bool = False) -> list[shapely.Polygon]:
        numbers = self._ground.of(layer)
        return list(polygons_of(self._ground.geometries[numbers] if whole else self._cut(numbers)))

    def _cut(self, numbers: Sequence[int], *, beyond: float = MARGIN) -> NDArray[np.object_]:
        return _simple(self._ground.cut(numbers, self._frame(beyond)))

    def _clipped(self, geometries: NDArray[np.object_]) -> NDArray[np.object_]:
        frame = self._frame(MARGIN)
        return _simple(safely(lambda some: shapely.clip_by_rect(some, *frame), geometries))

    def _frame(self, beyond: float) -> Frame:
        """The picture, and so many pixels around it."""
        left, top, right, bottom = self._inside
        return left - beyond, top - beyond, right + beyond, bottom + beyond

    def _rings(self, polygon: shapely.Polygon) -> list[list[float]]:
        rings = (polygon.exterior, *polygon.interiors)
        return [self._on_image(shapely.get_coordinates(ring)) for ring in rings]

    def _on_image(self, points: NDArray[np.float64]) -> list[float]:
        return cast(list[float], ((points - self._at) * self._zoomed).ravel().tolist())


def _simple(geometries: NDArray[np.object_]) -> NDArray[np.object_]:
    """Without points that nobody could see."""
    return safely(lambda some: shapely.simplify(some, 0.3, preserve_topology=False), geometries)


def _fill_rings(mask: Image.Image, rings: Sequence[list[float]], *, inside: int) -> None:
    draw = ImageDraw.Draw(mask)
    draw.polygon(rings[0], inside)
    for hole in rings[1:]:
        draw.polygon(hole, (0 if inside else 255))


def write_labels(
    image: Image.Image, labels: Sequence[Label], at: tuple[float, float], palette: Palette, scale: int
) -> None:
    """Write the names that touch the picture: all halos first, so that none covers another's letters."""
    placed = []
    for label in labels:
        x, y = (label.x - at[0]) * scale, (label.y - at[1]) * scale
        if not _could_touch(image, x, y, label.reach * scale):
            continue
        text = text_of(label.text, label.size * scale, label.angle, palette.halo_width * scale)
        if text is not None:
            spot = round(x - text.letters.width / 2), round(y - text.letters.height / 2)
            placed.append((label, text, spot))
    for _, text, spot in placed:
        image.paste(palette.halo, spot, text.halo)
    for label, text, spot in placed:
        image.paste(getattr(palette, label.ink), spot, text.letters)
    _mark_places(image, labels, at, palette, scale)


def _could_touch(image: Image.Image, x: float, y: float, reach: float) -> bool:
    return -reach < x < image.width + reach and -reach < y < image.height + reach


def _mark_places(
    image: Image.Image, labels: Sequence[Label], at: tuple[float, float], palette: Palette, scale: int
) -> None:
    for label in labels:
        if label.dot:
            x, y = ((value - origin) * scale for value, origin in zip(label.dot, at, strict=True))
            disc(image, x, y, 2.2 * scale, getattr(palette, label.ink), palette.halo)


def disc(image: Image.Image, x: float, y: float, radius: float, color: Color, edge: Color) -> None:
    """A disc with a light edge and smooth outline."""
    reach = int(radius + 2)
    left, top = round(x) - reach, round(y) - reach
    for half, paint_color in ((radius + 1, edge), (radius, color)):
        mask = Image.new("L", (8 * reach, 8 * reach))
        middle = 4 * (x - left), 4 * (y - top)
        ends = (*(value - 4 * half for value in middle), *(value + 4 * half for value in middle))
        ImageDraw.Draw(mask).ellipse(ends, 255)
        image.paste(paint_color, (left, top), mask.reduce(4))


def encoded(image: Image.Image, theme: Theme) -> bytes:
    """As WebP without metadata, in the colors of the theme only and without loss.

    Few colors compress well, letters stay sharp, and a surface has the very same color in every tile. Only a
    picture so full of lines that this weighs a lot is compressed with loss, if that is lighter.
    """
    few = image.quantize(palette=_palette_image(theme), dither=Image.Dither.NONE).convert("RGB")
    exact = _webp(few, lossless=True, quality=50, method=3)
    if len(exact) * _HEAVY_PIXELS <= image.width * image.height:
        return exact
    return min(exact, _webp(image, quality=55, method=4), key=len)


def _webp(image: Image.Image, **options: int) -> bytes:
    out = io.BytesIO()
    image.save(out, "WEBP", **options)
    return out.getvalue()


@cache
def _palette_image(theme: Theme) -> Image.Image:
    image = Image.new("P", (1, 1))
    image.putpalette([part for color in PALETTES[theme].colors for part in color])
    return image
