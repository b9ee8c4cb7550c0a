"""One request in the database: what its pages are made from, how it stands, its version."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from sqlalchemy import Connection, Engine, Executable, bindparam, func, select

from app.db.engine import driver
from app.db.reading import as_read, columns_of
from app.db.tables import PHOTOS, REQUESTS, UPDATES
from app.photos.models import PhotoState, refusal
from app.requests.models import UpdateKind
from app.requests.rows import PhotoRow, PublicRow, UpdateRow, WholeRow
from app.requests.statuses import Status
from i18n import Message

R = REQUESTS.c
U = UPDATES.c
P = PHOTOS.c

MOST_UPDATES_SHOWN = 500

Shown = TypeVar("Shown", bound=PublicRow)


@dataclass(frozen=True)
class Loaded(Generic[Shown]):
    """A request with its history, oldest line first, and its photos, in the person's order."""

    request: Shown
    updates: Sequence[UpdateRow]
    photos: Sequence[PhotoRow]


# When staff talk about somebody, or contact details are erased, is nobody else's to know: the version that everybody
# can see (in ETags) does not count it. Each such line has made the version one higher.
_NOT_FOR_EVERYBODY = (UpdateKind.INTERNAL_NOTE, UpdateKind.CONTACT_ERASED)
_UNSEEN = (
    select(func.count()).where(U.request_id == R.id, U.kind.in_(_NOT_FOR_EVERYBODY)).correlate(REQUESTS)
).scalar_subquery()
_SEEN_VERSION = (R.version - _UNSEEN).label("version")
# The public page asks for public columns only, and the reporter's name to be masked: what is not fetched cannot leak.
_PUBLIC = select(*columns_of(PublicRow, REQUESTS, version=_SEEN_VERSION)).where(
    R.reference == bindparam("reference")
)
_WHOLE = select(*columns_of(WholeRow, REQUESTS)).where(R.reference == bindparam("reference"))
_UPDATES = (
    select(*columns_of(UpdateRow, UPDATES))
    .where(U.request_id == bindparam("id"))
    .order_by(U.at, U.id)
    .limit(MOST_UPDATES_SHOWN)
)
_PUBLIC_UPDATES = _UPDATES.where(U.public)
_PHOTOS = (
    select(*columns_of(PhotoRow, PHOTOS))
    .where(P.request_id == bindparam("id"))
    .order_by(P.position, P.added_at)
)
_STORED_PHOTOS = _PHOTOS.where(P.state == PhotoState.STORED.value)


def public_request(connection: Connection, reference: str) -> Loaded[PublicRow] | None:
    """What the public page is made from, in three queries; None if there is no such request."""
    return _loaded(connection, reference, PublicRow, _PUBLIC, _PUBLIC_UPDATES, _STORED_PHOTOS)


def whole_request(connection: Connection, reference: str) -> Loaded[WholeRow] | None:
    """Everything about a request, for the holder of its link and for the desk, in three queries."""
    return _loaded(connection, reference, WholeRow, _WHOLE, _UPDATES, _PHOTOS)


def _loaded(
    connection: Connection,
    reference: str,
    kind: Callable[..., Shown],
    request: Executable,
    updates: Executable,
    photos: Executable,
) -> Loaded[Shown] | None:
    row = connection.execute(request, {"reference": reference}).first()
    if row is None:
        return None
    of_it = {"id": row.id}
    return Loaded(
        kind(*row),
        as_read(UpdateRow, connection.execute(updates, of_it)),
        as_read(PhotoRow, connection.execute(photos, of_it)),
    )


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
