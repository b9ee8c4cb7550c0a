"""Translation of one sentence into one language, from gettext catalogs (.po) read at start-up."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from gettext import c2py
from html import escape
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

from i18n.locales import DEFAULT_LOCALE, LOCALES
from i18n.messages import Message
from i18n.pseudo import pseudo
from i18n.vital import VITAL

CATALOGS = Path(__file__).parent / "catalogs"

_catalog_folders: list[Path] = [CATALOGS]


def add_catalogs(folder: Path) -> None:
    """Add a folder of `{locale}.po` files, as a city pack brings; call before the first translation.

    Later folders win over earlier ones, so a city may reword a sentence of the portal.
    """
    if folder not in _catalog_folders:
        _catalog_folders.append(folder)
        translator.cache_clear()


def catalog_files() -> list[bytes]:
    """The contents of every catalog, for whoever must notice that one of them has changed."""
    return [file.read_bytes() for folder in _catalog_folders for file in sorted(folder.glob("*.po"))]


class Untranslated(str):
    """English on a page in another language: marked with its own `lang`, so that it is spoken and hyphenated rightly.

    A page shows it as an element (MarkupSafe's protocol); in an attribute it is plain text (`plain` in
    app/http/templates.py).
    """

    __slots__ = ()

    def __html__(self) -> str:
        """The text in an element with its language and direction."""
        return f'<span lang="{DEFAULT_LOCALE}" dir="ltr">{escape(str(self))}</span>'


class WithEnglish(str):
    """A translation that nobody has reviewed, of a sentence that may do harm if it is wrong: a page shows both.

    english: the same in English. In an attribute it is the translation alone.
    """

    english: str

    def __html__(self) -> str:
        """The translation, and the English in an element with its language."""
        return f"{escape(str(self))} {Untranslated(self.english).__html__()}"


@dataclass(frozen=True)
class _Plural:
    """The forms of a sentence that depends on a number, with the rule of the catalog that they come from."""

    forms: tuple[str, ...]
    rule: Callable[[int], int]


class Translator:
    """Translates into one language; calling it is `translator("es")("Send report")`."""

    def __init__(self, locale: str, catalogs: list[Catalog]) -> None:
        self.locale = LOCALES[locale]
        self._texts: dict[str, str | _Plural] = {}
        for catalog in catalogs:
            self._texts.update(_translated(catalog))

    def __call__(self, message: Message | str, /, **values: Any) -> str:
        """Translate a sentence; a sentence the catalog lacks comes back in English.

        Values fill the `%(name)s` placeholders; values that are Messages are translated too.
        """
        if isinstance(message, Message):
            values = {**message.values, **values}
            text = self._choose(message, values)
        else:
            text = self._text(message)
        return text % self._rendered(values) if values else text

    def said(self, text: str, /) -> str:
        """Translate a sentence of the city pack; one that the catalogs lack says on a page that it is English."""
        found = self(text)
        is_english = self.locale.code == DEFAULT_LOCALE or self.locale.pseudo
        return found if is_english or text in self._texts else Untranslated(found)

    def warned(self, text: str, /) -> str:
        """Translate a sentence of the city pack that warns: as `said`, and as `shown` while nobody has reviewed it."""
        found = self.said(text)
        return _with_english(found, text) if self.locale.is_draft and text in self._texts else found

    def shown(self, message: Message | str, /, **values: Any) -> str:
        """Translate a sentence for a page: with the English, if it is vital and its translation not reviewed yet."""
        text = self(message, **values)
        source = message.text if isinstance(message, Message) else message
        if source not in VITAL or not self.locale.is_draft:
            return text
        return _with_english(text, translator(DEFAULT_LOCALE)(message, **values))

    def _choose(self, message: Message, values: Mapping[str, Any]) -> str:
        if message.plural is None:
            return self._text(message.text)
        num = values["num"]
        found = self._texts.get(message.text)
        if isinstance(found, _Plural):
            return found.forms[found.rule(num)]
        return self._text(message.text if num == 1 else message.plural)

    def _text(self, text: str) -> str:
        if self.locale.pseudo:
            return pseudo(text)
        found = self._texts.get(text)
        return found if isinstance(found, str) else text

    def _rendered(self, values: Mapping[str, Any]) -> dict[str, Any]:
        return {name: self._written(value) for name, value in values.items()}

    def _written(self, value: Any) -> Any:
        if isinstance(value, Message):
            return self(value)
        if isinstance(value, float):
            return format_decimal(value, format="0.0", locale=self.locale.formats)
        return value


def _with_english(text: str, english: str) -> WithEnglish:
    both = WithEnglish(text)
    both.english = english
    return both


@cache
def translator(locale: str) -> Translator:
    """Return the translator for a locale code.

    Raises KeyError for a locale that is not in LOCALES: an unknown language is a bug, not English.
    """
    files = [folder / f"{locale}.po" for folder in _catalog_folders]
    return Translator(locale, [_read(file) for file in files if file.exists() and locale != DEFAULT_LOCALE])


def _read(file: Path) -> Catalog:
    with file.open("rb") as stream:
        return read_po(stream)


def _translated(catalog: Catalog) -> dict[str, str | _Plural]:
    texts: dict[str, str | _Plural] = {}
    # The catalog's own rule (its Plural-Forms header, checked by Babel) is used, not CLDR's: they may differ.
    rule = c2py(catalog.plural_expr)
    for entry in catalog:
        if not entry.id or entry.fuzzy:
            continue
        if isinstance(entry.id, (tuple, list)):
            if isinstance(entry.string, (tuple, list)) and all(entry.string):
                texts[entry.id[0]] = _Plural(tuple(entry.string), rule)
        elif entry.string:
            texts[entry.id] = str(entry.string)
    return texts
