"""What is due to be disposed of, and the files that nobody needs any more."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Engine, delete, exists, literal, or_, select, tuple_, update
from sqlalchemy.orm import Session

from app.db.cursors import Cursor
from app.db.engine import read, write
from app.db.tables import PHOTOS, REQUESTS, UNWANTED, insert_new
from app.requests.statuses import OPEN
from app.retention.schedule import Kept

R = REQUESTS.c
P = PHOTOS.c
N = UNWANTED.c
ABANDONED = timedelta(minutes=10)
"""After this long whoever began to delete a picture is taken for dead; a store is given up within seconds."""
AT_ONCE = 100
"""Pictures that one transaction looks at."""

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


def claim_picture(engine: Engine, request_id: str, sha256: str, content: str) -> bool:
    """A photo is about to show this picture: from now on nobody deletes its files.

    False, and nothing done, while they are just being deleted: whoever wants to store them has to come again.
    """
    with write(engine) as session:
        # Whoever deletes locks the same row first. It is looked at later, and forgotten if the photo is stored.
        insert_new(session, UNWANTED, {"content": content})
        row = session.execute(
            select(N.deleting_since).where(N.content == content).with_for_update()
        ).one_or_none()
        if row is None or row.deleting_since is not None:
            return False
        which = (P.request_id == request_id, P.sha256 == sha256)
        before = session.execute(select(P.content).where(*which)).scalar()
        if before not in (None, content):
            insert_new(session, UNWANTED, {"content": before})
        session.execute(update(PHOTOS).where(*which).values(content=content))
        return True


def next_to_delete(engine: Engine, now: datetime) -> str | None:
    """The next picture (`content`) whose files are to be deleted; until it is gone or kept, nobody stores it anew.

    Pictures that a photo shows, or is about to, are forgotten. now: UTC.
    """
    while True:
        with write(engine) as session:
            contents = _waiting(session, now)
            shown = set(session.execute(select(P.content).where(P.content.in_(contents))).scalars())
            session.execute(delete(UNWANTED).where(N.content.in_(shown)))
            content = next((one for one in contents if one not in shown), None)
            if content is not None:
                session.execute(update(UNWANTED).where(N.content == content).values(deleting_since=now))
        if content is not None or not contents:
            return content


def picture_deleted(engine: Engine, content: str) -> None:
    """The files of this picture are deleted."""
    with write(engine) as session:
        session.execute(delete(UNWANTED).where(N.content == content))


def keep_picture(engine: Engine, content: str) -> None:
    """The files of this picture could not be deleted now; a photo may show it again meanwhile."""
    with write(engine) as session:
        session.execute(update(UNWANTED).where(N.content == content).values(deleting_since=None))


def _waiting(session: Session, now: datetime) -> list[str]:
    nobody = or_(N.deleting_since.is_(None), N.deleting_since < now - ABANDONED)
    rows = select(N.content).where(nobody).order_by(N.content).limit(AT_ONCE)
    return list(session.execute(rows.with_for_update(skip_locked=True)).scalars())
