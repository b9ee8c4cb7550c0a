"""Shapes laid on a plane of pixels: what drawing and lettering both work on."""

import math
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from app.maps import rules
from app.maps.mercator import degrees_at, meters_per_pixel, to_pixels
from app.maps.shapes import LAYERS, Shape

_GEOS_TROUBLE = (shapely.errors.ShapelyError, ValueError)
_LINE, _RING, _POLYGON, _COLLECTIONS = 1, 2, 3, 4
"""Numbers of types in GEOS; from the last one on, geometries have parts."""
Frame = tuple[float, float, float, float]
"""A rectangle of pixels: left, top, right, bottom."""


class Ground:
    """The shapes that are on the map at a zoom, in pixels from an origin, in the order in which they are drawn.

    left, top: the origin, in pixels of the world.
    """

    def __init__(self, shapes: Sequence[Shape], zoom: int, left: float, top: float) -> None:
        self.zoom = zoom
        self.origin = np.array((left, top))
        drawn = [shape for shape in shapes if rules.is_drawn(shape, zoom)]
        self.shapes = sorted(drawn, key=_order)
        geometries = np.array([shape.geometry for shape in self.shapes], dtype=object)
        self.geometries: NDArray[np.object_] = shapely.transform(geometries, self._to_plane)
        self._layers = [shape.layer for shape in self.shapes]

    def _to_plane(self, long_lat: NDArray[np.float64]) -> NDArray[np.float64]:
        plane: NDArray[np.float64] = to_pixels(long_lat, self.zoom) - self.origin
        return plane

    @cached_property
    def meters_per_pixel(self) -> float:
        """In the middle of the origin's band of two degrees, so that widths are the same all over a city."""
        lat, _ = degrees_at(float(self.origin[0]), float(self.origin[1]), self.zoom)
        return meters_per_pixel(2 * math.floor(lat / 2) + 1, self.zoom)

    def of(self, layer: str) -> list[int]:
        """The numbers of the shapes of a layer."""
        return [number for number, name in enumerate(self._layers) if name == layer]

    def cut(self, numbers: Sequence[int], frame: Frame) -> NDArray[np.object_]:
        """These shapes' geometries as far as they are within a frame; what cannot be cut is empty."""
        return safely(
            lambda geometries: shapely.clip_by_rect(geometries, *frame), self.geometries[list(numbers)]
        )


def _order(shape: Shape) -> tuple[object, ...]:
    """Important things last, on top. Among equals the order does not show: they have the same color."""
    return (LAYERS.index(shape.layer), -shape.rank, shape.name)


def safely(
    work: Callable[[NDArray[np.object_]], NDArray[np.object_]], geometries: NDArray[np.object_]
) -> NDArray[np.object_]:
    """Work on many geometries at once; if one of them is broken, on each by itself, and that one becomes empty."""
    try:
        return work(geometries)
    except _GEOS_TROUBLE:
        return np.array([_alone(work, geometry) for geometry in geometries], dtype=object)


def _alone(
    work: Callable[[NDArray[np.object_]], NDArray[np.object_]], geometry: BaseGeometry
) -> BaseGeometry:
    try:
        done: BaseGeometry = work(np.array([geometry], dtype=object))[0]
    except _GEOS_TROUBLE:
        return shapely.Point()
    return done


def lines_of(geometries: NDArray[np.object_]) -> Iterator[NDArray[np.float64]]:
    """The points of every line in these geometries, of whatever type they are; polygons and points have none."""
    for _, line in owned_lines(geometries):
        yield line


def owned_lines(geometries: NDArray[np.object_]) -> Iterator[tuple[int, NDArray[np.float64]]]:
    """Every line in these geometries, and the number of the geometry that it belongs to."""
    parts, owners = _single(geometries)
    types = shapely.get_type_id(parts)
    is_line = (types == _LINE) | (types == _RING)
    points, line_of = shapely.get_coordinates(parts[is_line], return_index=True)
    if not len(points):
        return
    first = np.flatnonzero(np.diff(line_of, prepend=-1))
    for line, owner in zip(np.split(points, first[1:]), owners[is_line][line_of[first]], strict=True):
        if len(line) > 1:
            yield int(owner), line


def polygons_of(geometries: NDArray[np.object_]) -> Iterator[shapely.Polygon]:
    """Every polygon in these geometries."""
    parts, _ = _single(geometries)
    yield from parts[(shapely.get_type_id(parts) == _POLYGON) & ~shapely.is_empty(parts)]


def _single(geometries: NDArray[np.object_]) -> tuple[NDArray[np.object_], NDArray[np.int64]]:
    """Geometries without parts, and the numbers of those that they were parts of; three deep at most."""
    owners = np.arange(len(geometries))
    for _ in range(3):
        if (shapely.get_type_id(geometries) < _COLLECTIONS).all():
            break
        geometries, owner = shapely.get_parts(geometries, return_index=True)
        owners = owners[owner]
    return geometries, owners
