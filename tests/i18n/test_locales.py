"""The languages that are offered, and how the tags of browsers and of other programs find them."""

import pytest
from babel.core import Locale as BabelLocale

from i18n.locales import LOCALES, Locale, offered


@pytest.mark.parametrize(
    ("tag", "code"),
    [
        ("es", "es"),
        ("es-MX", "es"),
        ("ZH-hant-TW", "zh-Hant"),
        ("zh-Hans-HK", "zh-Hans"),
        ("zh-CN", "zh-Hans"),
        ("zh-SG", "zh-Hans"),
        ("zh-TW", "zh-Hant"),
        ("zh-HK", "zh-Hant"),
        ("zh-MO", "zh-Hant"),
        ("zh", "zh-Hans"),
        ("mo", "ro"),
        ("ro-MD", "ro"),
        (" ar-IQ ", "ar"),
        ("so-KE", "so"),
        ("tlh", None),
        ("*", None),
        ("", None),
    ],
)
def test_a_tag_finds_the_language_that_fits_best(tag: str, code: str | None) -> None:
    assert offered(tag) == code


@pytest.mark.parametrize("locale", LOCALES.values(), ids=LOCALES)
def test_dates_and_direction_are_those_of_the_language(locale: Locale) -> None:
    babel = BabelLocale.parse(locale.formats)
    assert babel.text_direction == locale.direction
    assert locale.pseudo or locale.name[:2].casefold() == str(babel.get_display_name())[:2].casefold()
