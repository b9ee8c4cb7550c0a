"""Alerts as they are kept, in the words of CAP 1.2 (OASIS, Common Alerting Protocol)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from sqlmodel import Field

from app.alerts.words import Severity, Urgency
from app.db.base import Table
from i18n.locales import DEFAULT_LOCALE, SPOKEN


class MessageType(StrEnum):
    """CAP 1.2 §3.2.1, msgType: what a message does to the chain it belongs to."""

    ALERT = "Alert"
    UPDATE = "Update"
    CANCEL = "Cancel"


ACTUAL = "Actual"
"""CAP's status of a message that everybody should act on; drills and drafts would have other ones."""


class Alert(Table, table=True):
    """One message. id: made by the page that sends it, and CAP's identifier. All times are UTC.

    first_id, first_sent: of the message its chain began with. replaces: the message before it in the chain.
    effective: from when on it is shown, `sent` if empty; onset: when what it is about begins; expires: when it ends.
    area: in words, empty for the whole city. digest: SHA-256 of what was published, to know the same thing again.
    """

    __tablename__ = "alert"

    id: str = Field(primary_key=True)
    first_id: str = Field(index=True)
    first_sent: datetime
    replaces: str | None = Field(default=None, foreign_key="alert.id", unique=True)
    status: str = ACTUAL
    message_type: str
    category: str
    event: str
    urgency: str
    severity: str
    certainty: str
    sent: datetime
    effective: datetime | None = None
    onset: datetime | None = None
    expires: datetime = Field(index=True)
    area: str = ""
    person_id: str = Field(foreign_key="person.id")
    digest: str


class AlertText(Table, table=True):
    """What a message says in one language (CAP's `info`). web: an https address, or empty."""

    __tablename__ = "alert_text"

    alert_id: str = Field(primary_key=True, foreign_key="alert.id")
    language: str = Field(primary_key=True)
    headline: str
    description: str
    instruction: str = ""
    web: str = ""


@dataclass(frozen=True)
class AlertWords:
    """The same while it is written."""

    headline: str = ""
    description: str = ""
    instruction: str = ""
    web: str = ""


@dataclass(frozen=True)
class AlertDraft:
    """A message as somebody writes it. texts: by language; expires is None while nobody has said when it ends."""

    event: str
    urgency: str
    severity: str
    certainty: str
    expires: datetime | None
    onset: datetime | None = None
    area: str = ""
    texts: Mapping[str, AlertWords] = field(default_factory=dict)


@dataclass(frozen=True)
class WholeAlert:
    """A message with its texts by language."""

    alert: Alert
    texts: Mapping[str, AlertText]

    def is_on(self, now: datetime) -> bool:
        """Whether people are to be told now. That no later message has replaced it, storage has seen to."""
        alert = self.alert
        begun = (alert.effective or alert.sent) <= now
        return begun and now < alert.expires and alert.message_type != MessageType.CANCEL

    def text_for(self, locale: str) -> AlertText:
        """What it says in this language, or else in English; `language` says which."""
        return self.texts.get(locale) or self.texts[DEFAULT_LOCALE]

    @property
    def is_urgent(self) -> bool:
        """Whether it should interrupt people."""
        return is_urgent(self.alert.severity, self.alert.urgency)

    @property
    def missing(self) -> tuple[str, ...]:
        """The languages in which people read the English text."""
        return missing_languages(self.texts)


def is_urgent(severity: str, urgency: str) -> bool:
    """Whether an alert should interrupt people: great danger, and now or within the hour."""
    severe = severity in (Severity.EXTREME, Severity.SEVERE)
    return severe and urgency in (Urgency.IMMEDIATE, Urgency.EXPECTED)


def missing_languages(texts: Collection[str]) -> tuple[str, ...]:
    """The languages of the portal in which there is no text."""
    return tuple(code for code in SPOKEN if code not in texts)
