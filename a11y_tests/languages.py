"""The portal's sentences as a test needs them: in the page's language, and English where it should not be."""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po

from app.city.loader import register_catalogs
from app.http.formats import moments
from app.settings import CITY
from i18n import Translator, translator
from i18n.locales import LOCALES
from i18n.pseudo import pseudo
from i18n.translator import CATALOGS

WALKED = ("en", "es")
"""The languages in which browser tests go the whole way of a person."""
SAMPLE = ("ar", "vi", "zh-Hant")
"""Languages in which they look at a page of each kind: written from the right, with marks on marks, without spaces.

All others differ from these by their words only, which cheaper tests check in every language."""

_FOLDERS = (CATALOGS, CITY / "locales")
# Pseudo-languages have no catalog: what they disguise is what this one translates.
_CATALOG_OF_PSEUDO = "es"
_PLACEHOLDER = re.compile(r"%\(\w+\)s|\{\w+\}")
# Words that make an English sentence and that no language written here has in common with it.
_ENGLISH = frozenset(
    [
        "the",
        "and",
        "your",
        "you",
        "with",
        "this",
        "that",
        "are",
        "is",
        "of",
        "for",
        "please",
        "we",
        "our",
        "have",
        "has",
        "been",
        "what",
        "where",
        "how",
        "it",
    ]
)


def words(locale: str) -> Translator:
    """Translates the sentences of the portal and of the city pack."""
    register_catalogs(CITY)
    return translator(locale)


def any_moment(locale: str) -> str:
    """A pattern of regular expressions for a day and a time as scripts write it."""
    patterns = moments(words(locale))
    days = "|".join(re.escape(day) for day in patterns.days.split("|"))
    hours = "|".join(re.escape(hour) for hour in patterns.hours.split("|"))
    moment = (
        re.escape(patterns.pattern).replace(r"\{date\}", f"(?:{days})").replace(r"\{time\}", f"(?:{hours})")
    )
    # Playwright reads every kind of space as a plain one.
    return re.sub(r"\\\{(?:day|year|minute)\\\}", r"\\d+", moment).replace("\u202f", r"\s")


def english_left(texts: Iterable[str], locale: str) -> list[str]:
    """Those texts of a page that are English though the page is not."""
    if locale == "en":
        return []
    return [text for text in texts if _is_known(text, locale) or _reads_english(text)]


def _is_known(text: str, locale: str) -> bool:
    """Whether this is an English sentence of a catalog that has another translation."""
    exact, patterns = _sources(locale)
    return text in exact or any(pattern.fullmatch(text) for pattern in patterns)


def _reads_english(text: str) -> bool:
    found = set(re.findall(r"[a-z]+", text.lower())) & _ENGLISH
    return len(found) >= 3


@cache
def _sources(locale: str) -> tuple[frozenset[str], tuple[re.Pattern[str], ...]]:
    exact, patterns = set(), []
    for source, translated in _entries(locale):
        if source == translated:
            continue
        literal = _PLACEHOLDER.sub("", source)
        if literal == source:
            exact.add(" ".join(source.split()))
        elif len(re.findall(r"[A-Za-z]{2,}", literal)) >= 2:
            # With fewer words left the pattern would fit what it does not mean.
            parts = [re.escape(part) for part in _PLACEHOLDER.split(" ".join(source.split()))]
            patterns.append(re.compile(".+".join(parts)))
    return frozenset(exact), tuple(patterns)


def _entries(locale: str) -> Iterator[tuple[str, str]]:
    is_pseudo = LOCALES[locale].pseudo
    for folder in _FOLDERS:
        file = Path(folder) / f"{_CATALOG_OF_PSEUDO if is_pseudo else locale}.po"
        with file.open("rb") as stream:
            for entry in read_po(stream):
                sources = entry.id if isinstance(entry.id, (list, tuple)) else [entry.id]
                targets = entry.string if isinstance(entry.string, (list, tuple)) else [entry.string]
                for source in sources:
                    if source and is_pseudo:
                        yield source, pseudo(source)
                    elif source:
                        target = targets[0] if len(sources) == 1 or source == sources[0] else targets[-1]
                        yield source, target or ""
