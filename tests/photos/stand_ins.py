"""Photos and hostile files of our own making, under the names of the real ones that they stand in for.

What the shared data have besides, such as the quirks of a certain phone, nobody can make; where they are there, the
same tests take them in addition.
"""

import io
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pillow_heif
from PIL import Image, ImageDraw

from tests.photos.heavy_files import chunk, picture

pillow_heif.register_heif_opener()

ORIENTATION, MAKER, DESCRIPTION, GPS = 0x0112, 0x010F, 0x010E, 0x8825
CITY_HALL, SEATTLE = (45.5152, -122.6792), (47.6038, -122.3301)
CRIMEA, PARIS = (44.85048, 34.97665), (48.8925, 2.23639)
# What a camera does to a picture that is upright, so that it must be turned back by what EXIF says.
TURNED = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}
SERIES = {
    "orientation/Landscape_{}.jpg": (450, 300),
    "orientation/Portrait_{}.jpg": (300, 450),
    "exif-samples/orientation/landscape_{}.jpg": (360, 240),
    "exif-samples/orientation/portrait_{}.jpg": (240, 360),
    "pillow/hopper_orientation_{}.jpg": (128, 128),
    "pillow/hopper_orientation_{}.webp": (128, 128),
}


def make(folder: Path) -> Path:
    """Write them all into a new folder, which is returned."""
    for name, content in {**dict(_photos()), **dict(_hostile())}.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    return folder


def scene(size: tuple[int, int]) -> Image.Image:
    """A picture that looks different from each side: sky, street, a house on the left, a bright lamp on the right."""
    width, height = size
    image = Image.linear_gradient("L").resize(size).convert("RGB")
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, height * 2 // 3, width, height), "dimgray")
    draw.rectangle((width // 10, height // 3, width // 3, height * 3 // 4), "firebrick")
    draw.ellipse((width * 3 // 4, height // 12, width * 11 // 12, height // 4), "lightyellow")
    return image


def exif(
    orientation: int = 1, at: tuple[float, float] | None = None, *, byte_order: str = "<", **tags: Any
) -> Image.Exif:
    """What a phone writes into a photo. at: latitude and longitude. tags: others, by number, as `tag_271="Maker"`."""
    found = Image.Exif()
    found.endian = byte_order
    found[ORIENTATION] = orientation
    for name, value in tags.items():
        found[int(name.removeprefix("tag_"))] = value
    if at is not None:
        found[GPS] = {
            1: "N" if at[0] >= 0 else "S",
            2: _sexagesimal(abs(at[0])),
            3: "E" if at[1] >= 0 else "W",
            4: _sexagesimal(abs(at[1])),
        }
    return found


def _sexagesimal(degrees: float) -> tuple[float, float, float]:
    whole, minutes = int(degrees), degrees % 1 * 60
    return float(whole), float(int(minutes)), minutes % 1 * 60


def saved(image: Image.Image, form: str, **options: Any) -> bytes:
    """A picture as a file."""
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def _photos() -> Iterator[tuple[str, bytes]]:
    for series, size in SERIES.items():
        for number, turn in TURNED.items():
            image = scene(size) if turn is None else scene(size).transpose(turn)
            form = "WEBP" if series.endswith("webp") else "JPEG"
            yield series.format(number), saved(image, form, exif=exif(number))
    large = scene((4032, 3024))
    yield "large/galaxy-s7-edge-12mp.jpg", saved(large, "JPEG", exif=exif(at=PARIS))
    yield "large/iphone-6plus.jpg", saved(scene((3264, 2448)), "JPEG", exif=exif(tag_271="Maker"))
    yield "heif/pug.heic", saved(scene((1200, 900)), "HEIF", exif=exif(at=CRIMEA).tobytes())
    yield "heif/spatial_photo.heic", saved(scene((900, 1200)), "HEIF")
    yield (
        "exif-samples/mobile/HMD_Nokia_8.3_5G.jpg",
        saved(
            scene((800, 600)),
            "JPEG",
            exif=exif(6, CITY_HALL, tag_271="Maker", tag_270="http://photo.example"),
        ),
    )
    for number in range(10):
        at = (-33.8 + number * 9, 151.2 - number * 31)
        content = saved(scene((160, 120)), "JPEG", exif=exif(number % 8 + 1, at, byte_order="<>"[number % 2]))
        yield f"exif-samples/gps/DSCN{number:04}.jpg", content
    yield "exif-samples/tests/45-gps_ifd.jpg", saved(scene((160, 120)), "JPEG", exif=exif(3))


def _hostile() -> Iterator[tuple[str, bytes]]:
    small = scene((300, 200))
    jpeg, png, heic = saved(small, "JPEG"), saved(small, "PNG"), saved(small, "HEIF")
    yield (
        "hostile/gps-portland-city-hall-o6-12mp.jpg",
        saved(scene((4032, 3024)).transpose(Image.Transpose.ROTATE_90), "JPEG", exif=exif(6, CITY_HALL)),
    )
    for name, at in (
        ("outside-city-seattle", SEATTLE),
        ("null-island", (0.0, 0.0)),
        ("out-of-range", (95.5, -200.25)),
    ):
        yield f"hostile/gps-{name}.jpg", saved(small, "JPEG", exif=exif(at=at))
    yield "pillow/empty_gps_ifd.jpg", saved(small, "JPEG", exif=exif(tag_34853={}))
    yield (
        "pillow/exif_gps_typeerror.jpg",
        saved(small, "JPEG", exif=exif(tag_34853={1: "N", 2: 45.5, 3: "W", 4: 122.6})),
    )
    injection = "=cmd|' /C calc'!A0 <script>alert(1)</script> http://evil.example"
    yield "hostile/exif-xss-and-csv-injection.jpg", saved(small, "JPEG", exif=exif(tag_270=injection))
    yield "hostile/orientation-99.jpg", saved(small, "JPEG", exif=exif(99))
    yield "hostile/cmyk.jpg", saved(Image.new("CMYK", (300, 200), (0, 90, 90, 0)), "JPEG")
    yield "hostile/16bit.png", saved(Image.new("I;16", (300, 200), 40_000), "PNG")
    yield "hostile/alpha.png", saved(Image.new("RGBA", (300, 200), (255, 0, 0, 40)), "PNG")
    for kind, payload in {
        "jpeg-html": b"<html><script>alert(1)</script></html>",
        "jpeg-php": b"<?php system($_GET['c']); ?>",
        "jpeg-zip": b"PK\3\4" + bytes(40),
        "pdf-in-jpeg": b"%PDF-1.7\n",
    }.items():
        yield f"hostile/polyglot-{kind}.jpg", jpeg + payload
    # Too large, if their headers are believed.
    for name, size in (
        ("bomb-19000x9000-rgb", (19_000, 9_000)),
        ("header-lies-ihdr-2147483647", (2**31 - 1,) * 2),
    ):
        yield (
            f"hostile/{name}.png",
            png[:8] + chunk(b"IHDR", struct.pack(">II5B", *size, 8, 2, 0, 0, 0)) + png[33:],
        )
    one_bit = chunk(b"IHDR", struct.pack(">II5B", 50_000, 50_000, 1, 0, 0, 0, 0))
    yield "hostile/bomb-50000x50000-1bit.png", png[:8] + one_bit + png[33:]
    sof = jpeg.index(b"\xff\xc0") + 5
    lying = jpeg[:sof] + struct.pack(">HH", 65_500, 65_500) + jpeg[sof + 4 :]
    yield "hostile/header-lies-65500x65500.jpg", lying
    ispe = heic.index(b"ispe") + 8
    yield "heif/200MP.heic", heic[:ispe] + struct.pack(">II", 16_384, 12_288) + heic[ispe + 8 :]
    gif = picture("GIF")
    yield "pillow/decompression_bomb.gif", gif[:6] + struct.pack("<HH", 65_535, 65_535) + gif[10:]
    # Not whole.
    yield "hostile/empty.jpg", b""
    yield "heif/empty.heic", b""
    yield "heif/corrupted.heic", heic[: len(heic) // 2]
    yield "hostile/truncated-half.jpg", jpeg[: len(jpeg) // 2]
    yield "hostile/truncated-header-only.jpg", jpeg[:200]
    yield "pillow/truncated_image.png", png[: len(png) // 2]
    yield "pillow/truncated_jpeg.jpg", jpeg[: len(jpeg) * 2 // 3]
    bomb = chunk(b"iTXt", b"Comment\0\1\0\0\0" + zlib.compress(bytes(70_000_000)))
    yield "hostile/itxt-bomb-70MB.png", png[:33] + bomb + png[33:]
    # No photos.
    html, svg = (
        b"<!DOCTYPE html><script>alert(1)</script>",
        b'<svg xmlns="http://www.w3.org/2000/svg">%s</svg>',
    )
    yield "hostile/html-renamed.jpg", html
    yield "hostile/text-renamed.jpg", b"This is no photo at all.\n" * 40
    yield "hostile/svg-renamed.png", svg % b"<script>alert(1)</script>"
    yield (
        "hostile/svg-billion-laughs.svg",
        b'<!DOCTYPE svg [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>' + svg % b"&b;",
    )
    yield "hostile/svg-xxe.svg", b'<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + svg % b"&a;"
    yield "imagetragick/msl.jpg", b'<?xml version="1.0"?><image><read filename="/etc/passwd" /></image>'
    yield "imagetragick/rce1.jpg", b"push graphic-context\nfill 'url(https://x.example/a.jpg\"|ls \"-la)'\n"
    yield "pillow/oom-225817ca0f8c663be7ab4b9e717b02c661e66834.tif", saved(small, "TIFF")
    yield (
        "pillow/oom-8ed3316a4109213ca96fb8a256a0bfefdece1461.icns",
        b"icns" + struct.pack(">I", 2**31) + bytes(40),
    )
    yield "pillow/timeout-6646305047838720", bytes(range(256)) * 8


def display_p3() -> bytes:
    """A color profile of phones' screens: primaries of Display P3, the curve of sRGB (CSS Color 4)."""

    def xyz(*values: float) -> bytes:
        return b"XYZ \0\0\0\0" + struct.pack(">3i", *(round(value * 65_536) for value in values))

    points = [number / 1023 for number in range(1024)]
    linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in points]
    curve = b"curv\0\0\0\0" + struct.pack(">I1024H", 1024, *(round(one * 65_535) for one in linear))
    name = b"Display P3\0"
    description = b"desc\0\0\0\0" + struct.pack(">I", len(name)) + name + bytes(78)
    tags = {
        b"desc": description,
        b"cprt": b"text\0\0\0\0CC0\0",
        b"wtpt": xyz(0.9642, 1.0, 0.8249),
        b"rXYZ": xyz(0.51512, 0.2412, -0.00105),
        b"gXYZ": xyz(0.29198, 0.69225, 0.04189),
        b"bXYZ": xyz(0.1571, 0.06657, 0.78407),
        b"rTRC": curve,
        b"gTRC": curve,
        b"bTRC": curve,
    }
    at, table, body = 128 + 4 + 12 * len(tags), b"", b""
    for tag, content in tags.items():
        table += tag + struct.pack(">II", at + len(body), len(content))
        body += content + bytes(-len(content) % 4)
    header = struct.pack(
        ">I4sI4s4s4s12s4s4sII4sII3i", 0, b"\0\0\0\0", 0x02400000, b"mntr", b"RGB ", b"XYZ ", bytes(12), b"acsp",
        b"\0\0\0\0", 0, 0, b"\0\0\0\0", 0, 0, 63_190, 65_536, 54_061,
    )  # fmt: skip
    content = header.ljust(128, b"\0") + struct.pack(">I", len(tags)) + table + body
    return struct.pack(">I", len(content)) + content[4:]
