"""What the desk's queue and its page of a request send: filters, a status, a note, a decision. Plain data."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, Literal
from urllib.parse import urlencode

from pydantic import (
    Field,
    StringConstraints,
    field_validator,
    model_validator,
)

from app.desk.sent import Code, Sent, Typed, read
from app.kit.errors import FieldError, Rejected
from app.moderation.rules import Part
from app.reports.references import parse_reference
from app.requests.rules import TWICE
from app.requests.statuses import OPEN, Status
from app.requests.store_filters import OTHER_LANGUAGE, QueueFilter
from i18n.locales import SPOKEN

LONGEST_SEARCH = 200
ALSO, OWN = "also_", "own_"
"""How the names of the fields begin in which a note stands in other languages; their tags follow."""
MOST_LANGUAGES = 50
MOST_PARTS = 500


class Filters(Sent):
    """The queue's filters. service_code: empty for all types. text: words or a reference number.

    language: a locale of the portal, `other`, or empty for all.
    """

    status: Code = "open"
    language: Code = ""
    service_code: Code = ""
    age: Literal["", "day", "week", "older_week", "older_month"] = ""
    text: Annotated[str, StringConstraints(max_length=LONGEST_SEARCH, strip_whitespace=True)] = ""
    order: Literal["newest", "oldest"] = "newest"

    @field_validator("status")
    @classmethod
    def _is_a_choice(cls, status: str) -> str:
        if status not in ("open", "all", *Status):
            raise ValueError("is not offered")
        return status

    @field_validator("language")
    @classmethod
    def _is_a_language(cls, language: str) -> str:
        if language not in ("", OTHER_LANGUAGE, *SPOKEN):
            raise ValueError("is not offered")
        return language

    def query(self, now: datetime) -> QueueFilter:
        """The same as storage understands it. now: UTC. A reference number is looked for everywhere."""
        newest_first = self.order == "newest"
        try:
            return QueueFilter(text=parse_reference(self.text), newest_first=newest_first)
        except Rejected:
            pass
        since, until = _AGES[self.age]
        return QueueFilter(
            statuses=_statuses(self.status),
            service_codes=(self.service_code,) if self.service_code else (),
            received_from=None if since is None else now - since,
            received_before=None if until is None else now - until,
            text=self.text,
            newest_first=newest_first,
            language=self.language,
        )


def filters_of(query: Mapping[str, object]) -> Filters | None:
    """The filters that an address asks for; None if it asks for none, or for what no form of ours offers."""
    asked = {name: query[name] for name in Filters.model_fields if name in query}
    return read(Filters, asked) if asked else None


def query_of(filters: Filters) -> str:
    """The filters as a part of an address, with the question mark; empty if they are those one begins with."""
    chosen = filters.model_dump(exclude_defaults=True)
    return f"?{urlencode(chosen)}" if chosen else ""


_AGES: dict[str, tuple[timedelta | None, timedelta | None]] = {
    "": (None, None),
    "day": (timedelta(days=1), None),
    "week": (timedelta(days=7), None),
    "older_week": (None, timedelta(days=7)),
    "older_month": (None, timedelta(days=30)),
}


def _statuses(chosen: str) -> tuple[Status, ...]:
    if chosen == "all":
        return ()
    return tuple(status for status in Status if status in OPEN) if chosen == "open" else (Status(chosen),)


class StatusChange(Sent):
    """A new status. version: of the request as it was on the screen. key: made with the form.

    own, also: the note in other languages, by their tags: those of the person who reported it, and all others. The
    form sends each as `own_TAG` or `also_TAG`.
    """

    status: Code = ""
    note: Typed = ""
    own: dict[Code, Typed] = Field(default_factory=dict, max_length=MOST_LANGUAGES)
    also: dict[Code, Typed] = Field(default_factory=dict, max_length=MOST_LANGUAGES)
    version: Annotated[int, Field(strict=False, ge=0, le=2**31)] = 0
    key: Code = ""

    @model_validator(mode="before")
    @classmethod
    def _gather(cls, sent: dict[str, object]) -> dict[str, object]:
        gathered: dict[str, dict[str, object]] = {ALSO: {}, OWN: {}}
        for name, text in sent.items():
            kind = str(name)[: len(ALSO)] if str(name).startswith(ALSO) else str(name)[: len(OWN)]
            if kind in gathered:
                gathered[kind][str(name).removeprefix(kind)] = text
        return {**sent, "also": gathered[ALSO], "own": gathered[OWN]}

    @property
    def languages(self) -> dict[str, str]:
        """The note in all other languages.

        Raises Rejected if one of them is there twice and not the same, for nothing that was written gets lost.
        """
        twice = [
            tag
            for tag, text in self.own.items()
            if self.also.get(tag, text).strip() not in ("", text.strip())
        ]
        twice = [tag for tag in twice if self.own[tag].strip()]
        if twice:
            raise Rejected([FieldError(f"also[{tag}]", TWICE) for tag in twice])
        return {**self.also, **{tag: text for tag, text in self.own.items() if text.strip()}}


class Note(Sent):
    """An internal note. key: made with the form."""

    note: Typed = ""
    key: Code = ""


class Decision(Sent):
    """A decision about words and photos. parts: as the page showed them, see app/moderation/rules.py."""

    parts: Annotated[list[Annotated[str, StringConstraints(max_length=80)]], Field(max_length=MOST_PARTS)]

    @property
    def read(self) -> tuple[Part, ...]:
        """Those of the parts that make sense."""
        parts = (Part.read(text) for text in self.parts)
        return tuple(part for part in parts if part is not None)
