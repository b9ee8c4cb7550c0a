"""Alerts in the database."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import Connection, Engine, bindparam, select, update
from sqlalchemy.orm import Session

from app.alerts.models import ACTUAL, Alert, AlertText, MessageType, WholeAlert
from app.db.tables import ALERT_TEXTS, ALERTS, insert_new
from app.ledger.file import Ledger
from app.ledger.store import Remembering, remembering

A = ALERTS.c
T = ALERT_TEXTS.c


class AlertStore:
    """Where alerts are kept."""

    def __init__(self, engine: Engine, ledger: Ledger | None = None) -> None:
        """ledger: where it is written down that one was ended; a running portal always has one."""
        self._engine = engine
        self._ledger = ledger

    @contextmanager
    def writing(self) -> Iterator["AlertTransaction"]:
        """A transaction; it is on the disk when the block has ended without an exception."""
        with remembering(self._engine, self._ledger) as remembers:
            yield AlertTransaction(remembers)


class AlertTransaction:
    """One open transaction that may write."""

    def __init__(self, remembers: Remembering) -> None:
        self._session = remembers.session
        self.remember = remembers.remember

    def alert(self, id: str) -> WholeAlert | None:
        """The message with this id."""
        row = self._session.execute(select(ALERTS).where(A.id == id)).first()
        if row is None:
            return None
        return _whole(self._session.connection(), [Alert(**row._mapping)])[0]

    def is_replaced(self, id: str) -> bool:
        """Whether a later message has taken its place."""
        return self._session.execute(select(A.id).where(A.replaces == id)).first() is not None

    def add_alert(self, alert: Alert, texts: Sequence[AlertText]) -> bool:
        """Add a message; False, and nothing done, if its id is taken or somebody has replaced the same one."""
        if not insert_new(self._session, ALERTS, alert.model_dump()):
            return False
        for text in texts:
            self._session.execute(ALERT_TEXTS.insert(), text.model_dump())
        return True


def end_alert(session: Session, first_id: str, at: datetime) -> None:
    """End an alert that has come back. at: when it was ended, UTC."""
    session.execute(update(ALERTS).where(A.first_id == first_id, A.expires > at).values(expires=at))


_LATER = ALERTS.alias()
_LAST = (
    select(ALERTS)
    .where(
        A.expires > bindparam("now"),
        A.status == ACTUAL,
        A.message_type != MessageType.CANCEL.value,
        ~select(_LATER.c.id).where(_LATER.c.replaces == A.id).exists(),
    )
    .order_by(A.sent.desc(), A.id)
)
_TEXTS = select(ALERT_TEXTS).where(T.alert_id.in_(bindparam("ids", expanding=True)))


def alerts_not_ended(connection: Connection, now: datetime) -> list[WholeAlert]:
    """The last message of every chain that has not been ended and has not expired, the newest first."""
    found = [Alert(**row._mapping) for row in connection.execute(_LAST, {"now": now})]
    return _whole(connection, found)


def _whole(connection: Connection, alerts: Sequence[Alert]) -> list[WholeAlert]:
    texts: dict[str, dict[str, AlertText]] = {alert.id: {} for alert in alerts}
    if alerts:
        for row in connection.execute(_TEXTS, {"ids": list(texts)}):
            texts[row.alert_id][row.language] = AlertText(**row._mapping)
    return [WholeAlert(alert, texts[alert.id]) for alert in alerts]
