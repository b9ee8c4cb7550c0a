"""How long reports really took: measured over what is done and what is not, along an index."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import Engine, text

from app.db.engine import read
from app.requests.rules import Staff, change_status
from app.requests.statuses import Status
from app.requests.store import RequestStore
from app.requests.store_pace import FEWEST_FINISHED, NEWEST, _newest, half_within
from tests.factories import NOW, send

DAY = timedelta(days=1)


def finish(store: RequestStore, reference: str, days: int, to: Status = Status.FIXED) -> None:
    """Say so many days after it came that a report is finished."""
    change_status(store=store, reference=reference, by=Staff("p"), to=to, note="Done.", now=NOW + days * DAY)


def fill(store: RequestStore, days: Sequence[int | None]) -> None:
    """Reports of one type, each finished after so many days, or open."""
    for took in days:
        reference = send(store, now=NOW).reference
        if took is not None:
            finish(store, reference, took)


def measured(engine: Engine) -> int | None:
    with read(engine) as connection:
        return half_within(connection, "pothole")


def test_nothing_is_said_before_fifty_are_finished(store: RequestStore, engine: Engine) -> None:
    fill(store, [3] * (FEWEST_FINISHED - 1))
    assert measured(engine) is None
    fill(store, [3])
    assert measured(engine) == 3


def test_open_reports_count_as_not_finished(store: RequestStore, engine: Engine) -> None:
    fill(store, [2] * 30 + [9] * 30)
    assert measured(engine) == 2
    fill(store, [None] * 4)
    assert measured(engine) == 9
    fill(store, [None] * 60)
    assert measured(engine) is None


def test_what_was_taken_up_again_is_not_finished(store: RequestStore, engine: Engine) -> None:
    fill(store, [1] * (FEWEST_FINISHED - 1))
    reference = send(store, now=NOW).reference
    finish(store, reference, 1)
    assert measured(engine) == 1
    change_status(
        store=store, reference=reference, by=Staff("p"), to=Status.IN_PROGRESS, note="", now=NOW + 2 * DAY
    )
    assert measured(engine) is None


def test_only_the_newest_reports_of_that_type_count(
    store: RequestStore, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.requests.store_pace.NEWEST", 60)
    for _ in range(20):
        finish(store, send(store, now=NOW - 300 * DAY).reference, 1)
    fill(store, [4] * 60)
    finish(store, send(store, now=NOW, service_code="noise").reference, 90)
    assert measured(engine) == 4
    assert NEWEST == 400


def test_it_is_read_along_an_index(store: RequestStore, engine: Engine) -> None:
    if engine.dialect.name != "sqlite":
        pytest.skip("SQLite says how it reads; PostgreSQL decides by what there is")
    fill(store, [1])
    query = _newest("pothole").compile(engine, compile_kwargs={"literal_binds": True})
    with read(engine) as connection:
        plan = [row[3] for row in connection.execute(text(f"EXPLAIN QUERY PLAN {query}"))]
    assert any("ix_service_request_service" in step for step in plan), plan
    assert any("ix_request_update_request" in step for step in plan), plan
    assert not [step for step in plan if step.startswith("SCAN service_request")], plan
    assert not [step for step in plan if "TEMP B-TREE" in step], plan
