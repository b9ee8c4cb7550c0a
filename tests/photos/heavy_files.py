"""Files of few bytes that ask a decoder for hours of work, and what is needed to make them."""

import io
import struct
import zlib
from collections.abc import Iterator

from PIL import Image

EMPTY_RESOURCE = b"8BIM\x04\x04\0\0\0\0\0\0"


def picture(form: str, size: tuple[int, int] = (300, 200), **options: object) -> bytes:
    """A gray picture with some grain in it."""
    out = io.BytesIO()
    Image.effect_noise(size, 40).convert("RGB").save(out, form, **options)
    return out.getvalue()


def plain(form: str, size: tuple[int, int]) -> bytes:
    """A picture of one color."""
    out = io.BytesIO()
    Image.new("RGB", size, "gray").save(out, form)
    return out.getvalue()


def segment(marker: int, body: bytes) -> bytes:
    """A part of a JPEG."""
    return bytes([0xFF, marker]) + struct.pack(">H", len(body) + 2) + body


def chunk(kind: bytes, body: bytes) -> bytes:
    """A part of a PNG."""
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def in_jpeg(more: bytes) -> bytes:
    """A JPEG with more parts than it needs."""
    jpeg = picture("JPEG")
    return jpeg[:2] + more + jpeg[2:]


def in_png(more: bytes) -> bytes:
    """A PNG with more parts than it needs."""
    png = picture("PNG")
    return png[:33] + more + png[33:]


def in_gif(more: bytes) -> bytes:
    """A GIF with something before its first picture."""
    gif = picture("GIF")
    at = 13 + (3 << ((gif[10] & 7) + 1))
    return gif[:at] + more + gif[at:]


def scanned(times: int, size: tuple[int, int] = (300, 200)) -> bytes:
    """A progressive JPEG whose last scan stands in it some times more."""
    jpeg = picture("JPEG", size, progressive=True)
    last = jpeg.rfind(b"\xff\xda")
    return jpeg[:-2] + jpeg[last:-2] * times + jpeg[-2:]


def framed(marker: int) -> bytes:
    """A JPEG that says that its pixels are coded in another way."""
    return picture("JPEG").replace(b"\xff\xc0", bytes([0xFF, marker]), 1)


def exif_of(entries: int, bytes_each: int) -> bytes:
    """EXIF data in which each entry is the same long value."""
    each = b"".join(
        struct.pack("<HHII", 0x9000 + number % 5000, 1, bytes_each, 8) for number in range(entries)
    )
    return b"II*\0\x08\0\0\0" + struct.pack("<H", entries) + each + bytes(4)


def interlaced(width: int, height: int) -> bytes:
    """An empty PNG in seven passes, 16 bits a channel, each line predicted in the dearest way."""
    packer, data = zlib.compressobj(9), b""
    passes = (
        (0, 0, 8, 8),
        (4, 0, 8, 8),
        (0, 4, 4, 8),
        (2, 0, 4, 4),
        (0, 2, 2, 4),
        (1, 0, 2, 2),
        (0, 1, 1, 2),
    )
    for left, top, right, down in passes:
        line = b"\4" + bytes(8 * -(-(width - left) // right))
        for _ in range(-(-(height - top) // down)):
            data += packer.compress(line)
    head = struct.pack(">IIBBBBB", width, height, 16, 6, 0, 0, 1)
    pixels = chunk(b"IDAT", data + packer.flush())
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + pixels + chunk(b"IEND", b"")


def chunky_webp(chunks: int) -> bytes:
    """A WebP with empty parts behind it."""
    webp = picture("WEBP")
    return b"RIFF" + struct.pack("<I", len(webp) - 8 + 8 * chunks) + webp[8:] + b"abcd\0\0\0\0" * chunks


# --- HEIC: ISO/IEC 23008-12 ---------------------------------------------------------------------------------


def tiled(
    tile: bytes, *, columns: int, rows: int, size: tuple[int, int], levels: int = 1, of_itself: bool = False
) -> bytes:
    """A HEIC or AVIF made of one and the same tile.

    tile: one of one picture. size: that the whole claims to have. levels: grids that are made of grids.
    """
    made = dict(_boxes(tile))
    meta = dict(_boxes(made[b"meta"][4:]))
    properties = dict(_boxes(meta[b"iprp"]))
    inside = list(_boxes(properties[b"ipco"]))
    coding = next(body for kind, body in inside if kind in (b"hvcC", b"av1C"))
    tile_size = next(body for kind, body in inside if kind == b"ispe")
    kind = b"hvc1" if any(name == b"hvcC" for name, _ in inside) else b"av01"
    grids = range(2, 2 + levels)
    pixels = made[b"mdat"]

    def info(item: int, kind: bytes) -> bytes:
        return _box(b"infe", b"\2\0\0\0" + struct.pack(">HH", item, 0) + kind + b"\0")

    whole = struct.pack(">BBBBHH", 0, 0, rows - 1, columns - 1, *size)
    references = b"".join(
        _box(
            b"dimg",
            struct.pack(
                f">HH{columns * rows}H", grid, columns * rows, *[grid - (not of_itself)] * (columns * rows)
            ),
        )
        for grid in grids
    )
    ipco = _box(b"hvcC" if kind == b"hvc1" else b"av1C", coding) + _box(b"ispe", tile_size)
    ipco += _box(b"ispe", bytes(4) + struct.pack(">II", *size))
    owners = struct.pack(">HBBB", 1, 2, 0x81, 2) + b"".join(struct.pack(">HBB", grid, 1, 3) for grid in grids)
    ftyp = _box(b"ftyp", made[b"ftyp"])

    def meta_box(at: int) -> bytes:
        places = struct.pack(">HHHHII", 1, 0, 0, 1, at, len(pixels))
        places += b"".join(struct.pack(">HHHHII", grid, 1, 0, 1, 0, len(whole)) for grid in grids)
        return _box(
            b"meta",
            bytes(4)
            + _box(b"hdlr", bytes(8) + b"pict" + bytes(13))
            + _box(b"pitm", bytes(4) + struct.pack(">H", grids[-1]))
            + _box(b"iloc", b"\1\0\0\0" + bytes([0x44, 0]) + struct.pack(">H", 1 + levels) + places)
            + _box(
                b"iinf",
                bytes(4)
                + struct.pack(">H", 1 + levels)
                + info(1, kind)
                + b"".join(info(grid, b"grid") for grid in grids),
            )
            + _box(b"iref", bytes(4) + references)
            + _box(
                b"iprp",
                _box(b"ipco", ipco) + _box(b"ipma", bytes(4) + struct.pack(">I", 1 + levels) + owners),
            )
            + _box(b"idat", whole),
        )

    before = len(ftyp) + len(meta_box(0)) + 8
    return ftyp + meta_box(before) + _box(b"mdat", pixels)


def _box(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", 8 + len(body)) + kind + body


def _boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 0
    while at < len(data):
        size = int.from_bytes(data[at : at + 4])
        yield data[at + 4 : at + 8], data[at + 8 : at + size]
        at += size
