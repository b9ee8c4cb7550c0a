"""Stands between a phone and the portal, and does what bad connections do."""

import re
import socket
import struct
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from random import Random
from threading import Event, Lock, Thread
from typing import Literal

from a11y_tests.server import PortalServer, another_visitor

What = Literal["drop", "lose", "cut", "hold", "portal"]
"""What may happen to one request.

drop: the portal gets it and answers, and the answer is lost. lose: the portal never gets it.
cut: the portal gets half of its body. hold: it waits in between until `release`, then it is lost.
portal: somebody else answers 200 with a page to sign in, as networks of hotels do.
"""

TEXTS = r"^/requests/[\w-]*$"
PHOTOS = r"^/requests/[\w-]+/photos/"
"""Where the phone sends to (app/routes.py)."""
SIGN_IN = b"<!doctype html><title>Welcome</title><h1>Sign in to use this network</h1>"
_PIECE = 2048


@dataclass(frozen=True)
class Link:
    """How bad a connection is. resets: how likely the next 2 KiB break it; the same seed breaks the same ones."""

    bytes_per_second: int
    latency: float
    resets: float = 0
    seed: int = 1


@dataclass(frozen=True)
class Asked:
    """A request that has reached the proxy. offset: of an upload's step. length: bytes of its body.

    had: bytes of this upload that the portal had taken already.
    """

    method: str
    path: str
    length: int
    offset: int
    had: int


@dataclass
class _Fault:
    method: str
    path: re.Pattern[str]
    what: What
    passing: int
    times: float
    then: Callable[[], object]


class FaultProxy:
    """One address for a phone, whatever stands behind it.

    portal: where requests go; may be another one later. away: nobody answers. origin: what the phone calls it, if it was
    told on which port that is.
    """

    def __init__(self, portal: PortalServer, *, origin: str = "") -> None:
        self.portal = portal
        self.visitor = another_visitor()
        self.away = False
        self.link: Link | None = None
        self.asked: list[Asked] = []
        self.arrived: Counter[str] = Counter()
        """Bytes of each upload that the portal has taken, by path, whether or not anybody heard of it."""
        self.resets = 0
        self.held = Event()
        self._released = Event()
        self._faults: list[_Fault] = []
        self._lock, self._wire = Lock(), Lock()
        self._chance = Random()
        self._server = _Server(("127.0.0.1", 0), type("Handler", (_Handler,), {"proxy": self}))
        self.port = int(self._server.server_port)
        self.url = origin or f"http://127.0.0.1:{self.port}"
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()

    def fault(
        self,
        what: What,
        method: str = "",
        path: str = "",
        *,
        after: int = 0,
        times: float = 1,
        then: Callable[[], object] = lambda: None,
    ) -> None:
        """Do something to the next requests with this method whose path fits.

        after: how many of these pass first. then: called when it has happened, before anybody hears of it.
        """
        self._faults.append(_Fault(method, re.compile(path), what, after, times, then))

    def worsen(self, link: Link) -> None:
        """From now on the connection is like this."""
        self._chance, self.link = Random(link.seed), link

    def mend(self) -> None:
        """From now on everything gets through."""
        self.forget()
        self.link = None
        self.release()

    def forget(self) -> None:
        """Nothing happens to what comes from now on; what is held stays so."""
        self._faults.clear()

    def release(self) -> None:
        """Let go of what is held."""
        self._released.set()

    def of(self, method: str, path: str = "") -> list[Asked]:
        """Requests with this method whose path fits, in their order."""
        return [one for one in self.asked if one.method == method and re.search(path, one.path)]

    def close(self) -> None:
        """Give up the address."""
        self.away = True
        self.release()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    # --- for the handler --------------------------------------------------------------------------------------

    def note(self, asked: Asked) -> _Fault | None:
        """Note a request, and say what is to happen to it."""
        with self._lock:
            self.asked.append(asked)
            for fault in self._faults:
                if fault.method not in ("", asked.method) or not fault.path.search(asked.path):
                    continue
                if fault.passing:
                    fault.passing -= 1
                elif fault.times:
                    fault.times -= 1
                    return fault
        return None

    def pass_on(self, size: int) -> None:
        """Take the time that some bytes take. Raises ConnectionResetError when chance says so."""
        if self.link is None:
            return
        for _ in range(0, size, _PIECE):
            with self._wire:
                # One wire for all, as in the air.
                time.sleep(min(size, _PIECE) / self.link.bytes_per_second)
                if self._chance.random() < self.link.resets:
                    self.resets += 1
                    raise ConnectionResetError

    def wait(self) -> None:
        """Hold a request until somebody lets go."""
        self.held.set()
        self._released.wait(60)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def handle_error(self, request: object, client_address: object) -> None:
        """A connection that breaks is what this is about."""


class _Handler(BaseHTTPRequestHandler):
    proxy: FaultProxy
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, format: str, *args: object) -> None:
        pass

    def _handle(self) -> None:
        try:
            self._pass()
        except (OSError, RuntimeError):
            self._reset()

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = _handle  # noqa: N815 - their names there

    def _pass(self) -> None:
        proxy = self.proxy
        if proxy.away:
            raise ConnectionResetError
        if proxy.link:
            time.sleep(proxy.link.latency)
        length = int(self.headers.get("Content-Length") or 0)
        body = bytearray()
        while len(body) < length:
            piece = self.rfile.read(min(_PIECE, length - len(body)))
            if not piece:
                raise ConnectionResetError
            proxy.pass_on(len(piece))
            body += piece
        offset = int(self.headers.get("Upload-Offset") or 0)
        fault = proxy.note(Asked(self.command, self.path, length, offset, proxy.arrived[self.path]))
        if fault:
            self._suffer(fault, bytes(body))
        else:
            self._answer(*self._forwarded(bytes(body)))

    def _suffer(self, fault: _Fault, body: bytes) -> None:
        if fault.what == "portal":
            self._answer(200, [("Content-Type", "text/html")], SIGN_IN)
            return
        if fault.what == "drop":
            self._forwarded(body)
        if fault.what == "cut":
            self._forward_half(body)
        fault.then()
        if fault.what == "hold":
            self.proxy.wait()
        raise ConnectionResetError

    def _forwarded(self, body: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
        connection = HTTPConnection("127.0.0.1", self.proxy.portal.port, timeout=30)
        try:
            headers = {name: value for name, value in self.headers.items() if name.lower() != "connection"}
            headers |= self.proxy.visitor
            connection.request(self.command, self.path, body or None, headers)
            response: HTTPResponse = connection.getresponse()
            if self.command == "PATCH" and response.status < 300:
                self.proxy.arrived[self.path] += len(body)
            hop = ("connection", "transfer-encoding", "keep-alive")
            kept = [(name, value) for name, value in response.getheaders() if name.lower() not in hop]
            return response.status, kept, response.read()
        finally:
            connection.close()

    def _forward_half(self, body: bytes) -> None:
        """As a proxy before the portal would see a phone that goes into a tunnel."""
        head = f"{self.requestline}\r\n{self.headers}".replace("\r\n", "\n").replace("\n", "\r\n").encode()
        with socket.create_connection(("127.0.0.1", self.proxy.portal.port)) as upstream:
            upstream.sendall(head + body[: len(body) // 2])

    def _answer(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        self.send_response_only(status)
        for name, value in headers:
            if name.lower() != "content-length":
                self.send_header(name, value)
        empty = status in (204, 304)
        if not empty:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if empty or self.command == "HEAD":
            return
        for start in range(0, len(body), _PIECE):
            piece = body[start : start + _PIECE]
            self.proxy.pass_on(len(piece))
            self.wfile.write(piece)

    def _reset(self) -> None:
        """End the connection as a dead spot does, without a goodbye."""
        self.close_connection = True
        try:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
        except OSError:
            pass
