"""Alerts in the reader's language: the banner of every page, and the page of all of them."""

from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from urllib.parse import urlsplit

from app.alerts.models import WholeAlert
from app.alerts.words import Event, Severity, Urgency
from app.http.formats import day_and_time
from app.http.views import AlertLineView, BannerView, PageView
from app.http.visit import Visit
from app.routes import Url, outside
from i18n import N_
from i18n.locales import LOCALES


@dataclass(frozen=True)
class AlertView:
    """One alert. language, direction: of its texts; translated: whether that is the page's language.

    urgency: how soon to act, if it is urgent. updated: when it was changed, in words, or empty. web: a page of the
    city or of somebody else about it; web_host: whose.
    """

    event: str
    urgency: str
    severity: str
    headline: str
    description: str
    instruction: str
    language: str
    direction: str
    translated: bool
    since: str
    since_iso: str
    until: str
    until_iso: str
    updated: str
    place: str
    web: Url | None
    web_host: str


@dataclass(frozen=True)
class AlertsView(PageView, page="alerts"):
    """All alerts that are on. read: when the server looked, in words."""

    alerts: list[AlertView]
    read: str


_MORE = N_("More alerts: {count}")


def alerts_tag(visit: Visit) -> str:
    """Another one whenever other alerts are on; empty for pages that phones keep."""
    if visit.kept:
        return ""
    ids = " ".join(one.alert.id for one in visit.alerts)
    return sha256(ids.encode()).hexdigest()[:10]


def banners(visit: Visit) -> list[BannerView]:
    """The banner if there is something to tell, else nothing."""
    return [banner(visit, list(visit.alerts))] if visit.alerts else []


def banner(visit: Visit, alerts: list[WholeAlert]) -> BannerView:
    """The banner with these alerts, of which there is at least one; the gravest comes first."""
    pattern = visit.t(_MORE)
    return BannerView(
        label=visit.t(N_("Alerts")),
        urgent=alerts[0].is_urgent,
        alerts=[_line(visit, one) for one in alerts],
        more=pattern.replace("{count}", str(len(alerts) - 1)),
        more_pattern=pattern,
        url=visit.url("alerts"),
    )


def _line(visit: Visit, one: WholeAlert) -> AlertLineView:
    text = one.text_for(visit.locale.code)
    return AlertLineView(
        event=visit.t(Event(one.alert.event).words),
        urgency=_urgency(visit, one),
        headline=text.headline,
        language=text.language,
        direction=LOCALES[text.language].direction,
        until=visit.t(N_("Until %(time)s", time=_moment(visit, one.alert.expires))),
        until_iso=iso(one.alert.expires),
    )


def alert_view(visit: Visit, one: WholeAlert) -> AlertView:
    """Everything about an alert."""
    alert, text = one.alert, one.text_for(visit.locale.code)
    since = alert.onset or alert.first_sent
    return AlertView(
        event=visit.t(Event(alert.event).words),
        urgency=_urgency(visit, one),
        severity=visit.t(Severity(alert.severity).words),
        headline=text.headline,
        description=text.description,
        instruction=text.instruction,
        language=text.language,
        direction=LOCALES[text.language].direction,
        translated=text.language == visit.locale.code,
        since=_moment(visit, since),
        since_iso=iso(since),
        until=_moment(visit, alert.expires),
        until_iso=iso(alert.expires),
        updated=_moment(visit, alert.sent) if alert.replaces else "",
        place=alert.area or visit.t(N_("The whole city")),
        web=outside(text.web) if text.web else None,
        web_host=urlsplit(text.web).hostname or "",
    )


def _urgency(visit: Visit, one: WholeAlert) -> str:
    return visit.t(Urgency(one.alert.urgency).words) if one.is_urgent else ""


def _moment(visit: Visit, moment: datetime) -> str:
    return day_and_time(moment, visit.t, visit.city.zone)


def iso(moment: datetime) -> str:
    """A moment for <time datetime> and for scripts, UTC, to the second."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
