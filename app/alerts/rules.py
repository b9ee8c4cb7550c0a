"""Alerts: what the city tells everybody at once, in the words of CAP 1.2 (OASIS, Common Alerting Protocol).

A published message is never edited. A change is a new message, which replaces the last one of its chain: an Update,
or a Cancel, which ends it.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from app.alerts.models import (
    Alert,
    AlertDraft,
    AlertText,
    AlertWords,
    MessageType,
    WholeAlert,
)
from app.alerts.store import AlertStore, AlertTransaction
from app.alerts.words import Certainty, Event, Severity, Urgency
from app.kit.errors import Conflict, FieldError, NotFound, Rejected
from app.kit.ids import digest_of, parse_id
from app.kit.text import TooLong, clean_line_within, clean_text_within
from app.ledger.models import Kind, Taken, Thing
from app.people.models import Person, Role
from i18n import N_, Message
from i18n.locales import DEFAULT_LOCALE, SPOKEN

MAX_HEADLINE = 160
MAX_TEXT = 2_000
MAX_WEB = 300
MAX_AREA = 200
LONGEST = timedelta(days=30)
"""An alert that nobody ends would be read over for ever; whoever needs a longer one replaces it."""
MAY_PUBLISH = frozenset({Role.DESK.value, Role.ADMIN.value})


# --- what is on ---------------------------------------------------------------------------------------------


def on_now(alerts: Iterable[WholeAlert], now: datetime) -> tuple[WholeAlert, ...]:
    """Those that people are to be told of, the gravest first, and of equal ones the newest."""
    return tuple(sorted((one for one in alerts if one.is_on(now)), key=_gravest_first))


def _gravest_first(one: WholeAlert) -> tuple[int, int, int, float]:
    alert = one.alert
    ranks = (
        list(Severity).index(Severity(alert.severity)),
        list(Urgency).index(Urgency(alert.urgency)),
        list(Certainty).index(Certainty(alert.certainty)),
    )
    return (*ranks, -alert.sent.timestamp())


# --- publishing ---------------------------------------------------------------------------------------------


def publish(
    *, store: AlertStore, draft: AlertDraft, by: Person, now: datetime, key: str, replaces: str = ""
) -> WholeAlert:
    """Publish a message, or one that takes the place of another. Safe to call twice with the same key.

    key: an id made with the form; it becomes the message's own. replaces: id of the message it takes the place of.

    Raises Rejected with what is to be mended; Conflict if the key was used for something else, or somebody else has
    replaced or ended the other message; NotFound if this person may not publish or there is no such message.
    """
    draft = checked(draft, now=now)
    return _send(store, draft, MessageType.UPDATE if replaces else MessageType.ALERT, by, now, key, replaces)


def cancel(*, store: AlertStore, id: str, by: Person, now: datetime, key: str) -> WholeAlert:
    """End an alert before its time, by a message that says so. Safe to call twice with the same key.

    Raises NotFound if there is none or this person may not; Conflict if somebody else has replaced or ended it.
    """
    return _send(store, None, MessageType.CANCEL, by, now, key, id)


def _send(
    store: AlertStore,
    draft: AlertDraft | None,
    kind: MessageType,
    by: Person,
    now: datetime,
    key: str,
    replaces: str,
) -> WholeAlert:
    id = parse_id(key)
    if id is None or by.role not in MAY_PUBLISH:
        raise NotFound
    with store.writing() as transaction:
        before = transaction.alert(replaces) if replaces else None
        if replaces and before is None:
            raise NotFound
        message = _message(draft, kind, before, by, now, id)
        if (same := transaction.alert(id)) is not None:
            if same.alert.digest != message.alert.digest:
                raise Conflict
            return same
        if before is not None and not _may_be_replaced(before, transaction, now):
            raise Conflict
        if not transaction.add_alert(message.alert, list(message.texts.values())):
            raise Conflict
        if kind is MessageType.CANCEL:
            transaction.remember(Taken(Kind.STOP, Thing.ALERT, message.alert.first_id, now))
        return message


def _may_be_replaced(before: WholeAlert, transaction: AlertTransaction, now: datetime) -> bool:
    ended = before.alert.message_type == MessageType.CANCEL or before.alert.expires <= now
    return not ended and not transaction.is_replaced(before.alert.id)


def _message(
    draft: AlertDraft | None, kind: MessageType, before: WholeAlert | None, by: Person, now: datetime, id: str
) -> WholeAlert:
    """The message as it will be stored. draft: None for one that ends an alert."""
    facts = _facts(draft) if draft is not None else _facts_of_an_end(before)
    texts = draft.texts if draft is not None else {}
    replaced = None if before is None else before.alert.id
    alert = Alert(
        id=id,
        first_id=id if before is None else before.alert.first_id,
        first_sent=now if before is None else before.alert.first_sent,
        replaces=replaced,
        message_type=kind.value,
        sent=now,
        person_id=by.id,
        digest=digest_of(repr((kind.value, replaced, sorted(facts.items()), sorted(texts.items()))).encode()),
        **facts,
    )
    said = {
        language: AlertText(
            alert_id=id,
            language=language,
            headline=one.headline,
            description=one.description,
            instruction=one.instruction,
            web=one.web,
        )
        for language, one in texts.items()
    }
    return WholeAlert(alert, said)


_SAME = ("event", "severity", "certainty", "area", "onset", "expires")


def _facts(draft: AlertDraft) -> dict[str, Any]:
    facts = {name: getattr(draft, name) for name in _SAME}
    return {**facts, "urgency": draft.urgency, "category": Event(draft.event).category}


def _facts_of_an_end(before: WholeAlert | None) -> dict[str, Any]:
    """Those of the message that is ended, so that a reader of the last one alone knows what is over."""
    if before is None:
        raise NotFound
    facts = {name: getattr(before.alert, name) for name in (*_SAME, "category")}
    return {**facts, "urgency": Urgency.PAST.value}


# --- checking -----------------------------------------------------------------------------------------------


def checked(draft: AlertDraft, *, now: datetime) -> AlertDraft:
    """The draft with its texts made safe to store, languages without any words left out.

    Raises Rejected with all that is to be mended: fields are named as in AlertDraft, those of a text with its
    language, as `headline-es`.
    """
    texts: dict[str, AlertWords] = {}
    wrong: list[FieldError] = []
    for code in SPOKEN:
        words, too_long = _cleaned(draft.texts.get(code, AlertWords()))
        if code == DEFAULT_LOCALE or words != AlertWords() or too_long:
            texts[code] = words
            wrong += [
                FieldError(f"{name}-{code}", message) for name, message in _wrong_words(words, too_long)
            ]
    area, area_too_long = _within(clean_line_within, MAX_AREA, draft.area)
    clean = AlertDraft(
        event=draft.event,
        urgency=draft.urgency,
        severity=draft.severity,
        certainty=draft.certainty,
        expires=draft.expires,
        onset=draft.onset,
        area=area,
        texts=texts,
    )
    errors = [*_wrong_facts(clean)]
    if area_too_long:
        errors.append(FieldError("area", area_too_long))
    errors += [*_wrong_times(clean, now), *wrong]
    if errors:
        raise Rejected(errors)
    return clean


def _within(clean: Callable[[int, str], str], limit: int, text: str) -> tuple[str, Message | None]:
    """The text cleaned; if it is too long, nothing of it and what to do about it."""
    try:
        return clean(limit, text), None
    except TooLong as error:
        return "", error.message


def _cleaned(words: AlertWords) -> tuple[AlertWords, Mapping[str, Message]]:
    """The words cleaned, and what to do about those that are too long; they are left out."""
    found = {name: _within(clean, most, getattr(words, name)) for name, (clean, most) in _PARTS.items()}
    too_long = {name: message for name, (_, message) in found.items() if message is not None}
    return AlertWords(**{name: text for name, (text, _) in found.items()}), too_long


_PARTS: Mapping[str, tuple[Callable[[int, str], str], int]] = {
    "headline": (clean_line_within, MAX_HEADLINE),
    "description": (clean_text_within, MAX_TEXT),
    "instruction": (clean_text_within, MAX_TEXT),
    "web": (clean_line_within, MAX_WEB),
}


def _wrong_facts(draft: AlertDraft) -> Iterable[FieldError]:
    if draft.event not in list(Event):
        yield FieldError("event", N_("Choose what it is about."))
    if draft.severity not in list(Severity):
        yield FieldError("severity", N_("Choose how serious it is."))
    if draft.urgency not in list(Urgency):
        yield FieldError("urgency", N_("Choose how soon people should act."))
    if draft.certainty not in list(Certainty):
        yield FieldError("certainty", N_("Choose how sure it is."))


def _wrong_times(draft: AlertDraft, now: datetime) -> Iterable[FieldError]:
    if draft.expires is None:
        yield FieldError("expires", N_("Say when the alert ends: day and time."))
    elif draft.expires <= now:
        yield FieldError("expires", N_("The end has passed already. Choose a later time."))
    elif draft.expires > now + LONGEST:
        yield FieldError("expires", N_("Choose an end within %(days)s days.", days=LONGEST.days))
    elif draft.onset is not None and draft.onset >= draft.expires:
        yield FieldError("onset", N_("The beginning must come before the end."))


def _wrong_words(words: AlertWords, too_long: Mapping[str, Message]) -> Iterable[tuple[str, Message]]:
    if "headline" in too_long:
        yield "headline", too_long["headline"]
    elif not words.headline:
        yield "headline", N_("Write a headline.")
    if "description" in too_long:
        yield "description", too_long["description"]
    elif not words.description:
        yield "description", N_("Say what is happening.")
    if "instruction" in too_long:
        yield "instruction", too_long["instruction"]
    if "web" in too_long or (words.web and not is_web_address(words.web)):
        yield "web", N_("The address must begin with https:// and have no spaces.")


def is_web_address(text: str) -> bool:
    """Whether this can stand behind a link: https, a host, nothing that hides where it leads (RFC 3986 §7.6)."""
    if len(text) > MAX_WEB or any(character.isspace() or character in '\\<>"' for character in text):
        return False
    try:
        parts = urlsplit(text)
        host = parts.hostname or ""
        port = parts.port
    except ValueError:
        return False
    return parts.scheme == "https" and "." in host and "@" not in parts.netloc and port is None
