"""Letters on the map: which font can write a name, and names as masks to paint through.

Fonts are those of the machine, none is bundled: a font for every script weighs megabytes. Where none of FONTS is
found, Pillow's own small one is used, which has the letters of English only: `writable` then takes the accents off.
A name that no font here can write is never drawn in boxes: the caller takes another name, or none.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import NamedTuple

from PIL import Image, ImageDraw, ImageFont, features

FONTS = (
    "NotoSans-Regular.ttf",
    "DejaVuSans.ttf",
    "LiberationSans-Regular.ttf",
    "NotoSansCJK-Regular.ttc",
    "NotoSansArabic-Regular.ttf",
    "NotoSansHebrew-Regular.ttf",
    "NotoSansDevanagari-Regular.ttf",
    "NotoSansEthiopic-Regular.ttf",
    "NotoSansThai-Regular.ttf",
    "NotoSansKhmer-Regular.ttf",
    "NotoSansMyanmar-Regular.ttf",
    "Arial Unicode.ttf",
    "Arial.ttf",
)
"""Looked for by name where the system keeps fonts; the first that has every letter of a name writes it."""

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont
_SHAPED = ("R", "AL", "AN", "NSM")
"""Bidirectional classes (UAX 9) that are written wrong by a layout that only puts letters side by side."""
_TURNS = {90: Image.Transpose.ROTATE_90, -90: Image.Transpose.ROTATE_270}


class Text(NamedTuple):
    """A name as two masks of the same size: the letters, and the halo around and beneath them."""

    letters: Image.Image
    halo: Image.Image


@dataclass(frozen=True)
class _Face:
    """A font by name ("" is Pillow's own), and the picture of what it draws for letters that it lacks."""

    name: str
    missing: bytes

    def has(self, letter: str) -> bool:
        return letter.isspace() or _picture(self.name, letter) != self.missing


def faces() -> str:
    """The fonts that are used here, for whoever wants to know why maps of two machines differ."""
    return ", ".join(face.name or "Pillow's own" for face in _faces())


def writable(text: str) -> str | None:
    """The text if a font here has all its letters, else the text without accents, else None."""
    if _face_for(text) is not None:
        return text
    parts = unicodedata.normalize("NFKD", text.replace("©", "(c)").replace("·", "-"))
    plain = "".join(letter for letter in parts if not unicodedata.combining(letter))
    return plain if plain != text and _face_for(plain) is not None else None


def width_of(text: str, size: float) -> float | None:
    """How long a name is in pixels, or None if it cannot be written here."""
    face = _face_for(text)
    return None if face is None else _width(face.name, text, size)


@lru_cache(maxsize=4096)
def _width(face: str, text: str, size: float) -> float:
    return float(_font(face, size).getlength(text))


@lru_cache(maxsize=1024)
def text_of(text: str, size: float, angle: int = 0, halo: float = 1.6) -> Text | None:
    """A name drawn in letters of `size` pixels, turned by degrees against the clock; None if that cannot be done."""
    face = _face_for(text)
    if face is None:
        return None
    if angle in (0, 90, -90):
        drawn = _drawn(face.name, text, size, halo)
        turn = _TURNS.get(angle)
        return drawn if turn is None else Text(*(mask.transpose(turn) for mask in drawn))
    # Turned at twice the size and then made small, letters keep their edges.
    large = _drawn(face.name, text, size * 2, halo * 2)
    turned = (mask.rotate(angle, Image.Resampling.BICUBIC, expand=True) for mask in large)
    return Text(*(mask.reduce(2) for mask in turned))


def _drawn(face: str, text: str, size: float, halo: float) -> Text:
    font = _font(face, size)
    edge = halo + 1
    left, top, right, bottom = font.getbbox(text)
    # Even sizes, so that turning and halving do not shift the middle.
    width, height = (int(2 * -(-(length + 2 * edge) // 2)) for length in (right - left, bottom - top))
    at = ((width - (right - left)) / 2 - left, (height - (bottom - top)) / 2 - top)
    masks = Text(Image.new("L", (width, height)), Image.new("L", (width, height)))
    ImageDraw.Draw(masks.letters).text(at, text, 255, font)
    ImageDraw.Draw(masks.halo).text(at, text, 255, font, stroke_width=halo)
    return masks


@lru_cache(maxsize=4096)
def _face_for(text: str) -> _Face | None:
    if not text or (_needs_shaping(text) and not features.check("raqm")):
        return None
    return next((face for face in _faces() if all(face.has(letter) for letter in set(text))), None)


def _needs_shaping(text: str) -> bool:
    return any(
        unicodedata.bidirectional(letter) in _SHAPED or unicodedata.combining(letter) for letter in text
    )


@cache
def _faces() -> tuple[_Face, ...]:
    return tuple(_Face(name, _picture(name, "\uffff")) for name in _found())


def _found() -> Iterator[str]:
    for name in FONTS:
        try:
            ImageFont.truetype(name, 12)
        except OSError:
            continue
        yield name
    yield ""


@lru_cache(maxsize=256)
def _font(name: str, size: float) -> Font:
    return ImageFont.truetype(name, size) if name else ImageFont.load_default(size)


@lru_cache(maxsize=4096)
def _picture(face: str, letter: str) -> bytes:
    mask = _font(face, 16).getmask(letter)
    return bytes(mask) + str(mask.size).encode()
