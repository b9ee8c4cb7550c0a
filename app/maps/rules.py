"""What is on the map at which zoom, and how wide: few things well rather than many at once."""

from collections.abc import Mapping
from functools import cache

from app.maps.shapes import Shape

LOWEST_ZOOM, HIGHEST_ZOOM = 10, 18

# By rank: motorway, trunk road, primary, secondary, tertiary, ramp, residential, pedestrian or service, track, path.
_STREETS = (10, 10, 10, 11, 13, 13, 14, 16, 17, 18)
"""Zoom from which on streets of each rank are drawn; rails as well."""
_STREET_NAMES = (13, 13, 13, 14, 15, 17, 16, 17, 18, 18)
_STREET_METERS = (16, 15, 14, 11, 9, 7, 8, 5, 2, 2)
"""How wide streets of each rank are on the ground."""
_STREET_PIXELS = (1.8, 1.6, 1.6, 1.3, 1.0, 0.8, 0.8, 0.8, 0.8, 0.8)
MAIN_STREET = 3
"""The least important rank that counts as a main street."""
"""How wide they are at least."""
_RIVER_METERS = (260, 60, 25, 12, 8, 6, 5, 4, 3, 3)
"""How wide a river is that comes as a line."""
_WATERS = (10, 10, 11, 12, 13, 14, 15, 15, 16, 16)
_PLACES = {
    "neighborhood": range(12, 17),
    "park": range(14, 19),
    "bridge": range(14, 19),
    "hospital": range(15, 19),
    "library": range(15, 19),
    "landmark": range(15, 19),
    "station": range(16, 19),
    "school": range(16, 19),
}
"""Zooms at which places of each kind have their names on the map; others (crossings, stops) never have."""
_AREA_NAMES = range(12, 16)


@cache
def lowest_ranks(zoom: int) -> Mapping[str, int]:
    """The least important rank that is drawn, for each layer that has anything at this zoom."""
    return {
        "boundary": 9,
        "park": 9,
        "water": _ranks(_WATERS, zoom),
        "street": _ranks(_STREETS, zoom),
        "rail": _ranks(_STREETS, zoom - 2),
        "bridge": _ranks(_STREETS, zoom),
        "area": 9 if zoom in _AREA_NAMES else -1,
        "place": 9 if place_kinds(zoom) else -1,
    }


def _ranks(zooms: tuple[int, ...], zoom: int) -> int:
    return sum(1 for lowest in zooms if lowest <= zoom) - 1


def place_kinds(zoom: int) -> list[str]:
    """The kinds of places that are named at this zoom."""
    return [kind for kind, zooms in _PLACES.items() if zoom in zooms]


def is_drawn(shape: Shape, zoom: int) -> bool:
    """Whether a shape is on the map at this zoom."""
    if shape.layer == "place":
        return zoom in _PLACES.get(shape.kind, ())
    return shape.rank <= lowest_ranks(zoom).get(shape.layer, -1)


def is_named(shape: Shape, zoom: int) -> bool:
    """Whether its name is on the map at this zoom."""
    if shape.layer in ("street", "bridge"):
        return zoom >= _STREET_NAMES[shape.rank]
    return shape.layer in ("water", "park", "area", "place")


def street_pixels(rank: int, meters_per_pixel: float) -> float:
    """How wide a street is drawn."""
    return max(_STREET_PIXELS[rank], _STREET_METERS[rank] / meters_per_pixel)


def river_pixels(rank: int, meters_per_pixel: float) -> float:
    """How wide a river is drawn that comes as a line."""
    return max(1.0, _RIVER_METERS[rank] / meters_per_pixel)
