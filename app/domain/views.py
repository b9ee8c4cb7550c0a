"""What different people see of a request: everybody, the holder of the private link, the desk.

A view is made for one reader and holds nothing that reader may not see, so that no page can show too much by
mistake.
The texts are as stored; statuses and headings are Messages, translated at the edge.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from app.domain.photos import Photo, PhotoState, refusal
from app.domain.places import Point, approximate
from app.domain.requests import (
    OWN_WORDS,
    Author,
    RequestBase,
    RequestUpdate,
    ReviewReason,
    ServiceRequest,
    UpdateKind,
    is_believable,
)
from app.domain.services import PublicRule, Service
from app.domain.statuses import Status
from i18n import N_, Message

# A type the city does not offer any more says nothing about itself, so nothing but its status is shown.
_HIDE_ALL = PublicRule(description=False, photos=False, place="hidden", answers=False)

PlaceShown = Literal["exact", "approximate", "hidden"]


@dataclass(frozen=True, slots=True)
class PlaceShownAs:
    """Where it is, as far as the reader may know it: WGS84 degrees, rounded to about a block if
    approximate.
    """

    precision: PlaceShown
    address_string: str
    lat: float | None
    long: float | None


@dataclass(frozen=True, slots=True)
class AnswerShown:
    """A question and what was answered: one or more texts, as the resident saw and wrote them.

    own_words: whether the resident wrote the texts themselves, or chose them.
    """

    code: str
    label: str
    texts: tuple[str, ...]
    as_asked: bool
    own_words: bool


@dataclass(frozen=True, slots=True)
class PhotoShown:
    """A photo. content: the name it is stored by, None if it is not (yet) stored; width, height in pixels.

    refused: why it could not be used. Only the holder and the desk see photos that are not stored.
    """

    content: str | None
    width: int | None
    height: int | None
    description: str
    state: PhotoState
    refused: Message | None


@dataclass(frozen=True, slots=True)
class UpdateShown:
    """One line of the history. heading: what happened; text: what somebody wrote about it, or empty.

    person_id: who at the desk did it; only the desk sees it.
    language: of the text, or empty if it is not known. also: pairs of a language and the same text in it.
    """

    at: datetime
    kind: UpdateKind
    author: Author
    status: Status | None
    heading: Message
    text: str
    person_id: str | None
    language: str = ""
    also: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class RequestPublic:
    """What everybody may see. version: one more with every change, for the ETag.

    requested_at: when the person made the report, by their device's clock if that can be believed.
    service_name: as the person saw it, or empty if it must not be shown; a page asks the city pack first.
    language: of the pages the person read. written_in: of what they wrote, or empty if that is not known.
    """

    reference: str
    version: int
    status: Status
    status_words: Message
    is_open: bool
    service_code: str
    service_name: str
    requested_at: datetime
    received_at: datetime
    updated_at: datetime
    expected_at: datetime | None
    followers: int
    language: str
    written_in: str
    description: str
    place: PlaceShownAs
    answers: tuple[AnswerShown, ...]
    photos: tuple[PhotoShown, ...]
    updates: tuple[UpdateShown, ...]


@dataclass(frozen=True, slots=True)
class ContactShown:
    """Contact details; all empty when there are none. erased_at: when they were erased, UTC."""

    first_name: str
    last_name: str
    email: str
    phone: str
    erased_at: datetime | None

    @property
    def is_empty(self) -> bool:
        """Whether the city holds no contact details."""
        return not (self.first_name or self.last_name or self.email or self.phone)


@dataclass(frozen=True, slots=True)
class RequestHeld(RequestPublic):
    """What the holder of the private link sees: all they sent, and which photos have not come through.

    photos_missing: how many photos are still to come from the device.
    """

    id: str
    contact: ContactShown
    photos_missing: int


@dataclass(frozen=True, slots=True)
class RequestDesk(RequestHeld):
    """What staff see: everything, internal notes too. review: why somebody should look at it."""

    channel: str
    review: tuple[ReviewReason, ...]
    place_source: str | None
    accuracy_m: float | None


@dataclass(frozen=True, slots=True)
class RequestListed:
    """One line of the public list. photo: its first photo that is stored, if photos are public."""

    reference: str
    status: Status
    status_words: Message
    is_open: bool
    service_code: str
    requested_at: datetime
    received_at: datetime
    place: PlaceShownAs
    photo: PhotoShown | None


def public_view(
    request: RequestBase, updates: Iterable[RequestUpdate], photos: Iterable[Photo], service: Service | None
) -> RequestPublic:
    """What everybody may see of a request. service: its type today, None if the city does not offer it any
    more.
    """
    rule = _rule(service)
    return RequestPublic(
        **_head(request, "" if service is None else request.service_name),
        description=request.description if rule.description else "",
        place=_place(request, rule),
        answers=_public_answers(request, service),
        photos=tuple(_photo(photo) for photo in photos if photo.state == PhotoState.STORED)
        if rule.photos
        else (),
        updates=tuple(_public_update(update, rule) for update in updates if update.public),
    )


def listed_view(request: RequestBase, photo: Photo | None, service: Service | None) -> RequestListed:
    """One line of the public list. photo: the request's first stored photo."""
    rule, status = _rule(service), Status(request.status)
    return RequestListed(
        reference=request.reference,
        status=status,
        status_words=status.words,
        is_open=status.is_open,
        service_code=request.service_code,
        requested_at=_requested_at(request),
        received_at=request.received_at,
        place=_place(request, rule),
        photo=_photo(photo)
        if photo is not None and rule.photos and photo.state == PhotoState.STORED
        else None,
    )


def holder_view(
    request: ServiceRequest, updates: Iterable[RequestUpdate], photos: Sequence[Photo]
) -> RequestHeld:
    """What the holder of the private link sees; check the link first (`is_held_by`)."""
    shown = (update for update in updates if update.kind != UpdateKind.INTERNAL_NOTE)
    return RequestHeld(**_whole(request, photos), updates=tuple(_update(update) for update in shown))


def desk_view(
    request: ServiceRequest, updates: Iterable[RequestUpdate], photos: Sequence[Photo]
) -> RequestDesk:
    """What staff see; check first that it is staff who ask."""
    return RequestDesk(
        **_whole(request, photos),
        updates=tuple(_update(update, update.person_id) for update in updates),
        channel=request.channel,
        review=tuple(ReviewReason(reason) for reason in request.review),
        place_source=request.place_source,
        accuracy_m=request.accuracy_m,
    )


def _rule(service: Service | None) -> PublicRule:
    return _HIDE_ALL if service is None else service.public


def _head(request: RequestBase, service_name: str) -> dict[str, Any]:
    status = Status(request.status)
    return {
        "reference": request.reference,
        "version": request.version,
        "status": status,
        "status_words": status.words,
        "is_open": status.is_open,
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


def _whole(request: ServiceRequest, photos: Sequence[Photo]) -> dict[str, Any]:
    return {
        **_head(request, request.service_name),
        "description": request.description,
        "place": PlaceShownAs("exact", request.address_string, request.lat, request.long),
        "answers": tuple(_answer(answer) for answer in request.answers),
        "photos": tuple(_photo(photo) for photo in photos),
        "id": request.id,
        "contact": ContactShown(
            request.first_name, request.last_name, request.email, request.phone, request.contact_erased_at
        ),
        "photos_missing": sum(photo.state in (PhotoState.EXPECTED, PhotoState.UPLOADING) for photo in photos),
    }


def _requested_at(request: RequestBase) -> datetime:
    claim = request.requested_datetime
    return claim if claim is not None and is_believable(claim, request.received_at) else request.received_at


def _place(request: RequestBase, rule: PublicRule) -> PlaceShownAs:
    if rule.place == "hidden":
        return PlaceShownAs("hidden", "", None, None)
    if rule.place == "exact":
        return PlaceShownAs("exact", request.address_string, request.lat, request.long)
    # Words can be as exact as a house number, so they are left out.
    if request.lat is None or request.long is None:
        return PlaceShownAs("hidden", "", None, None)
    block = approximate(Point(lat=request.lat, long=request.long))
    return PlaceShownAs("approximate", "", block.lat, block.long)


def _public_answers(request: RequestBase, service: Service | None) -> tuple[AnswerShown, ...]:
    if service is None or not service.public.answers:
        return ()
    public = {attribute.code for attribute in service.attributes if attribute.public}
    answers = (_answer(answer) for answer in request.answers)
    return tuple(answer for answer in answers if answer.as_asked and answer.code in public)


def _answer(stored: dict[str, Any]) -> AnswerShown:
    chosen = tuple(value["name"] for value in stored["values"])
    texts = chosen or (stored["text"] or "",)
    own_words = not chosen and stored["datatype"] in OWN_WORDS
    return AnswerShown(stored["code"], stored["label"], texts, stored["as_asked"], own_words)


def _photo(photo: Photo) -> PhotoShown:
    state, refused = PhotoState(photo.state), refusal(photo.refused_reason)
    return PhotoShown(photo.content, photo.width, photo.height, photo.description, state, refused)


def _public_update(update: RequestUpdate, rule: PublicRule) -> UpdateShown:
    """What the reporter writes later is public under the same rule as the description."""
    shown = _update(update)
    if update.author == Author.REPORTER and not rule.description:
        return UpdateShown(shown.at, shown.kind, shown.author, shown.status, shown.heading, "", None)
    return shown


def _update(update: RequestUpdate, person_id: str | None = None) -> UpdateShown:
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
}


def _heading(kind: UpdateKind, author: Author, status: Status | None) -> Message:
    if kind is UpdateKind.STATUS and status is not None:
        by_reporter = author is Author.REPORTER and status is Status.FIXED
        return N_("Fixed, says the person who reported it") if by_reporter else status.words
    return _HEADINGS[kind]
