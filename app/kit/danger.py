"""Danger in what somebody types. Nobody reads a report at once, so a page says whom to call, and blocks nothing.

A rule over lists of phrases, no judgment: it is wrong at times, in both directions (`python -m bench danger` says how
often). The lists are in app/kit/danger_words/, one a language; its README says how they are written. assets/danger.js
does the same on a phone without a network.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from app.kit.danger_list import Group, Node, Phrases, codes, list_of, phrases
from app.kit.danger_text import LONGEST, Spelling, plain, sentences

Number = Literal["911", "988"]
Spots = Mapping[Group, Sequence[tuple[int, int]]]
"""Where phrases of a group stand in a text: the first word, and the one after the last."""

NUMBERS: tuple[Number, ...] = ("911", "988")
NEGATED = 2
"""So many words after a "not" say nothing."""


@dataclass(frozen=True)
class Reading:
    """What one list finds in a text. sentences: of each word, in which one it stands. not_now, now: sentences that say
    that they are not about now, and that they are.
    """

    words: Phrases
    spots: Spots
    sentences: Sequence[int]
    not_now: set[int]
    now: set[int]


def look(text: str, language: str) -> Number | None:
    """Whom to call at once: "911" if somebody's life, safety or health is in danger now, "988" for thoughts of suicide.

    language: of the page. The text may be in another one: English is always looked for, and whatever its letters and
    little words say. Of a very long text only the first LONGEST characters count.
    """
    text = text[:LONGEST]
    readings = [_read(text, code) for code in wanted(text, language)]
    # Whatever the language in which a sentence says that it is not about now.
    not_now = set.union(*(reading.not_now for reading in readings))
    now = set.union(*(reading.now for reading in readings))
    found = {number for reading in readings for number in _numbers(reading, not_now - now)}
    return "911" if "911" in found else "988" if "988" in found else None


def wanted(text: str, page: str) -> list[str]:
    """The lists to look in: the page's own, English, and those of the languages that the text seems to be in.

    It seems to be in a language if it has letters of it, or more of its little words than of any other one's: at least
    two, or a quarter of all words.
    """
    words = set(plain(text[:LONGEST], Spelling()))
    known = {code: len(words & phrases(code).little) for code in codes()}
    most = max(known.values())
    enough = most >= 2 or 0 < len(words) <= 4 * most
    own = {list_of(page), "en"} | {code for code in known if enough and known[code] == most}
    return [code for code in codes() if code in own or _has_letters(text, phrases(code))]


def _has_letters(text: str, words: Phrases) -> bool:
    return words.letters is not None and words.letters.search(text) is not None


def _read(text: str, code: str) -> Reading:
    words = phrases(code)
    parts = sentences(text, words.spelling)
    sentence_of = [number for number, part in enumerate(parts) for _ in part]
    spots = _spots([words.forms(word) for part in parts for word in part], words.root)
    # "Acum doi ani" is two years ago, though "acum" by itself is now.
    then = _inside(spots.get("not_now", ()))
    return Reading(
        words,
        spots,
        sentence_of,
        not_now={sentence_of[at] for at in then},
        now={sentence_of[start] for start, _ in spots.get("now", ()) if start not in then},
    )


def _inside(spots: Iterable[tuple[int, int]]) -> set[int]:
    """The words that some spots cover."""
    return {at for start, end in spots for at in range(start, end)}


def _numbers(reading: Reading, quiet: set[int]) -> Iterator[Number]:
    """The numbers to call that one list names. quiet: sentences that are not about now."""
    spots = _spoken(reading, quiet)
    for number in NUMBERS:
        if _alone(spots, number, len(reading.sentences)) or any(
            _meet(spots, rule, reading.words.near) for rule in reading.words.rules[number]
        ):
            yield number


def _spots(tokens: Sequence[Sequence[str]], root: Node) -> dict[Group, list[tuple[int, int]]]:
    """Where the phrases of a list stand. Of each word there may be several forms, any of which will do."""
    found: dict[Group, list[tuple[int, int]]] = {}
    for start in range(len(tokens)):
        nodes = [root]
        for end in range(start, len(tokens)):
            nodes = [after for node in nodes for form in tokens[end] for after in node.after(form)]
            if not nodes:
                break
            for group in {group for node in nodes for group in node.groups}:
                found.setdefault(group, []).append((start, end + 1))
    return found


def _spoken(reading: Reading, quiet: set[int]) -> Spots:
    """The spots that count: without what is harmless, negated, or in a quiet sentence."""
    harmless = _inside(reading.spots.get("harmless", ()))
    negated = {at for _, end in reading.spots.get("not", ()) for at in range(end, end + NEGATED)}
    negated.update(at for at, sentence in enumerate(reading.sentences) if sentence in quiet)
    return {
        group: [
            (start, end)
            for start, end in found
            if group == "now" or (start not in negated and harmless.isdisjoint(range(start, end)))
        ]
        for group, found in reading.spots.items()
    }


def _alone(spots: Spots, number: Number, length: int) -> bool:
    """Whether a text is nothing but a phrase that says enough when it stands alone, and words such as "now"."""
    now = _inside(spots.get("now", ()))
    return any(
        len(now) + sum(at not in now for at in range(start, end)) == length
        for start, end in spots.get(f"{number} alone", ())
    )


def _meet(spots: Spots, rule: Sequence[Group], near: int) -> bool:
    """Whether each part of a rule stands near the one before it, in whichever order."""
    reached = spots.get(rule[0], ())
    for group in rule[1:]:
        starts, ends = {start for start, _ in reached}, {end for _, end in reached}
        reached = [
            (start, end)
            for start, end in spots.get(group, ())
            if any(start - gap in ends or end + gap in starts for gap in range(near + 1))
        ]
    return bool(reached)
