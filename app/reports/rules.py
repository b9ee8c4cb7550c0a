"""The one way in for a new report: one function, one transaction, safe to call any number of times."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal

from app.city.answers import Answer, Translate, check_answers
from app.city.city import City
from app.city.services import LIST_DATATYPES, Attribute, Service
from app.kit.errors import Conflict, FieldError, Rejected
from app.kit.ids import hash_token, make_id
from app.kit.text import LOOKED_AT, clean_line, clean_text
from app.ledger.models import Kind, Thing, part_id
from app.moderation.looks import Look
from app.photos.models import Photo
from app.places.points import Point
from app.places.whereabouts import check_place, place_needs_review
from app.reports.fields import in_form_order
from app.reports.references import make_reference
from app.reports.submissions import Channel, Submission
from app.requests.models import (
    MAX_OLD_ANSWER,
    Author,
    Recognize,
    RequestUpdate,
    ReviewReason,
    ServiceRequest,
    StoredAnswer,
    UpdateKind,
    _expected_at,
    chinese_script,
    is_believable,
    written_answers,
)
from app.requests.protocol import Known, Store, Transaction
from app.requests.statuses import Status
from i18n import N_, translator

# What goes from the report into the row as it is.
_AS_SENT = {
    *("id", "service_code", "description", "address_string", "lat", "long", "place_source", "accuracy_m"),
    *("first_name", "last_name", "email", "phone", "requested_datetime", "language"),
}


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


def receipt_of(*, store: Store, id: str, digest: str, reference: str = "") -> Receipt | None:
    """The receipt of a report that has been accepted before, or None if this id is new.

    reference: the number that the report bears, for one that the city no longer keeps.

    Worth asking before anything else is read of a report: whatever was accepted once stays accepted, even if
    today's rules are stricter.

    Raises Conflict if the id was used for other content.
    """
    known = store.known(id)
    return None if known is None else _known_receipt(known, id, digest, reference)


def submit(
    *,
    store: Store,
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
        request.written_in = chinese_script(recognize(_own_words(request)), request.language)
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


def _leave_out_what_was_taken_back(transaction: Transaction, request: ServiceRequest) -> None:
    """A report may have been here before, and come again because the city has lost it."""
    taken_back = transaction.taken_back(Thing.REQUEST, request.id)
    if Kind.ERASE in taken_back:
        request.erase_contact(taken_back[Kind.ERASE])
    if Kind.HIDE in taken_back:
        request.look, request.hidden_at = Look.HIDDEN.value, taken_back[Kind.HIDE]


def _kept_photos(transaction: Transaction, photos: Sequence[Photo]) -> list[Photo]:
    """Without those that were disposed of before the city lost their report."""
    return [
        photo
        for photo in photos
        if Kind.DISPOSE not in transaction.taken_back(Thing.PHOTO, part_id(photo.request_id, photo.sha256))
    ]


def _hide_what_was_hidden(transaction: Transaction, request_id: str, photos: Sequence[Photo]) -> None:
    for photo in photos:
        if Kind.HIDE in transaction.taken_back(Thing.PHOTO, part_id(request_id, photo.sha256)):
            photo.look = Look.HIDDEN.value


def _known_receipt(known: Known, id: str, digest: str, reference: str) -> Receipt:
    if known.is_gone:
        return Receipt(id, digest, reference, (), "gone")
    if known.digest != digest:
        raise Conflict
    return Receipt(id, digest, known.reference, known.photos_missing, "known")


def _add_first_update(transaction: Transaction, request: ServiceRequest) -> None:
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
        expected_at=_expected_at(service, now),
        channel=submission.channel.value,
        answers=[asdict(answer) for answer in answers],
        review=[reason.value for reason in review],
    )


def _own_words(request: ServiceRequest) -> str:
    """What the person wrote themselves; choices are the city's words, in the language of the page."""
    return "\n".join([request.description, *written_answers(request.answers)])


def _name_of(service: Service | None, submission: Submission) -> str:
    return "" if service is None else translator(submission.language)(service.service_name)


def _clock_is_wrong(submission: Submission, now: datetime) -> bool:
    return submission.clock_unreadable or not is_believable(submission.requested_datetime, now)


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
