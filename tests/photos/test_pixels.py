"""What becomes of the pixels: upright, true in color, small, and nothing else of the upload."""

import io
import struct
import zlib
from pathlib import Path

import pytest
from PIL import ExifTags, Image, ImageChops, ImageFile, ImageOps, ImageStat
from PIL.TiffImagePlugin import IFDRational

from app.photos.pixels import MAX_BYTES, Shrunk, Unusable, shrink

SECRET = b"SECRET-4711"


def street(width: int = 640, height: int = 480) -> Image.Image:
    """A picture without any symmetry: four different quarters on a gradient."""
    image = Image.linear_gradient("L").resize((width, height)).convert("RGB")
    for number, color in enumerate(("red", "lime", "blue", "yellow")):
        box = (number % 2 * width // 2, number // 2 * height // 2)
        image.paste(Image.new("RGB", (width // 3, height // 3), color), box)
    return image


def encoded(image: Image.Image, form: str = "JPEG", **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def shrunk(tmp_path: Path, data: bytes) -> Shrunk:
    path = tmp_path / "upload"
    path.write_bytes(data)
    return shrink(str(path))


def full(result: Shrunk) -> Image.Image:
    return Image.open(io.BytesIO(result.files["full"]))


def difference(one: Image.Image, other: Image.Image) -> float:
    """Mean difference of two pictures of one size, 0 to 255."""
    assert one.size == other.size
    return max(ImageStat.Stat(ImageChops.difference(one.convert("RGB"), other.convert("RGB"))).mean)


def only_pixels(webp: bytes) -> bool:
    """True if a WebP file is one lossy picture chunk from beginning to end: no room for metadata or anything else."""
    length = int.from_bytes(webp[16:20], "little")
    return (
        webp[:4] == b"RIFF"
        and int.from_bytes(webp[4:8], "little") == len(webp) - 8
        and webp[8:16] == b"WEBPVP8 "
        and len(webp) == 20 + length + length % 2
    )


def refused(tmp_path: Path, data: bytes) -> str:
    with pytest.raises(Unusable) as caught:
        shrunk(tmp_path, data)
    return caught.value.reason


# --- sizes


def test_a_large_photo_is_made_in_three_sizes(tmp_path: Path) -> None:
    result = shrunk(tmp_path, encoded(street(3000, 2000)))
    sizes = {name: Image.open(io.BytesIO(data)).size for name, data in result.files.items()}
    assert sizes == {"full": (1600, 1067), "800": (800, 534), "320": (320, 214)}
    assert (result.width, result.height) == (1600, 1067)


def test_a_small_photo_is_not_enlarged(tmp_path: Path) -> None:
    result = shrunk(tmp_path, encoded(street(200, 100)))
    assert {Image.open(io.BytesIO(data)).size for data in result.files.values()} == {(200, 100)}


def test_a_very_thin_photo_keeps_at_least_one_pixel(tmp_path: Path) -> None:
    assert full(shrunk(tmp_path, encoded(street(9000, 3), "PNG"))).size == (1600, 1)


def test_a_photo_full_of_detail_is_encoded_coarser(tmp_path: Path) -> None:
    noise = Image.effect_noise((1600, 1200), 60).convert("RGB")
    at_usual_quality = encoded(noise, "WEBP", quality=80, method=2)
    assert len(shrunk(tmp_path, encoded(noise)).files["full"]) < 0.7 * len(at_usual_quality)


def test_the_same_photo_gives_the_same_bytes(tmp_path: Path) -> None:
    data = encoded(street())
    assert shrunk(tmp_path, data).files == shrunk(tmp_path, data).files


# --- upright


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation_comes_out_upright(tmp_path: Path, form: str, orientation: int) -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    data = encoded(street(), form, exif=exif)
    upright = ImageOps.exif_transpose(Image.open(io.BytesIO(data)))
    assert difference(full(shrunk(tmp_path, data)), upright) < 4


@pytest.mark.parametrize("orientation", [0, 9, 99])
def test_a_nonsense_orientation_leaves_the_photo_as_it_is(tmp_path: Path, orientation: int) -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    assert difference(full(shrunk(tmp_path, encoded(street(), exif=exif))), street()) < 4


# --- colors


def color_of(result: Shrunk) -> tuple[int, ...]:
    return tuple(round(mean) for mean in ImageStat.Stat(full(result)).mean)


@pytest.mark.parametrize(
    ("image", "form", "expected"),
    [
        (Image.new("RGB", (50, 40), (200, 30, 60)), "PNG", (200, 30, 60)),
        (Image.new("CMYK", (50, 40), (0, 255, 255, 0)), "JPEG", (255, 0, 0)),
        (Image.new("L", (50, 40), 90), "JPEG", (90, 90, 90)),
        (Image.new("1", (50, 40), 1), "PNG", (255, 255, 255)),
        (Image.new("I;16", (50, 40), 40_000), "PNG", (156, 156, 156)),
        (Image.new("RGBA", (50, 40), (255, 0, 0, 51)), "PNG", (255, 204, 204)),
        (Image.new("RGBA", (50, 40), (0, 0, 255, 0)), "WEBP", (255, 255, 255)),
        (Image.new("LA", (50, 40), (0, 127)), "PNG", (128, 128, 128)),
        (Image.new("RGB", (50, 40), (0, 160, 0)).quantize(4), "PNG", (0, 160, 0)),
    ],
    ids=["rgb", "cmyk", "gray", "one-bit", "16-bit", "alpha", "alpha-webp", "gray-alpha", "palette"],
)
def test_colors_stay_what_a_person_saw(
    tmp_path: Path, image: Image.Image, form: str, expected: tuple[int, ...]
) -> None:
    found = color_of(shrunk(tmp_path, encoded(image, form)))
    assert all(abs(one - other) <= 5 for one, other in zip(found, expected, strict=True)), found


def test_a_transparent_palette_color_becomes_white(tmp_path: Path) -> None:
    image = Image.new("P", (50, 40), 3)
    image.putpalette([0, 0, 0] * 4)
    assert color_of(shrunk(tmp_path, encoded(image, "PNG", transparency=3))) == (255, 255, 255)


def test_a_broken_color_profile_is_ignored(tmp_path: Path) -> None:
    image = Image.new("RGB", (50, 40), (200, 30, 60))
    found = color_of(shrunk(tmp_path, encoded(image, "PNG", icc_profile=b"no profile at all")))
    assert all(abs(one - other) <= 5 for one, other in zip(found, (200, 30, 60), strict=True)), found


@pytest.mark.parametrize("form", ["GIF", "WEBP", "PNG"])
def test_an_animation_gives_its_first_frame(tmp_path: Path, form: str) -> None:
    frames = [Image.new("RGB", (40, 30), color) for color in ("red", "lime", "blue")]
    data = encoded(frames[0], form, save_all=True, append_images=frames[1:])
    red, green, blue = color_of(shrunk(tmp_path, data))
    assert red > 240 and green < 15 and blue < 15


def test_a_photo_with_a_second_picture_inside_gives_the_first(tmp_path: Path) -> None:
    data = encoded(street(3000, 2000), "MPO", save_all=True, append_images=[Image.new("RGB", (300, 200))])
    assert difference(full(shrunk(tmp_path, data)), street(1600, 1067)) < 5


@pytest.mark.parametrize("form", ["HEIF", "AVIF"])
def test_the_formats_of_new_phones_are_read(tmp_path: Path, form: str) -> None:
    assert difference(full(shrunk(tmp_path, encoded(street(), form, quality=90))), street()) < 6


# --- nothing but the picture


def test_no_byte_of_metadata_or_payload_is_kept(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Artist] = SECRET.decode()
    exif.get_ifd(ExifTags.IFD.GPSInfo).update({1: "N", 2: (45.0, 30.0, 0.0), 3: "W", 4: (122.0, 40.0, 0.0)})
    data = encoded(street(), exif=exif, comment=SECRET, xmp=b"<x:xmpmeta>" + SECRET, icc_profile=SECRET)
    result = shrunk(tmp_path, data + b"<?php system(); /*" + SECRET + b"*/ ?><script>PK\3\4")
    for webp in result.files.values():
        assert only_pixels(webp)
        assert SECRET not in webp
        assert not Image.open(io.BytesIO(webp)).getexif()


@pytest.mark.parametrize("form", ["PNG", "WEBP", "HEIF", "AVIF"])
def test_no_metadata_of_other_formats_is_kept(tmp_path: Path, form: str) -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Artist] = SECRET.decode()
    data = encoded(street(), form, exif=exif, xmp=SECRET)
    assert SECRET in data
    result = shrunk(tmp_path, data)
    assert all(only_pixels(webp) and SECRET not in webp for webp in result.files.values())


# --- the position it was taken at


def photo_with_gps(*tags: object) -> bytes:
    exif = Image.Exif()
    exif.get_ifd(ExifTags.IFD.GPSInfo).update(
        {key: tag for key, tag in enumerate(tags, 1) if tag is not None}
    )
    return encoded(street(), exif=exif)


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        (("N", (45.0, 30.0, 54.72), "W", (122.0, 40.0, 45.12)), (45.5152, -122.6792)),
        (("S", (33.0, 51.5, 0.0), "E", (151.0, 12.0, 0.0)), (-33.858333, 151.2)),
        (("N", (0.0, 0.0, 0.0), "W", (0.0, 0.0, 0.0)), None),
        (("N", (95.0, 0.0, 0.0), "W", (122.0, 0.0, 0.0)), None),
        (("N", (45.0, 0.0, 0.0), "W", (200.0, 0.0, 0.0)), None),
        (("N", (IFDRational(45, 0), 0.0, 0.0), "W", (122.0, 0.0, 0.0)), None),
        (("N", (IFDRational(0, 0), 0.0, 0.0), "W", (122.0, 0.0, 0.0)), None),
        ((None, (45.0, 30.0, 0.0), None, (122.0, 40.0, 0.0)), None),
        (("?", (45.0, 30.0, 0.0), "W", (122.0, 40.0, 0.0)), None),
        (("N", (45.0, 30.0, 0.0)), None),
    ],
    ids=[
        "portland",
        "south-east",
        "null-island",
        "latitude-beyond-pole",
        "longitude-beyond-date-line",
        "infinite",
        "not-a-number",
        "no-hemisphere",
        "odd-hemisphere",
        "latitude-only",
    ],
)
@pytest.mark.filterwarnings("ignore")
def test_only_a_sound_position_is_offered(
    tmp_path: Path, tags: tuple[object, ...], expected: tuple[float, float] | None
) -> None:
    assert shrunk(tmp_path, photo_with_gps(*tags)).gps == expected


# --- what cannot be used, and why


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "GIF", "HEIF", "AVIF"])
def test_a_photo_that_arrived_by_half_is_said_to_be_broken(tmp_path: Path, form: str) -> None:
    data = encoded(street(), form)
    assert refused(tmp_path, data[: len(data) // 2]) == "broken"


def test_an_empty_file_is_said_to_be_broken(tmp_path: Path) -> None:
    assert refused(tmp_path, b"") == "broken"


@pytest.mark.parametrize(
    "data",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"push graphic-context\nimage over 0,0 0,0 'https://127.0.0.1/|id'\npop graphic-context",
        b"%PDF-1.7\n%%EOF",
        b"\0\0\0\x18ftypisom\0\0\2\0isomiso2mp41",
        b"hello",
    ],
    ids=["svg", "mvg", "pdf", "video", "text"],
)
def test_what_is_no_photo_is_said_to_be_none(tmp_path: Path, data: bytes) -> None:
    assert refused(tmp_path, data) == "not_a_photo"


@pytest.mark.parametrize("form", ["TIFF", "BMP", "PPM", "TGA", "SGI", "JPEG2000", "ICO"])
def test_formats_no_phone_sends_are_not_parsed(tmp_path: Path, form: str) -> None:
    assert refused(tmp_path, encoded(street(64, 64), form)) == "not_a_photo"


def test_a_file_too_heavy_is_refused(tmp_path: Path) -> None:
    assert refused(tmp_path, encoded(street()) + b"\0" * MAX_BYTES) == "too_large"


def png_claiming(width: int, height: int) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"\0" * 1000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("width", "height"), [(6400, 6300), (30_000, 10), (50_000, 50_000), (2**31 - 1, 2**31 - 1)]
)
def test_too_many_pixels_are_refused_before_anything_is_decoded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, width: int, height: int
) -> None:
    monkeypatch.setattr(ImageFile.ImageFile, "load", lambda self: pytest.fail("decoded"))
    assert refused(tmp_path, png_claiming(width, height)) == "too_large"


def test_a_text_chunk_that_swells_is_refused(tmp_path: Path) -> None:
    data = encoded(street(), "PNG")
    body = b"Comment\0\1\0\0\0" + zlib.compress(b"\0" * 70_000_000)
    chunk = struct.pack(">I", len(body)) + b"iTXt" + body + struct.pack(">I", zlib.crc32(b"iTXt" + body))
    assert refused(tmp_path, data[:33] + chunk + data[33:]) == "broken"


def test_a_file_that_is_gone_is_not_the_photos_fault(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        shrink(str(tmp_path / "nowhere"))
