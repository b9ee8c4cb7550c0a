"""Finds the sentences of a city pack for Babel, so that `pybabel extract` collects them, file by file."""

from collections.abc import Iterator
from typing import Any, BinaryIO

from app.city.yaml_lines import KeyPath, parse_document
from i18n.vital import VITAL_NOTE

# Under each top-level key of a pack's files: the keys whose values people read.
_TEXT_KEYS: dict[str, frozenset[str]] = {
    "contact": frozenset({"hours"}),
    "emergency_text": frozenset({"limits"}),
    "rights": frozenset({"name", "note"}),
    "examples": frozenset({"search"}),
    "bureaus": frozenset({"name"}),
    "groups": frozenset({"name", "description"}),
    "services": frozenset(
        {"service_name", "description", "photo_hint", "when", "name", "datatype_description", "advice"}
    ),
}
_COMMENTS = {
    "keywords": "Words people type to find this. Write your language's own words, separated by commas.",
    "when": VITAL_NOTE,
}
"""What translators are told, by the key."""

BabelMessage = tuple[int, str, str, list[str]]


def extract_pack(
    fileobj: BinaryIO,
    keywords: object,
    comment_tags: object,
    options: object,
) -> Iterator[BabelMessage]:
    """Yield (line, function name, sentence, comments) of every sentence in one YAML file of a pack.

    Raises ValueError for a file that cannot be read, with its first problem.
    """
    document, problems = parse_document(getattr(fileobj, "name", "city pack"), fileobj.read())
    if problems:
        raise ValueError(str(problems[0]))
    for top_key, text_keys in _TEXT_KEYS.items():
        for path, text in _texts(document.data.get(top_key), (top_key,), text_keys):
            yield document.line(path), "", text, [note for key, note in _COMMENTS.items() if key == path[-1]]


def _texts(value: Any, path: KeyPath, text_keys: frozenset[str]) -> Iterator[tuple[KeyPath, str]]:
    if path[-1] in text_keys and isinstance(value, str):
        yield path, value.strip()
    elif path[-1] == "keywords" and isinstance(value, tuple):
        yield path, ", ".join(str(keyword).strip() for keyword in value)
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _texts(inner, (*path, key), text_keys)
    elif isinstance(value, tuple):
        for i, inner in enumerate(value):
            yield from _texts(inner, (*path, i), text_keys)
