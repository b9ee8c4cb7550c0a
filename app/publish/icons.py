"""The portal's mark as icons for home screens: "311" in white on green, the same lines as in assets/icon.svg."""

from collections.abc import Callable
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw

GREEN = (0x0B, 0x4F, 0x43)
"""The colour of the bar (assets/site.css)."""

# Every length is in units of which the icon has sixteen a side; angles are degrees, clockwise from three o'clock.
GRID = 16
CORNER = 3.0
STROKE = 1.5
RADIUS = 1.75
ARCS = ((4.5, 6.25, 200, 450), (4.5, 9.75, 270, 520))
"""The two arcs of the 3: centre, and from where to where."""
MEET = (4.5, 8.0)
"""Where the arcs meet, round like every joint."""
ONES = (((7.9, 6.1), (9.5, 4.5), (9.5, 12.25)), ((11.4, 6.1), (13.0, 4.5), (13.0, 12.25)))
"""The two 1s: flag, top, foot."""

SAFE = 0.8
"""Size of the mark on the maskable icon, of which launchers may leave only a circle (W3C, Web Application
Manifest, "maskable")."""
FINER = 4
"""How much larger it is drawn first, so that its edges become smooth."""
SHADES = 5
"""Of each edge; with more of them the files grow and nobody sees it."""

Draw = Callable[[ImageDraw.ImageDraw, float], None]


def write_icons(folder: Path) -> None:
    """Write icon-192.png, icon-512.png and icon-maskable-512.png into a folder."""
    for name, size, maskable in (
        ("icon-192", 192, False),
        ("icon-512", 512, False),
        ("icon-maskable-512", 512, True),
    ):
        ground = Image.new("L", (size, size), 255) if maskable else _drawn(size, _ground)
        mark = _drawn(size, _mark, SAFE if maskable else 1)
        _save(_shaded(ground, mark), folder / f"{name}.png")


def _drawn(size: int, draw: Draw, scale: float = 1) -> Image.Image:
    """How much of each pixel is covered, 0 to 255. scale: size of the drawing, about the middle."""
    whole = round(size * FINER * scale)
    part = Image.new("L", (whole, whole))
    draw(ImageDraw.Draw(part), whole / GRID)
    canvas = Image.new("L", (size * FINER, size * FINER))
    canvas.paste(part, ((size * FINER - whole) // 2,) * 2)
    return canvas.reduce(FINER)


def _ground(pen: ImageDraw.ImageDraw, unit: float) -> None:
    pen.rounded_rectangle((0, 0, GRID * unit - 1, GRID * unit - 1), CORNER * unit, fill=255)


def _mark(pen: ImageDraw.ImageDraw, unit: float) -> None:
    reach = RADIUS + STROKE / 2
    for x, y, start, end in ARCS:
        box = ((x - reach) * unit, (y - reach) * unit, (x + reach) * unit, (y + reach) * unit)
        pen.arc(box, start, end, fill=255, width=round(STROKE * unit))
    half = STROKE / 2
    pen.ellipse([(at + side) * unit for side in (-half, half) for at in MEET], fill=255)
    for one in ONES:
        points = [(x * unit, y * unit) for x, y in one]
        pen.line(points, fill=255, width=round(STROKE * unit), joint="curve")


def _shaded(ground: Image.Image, mark: Image.Image) -> Image.Image:
    """Each pixel as a number of the palette: the first shades lead to green, the others on to white."""
    green = ground.point([round(cover * (SHADES - 1) / 255) for cover in range(256)])
    white = mark.point([0, *(SHADES - 1 + round(cover * SHADES / 255) for cover in range(1, 256))])
    return ImageChops.lighter(green, white)


def _save(shaded: Image.Image, file: Path) -> None:
    icon = Image.frombytes("P", shaded.size, shaded.tobytes())
    lighter = [
        channel + round((255 - channel) * step / SHADES) for step in range(1, SHADES + 1) for channel in GREEN
    ]
    icon.putpalette([*GREEN * SHADES, *lighter])
    see_through = bytes(round(255 * step / (SHADES - 1)) for step in range(SHADES))
    icon.save(file, optimize=True, bits=4, transparency=see_through)
