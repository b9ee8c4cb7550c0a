"""The colors that every city's pages share, and how well two colors are told from each other."""

LIGHT = {
    "paper": "#fbf8f2",
    "card": "#ffffff",
    "ink": "#17251f",
    "quiet": "#46554d",
    "line": "#6d7b73",
    "warm": "#fdf0d9",
    "danger": "#96162c",
    "focus": "#8a4b00",
}
DARK = {
    "paper": "#121b17",
    "card": "#1b2721",
    "ink": "#f3efe6",
    "quiet": "#c3cec7",
    "line": "#8d9b93",
    "warm": "#3a2f17",
    "danger": "#ffb3ba",
    "focus": "#ffcf70",
}
"""Tokens of the stylesheet (assets/site.css); a test holds them to it. Those of a city: app/city/brand.py."""
ON_BAR, FOCUS_ON_BAR = "#ffffff", "#ffcf70"
"""What stands on the bar at the top of every page, and the ring of the focus there."""

Color = tuple[int, int, int]


def color(text: str) -> Color:
    """`#rrggbb` as three numbers from 0 to 255."""
    return int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16)


def contrast(one: str, other: str) -> float:
    """Contrast ratio (WCAG 2.2), 1 to 21, of two colors as `#rrggbb`."""
    low, high = sorted((_luminance(color(one)), _luminance(color(other))))
    return (high + 0.05) / (low + 0.05)


def _luminance(color: Color) -> float:
    """Relative luminance, 0 to 1."""
    linear = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in (c / 255 for c in color)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
