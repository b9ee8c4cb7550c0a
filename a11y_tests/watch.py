"""Sees everything that a browser context asks for and complains about, and every page it is sent."""

import hashlib
from collections.abc import Iterable
from contextlib import suppress
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

from playwright.sync_api import BrowserContext, ConsoleMessage, Error, Page, Request, Response, WebError

from a11y_tests.page_rules import faults_of_document
from a11y_tests.validator import faults_of_html
from i18n.locales import DEFAULT_LOCALE, LOCALES

# A request that is given up because the person goes on to another page is no fault.
_GIVEN_UP = ("net::ERR_ABORTED", "NS_BINDING_ABORTED")


class Watch:
    """Collects what no page may do; `faults` says it at the end of a test.

    origin: of the portal; nothing else may be asked for. forgiven: words of what a test brings about on purpose,
    such as `net::ERR_INTERNET_DISCONNECTED`.
    """

    _known: set[str] = set()  # pages that were found right before; they are checked once in a session
    _all: "WeakKeyDictionary[BrowserContext, Watch]" = WeakKeyDictionary()

    def __init__(self, context: BrowserContext, origin: str, forgiven: tuple[str, ...] = ()) -> None:
        self._origin = origin
        self._faults: list[str] = []
        self._documents: list[tuple[str, str]] = []
        self._forgiven = forgiven
        self._all[context] = self
        context.on("request", self._request)
        context.on("requestfinished", self._finished)
        context.on("requestfailed", self._failed)
        context.on("response", self._response)
        context.on("console", self._console)
        context.on("weberror", self._error)

    @classmethod
    def of(cls, context: BrowserContext) -> "Watch":
        """The one that watches this context."""
        return cls._all[context]

    def note(self, where: str, faults: Iterable[str]) -> None:
        """Add what somebody else has found wrong, so that one run says all of it."""
        self._faults += [f"{where}: {fault}" for fault in faults]

    def faults(self, blank: Page) -> list[str]:
        """Everything that was wrong. blank: a page of nobody, to parse in."""
        found = self.complaints()
        for path, html in self._documents:
            key = hashlib.sha256(html.encode()).hexdigest()
            if key not in self._known:
                faults = [*faults_of_document(blank, html, _locale(path)), *faults_of_html(html)]
                found += [f"{path}: {fault}" for fault in faults]
                if not faults:
                    self._known.add(key)
        return list(dict.fromkeys(found))

    def complaints(self) -> list[str]:
        """The same of what pages did only; what they consist of is not looked at."""
        return [fault for fault in self._faults if not any(words in fault for words in self._forgiven)]

    def _request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in ("blob", "data") and f"{parts.scheme}://{parts.netloc}" != self._origin:
            self._faults.append(f"asked somebody else: {request.url}")

    def _finished(self, request: Request) -> None:
        # Only of these: whose request it was, as the service worker's, may be gone already.
        response = request.response() if request.resource_type == "document" else None
        if response is None or 300 <= response.status < 400:
            return
        if "text/html" in response.headers.get("content-type", ""):
            with suppress(Error):  # The person has gone on already, and the browser has forgotten the page.
                self._documents.append((urlsplit(request.url).path, response.text()))

    def _failed(self, request: Request) -> None:
        if request.failure not in _GIVEN_UP:
            self._faults.append(f"{request.method} {request.url} failed: {request.failure}")

    def _response(self, response: Response) -> None:
        if response.status >= 400 and not _is_document(response.request):
            self._faults.append(f"{response.request.method} {response.url}: {response.status}")

    def _console(self, message: ConsoleMessage) -> None:
        # Statuses and failures are seen above, with the request they belong to.
        if message.type in ("error", "warning") and not message.text.startswith("Failed to load resource"):
            self._faults.append(f"the console says: {message.text}")

    def _error(self, error: WebError) -> None:
        self._faults.append(f"a script failed: {error.error}")


def _is_document(request: Request) -> bool:
    """Whether it asks for a page; the service worker's own request for one bears another type."""
    return request.resource_type == "document" or "upgrade-insecure-requests" in request.headers


def _locale(path: str) -> str:
    first = path.split("/")[1]
    return first if first in LOCALES else DEFAULT_LOCALE
