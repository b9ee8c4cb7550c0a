"""The languages of the portal, each under its own name and with its writing direction."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Locale:
    """One language a visitor can choose.

    code: BCP 47 tag used in the path (`/es/…`) and in `<html lang>`.
    name: the language's name for itself, as shown in the language list.
    direction: writing direction, for `<html dir>`.
    """

    code: str
    name: str
    direction: Literal["ltr", "rtl"] = "ltr"


LOCALES: dict[str, Locale] = {
    locale.code: locale
    for locale in (
        Locale("en", "English"),
        Locale("es", "Español"),
    )
}

DEFAULT_LOCALE = "en"
