"""What whoever runs the portal watches: `/metrics` in the text format of Prometheus, for who has the token.

No label ever holds what a person wrote, an address or a path: routes by their names only. Each process counts for
itself; several of them are asked one by one.
"""

import logging
import shutil
from collections.abc import Iterable
from datetime import datetime
from hmac import compare_digest
from time import perf_counter

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.db.engine import read
from app.db.tables import PHOTOS, REQUESTS
from app.db.threads import reading, waiting
from app.http.portal import Portal
from app.http.visit import Visit
from app.photos.models import PhotoState

REGISTRY = CollectorRegistry()
ProcessCollector(registry=REGISTRY)

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
TOOK = Histogram(
    "portal_request_seconds", "Time until an answer was sent.", ["route"], registry=REGISTRY, buckets=_SECONDS
)
ANSWERS = Counter("portal_answers", "Answers by route and status.", ["route", "status"], registry=REGISTRY)
WAITING = Gauge("portal_work_waiting", "Work that waits for a thread.", ["kind"], registry=REGISTRY)
OPEN = Gauge("portal_open_screens", "Screens of the desk that are open.", registry=REGISTRY)
LINES = Counter("portal_log_lines", "Warnings and errors in the log.", ["level"], registry=REGISTRY)


class Measured:
    """Counts requests and how long they take, by the name of their route."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection (ASGI 3)."""
        if scope["type"] == "websocket":
            with OPEN.track_inprogress():
                await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = 500

        async def see(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        start = perf_counter()
        try:
            await self._app(scope, receive, see)
        finally:
            route = getattr(scope.get("route"), "name", None) or "other"
            TOOK.labels(route).observe(perf_counter() - start)
            ANSWERS.labels(route, str(status)).inc()


class Lines(logging.Handler):
    """Counts warnings and errors, so that somebody can be woken by them."""

    def emit(self, record: logging.LogRecord) -> None:
        """Count one line."""
        LINES.labels("error" if record.levelno >= logging.ERROR else "warning").inc()


# --- what is asked for when somebody looks ------------------------------------------------------------------


class Backlog(Collector):
    """How much waits, and for how long, at the moment of asking."""

    def __init__(self, portal: Portal) -> None:
        self._portal = portal

    def collect(self) -> Iterable[Metric]:
        """The figures; without the database those that need none."""
        yield _gauge("portal_disk_free_bytes", "Room left for data.", self._free())
        try:
            count, oldest, newest = self._stored()
        except SQLAlchemyError:
            yield _gauge("portal_database_up", "Whether the database answers.", 0)
            return
        now = self._portal.now()
        yield _gauge("portal_database_up", "Whether the database answers.", 1)
        yield _gauge("portal_photos_waiting", "Photos of reports that are not stored yet.", count)
        yield _gauge("portal_photo_oldest_seconds", "Age of the oldest of them.", _age(oldest, now))
        yield _gauge("portal_newest_report_seconds", "Time since the last report.", _age(newest, now))

    def _free(self) -> float:
        return shutil.disk_usage(self._portal.settings.data).free

    def _stored(self) -> tuple[int, datetime | None, datetime | None]:
        with read(self._portal.engine) as connection:
            count, oldest = connection.execute(_WAITING).one()
            return count, oldest, connection.execute(_NEWEST).scalar()


_WAITING = select(func.count(), func.min(PHOTOS.c.added_at)).where(
    PHOTOS.c.attached, PHOTOS.c.state.in_([PhotoState.EXPECTED.value, PhotoState.UPLOADING.value])
)
_NEWEST = select(func.max(REQUESTS.c.received_at))


def _gauge(name: str, help: str, value: float) -> Metric:
    return GaugeMetricFamily(name, help, value=value)


def _age(moment: datetime | None, now: datetime) -> float:
    return 0 if moment is None else (now - moment).total_seconds()


async def show(visit: Visit) -> Response:
    """GET `/metrics`: the figures, for whoever bears the token of the settings; without one, there are none."""
    token = visit.portal.settings.metrics_token
    given = visit.request.headers.get("authorization", "").encode()
    if not token or not compare_digest(given, f"Bearer {token}".encode()):
        return Response(status_code=404, headers={"cache-control": "no-store"})
    for kind, count in waiting().items():
        WAITING.labels(kind).set(count)
    backlog = CollectorRegistry()
    backlog.register(Backlog(visit.portal))
    text = generate_latest(REGISTRY) + await reading(generate_latest, backlog)
    return Response(text, headers={"content-type": CONTENT_TYPE_LATEST, "cache-control": "no-store"})
