"""Turns for work of which only a little can be done at once: whoever asks a lot waits behind their own."""

import asyncio
from collections import OrderedDict, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from app.db.threads import TooBusy

_Queue = deque["asyncio.Future[None]"]
_Queues = OrderedDict[str | None, _Queue]


class Turns:
    """Lets `at_once` work at a time; of those who wait, one from each network in turn.

    most_each: of one network, most: of all networks, may wait. Who is known (`known`) goes before everybody else and
    finds room in any case; `most_each` holds for them, too. Use it from one event loop at a time.
    """

    def __init__(self, *, at_once: int, most_each: int, most: int) -> None:
        self._free = at_once
        self._most_each, self._most = most_each, most
        self._known: _Queues = OrderedDict()
        self._others: _Queues = OrderedDict()

    @asynccontextmanager
    async def turn(self, who: str | None, *, known: bool = False) -> AsyncIterator[None]:
        """Wait for a turn, and have it. Raises TooBusy at once if there is no room to wait.

        who: a network, or a device that is known. None for those of whom it is not known: they are not one network, and
        only `most` holds for them.
        """
        if self._free:
            self._free -= 1
        else:
            await self._wait(self._known if known else self._others, who)
        try:
            yield
        finally:
            self._next()

    @property
    def waiting(self) -> int:
        """How many of those who are not known wait."""
        return sum(map(len, self._others.values()))

    async def _wait(self, queues: _Queues, who: str | None) -> None:
        waiting = 0 if who is None else len(queues.get(who, ()))
        full = queues is self._others and self.waiting >= self._most
        if waiting >= self._most_each or full:
            raise TooBusy
        mine: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        queues.setdefault(who, deque()).append(mine)
        try:
            await mine
        except asyncio.CancelledError:
            if mine.done() and not mine.cancelled():
                # It was given the turn and left at the same moment.
                self._next()
            else:
                _leave(queues, who, mine)
            raise

    def _next(self) -> None:
        for queues in (self._known, self._others):
            while queues:
                who, queue = queues.popitem(last=False)
                following = queue.popleft()
                if queue:
                    # Behind all the others.
                    queues[who] = queue
                # Who has given up is left out.
                if not following.done():
                    following.set_result(None)
                    return
        self._free += 1


def _leave(queues: _Queues, who: str | None, mine: "asyncio.Future[None]") -> None:
    queue = queues.get(who, deque())
    if mine in queue:
        queue.remove(mine)
    if not queue:
        queues.pop(who, None)
