"""The desk's queue in the database: filtered, searched, a page at a time (see store_lists.py)."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, Select, false, func, select, union_all

from app.db.cursors import Cursor
from app.db.reading import as_read, columns_of
from app.db.tables import REQUESTS, WORDS
from app.reports.references import is_reference
from app.requests.rows import QueueRow
from app.requests.statuses import Status
from app.requests.store_filters import Order, QueueFilter
from app.requests.store_lists import Page, after_of, in_order
from app.requests.store_search import has_terms, search

SEARCHED = 20_000
"""How many requests a search without the index looks through for one page; the next page goes on from there."""

R = REQUESTS.c

_QUEUED = columns_of(QueueRow, REQUESTS)


def queue(
    connection: Connection, filter: QueueFilter, *, limit: int, after: Cursor | None = None
) -> Page[QueueRow]:
    """A page of the desk's queue."""
    rows, end = _queue_rows(connection, filter, limit + 1, after)
    items = list(as_read(QueueRow, rows[:limit]))
    full = after_of(rows, limit)
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
    query: Select[Any] = select(*_QUEUED).where(R.id.in_([row.id for row in found]))
    order = Order(filter.newest_first, R.received_at, R.reference)
    return connection.execute(query.order_by(*order.columns)).all(), end


def _queue(filter: QueueFilter, after: Cursor | None, limit: int, end: Cursor | None) -> Select[Any]:
    """One short list for each pair of status and type, each along its index; then the first ones of them all.

    A single list with `IN` would be sorted as a whole before its first row came out. end: where a search stops.
    """
    words = filter.words
    depth = max(limit, _depth(filter)) if _is_scan(filter) else limit
    lists = [
        _list(select(R.id, *_QUEUED), filter, status, code, after).limit(depth).subquery().select()
        for status, code in _pairs(filter)
    ]
    found = (union_all(*lists) if len(lists) > 1 else lists[0]).subquery("found")
    query = select(*(found.c[column.name] for column in _QUEUED)).limit(limit)
    if filter.language:
        query = query.where(filter.is_in_language(found.c.written_in, found.c.language))
    if words is not None:
        query = query.join(WORDS, WORDS.c.request_id == found.c.id)
        query = query.where(WORDS.c.words.contains(words, autoescape=True) if words else false())
    order = Order(filter.newest_first, found.c.received_at, found.c.reference)
    if end is not None:
        query = query.where(order.is_up_to(end))
    return query.order_by(*order.columns)


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
    query = in_order(columns, filter.newest_first, after)
    if status is not None:
        query = query.where(R.status == status.value)
    if code is not None:
        query = query.where(R.service_code == code)
    if filter.received_from is not None:
        query = query.where(R.received_at >= filter.received_from)
    if filter.received_before is not None:
        query = query.where(R.received_at < filter.received_before)
    return query.where(R.reference == filter.text) if is_reference(filter.text) else query
