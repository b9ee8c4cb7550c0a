"""A city's colors in the stylesheet of its pages, and in that of the desk."""

import re

from app.city.brand import Colors, Palette


def recolored(style: str, palette: Palette) -> str:
    """The minified stylesheet of published pages with a city's colors in place of the plain ones, not a byte more.

    style: its first `:root` is for light surroundings, its second for dark ones.
    """
    before, *blocks = style.split(":root{")
    for at, (block, colors) in enumerate(zip(blocks, (palette.light, palette.dark), strict=False)):
        blocks[at] = _set(block, colors)
    return ":root{".join((before, *blocks))


def overrides(palette: Palette) -> str:
    """A stylesheet that gives a city's colors to pages whose own one cannot be changed any more."""
    light, dark = _tokens(palette.light), _tokens(palette.dark)
    in_the_dark = f"@media screen and (prefers-color-scheme:dark){{html:root{{{_written(dark)}}}}}"
    return f"html:root{{{_written(light)}}}{in_the_dark}"


def _set(block: str, colors: Colors) -> str:
    for name, value in _tokens(colors).items():
        block = re.sub(rf"(?<=--{name}:)[^;}}]+", value, block, count=1)
    return block


def _tokens(colors: Colors) -> dict[str, str]:
    return {name.replace("_", "-"): _short(value) for name, value in colors.model_dump().items()}


def _written(tokens: dict[str, str]) -> str:
    return ";".join(f"--{name}:{value}" for name, value in tokens.items())


def _short(color: str) -> str:
    """`#ffffff` as `#fff`."""
    once = color[1::2]
    return f"#{once}" if once == color[2::2] else color
