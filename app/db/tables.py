"""All tables by name, for statements that are built once and need no objects."""

from functools import cache
from typing import Any

from sqlalchemy import Executable
from sqlalchemy import Table as SqlTable
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.alerts.models import Alert, AlertText
from app.db.base import Table
from app.ledger.models import Housekeeping, TakenBack
from app.people.models import DeskSession, Person, SignInFailure
from app.photos.models import Photo, UnwantedPhoto
from app.requests.models import Follower, RequestUpdate, RequestWords, ServiceRequest
from app.retention.models import LegalHold

METADATA = Table.metadata


def _of(model: type[Table]) -> SqlTable:
    return METADATA.tables[str(model.__tablename__)]


REQUESTS = _of(ServiceRequest)
WORDS = _of(RequestWords)
UPDATES = _of(RequestUpdate)
FOLLOWERS = _of(Follower)
PHOTOS = _of(Photo)
PEOPLE = _of(Person)
SESSIONS = _of(DeskSession)
FAILURES = _of(SignInFailure)
ALERTS = _of(Alert)
ALERT_TEXTS = _of(AlertText)
TAKEN = _of(TakenBack)
HOUSEKEEPING = _of(Housekeeping)
HOLDS = _of(LegalHold)
UNWANTED = _of(UnwantedPhoto)
TERMS = "request_terms"
"""The index of the search, which each database has in its own way (terms.py). FTS5 has tables of its own behind it."""


def insert_new(session: Session, table: SqlTable, row: dict[str, Any]) -> bool:
    """Insert a row unless one of its unique values is taken; tells whether it was inserted."""
    statement = _insert_new(session.get_bind().dialect.name, table)
    # Without the option a driver may answer -1, "unknown", for an INSERT.
    result = session.connection().execute(statement, row, execution_options={"preserve_rowcount": True})
    return result.rowcount == 1


@cache
def _insert_new(dialect: str, table: SqlTable) -> Executable:
    return upsert(dialect, table).on_conflict_do_nothing()


def upsert(dialect: str, table: SqlTable) -> "postgresql.Insert | sqlite.Insert":
    """The INSERT of the database in use, which knows ON CONFLICT; SQLite and PostgreSQL spell it alike."""
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)
