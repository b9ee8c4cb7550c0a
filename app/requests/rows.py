"""What is read of requests: one frozen class for each reading, with what its readers use and nothing else.

The fields name columns of the tables (app/requests/models.py, app/photos/models.py), where it stands what they mean.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypedDict


class AnswerValueRow(TypedDict):
    """One chosen value of a list, as the resident saw it."""

    key: str
    name: str


class AnswerRow(TypedDict):
    """An answer as it is stored: `StoredAnswer` as JSON."""

    code: str
    label: str
    datatype: str
    values: list[AnswerValueRow]
    text: str | None
    language: str
    as_asked: bool


@dataclass(frozen=True, slots=True)
class RequestRow:
    """What every list of requests reads."""

    reference: str
    status: str
    service_code: str
    received_at: datetime
    lat: float | None
    long: float | None
    address_string: str


@dataclass(frozen=True, slots=True)
class QueueRow(RequestRow):
    """For a row of the desk's queue."""

    version: int
    service_name: str
    expected_at: datetime | None
    language: str
    written_in: str
    review: list[str]
    followers: int


@dataclass(frozen=True, slots=True)
class ListedRow(RequestRow):
    """For a line of the public list. language: of the pages that the reporter used.

    The reporter's name is read to be masked where it stands in their words (views_gate.py), and is in nothing that is
    made of this for everybody. No other contact detail is read.
    """

    id: str
    requested_datetime: datetime | None
    look: str
    language: str
    first_name: str
    last_name: str


@dataclass(frozen=True, slots=True)
class NearRow(ListedRow):
    """For an open request near a place. description: its beginning."""

    description: str
    followers: int


@dataclass(frozen=True, slots=True)
class PublicRow(NearRow):
    """For the public page. version: of what everybody may see."""

    version: int
    service_name: str
    updated_at: datetime
    expected_at: datetime | None
    written_in: str
    answers: list[AnswerRow]


@dataclass(frozen=True, slots=True)
class WholeRow(PublicRow):
    """For the holder of the private link and for the desk. version: of all that there is."""

    manage_token_hash: str
    email: str
    phone: str
    contact_erased_at: datetime | None
    channel: str
    review: list[str]
    place_source: str | None
    accuracy_m: float | None


@dataclass(frozen=True, slots=True)
class UpdateRow:
    """One line of a request's history."""

    id: str
    at: datetime
    kind: str
    author: str
    status: str | None
    text: str
    person_id: str | None
    public: bool
    language: str
    also: dict[str, str]
    look: str


@dataclass(frozen=True, slots=True)
class PhotoRow:
    """A photo of a request."""

    request_id: str
    sha256: str
    description: str
    state: str
    refused_reason: dict[str, Any] | None
    content: str | None
    width: int | None
    height: int | None
    name: str
    look: str
