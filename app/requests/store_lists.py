"""Lists of requests in the database, read along an index, a page at a time.

Nothing is ever counted to its end, so a page costs the same however much is stored.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection, Row, Select, bindparam, select

from app.db.cursors import Cursor
from app.db.reading import as_read, columns_of
from app.db.tables import PHOTOS, REQUESTS
from app.moderation.looks import Look
from app.photos.models import PhotoState
from app.requests.rows import ListedRow, PhotoRow
from app.requests.store_filters import Order

R = REQUESTS.c
P = PHOTOS.c

DESCRIPTION_SHOWN = 300
"""How many characters of a description a list shows."""

Model = TypeVar("Model")


@dataclass(frozen=True)
class Page(Generic[Model]):
    """One page of a list. after: where the next page begins, or None if this is the last one.

    searched_to: the last request that was looked at, if a search has found less than a page and there is more to look
    through; the next page begins there.
    """

    items: list[Model]
    after: Cursor | None
    searched_to: Cursor | None = None


_LISTED = select(*columns_of(ListedRow, REQUESTS))
# What staff have shown comes before what nobody has looked at, which most types do not show.
_FIRST_PHOTOS = (
    select(*columns_of(PhotoRow, PHOTOS))
    .where(P.request_id.in_(bindparam("ids", expanding=True)), P.state == PhotoState.STORED.value)
    .where(P.look != Look.HIDDEN.value)
    .order_by(P.look != Look.SHOWN.value, P.position, P.added_at)
)


def recent_requests(
    connection: Connection, *, limit: int, after: Cursor | None = None
) -> Page[tuple[ListedRow, PhotoRow | None]]:
    """The newest requests, each with its first photo that everybody may see, if any may, in two queries."""
    query = in_order(_LISTED, True, after).limit(limit + 1)
    rows = connection.execute(query).all()
    photos = first_photos(connection, [row.id for row in rows[:limit]])
    items = [(request, photos.get(request.id)) for request in as_read(ListedRow, rows[:limit])]
    return Page(items, after_of(rows, limit))


def first_photos(connection: Connection, ids: Sequence[str]) -> dict[str, PhotoRow]:
    """Of each of these requests that has one, the first photo that staff show, or else have not hidden, by its id."""
    photos: dict[str, PhotoRow] = {}
    for photo in as_read(PhotoRow, connection.execute(_FIRST_PHOTOS, {"ids": list(ids)})) if ids else ():
        photos.setdefault(photo.request_id, photo)
    return photos


def hidden_lately(connection: Connection, *, limit: int) -> list[str]:
    """The numbers of the requests of which words or photos were hidden last, newest first."""
    return list(connection.execute(_HIDDEN_LATELY, {"limit": limit}).scalars())


_HIDDEN_LATELY = (
    select(R.reference).where(R.hidden_at.is_not(None)).order_by(R.hidden_at.desc()).limit(bindparam("limit"))
)


def latest_change(connection: Connection) -> datetime | None:
    """When any request last changed, UTC: a list has to be read again only if this is another one."""
    return connection.execute(_LATEST).scalar()


_LATEST = select(R.updated_at).order_by(R.updated_at.desc()).limit(1)


def in_order(query: Select[Any], newest_first: bool, after: Cursor | None) -> Select[Any]:
    """The query in the order of arrival, from behind a cursor on."""
    order = Order(newest_first, R.received_at, R.reference)
    query = query.order_by(*order.columns)
    return query if after is None else query.where(order.is_after(after))


def after_of(rows: Sequence[Row[Any]], limit: int) -> Cursor | None:
    """Where the next page begins, if more rows were found than one page shows."""
    return Cursor(rows[limit - 1].received_at, rows[limit - 1].reference) if len(rows) > limit else None
