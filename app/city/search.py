"""Finds request types by plain words, in the visitor's language and in English.

Small and simple: a city has some dozens of types, so every query looks at all of them.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from app.city.city import City
from app.city.empty_words import ENGLISH, empty_words
from app.city.services import Service
from app.kit.folding import folded
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

# Scripts that put no spaces between words: Chinese.
_UNSPACED = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
# Endings change with case and number; short words cannot be told apart by a typing error.
_CYRILLIC = re.compile(r"[\u0400-\u04ff]+")


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
    empty: frozenset[str]

    def find(self, query: str) -> list[Service]:
        """Return the types that fit, best first; none for an empty query."""
        text = folded(query[:MAX_QUERY])
        words = [word for word in text.split() if word not in self.empty][:MAX_WORDS]
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
    empty = empty_words(locale)
    entries = tuple(_entry(service, groups[service.group], t, empty) for service in city.services)
    return SearchIndex(entries, empty)


def _entry(service: Service, group: str, t: Translator, empty: frozenset[str]) -> _Entry:
    """Collect a type's words, each with the greatest weight it has anywhere. empty: words to leave out."""
    phrases: dict[str, None] = {}
    words: dict[str, float] = {}

    def add(text: str, weight: float, leave_out: frozenset[str]) -> None:
        for word in folded(text).split():
            if word not in leave_out:
                words[word] = max(weight, words.get(word, 0))

    for say, leave_out in ((t, empty), (str, ENGLISH)):
        keywords = say(service.keyword_list).split(",")
        for phrase in (say(service.service_name), *keywords):
            phrases[folded(phrase)] = None
        add(say(service.service_name), NAME, leave_out)
        add(" ".join(keywords), KEYWORD, leave_out)
        add(say(group), GROUP, leave_out)
        add(say(service.description), DESCRIPTION, leave_out)
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
    best, unspaced = 0.0, bool(_UNSPACED.search(text))
    for place, phrase in enumerate(phrases):
        if phrase == text:
            best = max(best, WHOLE_PHRASE - place / 100)
        elif text in phrase and (unspaced or (len(text) > 1 and not text.isascii())):
            best = max(best, PART_OF_PHRASE)
        elif unspaced and phrase in text and _UNSPACED.search(phrase):
            # The more of the query it is, the more it is meant.
            best = max(best, PART_OF_PHRASE + len(phrase) / len(text))
    return best


def _likeness(word: str, known: str) -> float:
    """Compare a typed word with a known one: 1 when equal, less for a beginning or a typing error."""
    if word == known:
        return 1.0
    if len(word) > 1 and known.startswith(word):
        return 0.8
    if len(known) > 2 and word.startswith(known) and len(word) - len(known) <= 2:
        return 0.8  # a plural or another ending
    if len(known) > 2 and known[:-1] == word[:-1] and _CYRILLIC.fullmatch(known):
        return 0.7
    if len(known) >= SHORTEST_TYPO and _one_error_apart(word, known):
        return 0.5
    return 0.0


def _one_error_apart(a: str, b: str) -> bool:
    """Whether one letter is wrong, missing, too many, or swapped with its neighbor."""
    if len(a) > len(b):
        a, b = b, a
    if len(b) - len(a) > 1:
        return False
    at = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), len(a))
    if len(a) < len(b):
        return a[at:] == b[at + 1 :]
    swapped = a[at : at + 2] == b[at : at + 2][::-1] and a[at + 2 :] == b[at + 2 :]
    return swapped or a[at + 1 :] == b[at + 1 :]
