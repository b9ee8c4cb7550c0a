"""House numbers on the ground: where 3912 SE Hawthorne is, from the rule by which the city numbers its houses.

Most American cities count blocks from two baselines: so many numbers a block, so many blocks a mile. The rule alone
is right to a block or two. What is known for certain (numbered cross streets, blocks that the city pack names, houses
with a known place) mends it nearby. All of it is worked out once, when the places are imported: each street gets a
row of points with their numbers, and an address then lies between two of them.

Degrees are WGS84, distances meters, `per_100` is degrees for each hundred house numbers.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from app.places.street_names import StreetName

METERS_PER_DEGREE = 111_195.0
Axis = Literal["lat", "long"]
"""The direction in which a street's numbers grow: "lat" along streets that run north and south."""

# How far what is known of one street says something about its neighbors.
REACH_M = 450.0
FARTHEST_M = 1_400.0
# What is known on the street itself counts this much more than what is known beside it.
OWN_STREET = 12.0
# How much the bare rule counts against one sure neighbor.
RULE_WEIGHT = 0.15
# A street that runs north no more than this many times as far as east is a diagonal.
DIAGONAL = 2.5
# Beyond its known end a street is believed to go on for so many numbers, and no further.
BEYOND_END = 2_000
# How sure one may be, in meters: between known points, beyond the end of a street, by the rule alone.
SURE_M, END_M, RULE_M = 60, 150, 300


@dataclass(frozen=True)
class Line:
    """A straight rule: number 0 lies at `zero` degrees, and every 100 more are `per_100` degrees further."""

    zero: float
    per_100: float

    def degrees(self, number: float) -> float:
        """Where a number is."""
        return self.zero + self.per_100 * number / 100

    def number(self, degrees: float) -> float:
        """Which number is there."""
        return (degrees - self.zero) / self.per_100 * 100


class Block(NamedTuple):
    """Where a street crosses others: Hawthorne at 1500 along "lat", 39th Avenue at 3900 along "long"."""

    number: int
    axis: Axis


@dataclass(frozen=True)
class Grid:
    """The rule of a city: by quadrant and axis. blocks: where named streets cross others, by quadrant and base.

    fallback: quadrants whose rule and streets hold where a quadrant has none of its own.
    avenues: the axis along which avenues and numbered streets are numbered.
    """

    lines: Mapping[tuple[str, Axis], Line] = field(default_factory=dict)
    blocks: Mapping[tuple[str, str], Block] = field(default_factory=dict)
    fallback: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    avenues: Axis = "lat"

    def line(self, quadrant: str, axis: Axis) -> Line | None:
        """The rule of a quadrant, or of the one it was made from."""
        return next((self.lines[q, axis] for q in self.family(quadrant) if (q, axis) in self.lines), None)

    def family(self, quadrant: str) -> tuple[str, ...]:
        """The quadrant and those that stand in for it."""
        return (quadrant, *self.fallback.get(quadrant, ()))

    def block(self, street: StreetName) -> Block | None:
        """Where a street crosses others, if that is known."""
        if street.number is not None:
            # "39th Place" lies between 39th and 40th Avenue.
            return Block(street.number * 100 + (50 if _is_minor(street) else 0), self.across)
        known = (self.blocks.get((quadrant, street.base)) for quadrant in self.family(street.quadrant))
        return next((block for block in known if block is not None), None)

    @property
    def across(self) -> Axis:
        """The axis along which streets are numbered that are no avenues."""
        return "long" if self.avenues == "lat" else "lat"


class Numbered(NamedTuple):
    """A point of a street with its house number; sure_m: how far the true place may be off."""

    number: float
    lat: float
    long: float
    sure_m: float


@dataclass
class Street:
    """What is known of one street.

    corners: latitude, longitude and the other street. houses: number, latitude, longitude.
    points: further points along it.
    """

    name: StreetName
    corners: list[tuple[float, float, StreetName]] = field(default_factory=list)
    houses: list[tuple[int, float, float]] = field(default_factory=list)
    points: list[tuple[float, float]] = field(default_factory=list)

    @property
    def line(self) -> list[tuple[float, float]]:
        """All points that lie on it."""
        return [(lat, long) for lat, long, _ in self.corners] + self.points


class _Known(NamedTuple):
    """A number that is known at some place; off: by how many numbers it differs from the rule there."""

    lat: float
    long: float
    off: float
    weight: float
    street: str


def number_streets(streets: Sequence[Street], grid: Grid) -> list[tuple[Numbered, ...]]:
    """Number the points of every street, in the order of `streets`; those that no rule reaches get none."""
    axes = [axis_of(street, grid) for street in streets]
    fields: dict[tuple[str, Axis], _Field] = {}
    for street, axis in zip(streets, axes, strict=True):
        line = grid.line(street.name.quadrant, axis)
        if line is not None:
            known = fields.setdefault((street.name.quadrant, axis), _Field())
            for one in _known_of(street, axis, line, grid):
                known.add(one)
    return [
        tuple(_numbered(street, axis, grid, fields.get((street.name.quadrant, axis), _Field())))
        for street, axis in zip(streets, axes, strict=True)
    ]


def axis_of(street: Street, grid: Grid) -> Axis:
    """In which direction a street is numbered: as its houses say, else numbered ones by latitude, else as it runs."""
    by_houses = _axis_by_houses(street, grid)
    if by_houses is not None:
        return by_houses
    if street.name.number is not None:
        return grid.avenues
    line = street.line
    if len(line) < 2:
        crossed = [other for _, _, other in street.corners if other.number is not None]
        return grid.across if crossed else grid.avenues
    north = max(lat for lat, _ in line) - min(lat for lat, _ in line)
    east = (max(long for _, long in line) - min(long for _, long in line)) * _shrink(line[0][0])
    if max(north, east) < DIAGONAL * min(north, east) and street.name.kind in ("ave", "st"):
        return grid.avenues if street.name.kind == "ave" else grid.across
    return "lat" if north > east else "long"


def along(numbers: Sequence[Numbered], number: float, axis_line: Line | None, axis: Axis) -> Numbered | None:
    """Where a number lies on a street that `number_streets` has numbered; None if that is far beyond its ends."""
    if not numbers:
        return None
    if number < numbers[0].number:
        return _beyond(numbers[0], number, axis_line, axis)
    if number > numbers[-1].number:
        return _beyond(numbers[-1], number, axis_line, axis)
    after = next(i for i, point in enumerate(numbers) if point.number >= number)
    b = numbers[after]
    a = numbers[after - 1] if after else b
    part = (number - a.number) / (b.number - a.number) if b.number > a.number else 0.0
    gap = _meters(a.lat, a.long, b.lat, b.long)
    return Numbered(
        number,
        a.lat + part * (b.lat - a.lat),
        a.long + part * (b.long - a.long),
        max(a.sure_m, b.sure_m) + max(0.0, gap - 400) / 8,
    )


def by_rule(number: int, street: StreetName, grid: Grid) -> Numbered | None:
    """Where an address of a street is of which only the block is known, as of "SE 117th Avenue"."""
    block = grid.block(street)
    lat, long = grid.line(street.quadrant, "lat"), grid.line(street.quadrant, "long")
    if block is None or lat is None or long is None:
        return None
    if block.axis == "lat":
        return Numbered(number, lat.degrees(block.number), long.degrees(number), RULE_M)
    return Numbered(number, lat.degrees(number), long.degrees(block.number), RULE_M)


def crossing_by_rule(first: StreetName, second: StreetName, grid: Grid) -> Numbered | None:
    """Where two streets must cross of which only the blocks are known."""
    block = grid.block(second)
    if block is None or grid.block(first) is None or block.axis == (grid.block(first) or block).axis:
        return None
    return by_rule(block.number, first, grid)


# --- what is known ------------------------------------------------------------------------------------------


class _Field:
    """Known numbers of one quadrant and axis, found by place."""

    CELL = 0.01

    def __init__(self) -> None:
        self._cells: dict[tuple[int, int], list[_Known]] = {}

    def add(self, known: _Known) -> None:
        self._cells.setdefault(self._cell(known.lat, known.long), []).append(known)

    def near(self, lat: float, long: float) -> Iterable[_Known]:
        north, east = self._cell(lat, long)
        for i in range(north - 1, north + 2):
            for j in range(east - 2, east + 3):
                yield from self._cells.get((i, j), ())

    def _cell(self, lat: float, long: float) -> tuple[int, int]:
        return math.floor(lat / self.CELL), math.floor(long / self.CELL)

    def off(self, lat: float, long: float, street: str) -> tuple[float, float]:
        """By how many numbers the rule is off at a place, and how much is known about it."""
        total, weights = 0.0, RULE_WEIGHT
        for known in self.near(lat, long):
            away = _meters(lat, long, known.lat, known.long)
            if away > FARTHEST_M:
                continue
            weight = known.weight * math.exp(-((away / REACH_M) ** 2) / 2)
            if known.street == street:
                weight *= OWN_STREET
            total += weight * known.off
            weights += weight
        return total / weights, weights - RULE_WEIGHT


def _known_of(street: Street, axis: Axis, line: Line, grid: Grid) -> Iterable[_Known]:
    key = street.name.key
    for lat, long, other in street.corners:
        block = grid.block(other)
        if block is not None and block.axis == axis:
            off = block.number - line.number(lat if axis == "lat" else long)
            if abs(off) < 600:
                yield _Known(lat, long, off, 1.0, key)
    for number, lat, long in street.houses:
        off = number - line.number(lat if axis == "lat" else long)
        if abs(off) < 900:
            yield _Known(lat, long, off, 1.0, key)


def _numbered(street: Street, axis: Axis, grid: Grid, known: _Field) -> Iterable[Numbered]:
    line = grid.line(street.name.quadrant, axis)
    if line is None:
        return ()
    rows = []
    for lat, long in {*street.line, *((lat, long) for _, lat, long in street.houses)}:
        off, weight = known.off(lat, long, street.name.key)
        number = line.number(lat if axis == "lat" else long) + off
        rows.append(Numbered(number, lat, long, SURE_M + 90 / (1 + weight)))
    return _in_order(sorted(rows))


def _in_order(rows: list[Numbered]) -> Iterable[Numbered]:
    """Points nearer than 20 numbers to the one before say nothing new."""
    kept: list[Numbered] = []
    for row in rows:
        if not kept or row.number - kept[-1].number >= 20:
            kept.append(row)
    return kept


def _beyond(end: Numbered, number: float, line: Line | None, axis: Axis) -> Numbered | None:
    more = number - end.number
    if line is None or abs(more) > BEYOND_END:
        return None
    shift = line.per_100 * more / 100
    lat, long = (end.lat + shift, end.long) if axis == "lat" else (end.lat, end.long + shift)
    return Numbered(number, lat, long, END_M + abs(more) / 4)


def _axis_by_houses(street: Street, grid: Grid) -> Axis | None:
    """The axis along which the rule fits the known houses better, where it fits at all."""
    misses: dict[Axis, float] = {}
    for axis in ("lat", "long"):
        line = grid.line(street.name.quadrant, axis)
        if line is None or not street.houses:
            return None
        off = [
            abs(number - line.number(lat if axis == "lat" else long)) for number, lat, long in street.houses
        ]
        misses[axis] = sorted(off)[len(off) // 2]
    best, other = sorted(misses, key=lambda axis: misses[axis])
    return best if misses[best] < 400 and misses[other] > 2 * misses[best] else None


def _is_minor(street: StreetName) -> bool:
    return street.key != street.base


def _shrink(lat: float) -> float:
    return math.cos(math.radians(lat))


def _meters(lat_a: float, long_a: float, lat_b: float, long_b: float) -> float:
    north = (lat_b - lat_a) * METERS_PER_DEGREE
    east = (long_b - long_a) * METERS_PER_DEGREE * _shrink(lat_a)
    return math.hypot(north, east)
