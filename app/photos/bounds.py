"""How much work a file claims to be, counted before any decoder sees it.

A few bytes can ask a decoder for hours: thousands of scans over the same pixels, a million empty chunks, a grid made
a hundred times of one huge tile. Cameras and editors write nothing of the kind, so the bounds stand far above what
they write. Counting reads a file once, stops at the first bound that is passed, and never decodes.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

MOST_SCANS = 64
"""Passes over the pixels of a progressive JPEG; cameras and editors write 1 to 20."""
MOST_SEGMENTS = 2_000
"""Parts of a JPEG; 15 MB of metadata in its largest parts are 230."""
MOST_TABLE_BYTES = 100_000
"""Of a JPEG's quantization and Huffman tables; a scan needs some hundred bytes."""
MOST_RESOURCE_BYTES = 2_000_000
"""Of an editor's resources (Photoshop); they are read one by one, in pieces of 12 bytes or more."""
MOST_JUNK = 64 * 1024
"""Bytes before the first scan of a JPEG that belong to nothing; they are skipped one by one."""
MOST_EXIF_BYTES = 128 * 1024
"""Of EXIF data: twice what fits into a JPEG's one part. A value may be read again for each of its entries."""
MOST_CHUNKS = 10_000
"""Parts of a PNG or WebP; 15 MB in the usual pieces of 8 kB are 1,900."""
MOST_PACKED_CHUNKS = 20
"""Packed profiles and texts of a PNG: each may swell to a megabyte."""
MOST_BLOCKS = 4_000
"""Blocks of up to 255 bytes before the first picture of a GIF, the only one that is decoded."""
MOST_ITEMS = 4_000
"""Tiles and other items of a HEIC or AVIF; 48 megapixels in the usual tiles are 192."""
MOST_LEVELS = 4
"""A picture made of pictures made of pictures; phones write one level, or two."""
SPARE_TILE_PIXELS = 8_000_000
"""What tiles may have beyond one and a half times the pixels of their picture: those at its edges stick out."""


class TooMuchWork(Exception):
    """The file asks for far more work than any photo does."""


def check_work(data: bytes) -> None:
    """Raise TooMuchWork if decoding this file would take far longer than a photo of its size does.

    A file that is damaged, or of no known format, passes: decoders refuse it soon.
    """
    if data.startswith(b"\xff\xd8"):
        _check_jpeg(data)
    elif data.startswith(b"\x89PNG\r\n\x1a\n"):
        _check_png(data)
    elif data.startswith(b"GIF8"):
        _check_count(_gif_blocks(data), MOST_BLOCKS)
    elif data.startswith(b"RIFF"):
        _check_webp(data)
    elif data[4:8] == b"ftyp":
        _check_tiles(data)


def _check_count(parts: Iterator[object], most: int) -> None:
    _refuse_if(any(number >= most for number, _ in enumerate(parts)))


def _refuse_if(too_much: bool) -> None:
    if too_much:
        raise TooMuchWork


def _number(data: bytes, at: int, size: int) -> int:
    return int.from_bytes(data[at : at + size], "big")


# --- JPEG (ITU-T T.81, annex B) -----------------------------------------------------------------------------

# Without those that stand inside a scan and have no content of their own.
_MARKER = re.compile(rb"\xff[\x02-\xcf\xd8-\xfe]")
_BEGIN, _END, _SCAN, _EXIF, _RESOURCES = 0xD8, 0xD9, 0xDA, 0xE1, 0xED
_TABLES = frozenset({0xC4, 0xDB})
# All kinds of frame but baseline, extended and progressive with Huffman codes: arithmetic codes take ten times as
# long, and no camera writes those, the lossless or the layered ones (table B.1).
_OTHER_FRAMES = frozenset({0xC3, *range(0xC5, 0xD0)})


def _check_jpeg(data: bytes) -> None:
    """Count what stands before the end of the first picture, in the way decoders go from one marker to the next."""
    scans = junk = 0
    bytes_of = dict.fromkeys((*_TABLES, _EXIF, _RESOURCES), 0)
    at = 2
    for _ in range(MOST_SEGMENTS):
        found = _MARKER.search(data, at)
        junk += (len(data) if found is None else found.start()) - at
        marker = _END if found is None else data[found.start() + 1]
        # After the first scan, other markers than its own are damage: decoders have what they need.
        _refuse_if(not scans and (junk > MOST_JUNK or marker in _OTHER_FRAMES))
        if found is None or marker == _END:
            return
        at = found.end()
        if marker == _BEGIN:
            continue
        length = max(2, _number(data, at, 2))
        if marker in bytes_of and (marker != _EXIF or data.startswith(b"Exif", at + 2)):
            bytes_of[marker] += length
        _refuse_if(not scans and _is_heavy(bytes_of))
        at += length
        if marker == _SCAN:
            scans += 1
            _refuse_if(scans > MOST_SCANS)
    raise TooMuchWork


def _is_heavy(bytes_of: Mapping[int, int]) -> bool:
    return (
        sum(bytes_of[table] for table in _TABLES) > MOST_TABLE_BYTES
        or bytes_of[_EXIF] > MOST_EXIF_BYTES
        or bytes_of[_RESOURCES] > MOST_RESOURCE_BYTES
    )


# --- PNG and WebP: chunks -----------------------------------------------------------------------------------


def _check_png(data: bytes) -> None:
    at, packed = 8, 0
    for _ in range(MOST_CHUNKS):
        kind, length = data[at + 4 : at + 8], _number(data, at, 4)
        if kind in (b"IEND", b""):
            return
        packed += kind in (b"iCCP", b"zTXt", b"iTXt")
        _refuse_if(packed > MOST_PACKED_CHUNKS or (kind == b"eXIf" and length > MOST_EXIF_BYTES))
        at += 12 + length
    raise TooMuchWork


def _check_webp(data: bytes) -> None:
    at = 12
    for _ in range(MOST_CHUNKS):
        if at + 8 > len(data):
            return
        length = int.from_bytes(data[at + 4 : at + 8], "little")
        _refuse_if(data.startswith(b"EXIF", at) and length > MOST_EXIF_BYTES)
        at += 8 + length + length % 2
    raise TooMuchWork


# --- GIF ----------------------------------------------------------------------------------------------------


def _gif_blocks(data: bytes) -> Iterator[int]:
    """Where each block before the first picture begins; a byte that belongs to none counts as one."""
    if len(data) < 13:
        return
    at = 13 + (3 << ((data[10] & 7) + 1) if data[10] & 0x80 else 0)
    while at < len(data) and data[at] not in b",;":
        yield at
        if data[at] != ord("!"):
            at += 1
            continue
        at += 2
        while at < len(data) and data[at]:
            yield at
            at += 1 + data[at]
        at += 1


# --- HEIC and AVIF: items of ISO/IEC 23008-12 ----------------------------------------------------------------


@dataclass
class _Items:
    """areas: pixels of each property that is a size. sizes: those of each item. tiles: what an item is made of."""

    areas: dict[int, int] = field(default_factory=dict)
    sizes: dict[int, int] = field(default_factory=dict)
    tiles: dict[int, list[int]] = field(default_factory=dict)
    work: dict[int, int] = field(default_factory=dict)

    def pixels(self, item: int, level: int = 0) -> int:
        """How many pixels are decoded for an item. Raises TooMuchWork for one that is made of itself."""
        _refuse_if(level > MOST_LEVELS)
        if item not in self.work:
            made_of = self.tiles.get(item)
            self.work[item] = (
                self.sizes.get(item, 0)
                if made_of is None
                else sum(self.pixels(tile, level + 1) for tile in made_of)
            )
        return self.work[item]


def _check_tiles(data: bytes) -> None:
    items = _Items()
    for kind, start, end in _boxes(data, 0, len(data)):
        if kind == b"meta":
            _read_items(data, start + 4, end, items)
    _refuse_if(sum(map(len, items.tiles.values())) > MOST_ITEMS)
    for item in items.tiles:
        own = items.sizes.get(item, 0)
        _refuse_if(items.pixels(item) > own + own // 2 + SPARE_TILE_PIXELS)


def _read_items(data: bytes, start: int, end: int, items: _Items) -> None:
    for kind, at, to in _boxes(data, start, end):
        if kind == b"iref":
            _read_references(data, at, to, items)
        elif kind == b"iprp":
            parts = list(_boxes(data, at, to))
            for part, begin, stop in parts:
                if part == b"ipco":
                    _read_sizes(data, begin, stop, items)
            for part, begin, stop in parts:
                if part == b"ipma":
                    _read_owners(data, begin, stop, items)


def _read_references(data: bytes, start: int, end: int, items: _Items) -> None:
    wide = 4 if data[start : start + 1] > b"\0" else 2
    for kind, at, _ in _boxes(data, start + 4, end):
        if kind == b"dimg":
            count = _number(data, at + wide, 2)
            _refuse_if(count > MOST_ITEMS)
            first = at + wide + 2
            found = [_number(data, first + wide * number, wide) for number in range(count)]
            items.tiles.setdefault(_number(data, at, wide), []).extend(found)


def _read_sizes(data: bytes, start: int, end: int, items: _Items) -> None:
    for number, (kind, at, _) in enumerate(_boxes(data, start, end), start=1):
        if kind == b"ispe":
            items.areas[number] = _number(data, at + 4, 4) * _number(data, at + 8, 4)


def _read_owners(data: bytes, start: int, end: int, items: _Items) -> None:
    wide = 4 if data[start : start + 1] > b"\0" else 2
    step = 2 if _number(data, start + 3, 1) & 1 else 1
    count, at = _number(data, start + 4, 4), start + 8
    _refuse_if(count > MOST_ITEMS)
    for _ in range(count):
        item, properties = _number(data, at, wide), _number(data, at + wide, 1)
        at += wide + 1
        for _ in range(properties):
            # The first bit says whether a reader must know the property.
            named = _number(data, at, step) & (0x7F if step == 1 else 0x7FFF)
            items.sizes[item] = max(items.sizes.get(item, 0), items.areas.get(named, 0))
            at += step


def _boxes(data: bytes, at: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Kind, start and end of the content of each box. Raises TooMuchWork if there is no end of them."""
    for _ in range(MOST_CHUNKS):
        if at + 8 > end:
            return
        size, kind, start = _number(data, at, 4), data[at + 4 : at + 8], at + 8
        if size == 1:
            size, start = _number(data, at + 8, 8), at + 16
        stop = end if size == 0 else min(at + size, end)
        if stop < start:
            return
        yield kind, start, stop
        at = stop
    raise TooMuchWork
