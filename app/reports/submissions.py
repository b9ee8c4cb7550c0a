"""A report as it arrives, from a device's frozen JSON or from a plain form: read once, checked once.

Field names are GeoReport v2's (POST Service Request); ours stand beside them. Unknown names are left alone: a
browser extension, an older page or a newer one may send them, and no person could mend that.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol, Self

from pydantic import BaseModel, ConfigDict

from app.kit.errors import FieldError, Rejected
from app.kit.ids import (
    digest_of,
    make_id,
    make_manage_token,
    parse_id,
    parse_manage_token,
)
from app.kit.text import (
    cut_line,
)
from app.photos.models import MAX_PHOTOS, PhotoClaim
from app.reports.fields import (
    MAX_ADDRESS,
    MAX_NAME,
    MAX_SERVICE_NAME,
    FieldReader,
    PlaceSource,
    answers_in,
    first,
    in_form_order,
    place_source_of,
    questions_in,
    read_accuracy,
    read_language,
    read_moment,
    read_reference,
)
from app.reports.json_fields import fields_of_json
from app.reports.photo_claims import TOO_MANY_PHOTOS, each_once, photos_of_form
from app.reports.references import make_reference
from i18n import N_


class Channel(StrEnum):
    """By which door a report came in."""

    WEB = "web"
    WEB_NOSCRIPT = "web-noscript"
    OUTBOX = "outbox"
    DESK = "desk"
    OPEN311 = "open311"


@dataclass(frozen=True)
class Draft:
    """What a report is called from its first moment on, and for ever.

    id: UUID. reference: thirteen digits, for people. manage_token: of the private link; kept as a hash only.
    """

    id: str
    reference: str
    manage_token: str


def make_draft() -> Draft:
    """A new draft: for a form about to be shown, or for a report that came without (Open311, desk)."""
    return Draft(make_id(), make_reference(), make_manage_token())


class MultiDict(Protocol):
    """A form: several values may stand under one name. Starlette's FormData is one."""

    def multi_items(self) -> list[tuple[str, Any]]:
        """Every value with its name, in order."""


class Submission(BaseModel):
    """One report as the person sent it, cleaned and checked as far as that is possible without the city.

    id, manage_token: made by the page. reference: made by the page too; None if it was missing or unreadable.
    lat, long: WGS84 degrees, both or neither. accuracy_m: meters, as the device said.
    service_name: the request type's name as the person saw it; empty if the page did not send it.
    answers: code -> everything sent under `attribute[code]`. questions: code -> the question as the person
    saw it.
    requested_datetime: the device's claim, in UTC; None if there is none or it makes no sense.
    clock_unreadable: whether a time was sent that could not be read.
    """

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", hide_input_in_errors=True)

    id: str
    manage_token: str
    reference: str | None
    service_code: str
    service_name: str
    description: str
    answers: dict[str, tuple[str, ...]]
    questions: dict[str, str]
    address_string: str
    lat: float | None
    long: float | None
    place_source: PlaceSource | None
    accuracy_m: float | None
    photos: tuple[PhotoClaim, ...]
    first_name: str
    last_name: str
    email: str
    phone: str
    requested_datetime: datetime | None
    clock_unreadable: bool
    language: str
    channel: Channel

    @classmethod
    def from_json(cls, content: bytes) -> Self:
        """Read the frozen bytes of a device: one JSON object with the form's own names.

        Values are texts, numbers or lists of them; `media` is a list of `{"sha256", "bytes", "description"}`.
        The channel is `outbox` if it says so, else `web`.

        Raises Rejected with every field that must be mended.
        """
        fields, photos, errors = fields_of_json(content)
        channel = Channel.OUTBOX if first(fields, "channel") == Channel.OUTBOX else Channel.WEB
        return cls._read(fields, photos, channel, errors)

    @classmethod
    def from_form(
        cls, form: MultiDict, *, channel: Channel = Channel.WEB_NOSCRIPT, photos: Sequence[PhotoClaim] = ()
    ) -> Self:
        """Read a plain form. Photos that came with an earlier try stand in it as `media[SHA256]=description`;
        photos: those that came with this one. Values that are files are left alone.

        Raises Rejected with every field that must be mended.
        """
        fields: dict[str, list[str]] = {}
        for name, value in form.multi_items():
            if isinstance(value, str):
                fields.setdefault(name, []).append(value)
        errors: list[FieldError] = []
        claims = [*photos_of_form(fields, errors), *photos]
        return cls._read(fields, claims, channel, errors)

    @classmethod
    def _read(
        cls,
        fields: Mapping[str, Sequence[str]],
        photos: Sequence[PhotoClaim],
        channel: Channel,
        errors: list[FieldError],
    ) -> Self:
        """Read every field, collect every problem, and only then give up."""
        reader = FieldReader(fields, errors)
        answers, questions = answers_in(fields), questions_in(fields)
        lat, long = reader.point()
        address = reader.line("address_string", MAX_ADDRESS)
        described = reader.description()
        claims = each_once(photos)
        if len(claims) > MAX_PHOTOS:
            errors.append(FieldError("media", TOO_MANY_PHOTOS))
        if not (described or claims or answers) and not any(
            e.field in ("description", "media") for e in errors
        ):
            errors.append(
                FieldError("description", N_("Describe the problem in a few words, or add a photo."))
            )
        moment, unreadable = read_moment(first(fields, "requested_datetime"))
        values: dict[str, Any] = {
            "id": reader.key("id", parse_id),
            "manage_token": reader.key("manage_token", parse_manage_token),
            "reference": read_reference(first(fields, "reference")),
            "service_code": reader.service_code(),
            "service_name": cut_line(MAX_SERVICE_NAME, first(fields, "service_name")),
            "description": described,
            "answers": answers,
            "questions": questions,
            "address_string": address,
            "lat": lat,
            "long": long,
            "place_source": place_source_of(first(fields, "place_source"), lat is not None, address),
            "accuracy_m": read_accuracy(first(fields, "accuracy_m")),
            "photos": claims,
            "first_name": reader.line("first_name", MAX_NAME),
            "last_name": reader.line("last_name", MAX_NAME),
            "email": reader.email(),
            "phone": reader.phone(),
            "requested_datetime": moment,
            "clock_unreadable": unreadable,
            "language": read_language(first(fields, "language")),
            "channel": channel,
        }
        if errors:
            raise Rejected(in_form_order(errors))
        return cls(**values)

    def __repr_args__(self) -> list[tuple[str | None, Any]]:
        # What a person wrote must never reach a log.
        return [("id", self.id)]

    @property
    def digest(self) -> str:
        """SHA-256 of this report in hex, for doors through which no frozen bytes came (a plain form,
        Open311).

        The same form sent twice has the same digest; anything changed in it, another one.
        """
        return digest_of(self.model_dump_json().encode("utf-8"))
