"""People at the desk as they are kept."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlmodel import Field

from app.db.base import Table
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
