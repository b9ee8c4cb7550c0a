"""Finds request types by plain words, in the visitor's language and in English.

Small and simple: a city has some dozens of types, so every query looks at all of them.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from app.domain.services import City, Service
from i18n import Translator, translator

MAX_QUERY = 100
MAX_WORDS = 8
# Shorter words differ too little from each other to forgive a typing error in them.
SHORTEST_TYPO = 5

# How much a hit counts, by where the word stands.
NAME, KEYWORD, GROUP, DESCRIPTION = 4.0, 3.0, 1.0, 1.0
# A query that is exactly a keyword or name is what that type is for; more so the earlier the keyword stands.
WHOLE_PHRASE = 6.0
PART_OF_PHRASE = 2.0

_WORDS = re.compile(r"\w+")
# Words that say nothing about the problem (English, Spanish).
_EMPTY_WORDS = frozenset(
    (  # noqa: SIM905 - easier to read than 70 quoted words
        "a an and are at be by can for from has have i in is it my near no not of on or our please report s "
        "someone something t that the there this to was we with you "
        "un una unos unas y o el la los las lo de del al en es esta este hay mi por que se con para favor su"
    ).split()
)


@dataclass(frozen=True)
class _Entry:
    """What is searched of one request type in one language."""

    service: Service
    words: dict[str, float]
    phrases: tuple[str, ...]


@dataclass(frozen=True)
class SearchIndex:
    """All request types of a city, ready to be searched in one language and in English."""

    entries: tuple[_Entry, ...]

    def find(self, query: str) -> list[Service]:
        """Return the types that fit, best first; none for an empty query."""
        text = _fold(query[:MAX_QUERY])
        words = _words(text)[:MAX_WORDS]
        scored = [(_score(entry, text, words), entry.service) for entry in self.entries] if words else []
        scored.sort(key=lambda pair: -pair[0])
        return [service for score, service in scored if score > 0]


def find_services(city: City, query: str, t: Translator) -> list[Service]:
    """Return the request types that fit a query in the language of `t` or in English, best first."""
    return search_index(city, t.locale.code).find(query)


@lru_cache(maxsize=64)
def search_index(city: City, locale: str) -> SearchIndex:
    """Return the index of a city in one language; it is built once."""
    t = translator(locale)
    groups = {group.code: group.name for group in city.groups}
    return SearchIndex(tuple(_entry(service, groups[service.group], t) for service in city.services))


def _entry(service: Service, group: str, t: Translator) -> _Entry:
    """Collect a type's words, each with the greatest weight it has anywhere."""
    phrases: dict[str, None] = {}
    words: dict[str, float] = {}

    def add(text: str, weight: float) -> None:
        for word in _words(_fold(text)):
            words[word] = max(weight, words.get(word, 0))

    for say in (t, str):
        keywords = say(service.keyword_list).split(",")
        for phrase in (say(service.service_name), *keywords):
            phrases[_fold(phrase)] = None
        add(say(service.service_name), NAME)
        add(" ".join(keywords), KEYWORD)
        add(say(group), GROUP)
        add(say(service.description), DESCRIPTION)
    return _Entry(service, words, tuple(phrases))


def _score(entry: _Entry, text: str, words: list[str]) -> float:
    """Say how well a type fits: 0 when fewer than half of the words are found."""
    hits = [
        max((weight * _likeness(word, known) for known, weight in entry.words.items()), default=0)
        for word in words
    ]
    found = sum(hit > 0 for hit in hits)
    phrase = _phrase_score(entry.phrases, text)
    if found * 2 < len(words) and not phrase:
        return 0
    return sum(hits) * found / len(words) + phrase


def _phrase_score(phrases: Iterable[str], text: str) -> float:
    """Score the query as a whole; this also finds words in scripts that put no spaces between them."""
    best = 0.0
    for place, phrase in enumerate(phrases):
        if phrase == text:
            best = max(best, WHOLE_PHRASE - place / 100)
        elif len(text) > 1 and not text.isascii() and text in phrase:
            best = max(best, PART_OF_PHRASE)
    return best


def _likeness(word: str, known: str) -> float:
    """Compare a typed word with a known one: 1 when equal, less for a beginning or a typing error."""
    if word == known:
        return 1.0
    if len(word) > 1 and known.startswith(word):
        return 0.8
    if len(known) > 2 and word.startswith(known) and len(word) - len(known) <= 2:
        return 0.8  # a plural or another ending
    if len(known) >= SHORTEST_TYPO and _one_error_apart(word, known):
        return 0.5
    return 0.0


def _one_error_apart(a: str, b: str) -> bool:
    """Whether one letter is wrong, missing, too many, or swapped with its neighbour."""
    if len(a) > len(b):
        a, b = b, a
    if len(b) - len(a) > 1:
        return False
    at = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), len(a))
    if len(a) < len(b):
        return a[at:] == b[at + 1 :]
    swapped = a[at : at + 2] == b[at : at + 2][::-1] and a[at + 2 :] == b[at + 2 :]
    return swapped or a[at + 1 :] == b[at + 1 :]


def _fold(text: str) -> str:
    """Make text comparable: no capitals, no accents, one space between words."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return " ".join(_WORDS.findall("".join(sign for sign in decomposed if not unicodedata.combining(sign))))


def _words(text: str) -> list[str]:
    """Return the words that say something."""
    return [word for word in text.split() if word not in _EMPTY_WORDS]
