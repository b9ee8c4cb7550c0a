"""A stretch of a text that is private, and of what kind."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a private string is."""

    PHONE = "phone"
    EMAIL = "email"
    NAME = "name-of-reporter"
    CODE = "gate-code"
    SOCIAL = "social"
    URL = "url"


@dataclass(frozen=True, slots=True)
class Span:
    """A private string within a text: from its first character up to, not including, `end`."""

    start: int
    end: int
    kind: Kind
