"""What may be published, what it becomes, and which of several comes first."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, func, select

from app.alerts.models import AlertWords, MessageType, WholeAlert
from app.alerts.rules import LONGEST, MAX_HEADLINE, MAX_TEXT, cancel, checked, is_web_address, on_now
from app.alerts.store import AlertStore, alerts_not_ended
from app.alerts.words import Certainty, Event, Severity, Urgency
from app.db.engine import read
from app.db.tables import ALERTS
from app.desk.alert_rows import audience
from app.kit.errors import Conflict, NotFound, Rejected
from app.kit.ids import make_id
from app.people.models import Person
from app.people.store import PeopleStore
from i18n import translator
from tests.alerts.examples import ENGLISH, SPANISH, heat, published
from tests.alerts.examples import publisher as somebody
from tests.factories import NOW

HOUR = timedelta(hours=1)


Publisher = Callable[..., Person]


@pytest.fixture
def store(sqlite: Engine) -> AlertStore:
    return AlertStore(sqlite)


@pytest.fixture
def publisher(sqlite: Engine) -> Publisher:
    """Somebody who may publish alerts, or as the test says."""

    def make(*said: str, **changes: str) -> Person:
        person = somebody(*said, **changes)
        with PeopleStore(sqlite).writing() as transaction:
            assert transaction.add_person(person)
        return person

    return make


def count(engine: Engine) -> int:
    """How many messages there are."""
    with read(engine) as connection:
        return connection.execute(select(func.count()).select_from(ALERTS)).scalar_one()


def mistakes(**changes: Any) -> dict[str, str]:
    with pytest.raises(Rejected) as rejected:
        checked(heat(NOW, **changes), now=NOW)
    return {error.field: error.message.text for error in rejected.value.errors}


def test_a_part_that_is_too_long_says_by_how_much_as_everywhere_else() -> None:
    with pytest.raises(Rejected) as rejected:
        checked(heat(NOW, area="x" * 203), now=NOW)
    [error] = rejected.value.errors
    assert (error.field, error.message.values) == ("area", {"num": 3, "limit": 200})


# --- what may be published ----------------------------------------------------------------------------------


def test_a_whole_alert_is_published(store: AlertStore, publisher: Publisher) -> None:
    by = publisher()
    whole = published(store, by, NOW)
    alert = whole.alert
    assert (alert.message_type, alert.status, alert.category) == ("Alert", "Actual", "Met")
    assert (alert.first_id, alert.first_sent, alert.replaces) == (alert.id, NOW, None)
    assert (alert.sent, alert.person_id) == (NOW, by.id)
    assert whole.texts["en"].web == "https://www.city.example/heat"
    assert whole.text_for("es").headline == SPANISH.headline
    assert (whole.text_for("vi").language, whole.text_for("vi").headline) == ("en", ENGLISH.headline)
    assert "vi" in whole.missing
    assert not {"en", "es"} & set(whole.missing)


@pytest.mark.parametrize("event", Event)
def test_every_event_has_a_category_of_cap(store: AlertStore, publisher: Publisher, event: Event) -> None:
    category = published(store, publisher(), NOW, event=event).alert.category
    assert category in {
        "Geo",
        "Met",
        "Safety",
        "Fire",
        "Health",
        "Env",
        "Transport",
        "Infra",
        "CBRNE",
        "Other",
    }


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"event": ""}, "event"),
        ({"event": "war"}, "event"),
        ({"severity": "Very"}, "severity"),
        ({"urgency": "Actual"}, "urgency"),
        ({"certainty": ""}, "certainty"),
        ({"expires": None}, "expires"),
        ({"expires": NOW}, "expires"),
        ({"expires": NOW - HOUR}, "expires"),
        ({"expires": NOW + LONGEST + HOUR}, "expires"),
        ({"onset": NOW + 6 * HOUR}, "onset"),
        ({"area": "x" * 201}, "area"),
        ({"texts": {}}, "headline-en"),
        ({"texts": {"en": AlertWords(headline="Hot")}}, "description-en"),
        ({"texts": {"en": replace(ENGLISH, headline="x" * (MAX_HEADLINE + 1))}}, "headline-en"),
        ({"texts": {"en": replace(ENGLISH, description="x" * (MAX_TEXT + 1))}}, "description-en"),
        ({"texts": {"en": replace(ENGLISH, instruction="x" * (MAX_TEXT + 1))}}, "instruction-en"),
        ({"texts": {"en": replace(ENGLISH, web="http://city.example")}}, "web-en"),
        ({"texts": {"en": ENGLISH, "es": AlertWords(instruction="Beba agua.")}}, "headline-es"),
    ],
)
def test_each_mistake_names_its_field(changes: dict[str, Any], field: str) -> None:
    assert field in mistakes(**changes)


def test_texts_without_words_are_left_out_and_unknown_languages_too() -> None:
    texts = {"en": ENGLISH, "es": AlertWords(" ", "\n", "", " "), "xx": SPANISH, "ar-XB": SPANISH}
    assert set(checked(heat(NOW, texts=texts), now=NOW).texts) == {"en"}


def test_what_turns_the_words_around_it_is_taken_out() -> None:
    texts = {"en": replace(ENGLISH, headline=" Hot\u202e and\n dry ", description="a\r\n\n\n\nb")}
    said = checked(heat(NOW, texts=texts), now=NOW).texts["en"]
    assert (said.headline, said.description) == ("Hot and dry", "a\n\nb")


@pytest.mark.parametrize(
    ("address", "good"),
    [
        ("https://www.portland.gov/heat?x=1#now", True),
        ("https://ready.city.example/", True),
        ("http://city.example/", False),
        ("javascript:alert(1)", False),
        ("https://", False),
        ("https://localhost/", False),
        ("https://city.example:8443/", False),
        ("https://city.example@evil.example/", False),
        ("https://city.example\\@evil.example/", False),
        ("https://city.example/a b", False),
        ("https://[::1/", False),
        ("https://city.example:x/", False),
        ("//city.example/", False),
        ("https://city.example/" + "x" * 300, False),
    ],
)
def test_only_https_addresses_that_hide_nothing_are_links(address: str, good: bool) -> None:
    assert is_web_address(address) is good


def test_whoever_may_not_publish_does_not(store: AlertStore, publisher: Publisher, sqlite: Engine) -> None:
    with pytest.raises(NotFound):
        published(store, publisher(role="reader"), NOW)
    with pytest.raises(NotFound):
        cancel(store=store, id=make_id(), by=publisher(), now=NOW, key=make_id())
    with pytest.raises(NotFound):
        published(store, publisher(), NOW, key="no id")
    assert count(sqlite) == 0


# --- the life of an alert -----------------------------------------------------------------------------------


def test_an_update_takes_the_place_of_what_was_said_before(store: AlertStore, publisher: Publisher) -> None:
    first = published(store, publisher(), NOW)
    said = first.alert.model_dump()
    second = published(store, publisher(), NOW + HOUR, replaces=first.alert.id, severity=Severity.EXTREME)
    third = published(store, publisher(), NOW + 2 * HOUR, replaces=second.alert.id)
    assert second.alert.message_type == MessageType.UPDATE
    assert {one.alert.first_id for one in (first, second, third)} == {first.alert.id}
    assert third.alert.first_sent == NOW
    assert third.alert.replaces == second.alert.id
    assert first.alert.model_dump() == said, "a published message is never edited"


def test_what_is_replaced_or_ended_cannot_be_replaced_again(
    store: AlertStore, publisher: Publisher, sqlite: Engine
) -> None:
    first = published(store, publisher(), NOW)
    second = published(store, publisher("Noor"), NOW + HOUR, replaces=first.alert.id)
    with pytest.raises(Conflict):
        published(store, publisher("Robin"), NOW + HOUR, replaces=first.alert.id)
    ended = cancel(store=store, id=second.alert.id, by=publisher(), now=NOW + HOUR, key=make_id())
    with pytest.raises(Conflict):
        published(store, publisher(), NOW + HOUR, replaces=ended.alert.id)
    with pytest.raises(Conflict):
        cancel(store=store, id=second.alert.id, by=publisher(), now=NOW + HOUR, key=make_id())
    assert count(sqlite) == 3


def test_an_alert_that_has_ended_by_itself_is_not_taken_up_again(
    store: AlertStore, publisher: Publisher
) -> None:
    first = published(store, publisher(), NOW)
    with pytest.raises(Conflict):
        published(store, publisher(), NOW + 6 * HOUR, replaces=first.alert.id)


def test_a_cancel_repeats_the_facts_and_says_nothing(store: AlertStore, publisher: Publisher) -> None:
    first = published(store, publisher(), NOW).alert
    ended = cancel(store=store, id=first.id, by=publisher(), now=NOW + HOUR, key=make_id())
    assert (ended.alert.message_type, ended.alert.urgency) == ("Cancel", "Past")
    assert (ended.alert.event, ended.alert.expires) == (first.event, first.expires)
    assert ended.texts == {}
    assert on_now([ended], NOW + HOUR) == ()


def test_the_same_thing_sent_twice_happens_once(
    store: AlertStore, publisher: Publisher, sqlite: Engine
) -> None:
    by, key = publisher(), make_id()
    first = published(store, by, NOW, key=key)
    again = published(store, by, NOW + HOUR, key=key, expires=NOW + 6 * HOUR)
    assert again.alert == first.alert
    update = make_id()
    for _ in range(2):
        published(store, by, NOW + HOUR, key=update, replaces=key)
    for _ in range(2):
        cancel(store=store, id=update, by=by, now=NOW + HOUR, key=store_key(update))
    assert count(sqlite) == 3


def store_key(id: str) -> str:
    """Another id that is the same each time."""
    return id[:-4] + "0000"


def test_the_same_key_for_something_else_is_refused(store: AlertStore, publisher: Publisher) -> None:
    first = published(store, publisher(), NOW)
    with pytest.raises(Conflict):
        published(store, publisher(), NOW, key=first.alert.id, area="Lents")


# --- what people are told -----------------------------------------------------------------------------------


def test_an_alert_is_on_until_its_end(store: AlertStore, publisher: Publisher) -> None:
    whole = published(store, publisher(), NOW)
    assert whole.is_on(NOW)
    assert whole.is_on(NOW + 6 * HOUR - timedelta(seconds=1))
    assert not whole.is_on(NOW + 6 * HOUR)
    later = WholeAlert(whole.alert.model_copy(update={"effective": NOW + HOUR}), whole.texts)
    assert not later.is_on(NOW)
    assert later.is_on(NOW + HOUR)


def test_the_gravest_comes_first_and_of_equals_the_newest(
    store: AlertStore, publisher: Publisher, sqlite: Engine
) -> None:
    by = publisher()
    minor = published(store, by, NOW, severity=Severity.MINOR, urgency=Urgency.IMMEDIATE)
    old = published(store, by, NOW)
    new = published(store, by, NOW + HOUR)
    sure = published(store, by, NOW, certainty=Certainty.OBSERVED)
    soon = published(store, by, NOW, urgency=Urgency.IMMEDIATE)
    extreme = published(store, by, NOW, severity=Severity.EXTREME, urgency=Urgency.FUTURE)
    with read(sqlite) as connection:
        kept = alerts_not_ended(connection, NOW + HOUR)
    assert on_now(kept, NOW + HOUR) == (extreme, soon, sure, new, old, minor)


@pytest.mark.parametrize("severity", Severity)
@pytest.mark.parametrize("urgency", Urgency)
def test_only_great_danger_that_is_near_interrupts(
    store: AlertStore, publisher: Publisher, severity: Severity, urgency: Urgency
) -> None:
    whole = published(store, publisher(), NOW, severity=severity, urgency=urgency)
    assert whole.is_urgent == (severity in ("Extreme", "Severe") and urgency in ("Immediate", "Expected"))
    promised = "It is urgent: screen readers read it out at once." in audience(
        heat(NOW, severity=severity, urgency=urgency), translator("en")
    )
    assert promised == whole.is_urgent, "the preview promises what the banner does"
