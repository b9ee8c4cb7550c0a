"""The alerts that are on, held in memory, because every page asks for them."""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from math import inf
from time import monotonic

from anyio import fail_after
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from app.alerts.models import WholeAlert
from app.alerts.rules import on_now
from app.alerts.store import alerts_not_ended
from app.db.engine import read
from app.db.threads import TooBusy, reading
from app.kit.incidents import describe

MAX_AGE_S = 10.0
"""After so many seconds the database is asked anew: this long may another process not know of an alert."""
PATIENCE_S = 2.0
"""How long a page waits for the database before it is shown without."""

_log = logging.getLogger(__name__)


class CurrentAlerts:
    """What was published and has not ended, as it was read a few seconds ago. now: the server's clock, UTC."""

    def __init__(self, engine: Engine, now: Callable[[], datetime]) -> None:
        self._engine = engine
        self._now = now
        self._found: Sequence[WholeAlert] | None = None
        self._read_at = -inf

    async def refresh(self) -> None:
        """Read them again if that is due.

        If it fails or takes long, what is known stays: no page fails because of an alert.
        """
        if monotonic() - self._read_at < MAX_AGE_S:
            return
        if self._found is not None:
            # Whoever comes meanwhile goes on with what there is.
            self._read_at = monotonic()
        try:
            with fail_after(PATIENCE_S):
                self._found = await reading(self._read)
        except (SQLAlchemyError, OSError, TooBusy) as error:
            _log.error("could not read the alerts: %s", describe(error))
        self._read_at = monotonic()

    def invalidate(self) -> None:
        """Something was published here: the next refresh is due at once."""
        self._read_at = -inf

    def on_now(self) -> tuple[WholeAlert, ...]:
        """Those that are on at this moment, the gravest first."""
        return on_now(self._found, self._now()) if self._found else ()

    def _read(self) -> Sequence[WholeAlert]:
        with read(self._engine) as connection:
            return alerts_not_ended(connection, self._now())
