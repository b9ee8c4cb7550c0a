"""People at the desk in the database."""

import traceback
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError

from app.db.engine import read
from app.db.tables import FAILURES, PEOPLE, SESSIONS
from app.kit.errors import Conflict, Rejected
from app.people import rules as people
from app.people.models import Role
from app.people.store import PeopleStore, names_of
from tests.factories import NOW

PASSWORD = "correct horse battery staple"


def test_a_working_day(people_store: PeopleStore, engine: Engine) -> None:
    store = people_store
    person = people.create_person(
        store=store, email="ana@city.example", name="Ana", password=PASSWORD, role=Role.DESK
    )
    with pytest.raises(Conflict):
        people.create_person(
            store=store, email="ana@city.example", name="Eve", password=PASSWORD, role=Role.ADMIN
        )
    for _ in range(2):
        with pytest.raises(Rejected):
            people.sign_in(store=store, email=person.email, password="wrong", address="192.0.2.1", now=NOW)
    signed_in = people.sign_in(
        store=store, email=person.email, password=PASSWORD, address="192.0.2.1", now=NOW
    )
    with read(engine) as connection:
        failed = connection.execute(FAILURES.select()).all()
    assert len(failed) == 2, "those of this network are forgotten; for all networks together they count"
    known: dict[str, Any] = {"store": store, "email": person.email, "marks": [signed_in.mark]}
    assert people.is_known_device(**known)
    assert not people.is_known_device(**{**known, "email": "nobody@city.example"})
    for _ in range(people.FREE_FAILURES_ELSEWHERE):
        with pytest.raises(Rejected):
            people.sign_in(**known, password="wrong", address="192.0.2.1", now=NOW)
    tomorrow = NOW + timedelta(days=1, seconds=1)
    with pytest.raises(Rejected):
        people.sign_in(**known, password="wrong", address="192.0.2.1", now=tomorrow)
    with read(engine) as connection:
        [left] = connection.execute(FAILURES.select()).all()
    assert left.at == tomorrow, "what does not count any more is gone"

    token = signed_in.token
    for minutes in (0, 100, 200, 300):
        found = people.person_of(store=store, token=token, now=NOW + timedelta(minutes=minutes))
        assert found is not None
        assert (found.id, found.name, found.role) == (person.id, "Ana", "desk")
    assert people.person_of(store=store, token=token, now=NOW + timedelta(minutes=421)) is None
    with read(engine) as connection:
        assert names_of(connection, {person.id, "nobody"}) == {person.id: "Ana"}
        assert names_of(connection, set()) == {}
    people.sign_out(store=store, token=token)
    assert people.person_of(store=store, token=token, now=NOW) is None


def test_a_new_password_ends_every_sign_in(people_store: PeopleStore) -> None:
    store = people_store
    people.create_person(store=store, email="ana@city.example", name="Ana", password=PASSWORD, role=Role.DESK)
    signed_in = people.sign_in(
        store=store, email="ana@city.example", password=PASSWORD, address="::1", now=NOW
    )
    people.change_password(store=store, email="ana@city.example", password="another long password", now=NOW)
    assert people.person_of(store=store, token=signed_in.token, now=NOW) is None


def test_words_of_people_are_in_no_error_of_the_database(engine: Engine) -> None:
    email = "secret" + "@mail.example"  # in two pieces: a traceback shows this file's lines
    with pytest.raises(IntegrityError) as failed, engine.begin() as connection:
        connection.execute(PEOPLE.insert(), {"id": "1", "email": email, "name": None})
    shown = "".join(traceback.format_exception(failed.value))
    assert email not in shown
    assert "person" in shown


def test_it_is_known_when_each_was_last_there_whatever_has_ended(
    people_store: PeopleStore, engine: Engine
) -> None:
    store = people_store
    for email, name in (("bo@city.example", "Bo"), ("ana@city.example", "Ana")):
        people.create_person(store=store, email=email, name=name, password=PASSWORD, role=Role.DESK)
    days = [NOW + timedelta(days=number) for number in range(3)]
    for day in days:
        token = people.sign_in(
            store=store, email="bo@city.example", password=PASSWORD, address="192.0.2.1", now=day
        ).token
        people.sign_out(store=store, token=token)
        assert people.person_of(store=store, token=token, now=day - timedelta(hours=1)) is None, (
            "whatever time it is"
        )
    [(ana, never), (bo, last)] = store.everybody()
    assert (ana.name, never) == ("Ana", None)
    assert (bo.name, last) == ("Bo", days[-1])
    with read(engine) as connection:
        assert len(connection.execute(SESSIONS.select()).all()) <= 2, "only the last ones are kept"
