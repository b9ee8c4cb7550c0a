"""What the desk's screens ask again and again while they are open: what has changed, and how a row is now."""

from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, select

from app.storage.tables import REQUESTS

R = REQUESTS.c

Newest = tuple[tuple[str, int], ...]
"""Reference number and version of the requests that changed last."""

_NEWEST = select(R.reference, R.version).order_by(R.updated_at.desc()).limit(bindparam("limit"))
_NOW = select(R.reference, R.version, R.status, R.updated_at).where(
    R.reference.in_(bindparam("references", expanding=True))
)


def newest_changes(connection: Connection, *, limit: int = 50) -> Newest:
    """The requests that changed last: something has changed if, and only if, this answer is another one.

    The time of the last change alone would not tell: a change may have taken its time before another one and
    reach the disk after it.
    """
    return tuple((row.reference, row.version) for row in connection.execute(_NEWEST, {"limit": limit}))


def statuses_now(connection: Connection, references: Sequence[str]) -> dict[str, str]:
    """Reference number -> status, of those requests that are still there."""
    if not references:
        return {}
    return {row.reference: row.status for row in connection.execute(_NOW, {"references": list(references)})}
