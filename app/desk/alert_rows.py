"""Alerts in the desk's words: the list of what is on, the form as it was filled in, and the preview. No Reflex."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from app.alerts.models import AlertDraft, AlertWords, WholeAlert, is_urgent, missing_languages
from app.alerts.rules import checked
from app.alerts.words import Certainty, Event, Severity, Urgency
from app.desk.facts import Fact
from app.desk.options import Group, Option
from app.desk.sent import LONGEST_TYPED
from app.http import formats
from app.kit.errors import FieldError, Rejected
from i18n import N_, Message, Translator
from i18n.locales import DEFAULT_LOCALE, LOCALES, SPOKEN

FACTS = ("event", "severity", "urgency", "certainty", "area", "onset", "expires")
PARTS = ("headline", "description", "instruction", "web")
FIELDS = frozenset({*FACTS, *(f"{part}-{code}" for part in PARTS for code in SPOKEN)})
"""The names of the form's fields; those of a text bear its language."""

_OfCap = Event | Severity | Urgency | Certainty

_TYPED = "%Y-%m-%dT%H:%M"
"""As a field for day and time sends it (HTML, local date and time)."""


@dataclass
class AlertRow:
    """An alert that is on."""

    id: str
    headline: str
    kind: str
    until: str
    place: str
    languages: str


@dataclass
class TextFields:
    """The fields of one language. open: whether they are in sight."""

    code: str
    name: str
    direction: str
    required: bool
    open: bool
    headline: str
    description: str
    instruction: str
    web: str


@dataclass
class Choices:
    """What the form offers to choose from."""

    events: list[Group]
    severity: list[Option]
    urgency: list[Option]
    certainty: list[Option]


def choices(t: Translator) -> Choices:
    """The lists of the form. That it is over, only the end of an alert says."""
    return Choices(
        events=[Group(name=t(name), options=_options(events, t)) for name, events in _GROUPS],
        severity=_options(Severity, t),
        urgency=_options((one for one in Urgency if one is not Urgency.PAST), t),
        certainty=_options(Certainty, t),
    )


_GROUPS: tuple[tuple[Message, tuple[Event, ...]], ...] = (
    (
        N_("Weather"),
        (Event.HEAT, Event.COLD, Event.SMOKE, Event.STORM, Event.SNOW, Event.FLOOD),
    ),
    (
        N_("Danger"),
        (Event.EARTHQUAKE, Event.FIRE, Event.CHEMICALS, Event.SAFETY, Event.HEALTH),
    ),
    (N_("What the city runs"), (Event.WATER, Event.POWER, Event.ROADS, Event.SERVICE)),
)


def _options(values: Iterable[_OfCap], t: Translator) -> list[Option]:
    return [Option(value=value.value, name=t(value.words)) for value in values]


def row(one: WholeAlert, t: Translator, zone: ZoneInfo) -> AlertRow:
    """An alert in the list. Its headline is the English one, which every alert has."""
    alert = one.alert
    return AlertRow(
        id=alert.id,
        headline=one.texts[DEFAULT_LOCALE].headline,
        kind=f"{t(Event(alert.event).words)}. {t(Severity(alert.severity).words)}. {t(Urgency(alert.urgency).words)}.",
        until=t(N_("Until %(time)s", time=formats.day_and_time(alert.expires, t, zone))),
        place=alert.area or t(N_("The whole city")),
        languages=_names(one.texts),
    )


# --- the form -----------------------------------------------------------------------------------------------


def read(sent: object) -> dict[str, str] | None:
    """What the form sent, or None if no form of ours has sent this."""
    if not isinstance(sent, Mapping):
        return None
    typed = {name: sent.get(name) or "" for name in FIELDS}
    fits = all(isinstance(value, str) and len(value) <= LONGEST_TYPED for value in typed.values())
    return typed if fits else None


def filled(one: WholeAlert, zone: ZoneInfo) -> dict[str, str]:
    """The form as it would have to be filled in for this alert."""
    alert = one.alert
    typed = dict.fromkeys(FIELDS, "") | {name: getattr(alert, name) for name in FACTS[:5]}
    typed["expires"] = alert.expires.astimezone(zone).strftime(_TYPED)
    typed["onset"] = alert.onset.astimezone(zone).strftime(_TYPED) if alert.onset else ""
    for code, text in one.texts.items():
        typed |= {f"{part}-{code}": getattr(text, part) for part in PARTS}
    return typed


def text_fields(typed: Mapping[str, str], wrong: Iterable[str] = ()) -> list[TextFields]:
    """The fields of every language, English first. wrong: names of the fields that are to be mended."""
    marked = {name.partition("-")[2] for name in wrong}
    return [
        TextFields(
            code=code,
            name=LOCALES[code].name,
            direction=LOCALES[code].direction,
            required=code == DEFAULT_LOCALE,
            open=code == DEFAULT_LOCALE or code in marked or any(_parts(typed, code).values()),
            **_parts(typed, code),
        )
        for code in SPOKEN
    ]


def with_language(field: str, sentence: str) -> str:
    """What is to be mended in a field, with the name of its language if it has one."""
    locale = LOCALES.get(field.partition("-")[2])
    return sentence if locale is None else f"{sentence} ({locale.name})"


def _parts(typed: Mapping[str, str], code: str) -> dict[str, str]:
    return {part: typed.get(f"{part}-{code}", "") for part in PARTS}


def draft_of(typed: Mapping[str, str], now: datetime, zone: ZoneInfo) -> AlertDraft:
    """What was typed as a message, its texts made safe. Raises Rejected with what is to be mended."""
    errors = [
        FieldError(name, _NO_TIME)
        for name in ("onset", "expires")
        if typed[name] and _moment(typed[name], zone) is None
    ]
    draft = AlertDraft(
        **{name: typed[name] for name in FACTS[:5]},
        onset=_moment(typed["onset"], zone),
        expires=_moment(typed["expires"], zone),
        texts={code: AlertWords(**_parts(typed, code)) for code in SPOKEN},
    )
    try:
        draft = checked(draft, now=now)
    except Rejected as rejected:
        known = {error.field for error in errors}
        errors += [error for error in rejected.errors if error.field not in known]
    if errors:
        raise Rejected(errors)
    return draft


_NO_TIME = N_("Write a day and a time.")


def _moment(typed: str, zone: ZoneInfo) -> datetime | None:
    """A day and time of the city's clock, as UTC; None for anything else."""
    try:
        return datetime.strptime(typed[:16], _TYPED).replace(tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


# --- the preview --------------------------------------------------------------------------------------------


def preview(draft: AlertDraft, t: Translator, zone: ZoneInfo) -> list[Fact]:
    """What is about to be published, besides its texts."""
    facts: list[tuple[Message, str]] = [
        (N_("What it is about"), t(Event(draft.event).words)),
        (N_("How serious is it?"), _said(Severity, draft.severity, t)),
        (N_("How soon should people act?"), _said(Urgency, draft.urgency, t)),
        (N_("How sure is it?"), _said(Certainty, draft.certainty, t)),
        (N_("Where"), draft.area or t(N_("The whole city"))),
        (N_("From"), formats.day_and_time(draft.onset, t, zone) if draft.onset else t(N_("Now"))),
        (N_("Until"), formats.day_and_time(draft.expires, t, zone) if draft.expires else ""),
    ]
    return [Fact(t(name), text) for name, text in facts]


def _said(kind: type[_OfCap], value: str, t: Translator) -> str:
    return t(kind(value).words)


def audience(draft: AlertDraft, t: Translator) -> list[str]:
    """Who will see it, and how, in sentences."""
    missing = missing_languages(draft.texts)
    sentences = [
        N_("Everybody who uses this site sees it at the top of every page."),
        N_("It is urgent: screen readers read it out at once.")
        if is_urgent(draft.severity, draft.urgency)
        else None,
        N_("People who read these languages see the English text: %(languages)s.", languages=_names(missing))
        if missing
        else N_("It is written in every language of this site."),
    ]
    return [t(sentence) for sentence in sentences if sentence is not None]


def _names(codes: Iterable[str]) -> str:
    """Languages by their own names, in the order of the list of languages."""
    codes = set(codes)
    return ", ".join(LOCALES[code].name for code in SPOKEN if code in codes)
