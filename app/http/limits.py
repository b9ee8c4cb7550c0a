"""How much one network may send and have done, so that one script cannot bury the desk or fill the disk.

What is counted is what really comes and what it really costs: requests, bytes as they arrive, processor time. It is
counted three times: for the network, for the wider network that one person can rent, and for everybody together.

The numbers are meant never to meet a person. Everybody at a community event, in a shelter or behind a mobile
carrier may share one address, so they allow for a hall full of people who all report at the same moment; and
whoever does meet them loses nothing: a device waits as long as `Retry-After` says and goes on by itself.
"""

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic

from starlette.requests import Request

from app.http.buckets import Buckets, MemoryBuckets, Rate, Share
from app.kit.networks import network_of_address, wider_network

UNKNOWN = "unknown"
"""The network of those who come without an address, as through a Unix socket: they all share it."""


@dataclass(frozen=True)
class Rates:
    """Of one kind, counted three times.

    network: an IPv4 address or half of an IPv6 one (`network_of`); wider: 256 IPv4 addresses or an IPv6 /48
    (`wider_network`); in_all: everybody together.
    """

    network: Rate
    wider: Rate
    in_all: Rate


# `network` is a hall full of people. `wider` is three such halls at one moment, then ten times as much: a carrier has
# so many customers in a city, a person who rents 65,536 networks is one. What is only looked at may be ten times as
# much at one moment, too: it fills no disk and no desk. `in_all` is what one process can take.
_WORDS = Rates(
    # A hall of 120 people at one moment, or 840 reports in the first hour; the desk reads far fewer.
    Rate(at_once=120, per_minute=12),
    Rate(at_once=360, per_minute=120),
    # An earthquake: every second person of a city of 650,000 reports something within half an hour, 200 a second.
    # That is as much as one process of ours can take, so the storm of real people never meets it.
    Rate(at_once=30_000, per_minute=12_000),
)
_LOOKS = Rates(
    Rate(at_once=480, per_minute=60),
    Rate(at_once=4_800, per_minute=600),
    # 2,000 a second and more is beyond what one process answers; so with places and maps.
    Rate(at_once=240_000, per_minute=120_000),
)

RATES = {
    "report": _WORDS,
    # Comments, "fixed": as many.
    "change": _WORDS,
    "sign_in": Rates(
        # An office in which everybody begins at eight, on computers that have never been used here.
        Rate(at_once=120, per_minute=12),
        Rate(at_once=360, per_minute=120),
        # 2,000 people of a city's staff within a quarter of an hour are 140 a minute. Two passwords can be looked at
        # at once, 30 a second; known devices are not counted.
        Rate(at_once=1_200, per_minute=600),
    ),
    "upload": Rates(
        # Steps of 64 KiB: 120 reports with five photos of 200 kB each are 2,400, twice that for bad connections;
        # then 600 a minute, 40 MB, which is more than such a network usually carries.
        Rate(at_once=4_800, per_minute=600),
        Rate(at_once=14_400, per_minute=6_000),
        # 64 MB a second is half of what a line of a gigabit carries.
        Rate(at_once=240_000, per_minute=60_000),
    ),
    "form": Rates(
        # The same for forms without script, whose photos come as the camera made them: 100 people with 6 MB each.
        Rate(at_once=9_600, per_minute=1_200),
        Rate(at_once=28_800, per_minute=6_000),
        Rate(at_once=240_000, per_minute=60_000),
    ),
    # Looks at what is near a place: for each of those reports the pin is moved a few times.
    "near": _LOOKS,
    # A phone asks about 50 reports at a time, once a day; whoever opens My requests asks again.
    "standing": _LOOKS,
    "places": Rates(
        # A look-up for every few letters somebody types, by a hall of people at once.
        Rate(at_once=2_400, per_minute=1_200),
        Rate(at_once=24_000, per_minute=12_000),
        Rate(at_once=240_000, per_minute=120_000),
    ),
    "map": Rates(
        # Tiles and pictures of the map: 120 people who each open it and move it about are 40 tiles each. Most come
        # from the disk; one that must be drawn takes 20 ms.
        Rate(at_once=4_800, per_minute=1_200),
        Rate(at_once=48_000, per_minute=12_000),
        Rate(at_once=480_000, per_minute=240_000),
    ),
    "work": Rates(
        # Seconds of a processor: all those tiles drawn anew are 96, two look-ups for each of 120 people 5, and 600
        # small photos 60; then half of a processor, for what nobody else has asked for before.
        Rate(at_once=300, per_minute=30),
        Rate(at_once=900, per_minute=120),
        # A hundred processors.
        Rate(at_once=6_000, per_minute=6_000),
    ),
}
"""What may come, by kind."""

FOLLOWERS = Rate(at_once=5, per_minute=5 / (24 * 60))
"""Of one request that are counted: a household in a day. Everybody else in the hall follows it, too."""
FOLLOWERS_WIDER = Rate(at_once=20, per_minute=20 / (24 * 60))

HEAVY = frozenset(("upload", "near", "places", "map"))
"""What waits when a network has used its processor time up. The words of a report never wait for that."""


class TooMuch(Exception):
    """More has come from a network than it may send at once. seconds: to wait."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self.seconds = seconds


class Limits:
    """What networks may still send, by kind. buckets: where that is counted."""

    def __init__(self, buckets: Buckets | None = None, *, clock: Callable[[], float] = monotonic) -> None:
        self._buckets: Buckets = MemoryBuckets(clock) if buckets is None else buckets

    async def spend(self, kind: str, network: str, *, count: float = 1) -> float:
        """Take from what this network may still send; returns 0, or the seconds to wait if it is too little.

        kind: a name in RATES; network: see `network_of`.
        """
        return await self._buckets.spend(_shares(kind, network, count))

    async def wait(self, kind: str, network: str, *, count: float = 1) -> float:
        """Seconds until this network may send so much, 0 if it may now. Nothing is taken."""
        return await self._buckets.wait(_shares(kind, network, count))

    async def charge(self, kind: str, network: str, count: float) -> None:
        """Take what has been used already, whatever is left; the next one waits for it."""
        await self._buckets.charge(_shares(kind, network, count))

    async def counts_as_follower(self, reference: str, network: str) -> bool:
        """Whether one more follower of a request from this network is counted."""
        shares = [
            Share(f"follow {reference} {network}", 1, FOLLOWERS),
            Share(f"follow {reference} near {wider_network(network)}", 1, FOLLOWERS_WIDER),
        ]
        return await self._buckets.spend(shares) == 0


def stop_after(wait: float) -> None:
    """Raises TooMuch if there is anything to wait for. wait: in seconds."""
    if wait > 0:
        raise TooMuch(wait)


def network_of(request: Request) -> str:
    """The network a request comes from, see `network_of_address`.

    Behind a proxy that the settings do not count (`trusted_proxies`) that is the proxy, for everybody.
    """
    return network_of_address(request.client.host if request.client else "") or UNKNOWN


def _shares(kind: str, network: str, count: float) -> list[Share]:
    rates = RATES[kind]
    return [
        Share(f"{kind} {network}", count, rates.network),
        Share(f"{kind} near {wider_network(network)}", count, rates.wider),
        Share(kind, count, rates.in_all),
    ]
