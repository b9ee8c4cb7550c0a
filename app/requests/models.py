"""Service requests as they are kept: the report, the lines of its history, who follows it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, Index, Text
from sqlmodel import Field

from app.city.answers import Answer
from app.city.services import Service
from app.db.base import Table
from app.kit.folding import folded
from app.kit.ids import token_matches
from app.moderation.looks import Look
from app.requests.rows import UpdateRow, WholeRow
from app.requests.statuses import Status
from i18n import N_, Message

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


class ServiceRequest(Table, table=True):
    """A request as it is kept (GeoReport v2 "service request").

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
    manage_token_hash: SHA-256 of the private link's token. digest: SHA-256 of the frozen report; it cannot be
    used to guess an erased contact, because the report holds the token's 128 random bits.
    accuracy_m: meters, as the device said. review: values of ReviewReason.
    contact_erased_at: when the contact details were erased, UTC. hidden_at: when words or photos were last hidden, UTC.
    """

    __tablename__ = "service_request"
    # Every list is read along one of these, newest first, a page at a time: see app/requests/store_lists.py.
    __table_args__ = (
        Index("ix_service_request_received", "received_at", "reference"),
        Index("ix_service_request_status", "status", "received_at", "reference"),
        Index("ix_service_request_service", "service_code", "received_at", "reference"),
        Index("ix_service_request_service_status", "service_code", "status", "received_at", "reference"),
        Index("ix_service_request_updated", "updated_at"),
        # What is near a place: app/requests/store_nearby.py.
        Index("ix_service_request_near", "service_code", "status", "lat", "long"),
        Index("ix_service_request_hidden", "hidden_at"),
    )

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
    """By which words the desk finds a request: its description and address, folded (app/kit/folding.py).

    A table of its own, so that the lists that look for no words do not carry them.
    number: what the index of terms (store_terms.py) calls it; whatever was received later has a higher one.
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
    the text names the things (app/moderation/rules.py).
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


def is_own_text(update: RequestUpdate | UpdateRow) -> bool:
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


def is_held_by(request: ServiceRequest | WholeRow, token: str) -> bool:
    """Whether this token is the one of the request's private link."""
    return token_matches(token, request.manage_token_hash)


Recognize = Callable[[str], str]
"""Tells the language of a text as a BCP 47 tag, or empty if there is doubt; it never fails."""


def _expected_at(service: Service | None, now: datetime) -> datetime | None:
    """When the type's usual time is over, if it has one that is confirmed."""
    days = None if service is None else service.usual_days
    return None if days is None else now + timedelta(days=days)


def searched(description: str, address: str) -> str:
    """The words by which the desk finds a request, for `RequestWords`."""
    return folded(f"{description} {address}")


def chinese_script(written_in: str, language: str) -> str:
    """Which Chinese it is, if the text has no sign that only one of the two scripts has: that of the page."""
    return language if written_in == "zh" and language.startswith("zh-") else written_in


def written_answers(answers: Sequence[dict[str, Any]]) -> list[str]:
    """Answers in the person's own words."""
    return [answer["text"] for answer in answers if answer["datatype"] in OWN_WORDS and answer["text"]]


def is_believable(claim: datetime | None, received_at: datetime) -> bool:
    """Whether a device's time can be shown; no claim at all is believable too."""
    return claim is None or received_at - OLDEST_CLAIM <= claim <= received_at + NEWEST_CLAIM


# --- answers ------------------------------------------------------------------------------------------------


class Follower(Table, table=True):
    """Somebody who follows a request.

    key_hash: see `key_hash_of`; behind UNCOUNTED if they are not in the number that is shown. at: since when, the
    server's clock, UTC.
    """

    __tablename__ = "follower"

    request_id: str = Field(primary_key=True, foreign_key="service_request.id")
    key_hash: str = Field(primary_key=True)
    at: datetime
