"""People at the desk in the database, with their sign-ins and failed tries."""

import logging
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import Connection, Engine, bindparam, delete, func, literal, select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as WaitedTooLong
from sqlalchemy.orm import Session

from app.db.engine import read, write
from app.db.tables import FAILURES, PEOPLE, SESSIONS, insert_new
from app.ledger.file import Ledger
from app.ledger.store import Remembering, remembering
from app.people.models import DeskSession, Person, SignInFailure

_log = logging.getLogger(__name__)

F = FAILURES.c
S = SESSIONS.c


class PeopleStore:
    """Where people, their sign-ins and failed tries are kept."""

    def __init__(self, engine: Engine, ledger: Ledger | None = None) -> None:
        """ledger: where it is written down that a password was replaced; a running portal always has one."""
        self._engine = engine
        self._ledger = ledger

    @contextmanager
    def writing(self) -> Iterator["PeopleTransaction"]:
        """A transaction; it is on the disk when the block has ended without an exception."""
        with remembering(self._engine, self._ledger) as remembers:
            yield PeopleTransaction(remembers)

    def session_and_person(self, token_hash: str) -> tuple[DeskSession, Person] | None:
        """A sign-in and whose it is, in two look-ups."""
        with read(self._engine) as connection:
            session = connection.execute(_SESSION, {"token_hash": token_hash}).first()
            if session is None:
                return None
            person = connection.execute(_PERSON, {"id": session.person_id}).one()
            return DeskSession(**session._mapping), Person(**person._mapping)

    def person_named(self, email: str) -> Person | None:
        """The person with this account name, only to be read."""
        with read(self._engine) as connection:
            person = connection.execute(_PERSON_NAMED, {"email": email}).first()
            return None if person is None else Person(**person._mapping)

    def everybody(self) -> list[tuple[Person, datetime | None]]:
        """All people, and when each was last there, by name; only to be read."""
        with read(self._engine) as connection:
            rows = [dict(row._mapping) for row in connection.execute(_EVERYBODY)]
        return [(Person(**row), at) for row in rows for at in [row.pop("at")]]

    def remember_seen(self, token_hash: str, now: datetime) -> None:
        """Remember that somebody was there, if that needs no waiting; else the next look will."""
        try:
            with write(self._engine, patience=0) as session:
                session.execute(_SEEN, {"of": token_hash, "now": now})
        except (OperationalError, WaitedTooLong) as error:
            _log.info("not remembered who was there: %s", type(error).__name__)


def suspended(connection: Connection) -> frozenset[str]:
    """Ids of the people who may not work at the desk for now."""
    return frozenset(connection.execute(_SUSPENDED).scalars())


def forget_password(session: Session, id: str, at: datetime) -> None:
    """Let nobody sign in with a password that has come back; they need a new one.

    id: of the person, with the password's hash (`part_id`). at: when it was replaced, UTC.
    """
    person_id, _, password_hash = id.partition("/")
    which = (PEOPLE.c.id == person_id, PEOPLE.c.password_hash == password_hash)
    session.execute(update(PEOPLE).where(*which).values(password_hash=""))


def suspend_again(session: Session, id: str, at: datetime) -> None:
    """Let somebody who was suspended not come back with a restored database. id: of the person."""
    session.execute(update(PEOPLE).where(PEOPLE.c.id == id).values(active=False))
    session.execute(_ENDED.where(S.person_id == id))


def resume_again(session: Session, id: str, at: datetime) -> None:
    """Let somebody work again whose suspension was lifted. id: of the person."""
    session.execute(update(PEOPLE).where(PEOPLE.c.id == id).values(active=True))


def names_of(connection: Connection, ids: Collection[str]) -> dict[str, str]:
    """Id -> name, for the people in a request's history."""
    return {row.id: row.name for row in connection.execute(_NAMES, {"ids": sorted(ids)})} if ids else {}


_SESSION = select(SESSIONS).where(S.token_hash == bindparam("token_hash"))
_SEEN = update(SESSIONS).where(S.token_hash == bindparam("of")).values(last_seen_at=bindparam("now"))
_SUSPENDED = select(PEOPLE.c.id).where(PEOPLE.c.active.is_(False))
_LAST_SEEN = select(S.person_id, func.max(S.last_seen_at).label("at")).group_by(S.person_id).subquery()
_EVERYBODY = (
    select(PEOPLE, _LAST_SEEN.c.at)
    .outerjoin(_LAST_SEEN, _LAST_SEEN.c.person_id == PEOPLE.c.id)
    .order_by(PEOPLE.c.name, PEOPLE.c.email)
)
# No cookie ever finds it again; it goes on saying when its person was last there.
_ENDED = (
    update(SESSIONS)
    .where(S.expires_at > S.created_at)
    .values(token_hash=literal("ended ") + S.token_hash, expires_at=S.created_at)
)
_LATER = SESSIONS.alias("later")
_NAMES = select(PEOPLE.c.id, PEOPLE.c.name).where(PEOPLE.c.id.in_(bindparam("ids", expanding=True)))
_PERSON_NAMED = select(PEOPLE).where(PEOPLE.c.email == bindparam("email"))
_PERSON = select(PEOPLE).where(PEOPLE.c.id == bindparam("id"))


class PeopleTransaction:
    """One open transaction that may write."""

    def __init__(self, remembers: Remembering) -> None:
        self._session = remembers.session
        self.remember = remembers.remember

    def person_by_email(self, email: str) -> Person | None:
        """The person with this account name; changes to them are kept."""
        return self._session.scalars(select(Person).where(PEOPLE.c.email == email)).one_or_none()

    def add_person(self, person: Person) -> bool:
        """Add somebody; False, and nothing done, if the e-mail address is taken."""
        return insert_new(self._session, PEOPLE, person.model_dump())

    def failures(self, key: str, since: datetime) -> list[datetime]:
        """When tries under this key failed, since then."""
        return list(self._session.execute(select(F.at).where(F.key == key, F.at >= since)).scalars())

    def add_failure(self, failure: SignInFailure) -> None:
        """Remember a failed try."""
        self._session.execute(FAILURES.insert(), failure.model_dump())

    def forget_failures(self, key: str) -> None:
        """Forget all failures of this key."""
        self._session.execute(delete(FAILURES).where(F.key == key))

    def forget_failure(self, id: str) -> None:
        """Forget one failure."""
        self._session.execute(delete(FAILURES).where(F.id == id))

    def forget_old_failures(self, before: datetime) -> None:
        """Forget the failures of everybody before that time."""
        self._session.execute(delete(FAILURES).where(F.at < before))

    def add_session(self, session: DeskSession) -> None:
        """Remember a sign-in."""
        self._session.execute(SESSIONS.insert(), session.model_dump())

    def end_session(self, token_hash: str) -> None:
        """End one sign-in for good."""
        self._session.execute(_ENDED.where(S.token_hash == token_hash))

    def end_sessions(self, person_id: str) -> None:
        """End every sign-in of a person for good."""
        self._session.execute(_ENDED.where(S.person_id == person_id))

    def forget_sessions(self, before: datetime) -> None:
        """Forget sign-ins that ended before that time, but for the one that says when their person was last there."""
        seen_later = (
            select(_LATER.c.token_hash)
            .where(_LATER.c.person_id == S.person_id, _LATER.c.last_seen_at > S.last_seen_at)
            .exists()
        )
        self._session.execute(delete(SESSIONS).where(S.expires_at < before, seen_later))
