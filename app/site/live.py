"""The live screens over HTTP and websocket: everything of Reflex that can be reached, and nothing else of it.

Their documents and scripts are served as built; only `/_event` goes on to Reflex, and only for people who are
signed in and come from a page of ours. Of Reflex's other doors (`/ping`, `/_upload`, …) none is open.
"""

import logging
from base64 import b64encode
from collections.abc import Iterable
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from app.city.brand import images
from app.city.city import City
from app.http.addresses import digest
from app.http.answers import PRIVATE
from app.http.brand import overrides
from app.http.built import CLIENT as CLIENT
from app.http.origin import is_from_us
from app.http.packed import Packed, pack
from app.http.portal import Portal
from app.http.replies import RETRY_SECONDS, TRY_LATER
from app.http.visit import preferred_locale
from app.kit.incidents import describe
from app.people.web import person_of_scope, sign_in_url
from app.routes import url
from i18n import N_, translator
from i18n.locales import SPOKEN

EVENT = "/_event"
FOR_EVER = "public, max-age=31536000, immutable"
"""For what never changes under its address."""
ASSETS = "/assets/"
DOCUMENTS = frozenset(
    url(name, locale=locale) for locale in SPOKEN for name in ("desk", "desk_request", "desk_alerts")
)
_WITHOUT_SLASH = {document.rstrip("/"): document for document in DOCUMENTS}

_MEDIA_TYPES = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8"}

_log = logging.getLogger(__name__)

_running: list[Portal] = []


def running_portal() -> Portal:
    """The portal that this process serves, for live screens. Raises IndexError if none has been opened."""
    return _running[-1]


def is_live_path(path: str) -> bool:
    """Whether a path belongs to the live screens."""
    return (
        path == EVENT or path.startswith((EVENT + "/", ASSETS)) or path in DOCUMENTS or path in _WITHOUT_SLASH
    )


def live_front(portal: Portal, reflex: ASGIApp) -> ASGIApp:
    """The live screens as one ASGI application. reflex: Reflex's own, which gets only events.

    Raises FileNotFoundError if the screens have not been built.
    """
    _running[:] = [portal]
    return LiveFront(portal, reflex, LivePages(CLIENT, portal.city))


class LivePages:
    """The built documents and assets of the live screens, read once: together less than a megabyte.

    client: the folder of Reflex's production build. Raises FileNotFoundError if it is not there.
    city: whose mark and colors they show.
    """

    def __init__(self, client: Path, city: City) -> None:
        self._documents: dict[str, Packed] = {}
        self._policies: dict[str, str] = {}
        for path in DOCUMENTS:
            file = client / path.strip("/") / "index.html"
            html = _branded(file.read_text(), city)
            self._documents[path] = pack(html.encode(), "text/html; charset=utf-8")
            self._policies[path] = security_policy(html)
        self._assets = {
            f"{ASSETS}{file.name}": _packed(file, _MEDIA_TYPES[file.suffix])
            for file in (client / "assets").iterdir()
            if file.suffix in _MEDIA_TYPES
        }

    def document(self, request: Request) -> Response:
        """A live screen's document, for a person who may have it."""
        path = request.scope["path"]
        headers = {"content-security-policy": self._policies[path]}
        return self._documents[path].answer(request, PRIVATE, headers=headers)

    def asset(self, request: Request) -> Response:
        """A script or stylesheet; its name changes with its content."""
        file = self._assets.get(request.scope["path"])
        return Response(status_code=404) if file is None else file.answer(request, FOR_EVER)


class LiveFront:
    """Decides what is answered with a file, what goes on to Reflex, and what does not exist."""

    def __init__(self, portal: Portal, reflex: ASGIApp, pages: LivePages) -> None:
        self._portal = portal
        self._reflex = reflex
        self._pages = pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection (ASGI 3)."""
        if scope["type"] == "websocket":
            if await self._may_listen(scope):
                await self._reflex(scope, receive, send)
            else:
                # Closed before it was accepted: the server answers 403 (ASGI, "Close - send event").
                await send({"type": "websocket.close", "code": 1008})
        elif scope["type"] == "http":
            response = await self._answer_or_wait(Request(scope))
            await response(scope, receive, send)
        else:
            await self._reflex(scope, receive, send)

    async def _may_listen(self, scope: Scope) -> bool:
        """Whether this is a signed-in person's browser on a page of ours: only then does Reflex hear of it."""
        if scope["path"].rstrip("/") != EVENT:
            return False
        if not is_from_us(scope, self._portal.settings.base_url):
            return False
        return await person_of_scope(self._portal, scope) is not None

    async def _answer_or_wait(self, request: Request) -> Response:
        """While it cannot be told who asks, nobody is sent away for good."""
        try:
            return await self._answer(request)
        except TRY_LATER as error:
            _log.error("a live page has to wait: %s", describe(error))
            t = translator(preferred_locale(request.headers.get("accept-language", "")))
            headers = {"retry-after": str(RETRY_SECONDS), "cache-control": PRIVATE}
            sentence = N_("Something went wrong on our side. Please try again in a minute.")
            return PlainTextResponse(t(sentence), 503, headers)

    async def _answer(self, request: Request) -> Response:
        path, query = request.scope["path"], request.scope["query_string"].decode("latin-1")
        if request.method not in ("GET", "HEAD"):
            return Response(status_code=405, headers={"allow": "GET, HEAD"})
        if path in _WITHOUT_SLASH:
            # A permanent one, but kept by nobody: where the desk is may change one day.
            return RedirectResponse(
                f"{_WITHOUT_SLASH[path]}?{query}".rstrip("?"), 308, {"cache-control": PRIVATE}
            )
        if path not in DOCUMENTS:
            return self._pages.asset(request)
        if await person_of_scope(self._portal, request.scope) is None:
            return RedirectResponse(sign_in_url(path, query), 303, {"cache-control": PRIVATE})
        return self._pages.document(request)


def _branded(html: str, city: City) -> str:
    """A document with the mark and the colors of a city."""
    icon = url("static", version=digest(images(city.folder)["icon.svg"]), file="icon.svg")
    link = f'<link rel="icon" href="{icon}" type="image/svg+xml">'
    return html.replace("<title>", f"{link}<style>{overrides(city.colors)}</style><title>", 1)


def _packed(file: Path, media_type: str) -> Packed:
    """A file of the build; Reflex has packed most of them already."""
    twin = file.with_name(f"{file.name}.br")
    return pack(file.read_bytes(), media_type, packed=twin.read_bytes() if twin.exists() else None)


# --- content security policy --------------------------------------------------------------------------------


def security_policy(html: str) -> str:
    """A policy (CSP 3) for a live document: its own inline scripts and styles by their hashes, and no `unsafe-`."""
    reader = _Inline()
    reader.feed(html)
    scripts, styles = _hashes(reader.found["script"]), _hashes(reader.found["style"])
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'self' {scripts}".rstrip(),
            f"style-src 'self' {styles}".rstrip(),
            "img-src 'self'",
            "connect-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    )


def _hashes(texts: Iterable[str]) -> str:
    return " ".join(
        sorted({f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'" for text in texts})
    )


class _Inline(HTMLParser):
    """Collects what stands inside <script> elements that have no `src`, and inside <style> elements."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, list[str]] = {"script": [], "style": []}
        self._inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._inside = tag if tag in self.found and "src" not in dict(attrs) else ""
        if self._inside:
            self.found[tag].append("")

    def handle_endtag(self, tag: str) -> None:
        self._inside = "" if tag == self._inside else self._inside

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.found[self._inside][-1] += data
