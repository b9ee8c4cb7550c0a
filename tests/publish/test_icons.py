"""The icons for home screens: small, crisp, whole under every launcher's mask, and the same mark as in the tab."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from app.publish.icons import GREEN, GRID, ONES, SAFE, STROKE, write_icons

ROOT = Path(__file__).parents[2]
WHITE = (255, 255, 255, 255)
NOTHING = (*GREEN, 0)


@pytest.fixture(scope="module")
def icons(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Image.Image]:
    folder = tmp_path_factory.mktemp("icons")
    write_icons(folder)
    assert all(file.stat().st_size < 4_000 for file in folder.iterdir())
    return {file.stem: Image.open(file).convert("RGBA") for file in folder.iterdir()}


def pixels(icon: Image.Image) -> Iterator[tuple[int, int, tuple[int, ...]]]:
    for y in range(icon.height):
        for x in range(icon.width):
            colour = icon.getpixel((x, y))
            assert isinstance(colour, tuple)
            yield x, y, colour


def test_they_have_the_sizes_that_launchers_ask_for(icons: dict[str, Image.Image]) -> None:
    sizes = {name: icon.size for name, icon in icons.items()}
    assert sizes == {"icon-192": (192, 192), "icon-512": (512, 512), "icon-maskable-512": (512, 512)}


@pytest.mark.parametrize("name", ["icon-192", "icon-512"])
def test_corners_are_round_and_all_else_is_filled(icons: dict[str, Image.Image], name: str) -> None:
    icon = icons[name]
    last = icon.width - 1
    for corner in ((0, 0), (last, 0), (0, last), (last, last)):
        assert icon.getpixel(corner) == NOTHING
    assert icon.getpixel((last // 2, 0)) == (*GREEN, 255)
    assert icon.getpixel((last // 2, last)) == (*GREEN, 255)


def test_no_mask_cuts_the_mark(icons: dict[str, Image.Image]) -> None:
    icon = icons["icon-maskable-512"]
    safe = (0.4 * icon.width) ** 2
    middle = (icon.width - 1) / 2
    for x, y, colour in pixels(icon):
        assert colour[3] == 255
        if colour != (*GREEN, 255):
            assert (x - middle) ** 2 + (y - middle) ** 2 < safe


@pytest.mark.parametrize(
    ("name", "scale"), [("icon-192", 1.0), ("icon-512", 1.0), ("icon-maskable-512", SAFE)]
)
def test_the_mark_is_where_its_lines_are(icons: dict[str, Image.Image], name: str, scale: float) -> None:
    icon = icons[name]
    unit = icon.width / GRID

    def colour_at(*place: float) -> object:
        x, y = (round((GRID / 2 + (at - GRID / 2) * scale) * unit) for at in place)
        return icon.getpixel((x, y))

    for _, top, foot in ONES:
        assert colour_at(top[0], (top[1] + foot[1]) / 2) == WHITE
        assert colour_at(top[0] + STROKE, foot[1] - 1) == (*GREEN, 255)


def test_the_tab_shows_the_same_mark_in_few_bytes() -> None:
    svg = (ROOT / "assets/icon.svg").read_text()
    assert len(svg) < 500
    assert f"#{bytes(GREEN).hex()}" in svg
    assert f'stroke-width="{STROKE}"' in svg
    assert all(f"M{x} {y}" in svg for (x, y), _, _ in ONES)


def test_the_colour_is_the_one_of_the_bar() -> None:
    assert f"--bar: #{bytes(GREEN).hex()};" in (ROOT / "assets/site.css").read_text()
