"""The shape of the database is looked at by `/health/ready`, and nothing by `/health/live`. More: test_underway.py."""

import pytest
from sqlalchemy import text
from starlette.types import ASGIApp

from app.db.engine import write
from app.db.migrate import is_behind
from app.http.portal import Portal
from tests.devices import ask


@pytest.fixture(autouse=True)
def started(portal: Portal) -> None:
    """Starting is over."""
    portal.readiness.started = True


def in_the_way(app: ASGIApp) -> list[str]:
    """What `/health/ready` names; that the process lives is said all the while."""
    assert [ask(app, "GET", path).status_code for path in ("/health", "/health/live")] == [200, 200]
    answer = ask(app, "GET", "/health/ready")
    problems = answer.json().get("because", [])
    assert answer.status_code == (503 if problems else 200)
    assert answer.headers["cache-control"] == "no-store"
    return list(problems)


def set_revision(portal: Portal, revision: str) -> None:
    with write(portal.engine) as session:
        session.connection().execute(text("UPDATE alembic_version SET version_num = :to"), {"to": revision})


def test_a_database_that_lacks_a_migration_is_named(portal: Portal, app: ASGIApp) -> None:
    assert in_the_way(app) == []
    set_revision(portal, "0001")
    assert in_the_way(app) == ["schema"]


def test_a_database_that_a_later_version_brought_further_is_fine(portal: Portal, app: ASGIApp) -> None:
    set_revision(portal, "9999")
    assert in_the_way(app) == []


def test_an_empty_database_is_behind() -> None:
    assert is_behind(None)


def test_a_database_that_is_gone_is_named(portal: Portal, app: ASGIApp) -> None:
    with write(portal.engine) as session:
        session.connection().execute(text("DROP TABLE alembic_version"))
    assert in_the_way(app) == ["database", "schema"]
