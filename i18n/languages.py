"""Languages by their tags (BCP 47), such as `so` or `zh-Hant`: those that can be named, and how they are written."""

from functools import lru_cache
from typing import Literal

from babel import Locale, UnknownLocaleError

from i18n.locales import LOCALES, babel_name

Direction = Literal["ltr", "rtl", "auto"]

# Languages written from right to left, of which Babel has no data.
_RIGHT_TO_LEFT = frozenset({"dv", "ps", "sd", "ug", "yi"})
_LONGEST = 20


@lru_cache(maxsize=512)
def language_tag(tag: str) -> str | None:
    """A tag in its usual spelling (`zh-hant` is `zh-Hant`), or None if no language is known by it."""
    if not tag or len(tag) > _LONGEST:
        return None
    language, *rest = tag.replace("_", "-").split("-")
    if language.lower() not in _names("en") or not language.isascii():
        return None
    if not rest:
        return language.lower()
    script = rest[0].title()
    known = len(rest) == 1 and script in Locale("en").scripts
    return f"{language.lower()}-{script}" if known else None


@lru_cache(maxsize=2048)
def language_name(tag: str, reader: str) -> str:
    """What a language is called in another one: "Somali" for `so` to readers of `en`. Its tag if nobody knows.

    reader: as Babel spells it.
    """
    key = babel_name(tag)
    for locale in (reader, "en"):
        if name := _names(locale).get(key):
            return name
    return LOCALES[tag].name if tag in LOCALES else tag


@lru_cache(maxsize=512)
def own_name(tag: str) -> str:
    """What a language calls itself."""
    if tag in LOCALES:
        return LOCALES[tag].name
    name = _names(tag).get(babel_name(tag)) or language_name(tag, "en")
    return name[:1].upper() + name[1:]


@lru_cache(maxsize=512)
def direction(tag: str) -> Direction:
    """In which direction a language is written; `auto`, as its first strong sign says, if there is no language."""
    if not tag:
        return "auto"
    if tag in LOCALES:
        return LOCALES[tag].direction
    try:
        said = Locale.parse(babel_name(tag)).text_direction
    except (UnknownLocaleError, ValueError):
        said = "ltr"
    return "rtl" if said == "rtl" or tag in _RIGHT_TO_LEFT else "ltr"


@lru_cache(maxsize=64)
def _names(locale: str) -> dict[str, str]:
    """Names of languages, by their codes as Babel spells them."""
    try:
        return dict(Locale.parse(babel_name(locale)).languages)
    except (UnknownLocaleError, ValueError):
        return {}
