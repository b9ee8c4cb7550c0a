"""The colors of the map, mixed from the colors that all pages share, so that map and page belong together."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Literal

from app.kit.colors import DARK, LIGHT, Color, color

Theme = Literal["light", "dark", "contrast"]

RIVER = "#5a9bc4"
GRASS = "#5f9e5f"
BOUNDARY, BOUNDARY_IN_THE_DARK = "#0b4f43", "#93d9c3"
AMBER = "#ffcf70"
"""As the ring of the focus in the dark."""


def mix(first: str, second: str, part: float) -> Color:
    """A color between two; part: 0 is the first, 1 the second."""
    return between(color(first), color(second), part)


def between(first: Color, second: Color, part: float) -> Color:
    """The same with colors as numbers."""
    red, green, blue = (round(a + (b - a) * part) for a, b in zip(first, second, strict=True))
    return red, green, blue


@dataclass(frozen=True)
class Palette:
    """What each thing on the map is drawn with.

    veil: what lies over everything outside the city, and how thick, from 0 to 1. halo: what lies around letters,
    and how many pixels it is wide.
    """

    land: Color
    water: Color
    park: Color
    street: Color
    main: Color
    highway: Color
    path: Color
    rail: Color
    boundary: Color
    veil: Color
    veil_part: float
    ink: Color
    quiet: Color
    water_ink: Color
    park_ink: Color
    halo: Color
    halo_width: float
    pin: Color
    pin_edge: Color

    @cached_property
    def colors(self) -> list[Color]:
        """Every color that a picture may have: those above, and steps between those that often meet."""
        ground = (self.land, self.water, self.street, self.main, self.highway)
        veiled = [between(color, self.veil, self.veil_part) for color in (*ground, self.park)]
        flat = [getattr(self, field.name) for field in fields(self)]
        flat = [*(color for color in flat if isinstance(color, tuple)), *veiled]
        meeting = [(self.land, color) for color in (*ground[1:], self.park, veiled[0])]
        meeting += [(self.halo, color) for color in (self.ink, self.quiet, self.water_ink, self.park_ink)]
        meeting += [(self.pin_edge, self.pin)]
        steps = [between(one, other, part) for one, other in meeting for part in (1 / 3, 2 / 3)]
        return list(dict.fromkeys([*flat, *steps]))


def _light() -> Palette:
    t = LIGHT
    return Palette(
        land=mix(t["paper"], t["line"], 0.12),
        water=mix(t["paper"], RIVER, 0.5),
        park=mix(t["paper"], GRASS, 0.3),
        street=color(t["card"]),
        main=mix(t["card"], AMBER, 0.62),
        highway=mix(AMBER, t["focus"], 0.28),
        path=mix(t["paper"], t["line"], 0.38),
        rail=mix(t["paper"], t["line"], 0.55),
        boundary=color(BOUNDARY),
        veil=color(t["line"]),
        veil_part=0.3,
        ink=color(t["ink"]),
        quiet=color(t["quiet"]),
        water_ink=mix(RIVER, t["ink"], 0.62),
        park_ink=mix(GRASS, t["ink"], 0.62),
        halo=color(t["paper"]),
        halo_width=1.6,
        pin=color(t["danger"]),
        pin_edge=color(t["card"]),
    )


def _dark() -> Palette:
    t = DARK
    return Palette(
        land=color(t["card"]),
        water=mix(t["paper"], RIVER, 0.38),
        park=mix(t["card"], GRASS, 0.22),
        street=mix(t["card"], t["line"], 0.34),
        main=mix(t["card"], t["line"], 0.6),
        highway=mix(t["card"], t["focus"], 0.5),
        path=mix(t["card"], t["line"], 0.26),
        rail=mix(t["card"], t["line"], 0.45),
        boundary=color(BOUNDARY_IN_THE_DARK),
        veil=color("#000000"),
        veil_part=0.5,
        ink=color(t["ink"]),
        quiet=color(t["quiet"]),
        water_ink=mix(RIVER, t["ink"], 0.5),
        park_ink=mix(GRASS, t["ink"], 0.5),
        halo=color(t["paper"]),
        halo_width=1.6,
        pin=color(t["danger"]),
        pin_edge=color(t["paper"]),
    )


def _contrast() -> Palette:
    black, white = "#000000", "#ffffff"
    return Palette(
        land=color(white),
        water=mix(white, RIVER, 0.75),
        park=mix(white, GRASS, 0.35),
        street=mix(black, white, 0.46),
        main=mix(black, white, 0.25),
        highway=color(black),
        path=mix(black, white, 0.5),
        rail=mix(black, white, 0.35),
        boundary=color(black),
        veil=mix(black, white, 0.55),
        veil_part=0.5,
        ink=color(black),
        quiet=color(black),
        water_ink=mix(RIVER, black, 0.8),
        park_ink=mix(GRASS, black, 0.8),
        halo=color(white),
        halo_width=3,
        pin=mix(LIGHT["danger"], black, 0.1),
        pin_edge=color(white),
    )


PALETTES: Mapping[Theme, Palette] = {"light": _light(), "dark": _dark(), "contrast": _contrast()}
