"""What the desk's screens read from the database, each in one go and to be called in a thread. No Reflex."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from app.db.cursors import parse_cursor
from app.db.engine import read
from app.desk.rows import MOST_COUNTED, QueueLine, row
from app.desk.store import came_since, count_statuses, requests_now
from app.http.portal import Portal
from app.people.store import names_of
from app.requests import labels
from app.requests.homes import is_at_home
from app.requests.rows import QueueRow
from app.requests.statuses import OPEN, Status
from app.requests.store_filters import QueueFilter
from app.requests.store_queue import count_queue, queue
from app.requests.store_request import whole_request
from app.requests.views import desk_view
from app.requests.views_shown import RequestDesk
from i18n import Translator

PAGE = 25
"""Requests on one page of the queue."""
MARGIN = timedelta(minutes=2)
"""A report may reach the disk this much later than the time it bears, and is still told as new."""
COUNTED = tuple(status for status in Status if status in OPEN)


@dataclass(frozen=True)
class QueuePage:
    """A page of the queue.

    rows: in words. numbers: the reference numbers of the same. next: cursor of the page after it, or empty.
    total: how many there are in all, up to one more than is counted. searched_to: when the last request was received
    that a search has looked at, if it goes on on the next page; UTC.
    just_in: numbers of the reports that came in the last moments; whatever comes from here on is new.
    """

    rows: list[QueueLine]
    numbers: list[str]
    next: str
    total: int
    by_status: list[tuple[Status, int]]
    just_in: frozenset[str]
    searched_to: datetime | None


def queue_page(portal: Portal, query: QueueFilter, after: str, now: datetime, t: Translator) -> QueuePage:
    """Read the page that begins after a cursor; an empty one is the beginning."""
    with read(portal.engine) as connection:
        page = queue(connection, query, limit=PAGE, after=parse_cursor(after))
        is_all = not after and page.after is None
        return QueuePage(
            rows=_rows(portal, page.items, t),
            numbers=[request.reference for request in page.items],
            next="" if page.after is None else str(page.after),
            total=len(page.items) if is_all else count_queue(connection, query, up_to=MOST_COUNTED + 1),
            by_status=_by_status(connection),
            just_in=came_since(connection, now - MARGIN, limit=MOST_COUNTED + 1),
            searched_to=None if page.searched_to is None else page.searched_to.at,
        )


@dataclass(frozen=True)
class QueueNews:
    """What has become of a page of the queue. new: how many reports it does not show yet."""

    rows: list[QueueLine]
    by_status: list[tuple[Status, int]]
    new: int


def queue_news(
    portal: Portal,
    query: QueueFilter,
    shown: Sequence[str],
    since: datetime,
    known: Collection[str],
    t: Translator,
) -> QueueNews:
    """Read the same rows again, and how many reports came besides the known ones. shown, known: numbers."""
    with read(portal.engine) as connection:
        return QueueNews(
            rows=_rows(portal, requests_now(connection, shown), t),
            by_status=_by_status(connection),
            new=_count_new(connection, query, since - MARGIN, frozenset(known)),
        )


def _rows(portal: Portal, requests: Sequence[QueueRow], t: Translator) -> list[QueueLine]:
    now = portal.now()
    return [row(one, portal.city, t, now, place=labels.exact_place(portal, one, t)) for one in requests]


def _by_status(connection: Connection) -> list[tuple[Status, int]]:
    numbers = count_statuses(connection, up_to=MOST_COUNTED + 1)
    return [(status, numbers[status]) for status in COUNTED]


def _count_new(connection: Connection, query: QueueFilter, since: datetime, known: frozenset[str]) -> int:
    """How many reports have come since then that the filters let through; mostly none has come at all."""
    if not came_since(connection, since, limit=MOST_COUNTED + 1) - known:
        return 0
    newest = replace(query, received_from=max(since, query.received_from or since), newest_first=True)
    found = queue(connection, newest, limit=MOST_COUNTED + 1)
    return len({request.reference for request in found.items} - known)


@dataclass(frozen=True)
class WholeRequest:
    """Everything about a request. names: of the colleagues in its history, by their id.

    place: where it is, in words; empty if there is no place. private: whether that looks like private property.
    """

    request: RequestDesk
    names: dict[str, str]
    place: str
    private: bool


def whole(portal: Portal, reference: str, t: Translator) -> WholeRequest | None:
    """Read everything about a request; None if there is none with this number."""
    with read(portal.engine) as connection:
        loaded = whole_request(connection, reference)
        if loaded is None:
            return None
        ids = {update.person_id for update in loaded.updates if update.person_id}
        service = portal.city.service(loaded.request.service_code)
        request = desk_view(loaded.request, loaded.updates, loaded.photos, service)
        names = names_of(connection, ids)
    private = is_at_home(portal, loaded.request)
    return WholeRequest(request, names, labels.exact_place(portal, loaded.request, t), private)
