"""Dates and places in a visitor's language, in the city's time zone."""

from datetime import date, datetime, time
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time

from app.city.services import Service
from app.http.views import Moments
from i18n import N_, N_n, Translator


def day(moment: datetime, locale: str, zone: ZoneInfo) -> str:
    """A day in words: "November 22, 2026". moment: UTC. locale: as Babel spells it."""
    return _date(moment.astimezone(zone).date(), locale)


def day_and_time(moment: datetime, t: Translator, zone: ZoneInfo) -> str:
    """A moment in words, to the minute: "November 22, 2026, 3:05 PM". moment: UTC."""
    local, locale = moment.astimezone(zone), t.locale.formats
    said = _time(time(local.hour, local.minute), locale)
    # Translators: a day and a time of that day, as in "November 22, 2026, 3:05 PM".
    return t(N_("%(day)s, %(time)s", day=_date(local.date(), locale), time=said))


@cache
def moments(t: Translator) -> Moments:
    """How a script writes a moment as `day_and_time` does, whatever month and hour it is."""
    locale = t.locale.formats
    days = [
        _date(date(2000, month, 28), locale).replace("28", "{day}").replace("2000", "{year}")
        for month in range(1, 13)
    ]
    hours = [_time(time(hour, 59), locale).replace("59", "{minute}") for hour in range(24)]
    pattern = t(N_("%(day)s, %(time)s", day="{date}", time="{time}"))
    return Moments(pattern, "|".join(days), "|".join(hours))


# Moments are all different, but there are few days in a year, and 1,440 minutes in a day.
@lru_cache(maxsize=4096)
def _date(local: date, locale: str) -> str:
    return format_date(local, format="long", locale=locale)


@lru_cache(maxsize=4096)
def _time(local: time, locale: str) -> str:
    return format_time(local, format="short", locale=locale)


def shortened(text: str, most: int) -> str:
    """A text in one line of at most so many characters, cut between words where there are any."""
    line = " ".join(text.split())
    if len(line) <= most:
        return line
    room = line[: most - 1]
    last_space = room.rfind(" ")
    # Where nobody writes spaces, as in Chinese, any place will do.
    return (room[:last_space] if last_space > most // 2 else room) + "…"


def usual_time(service: Service, half_within: int | None, t: Translator) -> str:
    """How long a type of request takes: what the city has confirmed, and what was measured, if that can be said.

    half_within: days within which half of its reports were finished, or None.
    """
    said = [] if half_within is not None and service.usual_days is None else [days(service.usual_days, t)]
    if half_within is not None:
        said.append(
            t(
                N_n(
                    "Half of the last reports of this type were finished within %(num)s day.",
                    "Half of the last reports of this type were finished within %(num)s days.",
                    num=half_within,
                )
            )
        )
    return " ".join(said)


def days(number: int | None, t: Translator) -> str:
    """How long a type of request usually takes. number: of calendar days, or None if that is not confirmed."""
    if number is None:
        return t(N_("No usual time is known yet."))
    if number == 0:
        return t(N_("We usually take care of this on the same day."))
    return t(
        N_n(
            "We usually take care of this within %(num)s day.",
            "We usually take care of this within %(num)s days.",
            num=number,
        )
    )


def isolated(text: str) -> str:
    """Text that keeps its own direction within a sentence of another one (UAX #9 §2.4)."""
    return f"\u2068{text}\u2069"
