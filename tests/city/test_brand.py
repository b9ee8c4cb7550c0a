"""A city's mark, icons and colors: what a pack may bring, and what its pages would look like with it."""

import re
import shutil
from pathlib import Path

import pytest
from PIL import Image

from app.city.brand import ICONS, MARK, PLAIN, PLAIN_COLORS, brand_folder, images
from app.city.brand_checks import MOST_MARK_BYTES
from app.city.city import City
from app.city.loader import CityPackError, load_city
from app.kit.colors import contrast
from tests.city.helpers import PORTLAND, ROOT
from tests.contrast import contrast as contrast_of

COLORS = (PORTLAND / "brand/colors.yaml").read_text()
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16">{}</svg>'


@pytest.fixture
def brand(pack: Path) -> Path:
    """The brand of the guide's pack, which is Portland's as it begins."""
    shutil.copytree(PORTLAND / "brand", pack / "brand")
    return pack / "brand"


def problems(pack: Path) -> str:
    with pytest.raises(CityPackError) as caught:
        load_city(pack)
    return str(caught.value)


def test_a_pack_without_a_brand_gets_a_plain_one(pack: Path) -> None:
    city = load_city(pack)
    assert city.colors == PLAIN_COLORS
    assert brand_folder(city.folder) == PLAIN


def test_a_pack_brings_its_own(brand: Path, portland: City) -> None:
    city = load_city(brand.parent)
    assert city.colors == portland.colors != PLAIN_COLORS
    assert images(city.folder) == images(portland.folder)
    assert set(images(city.folder)) == {"icon.svg", *ICONS}
    assert images(None)["icon.svg"] != images(city.folder)["icon.svg"]


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ('"#0b4f43"', '"green"', "colors.yaml:4"),
        ('"#0b4f43"', '"#0B4F43"', "colors.yaml:4"),
        ('bar: "#0b4f43"', 'bar: "#8fd0c0"', '"bar" is not told well enough from the words on it'),
        ('accent: "#0b4f43"', 'accent: "#6fae9f"', "colors.yaml:5"),
        ('tint: "#22352d"', 'tint: "#8f9f97"', '"tint" is not told well enough from the text'),
        ('on_accent: "#0c1f19"', 'on_accent: "#ffffff"', '"on_accent" is not told well enough from "accent"'),
        ("  dark:", "  night:", "night"),
    ],
)
def test_colors_are_read_by_everybody(brand: Path, old: str, new: str, reason: str) -> None:
    (brand / "colors.yaml").write_text(COLORS.replace(old, new, 1))
    assert reason in problems(brand.parent)


@pytest.mark.parametrize(
    ("svg", "reason"),
    [
        (SVG.format("<script>alert(1)</script>"), "<script> may not stand here"),
        (SVG.format('<path d="M0 0" onload="alert(1)"/>'), "onload="),
        (SVG.format('<image href="https://elsewhere.example/a.png"/>'), "<image> may not stand here"),
        (SVG.format('<g xmlns:x="http://www.w3.org/1999/xlink" x:href="#a"/>'), "may not stand here"),
        (SVG.format('<path fill="url(https://elsewhere.example/#a)"/>'), "may not stand here"),
        (SVG.format("<style>@import 'https://elsewhere.example'</style>"), "<style> may not stand here"),
        (SVG.format("<foreignObject/>"), "<foreignObject> may not stand here"),
        ('<!DOCTYPE svg [<!ENTITY a "b">]>' + SVG.format("&a;"), "DOCTYPE"),
        ("<svg>", "no SVG"),
        ("<html/>", "must begin with <svg"),
        (SVG.format("").replace("16 16", "16 24"), "a square"),
        (SVG.format(f'<path d="{"M0 0" * 300}"/>'), f"at most {MOST_MARK_BYTES} bytes"),
    ],
)
def test_a_mark_is_shapes_and_nothing_else(brand: Path, svg: str, reason: str) -> None:
    (brand / MARK).write_text(svg)
    found = problems(brand.parent)
    assert "brand/mark.svg" in found
    assert reason in found


def test_icons_are_all_there_and_have_their_sizes(brand: Path) -> None:
    (brand / "icon-192.png").unlink()
    (brand / "icon-512.png").write_bytes(b"GIF89a")
    Image.new("RGB", (192, 192)).save(brand / "icon-maskable-512.png")
    found = problems(brand.parent)
    for file, reason in (
        ("icon-192.png", "missing"),
        ("icon-512.png", "no PNG"),
        ("icon-maskable-512.png", "512 by 512"),
    ):
        assert re.search(rf"brand/{file}: .*{reason}", found), found


@pytest.mark.parametrize("folder", [PLAIN, PORTLAND / "brand"], ids=["plain", "Portland"])
class TestWhatWeShip:
    def test_no_mask_cuts_the_mark(self, folder: Path) -> None:
        icon = Image.open(folder / "icon-maskable-512.png").convert("RGBA")
        ground = icon.getpixel((0, 0))
        safe, middle = (0.4 * icon.width) ** 2, (icon.width - 1) / 2
        for y in range(icon.height):
            for x in range(icon.width):
                if icon.getpixel((x, y)) != ground:
                    assert (x - middle) ** 2 + (y - middle) ** 2 < safe

    def test_corners_are_round_and_the_mark_is_small(self, folder: Path) -> None:
        for name in ("icon-192.png", "icon-512.png"):
            icon = Image.open(folder / name).convert("RGBA")
            corner = icon.getpixel((0, 0))
            assert isinstance(corner, tuple)
            assert corner[3] == 0
        assert (folder / MARK).stat().st_size < 500

    def test_icons_and_mark_have_the_color_of_the_bar(self, folder: Path) -> None:
        city = load_city(PORTLAND)
        bar = (city.colors if folder.parent == PORTLAND else PLAIN_COLORS).light.bar
        assert bar in (folder / MARK).read_text()
        for name, size in ICONS.items():
            pixel = Image.open(folder / name).convert("RGBA").getpixel((size // 2, 0))
            assert isinstance(pixel, tuple)
            assert f"#{bytes(pixel[:3]).hex()}" == bar


def test_plain_colors_are_those_of_the_stylesheet() -> None:
    style = (ROOT / "assets/site.css").read_text()
    light, dark, _ = (
        dict(re.findall(r"--([\w-]+): (#\w+);", block))
        for block in re.findall(r":root \{(.*?)\}", style, re.S)
    )
    for colors, there in ((PLAIN_COLORS.light, light), (PLAIN_COLORS.dark, dark)):
        ours = {name.replace("_", "-"): value for name, value in colors.model_dump().items()}
        assert ours == {name: there[name].replace("#fff", "#ffffff") for name in ours}


def test_the_loader_measures_contrast_as_the_tests_do() -> None:
    assert (
        contrast("#777777", "#ffffff")
        == contrast_of((0x77,) * 3, (255,) * 3)
        == pytest.approx(4.48, abs=0.01)
    )
