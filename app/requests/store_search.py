"""The desk's search for words: the index of terms (terms.py) narrows down, the words decide."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, select

from app.db.cursors import Cursor
from app.db.tables import REQUESTS, WORDS
from app.requests.store_filters import Order, QueueFilter
from app.requests.store_terms import Window, numbers_with, round_end
from app.requests.terms import terms_of

ROUNDS = (200, 2_000, 20_000)
"""How many requests with the terms are looked at for one page, each time if those before were not enough."""
_FIRST_REFERENCE = "0" * 13

R = REQUESTS.c
W = WORDS.c


def has_terms(filter: QueueFilter) -> bool:
    """Whether the index can answer; one or two letters alone it does not know."""
    return bool(filter.words and terms_of(filter.words))


def search(
    connection: Connection, filter: QueueFilter, *, limit: int, after: Cursor | None
) -> tuple[list[Row[Any]], Cursor | None]:
    """Id, time and number of the first requests that are found, in order.

    And how far was looked, if so many have the terms that there is more to look through: there is, hardly ever, for
    terms that many requests have find a page full soon.
    """
    terms = terms_of(filter.words or "")
    found: list[Row[Any]] = []
    for size in ROUNDS:
        end = _end(connection, filter, terms, after, size)
        query = _matching(connection, filter, terms, after, end)
        found += connection.execute(query.limit(limit - len(found))).all()
        if len(found) == limit or end is None:
            return found, None
        after = end
    return found, after


def _end(
    connection: Connection, filter: QueueFilter, terms: Collection[str], after: Cursor | None, size: int
) -> Cursor | None:
    window = _window(filter, after, None)
    at = round_end(connection, terms, size=size, window=window, newest_first=filter.newest_first)
    return None if at is None else Cursor(at, _FIRST_REFERENCE)


def _matching(
    connection: Connection,
    filter: QueueFilter,
    terms: Collection[str],
    after: Cursor | None,
    end: Cursor | None,
) -> Select[Any]:
    """Those with the terms first, all of them; else SQLite might read a list from its beginning to its end instead."""
    numbers = numbers_with(connection.dialect.name, terms, _window(filter, after, end))
    with_words = (
        select(R.id, R.received_at, R.reference, R.status, R.service_code, R.written_in, R.language)
        .join_from(WORDS, REQUESTS, R.id == W.request_id)
        .where(W.number.in_(numbers), W.words.contains(filter.words, autoescape=True))
        .cte("with_words")
        .prefix_with("MATERIALIZED")
    )
    c = with_words.c
    order = Order(filter.newest_first, c.received_at, c.reference)
    query = select(c.id, c.received_at, c.reference).order_by(*order.columns)
    if filter.statuses:
        query = query.where(c.status.in_([status.value for status in filter.statuses]))
    if filter.service_codes:
        query = query.where(c.service_code.in_(filter.service_codes))
    if filter.received_from is not None:
        query = query.where(c.received_at >= filter.received_from)
    if filter.received_before is not None:
        query = query.where(c.received_at < filter.received_before)
    if filter.language:
        query = query.where(filter.is_in_language(c.written_in, c.language))
    if after is not None:
        query = query.where(order.is_after(after))
    return query if end is None else query.where(order.is_up_to(end))


def _window(filter: QueueFilter, after: Cursor | None, end: Cursor | None) -> Window:
    """When the requests between two places of the list were received."""
    first, last = (end, after) if filter.newest_first else (after, end)
    since = _times(filter.received_from, first)
    before = _times(filter.received_before, last)
    return Window(max(since, default=None), min(before, default=None))


def _times(limit: datetime | None, cursor: Cursor | None) -> Sequence[datetime]:
    return [at for at in (limit, None if cursor is None else cursor.at) if at is not None]
