"""Legal holds: what they cover is neither deleted nor erased, whoever asks, and nobody else hears why."""

from datetime import timedelta
from typing import Any

import pytest

from app.kit.errors import Rejected
from app.ledger.models import Covers, Kind
from app.requests.rules import Holder, erase_contact
from app.requests.statuses import Status
from app.retention.holds import (
    HoldRefused,
    hold_address,
    hold_again,
    hold_circle,
    hold_person,
    hold_report,
    lift_hold,
    set_hold,
)
from app.retention.models import LegalHold
from app.retention.rules import dispose
from app.retention.schedule import Kept
from tests.factories import NOW, report, send
from tests.memory import MemoryStore

MUCH_LATER = NOW + timedelta(days=5000)


def hashed(name: str) -> str:
    return f"hash-of-{name}"


FIELDS: dict[str, Any] = {
    "lat": 45.52,
    "long": -122.66,
    "address_string": "1200 SE Main St, Apt. 4",
    "email": "Ana.Garcia@Mail.example",
    "phone": "+1 (503) 555-0123 ext. 42",
}

COVERS = {
    "a circle": lambda: hold_circle("45.52", "-122.66", 100),
    "a circle whose edge it is in": lambda: hold_circle("45.5207", "-122.66", 100),
    "an address": lambda: hold_address("main ST"),
    "another spelling of it": lambda: hold_address(" 1200  SE Main St."),
    "an e-mail address": lambda: hold_person("ana.garcia@mail.example", hashed),
    "a telephone number": lambda: hold_person("503.555.0123", hashed),
    "digits of another script": lambda: hold_person("٥٠٣٥٥٥٠١٢٣", hashed),
}
COVERS_NOT = {
    "a circle elsewhere": lambda: hold_circle("45.53", "-122.66", 100),
    "another address": lambda: hold_address("120 SE Main St"),
    "a part of a word": lambda: hold_address("Mai"),
    "another e-mail address": lambda: hold_person("ana@mail.example", hashed),
    "another telephone number": lambda: hold_person("503-555-0124", hashed),
}


class Case:
    def __init__(self) -> None:
        self.store, self.fields = MemoryStore(), report(**FIELDS)
        send(self.store, self.fields)
        (self.request,) = self.store.requests.values()

    def hold(self, hold: LegalHold) -> str:
        return set_hold(store=self.store, hold=hold, reason="Case 26CV1", now=NOW)

    def set_again(self) -> None:
        """As a restore of an older backup does it: the ledger alone knows the hold."""
        covers = self.store.taken[-1].covers
        assert covers is not None
        self.store.all_holds.clear()
        hold_again(self.store, covers, NOW)

    def erase(self) -> None:
        erase_contact(
            store=self.store,
            reference=self.request.reference,
            by=Holder(self.fields["manage_token"]),
            now=NOW,
        )

    def dispose(self, kept: Kept) -> bool:
        self.request.status = Status.CLOSED.value
        return dispose(
            store=self.store, request_id=self.request.id, kept=kept, due_before=MUCH_LATER, now=MUCH_LATER
        )


@pytest.fixture
def case() -> Case:
    return Case()


@pytest.mark.parametrize("restored", [False, True])
@pytest.mark.parametrize("which", COVERS)
def test_what_a_hold_covers_stays(case: Case, which: str, restored: bool) -> None:
    id = case.hold(COVERS[which]())
    if restored:
        case.set_again()
    with pytest.raises(Rejected) as refused:
        case.erase()
    (error,) = refused.value.errors
    assert error.field == "erase"
    assert "26CV1" not in str(error.message.values) + error.message.text
    assert not any(case.dispose(kept) for kept in Kept)
    assert case.request.email == FIELDS["email"]
    assert [one.kind for one in case.store.taken] == [Kind.HOLD]
    lift_hold(store=case.store, id=id, reason="Settled", now=NOW)
    case.erase()
    assert case.request.email == ""


@pytest.mark.parametrize("restored", [False, True])
@pytest.mark.parametrize("which", COVERS_NOT)
def test_what_it_does_not_cover_goes(case: Case, which: str, restored: bool) -> None:
    case.hold(COVERS_NOT[which]())
    if restored:
        case.set_again()
    case.erase()
    assert case.request.email == ""
    assert case.dispose(Kept.REPORT)


def test_one_report(case: Case) -> None:
    other = send(case.store)
    id = case.hold(hold_report(other.reference))
    case.erase()
    lift_hold(store=case.store, id=id, reason="x", now=NOW)
    case.hold(hold_report(case.request.reference))
    assert not case.dispose(Kept.REPORT)


def test_a_report_without_place_or_contact_is_covered_by_no_such_hold() -> None:
    store = MemoryStore()
    fields = report(lat=None, long=None, email=None, phone=None, address_string="1 Elm St")
    receipt = send(store, fields)
    for hold in (hold_circle("45.52", "-122.66", 100), hold_person("503-555-0123", hashed)):
        set_hold(store=store, hold=hold, reason="x", now=NOW)
    holder = Holder(fields["manage_token"])
    erase_contact(store=store, reference=receipt.reference, by=holder, now=NOW)
    assert store.requests[receipt.id].contact_erased_at == NOW


def test_while_a_hold_of_a_later_version_is_on_nothing_is_deleted(case: Case) -> None:
    """What it covers cannot be told."""
    case.hold(hold_report(case.request.reference))
    case.store.all_holds[0].scheme = "a whole street 7"
    with pytest.raises(ValueError, match="not a valid Scheme"):
        case.dispose(Kept.REPORT)
    with pytest.raises(ValueError, match="not a valid Scheme"):
        hold_again(case.store, Covers("x", "a whole street 7", ("y",)), NOW)


@pytest.mark.parametrize(
    "refused",
    [
        lambda case: case.hold(hold_report("123")),
        lambda case: case.hold(hold_report("4829135570243")),
        lambda case: case.hold(hold_circle("200", "1", 50)),
        lambda case: case.hold(hold_circle("", "", 50)),
        lambda case: case.hold(hold_circle("45", "-122", 0)),
        lambda case: case.hold(hold_circle("45", "-122", float("nan"))),
        lambda case: case.hold(hold_address(" !")),
        lambda case: case.hold(hold_person("somebody", hashed)),
        lambda case: case.hold(hold_person("555-0123", hashed)),
        lambda case: set_hold(store=case.store, hold=hold_address("x"), reason=" ", now=NOW),
        lambda case: set_hold(store=case.store, hold=hold_address("x"), reason="x" * 501, now=NOW),
        lambda case: lift_hold(store=case.store, id="unknown", reason="x", now=NOW),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_sentence(case: Case, refused: Any) -> None:
    with pytest.raises(HoldRefused, match=r"\w{2}.*\.$"):
        refused(case)
    assert case.store.all_holds == []


def test_what_is_open_or_was_changed_lately_is_not_due(case: Case) -> None:
    def dispose_before(days: int) -> bool:
        due = NOW + timedelta(days=days)
        return dispose(
            store=case.store, request_id=case.request.id, kept=Kept.REPORT, due_before=due, now=due
        )

    assert not dispose_before(5000)
    case.request.status = Status.FIXED.value
    assert not dispose_before(0)
    assert dispose_before(1)
    assert case.store.requests == {}
    assert [(one.kind, one.thing, one.id) for one in case.store.taken] == [
        ("dispose", "request", case.request.id)
    ]
