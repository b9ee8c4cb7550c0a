"""The outermost application: decides by path between the published site and the live screens."""

import asyncio
import logging
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Timer

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.http.portal import Portal, open_portal
from app.kit.incidents import describe
from app.settings import Settings
from app.site.live import is_live_path, live_front
from app.site.upkeep import keep_up

SECONDS_BETWEEN_LOOKS = 1.0
"""Of a process at whether its parent is still there."""
SECONDS_TO_END = 2.0
"""For what is under way then: somebody may be waiting to start the portal again."""

_log = logging.getLogger(__name__)


class Front:
    """One ASGI application for everything.

    The published site does not pass through Reflex's own layers: they would cost more time than the page.
    """

    def __init__(self, settings: Settings, reflex: ASGIApp, make_site: Callable[[Portal], ASGIApp]) -> None:
        """make_site: makes the published site of a portal."""
        self._settings = settings
        self._reflex = reflex
        self._make_site = make_site
        self._site: ASGIApp = _not_ready
        self._live: ASGIApp = _not_ready

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection (ASGI 3)."""
        if scope["type"] == "lifespan":
            await self._lifespan(scope, receive, send)
        elif is_live_path(scope["path"]):
            await self._live(scope, receive, send)
        else:
            await self._site(scope, receive, send)

    async def _lifespan(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Open the portal around Reflex's own life: photo workers belong to this event loop.

        A portal that could not start says so: the web server would go on without it, and answer.
        """
        started = False

        async def say(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "lifespan.startup.complete"
            await send(message)

        try:
            await self._live_on(scope, receive, say)
        except Exception as error:
            _log.error("the portal %s: %s", "failed" if started else "could not start", describe(error))
            if started:
                raise
            await send({"type": "lifespan.startup.failed"})

    async def _live_on(self, scope: Scope, receive: Receive, send: Send) -> None:
        with open_portal(self._settings) as portal, _told_to_leave(portal):
            self._site = self._make_site(portal)
            self._live = live_front(portal, self._reflex)
            besides = [asyncio.create_task(keep_up(portal)), asyncio.create_task(_end_with_parent())]

            async def say(message: Message) -> None:
                portal.readiness.started = message["type"] == "lifespan.startup.complete"
                await send(message)

            try:
                await self._reflex(scope, receive, say)
            finally:
                for task in besides:
                    task.cancel()


@contextmanager
def _told_to_leave(portal: Portal) -> Iterator[None]:
    """SIGUSR1 says that the end is near: from then on `/health/ready` says no (app/site/supervisor.py)."""

    def leave() -> None:
        portal.readiness.leaving = True

    loop = asyncio.get_running_loop()
    with suppress(
        NotImplementedError, RuntimeError, ValueError
    ):  # not the main thread: nobody sends signals there
        loop.add_signal_handler(signal.SIGUSR1, leave)
        # What was said while this process was starting has waited until now.
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGUSR1})
    yield


async def _end_with_parent() -> None:
    """Whoever started this process has been killed: what is left over would hold the port and the data folder."""
    parent = os.getppid()
    while os.getppid() == parent:
        await asyncio.sleep(SECONDS_BETWEEN_LOOKS)
    end = Timer(SECONDS_TO_END, os._exit, [1])
    end.daemon = True
    end.start()
    os.kill(os.getpid(), signal.SIGTERM)


async def _not_ready(scope: Scope, receive: Receive, send: Send) -> None:
    raise RuntimeError("the server has not started its lifespan")
