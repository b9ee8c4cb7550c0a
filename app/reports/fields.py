"""The single fields of a report as it arrives: read one after another, and what is wrong with each.

Fields are a form's: the texts that came under each name, whatever door they came by.
"""

import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Literal

from app.kit.errors import FieldError, Rejected
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
from app.places.points import read_point
from app.reports.references import parse_reference
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

_ATTRIBUTE = re.compile(r"attribute\[([^\[\]]{1,60})\](?:\[\])?")
_QUESTION = re.compile(r"question\[([^\[\]]{1,60})\]")
_SERVICE_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,59}", re.ASCII)

PlaceSource = Literal["words", "found", "device", "map", "photo"]
"""How the place was given: typed words, a place that was found by them and chosen, the device's location, a pin on
the map, or a photo's own location.
"""


class FieldReader:
    """Reads single fields of a form; what is wrong goes to `errors`."""

    def __init__(self, fields: Mapping[str, Sequence[str]], errors: list[FieldError]) -> None:
        """Fields by their names; `errors` is added to."""
        self._fields = fields
        self._errors = errors

    def _wrong(self, field: str, message: Message) -> str:
        self._errors.append(FieldError(field, message))
        return ""

    def key(self, field: str, parse: Any) -> str:
        """An id or token that the page made. No person can mend it, but the page can be opened anew."""
        return parse(first(self._fields, field)) or self._wrong(field, _STALE_PAGE)

    def service_code(self) -> str:
        """The code of a request type, which may be one of the past."""
        code = first(self._fields, "service_code").strip()
        if _SERVICE_CODE.fullmatch(code):
            return code
        return self._wrong("service_code", N_("Choose what the report is about."))

    def line(self, field: str, limit: int) -> str:
        """Text of one line; empty if it is too long."""
        try:
            return clean_line_within(limit, first(self._fields, field))
        except TooLong as error:
            return self._wrong(field, error.message)

    def description(self) -> str:
        """What the person wrote; empty if it is too long."""
        try:
            return clean_text_within(MAX_DESCRIPTION, first(self._fields, "description"))
        except TooLong as error:
            return self._wrong("description", error.message)

    def email(self) -> str:
        """An email address, or nothing."""
        return self._contact("email", MAX_EMAIL, looks_like_email, _NO_EMAIL)

    def phone(self) -> str:
        """A phone number, or nothing."""
        return self._contact("phone", MAX_PHONE, looks_like_phone, _NO_PHONE)

    def _contact(self, field: str, limit: int, fits: Callable[[str], bool], problem: Message) -> str:
        """What may be left empty. `fits` knows the limit; it leaves out marks that nobody sees."""
        try:
            text = clean_line_within(LOOKED_AT * limit, first(self._fields, field))
        except TooLong:
            return self._wrong(field, problem)
        return text if not text or fits(text) else self._wrong(field, problem)

    def point(self) -> tuple[float | None, float | None]:
        """Latitude and longitude in WGS84 degrees, or neither."""
        lat, long = first(self._fields, "lat").strip(), first(self._fields, "long").strip()
        if not lat and not long:
            return None, None
        try:
            point = read_point(lat, long)
        except Rejected as rejected:
            self._errors.extend(rejected.errors)
            return None, None
        # Six decimals are a tenth of a meter; more only pretends.
        return round(point.lat, 6), round(point.long, 6)


_STALE_PAGE = N_("This form is out of date. Open it again and send your report from there.")
_NO_EMAIL = N_("Check the email address, for example name@example.com. You can also leave this field empty.")
_NO_PHONE = N_("Check the phone number. You can also leave this field empty.")


def first(fields: Mapping[str, Sequence[str]], name: str) -> str:
    """The first value that is not empty; GeoReport v2 §1: an empty parameter is an absent one."""
    return next((value for value in fields.get(name, ()) if value), "")


def answers_in(fields: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
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


def questions_in(fields: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Everything under `question[CODE]`: the questions that stood on the page, in the words that stood
    there.
    """
    questions: dict[str, str] = {}
    for name in fields:
        if (match := _QUESTION.fullmatch(name)) and len(questions) < MAX_QUESTIONS:
            questions[clean_line(match[1])] = cut_line(MAX_QUESTION, first(fields, name))
    return questions


def read_reference(text: str) -> str | None:
    """The report number that the page made; None if it is missing or unreadable."""
    try:
        return parse_reference(text)
    except Rejected:
        return None


def place_source_of(source: str, has_point: bool, address: str) -> PlaceSource | None:
    """How the place was given, as far as that fits what was given."""
    if has_point:
        return source if source in ("found", "device", "photo") else "map"  # type: ignore[return-value]
    return "words" if address else None


def read_accuracy(text: str) -> float | None:
    """A device's accuracy in meters; None if it says none that makes sense."""
    try:
        meters = float(text[:40])
    except ValueError:
        return None
    return round(meters, 1) if math.isfinite(meters) and 0 <= meters < 1e7 else None


def read_moment(text: str) -> tuple[datetime | None, bool]:
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


def read_language(tag: str) -> str:
    """A language of the portal: `es-MX` is read as `es`, an unknown one as the default."""
    return offered(tag) or DEFAULT_LOCALE


# The fields a person can mend, as they stand in the form from top to bottom.
ORDER = [
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
    return sorted(first.values(), key=lambda error: ORDER.index(error.field.partition("[")[0]))
