"""The lists of phrases that tell danger (app/kit/danger_words/), made ready to look with, and as phones get them."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import yaml

from app.kit.danger_text import Spelling, plain, shortened

FOLDER = Path(__file__).with_name("danger_words")
NUMBERS = ("911", "988")
CONTROLS = ("harmless", "not", "not_now", "now")
"""Groups of phrases that decide which others count."""

Group = str
"""`<child>`, a group of the list; one of CONTROLS; a number to call, or "911 alone"; or a part of a rule, by itself."""
Rule = tuple[Group, ...]
"""Groups that stand near each other."""

_SPELLING = ("skipped", "same", "glued", "marks", "doubles")
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
    part of the next word. near: how many words may stand between the parts of a rule. rules: by the number to call.
    """

    spelling: Spelling
    letters: re.Pattern[str] | None
    little: frozenset[str]
    glued: re.Pattern[str] | None
    near: int
    root: Node
    rules: Mapping[str, list[Rule]]

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


def published(code: str) -> dict[str, Any]:
    """A list as phones get it: as it is written, without what is only for its readers."""
    written = _written(code)
    listed = {
        "near": written["near"],
        **{name: written.get(name, "") for name in _SPELLING},
        **{name: _joined(written[name]) for name in CONTROLS},
        "words": {name: _joined(lines) for name, lines in written["words"].items()},
    }
    for number in NUMBERS:
        kinds = {kind: _joined(lines) for kind, lines in written[number].items()}
        listed[f"{number} alone"] = kinds.pop("alone")
        listed[number] = ",".join(kinds.values())
    return listed


def told_apart() -> dict[str, dict[str, str]]:
    """By what a text is known to be in the language of each list, as phones get it."""
    return {code: {name: _written(code)[name] for name in ("letters", "little")} for code in codes()}


def packed(content: Mapping[str, Any]) -> bytes:
    """What phones get as JSON, as short as can be."""
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


@cache
def phrases(code: str) -> Phrases:
    """The list of this code, ready to look with."""
    listed, known = published(code), told_apart()[code]
    letters = {ord(other): letter for letter, other in listed["same"].split()}
    spelling = Spelling(letters, marks=bool(listed["marks"]), doubles=bool(listed["doubles"]))
    spelling = replace(spelling, skipped=frozenset(plain(listed["skipped"], spelling)))
    tree = _Tree(spelling, {f"<{name}>": lines for name, lines in listed["words"].items()})
    for group, lines in {**{name: listed[name] for name in CONTROLS}, **tree.groups}.items():
        tree.add_all(lines, group)
    for number in NUMBERS:
        tree.add_all(listed[f"{number} alone"], f"{number} alone")
    return Phrases(
        spelling,
        _pattern("[{}]", known["letters"]),
        frozenset(known["little"].split()),
        _pattern("^(?:{})(?=..)", listed["glued"]),
        listed["near"],
        tree.root,
        {number: [(number,), *tree.add_rules(listed[number], number)] for number in NUMBERS},
    )


@cache
def _written(code: str) -> Mapping[str, Any]:
    with (FOLDER / f"{code}.yaml").open(encoding="utf-8") as file:
        written: Mapping[str, Any] = yaml.load(file, _LOADER)  # noqa: S506 - it is the safe one
    return written


def _joined(lines: str) -> str:
    """Phrases and rules, parted by commas alone and without needless spaces."""
    return ",".join("+".join(_parts(rule, "+")) for rule in _parts(lines.replace("\n", ","), ","))


def _parts(text: str, sign: str) -> list[str]:
    return [part.strip() for part in text.split(sign) if part.strip()]


def _pattern(around: str, inside: str) -> re.Pattern[str] | None:
    return re.compile(around.format(inside)) if inside else None


class _Tree:
    """All phrases of a list, word by word from the root. groups: the list's own, by their names."""

    def __init__(self, spelling: Spelling, groups: dict[Group, str]) -> None:
        self.root = Node()
        self.groups = groups
        self._spelling = spelling
        self._forms: dict[str, list[tuple[str, ...]]] = {}

    def add_rules(self, lines: str, number: str) -> Iterator[Rule]:
        """Add the phrases and the parts of rules; gives the rules of several parts."""
        for line in _parts(lines, ","):
            rule = tuple(_parts(line, "+"))
            for part in rule:
                if part not in self.groups:
                    self._add(part, part if len(rule) > 1 else number)
            if len(rule) > 1:
                yield rule

    def add_all(self, lines: str, group: Group) -> None:
        """Add the phrases of a group."""
        for phrase in _parts(lines, ","):
            self._add(phrase, group)

    def _add(self, phrase: str, group: Group) -> None:
        # A group may hold those before it.
        for name, lines in reversed(self.groups.items()):
            phrase = phrase.replace(name, f"({lines.replace(',', '|')})")
        for way in _ways(phrase):
            words = [word for part in way.split() for word in self._words(part)]
            # A single word without its marks would be many words.
            for row in product(*words) if len(words) > 1 else (word[:1] for word in words):
                self._put(row, group)

    def _put(self, words: tuple[str, ...], group: Group) -> None:
        node = self.root
        for word in words:
            after = node.begins if word.endswith("*") else node.words
            node = after.setdefault(word.removesuffix("*"), Node())
        node.groups.add(group)

    def _words(self, part: str) -> list[tuple[str, ...]]:
        """What is written without a space, as comparable words, each in its forms."""
        if part not in self._forms:
            self._forms[part] = _forms(part, self._spelling)
        return self._forms[part]


def _ways(phrase: str) -> Iterator[str]:
    """The phrases that one with choices stands for: "(is|was) not" is two."""
    choice = _CHOICE.search(phrase)
    if choice is None:
        yield phrase
        return
    for chosen in choice[1].split("|"):
        yield from _ways(phrase[: choice.start()] + chosen + phrase[choice.end() :])


def _forms(part: str, spelling: Spelling) -> list[tuple[str, ...]]:
    """Comparable words, each as it is written and, if that is another form, without its marks."""
    words = zip(plain(part, spelling), plain(part, replace(spelling, marks=False)), strict=True)
    said = [
        (word,) if bare == word or bare in spelling.skipped else (word, bare)
        for word, bare in words
        if word not in spelling.skipped
    ]
    rows = [tuple(shortened(form, spelling) for form in forms) for forms in said]
    if part.endswith("*") and rows:
        rows[-1] = tuple(f"{form}*" for form in rows[-1])
    return rows
