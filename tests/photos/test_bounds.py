"""Few bytes that ask for hours of work are refused before any decoder sees them; honest files never are."""

import time
import zlib
from collections.abc import Callable
from functools import partial

import pytest

from app.photos import bounds
from app.photos.bounds import TooMuchWork, check_work
from app.photos.pixels import MAX_BYTES, Unusable, shrink_bytes
from tests.photos.heavy_files import (
    EMPTY_RESOURCE,
    chunk,
    chunky_webp,
    exif_of,
    framed,
    in_gif,
    in_jpeg,
    in_png,
    interlaced,
    picture,
    plain,
    scanned,
    segment,
    tiled,
)

SWOLLEN = zlib.compress(bytes(1_000_000), 9)
EXIF = b"Exif\0\0" + exif_of(600, 7000)

HEAVY: dict[str, Callable[[], bytes]] = {
    "scans": lambda: scanned(70),
    "scans, two thousand": lambda: scanned(2000, (64, 64)),
    "empty segments": lambda: in_jpeg(segment(0xFE, b"") * 3_000_000),
    "begins again and again": lambda: in_jpeg(b"\xff\xd8" * 100_000),
    "junk between segments": lambda: in_jpeg(segment(0xFE, b"") + b"a" * 1_000_000),
    "padding": lambda: in_jpeg(b"\xff" * 1_000_000),
    "restart marks before the first scan": lambda: in_jpeg(b"\xff\xd0" * 500_000),
    "nothing but a beginning": lambda: b"\xff\xd8\xff" + bytes(1_000_000),
    "EXIF in a thousand parts": lambda: in_jpeg(segment(0xE1, EXIF) * 1000),
    "resources": lambda: in_jpeg(segment(0xED, b"Photoshop 3.0\0" + EMPTY_RESOURCE * 5000) * 50),
    "tables": lambda: in_jpeg(segment(0xDB, (b"\0" + b"\1" * 64) * 1000) * 10),
    **{f"frame {marker:x}": partial(framed, marker) for marker in (0xC3, 0xC5, 0xC9, 0xCA, 0xCD)},
    "PNG, empty chunks": lambda: in_png(chunk(b"teXt", b"") * 1_000_000),
    "PNG, profiles": lambda: in_png(chunk(b"iCCP", b"a\0\0" + SWOLLEN) * 100),
    "PNG, packed texts": lambda: in_png(chunk(b"zTXt", b"a\0\0" + SWOLLEN) * 100),
    "PNG, international texts": lambda: in_png(chunk(b"iTXt", b"a\0\1\0\0\0" + SWOLLEN) * 100),
    "PNG, EXIF": lambda: in_png(chunk(b"eXIf", exif_of(65_000, 700_000))),
    "GIF, comment": lambda: in_gif(b"!\xfe" + b"\1a" * 1_000_000 + b"\0"),
    "GIF, extensions": lambda: in_gif(b"!\xfe\0" * 1_000_000),
    "GIF, junk": lambda: in_gif(bytes(1_000_000)),
    "WebP, chunks": lambda: chunky_webp(1_000_000),
    "HEIC, one tile a hundred times": lambda: tiled(
        plain("HEIF", (1000, 800)), columns=10, rows=10, size=(1000, 800)
    ),
    "HEIC, tiles nobody sees": lambda: tiled(plain("HEIF", (512, 512)), columns=50, rows=50, size=(64, 64)),
    "HEIC, grids of grids": lambda: tiled(
        plain("HEIF", (64, 64)), columns=6, rows=6, size=(384, 384), levels=4
    ),
    "HEIC, made of itself": lambda: tiled(
        plain("HEIF", (64, 64)), columns=1, rows=1, size=(64, 64), of_itself=True
    ),
    "AVIF, one tile a hundred times": lambda: tiled(
        plain("AVIF", (1000, 800)), columns=10, rows=10, size=(1000, 800)
    ),
}


@pytest.mark.parametrize("name", HEAVY)
def test_what_asks_for_too_much_is_refused_before_it_is_opened(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = HEAVY[name]()
    assert len(data) <= MAX_BYTES
    monkeypatch.setattr("PIL.Image.open", lambda *_, **__: pytest.fail("opened"))
    with pytest.raises(Unusable) as caught:
        shrink_bytes(data)
    assert caught.value.reason == "too_hard"


HONEST: dict[str, Callable[[], bytes]] = {
    **{form: partial(picture, form) for form in ("JPEG", "PNG", "WEBP", "GIF", "HEIF", "AVIF")},
    "progressive": lambda: picture("JPEG", progressive=True),
    "fifty scans": lambda: scanned(50),
    "restart marks": lambda: picture("JPEG", (800, 600), restart_marker_blocks=1),
    "a large profile in parts": lambda: in_jpeg(segment(0xE2, b"ICC_PROFILE\0\1\1" + bytes(60_000)) * 50),
    "a depth map in its metadata": lambda: in_jpeg(
        segment(0xE1, b"http://ns.adobe.com/xmp" + bytes(65_000)) * 200
    ),
    "a film behind the picture": lambda: picture("JPEG") + b"\xff\xda" * 1_000_000,
    "a second picture": lambda: picture("JPEG") + picture("JPEG", progressive=True) * 20,
    "PNG in small pieces": lambda: in_png(chunk(b"teXt", b"a\0b") * 3_000),
    "PNG, something behind it": lambda: picture("PNG") + bytes(1_000_000),
    "PNG in seven passes": lambda: interlaced(1200, 800),
    "an iPhone's tiles": lambda: tiled(plain("HEIF", (512, 512)), columns=4, rows=3, size=(2000, 1500)),
}


@pytest.mark.parametrize("name", HONEST)
def test_an_honest_photo_is_worked_on(name: str) -> None:
    assert shrink_bytes(HONEST[name]()).width > 0


def cpu_seconds(data: bytes) -> float:
    """Of this thread, best of three."""
    took = []
    for _ in range(3):
        before = time.thread_time()
        try:
            check_work(data)
        except TooMuchWork:
            pass
        took.append(time.thread_time() - before)
    return min(took)


FILLINGS = (
    b"\xff",
    b"\xff\x00",
    b"\xff\xd0",
    b"\xff\xda",
    b"\x00",
    b"\xff\xda\x00\x02",
    b"!",
    b",",
    b"\x01a",
)
STARTS = (
    b"\xff\xd8\xff\xda\0\2",
    b"\xff\xd8",
    b"\x89PNG\r\n\x1a\n",
    b"GIF89a",
    b"RIFF\0\0\0\0WEBP",
    b"\0\0\0\x10ftypheic" * 2,
)


@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize("filling", FILLINGS)
def test_counting_itself_is_quick_and_grows_with_the_length(start: bytes, filling: bytes) -> None:
    def filled(length: int) -> bytes:
        return start + filling * (length // len(filling))

    whole = cpu_seconds(filled(MAX_BYTES // 2))
    assert whole < 0.25
    if whole > 0.01:  # below that, it is the clock that is measured
        assert whole <= 2.5 * cpu_seconds(filled(MAX_BYTES // 4))


def test_any_beginning_of_any_file_is_counted_without_an_error() -> None:
    for make in (*HONEST.values(), HEAVY["HEIC, grids of grids"]):
        data = make()
        for end in {*range(200), *range(0, len(data), max(1, len(data) // 50))}:
            try:
                check_work(data[:end])
            except TooMuchWork:
                pass


def test_a_box_that_claims_to_have_no_end_is_no_loop() -> None:
    for size in (b"\0\0\0\0", b"\0\0\0\1", b"\0\0\0\7", b"\xff\xff\xff\xff"):
        check_work(b"\0\0\0\x10ftypheic\0\0\0\0" + size + b"meta" + bytes(8) + size + b"iprp" + bytes(50))


def test_bounds_are_met_exactly() -> None:
    scans = picture("JPEG", progressive=True).count(b"\xff\xda")
    check_work(scanned(bounds.MOST_SCANS - scans))
    with pytest.raises(TooMuchWork):
        check_work(scanned(bounds.MOST_SCANS - scans + 1))
