"""What goes over the wire, as the browser's own network log (CDP `Network`) counts it."""

import time
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page


@dataclass
class Exchange:
    """One request and its answer. up, down: bytes with their headers. depth: round trips until its answer."""

    method: str
    url: str
    depth: int
    up: int = 0
    down: int = 0
    protocol: str = ""


class Wire:
    """Counts from now on what a page sends and receives."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._exchanges: dict[str, Exchange] = {}
        session = page.context.new_cdp_session(page)
        session.on("Network.requestWillBeSent", self._asked)
        session.on("Network.requestWillBeSentExtraInfo", self._headers_sent)
        session.on("Network.responseReceived", self._answered)
        session.on("Network.loadingFinished", self._finished)
        session.send("Network.enable")

    @property
    def exchanges(self) -> list[Exchange]:
        """All that went over the wire, in order; what came from memory is left out."""
        return [exchange for exchange in self._exchanges.values() if exchange.url.startswith("http")]

    @property
    def up(self) -> int:
        """Bytes that the browser has sent, headers included."""
        return sum(exchange.up for exchange in self.exchanges)

    @property
    def down(self) -> int:
        """Bytes that the browser has received, headers included."""
        return sum(exchange.down for exchange in self.exchanges)

    def of(self, method: str, end: str = "") -> list[Exchange]:
        """Exchanges with this method whose address ends like this."""
        return [one for one in self.exchanges if one.method == method and one.url.endswith(end)]

    def wait_for(self, end: str, seconds: float = 10) -> None:
        """Wait until something whose address ends like this has come whole; Playwright tells nothing of an icon."""
        deadline = time.monotonic() + seconds
        while not any(one.url.endswith(end) and one.down for one in self.exchanges):
            assert time.monotonic() < deadline, f"{end} was not fetched:\n{self}"
            # Unlike time.sleep, it lets the browser's events in.
            self._page.wait_for_timeout(20)

    def __str__(self) -> str:
        lines = (f"{one.depth} {one.method} {one.url} up {one.up} down {one.down}" for one in self.exchanges)
        return "\n".join(lines)

    def _asked(self, event: dict[str, Any]) -> None:
        request, cause = event["request"], event["initiator"].get("url", "")
        # What the browser asks for by itself, as the icon, it knows from the document.
        found = 0 if event.get("type") == "Document" else 1
        # Headers may be told of before their request: such an exchange has no address yet, and causes nothing.
        causes = (one.depth for one in self._exchanges.values() if cause and one.url == cause)
        before = next(causes, found)
        exchange = self._exchanges.setdefault(
            event["requestId"], Exchange(request["method"], request["url"], 0)
        )
        exchange.method, exchange.url, exchange.depth = request["method"], request["url"], before + 1

    def _headers_sent(self, event: dict[str, Any]) -> None:
        """The headers as they are on the wire, HTTP/1.1; Content-Length says how large the body is."""
        headers = {name.lower(): value for name, value in event["headers"].items()}
        exchange = self._exchanges.setdefault(event["requestId"], Exchange("", "", 0))
        path = exchange.url.partition("://")[2].partition("/")[2]
        line = len(f"{exchange.method} /{path} HTTP/1.1\r\n\r\n")
        exchange.up += line + sum(len(f"{name}: {value}\r\n".encode()) for name, value in headers.items())
        exchange.up += int(headers.get("content-length", 0))

    def _answered(self, event: dict[str, Any]) -> None:
        self._exchanges[event["requestId"]].protocol = event["response"].get("protocol", "")

    def _finished(self, event: dict[str, Any]) -> None:
        self._exchanges[event["requestId"]].down += int(event["encodedDataLength"])
