"""How well two colors are told from each other (WCAG 2.2)."""

Color = tuple[int, ...]


def luminance(color: Color) -> float:
    """Relative luminance, 0 to 1. color: red, green and blue, 0 to 255."""
    linear = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in (c / 255 for c in color)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: Color, other: Color) -> float:
    """Contrast ratio, 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)
