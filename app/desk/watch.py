"""Tells open screens that some request is new or has changed, or that somebody may not work here any more, whoever
changed it, in whatever process.

One watcher looks at the database while somebody listens, however many they are, and at once after this process
has written something. When the last listener has gone it ends.
"""

import asyncio
import logging
from collections.abc import Callable, Hashable
from contextlib import suppress
from functools import partial
from weakref import WeakKeyDictionary, ref

from sqlalchemy import Engine

from app.db.engine import read
from app.desk.store import newest_changes
from app.people.store import suspended

SECONDS_BETWEEN_LOOKS = 2.0

_log = logging.getLogger(__name__)


class Changes:
    """Counts what it has noticed; listeners wait for another number than the one they have.

    look: asks what the newest changes are, in a thread; two answers that differ are a change. The first
    answer counts as one too: between reading what is shown and the first look something may have happened.
    every: seconds between looks.
    """

    def __init__(self, look: Callable[[], Hashable], *, every: float | None = None) -> None:
        self._look = look
        self._every = SECONDS_BETWEEN_LOOKS if every is None else every
        self._seen: Hashable = None
        self._waiting: set[asyncio.Future[None]] = set()
        self._watcher: asyncio.Task[None] | None = None
        self._written = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self.number = 0
        """How many changes have been noticed. Take it before reading what is to be shown."""

    @property
    def listeners(self) -> int:
        """How many wait right now."""
        return len(self._waiting)

    async def wait(self, number: int) -> int:
        """Wait until something has changed since that number; returns the present one. Can be canceled."""
        while self.number == number:
            waiting = asyncio.get_running_loop().create_future()
            self._waiting.add(waiting)
            self._start_watcher()
            try:
                await waiting
            finally:
                self._waiting.discard(waiting)
        return self.number

    def notify(self) -> None:
        """Say that this process has written something, so that nobody waits for the next look. Any thread."""
        loop = self._loop
        if loop is not None:
            with suppress(RuntimeError):  # that loop has ended, and with it everybody who listened
                loop.call_soon_threadsafe(self._written.set)

    def _start_watcher(self) -> None:
        if self._watcher is not None and not self._watcher.done():
            return
        self._loop = asyncio.get_running_loop()
        self._written = asyncio.Event()
        self._watcher = asyncio.create_task(self._watch(), name="changes")

    async def _watch(self) -> None:
        while self._waiting:
            self._written.clear()
            try:
                newest = await asyncio.to_thread(self._look)
            except Exception as problem:
                # The next look may succeed; the message could hold what people wrote.
                _log.warning("could not look for changes: %s", type(problem).__name__)
            else:
                if newest != self._seen:
                    self._seen = newest
                    self._tell()
            with suppress(TimeoutError):
                async with asyncio.timeout(self._every):
                    await self._written.wait()

    def _tell(self) -> None:
        self.number += 1
        for waiting in self._waiting:
            if not waiting.done():
                waiting.set_result(None)


_of_engine: WeakKeyDictionary[Engine, Changes] = WeakKeyDictionary()


def changes_of(engine: Engine) -> Changes:
    """The one watcher of this process for a database."""
    if engine not in _of_engine:
        _of_engine[engine] = Changes(partial(_look, ref(engine)))
    return _of_engine[engine]


def _look(engine: "ref[Engine]") -> Hashable:
    """The newest changes; nothing once the database has been closed."""
    there = engine()
    if there is None:
        return None
    with read(there) as connection:
        return newest_changes(connection), suspended(connection)
