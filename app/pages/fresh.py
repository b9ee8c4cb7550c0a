"""The published site for those who change it."""

import logging

from starlette.types import ASGIApp, Receive, Scope, Send

from app.http.portal import Portal
from app.pages.published import published, published_anew, sources
from app.site.site import site

_log = logging.getLogger(__name__)


class FreshSite:
    """A page of which a file has changed is there at the next request.

    While a file cannot be published, the pages stay as they were, and one line in the log says why.
    """

    def __init__(self, portal: Portal) -> None:
        self._portal = portal
        self._sources = sources()
        self._site: ASGIApp = site(portal, published(workshop=True))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection (ASGI 3)."""
        self._look()
        await self._site(scope, receive, send)

    def _look(self) -> None:
        now = sources()
        if now == self._sources:
            return
        self._sources = now
        try:
            self._site = site(self._portal, published_anew())
        except Exception as error:
            # Of files of the portal, never of anybody's words.
            _log.error("the pages stay as they were: %s: %s", type(error).__name__, error)
