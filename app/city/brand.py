"""How a city looks: its mark, the icons of the installed app, and its colors.

They are files of the pack, in its folder `brand/`. A pack without that folder gets a plain mark and plain colors.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from pydantic import StringConstraints

from app.city.contacts import PackModel

PLAIN = Path(__file__).parent / "plain_brand"
"""The mark and the icons of a city that brings none."""
MARK = "mark.svg"
ICONS = {"icon-192.png": 192, "icon-512.png": 512, "icon-maskable-512.png": 512}
"""Width and height in pixels. Of the maskable one launchers may leave only a circle."""

Hex = Annotated[str, StringConstraints(pattern=r"^#[0-9a-f]{6}$")]


class Colors(PackModel):
    """A city's colors, in light or in dark surroundings.

    bar: of the bar at the top, beneath white. accent: of links, buttons and what is chosen. on_accent: of words on
    a button. tint: of what stands out a little from the page.
    """

    bar: Hex
    accent: Hex
    on_accent: Hex
    tint: Hex


class Palette(PackModel):
    """A city's colors in light and in dark surroundings."""

    light: Colors
    dark: Colors


PLAIN_COLORS = Palette(
    light=Colors(bar="#2b4459", accent="#2b4459", on_accent="#ffffff", tint="#e6edf3"),
    dark=Colors(bar="#1d2f3e", accent="#a8cbea", on_accent="#0f1c27", tint="#24323e"),
)
"""Those of assets/site.css; a test holds them to it."""


def brand_folder(pack: Path | None) -> Path:
    """Where the mark and the icons are. pack: the folder of a city pack, if there is one."""
    return pack / "brand" if pack is not None and (pack / "brand" / MARK).exists() else PLAIN


def images(pack: Path | None) -> Mapping[str, bytes]:
    """The mark and the icons, by the names under which they are served."""
    folder = brand_folder(pack)
    return {
        "icon.svg": (folder / MARK).read_bytes(),
        **{name: (folder / name).read_bytes() for name in ICONS},
    }
