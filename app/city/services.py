"""Request types: what people can report, what they are asked, and whether their answers can be used.

The names are those of Open311 GeoReport v2 (GET Service List, GET Service Definition). All texts are English
source sentences, which are also the keys of the catalogs; they are translated at the edge.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, StringConstraints, field_validator, model_validator

from app.city.contacts import Contact, Day, EmergencyText, PackModel, Phone, Phrase, Rights, Sentence
from app.city.streets import Neighbor, Streets
from app.kit.errors import FieldError
from app.kit.text import TooLong, ascii_digits, clean_line_within, clean_text_within
from app.places.points import Boundary, MapLine, Place
from app.retention.schedule import RetentionRule
from i18n import N_, Message

DEFAULT_LINE = 200
DEFAULT_TEXT = 1_000
# GeoReport v2 allows 4,000 characters for a description; no answer may be longer than that.
LONGEST_TEXT = 4_000
LONGEST_NUMBER = 30

# How far apart two reports of the same thing may lie, in metres, if the pack does not say.
DEFAULT_NEAR_M = 50
LEAST_NEAR_M, MOST_NEAR_M = 10, 1_000

Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,39}$")]
AttributeCode = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9_]{0,39}$")]
Keyword = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[^,]{2,40}$")]

Datatype = Literal["string", "number", "datetime", "text", "singlevaluelist", "multivaluelist"]
LIST_DATATYPES = ("singlevaluelist", "multivaluelist")
TEXT_DATATYPES = ("string", "text")


class CallInstead(PackModel):
    """When a report is too slow and whom to call instead.

    when: the situation, as a short phrase that can stand before a colon.
    phone: the number as people write it.
    name: who answers, and when if not always.
    """

    when: Sentence
    phone: Phone
    name: Phrase


class AttributeValue(PackModel):
    """One answer to choose: `key` is stored and sent, `name` is shown."""

    key: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]
    name: Phrase


class Attribute(PackModel):
    """One question of a request type (GeoReport v2 "attribute").

    description: the question. datatype_description: a hint how to answer it. order: 1 is asked first.
    min, max: bounds of a number. max_length: longest answer in characters, for string and text.
    public: whether the answer may be shown to everybody, if the request type shows answers at all.
    """

    code: AttributeCode
    datatype: Datatype
    required: bool = False
    description: Sentence
    datatype_description: Sentence | None = None
    order: int = Field(ge=1)
    values: tuple[AttributeValue, ...] = Field(default=(), max_length=40)
    min: float | None = Field(default=None, allow_inf_nan=False)
    max: float | None = Field(default=None, allow_inf_nan=False)
    max_length: int | None = Field(default=None, ge=1, le=LONGEST_TEXT)
    public: bool = True

    @property
    def field(self) -> str:
        """The name of the form field: `attribute[CODE]` (GeoReport v2, POST Service Request)."""
        return f"attribute[{self.code}]"

    @property
    def limit(self) -> int:
        """The longest answer in characters."""
        return self.max_length or (DEFAULT_TEXT if self.datatype == "text" else DEFAULT_LINE)

    @model_validator(mode="after")
    def _fits_its_datatype(self) -> Attribute:
        problems = []
        if self.datatype in LIST_DATATYPES:
            if len(self.values) < 2:
                problems.append(f'a {self.datatype} needs at least two "values"')
        elif self.values:
            problems.append(f'"values" belong to lists only, not to {self.datatype}')
        if self.datatype != "number" and (self.min is not None or self.max is not None):
            problems.append(f'"min" and "max" belong to numbers only, not to {self.datatype}')
        if self.min is not None and self.max is not None and self.min > self.max:
            problems.append('"min" is greater than "max"')
        if self.datatype not in TEXT_DATATYPES and self.max_length is not None:
            problems.append(f'"max_length" belongs to string and text only, not to {self.datatype}')
        if problems:
            raise ValueError("; ".join(problems))
        return self


class PublicRule(PackModel):
    """What everybody may see of a request of this type. Contact details are never public and have no switch.

    place: `exact`, `approximate` (rounded to a block) or `hidden`.
    """

    description: bool = True
    photos: bool = True
    place: Literal["exact", "approximate", "hidden"] = "exact"
    answers: bool = True


class PrivateProperty(PackModel):
    """What happens to a request of a type on private property.

    ours: the city takes care of it there, too, so there is nothing to say. advice: who does otherwise, in a sentence.
    phone, name: whom to call about it; the city, if nothing is said.
    """

    ours: bool = False
    advice: Sentence | None = None
    phone: Phone | None = None
    name: Phrase | None = None

    @model_validator(mode="after")
    def _says_one_thing(self) -> PrivateProperty:
        problems = []
        if self.ours and (self.advice or self.phone or self.name):
            problems.append('with "ours: true" nothing else is said; take "advice", "phone" and "name" out')
        if not self.ours and self.advice is None:
            problems.append('"private_property" needs "ours: true" or an "advice"')
        if (self.phone is None) != (self.name is None):
            problems.append('"phone" and "name" belong together: a number, and who answers it')
        if problems:
            raise ValueError("; ".join(problems))
        return self


Publish = Literal["after_look", "at_once"]


class Service(PackModel):
    """One request type (GeoReport v2 "service").

    group: code of its ServiceGroup. bureau: short code of who does the work; agency_responsible: its name.
    expected_days: calendar days until the work is usually done; 0 means the same day. confirmed_by, confirmed_on: who
    at the city says so, and since when; without them nobody is told a time (see `usual_days`).
    near_m: within how many metres an open request may be about the same thing; 0 switches that off.
    private_property: who takes care of it there; None: mostly the owner.
    publish: when everybody sees the words and photos that `public` allows: after staff have looked, or at once.
    """

    service_code: Code
    service_name: Phrase
    description: Sentence
    group: Code
    bureau: Code
    agency_responsible: Phrase
    keywords: tuple[Keyword, ...] = Field(min_length=1, max_length=40)
    expected_days: int | None = Field(default=None, ge=0, le=365)
    confirmed_by: Phrase | None = None
    confirmed_on: Day | None = None
    near_m: int = DEFAULT_NEAR_M
    photo_hint: Sentence | None = None
    place_required: bool = True
    call_instead: tuple[CallInstead, ...] = Field(default=(), max_length=6)
    public: PublicRule = PublicRule()
    publish: Publish = "after_look"
    private_property: PrivateProperty | None = None
    attributes: tuple[Attribute, ...] = Field(default=(), max_length=20)

    @field_validator("near_m")
    @classmethod
    def _is_a_distance_or_off(cls, meters: int) -> int:
        if meters and not LEAST_NEAR_M <= meters <= MOST_NEAR_M:
            raise ValueError(f'"near_m" must be 0, or {LEAST_NEAR_M} to {MOST_NEAR_M} meters')
        return meters

    @model_validator(mode="after")
    def _is_confirmed_wholly_or_not_at_all(self) -> Service:
        if (self.confirmed_by is None) != (self.confirmed_on is None):
            raise ValueError('"confirmed_by" and "confirmed_on" belong together: who said it, and when')
        if self.confirmed_by and self.expected_days is None:
            raise ValueError('"confirmed_by" confirms "expected_days", which is missing')
        return self

    @property
    def usual_days(self) -> int | None:
        """Calendar days until the work is usually done, if somebody at the city has confirmed it."""
        return self.expected_days if self.confirmed_by else None

    @property
    def is_recognizable(self) -> bool:
        """Whether people who stand there can tell from what is public that a request is about the same thing.

        A place that is not exact must not be found out by asking from many spots.
        """
        return self.public.place == "exact" and (self.public.description or self.public.photos)

    @property
    def offered_within_m(self) -> int:
        """Within how many metres open requests are offered before another one is sent; 0 is never."""
        return self.near_m if self.is_recognizable else 0

    @property
    def keyword_list(self) -> str:
        """All keywords as one comma-separated text, as in GeoReport v2; also their key in the catalogs."""
        return ", ".join(self.keywords)

    @property
    def metadata(self) -> bool:
        """GeoReport v2: whether there are questions to fetch."""
        return bool(self.attributes)

    def attribute(self, code: str) -> Attribute | None:
        """Return the question with this code, or None."""
        return next((attribute for attribute in self.attributes if attribute.code == code), None)


class ServiceGroup(PackModel):
    """A group of request types, as shown in the list of types."""

    code: Code
    name: Phrase
    description: Sentence


class Bureau(PackModel):
    """A part of the city that does the work."""

    code: Code
    name: Phrase


class Examples(PackModel):
    """What hints show as an example of this city. address: as people write one. search: words to search types by."""

    address: Phrase
    search: Phrase


class City(PackModel):
    """Everything a city pack says: who the city is, what can be reported, where it is.

    emergency_text: how the emergency number takes text messages; None: nobody is told to write there.
    non_emergency_phone: the police when nobody is in danger, if there is such a number.
    folder: the pack's folder on disk, or None for a city made in a test.
    A loaded city is one thing: it equals itself only, so that it can be the key of a cache.
    """

    jurisdiction_id: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9.-]{1,60}$")]
    name: Phrase
    state: Phrase
    time_zone: str
    contact: Contact
    emergency_phone: Phone
    emergency_text: EmergencyText | None = None
    non_emergency_phone: Phone | None = None
    rights: Rights | None = None
    examples: Examples | None = None
    bureaus: tuple[Bureau, ...] = Field(min_length=1, max_length=100)
    groups: tuple[ServiceGroup, ...] = Field(min_length=1, max_length=30)
    services: tuple[Service, ...] = Field(min_length=1, max_length=500)
    places: tuple[Place, ...] = ()
    boundary: Boundary
    lines: tuple[MapLine, ...] = ()
    streets: Streets = Streets()
    neighbors: tuple[Neighbor, ...] = Field(default=(), max_length=200)
    retention: tuple[RetentionRule, ...] = Field(default=(), max_length=3)
    folder: Path | None = None

    __hash__ = object.__hash__

    def __eq__(self, other: object) -> bool:
        """A city equals itself only."""
        return self is other

    @field_validator("time_zone")
    @classmethod
    def _is_a_time_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError(f'"{name}" is not a time zone, as "America/Los_Angeles" is') from None
        return name

    @property
    def zone(self) -> ZoneInfo:
        """The city's time zone."""
        return ZoneInfo(self.time_zone)

    def service(self, code: str) -> Service | None:
        """Return the request type with this code, or None."""
        return next((service for service in self.services if service.service_code == code), None)

    def has_usual_time(self, code: str) -> bool:
        """Whether it is confirmed how long requests of that type usually take."""
        service = self.service(code)
        return service is not None and service.usual_days is not None

    def services_in(self, group: str) -> tuple[Service, ...]:
        """Return the request types of a group, in the pack's order."""
        return tuple(service for service in self.services if service.group == group)


# --- answers --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class AnswerValue:
    """One chosen answer, with the words in which it was offered."""

    key: str
    name: str


@dataclass(frozen=True)
class Answer:
    """One answered question, complete in itself: it can be read when the form has long been changed.

    label: the question as the resident saw it.
    values: what was chosen, for lists. text: what was written, for the other datatypes: plain text; a number
    as digits with a point (`2.5`); a date as ISO 8601 `2026-11-22`, with time `2026-11-22T14:30`, as the
    resident's clock shows it unless an offset was sent.
    """

    code: str
    label: str
    datatype: Datatype
    values: tuple[AnswerValue, ...] = ()
    text: str | None = None


Translate = Callable[[str], str]


def check_answers(
    service: Service,
    raw: Mapping[str, Sequence[str]],
    *,
    t: Translate = str,
    now: datetime | None = None,
) -> tuple[list[Answer], list[FieldError]]:
    """Read the answers to a type's questions, as a form or an Open311 client sends them.

    raw: code -> all values sent under it. Codes the type does not have are left alone.
    t: translates question and choices into the language the resident saw; left out, they stay in English.
    now: the present moment, for the bounds of dates; left out, the clock is read.
    Returns the answers that can be used and one error for each that cannot. Optional questions that were not
    answered are in neither.
    """
    answers: list[Answer] = []
    errors: list[FieldError] = []
    today = (now or datetime.now(UTC)).date()
    for attribute in service.attributes:
        try:
            answer = _read_answer(attribute, raw.get(attribute.code, ()), t, today)
        except _UnusableError as unusable:
            errors.append(FieldError(attribute.field, unusable.message))
            continue
        if answer is not None:
            answers.append(answer)
        elif attribute.required:
            errors.append(FieldError(attribute.field, _missing(attribute)))
    return answers, errors


class _UnusableError(Exception):
    """An answer that cannot be used, and what to do about it."""

    def __init__(self, message: Message) -> None:
        self.message = message
        super().__init__(message.text)


def _read_answer(attribute: Attribute, sent: Sequence[str], t: Translate, today: date) -> Answer | None:
    """Read one answer; None if nothing was answered. Raises _UnusableError."""
    given = [value for value in (_cleaned(attribute, one) for one in sent) if value]
    if not given:
        return None
    label = t(attribute.description)
    if attribute.datatype in LIST_DATATYPES:
        chosen = _read_choice(attribute, given)
        values = tuple(AnswerValue(value.key, t(value.name)) for value in chosen)
        return Answer(attribute.code, label, attribute.datatype, values=values)
    if len(given) > 1:
        raise _UnusableError(_about(N_("Give only one answer: %(question)s"), attribute))
    text = given[0]
    if attribute.datatype == "number":
        text = _read_number(attribute, text)
    elif attribute.datatype == "datetime":
        text = _read_datetime(attribute, text, today)
    return Answer(attribute.code, label, attribute.datatype, text=text)


def _cleaned(attribute: Attribute, sent: str) -> str:
    """One value, cleaned. Raises _UnusableError if it is longer than any answer to this question."""
    within = clean_line_within if attribute.datatype == "string" else clean_text_within
    try:
        return within(attribute.limit, sent)
    except TooLong as error:
        if attribute.datatype in TEXT_DATATYPES:
            count = attribute.limit + error.by
            message = _about(_TOO_LONG, attribute, limit=attribute.limit, count=count)
        else:
            message = _about(_UNREADABLE.get(attribute.datatype, _NOT_IN_LIST), attribute)
        raise _UnusableError(message) from None


_TOO_LONG = N_("Use at most %(limit)s characters. You have %(count)s now: %(question)s")
_NOT_IN_LIST = N_("Choose an answer from the list: %(question)s")
_NO_NUMBER = N_("Write a number, for example 3: %(question)s")
_NO_DATE = N_("Write the date as year-month-day, for example 2026-11-22: %(question)s")
_UNREADABLE = {"number": _NO_NUMBER, "datetime": _NO_DATE}


def _about(message: Message, attribute: Attribute, **values: object) -> Message:
    """Complete a sentence with the question it is about."""
    return Message(message.text, {"question": Message(attribute.description), **values})


def _missing(attribute: Attribute) -> Message:
    if attribute.datatype == "singlevaluelist":
        return _about(N_("Choose an answer: %(question)s"), attribute)
    if attribute.datatype == "multivaluelist":
        return _about(N_("Choose at least one answer: %(question)s"), attribute)
    return _about(N_("Answer this question: %(question)s"), attribute)


def _read_choice(attribute: Attribute, given: list[str]) -> list[AttributeValue]:
    """Return the chosen values in the form's order, each once."""
    keys = set(given)
    chosen = [value for value in attribute.values if value.key in keys]
    if len(chosen) != len(keys):
        raise _UnusableError(_about(_NOT_IN_LIST, attribute))
    if attribute.datatype == "singlevaluelist" and len(chosen) > 1:
        raise _UnusableError(_about(N_("Choose only one answer: %(question)s"), attribute))
    return chosen


_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")


def _read_number(attribute: Attribute, text: str) -> str:
    """Return a number as digits with a point, whatever script and decimal sign it was written with."""
    plain = _plain_number(text)
    if plain is None:
        raise _UnusableError(_about(_NO_NUMBER, attribute))
    number = Decimal(plain)
    too_small = attribute.min is not None and number < Decimal(str(attribute.min))
    too_great = attribute.max is not None and number > Decimal(str(attribute.max))
    if too_small or too_great:
        raise _UnusableError(_out_of_bounds(attribute))
    return f"{number.normalize():f}" if number else "0"


def _out_of_bounds(attribute: Attribute) -> Message:
    low, high = (None if bound is None else f"{bound:g}" for bound in (attribute.min, attribute.max))
    if high is None:
        return _about(N_("Write a number that is %(min)s or more: %(question)s"), attribute, min=low)
    if low is None:
        return _about(N_("Write a number that is %(max)s or less: %(question)s"), attribute, max=high)
    return _about(N_("Write a number from %(min)s to %(max)s: %(question)s"), attribute, min=low, max=high)


def _plain_number(text: str) -> str | None:
    """Rewrite a number with ASCII digits, a point and no separators of thousands; None if it is not a number.

    With two kinds of marks the last one is the decimal mark. A single comma before exactly three digits
    separates thousands, as people in the United States write; any other single comma is a decimal comma.
    """
    if len(text) > LONGEST_NUMBER:
        return None
    text = ascii_digits(text).replace("\N{MINUS SIGN}", "-").replace("\N{ARABIC THOUSANDS SEPARATOR}", "")
    text = re.sub(r"(?<=\d)[\s'\N{RIGHT SINGLE QUOTATION MARK}](?=\d{3})", "", text)
    if "," in text and "." in text:
        thousands = "," if text.rindex(".") > text.rindex(",") else "."
        text = text.replace(thousands, "")
    elif text.count(",") > 1 or re.fullmatch(r"[+-]?[1-9]\d{0,2},\d{3}", text):
        text = text.replace(",", "")
    text = text.replace(",", ".")
    return text if _NUMBER.fullmatch(text) else None


_YEAR_FIRST = re.compile(r"(\d{4})\s?[-/.年]\s?(\d{1,2})\s?[-/.月]\s?(\d{1,2})\s?日?")
_SLASHES = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})")


def _read_datetime(attribute: Attribute, text: str, today: date) -> str:
    """Return a date, or date and time, in ISO 8601, within a year that can be meant."""
    moment = _parse_moment(text)
    if moment is None:
        raise _UnusableError(_about(_NO_DATE, attribute))
    day = moment.date() if isinstance(moment, datetime) else moment
    if day < date(today.year - 1, 1, 1):
        too_early = N_("This date is too long ago. Write a date in %(year)s or later: %(question)s")
        raise _UnusableError(_about(too_early, attribute, year=today.year - 1))
    if (day.year, day.month, day.day) > (today.year + 1, today.month, today.day):
        raise _UnusableError(
            _about(N_("This date is too far ahead. Check the year: %(question)s"), attribute)
        )
    return moment.isoformat(timespec="minutes") if isinstance(moment, datetime) else moment.isoformat()


def _parse_moment(text: str) -> date | datetime | None:
    """Read ISO 8601, or day and month with slashes when it is clear which is which."""
    if len(text) > LONGEST_NUMBER + 10:
        return None
    text = ascii_digits(text)
    try:
        if slashes := _SLASHES.fullmatch(text):
            first, second, year = map(int, slashes.groups())
            if first <= 12 and second <= 12 and first != second:
                return None  # 3/4 is March to some people and April to others: ask, do not guess
            return date(year, *((second, first) if first > 12 else (first, second)))
        if year_first := _YEAR_FIRST.fullmatch(text):
            return date(*map(int, year_first.groups()))
        return datetime.fromisoformat(text)
    except ValueError:
        return None
