"""What somebody may still use of something: a bucket that fills again by the minute.

`Buckets` is the port. Here they are counted in the memory of one process; a store that several processes share needs
no more than a key, a cost and a rate for each bucket.
"""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Protocol

MOST_BUCKETS = 50_000
"""Remembered at once, about 12 MB; beyond that, the one that was quiet the longest is forgotten."""


@dataclass(frozen=True)
class Rate:
    """at_once: how much there is in one moment; per_minute: how much more after that."""

    at_once: int
    per_minute: float


@dataclass(frozen=True)
class Share:
    """What is wanted of one bucket. cost: in the unit of its rate."""

    key: str
    cost: float
    rate: Rate


class Buckets(Protocol):
    """Buckets by their keys. One that nobody knows yet is full."""

    async def wait(self, shares: Sequence[Share]) -> float:
        """Seconds until there is enough in each of these buckets, 0 if there is now. Nothing is taken."""

    async def spend(self, shares: Sequence[Share]) -> float:
        """Take from all of these, or from none: returns 0, or the seconds until there is enough in each."""

    async def charge(self, shares: Sequence[Share]) -> None:
        """Take what has been used already, whatever is left: a bucket may come to owe as much as it holds."""


@dataclass(slots=True)
class _Bucket:
    left: float
    at: float


class MemoryBuckets:
    """Buckets in the memory of this process. clock: seconds that never go back."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    def __len__(self) -> int:
        return len(self._buckets)

    async def wait(self, shares: Sequence[Share]) -> float:
        """Seconds until there is enough in each of these buckets. Nothing is taken, and none is made."""
        now = self._clock()
        return max((self._wait(share, now) for share in shares), default=0)

    async def spend(self, shares: Sequence[Share]) -> float:
        """Take from all of these, or from none: returns 0, or the seconds until there is enough in each."""
        wait = await self.wait(shares)
        if wait == 0:
            await self.charge(shares)
        return wait

    async def charge(self, shares: Sequence[Share]) -> None:
        """Take what has been used already, whatever is left."""
        now = self._clock()
        for share in shares:
            left = self._left(share, now) - share.cost
            self._buckets[share.key] = _Bucket(max(left, -share.rate.at_once), now)
            self._buckets.move_to_end(share.key)
        while len(self._buckets) > MOST_BUCKETS:
            self._buckets.popitem(last=False)

    def _wait(self, share: Share, now: float) -> float:
        missing = share.cost - self._left(share, now)
        return missing * 60 / share.rate.per_minute if missing > 0 else 0

    def _left(self, share: Share, now: float) -> float:
        bucket, rate = self._buckets.get(share.key), share.rate
        if bucket is None:
            return rate.at_once
        return min(rate.at_once, bucket.left + (now - bucket.at) * rate.per_minute / 60)
