"""What every geocoder can do, whichever stands behind it."""

from dataclasses import dataclass
from typing import Literal, Protocol

from app.places.points import Point

Why = Literal["address", "crossing", "place", "area", "coordinates"]
MOST_FOUND = 8
SURE_M = 75
"""Up to here an answer is as good as the pin people set themselves."""


@dataclass(frozen=True)
class Found:
    """One place that fits some words.

    kind: as in the gazetteer ("park", "library", "crossing", "address" …). why: what the words were read as.
    sure_m: the true place is probably within so many meters.
    """

    name: str
    kind: str
    lat: float
    long: float
    sure_m: int
    why: Why

    @property
    def is_approximate(self) -> bool:
        """Whether people should be told that the true place may lie a little way off."""
        return self.sure_m > SURE_M


@dataclass(frozen=True)
class Nearby:
    """The nearest place with a name, and how far away it is."""

    name: str
    kind: str
    lat: float
    long: float
    away_m: float


class Geocoder(Protocol):
    """Looks places up. Both methods may take as long as their `timeout`; none raises because a service is down."""

    def search(self, query: str, *, locale: str = "en") -> list[Found]:
        """The places that fit, best first, at most MOST_FOUND; none for an empty query."""
        ...

    def near(self, point: Point, *, locale: str = "en") -> Nearby | None:
        """The nearest place people know by name."""
        ...
