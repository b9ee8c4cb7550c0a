"""Sentences that are written down now and translated later, at the edge, in the reader's language."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Message:
    """A sentence in English with its values, not yet translated.

    text: the English source sentence, which is also the catalog's key; placeholders are `%(name)s`.
    plural: the English plural form, or None; the number is `values["num"]`.
    values: what fills the placeholders; a value may itself be a Message. A float is written with one decimal, and
        with the decimal sign of the language.
    """

    text: str
    values: Mapping[str, Any] = field(default_factory=dict, hash=False)
    plural: str | None = None


def N_(text: str, /, **values: Any) -> Message:  # noqa: N802 - gettext's own name for "translate later"
    """Mark a sentence for translation at the edge."""
    return Message(text, values)


def N_n(singular: str, plural: str, /, *, num: int, **values: Any) -> Message:  # noqa: N802
    """Mark a sentence that depends on the number `num` for translation at the edge."""
    return Message(singular, {"num": num, **values}, plural)
