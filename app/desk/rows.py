"""The desk's queue in words: what a row says, and what the filters offer. Plain data, no Reflex."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from babel.dates import format_timedelta

from app.city.city import City
from app.desk.options import Group, Option
from app.http import formats
from app.reports.references import grouped
from app.requests import labels
from app.requests.models import ReviewReason
from app.requests.rows import QueueRow
from app.requests.statuses import Status
from app.routes import url
from i18n import N_, Translator
from i18n.languages import language_name
from i18n.locales import SPOKEN


@dataclass
class QueueLine:
    """One request in the queue.

    reference: in groups, for reading. iso: when it was received, for <time datetime>. late: a sentence, or
    empty. review: why somebody should look at it, or empty. followed: by how many, or empty.
    language: in which it is written, in words, or empty if that is the language of the desk's page.
    """

    reference: str
    url: str
    service: str
    status: str
    status_code: str
    place: str
    received: str
    iso: str
    age: str
    late: str
    review: str
    followed: str
    language: str


@dataclass
class Count:
    """How many requests have a status; beyond `MOST_COUNTED` only that there are more."""

    name: str
    number: str


MOST_COUNTED = 99


def row(request: QueueRow, city: City, t: Translator, now: datetime, *, place: str = "") -> QueueLine:
    """A request as a row. now: UTC. place: where it is, in words."""
    locale = t.locale.code
    status = Status(request.status)
    return QueueLine(
        reference=grouped(request.reference),
        url=f"{url('desk_request', locale=locale)}?ref={request.reference}",
        service=str(labels.type_name(city, request.service_code, request.service_name, t)),
        status=t(status.words),
        status_code=status.value,
        place=place or t(N_("No place given")),
        received=formats.day_and_time(request.received_at, t, city.zone),
        iso=request.received_at.isoformat(),
        age=age(request.received_at, now, t.locale.formats),
        late=labels.late(city, request, t, now),
        review=" ".join(t(ReviewReason(reason).words) for reason in request.review),
        followed=labels.followed(request.followers, t),
        language=language(request, t),
    )


def language(request: QueueRow, t: Translator) -> str:
    """In which language it is written; if nobody can tell, which its person reads. Empty if that is the page's."""
    tag = request.written_in or request.language
    if tag == t.locale.code:
        return ""
    return written_in(tag, t) if request.written_in else reads(tag, t)


def written_in(tag: str, t: Translator) -> str:
    """The language of a text, in words."""
    return t(N_("Written in %(language)s", language=language_name(tag, t.locale.formats)))


def reads(tag: str, t: Translator) -> str:
    """The language of the pages that a person reads, in words."""
    return t(N_("Reads %(language)s", language=language_name(tag, t.locale.formats)))


def age(moment: datetime, now: datetime, locale: str) -> str:
    """How long ago something was, a minute at least: "3 days ago". locale: as Babel spells it."""
    ago = max(now - moment, timedelta(minutes=1))
    return format_timedelta(-ago, granularity="minute", add_direction=True, locale=locale)


def status_options(t: Translator) -> list[Option]:
    """What the status filter offers."""
    return [
        Option("open", t(N_("All that are open"))),
        *(Option(status.value, t(status.words)) for status in Status),
        Option("all", t(N_("All"))),
    ]


def language_options(t: Translator) -> list[Option]:
    """The languages that the filter offers, in the order of the language list."""
    return [Option(code, language_name(code, t.locale.formats)) for code in SPOKEN]


def service_groups(city: City, t: Translator) -> list[Group]:
    """What the filter of request types offers."""
    return [
        Group(
            t(group.name),
            [
                Option(service.service_code, t(service.service_name))
                for service in city.services_in(group.code)
            ],
        )
        for group in city.groups
    ]


def counts(numbers: Iterable[tuple[Status, int]], t: Translator) -> list[Count]:
    """How many requests have each status."""
    return [Count(t(status.words), counted(number)) for status, number in numbers]


def counted(number: int) -> str:
    """A number of which only the beginning was counted."""
    return f"{MOST_COUNTED}+" if number > MOST_COUNTED else str(number)
