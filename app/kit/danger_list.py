"""The lists of phrases that tell danger (app/kit/danger_words/), made ready to look with, and as phones get them."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import yaml

from app.kit.danger_text import Spelling, plain, without_doubles

FOLDER = Path(__file__).with_name("danger_words")
NUMBERS = ("911", "988")
CONTROLS = ("harmless", "not", "not_now", "now")

Group = str
"""The name of a group of phrases, or for a phrase that has none, the phrase."""

_LOADER: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_CHOICE = re.compile(r"\(([^()]*)\)")


@dataclass
class Node:
    """A word of a phrase. words, begins: what may follow it, as a whole word or as the beginning of one. groups: of the
    phrases that end here.
    """

    words: dict[str, "Node"] = field(default_factory=dict)
    begins: dict[str, "Node"] = field(default_factory=dict)
    groups: set[Group] = field(default_factory=set)

    def after(self, word: str) -> Iterator["Node"]:
        """The nodes that a word leads to."""
        if word in self.words:
            yield self.words[word]
        if self.begins:
            for length in range(1, len(word) + 1):
                if word[:length] in self.begins:
                    yield self.begins[word[:length]]


@dataclass(frozen=True)
class Phrases:
    """The list of one language.

    letters, little: by which a text is known to be in it (`little`: short words, folded). glued: what may be written as
    part of the next word. near: how many words may stand between the parts of a rule. rules: by the number to call, each
    a row of groups.
    """

    spelling: Spelling
    letters: re.Pattern[str] | None
    little: frozenset[str]
    glued: re.Pattern[str] | None
    near: int
    root: Node
    rules: Mapping[str, list[tuple[Group, ...]]]

    def forms(self, word: str) -> list[str]:
        """A word, and what is left of it without what may be glued to it."""
        forms = [word]
        while self.glued and (shorter := self.glued.sub("", forms[-1])) != forms[-1]:
            forms.append(shorter)
        return forms


@cache
def codes() -> tuple[str, ...]:
    """The lists there are, by their file's name."""
    return tuple(sorted(file.stem for file in FOLDER.glob("*.yaml")))


def list_of(language: str) -> str:
    """The list for a language of the portal: Chinese in both of its scripts has one."""
    return language.partition("-")[0]


@cache
def phrases(code: str) -> Phrases:
    """The list of this code, ready to look with."""
    written = published(code)
    letters = {ord(other): letter for letter, other in written["same"].split()}
    spelling = Spelling(letters, marks=bool(written["marks"]))
    spelling = replace(spelling, skipped=frozenset(plain(written["skipped"], spelling)))
    root = Node()
    groups = {f"<{name}>": lines for name, lines in written["words"].items()}

    def add(phrase: str, group: Group) -> None:
        for name, lines in groups.items():
            phrase = phrase.replace(name, f"({lines.replace(',', '|')})")
        _add(root, phrase, group, spelling)

    for group, lines in [*((name, written[name]) for name in CONTROLS), *groups.items()]:
        for phrase in _parts(lines, ","):
            add(phrase, group)
    rules: dict[str, list[tuple[Group, ...]]] = {}
    for number in NUMBERS:
        for phrase in _parts(written[f"{number} alone"], ","):
            add(phrase, f"{number} alone")
        rules[number] = [(number,)]
        for line in _parts(written[number], ","):
            rule = tuple(_parts(line, "+"))
            for part in rule:
                if part not in groups:
                    add(part, number if len(rule) == 1 else part)
            if len(rule) > 1:
                rules[number].append(rule)
    return Phrases(
        spelling,
        _pattern("[{}]", written["letters"]),
        frozenset(written["little"].split()),
        _pattern("^(?:{})(?=..)", written["glued"]),
        written["near"],
        root,
        rules,
    )


def published(code: str) -> dict[str, Any]:
    """A list as phones get it: as it is written, without what is only for its readers."""
    with (FOLDER / f"{code}.yaml").open(encoding="utf-8") as file:
        written = yaml.load(file, _LOADER)  # noqa: S506 - it is the safe one
    listed = {
        "near": written["near"],
        **{name: written.get(name, "") for name in ("letters", "little", "skipped", "same", "glued", "marks")},
        **{name: _plain(written[name]) for name in CONTROLS},
        "words": {name: _plain(lines) for name, lines in written["words"].items()},
    }
    for number in NUMBERS:
        kinds = dict(written[number])
        listed[f"{number} alone"] = _plain(kinds.pop("alone", ""))
        listed[number] = ",".join(_plain(lines) for lines in kinds.values())
    return listed


def _plain(lines: str) -> str:
    rules = _parts(lines.replace("\n", ","), ",")
    return ",".join("+".join(_parts(rule, "+")) for rule in rules)


def _parts(text: str, sign: str) -> list[str]:
    return [part.strip() for part in text.split(sign) if part.strip()]


def _pattern(around: str, inside: str) -> re.Pattern[str] | None:
    return re.compile(around.format(inside)) if inside else None


def _add(root: Node, phrase: str, group: Group, spelling: Spelling) -> None:
    """Put a phrase under a root, in each of the ways it may be written."""
    known: dict[str, list[tuple[str, ...]]] = {}
    for written in _ways(phrase):
        words = [word for part in written.split() for word in known.get(part) or known.setdefault(part, _words(part, spelling))]
        for row in product(*words) if len(words) > 1 else [word[:1] for word in words]:
            node = root
            for word in row:
                after = node.begins if word.endswith("*") else node.words
                node = after.setdefault(word.removesuffix("*"), Node())
            node.groups.add(group)


def _ways(phrase: str) -> Iterator[str]:
    """The phrases that one with choices stands for: "(is|was) not" is two."""
    choice = _CHOICE.search(phrase)
    if choice is None:
        yield phrase
        return
    for chosen in choice[1].split("|"):
        yield from _ways(phrase[: choice.start()] + chosen + phrase[choice.end() :])


def _words(part: str, spelling: Spelling) -> list[tuple[str, ...]]:
    """The comparable words of what is written without a space, each in its forms: as it is, and without its marks."""
    words = zip(plain(part, spelling), plain(part, replace(spelling, marks=False)), strict=True)
    said = [
        (word,) if bare == word or bare in spelling.skipped else (word, bare)
        for word, bare in words
        if word not in spelling.skipped
    ]
    rows = [tuple(map(without_doubles, forms)) for forms in said]
    if part.endswith("*") and rows:
        rows[-1] = tuple(f"{form}*" for form in rows[-1])
    return rows
