"""How long reports of a type really took, measured."""

from datetime import datetime, timedelta
from math import ceil
from typing import Any

from sqlalchemy import Connection, Select, func, select

from app.db.tables import REQUESTS, UPDATES
from app.requests.models import UpdateKind
from app.requests.statuses import OPEN, Status

NEWEST = 400
"""How many reports are looked at, from the newest back."""
FEWEST_FINISHED = 50
"""With fewer finished ones nothing is said: a few lucky ones would look like a habit."""

_FINISHED = sorted(status.value for status in Status if status not in OPEN)


def half_within(connection: Connection, service_code: str) -> int | None:
    """Within how many days half of the newest reports of a type were finished; None if that cannot be said.

    Finished and open ones are counted together. One that is open, or was taken up again, counts as not finished,
    however new it is: what lies undone can make the number larger or take it away, never smaller. The number is the
    middle of all of them, rounded up to whole days; with half or more of them open there is none.
    """
    took = []
    rows = connection.execute(_newest(service_code)).all()
    for received_at, status, finished_at in rows:
        if status in _FINISHED and finished_at is not None:
            took.append(_days(received_at, finished_at))
    half = (len(rows) + 1) // 2
    if len(took) < max(FEWEST_FINISHED, half):
        return None
    return sorted(took)[half - 1]


def _newest(service_code: str) -> Select[Any]:
    """Along the index of the type, and for each report along that of its history."""
    newest = (
        select(REQUESTS.c.id, REQUESTS.c.received_at, REQUESTS.c.status)
        .where(REQUESTS.c.service_code == service_code)
        .order_by(REQUESTS.c.received_at.desc(), REQUESTS.c.reference.desc())
        .limit(NEWEST)
        .subquery()
    )
    finished_at = (
        select(func.max(UPDATES.c.at))
        .where(
            UPDATES.c.request_id == newest.c.id,
            UPDATES.c.kind == UpdateKind.STATUS.value,
            UPDATES.c.status.in_(_FINISHED),
        )
        .scalar_subquery()
    )
    return select(newest.c.received_at, newest.c.status, finished_at)


def _days(received_at: datetime, finished_at: datetime) -> int:
    return max(1, ceil((finished_at - received_at) / timedelta(days=1)))
