"""Dates and places in a visitor's language, in the city's time zone."""

from datetime import date, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time

from app.domain.places import Point, describe
from app.domain.services import City
from app.domain.views import PlaceShownAs
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


# Moments are all different, but there are few days in a year, and 1,440 minutes in a day.
@lru_cache(maxsize=4096)
def _date(local: date, locale: str) -> str:
    return format_date(local, format="long", locale=locale)


@lru_cache(maxsize=4096)
def _time(local: time, locale: str) -> str:
    return format_time(local, format="short", locale=locale)


def place(city: City, shown: PlaceShownAs, t: Translator) -> str:
    """Where a request is, as far as this reader may know; empty if nothing may be said."""
    if shown.address_string:
        return shown.address_string
    if shown.lat is None or shown.long is None:
        return ""
    return _near(city, shown.lat, shown.long, t)


@lru_cache(maxsize=4096)
def _near(city: City, lat: float, long: float, t: Translator) -> str:
    return t(describe(city, Point(lat=lat, long=long)))


def followed(number: int, t: Translator) -> str:
    """How many follow a request; empty if nobody does."""
    if not number:
        return ""
    return t(N_n("Followed by %(num)s person", "Followed by %(num)s people", num=number))


def shortened(text: str, most: int) -> str:
    """A text in one line of at most so many characters, cut between words where there are any."""
    line = " ".join(text.split())
    if len(line) <= most:
        return line
    room = line[: most - 1]
    last_space = room.rfind(" ")
    # Where nobody writes spaces, as in Chinese, any place will do.
    return (room[:last_space] if last_space > most // 2 else room) + "…"


def days(number: int, t: Translator) -> str:
    """How long a type of request usually takes."""
    if number == 0:
        return t(N_("We usually take care of this on the same day."))
    return t(
        N_n(
            "We usually take care of this within %(num)s day.",
            "We usually take care of this within %(num)s days.",
            num=number,
        )
    )
