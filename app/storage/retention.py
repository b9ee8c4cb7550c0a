"""What is due to be disposed of, and the files that nobody needs any more."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Engine, delete, exists, literal, or_, select, tuple_

from app.domain.retention import Kept
from app.domain.statuses import OPEN
from app.storage.cursors import Cursor
from app.storage.engine import read, write
from app.storage.tables import PHOTOS, REQUESTS, UNWANTED, insert_new

R = REQUESTS.c
P = PHOTOS.c

_HAS: dict[Kept, tuple[ColumnElement[bool], ...]] = {
    Kept.CONTACT: (or_(*(column != "" for column in (R.first_name, R.last_name, R.email, R.phone))),),
    Kept.PHOTOS: (exists().where(P.request_id == R.id),),
    Kept.REPORT: (),
}


def due(
    engine: Engine, kept: Kept, *, before: datetime, after: Cursor | None = None, limit: int = 100
) -> list[tuple[str, Cursor]]:
    """Requests that were finished, and last changed, before a time (UTC), and still have this; oldest change first.

    Of each its id, and where to go on after it.
    """
    query = (
        select(R.id, R.updated_at, R.reference)
        .where(R.updated_at < before, R.status.not_in([status.value for status in OPEN]), *_HAS[kept])
        .order_by(R.updated_at, R.reference)
        .limit(limit)
    )
    if after is not None:
        last = tuple_(literal(after.at, R.updated_at.type), literal(after.reference, R.reference.type))
        query = query.where(tuple_(R.updated_at, R.reference) > last)
    with read(engine) as connection:
        rows = connection.execute(query).all()
    return [(row.id, Cursor(row.updated_at, row.reference)) for row in rows]


def note_unwanted(engine: Engine, content: str) -> None:
    """The files of this picture are to be deleted, unless a photo shows it."""
    with write(engine) as session:
        insert_new(session, UNWANTED, {"content": content})


def unwanted_photos(engine: Engine, *, limit: int = 100) -> Sequence[str]:
    """Pictures (`content`) whose files are to be deleted; those that a photo shows again meanwhile are forgotten."""
    with write(engine) as session:
        connection = session.connection()
        contents = connection.execute(select(UNWANTED.c.content).limit(limit)).scalars().all()
        shown = _shown(connection, contents)
        _forget(connection, shown)
    return [content for content in contents if content not in shown]


def deleted_photos(engine: Engine, contents: Sequence[str]) -> None:
    """The files of these pictures are deleted."""
    with write(engine) as session:
        _forget(session.connection(), contents)


def _forget(connection: Connection, contents: Sequence[str]) -> None:
    """Delete no files of these pictures any more."""
    connection.execute(delete(UNWANTED).where(UNWANTED.c.content.in_(list(contents))))


def _shown(connection: Connection, contents: Sequence[str]) -> list[str]:
    return list(
        connection.execute(select(P.content).where(P.content.in_(list(contents))).distinct()).scalars()
    )
