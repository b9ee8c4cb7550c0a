"""Colors are told from each other: text, and the frames, marks and focus that say what a thing is."""

import re
from pathlib import Path

import pytest

from app.city.brand import Colors as BrandColors
from app.city.loader import load_city
from app.settings import CITY
from tests.contrast import contrast as contrast_of

PALETTE = load_city(CITY).colors
STYLES = (Path(__file__).parents[2] / "assets/site.css").read_text()
GROUNDS = ("paper", "card", "tint", "warm")
Colors = dict[str, str]


def tokens(block: str) -> Colors:
    """The colors of a block, by their names."""
    return dict(re.findall(r"--([a-z-]+):\s*(#[0-9a-f]{3,6})", block))


def own(colors: BrandColors) -> Colors:
    """A city's colors, by the names of the stylesheet."""
    return {name.replace("_", "-"): value for name, value in colors.model_dump().items()}


LIGHT = tokens(STYLES.partition("}")[0])
DARK = LIGHT | tokens(STYLES.partition("prefers-color-scheme: dark")[2].partition("}")[0])
OURS = [base | own(colors) for base, colors in ((LIGHT, PALETTE.light), (DARK, PALETTE.dark))]
BOTH = pytest.mark.parametrize(
    "colors", [LIGHT, DARK, *OURS], ids=["light", "dark", "Portland, light", "Portland, dark"]
)


def rgb(color: str) -> tuple[int, ...]:
    """Red, green and blue, 0 to 255, of a color as the stylesheet writes it."""
    digits = color.strip("#")
    digits = digits if len(digits) == 6 else "".join(digit * 2 for digit in digits)
    return tuple(int(digits[at : at + 2], 16) for at in (0, 2, 4))


def contrast(one: str, other: str) -> float:
    """Contrast ratio (WCAG 2.2), 1 to 21."""
    return contrast_of(rgb(one), rgb(other))


def test_a_ratio_is_what_the_standard_says() -> None:
    assert contrast("#000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#fff") == pytest.approx(4.48, abs=0.01)


@BOTH
def test_text_is_read_on_every_ground(colors: Colors) -> None:
    """1.4.3: 4.5 : 1 at the least; the text that people read is at 7 : 1 (1.4.6)."""
    for ground in GROUNDS:
        assert contrast(colors["ink"], colors[ground]) >= 7
        for quieter in ("quiet", "accent", "danger"):
            assert contrast(colors[quieter], colors[ground]) >= 4.5, (quieter, ground)
    assert contrast(colors["on-accent"], colors["accent"]) >= 4.5
    assert contrast("#fff", colors["bar"]) >= 7


@BOTH
@pytest.mark.parametrize("mark", ["line", "focus", "accent", "danger"])
def test_frames_marks_and_focus_are_seen_on_every_ground(colors: Colors, mark: str) -> None:
    """1.4.11 and 2.4.13: 3 : 1."""
    for ground in GROUNDS:
        assert contrast(colors[mark], colors[ground]) >= 3, ground
