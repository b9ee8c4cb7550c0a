"""How long the city keeps what it has: a table in the city pack. What is not in the table is kept for ever."""

import re
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints, field_validator

from i18n import N_, Message, N_n

DAYS = {"day": 1, "month": 30.4375, "year": 365.25}
LEAST_DAYS, MOST_DAYS = 30, 36_525
"""Of a period. A month is the least: people still ask about a report that was finished last week."""

_PERIOD = re.compile(r"([1-9][0-9]{0,4}) (day|month|year)s?")


class Kept(StrEnum):
    """What can be disposed of by itself: name, e-mail and phone; the pictures; the whole report."""

    CONTACT = "contact"
    PHOTOS = "photos"
    REPORT = "report"

    @property
    def words(self) -> Message:
        """What the page about privacy says of it. period: in words, as "2 years". schedule: its number there."""
        return _WORDS[self]


_WORDS = {
    # Translators: %(period)s is a time, as "2 years"; %(schedule)s is the number of a rule of the state.
    Kept.CONTACT: N_(
        "Contact details are deleted %(period)s after a report is finished (retention schedule %(schedule)s)."
    ),
    Kept.PHOTOS: N_(
        "Photos are deleted %(period)s after a report is finished (retention schedule %(schedule)s)."
    ),
    Kept.REPORT: N_(
        "The whole report is deleted %(period)s after it is finished (retention schedule %(schedule)s)."
    ),
}


class RetentionRule(BaseModel):
    """One line of the table.

    kind: what is disposed of. period: how long after the report was finished and last changed, as "90 days",
    "18 months" or "2 years". schedule: number of the retention schedule that says so.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)

    kind: Literal["contact", "photos", "report"]
    period: str
    schedule: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]

    @field_validator("period")
    @classmethod
    def _is_a_period(cls, period: str) -> str:
        match = _PERIOD.fullmatch(period)
        if match is None or not LEAST_DAYS <= int(match[1]) * DAYS[match[2]] <= MOST_DAYS:
            raise ValueError(
                'must be a time between 30 days and 100 years, as "90 days", "18 months" or "2 years"'
            )
        return period

    @property
    def kept(self) -> Kept:
        """What is disposed of."""
        return Kept(self.kind)

    @property
    def _number_and_unit(self) -> tuple[int, str]:
        number, unit = self.period.split(" ")
        return int(number), unit.removesuffix("s")

    @property
    def words(self) -> Message:
        """The period, as people read it."""
        number, unit = self._number_and_unit
        match unit:
            case "day":
                return N_n("%(num)s day", "%(num)s days", num=number)
            case "month":
                return N_n("%(num)s month", "%(num)s months", num=number)
            case _:
                return N_n("%(num)s year", "%(num)s years", num=number)

    def due_before(self, now: datetime) -> datetime:
        """What was finished before this time is due. now: UTC."""
        number, unit = self._number_and_unit
        return now - timedelta(days=number * DAYS[unit])
