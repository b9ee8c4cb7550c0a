"""How much one network may send, so that one script cannot bury the desk or fill the disk.

The numbers are meant never to meet a person. Everybody at a community event, in a shelter or behind a mobile
carrier may share one address, so they allow for a hall full of people who all report at the same moment; and
whoever does meet them loses nothing: a device waits as long as `Retry-After` says and goes on by itself.
"""

import math
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import wraps
from ipaddress import IPv4Address, ip_address, ip_network
from time import monotonic

from starlette.requests import Request
from starlette.responses import Response

from app.web.replies import refusal
from app.web.visit import Visit
from i18n import N_

Handler = Callable[[Visit], Awaitable[Response]]

STEP_BYTES = 64 * 1024
MOST_NETWORKS = 20_000
"""Remembered at once; beyond that, the network that was quiet the longest is forgotten."""


@dataclass(frozen=True)
class Rate:
    """at_once: how many may come in one moment; per_minute: how many more after that."""

    at_once: int
    per_minute: float


RATES = {
    # A hall of 120 people at one moment, or 840 reports in the first hour; the desk reads far fewer.
    "report": Rate(at_once=120, per_minute=12),
    # Comments, "fixed", sign-in: as many.
    "change": Rate(at_once=120, per_minute=12),
    # Steps of 64 KiB: 120 reports with five photos of 200 kB each are 2,400, twice that for bad connections;
    # then 600 a minute, 40 MB, which is more than such a network usually carries.
    "upload": Rate(at_once=4_800, per_minute=600),
    # Looks at what is near a place: for each of those reports the pin is moved a few times.
    "near": Rate(at_once=480, per_minute=60),
    # A phone asks about 50 reports at a time, once a day; whoever opens My requests asks again.
    "standing": Rate(at_once=480, per_minute=60),
    # A look-up for every few letters somebody types, by a hall of people at once.
    "places": Rate(at_once=2_400, per_minute=1_200),
    # Tiles and pictures of the map: 120 people who each open it and move it about are 40 tiles each. Most come from
    # the disk; one that must be drawn takes 20 ms.
    "map": Rate(at_once=4_800, per_minute=1_200),
}


@dataclass
class _Bucket:
    left: float
    at: float


class Limits:
    """Counts in the memory of this process, by kind and network. clock: seconds that never go back."""

    def __init__(self, *, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._buckets: OrderedDict[tuple[str, str], _Bucket] = OrderedDict()

    def take(self, kind: str, network: str | None, *, count: int = 1) -> float:
        """Take from what this network may still send; returns 0, or the seconds to wait if it is too little.

        kind: a name in RATES; network: see `network_of`, None is not limited.
        """
        if network is None:
            return 0
        rate, now = RATES[kind], self._clock()
        bucket = self._buckets.setdefault((kind, network), _Bucket(rate.at_once, now))
        self._buckets.move_to_end((kind, network))
        if len(self._buckets) > MOST_NETWORKS:
            self._buckets.popitem(last=False)
        bucket.left = min(rate.at_once, bucket.left + (now - bucket.at) * rate.per_minute / 60)
        bucket.at = now
        if bucket.left < count:
            return (count - bucket.left) * 60 / rate.per_minute
        bucket.left -= count
        return 0

    def guard(self, kind: str, handler: Handler, *, looks: bool = False) -> Handler:
        """The handler, behind this limit. looks: whether reading (GET, HEAD) is counted, too."""

        @wraps(handler)
        async def limited(visit: Visit) -> Response:
            request = visit.request
            if request.method in ("GET", "HEAD") and not looks:
                return await handler(visit)
            wait = self.take(kind, network_of(request), count=_steps(request) if kind == "upload" else 1)
            return await handler(visit) if wait == 0 else _too_many(visit, math.ceil(wait))

        return limited


def network_of(request: Request) -> str | None:
    """The network a request comes from: an IPv4 address, or the first half of an IPv6 address, which one
    connection has to itself.

    None if that cannot be told: from this very machine, or through a proxy that the settings do not count
    (`trusted_proxies`). Then everybody would look the same, and nobody could report.
    """
    if request.client is None:
        return None
    try:
        address = ip_address(request.client.host)
    except ValueError:
        return None
    if address.is_loopback or (address.is_private and "x-forwarded-for" in request.headers):
        return None
    if isinstance(address, IPv4Address):
        return str(address)
    return str(address.ipv4_mapped or ip_network((address, 64), strict=False))


def _steps(request: Request) -> int:
    """How many steps of 64 KiB a request brings, as far as it says so."""
    length = request.headers.get("content-length", "")
    return max(1, math.ceil(int(length) / STEP_BYTES)) if length.isdecimal() and len(length) < 8 else 1


def _too_many(visit: Visit, seconds: int) -> Response:
    headers = {"retry-after": str(seconds)}
    if "text/html" not in visit.request.headers.get("accept", ""):
        message = N_("A lot is coming from your network right now. Please wait a minute and send it again.")
        return refusal(visit, 429, "too_many", message, headers=headers)
    page = visit.pages.problem(
        visit,
        N_("Please wait a minute"),
        N_(
            "A lot is coming from your network right now. Wait a minute, go back, and send it again. "
            "What you wrote is still there."
        ),
        status=429,
    )
    page.headers.update(headers)
    return page
