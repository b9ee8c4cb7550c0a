"""Turns for work of which only a little can be done at once: whoever asks a lot waits behind their own."""

import asyncio
from collections import OrderedDict, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from app.storage.threads import TooBusy

_Queue = deque["asyncio.Future[None]"]


class Turns:
    """Lets `at_once` work at a time; of those who wait, one from each network in turn.

    most_each: of one network, most: of all networks, may wait. Who is known (`known`) goes before everybody else and
    finds room in any case; `most_each` holds for them, too.
    """

    def __init__(self, *, at_once: int, most_each: int, most: int) -> None:
        self._free = at_once
        self._most_each, self._most = most_each, most
        self._known: OrderedDict[str, _Queue] = OrderedDict()
        self._others: OrderedDict[str, _Queue] = OrderedDict()

    @asynccontextmanager
    async def turn(self, who: str, *, known: bool = False) -> AsyncIterator[None]:
        """Wait for a turn, and have it. who: a network, or a device that is known. Raises TooBusy."""
        if self._free:
            self._free -= 1
        else:
            await self._wait(self._known if known else self._others, who)
        try:
            yield
        finally:
            self._next()

    async def _wait(self, queues: OrderedDict[str, _Queue], who: str) -> None:
        waiting = len(queues.get(who, ()))
        full = queues is self._others and sum(map(len, queues.values())) >= self._most
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


def _leave(queues: OrderedDict[str, _Queue], who: str, mine: "asyncio.Future[None]") -> None:
    queue = queues.get(who, deque())
    if mine in queue:
        queue.remove(mine)
    if not queue:
        queues.pop(who, None)
