"""The languages of the portal, each under its own name and with its writing direction."""

import os
from dataclasses import dataclass
from typing import Literal

from babel.numbers import get_decimal_symbol

DRAFTED = "drafted, not yet reviewed by a native speaker"
SOURCE = "the source"


@dataclass(frozen=True)
class Locale:
    """One language a visitor can choose.

    code: BCP 47 tag used in the path (`/es/…`) and in `<html lang>`.
    name: the language's name for itself, as shown in the language list.
    direction: writing direction, for `<html dir>`.
    review: the state of the translation, as i18n/README.md has it: the source, not yet reviewed, or by whom and when.
    pseudo: whether it is no language but English in disguise (i18n/pseudo.py), to try out what translations do.
    """

    code: str
    name: str
    direction: Literal["ltr", "rtl"] = "ltr"
    review: str = DRAFTED
    pseudo: bool = False

    @property
    def is_draft(self) -> bool:
        """Whether no native speaker has reviewed it: its pages say so."""
        return self.review == DRAFTED

    @property
    def formats(self) -> str:
        """The language whose dates and numbers are used, as Babel spells it."""
        return "en" if self.pseudo else babel_name(self.code)

    @property
    def decimal_sign(self) -> str:
        """What stands before the decimals of a number."""
        return get_decimal_symbol(self.formats)


def babel_name(code: str) -> str:
    """A language as Babel spells it: zh_Hans for zh-Hans."""
    return code.replace("-", "_")


LOCALES: dict[str, Locale] = {
    locale.code: locale
    for locale in (
        Locale("en", "English", review=SOURCE),
        Locale("es", "Español"),
        Locale("zh-Hans", "中文（简体）"),
        Locale("zh-Hant", "中文（繁體）"),
        Locale("vi", "Tiếng Việt"),
        Locale("ru", "Русский"),
        Locale("uk", "Українська"),
        Locale("ro", "Română"),
        Locale("so", "Soomaali"),
        Locale("ar", "العربية", direction="rtl"),
    )
}

PSEUDO = (
    Locale("en-XA", "[Éñģļîšĥ]", review=SOURCE, pseudo=True),
    Locale("ar-XB", "[ĥšîļģñÉ]", direction="rtl", review=SOURCE, pseudo=True),
)
"""Longer and accented, and the same from right to left. Only there with PORTAL_PSEUDO=1, never for residents."""

if os.environ.get("PORTAL_PSEUDO") == "1":
    LOCALES.update({locale.code: locale for locale in PSEUDO})

SPOKEN = tuple(code for code, locale in LOCALES.items() if not locale.pseudo)
"""The codes of real languages: those in which the desk is built."""

DEFAULT_LOCALE = "en"

# Which script a country writes Chinese in; and the code that Moldova once had for Romanian.
_ALSO = {
    **dict.fromkeys(("zh", "zh-cn", "zh-sg"), "zh-Hans"),
    **dict.fromkeys(("zh-tw", "zh-hk", "zh-mo"), "zh-Hant"),
    "mo": "ro",
}
_BY_TAG = {tag: code for tag, code in _ALSO.items() if code in LOCALES} | {
    code.lower(): code for code in LOCALES
}


_LONGEST_TAG = 100


def offered(tag: str) -> str | None:
    """The code of the language that fits a BCP 47 tag best, or None: es for es-MX, zh-Hant for zh-HK.

    The tag is shortened from its end until it fits (RFC 4647 §3.4).
    """
    parts = tag[:_LONGEST_TAG].strip().lower().split("-")
    shortened = ("-".join(parts[:length]) for length in range(len(parts), 0, -1))
    return next((_BY_TAG[tag] for tag in shortened if tag in _BY_TAG), None)
