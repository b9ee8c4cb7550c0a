"""Scripts write a moment in the same words as the server, in every language: browsers do not know all of them."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from app.http.formats import day_and_time, moments
from i18n import translator
from i18n.locales import LOCALES

UTC = ZoneInfo("UTC")


def as_a_script_writes_it(moment: datetime, locale: str) -> str:
    """What `moment` in assets/words.js does."""
    patterns = moments(translator(locale))
    day = patterns.days.split("|")[moment.month - 1]
    hour = patterns.hours.split("|")[moment.hour]
    day = day.replace("{day}", str(moment.day)).replace("{year}", str(moment.year))
    hour = hour.replace("{minute}", f"{moment.minute:02}")
    return patterns.pattern.replace("{date}", day).replace("{time}", hour)


@pytest.mark.parametrize("locale", LOCALES)
def test_a_moment_reads_the_same_wherever_it_is_written(locale: str) -> None:
    # Not at midnight to the minute, for which Chinese has a word of its own.
    moments_of_a_year = [
        datetime(2026, month, day, hour, minute, tzinfo=UTC)
        for month in range(1, 13)
        for day, minute in ((1, 5), (28, 28), (20, 59))
        for hour in range(24)
    ]
    t = translator(locale)
    for moment in moments_of_a_year:
        assert as_a_script_writes_it(moment, locale) == day_and_time(moment, t, UTC)
