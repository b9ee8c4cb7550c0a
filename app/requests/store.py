"""Requests in the database: the transactions that change them and the queries that show them.

Reading goes without objects: rows carry the same names as the tables' classes and cost a third. Every list is
read along an index, a page at a time, and nothing is ever counted to its end, so a page costs the same
however much is stored.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Generic, TypeVar, cast

from sqlalchemy import (
    ColumnElement,
    Connection,
    CursorResult,
    Engine,
    Executable,
    Row,
    Select,
    and_,
    bindparam,
    case,
    delete,
    false,
    func,
    select,
    union_all,
)

from app.db.cursors import Cursor
from app.db.engine import driver, read, scrub, write
from app.db.tables import (
    FOLLOWERS,
    HOLDS,
    PHOTOS,
    REQUESTS,
    UNWANTED,
    UPDATES,
    WORDS,
    insert_new,
    upsert,
)
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
from app.moderation.looks import Look
from app.photos.models import Photo, PhotoState, refusal
from app.reports.references import is_reference
from app.requests.models import Author, Follower, RequestBase, RequestUpdate, ServiceRequest, UpdateKind
from app.requests.protocol import Known, Transaction
from app.requests.statuses import Status
from app.requests.store_filters import Order, QueueFilter
from app.requests.store_search import has_terms, search
from app.requests.store_terms import add_words, remove_words
from app.retention.models import LegalHold
from i18n import Message

MOST_UPDATES_SHOWN = 500
SEARCHED = 20_000
"""How many requests a search without the index looks through for one page; the next page goes on from there."""
DESCRIPTION_SHOWN = 300
"""How many characters of a description a list shows."""

R = REQUESTS.c
U = UPDATES.c
P = PHOTOS.c
F = FOLLOWERS.c


# --- changing
# -------------------------------------------------------------------------------------------------


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
        return cast("CursorResult[Any]", self._session.execute(gone)).rowcount == 1

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


# --- showing one request
# --------------------------------------------------------------------------------------

Shown = TypeVar("Shown", bound=RequestBase)


@dataclass(frozen=True)
class Loaded(Generic[Shown]):
    """A request with its history, oldest line first, and its photos, in the person's order."""

    request: Shown
    updates: Sequence[RequestUpdate]
    photos: Sequence[Photo]


# When staff talk about somebody, or contact details are erased, is nobody else's to know: the version that everybody
# can see (in ETags) does not count it. Each such line has made the version one higher.
_NOT_FOR_EVERYBODY = (UpdateKind.INTERNAL_NOTE, UpdateKind.CONTACT_ERASED)
_UNSEEN = (
    select(func.count()).where(U.request_id == R.id, U.kind.in_(_NOT_FOR_EVERYBODY)).correlate(REQUESTS)
).scalar_subquery()
_SEEN_VERSION = (R.version - _UNSEEN).label("version")
# The public page asks for public columns only: what is not fetched cannot leak.
_PUBLIC = select(*(R[name] for name in RequestBase.model_fields if name != "version"), _SEEN_VERSION).where(
    R.reference == bindparam("reference")
)
_WHOLE = select(REQUESTS).where(R.reference == bindparam("reference"))
_UPDATES = (
    select(UPDATES).where(U.request_id == bindparam("id")).order_by(U.at, U.id).limit(MOST_UPDATES_SHOWN)
)
_PUBLIC_UPDATES = _UPDATES.where(U.public)
_PHOTOS = select(PHOTOS).where(P.request_id == bindparam("id")).order_by(P.position, P.added_at)
_STORED_PHOTOS = _PHOTOS.where(P.state == PhotoState.STORED.value)


def public_request(connection: Connection, reference: str) -> Loaded[RequestBase] | None:
    """What the public page is made from, in three queries; None if there is no such request."""
    row = connection.execute(_PUBLIC, {"reference": reference}).first()
    if row is None:
        return None
    updates = connection.execute(_PUBLIC_UPDATES, {"id": row.id}).all()
    photos = connection.execute(_STORED_PHOTOS, {"id": row.id}).all()
    return Loaded(cast(RequestBase, row), _as(RequestUpdate, updates), _as(Photo, photos))


def whole_request(connection: Connection, reference: str) -> Loaded[ServiceRequest] | None:
    """Everything about a request, for the holder of its link and for the desk, in three queries."""
    row = connection.execute(_WHOLE, {"reference": reference}).first()
    if row is None:
        return None
    updates = connection.execute(_UPDATES, {"id": row.id}).all()
    photos = connection.execute(_PHOTOS, {"id": row.id}).all()
    return Loaded(cast(ServiceRequest, row), _as(RequestUpdate, updates), _as(Photo, photos))


@dataclass(frozen=True)
class UnstoredPhoto:
    """A photo that is not (yet) stored. sha256: of the upload. refused: why it could not be used, or None."""

    sha256: str
    refused: Message | None


@dataclass(frozen=True)
class Standing:
    """How a request stands. updated_at: when the latest line was written that everybody may read, UTC."""

    id: str
    reference: str
    version: int
    status: Status
    updated_at: datetime
    photos: tuple[UnstoredPhoto, ...]


_LATEST_NEWS = select(func.max(U.at)).where(U.request_id == R.id, U.public).scalar_subquery()
_STANDING = select(
    *(R.id, R.reference, _SEEN_VERSION, R.status),
    func.coalesce(_LATEST_NEWS, R.received_at).label("updated_at"),
).where(R.id == bindparam("id"))
_UNSTORED = (
    select(P.sha256, P.refused_reason)
    .where(P.request_id == bindparam("id"), P.state != PhotoState.STORED.value)
    .order_by(P.position, P.added_at)
)


def standing_of(connection: Connection, id: str) -> Standing | None:
    """How a request stands, in two queries; None if there is no such request."""
    row = connection.execute(_STANDING, {"id": id}).first()
    if row is None:
        return None
    photos = tuple(
        UnstoredPhoto(photo.sha256, refusal(photo.refused_reason))
        for photo in connection.execute(_UNSTORED, {"id": id})
    )
    return Standing(row.id, row.reference, row.version, Status(row.status), row.updated_at, photos)


def hidden_lately(connection: Connection, *, limit: int) -> list[str]:
    """The numbers of the requests of which words or photos were hidden last, newest first."""
    return list(connection.execute(_HIDDEN_LATELY, {"limit": limit}).scalars())


_HIDDEN_LATELY = (
    select(R.reference).where(R.hidden_at.is_not(None)).order_by(R.hidden_at.desc()).limit(bindparam("limit"))
)


def version_of(engine: Engine, reference: str) -> int | None:
    """The version of what everybody may see of a request, for answering "not modified": straight through the driver.

    What is not for everybody is not counted (`_NOT_FOR_EVERYBODY`).
    """
    with driver(engine) as cursor:
        cursor.execute(_VERSION[engine.dialect.name], (reference,))
        row = cursor.fetchone()
    return None if row is None else row[0]


def whole_version_of(connection: Connection, reference: str) -> int | None:
    """The version of all that there is of a request, notes of the desk included."""
    return connection.execute(_WHOLE_VERSION, {"reference": reference}).scalar()


_WHOLE_VERSION = select(R.version).where(R.reference == bindparam("reference"))

# The same as _SEEN_VERSION, as the drivers read it.
_VERSION = {
    "sqlite": """
        SELECT version - (SELECT count(*) FROM request_update
            WHERE request_id = service_request.id AND kind IN ('internal_note', 'contact_erased'))
        FROM service_request WHERE reference = ?""",
    "postgresql": """
        SELECT version - (SELECT count(*) FROM request_update
            WHERE request_id = service_request.id AND kind IN ('internal_note', 'contact_erased'))
        FROM service_request WHERE reference = %s""",
}

Model = TypeVar("Model")


def _as(model: type[Model], rows: Sequence[Row[Any]]) -> Sequence[Model]:
    """Rows under the name of the class whose attributes they carry."""
    return cast(Sequence[Model], rows)


# --- lists
# ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Page(Generic[Model]):
    """One page of a list. after: where the next page begins, or None if this is the last one.

    searched_to: the last request that was looked at, if a search has found less than a page and there is more to look
    through; the next page begins there.
    """

    items: list[Model]
    after: Cursor | None
    searched_to: Cursor | None = None


_LISTED = select(
    *(R.id, R.reference, R.status, R.service_code, R.received_at, R.requested_datetime),
    *(R.lat, R.long, R.address_string, R.look),
)
# What staff have shown comes before what nobody has looked at, which most types do not show.
_FIRST_PHOTOS = (
    select(PHOTOS)
    .where(P.request_id.in_(bindparam("ids", expanding=True)), P.state == PhotoState.STORED.value)
    .where(P.look != Look.HIDDEN.value)
    .order_by(P.look != Look.SHOWN.value, P.position, P.added_at)
)


def recent_requests(
    connection: Connection, *, limit: int, after: Cursor | None = None
) -> Page[tuple[RequestBase, Photo | None]]:
    """The newest requests, each with its first photo that everybody may see, if any may, in two queries."""
    query = _in_order(_LISTED, True, after).limit(limit + 1)
    rows = connection.execute(query).all()
    photos = first_photos(connection, [row.id for row in rows[:limit]])
    items = [(request, photos.get(request.id)) for request in _as(RequestBase, rows[:limit])]
    return Page(items, _after(rows, limit))


def first_photos(connection: Connection, ids: Sequence[str]) -> dict[str, Photo]:
    """Of each of these requests that has one, the first photo that staff show, or else have not hidden, by its id."""
    photos: dict[str, Photo] = {}
    for photo in _as(Photo, connection.execute(_FIRST_PHOTOS, {"ids": list(ids)}).all()) if ids else ():
        photos.setdefault(photo.request_id, photo)
    return photos


_QUEUED = (
    *(R.id, R.reference, R.version, R.status, R.service_code, R.service_name, R.received_at, R.updated_at),
    *(R.requested_datetime, R.expected_at, R.language, R.lat, R.long, R.address_string, R.channel, R.review),
    *(R.followers, R.written_in),
)


def queue(
    connection: Connection, filter: QueueFilter, *, limit: int, after: Cursor | None = None
) -> Page[ServiceRequest]:
    """A page of the desk's queue; of descriptions only the beginning (`DESCRIPTION_SHOWN`)."""
    rows, end = _queue_rows(connection, filter, limit + 1, after)
    items = list(_as(ServiceRequest, rows[:limit]))
    full = _after(rows, limit)
    return Page(items, full or end, end if len(items) < limit else None)


def count_queue(connection: Connection, filter: QueueFilter, *, up_to: int) -> int:
    """How many requests the filter finds, but not beyond `up_to`, "99+" needs no more, and no more than one page
    looks through.
    """
    if has_terms(filter):
        return len(search(connection, filter, limit=up_to, after=None)[0])
    end = _scan_end(connection, filter, None)
    found = _queue(filter, None, up_to, end).subquery()
    return connection.execute(select(func.count()).select_from(found)).scalar_one()


def latest_change(connection: Connection) -> datetime | None:
    """When any request last changed, UTC: a list has to be read again only if this is another one."""
    return connection.execute(_LATEST).scalar()


_LATEST = select(R.updated_at).order_by(R.updated_at.desc()).limit(1)


def _queue_rows(
    connection: Connection, filter: QueueFilter, limit: int, after: Cursor | None
) -> tuple[Sequence[Row[Any]], Cursor | None]:
    """And how far was looked, if there is more to look through than was for one page."""
    if not has_terms(filter):
        end = _scan_end(connection, filter, after)
        return connection.execute(_queue(filter, after, limit, end)).all(), end
    found, end = search(connection, filter, limit=limit, after=after)
    if not found:
        return [], end
    query: Select[Any] = select(*_QUEUED, _beginning(R.description)).where(
        R.id.in_([row.id for row in found])
    )
    order = Order(filter.newest_first, R.received_at, R.reference)
    return connection.execute(query.order_by(*order.columns)).all(), end


def _queue(filter: QueueFilter, after: Cursor | None, limit: int, end: Cursor | None) -> Select[Any]:
    """One short list for each pair of status and type, each along its index; then the first ones of them all.

    A single list with `IN` would be sorted as a whole before its first row came out. end: where a search stops.
    """
    words = filter.words
    depth = max(limit, _depth(filter)) if _is_scan(filter) else limit
    lists = [
        _list(select(*_QUEUED, R.description), filter, status, code, after).limit(depth).subquery().select()
        for status, code in _pairs(filter)
    ]
    found = (union_all(*lists) if len(lists) > 1 else lists[0]).subquery("found")
    columns = [column for column in found.c if column.name != "description"]
    query = select(*columns, _beginning(found.c.description)).limit(limit)
    if filter.language:
        query = query.where(filter.is_in_language(found.c.written_in, found.c.language))
    if words is not None:
        query = query.join(WORDS, WORDS.c.request_id == found.c.id)
        query = query.where(WORDS.c.words.contains(words, autoescape=True) if words else false())
    order = Order(filter.newest_first, found.c.received_at, found.c.reference)
    if end is not None:
        query = query.where(order.is_up_to(end))
    return query.order_by(*order.columns)


def _beginning(description: ColumnElement[str]) -> ColumnElement[str]:
    return func.substr(description, 1, DESCRIPTION_SHOWN).label("description")


def _scan_end(connection: Connection, filter: QueueFilter, after: Cursor | None) -> Cursor | None:
    """Where a search without the index stops, so that it costs the same however much is stored; None: at the end."""
    if not _is_scan(filter):
        return None
    places = select(R.received_at, R.reference)
    ends = []
    for status, code in _pairs(filter):
        one = _list(places, filter, status, code, after).offset(_depth(filter) - 1).limit(1)
        ends += [Cursor(row.received_at, row.reference) for row in connection.execute(one)]
    nearest = max if filter.newest_first else min
    return nearest(ends, key=lambda end: (end.at, end.reference), default=None)


def _is_scan(filter: QueueFilter) -> bool:
    """Whether requests have to be looked at one by one: for a language, or for words that the index does not know.

    Signs that are no words find nothing anyway.
    """
    return filter.words != "" and bool(filter.language or filter.words)


def _pairs(filter: QueueFilter) -> list[tuple[Status | None, str | None]]:
    return [
        (status, code) for status in filter.statuses or (None,) for code in filter.service_codes or (None,)
    ]


def _depth(filter: QueueFilter) -> int:
    return max(1, SEARCHED // len(_pairs(filter)))


def _list(
    columns: Select[Any], filter: QueueFilter, status: Status | None, code: str | None, after: Cursor | None
) -> Select[Any]:
    query = _in_order(columns, filter.newest_first, after)
    if status is not None:
        query = query.where(R.status == status.value)
    if code is not None:
        query = query.where(R.service_code == code)
    if filter.received_from is not None:
        query = query.where(R.received_at >= filter.received_from)
    if filter.received_before is not None:
        query = query.where(R.received_at < filter.received_before)
    return query.where(R.reference == filter.text) if is_reference(filter.text) else query


def _in_order(query: Select[Any], newest_first: bool, after: Cursor | None) -> Select[Any]:
    order = Order(newest_first, R.received_at, R.reference)
    query = query.order_by(*order.columns)
    return query if after is None else query.where(order.is_after(after))


def _after(rows: Sequence[Row[Any]], limit: int) -> Cursor | None:
    return Cursor(rows[limit - 1].received_at, rows[limit - 1].reference) if len(rows) > limit else None
