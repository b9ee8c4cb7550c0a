"""What the desk's open screens ask again and again."""

from datetime import timedelta

from sqlalchemy import Engine

from app.db.engine import read
from app.desk.store import came_since, count_statuses, newest_changes, requests_now
from app.people.models import Role
from app.people.rules import create_person
from app.people.store import PeopleStore
from app.requests.rules import Staff, change_status
from app.requests.statuses import Status
from app.requests.store import RequestStore
from tests.factories import NOW, send

MINUTE = timedelta(minutes=1)


def test_rows_as_they_are_now(store: RequestStore, people_store: PeopleStore, engine: Engine) -> None:
    first, second, third = (send(store, now=NOW + minutes * MINUTE).reference for minutes in range(3))
    person = create_person(
        store=people_store, email="a@city.example", name="Ana", password="a long password", role=Role.DESK
    )
    with read(engine) as connection:
        before = newest_changes(connection)
        assert [reference for reference, _ in before] == [third, second, first]
        assert newest_changes(connection, limit=1) == before[:1]
    change_status(
        store=store, reference=first, by=Staff(person.id), to=Status.FIXED, note="", now=NOW - 60 * MINUTE
    )
    with read(engine) as connection:
        assert newest_changes(connection) != before, "a change counts whatever time it bears"
        now = requests_now(connection, [second, "0000000000000", first])
        assert [(request.reference, request.status) for request in now] == [
            (second, "submitted"),
            (first, "fixed"),
        ]
        assert now[0].review == []
        assert requests_now(connection, []) == []


def test_what_came_and_how_many_there_are(store: RequestStore, engine: Engine) -> None:
    with read(engine) as connection:
        assert count_statuses(connection, up_to=9) == dict.fromkeys(Status, 0)
        assert came_since(connection, NOW, limit=9) == frozenset()
    sent = [send(store, now=NOW + minutes * MINUTE).reference for minutes in range(4)]
    with read(engine) as connection:
        assert came_since(connection, NOW + MINUTE, limit=9) == set(sent[1:])
        assert came_since(connection, NOW, limit=2) == set(sent[2:])
        assert count_statuses(connection, up_to=9)[Status.SUBMITTED] == 4
        assert count_statuses(connection, up_to=3)[Status.SUBMITTED] == 3
