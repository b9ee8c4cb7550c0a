"""A last slash too many or too few: people lose them when they copy an address, and still arrive."""

from urllib.parse import quote

from starlette.responses import RedirectResponse
from starlette.routing import Match, Router
from starlette.types import ASGIApp, Receive, Scope, Send

from app.http.answers import PRIVATE


class Slashes:
    """Takes the place of a router's own redirects, which name a host and a scheme.

    Those come from the request: behind a proxy they can be wrong, and a private link would cross the network in
    clear. The address alone is enough (RFC 9110 §10.2.2), and nobody keeps it.
    """

    def __init__(self, router: Router) -> None:
        router.redirect_slashes = False
        self._routes = router.routes
        self._not_found: ASGIApp = router.default

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve what no route knows (ASGI 3)."""
        path = scope["path"]
        other = path.rstrip("/") if path.endswith("/") else f"{path}/"
        if scope["type"] != "http" or not self._is_known({**scope, "path": other}):
            await self._not_found(scope, receive, send)
            return
        query = scope["query_string"].decode("latin-1")
        address = quote(other, safe="/:@!$&'()*+,;=~")
        answer = RedirectResponse(f"{address}?{query}" if query else address, 307, {"cache-control": PRIVATE})
        await answer(scope, receive, send)

    def _is_known(self, scope: Scope) -> bool:
        return any(route.matches(scope)[0] is not Match.NONE for route in self._routes)
