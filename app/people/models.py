"""People at the desk as they are kept, and what the rules need from storage."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from sqlmodel import Field

from app.db.base import Table
from app.ledger.models import Taken
from i18n.locales import DEFAULT_LOCALE

SESSION_LENGTH = timedelta(hours=12)

SESSION_IDLE = timedelta(hours=2)


class Role(StrEnum):
    """What somebody may do. DESK works on requests; ADMIN also looks after people."""

    DESK = "desk"
    ADMIN = "admin"


class Person(Table, table=True):
    """Somebody who works at the desk. email: lower case, the name to sign in with. locale: of the desk's
    screens.
    """

    __tablename__ = "person"

    id: str = Field(primary_key=True)
    email: str = Field(unique=True)
    name: str
    password_hash: str
    role: str
    active: bool = True
    locale: str = DEFAULT_LOCALE

    def __repr_args__(self) -> list[tuple[str | None, str]]:
        return [("id", self.id)]


class DeskSession(Table, table=True):
    """A sign-in. token_hash: SHA-256 of the cookie's token. All times are UTC."""

    __tablename__ = "session"

    token_hash: str = Field(primary_key=True)
    person_id: str = Field(foreign_key="person.id", index=True)
    created_at: datetime
    expires_at: datetime = Field(index=True)
    last_seen_at: datetime

    def is_valid(self, now: datetime) -> bool:
        """Whether this sign-in still counts: within its whole length, and not left alone for too long."""
        return now < self.expires_at and now - self.last_seen_at < SESSION_IDLE


class SignInFailure(Table, table=True):
    """A try to sign in that has not succeeded. key: hash of the account and of where it was tried, so neither can be
    read here.
    """

    __tablename__ = "sign_in_failure"

    id: str = Field(primary_key=True)
    key: str = Field(index=True)
    at: datetime = Field(index=True)


@dataclass(frozen=True)
class SignedIn:
    """A successful sign-in. token: for the cookie, known to nobody else; expires_at: UTC.

    mark: for the device, which is known from now on; other_marks: those that the device holds of other people.
    failures: tries with this account that had failed within a day.
    """

    token: str
    expires_at: datetime
    person_id: str
    mark: str = ""
    failures: int = 0
    other_marks: tuple[str, ...] = ()


class PeopleTransaction(Protocol):
    """One open transaction that may write."""

    def person_by_email(self, email: str) -> Person | None:
        """The person with this account name, or None; changes to them are kept."""

    def add_person(self, person: Person) -> bool:
        """Add somebody; False, and nothing done, if the e-mail address is taken."""

    def failures(self, key: str, since: datetime) -> list[datetime]:
        """When tries under this key failed, since then."""

    def add_failure(self, failure: SignInFailure) -> None:
        """Remember a failed try."""

    def forget_failures(self, key: str) -> None:
        """Forget all failures of this key."""

    def forget_failure(self, id: str) -> None:
        """Forget one failure."""

    def forget_old_failures(self, before: datetime) -> None:
        """Forget the failures of everybody before that time."""

    def add_session(self, session: DeskSession) -> None:
        """Remember a sign-in."""

    def remember(self, taken: Taken) -> None:
        """Keep in mind, outside of the database too, that a password was replaced."""

    def end_session(self, token_hash: str) -> None:
        """End one sign-in for good."""

    def end_sessions(self, person_id: str) -> None:
        """End every sign-in of a person for good."""

    def forget_sessions(self, before: datetime) -> None:
        """Forget sign-ins that ended before that time, but for the one that says when their person was last there."""


class PeopleStore(Protocol):
    """People, their sign-ins, and failed tries."""

    def writing(self) -> AbstractContextManager[PeopleTransaction]:
        """An open transaction; it is on the disk when the block ends."""

    def session_and_person(self, token_hash: str) -> tuple[DeskSession, Person] | None:
        """A sign-in and whose it is, or None."""

    def person_named(self, email: str) -> Person | None:
        """The person with this account name, or None; only to be read."""

    def everybody(self) -> list[tuple[Person, datetime | None]]:
        """All people, and when each was last there (UTC), by name; only to be read."""

    def remember_seen(self, token_hash: str, now: datetime) -> None:
        """Remember that somebody was there, if nobody else writes at this moment: a look never waits for that."""
