"""Reads one YAML file of a city pack and remembers on which line everything stands.

Only the plain part of YAML is allowed: mappings, lists and scalars. Anchors, aliases and tags are refused:
a pack needs none of them, and they are what hostile files are made of.
"""

import unicodedata
from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from app.city.problems import Problem

MAX_BYTES = 1_000_000
MAX_DEPTH = 20

KeyPath = tuple[str | int, ...]
# The C parser is ten times faster; the pure one is always there.
_Loader: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_SCALARS = {"null": "null", "bool": "bool", "int": "int", "float": "float", "str": "str", "timestamp": "str"}


@dataclass
class Document:
    """The content of a file as plain dicts, tuples and scalars, and the line of every key and list item.

    file: path inside the pack. lines: path of keys and indexes -> line, counted from 1.
    """

    file: str
    data: Any = None
    lines: dict[KeyPath, int] = field(default_factory=dict)

    def line(self, path: KeyPath) -> int:
        """Return the line of a path, or of the nearest thing around it that stands in the file."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def problem(self, path: KeyPath, reason: str) -> Problem:
        """Say what is wrong at a path."""
        return Problem(self.file, self.line(path), reason)


def read_document(folder: Path, file: str) -> tuple[Document, list[Problem]]:
    """Read a file of the pack; with problems, the document holds only what could be read (perhaps None)."""
    try:
        with (folder / file).open("rb") as stream:
            return parse_document(file, stream.read(MAX_BYTES + 1))
    except FileNotFoundError:
        return Document(file), [Problem(file, None, "this file is missing")]
    except OSError as error:
        return Document(file), [Problem(file, None, f"this file cannot be read: {error.strerror}")]


def parse_document(file: str, raw: bytes) -> tuple[Document, list[Problem]]:
    """Read the bytes of a file; `file` is the name problems are reported under."""
    document = Document(file)
    text = _decode(raw, document)
    if isinstance(text, Problem):
        return document, [text]
    try:
        problems = list(_tricks(text, document))
        if problems:
            return document, problems
        node = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        return document, [Problem(file, mark.line + 1 if mark else 1, f"not valid YAML: {error.problem}")]
    except yaml.YAMLError as error:
        return document, [Problem(file, 1, f"not valid YAML: {error}")]
    if node is None:
        return document, [Problem(file, None, "this file is empty")]
    document.data = _plain(node, (), document, problems)
    return document, problems


def _decode(raw: bytes, document: Document) -> str | Problem:
    """Return the file's text, or why it cannot be read."""
    if len(raw) > MAX_BYTES:
        return Problem(document.file, None, f"this file is larger than {MAX_BYTES:,} bytes")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return Problem(document.file, raw.count(b"\n", 0, error.start) + 1, "this line is not UTF-8 text")
    for number, line in enumerate(text.split("\n"), start=1):
        if any(unicodedata.category(sign) == "Cc" and sign not in "\t\r" for sign in line):
            return Problem(document.file, number, "this line has a control character")
    return text


def _tricks(text: str, document: Document) -> Iterator[Problem]:
    """Find what a pack may not use, before anything is built from the text."""
    depth = documents = 0
    events: Iterator[Any] = yaml.parse(text, Loader=_Loader)
    for event in events:
        line = event.start_mark.line + 1
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            yield Problem(
                document.file, line, "names for parts of the file (& and *) are not allowed; repeat the text"
            )
            return
        if getattr(event, "tag", None):
            yield Problem(document.file, line, f'the tag "{event.tag}" is not allowed; write plain values')
            return
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                yield Problem(document.file, line, "a second document (---) is not allowed")
                return
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH:
            yield Problem(document.file, line, f"nested more than {MAX_DEPTH} deep")
            return


def _plain(node: yaml.Node, path: KeyPath, document: Document, problems: list[Problem]) -> Any:
    """Turn a YAML node into plain Python, noting lines; lists become tuples."""
    document.lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        return _plain_mapping(node, path, document, problems)
    if isinstance(node, yaml.SequenceNode):
        return tuple(_plain(item, (*path, i), document, problems) for i, item in enumerate(node.value))
    return _plain_scalar(node)


def _plain_mapping(
    node: yaml.MappingNode, path: KeyPath, document: Document, problems: list[Problem]
) -> dict[str, Any]:
    mapping: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key, line = _plain_scalar(key_node), key_node.start_mark.line + 1
        if not isinstance(key, str):
            problems.append(
                Problem(document.file, line, f"the key {key_node.value!r} must be text; put it in quotes")
            )
            continue
        if key in mapping:
            first = document.lines[(*path, key)]
            problems.append(
                Problem(document.file, line, f'"{key}" stands here again; the first is in line {first}')
            )
            continue
        document.lines[(*path, key)] = line
        mapping[key] = _plain(value_node, (*path, key), document, problems)
    return mapping


_constructor = yaml.constructor.SafeConstructor()


def _plain_scalar(node: yaml.Node) -> Hashable:
    """Return text, number, true, false or None; a value that YAML takes for anything else stays text."""
    if not isinstance(node, yaml.ScalarNode):
        return None
    kind = _SCALARS.get(node.tag.rpartition(":")[2], "str")
    try:
        value: Hashable = getattr(_constructor, f"construct_yaml_{kind}")(node)
    except ValueError:
        return str(node.value)
    return value
