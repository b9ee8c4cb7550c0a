"""Where names stand: none covers another, none leaves its frame, and the same shapes always give the same places.

Names are placed on a whole frame at once, the most important first. A name that has no room is left out.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import shapely
from numpy.typing import NDArray

from app.maps import rules
from app.maps.ground import Frame, Ground, lines_of, owned_lines, safely
from app.maps.lettering import width_of, writable
from app.maps.shapes import Shape

Line = NDArray[np.float64]
"""Rows of x, y in pixels."""
Ink = Literal["ink", "quiet", "water_ink", "park_ink"]

_CELL = 3
"""Pixels of one cell of the plan of what is taken."""
_SPACE = 3
"""Pixels that stay free around a name."""
_APART = 230
"""Pixels between two names of the same street."""
_STRAIGHT = 0.985
"""How long the straight way must be where a name stands, as a part of the way along the street."""
_MOST_TRIES = 24
"""Places that are tried along one line."""
_MOST_LABELS = 60
"""In one frame."""


@dataclass(frozen=True)
class Label:
    """A name on the map.

    x, y: its middle, in pixels; reach: how far from there it goes at most; angle: degrees against the clock;
    dot: where a place is marked.
    """

    text: str
    size: float
    ink: Ink
    x: float
    y: float
    reach: float
    angle: int = 0
    dot: tuple[float, float] | None = None


@dataclass(frozen=True)
class _Wanted:
    """Names of one text, with where they could stand; the lowest priority number comes first."""

    priority: float
    text: str
    size: float
    width: float
    ink: Ink
    along: tuple[Line, ...] = ()
    at: tuple[tuple[float, float], ...] = ()
    dot: bool = False

    @property
    def reach(self) -> float:
        return self.width / 2 + self.size


class Plan:
    """What is taken of a frame, in cells of a few pixels."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        left, top, right, bottom = frame
        shape = (math.ceil((bottom - top) / _CELL) + 1, math.ceil((right - left) / _CELL) + 1)
        self._taken = np.zeros(shape, dtype=bool)

    def claim(self, x: float, y: float, width: float, height: float, angle: float = 0) -> bool:
        """Take a turned rectangle around a middle if it is inside and free; say whether it was."""
        left, top, right, bottom = self._frame
        across = np.arange(-width / 2, width / 2 + _CELL, _CELL).clip(max=width / 2)
        down = np.arange(-height / 2, height / 2 + _CELL, _CELL).clip(max=height / 2)
        u, v = (part.ravel() for part in np.meshgrid(across, down))
        turn = math.radians(angle)
        xs = x + u * math.cos(turn) + v * math.sin(turn)
        ys = y - u * math.sin(turn) + v * math.cos(turn)
        if xs.min() < left or xs.max() > right or ys.min() < top or ys.max() > bottom:
            return False
        cells = ((ys - top) // _CELL).astype(int), ((xs - left) // _CELL).astype(int)
        if self._taken[cells].any():
            return False
        self._taken[cells] = True
        return True


def place_labels(ground: Ground, frame: Frame, locale: str, plan: Plan | None = None) -> list[Label]:
    """The names of a frame, each where it stands. plan: what is taken already."""
    plan = plan or Plan(frame)
    labels: list[Label] = []
    for wanted in sorted(_wanted(ground, frame, locale), key=lambda w: (w.priority, w.text)):
        labels += _placed_along(wanted, plan) if wanted.along else _placed_at(wanted, plan)
        if len(labels) >= _MOST_LABELS:
            break
    return labels


def _wanted(ground: Ground, frame: Frame, locale: str) -> Iterator[_Wanted]:
    lines, places = _Named(), _Named()
    for number, shape in enumerate(ground.shapes):
        if shape.name and rules.is_named(shape, ground.zoom):
            text = _text(shape, locale)
            if text:
                (lines if _is_line(shape) else places).setdefault(text, []).append(number)
    along = list(_along_lines(ground, frame, lines))
    yield from along
    written = {wanted.text for wanted in along}
    for text, numbers in places.items():
        if text not in written and (wanted := _of_places(ground, frame, text, numbers)) is not None:
            yield wanted


_Named = dict[str, list[int]]
"""The numbers of shapes by what is written on them."""


def _is_line(shape: Shape) -> bool:
    return shape.geometry.geom_type in ("LineString", "MultiLineString", "LinearRing")


def _text(shape: Shape, locale: str) -> str:
    """The name in the page's language, or as on the sign if no font here can write that; "" if neither."""
    for name in (shape.name_in(locale), shape.name):
        text = shortened(name) if shape.layer in ("street", "bridge") and name == shape.name else name
        if (found := writable(text)) is not None:
            return found
    return ""


# --- names along lines --------------------------------------------------------------------------------------


def _along_lines(ground: Ground, frame: Frame, named: _Named) -> Iterator[_Wanted]:
    numbers = [number for numbers in named.values() for number in numbers]
    pieces: dict[int, list[Line]] = {}
    for owner, line in owned_lines(ground.cut(numbers, frame)):
        pieces.setdefault(numbers[owner], []).append(line)
    for text, of_text in named.items():
        shape = ground.shapes[max(of_text)]  # the most important one
        is_main = shape.layer == "water" or shape.rank <= rules.MAIN_STREET
        size = 11.5 if is_main else 10.5
        width = width_of(text, size) or 0
        lines = _merged([line for number in of_text for line in pieces.get(number, ())], shortest=width + 8)
        if lines:
            ink: Ink = "water_ink" if shape.layer == "water" else ("ink" if is_main else "quiet")
            first = 1 if shape.layer == "water" else 3
            yield _Wanted(first + shape.rank, text, size, width, ink, along=lines)


def _merged(lines: Sequence[Line], *, shortest: float) -> tuple[Line, ...]:
    """The lines joined where they meet, longest first, without those that are too short."""
    if sum(map(_length, lines)) < shortest:
        return ()
    # In an order of their own, because what comes of joining them depends on it.
    joined = shapely.line_merge(shapely.MultiLineString(sorted(line.tolist() for line in lines)))
    merged = [(_length(line), line) for line in lines_of(np.array([joined], dtype=object))]
    long_ones = [(length, line) for length, line in merged if length >= shortest]
    long_ones.sort(key=lambda pair: (-round(pair[0], 3), pair[1].tolist()))
    return tuple(line for _, line in long_ones)


def _length(line: Line) -> float:
    return float(np.hypot(*np.diff(line, axis=0).T).sum())


def _placed_along(wanted: _Wanted, plan: Plan) -> Iterator[Label]:
    height = wanted.size + 2 * _SPACE - 2
    done: list[tuple[float, float]] = []
    for line in wanted.along:
        for x, y, angle in _spots(line, wanted.width):
            if any(math.hypot(x - a, y - b) < _APART for a, b in done):
                continue
            if plan.claim(x, y, wanted.width + 2 * _SPACE, height, angle):
                done.append((x, y))
                yield Label(wanted.text, wanted.size, wanted.ink, x, y, wanted.reach, angle)


def _spots(line: Line, width: float) -> Iterator[tuple[float, float, int]]:
    """Straight places along a line, from its middle outwards: x, y and the angle of a name there."""
    steps = np.hypot(*np.diff(line, axis=0).T)
    way = np.concatenate(([0.0], steps.cumsum()))
    room = (way[-1] - width) / 2 - 2
    step = max(width / 3, 2 * room / _MOST_TRIES, 8)
    offsets = [0.0]
    for number in range(1, int(room // step) + 1):
        offsets += [number * step, -number * step]
    for offset in offsets:
        middle = way[-1] / 2 + offset
        at = np.array((middle - width / 2, middle, middle + width / 2))
        xs, ys = np.interp(at, way, line[:, 0]), np.interp(at, way, line[:, 1])
        across, down = xs[2] - xs[0], ys[2] - ys[0]
        chord = math.hypot(across, down)
        bulge = abs(across * (ys[1] - ys[0]) - down * (xs[1] - xs[0])) / max(chord, 1)
        if chord >= _STRAIGHT * width and bulge < 3:
            yield (
                float(xs[0] + xs[2]) / 2,
                float(ys[0] + ys[2]) / 2,
                _upright(math.degrees(math.atan2(-down, across))),
            )


def _upright(angle: float) -> int:
    """The angle at which the same line is read from left to right, or upwards; nearly level is level."""
    angle = (angle + 90) % 180 - 90
    if abs(angle) < 2:
        return 0
    return 90 if abs(angle) > 88 else round(angle)


# --- names of spots and areas -------------------------------------------------------------------------------


def _of_places(ground: Ground, frame: Frame, text: str, numbers: Sequence[int]) -> _Wanted | None:
    shape = ground.shapes[min(numbers, key=lambda number: LAYER_FIRST.index(ground.shapes[number].layer))]
    left, top, right, bottom = frame
    spots = [
        (x, y)
        for number in numbers
        if ground.shapes[number].layer == shape.layer
        for x, y in _middles(ground, number)
        if left <= x <= right and top <= y <= bottom
    ]
    if not spots:
        return None
    is_area = shape.layer == "area" or shape.kind == "neighborhood"
    size = 12.0 if is_area else 10.5
    ink: Ink = "water_ink" if shape.layer == "water" else "ink"
    if shape.layer == "park" or shape.kind == "park":
        ink = "park_ink"
    if is_area:
        ink = "quiet"
    dot = shape.layer == "place" and not is_area
    return _Wanted(
        _priority(shape), text, size, width_of(text, size) or 0, ink, at=tuple(sorted(spots)), dot=dot
    )


LAYER_FIRST = ("area", "water", "park", "bridge", "place", "street", "rail", "boundary")


def _priority(shape: Shape) -> float:
    if shape.layer == "area" or shape.kind == "neighborhood":
        return 0.5
    return {"water": 1.5, "park": 2.5}.get(shape.layer, 4.5) + shape.rank / 10


def _middles(ground: Ground, number: int) -> Iterable[tuple[float, float]]:
    """A point well inside of the whole shape, whatever part of it is in the frame; areas too small have none."""
    geometry = ground.geometries[number : number + 1]
    west, north, east, south = shapely.bounds(geometry)[0]
    if ground.shapes[number].layer in ("park", "water") and (east - west < 30 or south - north < 14):
        return []
    middle = safely(shapely.point_on_surface, geometry)
    return [(float(x), float(y)) for x, y in shapely.get_coordinates(middle)]


def _placed_at(wanted: _Wanted, plan: Plan) -> Iterator[Label]:
    """One name at the first spot that has room; beside a dot, above it or below."""
    height = wanted.size + 2 * _SPACE
    for x, y in wanted.at:
        shifts = (-wanted.size, wanted.size) if wanted.dot else (0.0,)
        for shift in shifts:
            if plan.claim(x, y + shift, wanted.width + 2 * _SPACE, height):
                yield Label(
                    wanted.text,
                    wanted.size,
                    wanted.ink,
                    x,
                    y + shift,
                    wanted.reach,
                    dot=(x, y) if wanted.dot else None,
                )
                return


# --- short forms --------------------------------------------------------------------------------------------

_SHORT = {
    "Northeast": "NE",
    "Northwest": "NW",
    "Southeast": "SE",
    "Southwest": "SW",
    "North": "N",
    "South": "S",
    "East": "E",
    "West": "W",
    "Street": "St",
    "Avenue": "Ave",
    "Boulevard": "Blvd",
    "Road": "Rd",
    "Drive": "Dr",
    "Court": "Ct",
    "Place": "Pl",
    "Lane": "Ln",
    "Terrace": "Ter",
    "Parkway": "Pkwy",
    "Highway": "Hwy",
    "Freeway": "Fwy",
}

_QUADRANTS = ("Northeast", "Northwest", "Southeast", "Southwest")


def shortened(name: str) -> str:
    """A street's name with the short forms of signs (USPS Publication 28): "Southeast Ash Street" is "SE Ash St"."""
    words = name.split()
    if len(words) > 2 or words[0] in _QUADRANTS:
        words[0] = _SHORT.get(words[0], words[0])
    if len(words) > 1 and words[-1] not in ("North", "South", "East", "West"):
        words[-1] = _SHORT.get(words[-1], words[-1])
    return " ".join(words)
