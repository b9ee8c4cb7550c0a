"""Counts what comes before it is worked on, and says no when one network has sent too much (app/http/limits.py)."""

import math
from dataclasses import replace
from functools import wraps

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message

from app.http.answers import problem
from app.http.limits import HEAVY, RATES, Limits, TooMuch, network_of, stop_after
from app.http.replies import media_type, refusal
from app.http.route import Handler
from app.http.spooled import PortalRequest
from app.http.visit import Visit
from app.kit.meter import measuring
from i18n import N_

STEP_BYTES = 64 * 1024


def limited(kind: str, handler: Handler) -> Handler:
    """The handler, behind this limit. kind: a name in RATES."""

    @wraps(handler)
    async def guarded(visit: Visit) -> Response:
        limits, network, wait = visit.portal.limits, network_of(visit.request), 0.0
        if kind == "upload":
            # Whoever would be stopped half-way is spared the way there.
            most = RATES[kind].network.at_once
            wait = await limits.wait(kind, network, count=min(_announced(visit.request), most))
        wait = wait or await limits.spend(kind, network)
        if wait == 0 and kind in HEAVY:
            wait = await limits.wait("work", network, count=0)
        return too_many(visit, wait) if wait > 0 else await counted(visit, handler)

    return guarded


async def counted(visit: Visit, handler: Handler) -> Response:
    """Answer, and count the bytes that come and the processor time it takes."""
    limits, network = visit.portal.limits, network_of(visit.request)
    body = _Body(limits, visit.request, network)
    with measuring() as meter:
        try:
            await body.check_announced()
            request = PortalRequest(visit.request.scope, body.receive, visit.portal.incoming)
            return await handler(replace(visit, request=request))
        except TooMuch as error:
            return too_many(visit, error.seconds)
        finally:
            await limits.charge("work", network, meter.seconds)


class _Body:
    """Counts the bytes of a request as they come, whatever it says about their number.

    The first step is free, for the request itself has been counted: no words wait for somebody else's photos.
    """

    def __init__(self, limits: Limits, request: Request, network: str) -> None:
        self._limits, self._request, self._network = limits, request, network
        self._kind = "form" if media_type(request) == "multipart/form-data" else "upload"
        self._paid, self._bytes = 1, 0

    async def check_announced(self) -> None:
        """Refuse what says itself that it is too much. Raises TooMuch."""
        missing = min(_announced(self._request) - self._paid, RATES[self._kind].network.at_once)
        if missing > 0:
            stop_after(await self._limits.wait(self._kind, self._network, count=missing))

    async def receive(self) -> Message:
        """The next message (ASGI). Raises TooMuch if the network has sent too much by now."""
        message = await self._request.receive()
        self._bytes += len(message.get("body", b""))
        steps = math.ceil(self._bytes / STEP_BYTES)
        if steps > self._paid:
            stop_after(await self._limits.spend(self._kind, self._network, count=steps - self._paid))
            self._paid = steps
        return message


def _announced(request: Request) -> int:
    """How many steps of 64 KiB a request brings, as far as it says so."""
    length = request.headers.get("content-length", "")
    return math.ceil(int(length) / STEP_BYTES) if length.isdecimal() and len(length) < 12 else 0


def too_many(visit: Visit, wait: float) -> Response:
    """Say that a lot has come, and when to come again. wait: in seconds."""
    headers = {"retry-after": str(math.ceil(wait))}
    if "text/html" not in visit.request.headers.get("accept", ""):
        message = N_("A lot is coming from your network right now. Please wait a minute and send it again.")
        return refusal(visit, 429, "too_many", message, headers=headers)
    page = problem(
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
