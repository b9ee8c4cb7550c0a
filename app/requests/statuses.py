"""The states a request can be in, their words, and which may follow which."""

from enum import StrEnum
from typing import Literal

from i18n import N_, Message


class Status(StrEnum):
    """Where a request stands. The values are stored and part of the programming interface; the words are
    not.
    """

    SUBMITTED = "submitted"
    IN_PROGRESS = "in_progress"
    ON_HOLD = "on_hold"
    FIXED = "fixed"
    CLOSED = "closed"

    @property
    def is_open(self) -> bool:
        """Whether the city still has something to do."""
        return self in OPEN

    @property
    def open311(self) -> Literal["open", "closed"]:
        """The coarse state of GeoReport v2 §7."""
        return "open" if self.is_open else "closed"

    @property
    def words(self) -> Message:
        """What people read."""
        return _WORDS[self]

    def may_become(self, other: "Status") -> bool:
        """Whether staff may move a request from here to there."""
        return other in _MOVES[self]


OPEN = frozenset({Status.SUBMITTED, Status.IN_PROGRESS, Status.ON_HOLD})

_WORDS = {
    # Translators: a status of a request: the city has it, nobody has begun yet.
    Status.SUBMITTED: N_("Received"),
    Status.IN_PROGRESS: N_("Being worked on"),
    Status.ON_HOLD: N_("Waiting"),
    Status.FIXED: N_("Fixed"),
    Status.CLOSED: N_("Closed"),
}

# Whatever is finished can be taken up again; nothing goes back to "Received" except when the reporter reopens
# it.
_MOVES: dict[Status, frozenset[Status]] = {
    Status.SUBMITTED: frozenset({Status.IN_PROGRESS, Status.ON_HOLD, Status.FIXED, Status.CLOSED}),
    Status.IN_PROGRESS: frozenset({Status.ON_HOLD, Status.FIXED, Status.CLOSED}),
    Status.ON_HOLD: frozenset({Status.IN_PROGRESS, Status.FIXED, Status.CLOSED}),
    Status.FIXED: frozenset({Status.IN_PROGRESS, Status.CLOSED}),
    Status.CLOSED: frozenset({Status.IN_PROGRESS, Status.FIXED}),
}

MUST_SAY_WHY = frozenset({Status.CLOSED, Status.ON_HOLD})
"""States that tell a person nothing without a note: why is it closed, what is it waiting for?"""
