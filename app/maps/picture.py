"""Draws a static picture of a spot: a map with a pin, a scale bar, a mark of the north and who made the data."""

import math
from collections.abc import Sequence
from typing import Literal, NamedTuple

from PIL import Image, ImageDraw

from app.kit.colors import Color
from app.maps.drawing import box_around, encoded, paint
from app.maps.ground import Ground
from app.maps.labels import Plan, place_labels
from app.maps.lettering import text_of, width_of, writable
from app.maps.mercator import Box, meters_per_pixel, pixel_of
from app.maps.shapes import Shape
from app.maps.themes import PALETTES, Palette, Theme
from app.places.points import FEET_PER_METER
from i18n import N_, Message, translator

PIN_WIDTH, PIN_HEIGHT = 26, 36
"""Pixels; the tip of the pin is at the spot."""
_BAR_PIXELS = 90
"""The scale bar is at most so long."""
_ROUND = (1, 2, 5)
_SMALL = 9.5
_EDGE = 8
_SMOOTH = 4
"""How much larger the pin is drawn before it is made small."""
_FEET, _MILES = N_("%(distance)s ft"), N_("%(distance)s mi")
_METERS, _KILOMETERS = N_("%(distance)s m"), N_("%(distance)s km")
_NORTH = N_("N")


class _Bar(NamedTuple):
    """One half of the scale bar: how long in pixels, and what it says."""

    pixels: float
    words: str


def box_of_picture(lat: float, long: float, width: int, height: int, zoom: int) -> Box:
    """The box whose shapes `draw_picture` wants."""
    x, y = pixel_of(lat, long, zoom)
    return box_around((x - width / 2, y - height / 2, x + width / 2, y + height / 2), zoom)


def draw_picture(
    shapes: Sequence[Shape],
    lat: float,
    long: float,
    width: int,
    height: int,
    zoom: int,
    theme: Theme,
    locale: str,
    pin: bool = True,
    *,
    attribution: str = "",
    scale: int = 1,
) -> bytes:
    """A picture as WebP with a spot (degrees, WGS84) in its middle.

    shapes: those of `box_of_picture`; width, height: pixels at scale 1; attribution: who made the data.
    """
    x, y = pixel_of(lat, long, zoom)
    left, top = round(x - width / 2), round(y - height / 2)
    spot = (x - left, y - top)
    ground = Ground(shapes, zoom, left, top)
    frame = (0.0, 0.0, float(width), float(height))
    plan = Plan(frame)
    if pin:
        plan.claim(spot[0], spot[1] - PIN_HEIGHT / 2, PIN_WIDTH, PIN_HEIGHT + 4)
    plan.claim(70, height - 22, 138, 42)  # scale bar
    plan.claim(width - 16, 20, 30, 38)  # north
    plan.claim(width / 2, height - 6, width - 1, 12)  # attribution
    labels = place_labels(ground, frame, locale, plan)
    image = paint(ground, (0, 0), (width, height), labels, theme, scale)
    marks = _Marks(image, PALETTES[theme], locale, scale)
    marks.scale_bar(meters_per_pixel(lat, zoom))
    marks.north()
    marks.attribution(attribution)
    if pin:
        marks.pin(*spot)
    return encoded(image, theme)


class _Marks:
    """What stands on the picture besides the map; sizes are in pixels at scale 1."""

    def __init__(self, image: Image.Image, palette: Palette, locale: str, scale: int) -> None:
        self._image = image
        self._palette = palette
        self._t = translator(locale)
        self._scale = scale
        self._width, self._height = image.width / scale, image.height / scale

    def pin(self, x: float, y: float) -> None:
        """A drop whose tip is at the spot, with a light edge and a light hole, as color alone tells little."""
        half, palette = PIN_WIDTH / 2, self._palette
        head = y - PIN_HEIGHT + half

        for color, grown in ((palette.pin_edge, 1.5), (palette.pin, 0.0)):
            radius = half - 1.5 + grown
            side, shoulder = radius * 0.86, head + radius * 0.5
            self._stencil(color, "ellipse", (x - radius, head - radius, x + radius, head + radius))
            self._stencil(color, "polygon", (x - side, shoulder, x + side, shoulder, x, y + grown))
        self._stencil(palette.pin_edge, "ellipse", (x - 4, head - 4, x + 4, head + 4))

    def scale_bar(self, mpp: float) -> None:
        """One line with feet or miles above it, meters or kilometers below."""
        above = self._bar(mpp * FEET_PER_METER, _FEET, 5280, _MILES)
        below = self._bar(mpp, _METERS, 1000, _KILOMETERS)
        left, line = _EDGE, round(self._height - 28)
        longest = max(above.pixels, below.pixels)
        parts = [
            (left, line, left + longest, line),
            (left, line - 6, left, line + 6),
            (left + above.pixels, line - 6, left + above.pixels, line),
            (left + below.pixels, line, left + below.pixels, line + 6),
        ]
        for color, grown in ((self._palette.halo, 1.0), (self._palette.ink, 0.0)):
            for x0, y0, x1, y1 in parts:
                self._bar_part((x0, y0, x1, y1), color, grown)
        self._write(above.words, left + 5, line - 8)
        self._write(below.words, left + 5, line + 8)

    def _bar_part(self, ends: tuple[float, float, float, float], color: Color, grown: float) -> None:
        x0, y0, x1, y1 = (value * self._scale for value in ends)
        grown, thick = grown * self._scale, self._scale - 1
        where = (round(x0) - grown, round(y0) - grown, round(x1) + thick + grown, round(y1) + thick + grown)
        ImageDraw.Draw(self._image).rectangle(where, color)

    def _bar(self, per_pixel: float, small: Message, many: int, large: Message) -> _Bar:
        """The longest round distance that fits."""
        most = per_pixel * _BAR_PIXELS
        unit, words = (many, large) if most >= many else (1, small)
        fitting = [n * 10**power for power in range(5) for n in _ROUND if n * 10**power * unit <= most]
        distance = max(fitting, default=1)
        return _Bar(distance * unit / per_pixel, self._t(words, distance=distance))

    def north(self) -> None:
        """An arrow with the letter of the language."""
        x, top = self._width - 16, 8
        corners = (x, top, x + 6, top + 14, x, top + 11, x - 6, top + 14)
        edge = (x, top - 2.5, x + 8, top + 16.5, x, top + 13, x - 8, top + 16.5)
        for color, points in ((self._palette.halo, edge), (self._palette.ink, corners)):
            self._stencil(color, "polygon", points)
        word = self._t(_NORTH)
        self._write(word, x - (width_of(word, _SMALL) or 0) / 2, top + 23)

    def attribution(self, words: str) -> None:
        """Who made the data, small, at the lower edge."""
        words = writable(words) or ""
        while (width_of(words, _SMALL) or 0) > self._width - 2 * _EDGE:
            words = words.removesuffix("...")[:-1].rstrip() + "..."
        if words:
            self._write(words, self._width - (width_of(words, _SMALL) or 0) - 4, self._height - 7)

    def _write(self, words: str, left: float, middle: float) -> None:
        size = _SMALL * self._scale
        text = text_of(words, size, 0, self._palette.halo_width * self._scale)
        if text is None:
            return
        edge = (text.letters.width - (width_of(words, size) or 0)) / 2
        spot = round(left * self._scale - edge), round(middle * self._scale - text.letters.height / 2)
        self._image.paste(self._palette.halo, spot, text.halo)
        self._image.paste(self._palette.ink, spot, text.letters)

    def _stencil(self, color: Color, form: Literal["ellipse", "polygon"], points: Sequence[float]) -> None:
        """Paint through a mask that is drawn larger. points: x, y, x, y … at scale 1."""
        xs, ys = ([value * self._scale for value in points[start::2]] for start in (0, 1))
        left, top = math.floor(min(xs)), math.floor(min(ys))
        size = ((math.ceil(max(xs)) - left + 1) * _SMOOTH, (math.ceil(max(ys)) - top + 1) * _SMOOTH)
        mask = Image.new("L", size)
        ends = [((x - left) * _SMOOTH, (y - top) * _SMOOTH) for x, y in zip(xs, ys, strict=True)]
        getattr(ImageDraw.Draw(mask), form)(ends, 255)
        self._image.paste(color, (left, top), mask.reduce(_SMOOTH))
