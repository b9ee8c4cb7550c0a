"""Checks of a pack's brand: colors that everybody can tell apart, and images that are only images."""

import struct
from collections.abc import Iterator, Mapping
from pathlib import Path
from xml.etree import ElementTree

from app.city.brand import ICONS, MARK, Colors, Palette
from app.city.pack import Pack
from app.city.problems import Problem
from app.kit.colors import DARK, FOCUS_ON_BAR, LIGHT, ON_BAR, contrast

MOST_MARK_BYTES = 1_000
"""Every first visit fetches the mark."""
MOST_ICON_BYTES = 20_000

TEXT, SIGN = 4.5, 3.0
"""Contrast of text, and of frames, marks and focus, at the least (WCAG 2.2, 1.4.3 and 1.4.11)."""

_SVG = "{http://www.w3.org/2000/svg}"
_ELEMENTS = frozenset(
    ("svg", "g", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "title", "desc")
)
_ATTRIBUTES = frozenset(
    (
        *("viewBox", "width", "height", "x", "y", "rx", "ry", "cx", "cy", "r", "x1", "y1", "x2", "y2"),
        *("d", "points", "transform", "fill", "fill-rule", "fill-opacity", "opacity"),
        *("stroke", "stroke-width", "stroke-linejoin", "stroke-linecap", "stroke-opacity"),
    )
)


def unreadable(palette: Palette, pack: Pack) -> Iterator[Problem]:
    """Colors of a pack that are not told from those that pages show beside them."""
    for scheme, colors, shared in (("light", palette.light, LIGHT), ("dark", palette.dark, DARK)):
        for key, value, other, name, least in _meetings(colors, shared):
            ratio = contrast(value, other)
            if ratio < least:
                spot = pack.spot(("colors", scheme, key))
                reason = f'"{key}" is not told well enough from {name} ({other}): {ratio:.1f} : 1, needed {least} : 1'
                yield spot.problem(reason)


def _meetings(colors: Colors, shared: Mapping[str, str]) -> Iterator[tuple[str, str, str, str, float]]:
    """Which color meets which: key, color, the other one, its name, and the contrast that is needed."""
    yield "bar", colors.bar, ON_BAR, "the words on it", TEXT
    yield "bar", colors.bar, FOCUS_ON_BAR, "the ring of the focus", SIGN
    yield "on_accent", colors.on_accent, colors.accent, '"accent"', TEXT
    for ground in ("paper", "card", "warm"):
        yield "accent", colors.accent, shared[ground], f"the ground {ground!r}", TEXT
    yield "accent", colors.accent, colors.tint, '"tint"', TEXT
    for text in ("ink", "quiet", "danger"):
        yield "tint", colors.tint, shared[text], f"the text {text!r}", TEXT
    for sign in ("line", "focus"):
        yield "tint", colors.tint, shared[sign], f"the color {sign!r}", SIGN


def broken_images(pack: Path) -> Iterator[Problem]:
    """What is wrong with the mark and the icons of a pack, if it has any."""
    folder = pack / "brand"
    if not folder.is_dir() or not any((folder / name).exists() for name in (MARK, *ICONS)):
        return
    for name in (MARK, *ICONS):
        file = folder / name
        if not file.is_file():
            reason = f"this file is missing: a brand has {MARK}, {', '.join(ICONS)}, or none of them"
        else:
            reason = _wrong_mark(file) if name == MARK else _wrong_icon(file, ICONS[name])
        if reason:
            yield Problem(f"brand/{name}", None, reason)


def _wrong_mark(file: Path) -> str:
    content = file.read_bytes()
    if len(content) > MOST_MARK_BYTES:
        return f"this file may have at most {MOST_MARK_BYTES} bytes; it has {len(content)}"
    if b"<!" in content or b"<?" in content:
        return 'nothing that begins with "<!" or "<?" may stand here: no DOCTYPE, comment or stylesheet'
    try:
        root = ElementTree.fromstring(content)  # noqa: S314 - a kilobyte without any DOCTYPE
    except ElementTree.ParseError as error:
        return f"this is no SVG: {error}"
    if root.tag != f"{_SVG}svg":
        return 'this must begin with <svg xmlns="http://www.w3.org/2000/svg" …>'
    if reason := next(filter(None, map(_wrong_shape, root.iter())), ""):
        return reason
    box = root.get("viewBox", "").split()
    return "" if len(box) == 4 and box[2] == box[3] else 'the "viewBox" must be there, and a square'


def _wrong_shape(element: ElementTree.Element) -> str:
    tag = element.tag.removeprefix(_SVG)
    if tag not in _ELEMENTS:
        return f"<{tag}> may not stand here: shapes only, no script, style or picture"
    for name, value in element.attrib.items():
        if name not in _ATTRIBUTES or ":" in value or "url(" in value:
            return (
                f'{name}="{value}" may not stand here: it leads elsewhere, or is not needed to draw a shape'
            )
    return ""


def _wrong_icon(file: Path, size: int) -> str:
    if file.stat().st_size > MOST_ICON_BYTES:
        return f"this file may have at most {MOST_ICON_BYTES} bytes"
    head = file.read_bytes()[:24]
    if head[:8] != b"\x89PNG\r\n\x1a\n" or len(head) < 24:
        return "this is no PNG"
    return (
        "" if struct.unpack(">II", head[16:24]) == (size, size) else f"this must be {size} by {size} pixels"
    )
