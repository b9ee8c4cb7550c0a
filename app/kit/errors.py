"""What can be wrong with something a person asked for, in words that can be shown to that person."""

from collections.abc import Iterable
from dataclasses import dataclass

from i18n import Message


@dataclass(frozen=True)
class FieldError:
    """One thing to mend in a form.

    field: the form's name of the field, as `description`, `attribute[SIZE]`, `lat`, `media`.
    message: what to do about it, translated at the edge.
    """

    field: str
    message: Message


class Rejected(Exception):
    """What was sent cannot be accepted as it is; `errors` says what to mend, in the order of the form."""

    def __init__(self, errors: Iterable[FieldError]) -> None:
        self.errors: tuple[FieldError, ...] = tuple(errors)
        # Field names only: what the person typed must never reach a log.
        super().__init__(", ".join(error.field for error in self.errors))


class Conflict(Exception):
    """The same id was sent before with other content; nothing was overwritten."""


class NotFound(Exception):
    """There is no such thing, or the person asking may not know of it."""
