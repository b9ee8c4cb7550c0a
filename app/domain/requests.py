"""Service requests: what is kept of a report, and the one way in for a new one."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import JSON, BigInteger, Index, Text
from sqlmodel import Field, SQLModel

from app.domain.base import Table
from app.domain.errors import Conflict, FieldError, Rejected
from app.domain.folding import folded
from app.domain.ids import hash_token, make_id, token_matches
from app.domain.looks import Look
from app.domain.photos import Photo
from app.domain.places import Point
from app.domain.references import make_reference
from app.domain.services import LIST_DATATYPES, Answer, Attribute, City, Service, Translate, check_answers
from app.domain.statuses import Status
from app.domain.submissions import Channel, Submission, in_form_order
from app.domain.taken import Kind, Thing, part_id
from app.domain.text import LOOKED_AT, clean_line, clean_text
from app.domain.whereabouts import check_place, place_needs_review
from i18n import N_, Message, translator

if TYPE_CHECKING:
    from app.domain.store import Known, Store, Transaction

MAX_OLD_ANSWER = 1_000
OWN_WORDS = frozenset({"string", "text"})
"""Datatypes of questions that are answered in a person's own words."""
OLDEST_CLAIM = timedelta(days=30)
NEWEST_CLAIM = timedelta(minutes=10)
"""How far a device's clock may be from ours before nobody believes it."""


class ReviewReason(StrEnum):
    """Why a person should look at a request that was accepted although something about it is odd."""

    FORM_CHANGED = "form_changed"
    SERVICE_WITHDRAWN = "service_withdrawn"
    NEAR_BOUNDARY = "near_boundary"
    CLOCK = "clock"

    @property
    def words(self) -> Message:
        """What staff read."""
        return _REVIEW_WORDS[self]


_REVIEW_WORDS = {
    ReviewReason.FORM_CHANGED: N_("The questions have changed since this was written."),
    ReviewReason.SERVICE_WITHDRAWN: N_("This type of report is no longer offered."),
    ReviewReason.NEAR_BOUNDARY: N_("The place may be outside the city."),
    ReviewReason.CLOCK: N_("The clock of the person's device was wrong."),
}


class UpdateKind(StrEnum):
    """What happened to a request."""

    SUBMITTED = "submitted"
    STATUS = "status"
    COMMENT = "comment"
    PHOTO = "photo"
    REOPENED = "reopened"
    CONTACT_ERASED = "contact_erased"
    INTERNAL_NOTE = "internal_note"
    SHOWN = "shown"
    HIDDEN = "hidden"


DESK_ONLY = frozenset({UpdateKind.INTERNAL_NOTE, UpdateKind.SHOWN, UpdateKind.HIDDEN})
"""Lines of which nobody outside hears, not even the person who reported it."""


class Author(StrEnum):
    """Who did it."""

    SYSTEM = "system"
    REPORTER = "reporter"
    DESK = "desk"


class RequestBase(SQLModel):
    """The part of a request from which its public page is made; nothing here is a contact detail.

    id: UUID made by the device; never shown, because whoever knows it may send the photos.
    reference: thirteen digits, what people know. version: one more with every change.
    received_at, updated_at: the server's clock, UTC. requested_datetime: the device's claim, UTC, or None.
    expected_at: when the type's usual time is over, in calendar days from `received_at`.
    language: of the pages the person read (a locale of the portal). written_in: of what they wrote, as a BCP 47 tag,
    or empty where there was doubt; it may be a language that the portal does not speak.
    lat, long: WGS84 degrees, both or neither. answers: see `StoredAnswer`.
    followers: how many rows of `Follower` it has, so that lists need not count them.
    look: whether everybody may see the words of the report: description, address as it was written, answers in
    the person's own words.
    """

    id: str = Field(primary_key=True)
    reference: str = Field(unique=True)
    version: int = 1
    status: str = Status.SUBMITTED.value
    service_code: str
    service_name: str = ""
    received_at: datetime
    updated_at: datetime
    requested_datetime: datetime | None = None
    expected_at: datetime | None = None
    language: str
    written_in: str = ""
    lat: float | None = None
    long: float | None = None
    address_string: str = Field(default="", sa_type=Text)
    description: str = Field(default="", sa_type=Text)
    answers: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSON)
    followers: int = 0
    look: str = Look.WAITING.value


class ServiceRequest(RequestBase, Table, table=True):
    """A request as it is kept (GeoReport v2 "service request").

    manage_token_hash: SHA-256 of the private link's token. digest: SHA-256 of the frozen report; it cannot be
    used to guess an erased contact, because the report holds the token's 128 random bits.
    accuracy_m: metres, as the device said. review: values of ReviewReason.
    contact_erased_at: when the contact details were erased, UTC. hidden_at: when words or photos were last hidden, UTC.
    """

    __tablename__ = "service_request"
    # Every list is read along one of these, newest first, a page at a time: see app/storage/requests.py.
    __table_args__ = (
        Index("ix_service_request_received", "received_at", "reference"),
        Index("ix_service_request_status", "status", "received_at", "reference"),
        Index("ix_service_request_service", "service_code", "received_at", "reference"),
        Index("ix_service_request_service_status", "service_code", "status", "received_at", "reference"),
        Index("ix_service_request_updated", "updated_at"),
        # What is near a place: app/storage/nearby.py.
        Index("ix_service_request_near", "service_code", "status", "lat", "long"),
        Index("ix_service_request_hidden", "hidden_at"),
    )

    manage_token_hash: str
    digest: str
    place_source: str | None = None
    accuracy_m: float | None = None
    channel: str
    review: list[str] = Field(default_factory=list, sa_type=JSON)
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    phone: str = ""
    contact_erased_at: datetime | None = None
    hidden_at: datetime | None = None

    def touch(self, now: datetime) -> None:
        """Say that something has changed: every page of this request gets a new ETag."""
        self.version += 1
        self.updated_at = now

    def erase_contact(self, at: datetime) -> None:
        """Erase name, e-mail address and phone number."""
        self.first_name = self.last_name = self.email = self.phone = ""
        self.contact_erased_at = at

    def __repr_args__(self) -> list[tuple[str | None, Any]]:
        # What a person wrote must never reach a log.
        return [("id", self.id)]


class RequestWords(Table, table=True):
    """By which words the desk finds a request: its description and address, folded (app/domain/folding.py).

    A table of its own, so that the lists that look for no words do not carry them.
    number: what the index of terms calls it; whatever was received later has a higher one (app/storage/terms.py).
    """

    __tablename__ = "request_words"
    __table_args__ = (Index("ix_request_words_number", "number", unique=True),)

    request_id: str = Field(primary_key=True, foreign_key="service_request.id")
    words: str = Field(sa_type=Text)
    number: int = Field(sa_type=BigInteger)

    def __repr_args__(self) -> list[tuple[str | None, Any]]:
        return [("request_id", self.request_id)]


class RequestUpdate(Table, table=True):
    """One line of a request's history.

    status: the state from here on, for kinds `submitted`, `status` and `reopened`.
    person_id: who at the desk did it. public: whether it may be shown to everybody, as far as the type's
    rules allow.
    language: of the text, as a BCP 47 tag, or empty if it is not known. also: the same text in other languages, by
    their tags, in the order in which they were written.
    look: whether everybody may see the text, if the person who reported it wrote it. Of kinds `shown` and `hidden`
    the text names the things (app/domain/publication.py).
    """

    __tablename__ = "request_update"
    __table_args__ = (Index("ix_request_update_request", "request_id", "at"),)

    id: str = Field(primary_key=True)
    request_id: str = Field(foreign_key="service_request.id")
    at: datetime
    kind: str
    author: str
    status: str | None = None
    text: str = Field(default="", sa_type=Text)
    person_id: str | None = None
    public: bool
    language: str = ""
    also: dict[str, str] = Field(default_factory=dict, sa_type=JSON)
    look: str = Look.WAITING.value

    def __repr_args__(self) -> list[tuple[str | None, Any]]:
        return [("id", self.id)]


def is_own_text(update: RequestUpdate) -> bool:
    """Whether the person who reported it wrote the text of this line."""
    return update.author == Author.REPORTER and update.text != ""


@dataclass(frozen=True)
class StoredAnswer(Answer):
    """An answer as it is kept with a request, readable for ever without the form it came from.

    language: of label and values. as_asked: whether the type asks exactly this today; what an older form
    asked, or what nobody asked, is kept for staff and never shown to everybody.
    """

    language: str = ""
    as_asked: bool = True


@dataclass(frozen=True)
class Receipt:
    """What the device gets for its report, the same for ever.

    status: `created` the first time (HTTP 201), `known` ever after (HTTP 200); `gone` if the city has had it and no
    longer keeps it: then nothing of it is stored (HTTP 200).
    photos_missing: SHA-256 of the photos that the city does not have, the only part that changes: those still to
    be uploaded, and those it cannot use, for a device may have died before it was told why.
    """

    id: str
    digest: str
    reference: str
    photos_missing: tuple[str, ...]
    status: Literal["created", "known", "gone"]

    def body(self) -> dict[str, Any]:
        """The receipt as JSON says it."""
        receipt = {
            "id": self.id,
            "digest": self.digest,
            "reference": self.reference,
            "photos_missing": list(self.photos_missing),
        }
        return {**receipt, "state": "gone"} if self.status == "gone" else receipt


def is_held_by(request: ServiceRequest, token: str) -> bool:
    """Whether this token is the one of the request's private link."""
    return token_matches(token, request.manage_token_hash)


def receipt_of(*, store: "Store", id: str, digest: str, reference: str = "") -> Receipt | None:
    """The receipt of a report that has been accepted before, or None if this id is new.

    reference: the number that the report bears, for one that the city no longer keeps.

    Worth asking before anything else is read of a report: whatever was accepted once stays accepted, even if
    today's rules are stricter.

    Raises Conflict if the id was used for other content.
    """
    known = store.known(id)
    return None if known is None else _known_receipt(known, id, digest, reference)


Recognize = Callable[[str], str]
"""Tells the language of a text as a BCP 47 tag, or empty if there is doubt; it never fails."""


def submit(
    *,
    store: "Store",
    city: City,
    submission: Submission,
    digest: str,
    now: datetime,
    recognize: Recognize | None = None,
) -> Receipt:
    """Accept a report, from whatever door. It may be called any number of times with the same report.

    When it returns, the report is on the disk. digest: SHA-256 of the frozen content; now: the server's
    clock, UTC. recognize: says which language it is written in.

    Raises Rejected with what the person can mend, and Conflict if the id was used for other content.
    """
    receipt = receipt_of(store=store, id=submission.id, digest=digest, reference=submission.reference or "")
    if receipt is not None:
        return receipt
    request = _new_request(city, submission, digest, now)
    if recognize is not None:
        request.written_in = settled(recognize(_own_words(request)), request.language)
    with store.writing() as transaction:
        _leave_out_what_was_taken_back(transaction, request)
        while not transaction.add_request(request):
            if (known := transaction.known(request.id)) is not None:
                return _known_receipt(known, request.id, digest, request.reference)
            # Another request has this number: it keeps it, this one gets a new one.
            request.reference = make_reference()
        _add_first_update(transaction, request)
        photos = _kept_photos(transaction, _photos(submission, now))
        _hide_what_was_hidden(transaction, request.id, photos)
        missing = transaction.attach_photos(request.id, photos)
    return Receipt(request.id, digest, request.reference, missing, "created")


def _leave_out_what_was_taken_back(transaction: "Transaction", request: ServiceRequest) -> None:
    """A report may have been here before, and come again because the city has lost it."""
    taken_back = transaction.taken_back(Thing.REQUEST, request.id)
    if Kind.ERASE in taken_back:
        request.erase_contact(taken_back[Kind.ERASE])
    if Kind.HIDE in taken_back:
        request.look, request.hidden_at = Look.HIDDEN.value, taken_back[Kind.HIDE]


def _kept_photos(transaction: "Transaction", photos: Sequence[Photo]) -> list[Photo]:
    """Without those that were disposed of before the city lost their report."""
    return [
        photo
        for photo in photos
        if Kind.DISPOSE not in transaction.taken_back(Thing.PHOTO, part_id(photo.request_id, photo.sha256))
    ]


def _hide_what_was_hidden(transaction: "Transaction", request_id: str, photos: Sequence[Photo]) -> None:
    for photo in photos:
        if Kind.HIDE in transaction.taken_back(Thing.PHOTO, part_id(request_id, photo.sha256)):
            photo.look = Look.HIDDEN.value


def _known_receipt(known: "Known", id: str, digest: str, reference: str) -> Receipt:
    if known.is_gone:
        return Receipt(id, digest, reference, (), "gone")
    if known.digest != digest:
        raise Conflict
    return Receipt(id, digest, known.reference, known.photos_missing, "known")


def _add_first_update(transaction: "Transaction", request: ServiceRequest) -> None:
    transaction.add_update(
        RequestUpdate(
            id=make_id(),
            request_id=request.id,
            at=request.received_at,
            kind=UpdateKind.SUBMITTED.value,
            author=Author.REPORTER.value,
            status=request.status,
            public=True,
        )
    )


def _photos(submission: Submission, now: datetime) -> list[Photo]:
    return [
        Photo(
            request_id=submission.id,
            sha256=claim.sha256,
            attached=True,
            position=position,
            description=claim.description,
            upload_bytes=claim.upload_bytes,
            added_at=now,
        )
        for position, claim in enumerate(submission.photos)
    ]


def _new_request(city: City, submission: Submission, digest: str, now: datetime) -> ServiceRequest:
    """Check a report against the city's rules and make the row of it. Raises Rejected."""
    service = city.service(submission.service_code)
    errors: list[FieldError] = []
    review: list[ReviewReason] = []
    if service is None:
        answers = _answers_of_withdrawn(submission)
        review.append(ReviewReason.SERVICE_WITHDRAWN)
    else:
        answers = _answers(service, submission, now, errors, review)
    _check_place(city, service, submission, errors, review)
    if _clock_is_wrong(submission, now):
        review.append(ReviewReason.CLOCK)
    if errors:
        raise Rejected(in_form_order(errors))
    return ServiceRequest(
        **submission.model_dump(include=_AS_SENT),
        reference=submission.reference or make_reference(),
        manage_token_hash=hash_token(submission.manage_token),
        digest=digest,
        service_name=submission.service_name or _name_of(service, submission),
        status=Status.SUBMITTED.value,
        received_at=now,
        updated_at=now,
        expected_at=None if service is None else now + timedelta(days=service.expected_days),
        channel=submission.channel.value,
        answers=[asdict(answer) for answer in answers],
        review=[reason.value for reason in review],
    )


def searched(description: str, address: str) -> str:
    """The words by which the desk finds a request, for `RequestWords`."""
    return folded(f"{description} {address}")


def settled(written_in: str, language: str) -> str:
    """Which Chinese it is, if the text has no sign that only one of the two scripts has: that of the page."""
    return language if written_in == "zh" and language.startswith("zh-") else written_in


def _own_words(request: ServiceRequest) -> str:
    """What the person wrote themselves; choices are the city's words, in the language of the page."""
    return "\n".join([request.description, *written_answers(request.answers)])


def written_answers(answers: Sequence[dict[str, Any]]) -> list[str]:
    """Answers in the person's own words."""
    return [answer["text"] for answer in answers if answer["datatype"] in OWN_WORDS and answer["text"]]


# What goes from the report into the row as it is.
_AS_SENT = {
    *("id", "service_code", "description", "address_string", "lat", "long", "place_source", "accuracy_m"),
    *("first_name", "last_name", "email", "phone", "requested_datetime", "language"),
}


def _name_of(service: Service | None, submission: Submission) -> str:
    return "" if service is None else translator(submission.language)(service.service_name)


def _clock_is_wrong(submission: Submission, now: datetime) -> bool:
    return submission.clock_unreadable or not is_believable(submission.requested_datetime, now)


def is_believable(claim: datetime | None, received_at: datetime) -> bool:
    """Whether a device's time can be shown; no claim at all is believable too."""
    return claim is None or received_at - OLDEST_CLAIM <= claim <= received_at + NEWEST_CLAIM


def _check_place(
    city: City,
    service: Service | None,
    submission: Submission,
    errors: list[FieldError],
    review: list[ReviewReason],
) -> None:
    if submission.lat is not None and submission.long is not None:
        error = check_place(city, submission.lat, submission.long)
        if error is not None:
            errors.append(error)
        elif place_needs_review(city, Point(lat=submission.lat, long=submission.long)):
            review.append(ReviewReason.NEAR_BOUNDARY)
    elif service is not None and service.place_required and not submission.address_string:
        errors.append(
            FieldError(
                "address_string",
                N_("Say where it is: write an address or a crossing, or choose the place on the map."),
            )
        )


# --- answers ------------------------------------------------------------------------------------------------


def _answers_of_withdrawn(submission: Submission) -> list[StoredAnswer]:
    """Answers to a type the city does not have (any more).

    Who saw its name on our page cannot mend that; anybody else has mistyped the code. Raises Rejected.
    """
    if not submission.service_name or submission.channel in (Channel.OPEN311, Channel.DESK):
        raise Rejected(
            [FieldError("service_code", N_("This type of report is not offered. Choose another one."))]
        )
    return [_as_it_came(submission, code) for code in submission.answers]


def _answers(
    service: Service,
    submission: Submission,
    now: datetime,
    errors: list[FieldError],
    review: list[ReviewReason],
) -> list[StoredAnswer]:
    """Read the answers; what an older form asked is kept as it came, and what it did not ask is not
    missed.
    """
    t = translator(submission.language)
    asked = {code: service.attribute(code) for code in submission.answers}
    old = [code for code in asked if _was_asked_otherwise(asked[code], submission, code, t)]
    raw = {code: values for code, values in submission.answers.items() if code not in old}
    answers, problems = check_answers(service, raw, t=t, now=now)
    not_seen = {
        attribute.field
        for attribute in service.attributes
        if attribute.code in old or (submission.questions and attribute.code not in submission.questions)
    }
    errors.extend(problem for problem in problems if problem.field not in not_seen)
    if old or any(problem.field in not_seen for problem in problems):
        review.append(ReviewReason.FORM_CHANGED)
    checked = [StoredAnswer(**_fields_of(answer), language=submission.language) for answer in answers]
    return checked + [_as_it_came(submission, code) for code in old]


def _fields_of(answer: Answer) -> dict[str, Any]:
    return {name: getattr(answer, name) for name in ("code", "label", "datatype", "values", "text")}


def _was_asked_otherwise(
    attribute: Attribute | None, submission: Submission, code: str, t: Translate
) -> bool:
    """Whether this answer belongs to another question than the one asked today under the same code."""
    if attribute is None:
        return True
    question = submission.questions.get(code)
    if question is None:
        return False
    if question != clean_line(t(attribute.description)):
        return True
    keys = {value.key for value in attribute.values}
    return attribute.datatype in LIST_DATATYPES and not keys.issuperset(submission.answers[code])


def _as_it_came(submission: Submission, code: str) -> StoredAnswer:
    came = (value[: LOOKED_AT * MAX_OLD_ANSWER] for value in submission.answers[code])
    text = "\n".join(map(clean_text, came))[:MAX_OLD_ANSWER]
    label = submission.questions.get(code) or code
    return StoredAnswer(code, label, "text", text=text, language=submission.language, as_asked=False)
