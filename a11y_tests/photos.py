"""Photos as phones make them, and files that are none, made here so that nothing outside is needed."""

import io
import struct
import zlib
from functools import cache

from PIL import ExifTags, Image
from playwright.sync_api import FilePayload

# Southeast Hawthorne Boulevard: WGS84 degrees, north and west.
LAT, LONG = 45.5121, -122.6276
CAMERA = "Invented Camera Works"


@cache
def phone_photo(width: int = 4000, height: int = 3000, *, orientation: int = 6, place: bool = True) -> bytes:
    """A JPEG with grain, the EXIF orientation that phones write, and where it was taken.

    width, height: as stored, in pixels; 4000 x 3000 is 12 megapixels. orientation 6: to be turned clockwise.
    """
    # Smooth shapes with some grain, so that it weighs what a photo weighs.
    shapes = Image.effect_mandelbrot((width // 8, height // 8), (-2, -1.2, 1, 1.2), 60)
    grain = Image.effect_noise((width // 4, height // 4), 30)
    bands = [
        Image.blend(shapes.resize((width, height)), grain.resize((width, height)), share)
        for share in (0.25, 0.3, 0.35)
    ]
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    exif[ExifTags.Base.Make] = CAMERA
    if place:
        exif[ExifTags.IFD.GPSInfo] = {
            ExifTags.GPS.GPSLatitudeRef: "N",
            ExifTags.GPS.GPSLatitude: _degrees(LAT),
            ExifTags.GPS.GPSLongitudeRef: "W",
            ExifTags.GPS.GPSLongitude: _degrees(-LONG),
        }
    out = io.BytesIO()
    Image.merge("RGB", bands).save(out, "jpeg", quality=88, exif=exif)
    return out.getvalue()


def payload(photo: bytes, name: str = "IMG_2041.jpg", kind: str = "image/jpeg") -> FilePayload:
    """A file for a browser to choose."""
    return {"name": name, "mimeType": kind, "buffer": photo}


def not_a_photo() -> FilePayload:
    """A web page that calls itself a photo."""
    return payload(b"<!doctype html><script>document.title='taken over'</script>" * 20, "street.jpg")


@cache
def bomb(side: int = 30_000) -> bytes:
    """A PNG of a few hundred kilobytes that would fill 3.6 GB of memory."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    # One bit a pixel on disk, four bytes a pixel once it is opened.
    packer = zlib.compressobj(9)
    row = bytes(1 + side // 8)
    pixels = b"".join(packer.compress(row) for _ in range(side)) + packer.flush()
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def _degrees(value: float) -> tuple[float, float, float]:
    minutes = (value % 1) * 60
    return (float(int(value)), float(int(minutes)), round((minutes % 1) * 60, 3))
