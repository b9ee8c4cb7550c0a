"""Legal holds: while one is on, nothing of the reports it covers is deleted, whoever asks for it."""

import re
from collections.abc import Callable, Collection
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Text
from sqlmodel import Field

from app.domain.base import Table
from app.domain.errors import Rejected
from app.domain.folding import folded
from app.domain.ids import make_id
from app.domain.places import Point, distance_m, read_point
from app.domain.references import parse_reference
from app.domain.requests import ServiceRequest
from app.domain.store import Store, Transaction
from app.domain.text import ascii_digits, clean_line, looks_like_email
from i18n import N_

MOST_REASON = 500
LEAST_RADIUS_M, MOST_RADIUS_M = 10, 20_000
DIGITS_OF_A_PHONE = 10
_EXTENSION = re.compile(r"(?:ext\.?|x|#) ?[0-9]{1,6}\Z", re.IGNORECASE)


class HoldKind(StrEnum):
    """What a hold covers: one report, all of a place, all of a person."""

    REPORT = "report"
    PLACE = "place"
    PERSON = "person"


class LegalHold(Table, table=True):
    """A hold. Set and lifted at: UTC.

    reference: of the report. lat, long, radius_m: a circle, WGS84 degrees and meters. address: folded words.
    person: keyed hash of an e-mail address or telephone number, which is itself not kept.
    reason, lifted_reason: for those who run the portal; no page shows them.
    """

    __tablename__ = "legal_hold"

    id: str = Field(primary_key=True)
    kind: str
    reference: str = ""
    lat: float | None = None
    long: float | None = None
    radius_m: float | None = None
    address: str = Field(default="", sa_type=Text)
    person: str = ""
    scheme: str = ""
    marks: str = Field(default="", sa_type=Text)
    reason: str = Field(sa_type=Text)
    set_at: datetime
    lifted_at: datetime | None = None
    lifted_reason: str = Field(default="", sa_type=Text)


class HoldRefused(Exception):
    """A hold cannot be set or lifted like this; the sentence says why, for those who run the portal."""


HELD = N_(
    "The law requires the city to keep this report for now, so your contact details cannot be erased yet. "
    "They are shown to nobody but city staff. Please try again later, or call the city."
)


def hold_report(reference: str) -> LegalHold:
    """A hold on one report. Raises HoldRefused if this is no reference number."""
    try:
        return _hold(HoldKind.REPORT, reference=parse_reference(reference))
    except Rejected:
        raise HoldRefused("This is no number of a report.") from None


def hold_circle(lat: str, long: str, radius_m: float) -> LegalHold:
    """A hold on all reports in a circle; degrees and meters. Raises HoldRefused."""
    if not LEAST_RADIUS_M <= radius_m <= MOST_RADIUS_M:
        raise HoldRefused(f"The radius must be between {LEAST_RADIUS_M} and {MOST_RADIUS_M} meters.")
    try:
        point = read_point(lat, long)
    except Rejected:
        raise HoldRefused("Write the place as latitude and longitude in degrees, as 45.52,-122.66.") from None
    return _hold(HoldKind.PLACE, lat=point.lat, long=point.long, radius_m=radius_m)


def hold_address(address: str) -> LegalHold:
    """A hold on all reports in whose address these words stand. Raises HoldRefused if there are none."""
    words = folded(clean_line(address)[:MOST_REASON])
    if not words:
        raise HoldRefused("The address has no words.")
    return _hold(HoldKind.PLACE, address=words)


def hold_person(contact: str, hash_of: Callable[[str], str]) -> LegalHold:
    """A hold on all reports of a person. contact: e-mail address or telephone number. Raises HoldRefused."""
    name = person_name(contact)
    if not name:
        raise HoldRefused("Name the person by an e-mail address or a telephone number of ten digits.")
    return _hold(HoldKind.PERSON, person=hash_of(name))


def person_name(contact: str) -> str:
    """By what a person is known: the address without capitals, or the last ten digits; empty if it is neither."""
    text = clean_line(contact[:MOST_REASON])
    if looks_like_email(text):
        return text.casefold()
    digits = "".join(sign for sign in _EXTENSION.sub("", ascii_digits(text)) if sign.isdigit())
    return digits[-DIGITS_OF_A_PHONE:] if len(digits) >= DIGITS_OF_A_PHONE else ""


def set_hold(*, store: Store, hold: LegalHold, reason: str, now: datetime) -> str:
    """Set a hold. Returns its id. Raises HoldRefused without a reason, and if there is no such report."""
    hold.reason, hold.set_at = _reason(reason), now
    with store.writing() as transaction:
        if hold.reference and transaction.request_by_reference(hold.reference) is None:
            raise HoldRefused("There is no report with this number.")
        transaction.add_hold(hold)
    return hold.id


def lift_hold(*, store: Store, id: str, reason: str, now: datetime) -> None:
    """Lift a hold. Raises HoldRefused if none with this id is on, and without a reason."""
    why = _reason(reason)
    with store.writing() as transaction:
        hold = next((hold for hold in transaction.holds() if hold.id == id), None)
        if hold is None:
            raise HoldRefused("No hold with this id is on.")
        hold.lifted_at, hold.lifted_reason = now, why


def is_held(transaction: Transaction, request: ServiceRequest) -> bool:
    """Whether some hold that is on covers the request."""
    holds = transaction.holds()
    if not holds:
        return False
    people = {transaction.person_hash(name) for name in _names_of(request)}
    return any(_covers(hold, request, people) for hold in holds)


def _covers(hold: LegalHold, request: ServiceRequest, people: Collection[str]) -> bool:
    match HoldKind(hold.kind):
        case HoldKind.REPORT:
            return hold.reference == request.reference
        case HoldKind.PERSON:
            return hold.person in people
        case HoldKind.PLACE:
            if hold.address:
                return f" {hold.address} " in f" {folded(request.address_string)} "
            return _is_in_circle(hold, request)


def _is_in_circle(hold: LegalHold, request: ServiceRequest) -> bool:
    if hold.lat is None or hold.long is None or hold.radius_m is None:
        return False
    if request.lat is None or request.long is None:
        return False
    here, there = Point(lat=hold.lat, long=hold.long), Point(lat=request.lat, long=request.long)
    return distance_m(here, there) <= hold.radius_m


def _names_of(request: ServiceRequest) -> list[str]:
    return [name for contact in (request.email, request.phone) if (name := person_name(contact))]


def _hold(kind: HoldKind, **covers: Any) -> LegalHold:
    return LegalHold(id=make_id(), kind=kind.value, **covers)


def _reason(typed: str) -> str:
    reason = clean_line(typed[: MOST_REASON + 1])
    if not reason or len(reason) > MOST_REASON:
        raise HoldRefused(f"Say why, in at most {MOST_REASON} characters.")
    return reason
