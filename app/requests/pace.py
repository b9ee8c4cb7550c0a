"""How long reports of a type really took, held in memory: it changes slowly, and every form asks."""

import logging
from math import inf
from time import monotonic

from anyio import fail_after
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from app.db.engine import read
from app.db.threads import TooBusy, reading
from app.kit.incidents import describe
from app.requests.store_pace import half_within

MAX_AGE_S = 3_600.0
PATIENCE_S = 1.0
"""How long a page waits for the number before it is shown without."""

_log = logging.getLogger(__name__)


class Pace:
    """Days within which half of the reports of a type were finished, as measured within the last hour."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._known: dict[str, int | None] = {}
        self._read_at: dict[str, float] = {}

    async def half_within(self, service_code: str) -> int | None:
        """The number of a type of the city pack; None if there is nothing to say. No page fails because of it."""
        if monotonic() - self._read_at.get(service_code, -inf) >= MAX_AGE_S:
            # Whoever comes meanwhile goes on with what there is.
            self._read_at[service_code] = monotonic()
            try:
                with fail_after(PATIENCE_S):
                    self._known[service_code] = await reading(self._measured, service_code)
            except (SQLAlchemyError, OSError, TooBusy) as error:
                _log.warning("could not measure how long reports take: %s", describe(error))
        return self._known.get(service_code)

    def _measured(self, service_code: str) -> int | None:
        with read(self._engine) as connection:
            return half_within(connection, service_code)
