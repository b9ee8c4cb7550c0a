"""What can happen to a request after it has come: every change is one function and one transaction.

Each adds a line to the history and makes the version one higher, so that every page about the request is new.
A `key` is made with the form and sent with it: the same change sent again with the same key happens once.
"""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from app.kit.errors import Conflict, FieldError, NotFound, Rejected
from app.kit.ids import make_id, parse_id
from app.kit.text import TooLong, clean_text_within
from app.ledger.models import Kind, Taken, Thing, part_id
from app.moderation.looks import Look
from app.photos.models import (
    MAX_PHOTOS,
    MAX_PHOTOS_EVER,
    Photo,
    PhotoBy,
    PhotoClaim,
    PhotoState,
)
from app.requests.models import Author, RequestUpdate, ServiceRequest, UpdateKind, is_held_by
from app.requests.protocol import Store, Transaction
from app.requests.statuses import MUST_SAY_WHY, Status
from app.retention.holds import HELD, is_held
from i18n import N_, Message
from i18n.languages import language_tag

MAX_COMMENT = 2_000
MAX_UPDATES_BY_REPORTER = 100
MAX_LANGUAGES = 20
"""In how many further languages a note may be."""
TWICE = N_("The note above is in this language already. Keep one of them.")


@dataclass(frozen=True)
class Holder:
    """Whoever has the private link. token: as it stands in the link."""

    token: str


@dataclass(frozen=True)
class Staff:
    """A signed-in person at the desk; the caller has checked that."""

    person_id: str


# --- at the desk --------------------------------------------------------------------------------------------


def change_status(
    *,
    store: Store,
    reference: str,
    by: Staff,
    to: Status,
    note: str,
    now: datetime,
    key: str | None = None,
    seen_version: int | None = None,
    language: str = "",
    also: Mapping[str, str] | None = None,
) -> int:
    """Move a request on, with a note that everybody may read. Returns the request's version.

    seen_version: the version on the person's screen; Conflict if it has changed since.
    language: of the note, as a BCP 47 tag. also: the same note in other languages, by their tags; empty texts are
    left out. A field named in an error is `note`, or `also[TAG]`.

    Raises NotFound; Rejected for a move that is not allowed, a missing or too long note, or a language that is
    none; Conflict.
    """
    others = _other_languages(also or {}, language)
    text = _note(note, "note", required=to in MUST_SAY_WHY or bool(others))
    with _changing(store, reference, by) as (transaction, request):
        update = _update(request, by, UpdateKind.STATUS, now, text, key, to, language, others)
        if transaction.has_update(update.id):
            return request.version
        if seen_version is not None and seen_version != request.version:
            raise Conflict
        if not Status(request.status).may_become(to):
            raise Rejected(
                [FieldError("status", N_("The status cannot change in this way. Choose another one."))]
            )
        return _record(transaction, request, update)


def add_internal_note(
    *, store: Store, reference: str, by: Staff, text: str, now: datetime, key: str | None = None
) -> int:
    """Add a note that only staff can read. Returns the request's version. Raises NotFound, Rejected."""
    text = _note(text, "note", required=True)
    with _changing(store, reference, by) as (transaction, request):
        return _record(transaction, request, _update(request, by, UpdateKind.INTERNAL_NOTE, now, text, key))


# --- with the private link ----------------------------------------------------------------------------------


def add_comment(
    *,
    store: Store,
    reference: str,
    by: Holder,
    text: str,
    now: datetime,
    key: str | None = None,
    language: str = "",
) -> int:
    """Add what the reporter has to say. Returns the request's version. language: of the text, if it is known.

    Raises NotFound for a wrong link too, and Rejected for an empty or too long comment.
    """
    text = _note(text, "comment", required=True)
    with _changing(store, reference, by) as (transaction, request):
        _check_room(transaction, request)
        update = _update(request, by, UpdateKind.COMMENT, now, text, key, language=language)
        return _record(transaction, request, update)


def say_fixed(
    *,
    store: Store,
    reference: str,
    by: Holder,
    now: datetime,
    text: str = "",
    key: str | None = None,
    language: str = "",
) -> int:
    """The reporter says that the problem is gone; nothing happens if it is known already. Returns the
    version.
    """
    text = _note(text, "comment", required=False)
    with _changing(store, reference, by) as (transaction, request):
        if not Status(request.status).is_open:
            return request.version
        _check_room(transaction, request)
        update = _update(request, by, UpdateKind.STATUS, now, text, key, Status.FIXED, language)
        return _record(transaction, request, update)


def say_not_fixed(
    *,
    store: Store,
    reference: str,
    by: Holder,
    now: datetime,
    text: str = "",
    key: str | None = None,
    language: str = "",
) -> int:
    """The reporter says that the problem is still there, which reopens the request. Returns the version.

    Nothing happens if the city still works on it.
    """
    text = _note(text, "comment", required=False)
    with _changing(store, reference, by) as (transaction, request):
        if Status(request.status).is_open:
            return request.version
        _check_room(transaction, request)
        update = _update(request, by, UpdateKind.REOPENED, now, text, key, Status.SUBMITTED, language)
        return _record(transaction, request, update)


def erase_contact(*, store: Store, reference: str, by: Holder | Staff, now: datetime) -> int:
    """Erase name, e-mail address and phone number for good. Returns the request's version.

    What a person wrote into the description stays: nobody but a person can tell what of it is personal.

    Raises NotFound for a wrong link too, and Rejected while the law wants the report to be kept.
    """
    with _changing(store, reference, by) as (transaction, request):
        if request.contact_erased_at is not None:
            return request.version
        if is_held(transaction, request):
            raise Rejected([FieldError("erase", HELD)])
        transaction.remember(Taken(Kind.ERASE, Thing.REQUEST, request.id, now))
        request.erase_contact(now)
        version = _record(transaction, request, _update(request, by, UpdateKind.CONTACT_ERASED, now))
    store.scrub()
    return version


# --- photos -------------------------------------------------------------------------------------------------


def add_photos(
    *, store: Store, reference: str, by: Holder, photos: Sequence[PhotoClaim], now: datetime
) -> int:
    """Expect more photos of the reporter; they are shown once they have arrived. Returns the request's
    version.

    Raises NotFound, and Rejected if there are too many.
    """
    with _changing(store, reference, by) as (transaction, request):
        there = transaction.count_photos(request.id)
        new = [claim for claim in photos if transaction.photo(request.id, claim.sha256) is None]
        if len(photos) > MAX_PHOTOS or there + len(new) > MAX_PHOTOS_EVER:
            raise Rejected([FieldError("media", _too_many_photos(there))])
        for position, claim in enumerate(new, start=there):
            photo = _expected(request.id, claim, position, now, attached=True)
            # Hidden before a backup came back, and sent again since.
            if Kind.HIDE in transaction.taken_back(Thing.PHOTO, part_id(request.id, claim.sha256)):
                photo.look = Look.HIDDEN.value
            transaction.add_photo(photo)
        if new:
            request.touch(now)
        return request.version


def expect_photo(
    *, store: Store, request_id: str, claim: PhotoClaim, now: datetime, key_hash: str | None = None
) -> None:
    """Make ready for a photo's bytes. key_hash: hash of the private token of the form that brings it.

    Before the text has come, any photo may, up to the number a request can have. Afterwards only those that
    the text or the holder of the link has announced.

    Raises NotFound for one that was not announced, Rejected for one too many.
    """
    with store.writing() as transaction:
        request = transaction.request(request_id)
        if transaction.photo(request_id, claim.sha256) is not None:
            return
        if request is not None:
            raise NotFound
        there = transaction.count_photos(request_id)
        if there >= MAX_PHOTOS_EVER:
            raise Rejected([FieldError("media", _too_many_photos(there))])
        photo = _expected(request_id, claim, there, now, attached=False)
        photo.key_hash = key_hash
        transaction.add_photo(photo)


def photo_uploading(*, store: Store, request_id: str, sha256: str, upload_bytes: int) -> None:
    """The first bytes of a photo have come; upload_bytes: how many it will be. Raises NotFound."""
    with _changing_photo(store, request_id, sha256) as (_, _, photo):
        if photo.state == PhotoState.EXPECTED:
            photo.state = PhotoState.UPLOADING.value
        photo.upload_bytes = upload_bytes


def photo_stored(
    *, store: Store, request_id: str, sha256: str, content: str, width: int, height: int, now: datetime
) -> None:
    """A photo has arrived, was cleaned and stored under the SHA-256 `content`; sizes in pixels.

    Raises NotFound.
    """
    with _changing_photo(store, request_id, sha256) as (transaction, request, photo):
        if photo.state == PhotoState.STORED:
            return
        photo.state = PhotoState.STORED.value
        photo.refused_reason = None
        photo.content, photo.width, photo.height = content, width, height
        if request is None:
            return
        if photo.added_at > request.received_at:
            _record(transaction, request, _update(request, Holder(""), UpdateKind.PHOTO, now))
        else:
            request.touch(now)


def photo_refused(*, store: Store, request_id: str, sha256: str, reason: Message, now: datetime) -> None:
    """A photo has arrived and cannot be used, for this reason. Raises NotFound."""
    with _changing_photo(store, request_id, sha256) as (_, request, photo):
        if photo.state in (PhotoState.STORED, PhotoState.REFUSED):
            return
        photo.refuse(reason)
        if request is not None:
            request.touch(now)


# --- behind them --------------------------------------------------------------------------------------------


@contextmanager
def _changing(
    store: Store, reference: str, by: Holder | Staff
) -> Iterator[tuple[Transaction, ServiceRequest]]:
    """The request, locked, for somebody who may change it; a wrong link and an unknown number look the
    same.
    """
    with store.writing() as transaction:
        request = transaction.request_by_reference(reference)
        if request is None or not (isinstance(by, Staff) or is_held_by(request, by.token)):
            raise NotFound
        yield transaction, request


@contextmanager
def _changing_photo(
    store: Store, request_id: str, sha256: str
) -> Iterator[tuple[Transaction, ServiceRequest | None, Photo]]:
    """The photo, and its request if that has come. Always the request first: two locks need one order."""
    with store.writing() as transaction:
        request = transaction.request(request_id)
        photo = transaction.photo(request_id, sha256)
        if photo is None:
            raise NotFound
        yield transaction, request, photo


def _update(
    request: ServiceRequest,
    by: Holder | Staff,
    kind: UpdateKind,
    now: datetime,
    text: str = "",
    key: str | None = None,
    status: Status | None = None,
    language: str = "",
    also: Mapping[str, str] | None = None,
) -> RequestUpdate:
    others = dict(also or {})
    return RequestUpdate(
        id=_update_id(key, request.id, kind, status or "", text, *chain(*sorted(others.items()))),
        request_id=request.id,
        at=now,
        kind=kind.value,
        author=(Author.DESK if isinstance(by, Staff) else Author.REPORTER).value,
        person_id=by.person_id if isinstance(by, Staff) else None,
        status=None if status is None else status.value,
        text=text,
        public=kind not in (UpdateKind.INTERNAL_NOTE, UpdateKind.CONTACT_ERASED),
        language=(language_tag(language) or "") if text else "",
        also=others,
    )


def _update_id(key: str | None, *content: str) -> str:
    """The same key and the same content make the same id (UUID version 5), so that a double tap adds one
    line.

    Other content under the same key, as after the browser's Back button, is a line of its own.
    """
    canonical = parse_id(key) if key else None
    return make_id() if canonical is None else str(uuid.uuid5(uuid.UUID(canonical), "\n".join(content)))


def _record(transaction: Transaction, request: ServiceRequest, update: RequestUpdate) -> int:
    """Add the line, unless it is there, and what it says about the status. Returns the request's version."""
    if not transaction.has_update(update.id):
        transaction.add_update(update)
        request.status = update.status or request.status
        request.touch(update.at)
    return request.version


def _check_room(transaction: Transaction, request: ServiceRequest) -> None:
    """Whoever has the link may say a lot, but not without end."""
    if transaction.count_updates(request.id, Author.REPORTER) >= MAX_UPDATES_BY_REPORTER:
        raise Rejected(
            [FieldError("comment", N_("This report has a lot of comments already. Please call the city."))]
        )


def _note(typed: str, field: str, *, required: bool) -> str:
    try:
        text = clean_text_within(MAX_COMMENT, typed)
    except TooLong as error:
        raise Rejected([FieldError(field, error.message)]) from None
    if required and not text:
        raise Rejected([FieldError(field, N_("Write a few words."))])
    return text


def _other_languages(also: Mapping[str, str], language: str) -> dict[str, str]:
    """The note in other languages, those left empty left out. Raises Rejected with all that is to be mended."""
    found: dict[str, str] = {}
    errors: list[FieldError] = []
    for typed_tag, typed in also.items():
        field = f"also[{typed_tag}]"
        tag = language_tag(typed_tag)
        try:
            text = clean_text_within(MAX_COMMENT, typed)
        except TooLong as error:
            errors.append(FieldError(field, error.message))
            continue
        if not text:
            continue
        if tag is None or len(found) == MAX_LANGUAGES:
            errors.append(FieldError(field, N_("This language is not known. Choose another one.")))
        elif tag == language_tag(language):
            errors.append(FieldError(field, TWICE))
        else:
            found[tag] = text
    if errors:
        raise Rejected(errors)
    return found


def _too_many_photos(there: int) -> Message:
    if there == 0:
        return N_("Choose at most %(limit)s photos.", limit=MAX_PHOTOS)
    return N_(
        "Send at most %(at_once)s photos at once. A report can have %(limit)s photos in all.",
        at_once=MAX_PHOTOS,
        limit=MAX_PHOTOS_EVER,
    )


def _expected(request_id: str, claim: PhotoClaim, position: int, now: datetime, *, attached: bool) -> Photo:
    return Photo(
        request_id=request_id,
        sha256=claim.sha256,
        attached=attached,
        position=position,
        description=claim.description,
        upload_bytes=claim.upload_bytes,
        added_at=now,
        by=PhotoBy.REPORTER.value,
    )
