"""Answers to a type's questions: whether they can be used, and how they are kept."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

from app.city.services import LIST_DATATYPES, TEXT_DATATYPES, Attribute, AttributeValue, Datatype, Service
from app.kit.errors import FieldError
from app.kit.text import TooLong, ascii_digits, clean_line_within, clean_text_within
from i18n import N_, Message

LONGEST_NUMBER = 30


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
