"""The work on one photo's pixels: a file from a stranger in, three clean WebP pictures out.

Everything here runs in a worker process (see worker.py), because decoders of a stranger's bytes may hang,
eat memory or crash. Nothing of the upload but its pixels reaches the output: the pictures are encoded anew, so
metadata, color profiles, comments and whatever was glued to the file stay behind.
"""

import io
import math
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pillow_heif
from PIL import (
    AvifImagePlugin,
    ExifTags,
    GifImagePlugin,
    Image,
    ImageCms,
    ImageFile,
    JpegImagePlugin,
    MpoImagePlugin,
    PngImagePlugin,
    UnidentifiedImageError,
    WebPImagePlugin,
)

from app.photos.bounds import TooMuchWork, check_work

Size = Literal["320", "800", "full"]
Reason = Literal["not_a_photo", "too_large", "broken", "too_hard"]

MAX_BYTES = 15 * 1024 * 1024
"""Largest upload, in bytes (15 MB)."""
MAX_PIXELS = 40_000_000
"""Largest photo, in pixels (40 megapixels): checked in the header, before anything is decoded."""
MAX_CAMERA_PIXELS = 50_000_000
"""The same for the formats in which phones take photos: 48 and 50 megapixels are usual there, and need less work."""
MAX_SIDE = 20_000
"""Longest side, in pixels; wider than any panorama of 40 megapixels that a phone makes."""
MAX_PROFILE_BYTES = 4 * 1024 * 1024
"""Largest color profile that is read; those of phones have 500 bytes, those of printers up to 3 MB."""

# Imported by name so that Pillow registers these and no other of its plugins: each is one more parser to attack.
# MPO is what phones write as ".jpg" when a second picture (depth, HDR gain map) is inside; the first one is used.
# TIFF, BMP and the rest are left out: no phone sends them, and libtiff has the worst history of all.
_PLUGINS = (AvifImagePlugin, GifImagePlugin, JpegImagePlugin, MpoImagePlugin, PngImagePlugin, WebPImagePlugin)
_FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "HEIF", "AVIF")
_OF_CAMERAS = ("JPEG", "MPO", "HEIF", "AVIF")

# One thread: two photos are better served by two workers, and threads would multiply the memory to allow for.
pillow_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False, decode_threads=1)
AvifImagePlugin.DEFAULT_MAX_THREADS = 1
# Pillow refuses at twice this number by itself, for some formats even before it allocates anything.
Image.MAX_IMAGE_PIXELS = MAX_CAMERA_PIXELS

_FULL = 1600
# Longest side in pixels and the weight in bytes to aim at; in the order they are made, each from the one before.
_SIZES: Mapping[Size, tuple[int, int]] = {
    "full": (_FULL, 250_000),
    "800": (800, 80_000),
    "320": (320, 20_000),
}
# WebP quality of the first try, and the lowest that a second try may have when the first is too heavy.
_QUALITY, _LOWEST_QUALITY = 80, 40
# Effort 2 of 6 takes less than half the time of the usual 4, and the files are 3 % larger.
_EFFORT = 2

_SRGB = ImageCms.createProfile("sRGB")
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""EXIF 2.32, 4.6.4 (tag 0x0112): how to turn a picture of each orientation upright; 1 and nonsense need nothing."""


class Unusable(Exception):
    """The photo cannot be used; `reason` says why in one word that the server turns into a sentence."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason: Reason = reason


@dataclass(frozen=True)
class Shrunk:
    """The clean pictures of one photo.

    width, height: pixels of the full size.
    files: WebP bytes of each size; a photo smaller than a size is not enlarged.
    gps: (lat, long) in degrees as the upload's EXIF claims, or None.
    """

    width: int
    height: int
    files: Mapping[Size, bytes]
    gps: tuple[float, float] | None


def shrink(path: str) -> Shrunk:
    """Make the pictures of the photo in the file `path`, see `shrink_bytes`. Raises OSError, too."""
    return shrink_bytes(read_photo(Path(path)))


def read_photo(path: Path) -> bytes:
    """The bytes of a file; one byte more than a photo may have, if there are more. Raises OSError."""
    with path.open("rb") as file:
        return file.read(MAX_BYTES + 1)


def shrink_bytes(data: bytes) -> Shrunk:
    """Decode, turn upright, convert to sRGB, shrink and encode a photo.

    Raises Unusable for a photo that cannot be used, and MemoryError.
    """
    if len(data) > MAX_BYTES:
        raise Unusable("too_large")
    image, gps = _read(data)
    width, height = image.size
    files: dict[Size, bytes] = {}
    for size, (side, weight) in _SIZES.items():
        image = image.resize(_fitted(image.size, side), Image.Resampling.LANCZOS)
        files[size] = _webp(image, weight)
    return Shrunk(width, height, files, gps)


def _read(data: bytes) -> tuple[Image.Image, tuple[float, float] | None]:
    """Return the upright sRGB picture, already shrunk, and the GPS position; Unusable whatever a decoder throws."""
    try:
        return _decoded(data)
    except (Unusable, MemoryError):
        raise
    except TooMuchWork:
        raise Unusable("too_hard") from None
    except Image.DecompressionBombError:
        raise Unusable("too_large") from None
    except UnidentifiedImageError:
        raise Unusable("broken" if _begins_like_a_photo(data) else "not_a_photo") from None
    except Exception:
        raise Unusable("broken") from None


def _decoded(data: bytes) -> tuple[Image.Image, tuple[float, float] | None]:
    check_work(data)
    _opened(data).verify()  # checksums; the picture cannot be used after it, so it is opened again
    image = _opened(data)
    image.draft(None, _fitted(image.size, _FULL))  # a JPEG is decoded at 1/2, 1/4 or 1/8 if that is enough
    image.load()
    _check_size(image)  # a HEIC's true size may be known only now
    orientation, gps = _exif(image)
    profile = image.info.get("icc_profile")
    small: Image.Image = _plain_mode(image)
    small = small.resize(_fitted(small.size, _FULL), Image.Resampling.LANCZOS, reducing_gap=2.0)
    if orientation in _UPRIGHT:
        small = small.transpose(_UPRIGHT[orientation])
    return _srgb(_on_white(small), profile), gps


def _opened(data: bytes) -> ImageFile.ImageFile:
    """Read the header, by content and never by name, and check the size it claims; decode nothing."""
    image = Image.open(io.BytesIO(data), formats=_FORMATS)
    _check_size(image)
    return image


def _check_size(image: Image.Image) -> None:
    most = MAX_CAMERA_PIXELS if image.format in _OF_CAMERAS else MAX_PIXELS
    if image.width * image.height > most or max(image.size) > MAX_SIDE:
        raise Unusable("too_large")


def _fitted(size: tuple[int, int], side: int) -> tuple[int, int]:
    """Width and height, in pixels, with the longest side at most `side`."""
    scale = min(1.0, side / max(size))
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def _plain_mode(image: Image.Image) -> Image.Image:
    """Return the picture in a mode that can be resized well: L, RGB, RGBA or CMYK, 8 bits a channel."""
    if image.mode.startswith("I"):  # 16-bit gray; converting would cut off at 255 instead of scaling
        return image.point(lambda value: value * (1 / 256)).convert("L")
    if image.has_transparency_data:
        return image if image.mode == "RGBA" else image.convert("RGBA")
    if image.mode in ("L", "CMYK"):
        return image
    return image.convert("RGB")


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode != "RGBA":
        return image
    white = Image.new("RGB", image.size, "white")
    white.paste(image, mask=image.getchannel("A"))
    return white


def _srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """Convert to sRGB by the embedded ICC profile; without one, or with a broken one, take the colors as sRGB."""
    if profile and len(profile) <= MAX_PROFILE_BYTES:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            if "sRGB" not in ImageCms.getProfileDescription(source):
                converted = ImageCms.profileToProfile(image, source, _SRGB, outputMode="RGB")
                image = converted or image
        except (ImageCms.PyCMSError, OSError, ValueError):
            pass
    return image.convert("RGB")


def _webp(image: Image.Image, weight: int) -> bytes:
    """Encode as WebP without any metadata; a picture heavier than `weight` bytes gets one more try, coarser."""
    encoded = _encoded(image, _QUALITY)
    if len(encoded) > weight:
        # For photos, weight follows quality closely enough that a second try in proportion lands near the aim.
        encoded = _encoded(image, max(_LOWEST_QUALITY, _QUALITY * weight // len(encoded)))
    return encoded


def _encoded(image: Image.Image, quality: int) -> bytes:
    out = io.BytesIO()
    image.save(out, "WEBP", quality=quality, method=_EFFORT, exif=b"", icc_profile=b"", xmp=b"")
    return out.getvalue()


def _exif(image: Image.Image) -> tuple[int, tuple[float, float] | None]:
    """Return orientation (1 to 8; 1 when unknown) and GPS position from the EXIF data, which may be any nonsense."""
    try:
        exif = image.getexif()
        orientation = exif.get(ExifTags.Base.Orientation)
        orientation = orientation if orientation in _UPRIGHT else 1
    except Exception:
        return 1, None
    try:
        gps = _position(exif.get_ifd(ExifTags.IFD.GPSInfo))
    except Exception:
        gps = None
    return orientation, gps


def _position(tags: Mapping[int, Any]) -> tuple[float, float] | None:
    """Return (lat, long) in degrees from EXIF 2.32, 4.6.6 tags; None unless both are sound and not 0,0."""
    lat = _degrees(tags.get(ExifTags.GPS.GPSLatitude), tags.get(ExifTags.GPS.GPSLatitudeRef), "NS", 90)
    long = _degrees(tags.get(ExifTags.GPS.GPSLongitude), tags.get(ExifTags.GPS.GPSLongitudeRef), "EW", 180)
    if lat is None or long is None or (round(lat, 3) == 0 and round(long, 3) == 0):
        return None
    return round(lat, 6), round(long, 6)


def _degrees(values: Any, ref: Any, signs: str, limit: int) -> float | None:
    """Return signed degrees from (degrees, minutes, seconds) and a hemisphere letter.

    `signs` holds the letters for plus and minus. None if the hemisphere is missing, a number is negative or not
    finite (a rational with denominator zero), or the result is beyond `limit`.
    """
    letter = ref.decode("ascii", "ignore") if isinstance(ref, bytes) else str(ref)
    letter = letter.strip("\0 ").upper()
    if letter not in tuple(signs):
        return None
    parts = [float(value) for value in values]
    degrees: float = sum(part / 60.0**power for power, part in enumerate(parts[:3]))
    if not all(math.isfinite(part) and part >= 0 for part in parts) or degrees > limit:
        return None
    return degrees if letter == signs[0] else -degrees


def warm_up() -> None:
    """Have everything loaded that photos need, so that no file is opened once a photo is here."""
    for form in _FORMATS:
        out = io.BytesIO()
        gps = Image.Exif()
        gps.get_ifd(ExifTags.IFD.GPSInfo).update({1: "N", 2: (1.0, 0.0, 0.0)})
        profile = ImageCms.ImageCmsProfile(_SRGB).tobytes()
        Image.new("RGB", (16, 16)).save(out, form, exif=gps, icc_profile=profile)
        shrink_bytes(out.getvalue())
    for nonsense in (b"", b"\xff\xd8\xff" + bytes(99), bytes(99)):
        with suppress(Unusable):
            shrink_bytes(nonsense)


def _begins_like_a_photo(data: bytes) -> bool:
    """True if the first bytes are those of a format we take, so the file is damaged rather than something else."""
    if data[4:8] == b"ftyp":  # ISO 14496-12: also the beginning of videos, told apart by the brand
        return data[8:12] in (b"heic", b"heix", b"hevc", b"mif1", b"msf1", b"avif", b"avis")
    return not data or data.startswith((b"\xff\xd8\xff", b"\x89PNG", b"GIF8")) or data[8:12] == b"WEBP"
