"""A report as it arrives, from a device's frozen JSON or from a plain form: read once, checked once.

Field names are GeoReport v2's (POST Service Request); ours stand beside them. Unknown names are left alone: a
browser extension, an older page or a newer one may send them, and no person could mend that.
"""

import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Literal, Protocol, Self

from pydantic import BaseModel, ConfigDict
from pydantic_core import from_json

from app.kit.errors import FieldError, Rejected
from app.kit.ids import (
    digest_of,
    make_id,
    make_manage_token,
    parse_id,
    parse_manage_token,
    parse_sha256,
)
from app.kit.text import (
    LOOKED_AT,
    MAX_EMAIL,
    MAX_PHONE,
    TooLong,
    clean_line,
    clean_line_within,
    clean_text_within,
    cut_line,
    looks_like_email,
    looks_like_phone,
)
from app.photos.models import MAX_PHOTOS, PhotoClaim, read_photo_description
from app.places.points import read_point
from app.reports.references import make_reference, parse_reference
from i18n import N_, Message
from i18n.locales import DEFAULT_LOCALE, offered

MAX_DESCRIPTION = 5_000
MAX_ADDRESS = 300
MAX_NAME = 100
MAX_SERVICE_NAME = 120
MAX_QUESTION = 400
MAX_QUESTIONS = 60
MAX_VALUES = 100
"""Values of one answer that are looked at; no question offers as many."""
MAX_CLAIMS = 60
"""Photos of one report that are looked at at all; how many it may have is said to people."""

_ATTRIBUTE = re.compile(r"attribute\[([^\[\]]{1,60})\](?:\[\])?")
_QUESTION = re.compile(r"question\[([^\[\]]{1,60})\]")
_MEDIA = re.compile(r"media\[([0-9A-Fa-f]{64})\]")
_SERVICE_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,59}", re.ASCII)


class Channel(StrEnum):
    """By which door a report came in."""

    WEB = "web"
    WEB_NOSCRIPT = "web-noscript"
    OUTBOX = "outbox"
    DESK = "desk"
    OPEN311 = "open311"


PlaceSource = Literal["words", "found", "device", "map", "photo"]
"""How the place was given: typed words, a place that was found by them and chosen, the device's location, a pin on
the map, or a photo's own location.
"""


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
    lat, long: WGS84 degrees, both or neither. accuracy_m: metres, as the device said.
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
        fields, photos, errors = _fields_of_json(content)
        channel = Channel.OUTBOX if _first(fields, "channel") == Channel.OUTBOX else Channel.WEB
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
        claims = [*_photos_of_form(fields, errors), *photos]
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
        reader = _Reader(fields, errors)
        answers, questions = _answers(fields), _questions(fields)
        lat, long = reader.point()
        address = reader.line("address_string", MAX_ADDRESS)
        described = reader.description()
        claims = _unique(photos)
        if len(claims) > MAX_PHOTOS:
            errors.append(FieldError("media", _TOO_MANY_PHOTOS))
        if not (described or claims or answers) and not any(
            e.field in ("description", "media") for e in errors
        ):
            errors.append(
                FieldError("description", N_("Describe the problem in a few words, or add a photo."))
            )
        moment, unreadable = _moment(_first(fields, "requested_datetime"))
        values: dict[str, Any] = {
            "id": reader.key("id", parse_id),
            "manage_token": reader.key("manage_token", parse_manage_token),
            "reference": _reference(_first(fields, "reference")),
            "service_code": reader.service_code(),
            "service_name": cut_line(MAX_SERVICE_NAME, _first(fields, "service_name")),
            "description": described,
            "answers": answers,
            "questions": questions,
            "address_string": address,
            "lat": lat,
            "long": long,
            "place_source": _place_source(_first(fields, "place_source"), lat is not None, address),
            "accuracy_m": _accuracy(_first(fields, "accuracy_m")),
            "photos": claims,
            "first_name": reader.line("first_name", MAX_NAME),
            "last_name": reader.line("last_name", MAX_NAME),
            "email": reader.email(),
            "phone": reader.phone(),
            "requested_datetime": moment,
            "clock_unreadable": unreadable,
            "language": _language(_first(fields, "language")),
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


# --- one field after another --------------------------------------------------------------------------------


class _Reader:
    """Reads single fields of a form; what is wrong goes to `errors`."""

    def __init__(self, fields: Mapping[str, Sequence[str]], errors: list[FieldError]) -> None:
        self._fields = fields
        self._errors = errors

    def _wrong(self, field: str, message: Message) -> str:
        self._errors.append(FieldError(field, message))
        return ""

    def key(self, field: str, parse: Any) -> str:
        """An id or token that the page made. No person can mend it, but the page can be opened anew."""
        return parse(_first(self._fields, field)) or self._wrong(field, _STALE_PAGE)

    def service_code(self) -> str:
        code = _first(self._fields, "service_code").strip()
        if _SERVICE_CODE.fullmatch(code):
            return code
        return self._wrong("service_code", N_("Choose what the report is about."))

    def line(self, field: str, limit: int) -> str:
        try:
            return clean_line_within(limit, _first(self._fields, field))
        except TooLong as error:
            return self._wrong(field, error.message)

    def description(self) -> str:
        try:
            return clean_text_within(MAX_DESCRIPTION, _first(self._fields, "description"))
        except TooLong as error:
            return self._wrong("description", error.message)

    def email(self) -> str:
        return self._contact("email", MAX_EMAIL, looks_like_email, _NO_EMAIL)

    def phone(self) -> str:
        return self._contact("phone", MAX_PHONE, looks_like_phone, _NO_PHONE)

    def _contact(self, field: str, limit: int, fits: Callable[[str], bool], problem: Message) -> str:
        """What may be left empty. `fits` knows the limit; it leaves out marks that nobody sees."""
        try:
            text = clean_line_within(LOOKED_AT * limit, _first(self._fields, field))
        except TooLong:
            return self._wrong(field, problem)
        return text if not text or fits(text) else self._wrong(field, problem)

    def point(self) -> tuple[float | None, float | None]:
        lat, long = _first(self._fields, "lat").strip(), _first(self._fields, "long").strip()
        if not lat and not long:
            return None, None
        try:
            point = read_point(lat, long)
        except Rejected as rejected:
            self._errors.extend(rejected.errors)
            return None, None
        # Six decimals are a tenth of a metre; more only pretends.
        return round(point.lat, 6), round(point.long, 6)


_STALE_PAGE = N_("This form is out of date. Open it again and send your report from there.")
_UNREADABLE = N_("We could not read this. Write it again.")
_NO_EMAIL = N_("Check the email address, for example name@example.com. You can also leave this field empty.")
_NO_PHONE = N_("Check the phone number. You can also leave this field empty.")
_TOO_MANY_PHOTOS = N_("Choose at most %(limit)s photos.", limit=MAX_PHOTOS)


def _first(fields: Mapping[str, Sequence[str]], name: str) -> str:
    """The first value that is not empty; GeoReport v2 §1: an empty parameter is an absent one."""
    return next((value for value in fields.get(name, ()) if value), "")


def _answers(fields: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    """Everything under `attribute[CODE]` and `attribute[CODE][]`, codes in the order they came."""
    answers: dict[str, tuple[str, ...]] = {}
    for name, values in fields.items():
        match = _ATTRIBUTE.fullmatch(name)
        if (
            match
            and (given := tuple(value for value in values if value.strip()))
            and len(answers) < MAX_QUESTIONS
        ):
            code = clean_line(match[1])
            answers[code] = (*answers.get(code, ()), *given)[:MAX_VALUES]
    return answers


def _questions(fields: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Everything under `question[CODE]`: the questions that stood on the page, in the words that stood
    there.
    """
    questions: dict[str, str] = {}
    for name in fields:
        if (match := _QUESTION.fullmatch(name)) and len(questions) < MAX_QUESTIONS:
            questions[clean_line(match[1])] = cut_line(MAX_QUESTION, _first(fields, name))
    return questions


def _reference(text: str) -> str | None:
    try:
        return parse_reference(text)
    except Rejected:
        return None


def _place_source(source: str, has_point: bool, address: str) -> PlaceSource | None:
    if has_point:
        return source if source in ("found", "device", "photo") else "map"  # type: ignore[return-value]
    return "words" if address else None


def _accuracy(text: str) -> float | None:
    try:
        meters = float(text[:40])
    except ValueError:
        return None
    return round(meters, 1) if math.isfinite(meters) and 0 <= meters < 1e7 else None


def _moment(text: str) -> tuple[datetime | None, bool]:
    """A device's time in UTC, and whether something was sent that is no time. Without an offset it is UTC."""
    if not text:
        return None, False
    try:
        moment = datetime.fromisoformat(text[:40])
        if not 1970 <= moment.year <= 2200:
            return None, True
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC), False
    except ValueError:
        return None, True


def _language(tag: str) -> str:
    """A language of the portal: `es-MX` is read as `es`, an unknown one as the default."""
    return offered(tag) or DEFAULT_LOCALE


# The fields a person can mend, as they stand in the form from top to bottom.
_ORDER = [
    "",
    "id",
    "manage_token",
    "service_code",
    "address_string",
    "lat",
    "attribute",
    "description",
    "media",
    "first_name",
    "last_name",
    "email",
    "phone",
]


def in_form_order(errors: Iterable[FieldError]) -> list[FieldError]:
    """The first error of each field, in the order in which the fields stand in the form."""
    first: dict[str, FieldError] = {}
    for error in errors:
        first.setdefault(error.field, error)
    return sorted(first.values(), key=lambda error: _ORDER.index(error.field.partition("[")[0]))


# --- photos -------------------------------------------------------------------------------------------------


def _photos_of_form(fields: Mapping[str, Sequence[str]], errors: list[FieldError]) -> list[PhotoClaim]:
    claims = []
    for name in fields:
        if match := _MEDIA.fullmatch(name):
            description = read_photo_description(_first(fields, name), errors)
            claims.append(PhotoClaim(sha256=match[1].lower(), description=description))
    return claims


def _photos_of_json(media: Any, errors: list[FieldError]) -> list[PhotoClaim]:
    items = media if isinstance(media, list) else [] if media is None else [media]
    if len(items) > MAX_CLAIMS:
        errors.append(FieldError("media", _TOO_MANY_PHOTOS))
    claims = []
    for item in items[:MAX_CLAIMS]:
        sha256 = parse_sha256(item["sha256"]) if _has_text(item, "sha256") else None
        if sha256 is None:
            errors.append(
                FieldError("media", N_("A photo could not be read. Remove it and choose it again."))
            )
            continue
        size = item.get("bytes")
        claims.append(
            PhotoClaim(
                sha256=sha256,
                upload_bytes=size
                if isinstance(size, int) and not isinstance(size, bool) and 0 < size < 2**31
                else None,
                description=read_photo_description(item["description"], errors)
                if _has_text(item, "description")
                else "",
            )
        )
    return claims


def _has_text(item: Any, key: str) -> bool:
    return isinstance(item, dict) and isinstance(item.get(key), str)


def _unique(photos: Iterable[PhotoClaim]) -> tuple[PhotoClaim, ...]:
    """Every photo once; of two descriptions of the same photo, the first that says something."""
    by_hash: dict[str, PhotoClaim] = {}
    for photo in photos:
        known = by_hash.get(photo.sha256)
        if known is None or (photo.description and not known.description):
            by_hash[photo.sha256] = photo
    return tuple(by_hash.values())


# --- JSON ---------------------------------------------------------------------------------------------------


def _fields_of_json(content: bytes) -> tuple[dict[str, list[str]], list[PhotoClaim], list[FieldError]]:
    """Turn the JSON object into the shape of a form, so that both doors share every rule behind it."""
    try:
        whole = from_json(content, allow_inf_nan=False)
    except ValueError:
        whole = None
    if not isinstance(whole, dict):
        raise Rejected([FieldError("", N_("The report could not be read. Send it again."))])
    errors: list[FieldError] = []
    photos = _photos_of_json(whole.pop("media", None), errors)
    fields: dict[str, list[str]] = {}
    for name, value in whole.items():
        texts = _texts(value)
        if texts is not None:
            fields[name] = texts
        elif name.partition("[")[0] in _ORDER:
            errors.append(FieldError(name, _UNREADABLE))
    return fields, photos, errors


def _texts(value: Any) -> list[str] | None:
    """A JSON value as the texts a form would send; None if no form could send it."""
    if value is None:
        return []
    if isinstance(value, str):
        return [value]
    if isinstance(value, bool):
        return ["true" if value else "false"]
    if isinstance(value, int | float):
        return [_digits(value)]
    if isinstance(value, list) and not any(isinstance(item, list | dict) for item in value):
        return [text for item in value for text in _texts(item) or ()]
    return None


def _digits(number: float) -> str:
    """A number written without an exponent where it can be one: 1e-05 degrees is 0.00001."""
    text = repr(number)
    return f"{number:.10f}" if "e" in text and isinstance(number, float) and abs(number) < 1e15 else text
