"""What was taken back, and what lifts that. It stays so whatever becomes of the database (app/ledger/file.py)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlmodel import Field

from app.db.base import Table


class Kind(StrEnum):
    """What somebody decided about a thing. Erased and disposed of means gone: nothing lifts that.

    SHOW lifts HIDE, CONSENT (given anew) lifts STOP, LIFT lifts HOLD, RESUME lifts SUSPEND.
    """

    ERASE = "erase"
    DISPOSE = "dispose"
    HIDE = "hide"
    SHOW = "show"
    STOP = "stop"
    CONSENT = "consent"
    HOLD = "hold"
    LIFT = "lift"
    SUSPEND = "suspend"
    RESUME = "resume"

    @property
    def about(self) -> "Kind":
        """What this does or lifts: of all decisions about one thing with the same answer here, the last one holds."""
        return _LIFTS.get(self, self)


_LIFTS = {Kind.SHOW: Kind.HIDE, Kind.CONSENT: Kind.STOP, Kind.LIFT: Kind.HOLD, Kind.RESUME: Kind.SUSPEND}


class Thing(StrEnum):
    """What it was decided about. Erased of a request are its contact details.

    HOLD: a legal hold. ALERT: the first message of an alert, for all of it. PASSWORD: what somebody at the desk signed
    in with until it was replaced. PERSON: somebody at the desk.
    """

    REQUEST = "request"
    UPDATE = "update"
    PHOTO = "photo"
    FOLLOWER = "follower"
    HOLD = "hold"
    ALERT = "alert"
    PERSON = "person"
    PASSWORD = "password"  # noqa: S105 - the name of a thing


@dataclass(frozen=True)
class Covers:
    """What a legal hold covers, as the ledger may know it: so that it can be set again, and nobody can read on what.

    id: of the hold. scheme: what of a report is compared (app/retention/holds.py). marks: keyed hashes, one of which a
    report has to have.
    """

    id: str
    scheme: str
    marks: tuple[str, ...]


@dataclass(frozen=True)
class Taken:
    """One decision. id: of the thing. at: when it was made, UTC. covers: of a hold that is set."""

    kind: Kind
    thing: Thing
    id: str
    at: datetime
    covers: Covers | None = None


def part_id(request_id: str, id: str) -> str:
    """By what the ledger knows a part of a request, or of a person.

    id: of a line of its history, the SHA-256 of a photo's upload, the hash of a follower's key, or of a password.
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
