"""Queries about photos that are not about one request's page."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, bindparam, delete, select

from app.db.engine import write
from app.db.tables import PHOTOS, REQUESTS, UNWANTED, insert_new
from app.moderation.looks import Look
from app.photos.models import PhotoState, refusal
from i18n import Message

P = PHOTOS.c


@dataclass(frozen=True)
class Upload:
    """How far one upload has come. upload_bytes: how many it will be, if the device has said so.

    content: of the picture, once it is stored. refused: why the photo could not be used. key_hash: of the form that
    brought it before its text.
    """

    state: PhotoState
    upload_bytes: int | None
    content: str | None
    refused: Message | None
    key_hash: str | None


def upload(connection: Connection, request_id: str, sha256: str) -> Upload | None:
    """The upload of one photo; None if nobody expects it."""
    row = connection.execute(_UPLOAD, {"id": request_id, "sha256": sha256}).first()
    if row is None:
        return None
    state = PhotoState(row.state)
    content = row.content if state is PhotoState.STORED else None
    return Upload(state, row.upload_bytes, content, refusal(row.refused_reason), row.key_hash)


def token_hash_of(connection: Connection, request_id: str) -> str | None:
    """The hash of the token that allows to send this request's photos; None if there is no such request."""
    return connection.execute(_TOKEN_HASH, {"id": request_id}).scalar()


@dataclass(frozen=True)
class Published:
    """A stored photo of a report, for the question whether everybody may see it. of_report: the look of its words."""

    name: str
    content: str
    service_code: str
    look: Look
    of_report: Look


def named(connection: Connection, name: str) -> Published | None:
    """The stored photo with this public name."""
    row = connection.execute(_NAMED, {"name": name}).first()
    return None if row is None else _published(row)


def with_content(connection: Connection, content: str) -> list[Published]:
    """All photos that are this very picture: until names came, pictures were public by their content."""
    return [_published(row) for row in connection.execute(_WITH_CONTENT, {"content": content})]


def _published(row: Any) -> Published:
    return Published(row.name, row.content, row.service_code, Look(row.look), Look(row.of_report))


def belongs_to(connection: Connection, request_id: str, content: str) -> bool:
    """Whether this stored picture is one of the photos of a request that has been sent."""
    return connection.execute(_BELONGS, {"id": request_id, "content": content}).first() is not None


def brought_by(connection: Connection, request_id: str, content: str) -> tuple[str, ...]:
    """The hashes of the tokens of the forms that brought this picture before their report was sent."""
    return tuple(connection.execute(_BROUGHT, {"id": request_id, "content": content}).scalars())


def forget_unattached(engine: Engine, *, before: datetime, limit: int = 500) -> None:
    """Forget photos whose report was never sent and that came before this time (UTC), oldest first.

    The files of their pictures follow later.
    """
    with write(engine) as session:
        rows = session.execute(_UNATTACHED.limit(limit), {"before": before}).all()
        for row in rows:
            session.execute(delete(PHOTOS).where(P.request_id == row.request_id, P.sha256 == row.sha256))
            if row.content:
                insert_new(session, UNWANTED, {"content": row.content})


_TOKEN_HASH = select(REQUESTS.c.manage_token_hash).where(REQUESTS.c.id == bindparam("id"))
_UPLOAD = select(P.state, P.upload_bytes, P.content, P.refused_reason, P.key_hash).where(
    P.request_id == bindparam("id"), P.sha256 == bindparam("sha256")
)
_PUBLISHED = (
    select(P.name, P.content, P.look, REQUESTS.c.service_code, REQUESTS.c.look.label("of_report"))
    .join(REQUESTS, P.request_id == REQUESTS.c.id)
    .where(P.state == PhotoState.STORED.value)
)
_BELONGS = select(P.sha256).where(
    P.request_id == bindparam("id"), P.content == bindparam("content"), P.attached
)
_BROUGHT = select(P.key_hash).where(
    P.request_id == bindparam("id"), P.content == bindparam("content"), P.key_hash.is_not(None)
)
_NAMED = _PUBLISHED.where(P.name == bindparam("name"))
_WITH_CONTENT = _PUBLISHED.where(P.content == bindparam("content")).order_by(P.added_at).limit(20)
_UNATTACHED = (
    select(P.request_id, P.sha256, P.content)
    .where(~P.attached, P.added_at < bindparam("before"))
    .order_by(P.added_at)
)
