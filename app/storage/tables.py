"""All tables by name, for statements that are built once and need no objects."""

from functools import cache
from typing import Any, cast

from sqlalchemy import CursorResult, Executable
from sqlalchemy import Table as SqlTable
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.domain import alerts, following, holds, people, photos, requests, taken  # noqa: F401 - their import fills the catalog
from app.domain.base import Table

METADATA = Table.metadata
REQUESTS = METADATA.tables["service_request"]
WORDS = METADATA.tables["request_words"]
UPDATES = METADATA.tables["request_update"]
FOLLOWERS = METADATA.tables["follower"]
PHOTOS = METADATA.tables["photo"]
PEOPLE = METADATA.tables["person"]
SESSIONS = METADATA.tables["session"]
FAILURES = METADATA.tables["sign_in_failure"]
ALERTS = METADATA.tables["alert"]
ALERT_TEXTS = METADATA.tables["alert_text"]
TAKEN = METADATA.tables["taken_back"]
HOUSEKEEPING = METADATA.tables["housekeeping"]
HOLDS = METADATA.tables["legal_hold"]
UNWANTED = METADATA.tables["unwanted_photo"]
TERMS = "request_terms"
"""The index of the search, which each database has in its own way (terms.py). FTS5 has tables of its own behind it."""


def insert_new(session: Session, table: SqlTable, row: dict[str, Any]) -> bool:
    """Insert a row unless one of its unique values is taken; tells whether it was inserted."""
    statement = _insert_new(session.get_bind().dialect.name, table)
    # Without the option a driver may answer -1, "unknown", for an INSERT.
    result = session.execute(statement, row, execution_options={"preserve_rowcount": True})
    return bool(cast("CursorResult[Any]", result).rowcount == 1)


@cache
def _insert_new(dialect: str, table: SqlTable) -> Executable:
    return upsert(dialect, table).on_conflict_do_nothing()


def upsert(dialect: str, table: SqlTable) -> "postgresql.Insert | sqlite.Insert":
    """The INSERT of the database in use, which knows ON CONFLICT; SQLite and PostgreSQL spell it alike."""
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)
