"""Alerts for tests: a heat alert as the desk would write it, and somebody who may publish it."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from app.alerts.models import AlertDraft, AlertWords, WholeAlert
from app.alerts.rules import publish
from app.alerts.store import AlertStore
from app.alerts.words import Certainty, Event, Severity, Urgency
from app.kit.ids import make_id
from app.people.models import Person, Role

ENGLISH = AlertWords(
    headline="It will be very hot until Friday",
    description="Up to 108 degrees.\n\nCooling centers are open.",
    instruction="Drink water. Look after your neighbors.",
    web="https://www.city.example/heat",
)
SPANISH = AlertWords(
    headline="Hará mucho calor hasta el viernes",
    description="Hasta 42 grados.",
    instruction="Beba agua. Cuide a sus vecinos.",
)


def heat(now: datetime, **changes: Any) -> AlertDraft:
    """An alert in English and Spanish that ends in six hours, with changes."""
    draft = AlertDraft(
        event=Event.HEAT,
        urgency=Urgency.EXPECTED,
        severity=Severity.SEVERE,
        certainty=Certainty.LIKELY,
        expires=now + timedelta(hours=6),
        texts={"en": ENGLISH, "es": SPANISH},
    )
    return replace(draft, **changes)


def publisher(name: str = "Robin", *, role: str = Role.DESK.value) -> Person:
    """Somebody who is not in any database yet."""
    return Person(id=make_id(), email=f"{make_id()}@city.example", name=name, password_hash="", role=role)


def published(
    store: AlertStore, by: Person, now: datetime, *, key: str = "", replaces: str = "", **changes: Any
) -> WholeAlert:
    """Publish an alert through the one way there is."""
    return publish(
        store=store, draft=heat(now, **changes), by=by, now=now, key=key or make_id(), replaces=replaces
    )
