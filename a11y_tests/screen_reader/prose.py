"""What a screen reader says, as prose that a person can read and correct: one line a phrase, indented where it is within."""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

# Said by this reader and by hardly any other: they say nothing to a person.
_SILENT = ("paragraph", "strong", "term", "definition", "generic", "time", "status", "emphasis")
# What they hold is said in their name already.
_WHOLE = ("link", "button", "heading", "option")
_ENDS = ("end of ", "end, ")
_POLITE = "polite: "
_ITEM = re.compile(r"listitem, level \d+, position (\d+), set size (\d+)")
_REPLACED = (
    (re.compile(r"\b\d{3} \d{3} \d{3} \d{4}\b"), "<number>"),
    (re.compile(r"\b\d+ kB\b"), "<size> kB"),
    # Days that stand in a sentence, and perhaps the time, in English and in Spanish.
    (re.compile(r"\b[A-Z][a-z]+ \d{1,2}, \d{4}\b(, \d{1,2}:\d\d\s[AP]M\b)?"), "<date>"),
    (re.compile(r"\b\d{1,2} de [a-z]+ de \d{4}\b(, \d{1,2}:\d\d\b)?"), "<date>"),
    # The reader leaves out the space that stands in an element of its own.
    (re.compile(r"(?<=[\w?.])(?=\()"), " "),
)


class _Said(NamedTuple):
    phrase: str
    role: str
    opens: bool = False
    closes: bool = False

    @property
    def whole(self) -> bool:
        return self.role in _WHOLE


def prose(phrases: Sequence[str], moments: Iterable[str] = ()) -> list[str]:
    """The lines for what was said. moments: dates and times in it, which are other ones the next day."""
    lines: list[str] = []
    depth = within_whole = 0
    item = ""
    for said in _parsed(_once(phrases)):
        if said.closes:
            within_whole -= said.whole
            depth -= not said.whole and said.role not in _SILENT
            continue
        if not within_whole and said.role not in _SILENT:
            if found := _ITEM.fullmatch(said.phrase):
                item = "item {} of {}: ".format(*found.groups())
            else:
                # The first thing in an item stands beside its number.
                indent = "  " * (depth - 1 if item else depth)
                lines.append(f"{indent}- {item}{_same_each_time(said.phrase, moments)}")
                item = ""
        if said.opens:
            within_whole += said.whole
            depth += not said.whole and said.role not in _SILENT
    return lines


def _once(phrases: Sequence[str]) -> list[str]:
    """Without what a region says again because it was changed in several ways at a time, or when it is emptied."""
    kept: list[str] = []
    for phrase in phrases:
        repeated = phrase.startswith(_POLITE) and phrase == (kept or [""])[-1]
        if not repeated and phrase.strip() != _POLITE.strip():
            kept.append(phrase)
    return kept


def _parsed(phrases: Sequence[str]) -> list[_Said]:
    """What opens and what closes is known from the end: most phrases have none."""
    waiting: list[_Said] = []
    known: list[_Said] = []
    for phrase in reversed(phrases):
        if phrase.startswith(_ENDS):
            # "end, …" closes what has a name and no role, as a legend: nothing but its name is said.
            nameless = phrase.startswith("end, ")
            begin = phrase.removeprefix("end, ").removeprefix("end of ")
            waiting.append(_Said(begin, "heading" if nameless else begin.split(",")[0]))
            known.append(_Said(phrase, waiting[-1].role, closes=True))
        elif waiting and waiting[-1].phrase == phrase:
            known.append(waiting.pop()._replace(opens=True))
        else:
            known.append(_Said(phrase, phrase.split(",")[0]))
    return known[::-1]


def _same_each_time(phrase: str, moments: Iterable[str]) -> str:
    for moment in filter(None, moments):
        phrase = phrase.replace(moment, "<date>")
    for pattern, words in _REPLACED:
        phrase = pattern.sub(words, phrase)
    return phrase
