"""Requests in the database: the transactions that change them. What is read is in the files beside this one."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import cache

from sqlalchemy import (
    Connection,
    Engine,
    Executable,
    and_,
    bindparam,
    case,
    delete,
    func,
    select,
)

from app.db.engine import read, scrub, write
from app.db.tables import FOLLOWERS, HOLDS, PHOTOS, REQUESTS, UNWANTED, UPDATES, insert_new, upsert
from app.kit.ids import make_id
from app.ledger.file import Ledger
from app.ledger.models import Kind, Taken, Thing
from app.ledger.store import (
    Merge,
    Remembering,
    holding,
    merge_left,
    note_scrubbed,
    note_unscrubbed,
    remembering,
    unscrubbed,
)
from app.photos.models import Photo, PhotoState
from app.requests.models import Author, Follower, RequestUpdate, ServiceRequest
from app.requests.protocol import Known, Transaction
from app.requests.store_terms import add_words, remove_words
from app.retention.models import LegalHold

R = REQUESTS.c
U = UPDATES.c
P = PHOTOS.c
F = FOLLOWERS.c


class RequestStore:
    """The rules' `Store` in a database."""

    def __init__(self, engine: Engine, ledger: Ledger | None = None) -> None:
        """ledger: where what is taken back is written down; a running portal always has one."""
        self._engine = engine
        self._ledger = ledger

    def known(self, id: str) -> Known | None:
        """What is known of the report with this id."""
        with read(self._engine) as connection:
            return _known(connection, self._ledger, id)

    @contextmanager
    def writing(self) -> Iterator[Transaction]:
        """A transaction; it is on the disk when the block has ended without an exception."""
        with remembering(self._engine, self._ledger) as remembers:
            yield RequestTransaction(remembers, self._ledger)

    def scrub(self) -> bool:
        """Remove what erased text may have left in files of the database. Tells whether all of it is gone; what is
        left, because somebody is reading, goes with the next call.

        Nor is it gone before the index of the search is merged (terms.py), which can take a while.
        """
        with read(self._engine) as connection:
            erased, is_merged = unscrubbed(connection), merge_left(connection) is Merge.NONE
        if not erased:
            return True
        if not scrub(self._engine) or not is_merged:
            return False
        with write(self._engine) as session:
            note_scrubbed(session, erased)
        return True


class RequestTransaction:
    """The rules' `Transaction` in a database."""

    def __init__(self, remembers: Remembering, ledger: Ledger | None) -> None:
        self._session = remembers.session
        self._remembers = remembers
        self._ledger = ledger

    def known(self, id: str) -> Known | None:
        """What is known of the report with this id."""
        return _known(self._session.connection(), self._ledger, id)

    def add_request(self, request: ServiceRequest) -> bool:
        """Add a request; False, and nothing done, if its id or its reference is taken."""
        if not insert_new(self._session, REQUESTS, request.model_dump()):
            return False
        add_words(self._session, request)
        return True

    def request(self, id: str) -> ServiceRequest | None:
        """The request with this id, locked until the end; changes to it are kept."""
        return self._session.get(ServiceRequest, id, with_for_update=True)

    def request_by_reference(self, reference: str) -> ServiceRequest | None:
        """The request with this reference number, locked until the end; changes to it are kept."""
        query = select(ServiceRequest).where(R.reference == reference).with_for_update()
        return self._session.scalars(query).one_or_none()

    def received_before(self, before: datetime, *, after: str, limit: int) -> list[ServiceRequest]:
        """Requests that came before a time (UTC), in the order of their ids from the one after `after` on."""
        query = select(ServiceRequest).where(R.received_at < before, R.id > after).order_by(R.id).limit(limit)
        return list(self._session.scalars(query.with_for_update()))

    def add_update(self, update: RequestUpdate) -> None:
        """Add a line to a request's history."""
        self._session.execute(UPDATES.insert(), update.model_dump())

    def own_texts(self, request_id: str) -> list[RequestUpdate]:
        """The lines in which the person who reported it wrote something, oldest first; changes to them are kept."""
        query = select(RequestUpdate).where(
            U.request_id == request_id, U.author == Author.REPORTER.value, U.text != ""
        )
        return list(self._session.scalars(query.order_by(U.at, U.id)))

    def has_update(self, id: str) -> bool:
        """Whether this line is there already."""
        return self._session.execute(select(U.id).where(U.id == id)).first() is not None

    def count_updates(self, request_id: str, author: Author) -> int:
        """How many lines of this author a request's history has."""
        query = select(func.count()).where(U.request_id == request_id, U.author == author.value)
        return self._session.execute(query).scalar_one()

    def photo(self, request_id: str, sha256: str) -> Photo | None:
        """A photo; changes to it are kept."""
        return self._session.get(Photo, (request_id, sha256), with_for_update=True)

    def photos(self, request_id: str) -> list[Photo]:
        """A request's photos in the person's order, whatever became of them; changes to them are kept."""
        query = select(Photo).where(P.request_id == request_id).order_by(P.position, P.added_at)
        return list(self._session.scalars(query.with_for_update()))

    def count_photos(self, request_id: str) -> int:
        """How many photos a request has, whatever became of them."""
        return self._session.execute(select(func.count()).where(P.request_id == request_id)).scalar_one()

    def add_photo(self, photo: Photo) -> None:
        """Add a photo that is not there yet."""
        insert_new(self._session, PHOTOS, photo.model_dump())

    def attach_photos(self, request_id: str, photos: Sequence[Photo]) -> tuple[str, ...]:
        """Make these the photos of a new request, keep what has arrived of them, and forget earlier others.

        Returns the SHA-256 of those whose bytes are missing, in the person's order.
        """
        listed = {"id": request_id, "listed": [photo.sha256 for photo in photos]}
        for content in self._session.execute(_CONTENTS_OF_OTHERS, listed).scalars().all():
            insert_new(self._session, UNWANTED, {"content": content})
        self._session.execute(_FORGET_OTHERS, listed)
        if not photos:
            return ()
        attach = _attach(self._session.get_bind().dialect.name)
        self._session.execute(attach, [photo.model_dump() for photo in photos])
        return _photos_missing(self._session.connection(), request_id)

    def has_follower(self, request_id: str, key_hash: str) -> bool:
        """Whether this one follows the request."""
        query = select(F.at).where(F.request_id == request_id, F.key_hash == key_hash)
        return self._session.execute(query).first() is not None

    def add_follower(self, follower: Follower) -> None:
        """Add somebody who follows a request and did not before."""
        self._session.execute(FOLLOWERS.insert(), follower.model_dump())

    def remove_follower(self, request_id: str, key_hash: str) -> bool:
        """Forget somebody who follows a request; False if nobody did with this key."""
        gone = delete(FOLLOWERS).where(F.request_id == request_id, F.key_hash == key_hash)
        return self._session.connection().execute(gone).rowcount == 1

    def remember(self, taken: Taken) -> None:
        """Keep in mind, outside of the database too, that something was taken back, or what lifts that."""
        self._remembers.remember(taken)

    def taken_back(self, thing: Thing, id: str) -> dict[Kind, datetime]:
        """What was taken back of a thing and not lifted since, and when (UTC)."""
        return _taken_back(self._session.connection(), self._ledger, thing, id)

    def dispose(self, request_id: str) -> None:
        """Delete a request with all that belongs to it; the files of its pictures follow later."""
        self.dispose_photos(request_id)
        remove_words(self._session, request_id)
        for table, column in (
            (UPDATES, U.request_id),
            (FOLLOWERS, F.request_id),
        ):
            self._session.execute(delete(table).where(column == request_id))
        self._session.execute(delete(REQUESTS).where(R.id == request_id))
        self._session.expire_all()

    def dispose_photos(self, request_id: str) -> list[str]:
        """Delete the photos of a request; the files follow later. Returns the SHA-256 of each, as it was uploaded."""
        photos = self._session.execute(select(P.sha256).where(P.request_id == request_id)).scalars().all()
        for sha256 in photos:
            self.dispose_photo(request_id, sha256)
        return list(photos)

    def dispose_photo(self, request_id: str, sha256: str) -> None:
        """Delete one photo; its files follow later."""
        which = (P.request_id == request_id, P.sha256 == sha256)
        content = self._session.execute(select(P.content).where(*which)).scalar()
        if content is not None:
            insert_new(self._session, UNWANTED, {"content": content})
        self._session.execute(delete(PHOTOS).where(*which))
        note_unscrubbed(self._session, make_id())

    def hold(self, id: str) -> LegalHold | None:
        """The legal hold with this id, lifted or not; changes to it are kept."""
        return self._session.get(LegalHold, id)

    def holds(self) -> list[LegalHold]:
        """The legal holds that are on; changes to them are kept."""
        on = HOLDS.c.lifted_at.is_(None)
        return list(self._session.scalars(select(LegalHold).where(on).order_by(HOLDS.c.set_at)))

    def add_hold(self, hold: LegalHold) -> None:
        """Set a legal hold."""
        self._session.add(hold)

    def mark(self, what: str, value: str) -> str:
        """A keyed hash that stands for a value. what: of which kind it is. Raises LookupError without a ledger."""
        if self._ledger is None:
            raise LookupError("no key for marks")
        return self._ledger.hash_of(what, value)


_OTHERS = and_(P.request_id == bindparam("id"), P.sha256.not_in(bindparam("listed", expanding=True)))
_CONTENTS_OF_OTHERS = select(P.content).where(_OTHERS, P.content.is_not(None)).distinct()
_FORGET_OTHERS = delete(PHOTOS).where(_OTHERS)


@cache
def _attach(dialect: str) -> Executable:
    """Add photos, or complete what has come of them before their text."""
    new = upsert(dialect, PHOTOS)
    words = new.excluded.description
    return new.on_conflict_do_update(
        index_elements=[P.request_id, P.sha256],
        set_={
            "attached": new.excluded.attached,
            "position": new.excluded.position,
            "description": case((words == "", P.description), else_=words),
            "upload_bytes": func.coalesce(P.upload_bytes, new.excluded.upload_bytes),
            "look": new.excluded.look,
        },
    )


_KNOWN = select(R.digest, R.reference).where(R.id == bindparam("id"))
# Refused ones, too: a device that does not know it asks, and is told why.
_MISSING = (
    select(P.sha256)
    .where(P.request_id == bindparam("id"), P.state != PhotoState.STORED.value)
    .order_by(P.position)
)


def _known(connection: Connection, ledger: Ledger | None, id: str) -> Known | None:
    row = connection.execute(_KNOWN, {"id": id}).first()
    if row is not None:
        return Known(row.digest, row.reference, _photos_missing(connection, id))
    if Kind.DISPOSE in _taken_back(connection, ledger, Thing.REQUEST, id):
        return Known("", "", (), is_gone=True)
    return None


def _taken_back(connection: Connection, ledger: Ledger | None, thing: Thing, id: str) -> dict[Kind, datetime]:
    return {} if ledger is None else holding(connection, thing, ledger.hash_of(thing, id))


def is_gone(connection: Connection, ledger: Ledger, request_id: str) -> bool:
    """Whether the city has had the report with this id, and no longer keeps it."""
    return Kind.DISPOSE in _taken_back(connection, ledger, Thing.REQUEST, request_id)


def _photos_missing(connection: Connection, request_id: str) -> tuple[str, ...]:
    return tuple(connection.execute(_MISSING, {"id": request_id}).scalars())
