"""Whose photo is worked on next: each network's in turn, so that nobody's hundred hold up somebody's one."""

import asyncio
from collections import OrderedDict, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

MOST_OF_ONE = 20
"""Photos of one network that wait, besides those in work; at half a second each they are told within 10 seconds."""
MOST_IN_ALL = 100


class TooManyWait(Exception):
    """So many photos wait that this one had better come again."""


class Turns:
    """Gives out turns; use it from one event loop at a time. places: how many may have one at once."""

    def __init__(self, places: int) -> None:
        self._free = places
        self._waiting: OrderedDict[str, deque[asyncio.Future[None]]] = OrderedDict()

    @asynccontextmanager
    async def turn(self, network: str | None) -> AsyncIterator[None]:
        """Wait for a turn and have it. network: None for those of which it is not known: they are not one network.

        Raises TooManyWait at once if there would be no room to wait.
        """
        if self._free:
            self._free -= 1
        else:
            await self._wait(network)
        try:
            yield
        finally:
            self._pass_on()

    async def _wait(self, network: str | None) -> None:
        of_one = self._waiting.get(network or "", ())
        if sum(map(len, self._waiting.values())) >= MOST_IN_ALL or (network and len(of_one) >= MOST_OF_ONE):
            raise TooManyWait
        mine = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(network or "", deque()).append(mine)
        try:
            await mine
        except asyncio.CancelledError:
            if mine.done() and not mine.cancelled():  # the turn had come in the same moment
                self._pass_on()
            raise

    def _pass_on(self) -> None:
        """To the network that has waited longest; who has given up is left out."""
        while self._waiting:
            network, queue = self._waiting.popitem(last=False)
            following = queue.popleft()
            if queue:
                self._waiting[network] = queue
            if not following.done():
                following.set_result(None)
                return
        self._free += 1
