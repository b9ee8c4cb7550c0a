"""How people reach the city and the emergency services, and who answers for their rights, as a city pack says."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from app.kit.text import looks_like_email


def read_day(value: object) -> object:
    """A day as a pack writes it, 2026-11-28; what is no text is left for the model to refuse.

    Raises ValueError for any other text.
    """
    if not isinstance(value, str):
        return value
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise ValueError(f'"{value[:40]}" is not a day, as 2026-11-28 is') from None


def _mail_address(email: str) -> str:
    if not looks_like_email(email):
        raise ValueError(f'"{email[:60]}" is not an e-mail address')
    return email


Phrase = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]
Sentence = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=400)]
# A short code as 911, or a number with area code as 503-823-4000; a leading + for other countries.
Phone = Annotated[
    str, StringConstraints(pattern=r"^([0-9]{2,6}|[0-9]{3}-[0-9]{3}-[0-9]{4}|\+[1-9][0-9 -]{5,17}[0-9])$")
]
WEB_ADDRESS = r"^https://[a-z0-9][a-z0-9.-]*\.[a-z]{2,}(/[^\s\"<>]*)?$"
LANGUAGE = r"^[a-z]{2,3}(-[A-Z][a-z]{3})?$"
WebAddress = Annotated[str, StringConstraints(pattern=WEB_ADDRESS)]
Language = Annotated[str, StringConstraints(pattern=LANGUAGE)]
Email = Annotated[str, AfterValidator(_mail_address)]
Day = Annotated[date, BeforeValidator(read_day)]


class PackModel(BaseModel):
    """Base of what is read from a city pack: no unknown keys, no guessed types, never changed afterwards."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)


class WalkIn(PackModel):
    """Where people can come in person, and when."""

    address: Phrase
    hours: Sentence | None = None


class Contact(PackModel):
    """How to reach a person at the city. What is None is never shown.

    phone: the short number. phone_long: the number that works from everywhere. relay: the number for people
    who are deaf, hard of hearing, or have a speech disability. hours: when somebody answers. interpreters: whether
    an interpreter joins, free of charge, whatever language the caller speaks. email. text: the number for text
    messages. chat: address of a chat. walk_in: where to come in person. feedback: code of the request type for
    remarks that fit nowhere else, or empty.
    """

    phone: Phone
    phone_long: Phone
    relay: Phone | None = None
    hours: Sentence
    interpreters: bool = False
    email: Email | None = None
    text: Phone | None = None
    chat: WebAddress | None = None
    walk_in: WalkIn | None = None
    feedback: str = ""


class EmergencyText(PackModel):
    """Text messages to the emergency number, where somebody has made sure that they are read.

    languages: in which they are read. limits: what a message may not hold. checked_on: when that was looked up.
    """

    languages: tuple[Language, ...] = Field(min_length=1, max_length=40)
    limits: Sentence | None = None
    checked_on: Day


class Office(PackModel):
    """A person or an office of the city that people can turn to. At least one way to do so must be there."""

    name: Phrase
    phone: Phone | None = None
    email: Email | None = None
    web: WebAddress | None = None
    address: Phrase | None = None
    note: Sentence | None = None

    @model_validator(mode="after")
    def _can_be_reached(self) -> Self:
        if not (self.phone or self.email or self.web or self.address):
            raise ValueError('needs one of "phone", "email", "web" and "address"')
        return self


class Rights(PackModel):
    """Who answers for people's rights. checked_on: when all of that was looked up.

    ada: the coordinator for people with disabilities (28 CFR 35.107). title_vi: the one against discrimination for
    race, color or national origin, which includes language. grievances: where to complain. formats: whom to ask for
    another form of what the city writes, such as large print.
    """

    checked_on: Day
    ada: Office | None = None
    title_vi: Office | None = None
    grievances: Office | None = None
    formats: Office | None = None
