"""Legal holds: while one is on, nothing of the reports it covers is deleted, whoever asks for it."""

import re
from collections.abc import Callable, Iterable
from datetime import datetime
from enum import StrEnum
from typing import Any

from app.kit.errors import Rejected
from app.kit.folding import folded
from app.kit.ids import make_id
from app.kit.text import ascii_digits, clean_line, looks_like_email
from app.ledger.models import Covers, Kind, Taken, Thing
from app.places.points import Point, distance_m, read_point
from app.reports.references import parse_reference
from app.requests.models import ServiceRequest
from app.requests.protocol import Store, Transaction
from app.retention.models import HoldKind, LegalHold
from app.retention.squares import square_of, squares_around
from i18n import N_

MOST_REASON = 500
LEAST_RADIUS_M, MOST_RADIUS_M = 10, 20_000
DIGITS_OF_A_PHONE = 10
_EXTENSION = re.compile(r"(?:ext\.?|x|#) ?[0-9]{1,6}\Z", re.IGNORECASE)


class Scheme(StrEnum):
    """What of a report is compared with a hold that the ledger knows. A number behind it is its size.

    WORDS: every so many words of the address that follow each other. SQUARES: in which square of so many meters it is.
    """

    REPORT = "report"
    PERSON = "person"
    WORDS = "words"
    SQUARES = "squares"


KIND_OF = {
    Scheme.REPORT: HoldKind.REPORT,
    Scheme.PERSON: HoldKind.PERSON,
    Scheme.WORDS: HoldKind.PLACE,
    Scheme.SQUARES: HoldKind.PLACE,
}
SET_AGAIN = "set again after a restore; the reason is with whoever has noted this ID"
LIFTED_AGAIN = "lifted again after a restore"

Mark = Callable[[str, str], str]
"""Makes a keyed hash of a value; first what it is, then the value."""


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
        request = transaction.request_by_reference(hold.reference) if hold.reference else None
        if hold.reference and request is None:
            raise HoldRefused("There is no report with this number.")
        covers = _as_the_ledger_may_know(hold, "" if request is None else request.id, transaction.mark)
        transaction.remember(Taken(Kind.HOLD, Thing.HOLD, hold.id, now, covers))
        transaction.add_hold(hold)
    return hold.id


def lift_hold(*, store: Store, id: str, reason: str, now: datetime) -> None:
    """Lift a hold. Raises HoldRefused if none with this id is on, and without a reason."""
    why = _reason(reason)
    with store.writing() as transaction:
        hold = transaction.hold(id)
        if hold is None or hold.lifted_at is not None:
            raise HoldRefused("No hold with this id is on.")
        transaction.remember(Taken(Kind.LIFT, Thing.HOLD, id, now))
        hold.lifted_at, hold.lifted_reason = now, why


def hold_again(transaction: Transaction, covers: Covers, at: datetime) -> None:
    """Set a hold that the ledger knows and the database does not, as after a restore. at: when it was set, UTC."""
    if transaction.hold(covers.id) is None:
        transaction.add_hold(
            LegalHold(
                id=covers.id,
                kind=KIND_OF[_scheme(covers.scheme)[0]].value,
                scheme=covers.scheme,
                marks=" ".join(covers.marks),
                reason=SET_AGAIN,
                set_at=at,
            )
        )


def lift_again(transaction: Transaction, id: str, at: datetime) -> None:
    """Lift a hold that has come back. at: when it was lifted, UTC."""
    hold = transaction.hold(id)
    if hold is not None and hold.lifted_at is None:
        hold.lifted_at, hold.lifted_reason = at, LIFTED_AGAIN


def is_held(transaction: Transaction, request: ServiceRequest) -> bool:
    """Whether some hold that is on covers the request."""
    return any(_is_covered(request, hold, transaction.mark) for hold in transaction.holds())


def _is_covered(request: ServiceRequest, hold: LegalHold, mark: Mark) -> bool:
    if hold.scheme:
        return not set(hold.marks.split()).isdisjoint(_marks_of(request, hold.scheme, mark))
    match HoldKind(hold.kind):
        case HoldKind.REPORT:
            return hold.reference == request.reference
        case HoldKind.PERSON:
            return hold.person in _marks_of(request, Scheme.PERSON, mark)
        case HoldKind.PLACE:
            if hold.address:
                return f" {hold.address} " in f" {folded(request.address_string)} "
            return _is_in_circle(hold, request)


def _as_the_ledger_may_know(hold: LegalHold, request_id: str, mark: Mark) -> Covers:
    """request_id: of a hold on one report."""
    match HoldKind(hold.kind):
        case HoldKind.REPORT:
            return _covers(hold, Scheme.REPORT, [request_id], mark)
        case HoldKind.PERSON:
            return Covers(hold.id, Scheme.PERSON, (hold.person,))
        case HoldKind.PLACE:
            if hold.lat is None or hold.long is None or hold.radius_m is None:
                return _covers(hold, f"{Scheme.WORDS} {len(hold.address.split())}", [hold.address], mark)
            size = round(hold.radius_m)
            around = squares_around(Point(lat=hold.lat, long=hold.long), hold.radius_m, size)
            return _covers(hold, f"{Scheme.SQUARES} {size}", around, mark)


def _covers(hold: LegalHold, scheme: str, values: Iterable[str], mark: Mark) -> Covers:
    return Covers(hold.id, scheme, tuple(mark(scheme, value) for value in values))


def _marks_of(request: ServiceRequest, scheme: str, mark: Mark) -> set[str]:
    return {mark(scheme, value) for value in _compared(request, *_scheme(scheme))}


def _compared(request: ServiceRequest, scheme: Scheme, size: int) -> list[str]:
    match scheme:
        case Scheme.REPORT:
            return [request.id]
        case Scheme.PERSON:
            return _names_of(request)
        case Scheme.WORDS:
            words = folded(request.address_string).split()
            return [" ".join(words[start : start + size]) for start in range(len(words) - size + 1)]
        case Scheme.SQUARES:
            if request.lat is None or request.long is None:
                return []
            return [square_of(request.lat, request.long, size)]


def _scheme(text: str) -> tuple[Scheme, int]:
    """The scheme and its size. Raises ValueError for one that only a later version knows: then nothing is deleted."""
    name, _, size = text.partition(" ")
    return Scheme(name), int(size or 0)


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
