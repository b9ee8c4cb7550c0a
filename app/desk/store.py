"""What the desk's screens ask again and again while they are open: what has changed, and how a row is now."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, literal, select, union_all

from app.db.reading import as_read, columns_of
from app.db.tables import REQUESTS
from app.requests.rows import QueueRow
from app.requests.statuses import Status

R = REQUESTS.c

Newest = tuple[tuple[str, int], ...]
"""Reference number and version of the requests that changed last."""

_NEWEST = select(R.reference, R.version).order_by(R.updated_at.desc()).limit(bindparam("limit"))
_CAME = (
    select(R.reference)
    .where(R.received_at >= bindparam("since"))
    .order_by(R.received_at.desc())
    .limit(bindparam("limit"))
)
_COUNTS = union_all(
    *(
        select(literal(status.value).label("status"), func.count().label("number")).select_from(
            select(R.reference).where(R.status == status.value).limit(bindparam("up_to")).subquery()
        )
        for status in Status
    )
)
_NOW = select(*columns_of(QueueRow, REQUESTS)).where(R.reference.in_(bindparam("references", expanding=True)))


def newest_changes(connection: Connection, *, limit: int = 50) -> Newest:
    """The requests that changed last: something has changed if, and only if, this answer is another one.

    The time of the last change alone would not tell: a change may have taken its time before another one and
    reach the disk after it.
    """
    return tuple((row.reference, row.version) for row in connection.execute(_NEWEST, {"limit": limit}))


def requests_now(connection: Connection, references: Sequence[str]) -> list[QueueRow]:
    """The rows of the queue with these numbers as they are now, in this order; what is gone is left out."""
    if not references:
        return []
    found = as_read(QueueRow, connection.execute(_NOW, {"references": list(references)}))
    by_reference = {row.reference: row for row in found}
    return [by_reference[reference] for reference in references if reference in by_reference]


def came_since(connection: Connection, since: datetime, *, limit: int) -> frozenset[str]:
    """Numbers of the newest reports that came since then (UTC)."""
    return frozenset(connection.execute(_CAME, {"since": since, "limit": limit}).scalars())


def count_statuses(connection: Connection, *, up_to: int) -> dict[Status, int]:
    """How many requests have each status, but not beyond `up_to`."""
    return {Status(row.status): row.number for row in connection.execute(_COUNTS, {"up_to": up_to})}
