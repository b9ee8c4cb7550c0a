"""What was taken back, and what lifts that. It stays so whatever becomes of the database (app/storage/ledger.py)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlmodel import Field

from app.domain.base import Table


class Kind(StrEnum):
    """What somebody decided about a thing. Erased and disposed of means gone: nothing lifts that."""

    ERASE = "erase"
    DISPOSE = "dispose"
    HIDE = "hide"
    SHOW = "show"
    WITHDRAW = "withdraw"
    RESTORE = "restore"
    STOP = "stop"
    CONSENT = "consent"

    @property
    def about(self) -> "Kind":
        """What this does or lifts: of all decisions about one thing with the same answer here, the last one holds."""
        return _LIFTS.get(self, self)


_LIFTS = {Kind.SHOW: Kind.HIDE, Kind.RESTORE: Kind.WITHDRAW, Kind.CONSENT: Kind.STOP}
GONE = frozenset({Kind.DISPOSE, Kind.WITHDRAW})
"""A report of which one of these holds is not kept, and not taken in again."""


class Thing(StrEnum):
    """What it was decided about. Erased of a request are its contact details."""

    REQUEST = "request"
    UPDATE = "update"
    PHOTO = "photo"
    ADDRESS = "address"


@dataclass(frozen=True)
class Taken:
    """One decision. id: of the thing. at: when it was made, UTC."""

    kind: Kind
    thing: Thing
    id: str
    at: datetime


def part_id(request_id: str, id: str) -> str:
    """By what the ledger knows a part of a request.

    id: of a line of its history, or the SHA-256 of a photo's upload.
    """
    return f"{request_id}/{id}"


class TakenBack(Table, table=True):
    """The last decision about a thing, as the ledger has it.

    hash: keyed hash of the thing's id, so that a thing that is no longer there cannot be told from it.
    about: see `Kind.about`.
    """

    __tablename__ = "taken_back"

    thing: str = Field(primary_key=True)
    hash: str = Field(primary_key=True)
    about: str = Field(primary_key=True)
    kind: str
    at: datetime


class Housekeeping(Table, table=True):
    """What the portal notes for itself, by name."""

    __tablename__ = "housekeeping"

    name: str = Field(primary_key=True)
    value: str
