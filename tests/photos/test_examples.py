"""Real phone photos and hostile files, all of them through the whole pipeline.

Those of our own making (stand_ins.py) always; the collection of the shared data in addition, where it is there.
"""

import asyncio
import io
from collections.abc import Mapping
from pathlib import Path

import pytest
from obstore.store import MemoryStore
from PIL import Image, ImageChops, ImageCms, ImageStat

from app.photos.files import PhotoStore
from app.photos.pixels import Size
from app.photos.service import PhotoRefused, PhotoService, StoredPhoto
from i18n import translator
from tests.conftest import SHARED_DATA
from tests.photos.stand_ins import display_p3, make

REAL = SHARED_DATA / "photos"

SIZES: tuple[Size, ...] = ("320", "800", "full")


class Outcome:
    """What became of one file: the photo with its pictures, or the sentence a person reads instead."""

    def __init__(self, photo: StoredPhoto | None, pictures: Mapping[Size, bytes], sentence: str) -> None:
        self.photo = photo
        self.pictures = pictures
        self.sentence = sentence

    @property
    def full(self) -> Image.Image:
        return Image.open(io.BytesIO(self.pictures["full"])).convert("RGB")


async def outcome_of(service: PhotoService, path: Path) -> Outcome:
    try:
        photo = await service.process(path)
    except PhotoRefused as refused:
        return Outcome(None, {}, translator("en")(refused.message))
    return Outcome(photo, {size: await service.read(photo.content, size) for size in SIZES}, "")


async def outcomes_of(paths: list[Path]) -> list[Outcome]:
    service = PhotoService(store=PhotoStore(MemoryStore()), workers=2)
    try:
        return await asyncio.gather(*(outcome_of(service, path) for path in paths))
    finally:
        await asyncio.to_thread(service.close)


Outcomes = dict[str, Outcome]


@pytest.fixture(
    scope="module", params=["ours", *([pytest.param("real", marks=pytest.mark.slow)] * REAL.is_dir())]
)
def outcomes(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Outcomes:
    """Every example file's outcome, by its path within the examples."""
    examples = make(tmp_path_factory.mktemp("photos")) if request.param == "ours" else REAL
    paths = sorted(path for path in examples.rglob("*") if path.is_file())
    names = [path.relative_to(examples).as_posix() for path in paths]
    return dict(zip(names, asyncio.run(outcomes_of(paths)), strict=True))


def is_real(outcomes: Outcomes) -> bool:
    """Whether these are of the collection; ours are fewer."""
    return "INDEX.csv" in outcomes


def only_pixels(webp: bytes) -> bool:
    """True if a WebP file is one lossy picture chunk from beginning to end: no room for anything else."""
    length = int.from_bytes(webp[16:20], "little")
    whole = int.from_bytes(webp[4:8], "little") + 8 == len(webp) == 20 + length + length % 2
    return whole and webp[:4] == b"RIFF" and webp[8:16] == b"WEBPVP8 "


def test_every_file_is_stored_or_refused_with_a_sentence(outcomes: dict[str, Outcome]) -> None:
    assert len(outcomes) > (200 if is_real(outcomes) else 90)
    for name, outcome in outcomes.items():
        assert (outcome.photo is None) == outcome.sentence.endswith("Your report itself is safe."), name


def test_nothing_but_pixels_is_stored(outcomes: dict[str, Outcome]) -> None:
    for name, outcome in outcomes.items():
        for size, picture in outcome.pictures.items():
            assert only_pixels(picture), (name, size)


def test_sizes_are_kept_and_weights_stay_near_the_aim(outcomes: dict[str, Outcome]) -> None:
    for name, outcome in outcomes.items():
        for size, longest, heaviest in (("320", 320, 25_000), ("800", 800, 100_000), ("full", 1600, 300_000)):
            if outcome.photo:
                picture = outcome.pictures[size]  # type: ignore[index]
                assert max(Image.open(io.BytesIO(picture)).size) <= longest, name
                assert len(picture) <= heaviest, name


def test_real_phone_photos_are_all_stored(outcomes: dict[str, Outcome]) -> None:
    real = (
        "large/",
        "street/",
        "orientation/",
        "exif-samples/gps/D",
        "exif-samples/mobile/",
        "exif-samples/heic/",
    )
    heic = ("heif/arrow", "heif/aux_", "heif/pug", "heif/spatial", "heif/xiaomi", "heif/libheif-example.avif")
    chosen = {name: outcome for name, outcome in outcomes.items() if name.startswith(real + heic)}
    assert len(chosen) > (45 if is_real(outcomes) else 30)
    assert [name for name, outcome in chosen.items() if outcome.photo is None] == []


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("heif/200MP.heic", "too large"),
        ("hostile/bomb-19000x9000-rgb.png", "too large"),
        ("hostile/bomb-50000x50000-1bit.png", "too large"),
        ("hostile/header-lies-65500x65500.jpg", "too large"),
        ("hostile/header-lies-ihdr-2147483647.png", "too large"),
        ("pillow/decompression_bomb.gif", "too large"),
        ("heif/corrupted.heic", "did not arrive whole"),
        ("heif/empty.heic", "did not arrive whole"),
        ("hostile/empty.jpg", "did not arrive whole"),
        ("hostile/itxt-bomb-70MB.png", "did not arrive whole"),
        ("hostile/truncated-half.jpg", "did not arrive whole"),
        ("hostile/truncated-header-only.jpg", "did not arrive whole"),
        ("pillow/truncated_image.png", "did not arrive whole"),
        ("pillow/truncated_jpeg.jpg", "did not arrive whole"),
        ("hostile/html-renamed.jpg", "cannot read this file as a photo"),
        ("hostile/svg-billion-laughs.svg", "cannot read this file as a photo"),
        ("hostile/svg-renamed.png", "cannot read this file as a photo"),
        ("hostile/svg-xxe.svg", "cannot read this file as a photo"),
        ("hostile/text-renamed.jpg", "cannot read this file as a photo"),
        ("imagetragick/msl.jpg", "cannot read this file as a photo"),
        ("imagetragick/rce1.jpg", "cannot read this file as a photo"),
        ("pillow/oom-225817ca0f8c663be7ab4b9e717b02c661e66834.tif", "cannot read this file as a photo"),
        ("pillow/oom-8ed3316a4109213ca96fb8a256a0bfefdece1461.icns", "cannot read this file as a photo"),
        ("pillow/timeout-6646305047838720", "cannot read this file as a photo"),
    ],
)
def test_what_cannot_be_used_is_refused_for_the_right_reason(
    outcomes: dict[str, Outcome], name: str, reason: str
) -> None:
    assert reason in outcomes[name].sentence


def test_payloads_glued_to_photos_are_gone(outcomes: dict[str, Outcome]) -> None:
    stored = [name for name in outcomes if name.startswith("hostile/polyglot-") and outcomes[name].photo]
    assert len(stored) == 4
    for name in stored:
        for picture in outcomes[name].pictures.values():
            assert not any(mark in picture for mark in (b"<?php", b"<script", b"PK\3\4", b"%PDF", b"<html"))


@pytest.mark.parametrize(
    ("name", "gps"),
    [
        ("hostile/gps-portland-city-hall-o6-12mp.jpg", (45.5152, -122.6792)),
        ("hostile/gps-outside-city-seattle.jpg", (47.6038, -122.3301)),
        ("hostile/gps-null-island.jpg", None),
        ("hostile/gps-out-of-range.jpg", None),
        ("heif/spatial_photo.heic", None),
        ("heif/pug.heic", (44.85048, 34.97665)),
        ("large/galaxy-s7-edge-12mp.jpg", (48.8925, 2.23639)),
        ("pillow/exif_gps_typeerror.jpg", None),
        ("pillow/empty_gps_ifd.jpg", None),
    ],
)
def test_the_position_is_offered_only_if_it_is_sound(
    outcomes: dict[str, Outcome], name: str, gps: tuple[float, float] | None
) -> None:
    photo = outcomes[name].photo
    assert photo
    assert photo.gps == (pytest.approx(gps, abs=1e-5) if gps else None)


def difference(one: Image.Image, other: Image.Image) -> float:
    """Mean difference, 0 to 255, of two pictures seen from afar."""
    small = [image.resize((48, 48)) for image in (one, other)]
    return max(ImageStat.Stat(ImageChops.difference(*small)).mean)


@pytest.mark.parametrize(
    ("series", "upright"),
    [
        ("orientation/Landscape_{}.jpg", "orientation/Landscape_1.jpg"),
        ("orientation/Portrait_{}.jpg", "orientation/Portrait_1.jpg"),
        ("exif-samples/orientation/landscape_{}.jpg", "exif-samples/orientation/landscape_1.jpg"),
        ("exif-samples/orientation/portrait_{}.jpg", "exif-samples/orientation/portrait_1.jpg"),
        ("pillow/hopper_orientation_{}.jpg", "pillow/hopper_orientation_2.jpg"),
        ("pillow/hopper_orientation_{}.webp", "pillow/hopper_orientation_2.webp"),
    ],
)
@pytest.mark.parametrize("orientation", range(2, 9))
def test_every_orientation_comes_out_upright(
    outcomes: dict[str, Outcome], series: str, upright: str, orientation: int
) -> None:
    turned, reference = outcomes[series.format(orientation)].full, outcomes[upright].full
    assert turned.size == reference.size
    assert difference(turned, reference) < 6
    for wrong in ("ROTATE_180", "FLIP_LEFT_RIGHT", "FLIP_TOP_BOTTOM"):
        assert difference(turned.transpose(Image.Transpose[wrong]), reference) > 20


def test_colors_of_print_files_and_deep_files_are_sane(outcomes: dict[str, Outcome]) -> None:
    for name, expected in (
        ("hostile/cmyk.jpg", (255, 165, 165)),
        ("hostile/16bit.png", (156, 156, 156)),
        ("hostile/alpha.png", (255, 215, 215)),
    ):
        mean = ImageStat.Stat(outcomes[name].full).mean
        assert all(abs(one - other) < 4 for one, other in zip(mean, expected, strict=True)), (name, mean)


def profile_of_an_iphone() -> bytes:
    """The color profile in a real photo, or one of our own making."""
    photo = REAL / "exif-samples/heic/iphone_13_pro_max.HEIC"
    if not photo.exists():
        return display_p3()
    with Image.open(photo) as image:
        return bytes(image.info["icc_profile"])


@pytest.mark.parametrize("profile", [display_p3(), profile_of_an_iphone()], ids=["ours", "real"])
def test_colors_of_a_wide_gamut_screen_are_converted(profile: bytes, tmp_path: Path) -> None:
    """Display P3 (120, 180, 90) is sRGB (100, 182, 76) by the matrices in CSS Color 4."""
    assert "Display P3" in ImageCms.getProfileDescription(ImageCms.ImageCmsProfile(io.BytesIO(profile)))
    Image.new("RGB", (64, 64), (120, 180, 90)).save(tmp_path / "p3.png", icc_profile=profile)
    [outcome] = asyncio.run(outcomes_of([tmp_path / "p3.png"]))
    mean = ImageStat.Stat(outcome.full).mean
    assert all(abs(one - other) < 4 for one, other in zip(mean, (100, 182, 76), strict=True)), mean
