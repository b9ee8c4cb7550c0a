"""What is near: only what is open, of the same type and within the distance; the newest first, along an index."""

import math
import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, event, text

from app.db.engine import read
from app.db.tables import FOLLOWERS
from app.desk.store import requests_now
from app.places.points import EARTH_RADIUS_M, Point, box_around, distance_m
from app.reports.rules import Receipt
from app.requests.follow_keys import make_key
from app.requests.following import follow, unfollow
from app.requests.rules import Staff, change_status
from app.requests.statuses import Status
from app.requests.store import RequestStore
from app.requests.store_filters import QueueFilter
from app.requests.store_lists import DESCRIPTION_SHOWN
from app.requests.store_nearby import MOST_LOOKED_AT, Near, follows, open_requests_near
from app.requests.store_queue import queue
from app.requests.store_request import public_request, whole_request
from bench.seed import seed
from tests.factories import INSIDE, NOW, send, small_city

HERE = Point(**INSIDE)
METERS = 1 / 111_195
"""Degrees of latitude."""


def at(meters: float) -> dict[str, Any]:
    """So far north of here."""
    return {**INSIDE, "lat": HERE.lat + meters * METERS}


def near(engine: Engine, code: str = "pothole", *, within_m: float = 50, limit: int = 5) -> list[Near]:
    with read(engine) as connection:
        return open_requests_near(connection, code, HERE, within_m=within_m, limit=limit)


def move(store: RequestStore, receipt: Receipt, to: Status) -> None:
    change_status(store=store, reference=receipt.reference, by=Staff("p"), to=to, note="Why.", now=NOW)


def test_open_requests_of_the_type_within_the_distance(store: RequestStore, engine: Engine) -> None:
    there = send(store, **at(49), description="x" * 999)
    waiting = send(store, **at(-20))
    move(store, waiting, Status.ON_HOLD)
    for other in ({**at(51)}, {**at(10), "service_code": "noise"}, {"lat": None, "long": None}):
        send(store, **other)
    for done in (Status.FIXED, Status.CLOSED):
        move(store, send(store, **at(5)), done)
    found = {one.request.reference: one for one in near(engine)}
    assert set(found) == {there.reference, waiting.reference}
    one = found[there.reference]
    assert one.distance_m == pytest.approx(49, abs=0.1)
    assert one.request.description == "x" * DESCRIPTION_SHOWN
    assert (one.photo, one.request.followers, one.request.language) == (None, 0, "en")
    assert [one.request.reference for one in near(engine, within_m=40)] == [waiting.reference]
    assert near(engine, "'; DROP TABLE service_request; --") == []


def test_a_corner_of_the_box_is_farther_than_the_distance(store: RequestStore, engine: Engine) -> None:
    send(store, lat=HERE.lat + 40 * METERS, long=HERE.long + 40 * METERS / 0.7)
    assert near(engine, within_m=50) == []
    assert len(near(engine, within_m=60)) == 1


def test_the_newest_come_first_and_no_more_than_asked_for(store: RequestStore, engine: Engine) -> None:
    sent = [send(store, **at(number), now=NOW + timedelta(minutes=number)) for number in range(8)]
    assert [one.request.reference for one in near(engine)] == [one.reference for one in sent[:2:-1]]


@given(
    lat=st.floats(-89, 89), long=st.floats(-179, 179), meters=st.floats(1, 1000), turn=st.floats(0, 6.2832)
)
def test_whatever_is_within_the_distance_is_in_the_box(
    lat: float, long: float, meters: float, turn: float
) -> None:
    here, share = Point(lat=lat, long=long), math.degrees(meters / EARTH_RADIUS_M)
    there = Point(
        lat=max(-90, min(90, lat + share * math.cos(turn))),
        long=max(-180, min(180, long + share * math.sin(turn) / math.cos(math.radians(lat)))),
    )
    south, west, north, east = box_around(here, meters)
    if distance_m(here, there) <= meters:
        assert south <= there.lat <= north
        assert west <= there.long <= east


def test_a_crowded_spot_costs_no_more_than_a_bound(sqlite: Engine) -> None:
    """A thousand open requests at one spot, as somebody might send them on purpose."""
    seed(sqlite, MOST_LOOKED_AT * 2)
    with sqlite.begin() as connection:
        connection.execute(
            text(
                "UPDATE service_request SET lat = :lat, long = :long, service_code = 'pothole', status = 'submitted'"
            ),
            INSIDE,
        )
    assert len(near(sqlite)) == 5


@pytest.mark.parametrize(
    "look",
    [
        lambda connection: open_requests_near(connection, "pothole", HERE, within_m=1000, limit=5),
        lambda connection: follows(connection, "x", make_key()),
    ],
)
def test_everything_is_found_along_an_index(
    engine: Engine, store: RequestStore, look: Callable[[Any], object]
) -> None:
    rng = random.Random(1)
    for _ in range(30):
        send(store, lat=rng.uniform(45.45, 45.55), long=rng.uniform(-122.7, -122.6))
    send(store, **at(1))
    with engine.begin() as connection:
        connection.exec_driver_sql("ANALYZE")
    seen: list[tuple[str, Any]] = []
    event.listen(
        engine,
        "before_cursor_execute",
        lambda _, __, statement, parameters, *___: seen.append((statement, parameters)),
    )
    with read(engine) as connection:
        look(connection)
        if engine.dialect.name == "postgresql":
            # Of so few rows it would rather read all.
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
            connection.exec_driver_sql("SET LOCAL enable_bitmapscan = off")
        explain = "EXPLAIN QUERY PLAN" if engine.dialect.name == "sqlite" else "EXPLAIN"
        looks = [one for one in seen if one[0].startswith("SELECT")]
        assert looks
        for statement, parameters in looks:
            plan = " ".join(
                str(row[-1]) for row in connection.exec_driver_sql(f"{explain} {statement}", parameters)
            )
            assert "index" in plan.lower(), (statement, plan)
            if "BETWEEN" in statement:
                assert "ix_service_request_near" in plan, plan


def test_following_is_kept_counted_and_undone(store: RequestStore, engine: Engine) -> None:
    receipt, key = send(store), make_key()
    doing: dict[str, Any] = {"store": store, "reference": receipt.reference, "now": NOW}

    def numbers() -> set[int]:
        """How many follow it, as every reader is told."""
        with read(engine) as connection:
            public = public_request(connection, receipt.reference)
            whole = whole_request(connection, receipt.reference)
            assert public is not None
            assert whole is not None
            (queued,) = queue(connection, QueueFilter(), limit=5).items
            (row,) = requests_now(connection, [receipt.reference])
            rows = len(connection.execute(FOLLOWERS.select()).all())
            assert follows(connection, receipt.id, key) == (rows > 0)
        return {public.request.followers, whole.request.followers, queued.followers, row.followers, rows}

    assert numbers() == {0}
    for _ in range(2):
        assert follow(city=small_city(), key=key, **doing) == 1
        assert numbers() == {1}
    assert near(engine)[0].request.followers == 1
    for _ in range(2):
        assert unfollow(key=key, **doing) == 0
        assert numbers() == {0}
