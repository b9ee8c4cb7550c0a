"""What different people see of a request: everybody, the holder of the private link, the desk.

A view is made for one reader; everybody's goes through the gate (views_gate.py).
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import TypedDict

from app.city.services import Service
from app.ledger.models import Thing
from app.moderation.looks import Look
from app.moderation.rules import Part
from app.photos.models import PhotoState, refusal
from app.requests.models import DESK_ONLY, Author, ReviewReason, UpdateKind, is_believable, is_own_text
from app.requests.rows import ListedRow, NearRow, PhotoRow, PublicRow, UpdateRow, WholeRow
from app.requests.statuses import Status
from app.requests.views_gate import (
    Gate,
    answer_of,
    has_public_words,
    looks_of,
    shown_answers,
    shown_description,
    shown_place,
)
from app.requests.views_shown import (
    AnswerShown,
    ContactShown,
    PhotoShown,
    PlaceShownAs,
    RequestDesk,
    RequestHeld,
    RequestListed,
    RequestPublic,
    UpdateShown,
)
from i18n import N_, Message


def public_view(
    request: PublicRow,
    updates: Sequence[UpdateRow],
    photos: Sequence[PhotoRow],
    service: Service | None,
    *,
    at_home: bool = False,
) -> RequestPublic:
    """What everybody may see of a request. service: its type today, None if the city does not offer it any
    more. at_home: whether its place is on private ground, where somebody may live.
    """
    gate = Gate(request, service)
    return RequestPublic(
        **_facts(request, request.service_name if gate.shows_words else ""),
        description=shown_description(request, gate),
        place=shown_place(request, gate, at_home),
        answers=shown_answers(request, gate),
        photos=tuple(_public_photo(photo, gate) for photo in photos if gate.shows_photo(photo)),
        updates=tuple(_public_update(update, gate) for update in updates if update.public),
        waits=Look.WAITING in (looks := looks_of(request, updates, photos, gate)),
        hidden=Look.HIDDEN in looks,
    )


def public_description(request: NearRow, service: Service | None) -> str:
    """The description as far as everybody may see it, else empty."""
    return shown_description(request, Gate(request, service))


def listed_view(
    request: ListedRow,
    photo: PhotoRow | None,
    service: Service | None,
    *,
    at_home: bool = False,
    described: bool = False,
) -> RequestListed:
    """One line of the public list. photo: the request's first photo that everybody may see; at_home: see
    `public_view`. described: whether the words beside the photo are wanted, too.
    """
    gate = Gate(request, service)
    shown = photo if photo is not None and gate.shows_photo(photo) else None
    if shown is not None and not described:
        shown = replace(shown, description="")
    return RequestListed(
        reference=request.reference,
        status=Status(request.status),
        service_code=request.service_code,
        requested_at=_requested_at(request),
        received_at=request.received_at,
        place=shown_place(request, gate, at_home),
        photo=None if shown is None else _public_photo(shown, gate),
    )


def holder_view(
    request: WholeRow,
    updates: Sequence[UpdateRow],
    photos: Sequence[PhotoRow],
    service: Service | None = None,
) -> RequestHeld:
    """What the holder of the private link sees; check the link first (`is_held_by`). service: see `public_view`."""
    return RequestHeld(
        **_whole(request, updates, photos, service),
        photos=tuple(_photo(photo) for photo in photos),
        updates=tuple(_update(update) for update in updates if update.kind not in DESK_ONLY),
    )


def desk_view(
    request: WholeRow,
    updates: Sequence[UpdateRow],
    photos: Sequence[PhotoRow],
    service: Service | None = None,
) -> RequestDesk:
    """What staff see; check first that it is staff who ask. service: see `public_view`."""
    gate = Gate(request, service)
    return RequestDesk(
        **_whole(request, updates, photos, service),
        photos=tuple(_desk_photo(photo) for photo in photos),
        updates=tuple(_desk_update(update) for update in updates),
        look=Look(request.look),
        shows_words=has_public_words(request, gate),
        shows_later=gate.rule.description,
        shows_photos=gate.rule.photos,
        at_once=gate.at_once,
        channel=request.channel,
        review=tuple(ReviewReason(reason) for reason in request.review),
        place_source=request.place_source,
        accuracy_m=request.accuracy_m,
    )


class _Facts(TypedDict):
    """What every reader sees alike, but for the name of a type."""

    reference: str
    version: int
    status: Status
    service_code: str
    service_name: str
    requested_at: datetime
    received_at: datetime
    updated_at: datetime
    expected_at: datetime | None
    followers: int
    language: str
    written_in: str


def _facts(request: PublicRow, service_name: str) -> _Facts:
    return {
        "reference": request.reference,
        "version": request.version,
        "status": Status(request.status),
        "service_code": request.service_code,
        "service_name": service_name,
        "requested_at": _requested_at(request),
        "received_at": request.received_at,
        "updated_at": request.updated_at,
        "expected_at": request.expected_at,
        "followers": request.followers,
        "language": request.language,
        "written_in": request.written_in,
    }


class _Whole(_Facts):
    """What holder and desk see alike."""

    id: str
    description: str
    place: PlaceShownAs
    answers: tuple[AnswerShown, ...]
    contact: ContactShown
    waits: bool
    hidden: bool
    photos_missing: int


def _whole(
    request: WholeRow, updates: Sequence[UpdateRow], photos: Sequence[PhotoRow], service: Service | None
) -> _Whole:
    looks = looks_of(request, updates, photos, Gate(request, service))
    return {
        **_facts(request, request.service_name),
        "id": request.id,
        "description": request.description,
        "place": PlaceShownAs("exact", request.address_string, request.lat, request.long),
        "answers": tuple(answer_of(answer) for answer in request.answers),
        "contact": ContactShown(
            request.first_name, request.last_name, request.email, request.phone, request.contact_erased_at
        ),
        "waits": Look.WAITING in looks,
        "hidden": Look.HIDDEN in looks,
        "photos_missing": sum(photo.state in (PhotoState.EXPECTED, PhotoState.UPLOADING) for photo in photos),
    }


def _requested_at(request: ListedRow) -> datetime:
    claim = request.requested_datetime
    return claim if claim is not None and is_believable(claim, request.received_at) else request.received_at


def _photo(photo: PhotoRow) -> PhotoShown:
    state, refused = PhotoState(photo.state), refusal(photo.refused_reason)
    return PhotoShown(
        content=photo.content,
        name=photo.name,
        look=Look(photo.look),
        width=photo.width,
        height=photo.height,
        description=photo.description,
        state=state,
        refused=refused,
    )


def _desk_photo(photo: PhotoRow) -> PhotoShown:
    return replace(_photo(photo), part=Part(Thing.PHOTO, photo.sha256))


def _public_photo(photo: PhotoRow, gate: Gate) -> PhotoShown:
    shown = _photo(photo)
    return replace(shown, description=gate.masked(shown.description) if gate.shows_descriptions else "")


def _public_update(update: UpdateRow, gate: Gate) -> UpdateShown:
    """What the reporter writes later is public under the same rule as the description."""
    shown = _update(update)
    if update.author == Author.REPORTER and not (gate.rule.description and gate.lets_through(update.look)):
        return UpdateShown(shown.at, shown.kind, shown.author, shown.status, shown.heading, "", None)
    return replace(shown, text=gate.masked(shown.text)) if update.author == Author.REPORTER else shown


def _desk_update(update: UpdateRow) -> UpdateShown:
    shown = replace(_update(update, update.person_id), id=update.id)
    if shown.kind in (UpdateKind.SHOWN, UpdateKind.HIDDEN):
        parts = (Part.read(text) for text in update.text.split())
        return replace(shown, text="", about=tuple(part for part in parts if part is not None))
    if is_own_text(update):
        return replace(shown, part=Part(Thing.UPDATE, update.id), look=Look(update.look))
    return shown


def _update(update: UpdateRow, person_id: str | None = None) -> UpdateShown:
    kind, author = UpdateKind(update.kind), Author(update.author)
    status = None if update.status is None else Status(update.status)
    heading = _heading(kind, author, status)
    also = tuple(update.also.items())
    return UpdateShown(
        update.at, kind, author, status, heading, update.text, person_id, update.language, also
    )


_HEADINGS = {
    UpdateKind.SUBMITTED: N_("Report received"),
    UpdateKind.COMMENT: N_("Comment from the person who reported it"),
    UpdateKind.PHOTO: N_("Photo added"),
    UpdateKind.REOPENED: N_("Reopened: the problem is still there"),
    UpdateKind.CONTACT_ERASED: N_("Contact details erased"),
    UpdateKind.INTERNAL_NOTE: N_("Internal note"),
    UpdateKind.SHOWN: N_("Shown to everybody"),
    UpdateKind.HIDDEN: N_("Hidden from everybody"),
}


def _heading(kind: UpdateKind, author: Author, status: Status | None) -> Message:
    if kind is UpdateKind.STATUS and status is not None:
        by_reporter = author is Author.REPORTER and status is Status.FIXED
        return N_("Fixed, says the person who reported it") if by_reporter else status.words
    return _HEADINGS[kind]
