"""What different people see of a request: everybody, the holder of the private link, the desk.

A view is made for one reader and holds nothing that reader may not see, so that no page can show too much by
mistake.
The texts are as stored; statuses and headings are Messages, translated at the edge.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from app.city.services import PublicRule, Service
from app.ledger.models import Thing
from app.moderation.looks import Look, is_public
from app.moderation.rules import Part
from app.photos.models import PhotoState, refusal
from app.places.points import Point, approximate
from app.requests.models import (
    DESK_ONLY,
    OWN_WORDS,
    Author,
    ReviewReason,
    UpdateKind,
    is_believable,
    is_own_text,
)
from app.requests.rows import AnswerRow, ListedRow, NearRow, PhotoRow, PublicRow, UpdateRow, WholeRow
from app.requests.statuses import Status
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

    name: by which everybody may ask for it, if everybody may see it.
    part: what it is called in a decision about it; for the desk only.
    refused: why it could not be used. Only the holder and the desk see photos that are not stored.
    """

    content: str | None
    name: str
    look: Look
    width: int | None
    height: int | None
    description: str
    state: PhotoState
    refused: Message | None
    part: Part | None = None


@dataclass(frozen=True, slots=True)
class UpdateShown:
    """One line of the history. heading: what happened; text: what somebody wrote about it, or empty.

    person_id: who at the desk did it; only the desk sees it.
    part, look: if it is a text that staff decide about. about: what a decision was about. id: for the desk only.
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
    part: Part | None = None
    look: Look = Look.WAITING
    about: tuple[Part, ...] = ()
    id: str = ""


@dataclass(frozen=True, slots=True)
class RequestPublic:
    """What everybody may see. version: one more with every change, for the ETag.

    requested_at: when the person made the report, by their device's clock if that can be believed.
    service_name: as the person saw it, or empty if it must not be shown; a page asks the city pack first.
    language: of the pages the person read. written_in: of what they wrote, or empty if that is not known.
    waits: whether some words or photos are to be seen by everybody once staff have looked. hidden: whether staff have
    hidden some that everybody would see otherwise.
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
    waits: bool
    hidden: bool


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
    """What staff see: everything, internal notes too. review: why somebody should look at it.

    look: whether everybody may see the words of the report. shows_words: whether there are some that the type lets
    everybody see; shows_later, shows_photos: whether it does so with later texts and with photos.
    at_once: whether the type shows what nobody has looked at.
    """

    channel: str
    look: Look
    shows_words: bool
    shows_later: bool
    shows_photos: bool
    at_once: bool
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
    gate = _Gate(request, service)
    return RequestPublic(
        **_head(request, request.service_name if gate.shows_words else ""),
        description=public_description(request, service),
        place=_place(request, gate, at_home),
        answers=_public_answers(request, gate),
        photos=tuple(_public_photo(photo, gate) for photo in photos if gate.shows_photo(photo)),
        updates=tuple(_public_update(update, gate) for update in updates if update.public),
        waits=Look.WAITING in (looks := _looks(request, updates, photos, gate)),
        hidden=Look.HIDDEN in looks,
    )


def public_description(request: NearRow, service: Service | None) -> str:
    """The description as far as everybody may see it, else empty."""
    gate = _Gate(request, service)
    return request.description if gate.shows_words and gate.rule.description else ""


def listed_view(
    request: ListedRow, photo: PhotoRow | None, service: Service | None, *, at_home: bool = False
) -> RequestListed:
    """One line of the public list. photo: the request's first photo that everybody may see; at_home: see
    `public_view`.
    """
    gate, status = _Gate(request, service), Status(request.status)
    return RequestListed(
        reference=request.reference,
        status=status,
        status_words=status.words,
        is_open=status.is_open,
        service_code=request.service_code,
        requested_at=_requested_at(request),
        received_at=request.received_at,
        place=_place(request, gate, at_home),
        photo=_public_photo(photo, gate) if photo is not None and gate.shows_photo(photo) else None,
    )


def holder_view(
    request: WholeRow,
    updates: Sequence[UpdateRow],
    photos: Sequence[PhotoRow],
    service: Service | None = None,
) -> RequestHeld:
    """What the holder of the private link sees; check the link first (`is_held_by`). service: see `public_view`."""
    shown = (update for update in updates if update.kind not in DESK_ONLY)
    return RequestHeld(
        **_whole(request, updates, photos, service), updates=tuple(_update(update) for update in shown)
    )


def desk_view(
    request: WholeRow,
    updates: Sequence[UpdateRow],
    photos: Sequence[PhotoRow],
    service: Service | None = None,
) -> RequestDesk:
    """What staff see; check first that it is staff who ask. service: see `public_view`."""
    rule = _rule(service)
    return RequestDesk(
        **{
            **_whole(request, updates, photos, service),
            "photos": tuple(_desk_photo(photo) for photo in photos),
        },
        updates=tuple(_desk_update(update) for update in updates),
        look=Look(request.look),
        shows_words=_has_public_words(request, _Gate(request, service)),
        shows_later=rule.description,
        shows_photos=rule.photos,
        at_once=service is not None and service.publish == "at_once",
        channel=request.channel,
        review=tuple(ReviewReason(reason) for reason in request.review),
        place_source=request.place_source,
        accuracy_m=request.accuracy_m,
    )


def _rule(service: Service | None) -> PublicRule:
    return _HIDE_ALL if service is None else service.public


class _Gate:
    """What everybody may see of one request, by its type's rule and by what staff have said."""

    def __init__(self, request: ListedRow, service: Service | None) -> None:
        self.service, self.rule = service, _rule(service)
        self._look = request.look
        self._at_once = service is not None and service.publish == "at_once"
        self.shows_words = service is not None and self.lets_through(request.look)

    def lets_through(self, look: str) -> bool:
        """Whether staff, or the type, let everybody see a text or a photo with this look."""
        return is_public(look, self._look, at_once=self._at_once)

    def shows_photo(self, photo: PhotoRow) -> bool:
        return self.rule.photos and photo.state == PhotoState.STORED and self.lets_through(photo.look)

    @property
    def shows_descriptions(self) -> bool:
        """Whether words beside photos that are shown are shown, too; not if staff have hidden the words."""
        return self._look != Look.HIDDEN


def _looks(
    request: PublicRow, updates: Iterable[UpdateRow], photos: Iterable[PhotoRow], gate: _Gate
) -> set[Look]:
    """How the parts stand that everybody would see, were it not for staff; what is shown at once counts as shown."""
    rule, looks = gate.rule, set()
    if _has_public_words(request, gate):
        looks.add(request.look)
    if rule.description:
        looks |= {update.look for update in updates if is_own_text(update)}
    if rule.photos:
        looks |= {photo.look for photo in photos if photo.state == PhotoState.STORED}
    return {Look.SHOWN if gate.lets_through(look) else Look(look) for look in looks}


def _has_public_words(request: PublicRow, gate: _Gate) -> bool:
    """Whether there are words that the type lets everybody see."""
    rule = gate.rule
    return bool(
        (rule.description and request.description)
        or (rule.place == "exact" and request.address_string)
        or any(answer.own_words for answer in _answers_of_rule(request, gate.service))
    )


def _head(request: PublicRow, service_name: str) -> dict[str, Any]:
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


def _whole(
    request: WholeRow,
    updates: Sequence[UpdateRow],
    photos: Sequence[PhotoRow],
    service: Service | None,
) -> dict[str, Any]:
    looks = _looks(request, updates, photos, _Gate(request, service))
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
        "waits": Look.WAITING in looks,
        "hidden": Look.HIDDEN in looks,
        "photos_missing": sum(photo.state in (PhotoState.EXPECTED, PhotoState.UPLOADING) for photo in photos),
    }


def _requested_at(request: ListedRow) -> datetime:
    claim = request.requested_datetime
    return claim if claim is not None and is_believable(claim, request.received_at) else request.received_at


def _place(request: ListedRow, gate: _Gate, at_home: bool) -> PlaceShownAs:
    if gate.rule.place == "hidden":
        return PlaceShownAs("hidden", "", None, None)
    if gate.rule.place == "exact" and not at_home:
        address = request.address_string if gate.shows_words else ""
        precision: PlaceShown = "exact" if address or request.lat is not None else "hidden"
        return PlaceShownAs(precision, address, request.lat, request.long)
    # Words can be as exact as a house number, so they are left out.
    if request.lat is None or request.long is None:
        return PlaceShownAs("hidden", "", None, None)
    block = approximate(Point(lat=request.lat, long=request.long))
    return PlaceShownAs("approximate", "", block.lat, block.long)


def _public_answers(request: PublicRow, gate: _Gate) -> tuple[AnswerShown, ...]:
    answers = _answers_of_rule(request, gate.service)
    return tuple(answer for answer in answers if gate.shows_words or not answer.own_words)


def _answers_of_rule(request: PublicRow, service: Service | None) -> tuple[AnswerShown, ...]:
    """The answers that the type lets everybody see."""
    if service is None or not service.public.answers:
        return ()
    public = {attribute.code for attribute in service.attributes if attribute.public}
    answers = (_answer(answer) for answer in request.answers)
    return tuple(answer for answer in answers if answer.as_asked and answer.code in public)


def _answer(stored: AnswerRow) -> AnswerShown:
    chosen = tuple(value["name"] for value in stored["values"])
    texts = chosen or (stored["text"] or "",)
    own_words = not chosen and stored["datatype"] in OWN_WORDS
    return AnswerShown(stored["code"], stored["label"], texts, stored["as_asked"], own_words)


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


def _public_photo(photo: PhotoRow, gate: _Gate) -> PhotoShown:
    shown = _photo(photo)
    return shown if gate.shows_descriptions else replace(shown, description="")


def _public_update(update: UpdateRow, gate: _Gate) -> UpdateShown:
    """What the reporter writes later is public under the same rule as the description."""
    shown = _update(update)
    if update.author == Author.REPORTER and not (gate.rule.description and gate.lets_through(update.look)):
        return UpdateShown(shown.at, shown.kind, shown.author, shown.status, shown.heading, "", None)
    return shown


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
