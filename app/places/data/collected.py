"""What is gathered from a city's files before it becomes a database of places, with what had to be left out."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from shapely.geometry.base import BaseGeometry

from app.places.points import Boundary
from app.places.street_names import StreetName, StreetWords

Layer = str
"""'boundary', 'area', 'water', 'park', 'street', 'rail', 'bridge'; 'neighbor' for what is not the city's; 'private' and
'public' for whose ground it is, which no map shows."""
MOST_REJECTS = 1_000


class PlacesRefused(Exception):
    """A file cannot be used at all; `file`, `line` (or None) and `reason` say why. Nothing was changed."""

    def __init__(self, file: str, reason: str, line: int | None = None) -> None:
        super().__init__(f"{file}:{line}: {reason}" if line else f"{file}: {reason}")
        self.file, self.line, self.reason = file, line, reason


class Source(NamedTuple):
    """Where rows come from, and under which license."""

    name: str
    license: str
    url: str
    file: str


class Reject(NamedTuple):
    """One row or feature that was left out. line: counted from 1; of a GeoJSON, the number of the feature."""

    file: str
    line: int
    reason: str

    def __str__(self) -> str:
        """As compilers write it."""
        return f"{self.file}:{self.line}: {self.reason}"


class Shape(NamedTuple):
    """An area or a line to draw or to look things up in, in WGS84 degrees, longitude first."""

    layer: Layer
    rank: int
    name: str
    names: Mapping[str, str]
    geometry: BaseGeometry
    owner: str = ""


class NamedSpot(NamedTuple):
    """A place with a name. also: other words by which it is found, such as its old name or its address."""

    name: str
    kind: str
    lat: float
    long: float
    rank: int = 5
    names: Mapping[str, str] = {}
    also: str = ""


class Corner(NamedTuple):
    """Where two streets meet, once seen."""

    first: StreetName
    second: StreetName
    lat: float
    long: float


class House(NamedTuple):
    """A house whose place is known."""

    number: int
    street: StreetName
    lat: float
    long: float


@dataclass
class Collected:
    """Everything from all files, in order. counts: rows taken, by source. left_out: how many were rejected.

    within: what lies outside is left out, because the next town has a Main Street, too.
    """

    words: StreetWords
    within: Boundary | None = None
    places: list[NamedSpot] = field(default_factory=list)
    corners: list[Corner] = field(default_factory=list)
    houses: list[House] = field(default_factory=list)
    street_points: list[tuple[StreetName, float, float]] = field(default_factory=list)
    shown: dict[StreetName, str] = field(default_factory=dict)
    shapes: list[Shape] = field(default_factory=list)
    zips: list[tuple[str, float, float]] = field(default_factory=list)
    sources: list[Source] = field(default_factory=list)
    counts: list[int] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    left_out: int = 0

    def begin(self, source: Source) -> None:
        """What follows comes from this source."""
        self.sources.append(source)
        self.counts.append(0)

    def count(self, rows: int = 1) -> None:
        """Rows were taken from the source that was begun last."""
        self.counts[-1] += rows

    def reject(self, file: str, line: int, reason: str) -> None:
        """A row was left out; the first MOST_REJECTS are kept to be shown."""
        self.left_out += 1
        if len(self.rejects) < MOST_REJECTS:
            self.rejects.append(Reject(file, line, reason))

    def read_street(self, text: str, *, quadrant: str = "") -> StreetName | None:
        """Read a street's name, and remember the longest way to write it."""
        street = self.words.read(text, quadrant=quadrant)
        if street is not None:
            shown = " ".join(text.split())
            if len(shown) > len(self.shown.get(street, "")):
                self.shown[street] = shown
        return street

    def boundaries(self) -> Iterator[Shape]:
        """The city's own outline, if a file had it."""
        return (shape for shape in self.shapes if shape.layer == "boundary")
