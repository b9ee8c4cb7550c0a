"""Alerts in the database."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine

from app.alerts.rules import cancel
from app.alerts.store import AlertStore, alerts_not_ended
from app.db.engine import read
from app.kit.errors import Conflict
from app.kit.ids import make_id
from app.people.models import Person
from app.people.store import PeopleStore
from tests.alerts.examples import heat, published, publisher
from tests.factories import NOW

HOUR = timedelta(hours=1)


@pytest.fixture
def store(engine: Engine) -> AlertStore:
    return AlertStore(engine)


@pytest.fixture
def robin(engine: Engine) -> Person:
    person = publisher()
    with PeopleStore(engine).writing() as transaction:
        assert transaction.add_person(person)
    return person


def ids(engine: Engine, hours: float = 0) -> list[str]:
    with read(engine) as connection:
        return [one.alert.id for one in alerts_not_ended(connection, NOW + hours * HOUR)]


def test_it_comes_back_as_it_was_published(store: AlertStore, engine: Engine, robin: Person) -> None:
    whole = published(store, robin, NOW, onset=NOW + HOUR, area="Lents")
    with read(engine) as connection:
        (found,) = alerts_not_ended(connection, NOW)
    assert found.alert.model_dump() == whole.alert.model_dump()
    assert {code: text.model_dump() for code, text in found.texts.items()} == {
        code: text.model_dump() for code, text in whole.texts.items()
    }
    with store.writing() as transaction:
        again = transaction.alert(whole.alert.id)
    assert again is not None
    assert again.alert.model_dump() == whole.alert.model_dump()
    assert again.alert.expires == heat(NOW).expires, "with its time zone"


def test_only_the_last_message_of_each_chain_counts(store: AlertStore, engine: Engine, robin: Person) -> None:
    first = published(store, robin, NOW).alert.id
    other = published(store, robin, NOW + HOUR, expires=NOW + 2 * HOUR).alert.id
    assert ids(engine, 1) == [other, first]
    second = published(store, robin, NOW + HOUR, replaces=first).alert.id
    assert set(ids(engine, 1)) == {second, other}
    assert ids(engine, 2) == [second], "the other one has ended by itself"
    cancel(store=store, id=second, by=robin, now=NOW + HOUR, key=make_id())
    assert ids(engine, 1) == [other]


def test_two_colleagues_cannot_both_replace_the_same_message(
    store: AlertStore, engine: Engine, robin: Person
) -> None:
    first = published(store, robin, NOW).alert.id
    update = published(store, robin, NOW, replaces=first).alert.id
    with pytest.raises(Conflict):
        published(store, robin, NOW, replaces=first)
    with store.writing() as transaction:
        late = transaction.alert(update)
        assert late is not None
        # As if the other one had looked before the update was there.
        late.alert.id = make_id()
        assert not transaction.add_alert(late.alert, [])
    assert ids(engine) == [update]


def test_the_same_key_twice_is_one_message(store: AlertStore, engine: Engine, robin: Person) -> None:
    key = make_id()
    for _ in range(2):
        published(store, robin, NOW, key=key)
    assert ids(engine) == [key]
