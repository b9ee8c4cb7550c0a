"""The way from a phone to the portal, which can be cut and can lose answers."""

import re
import socket
from contextlib import suppress
from threading import Event, Lock, Thread
from urllib.parse import urlsplit

_ASKED = re.compile(rb"([A-Z]+) (/\S*) HTTP/1\.1\r\n")
_CHUNK = 65536


class Link:
    """An address of its own for a portal that runs. Browsers keep things by address, so each begins with nothing.

    asked: method and path of every request. lose: requests of these methods reach the portal, but their answers are
    lost and their connections end.
    """

    def __init__(self, portal: str) -> None:
        self._portal = ("127.0.0.1", urlsplit(portal).port or 80)
        self._lock = Lock()
        self._ends: set[socket.socket] = set()
        self.port = 0
        self.asked: list[tuple[str, str]] = []
        self.lose: set[str] = set()
        self.mend()
        self.url = f"http://127.0.0.1:{self.port}"

    def mend(self) -> None:
        """Take connections, always at the same address."""
        self._listener = socket.create_server(("127.0.0.1", self.port))
        self.port = self._listener.getsockname()[1]
        Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def cut(self) -> None:
        """As if the portal were not there: connections end, and no other is taken."""
        self._let_go(self._listener)
        with self._lock:
            ends = list(self._ends)
        self._let_go(*ends)

    def count(self, method: str, path: str) -> int:
        """How many requests of a method there were, to paths that a pattern fits."""
        return sum(asked == method and bool(re.fullmatch(path, to)) for asked, to in list(self.asked))

    def _accept(self, listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                near, _ = listener.accept()
                far = socket.create_connection(self._portal)
                with self._lock:
                    self._ends |= {near, far}
                lost = Event()
                Thread(target=self._ask, args=(near, far, lost), daemon=True).start()
                Thread(target=self._answer, args=(near, far, lost), daemon=True).start()

    def _ask(self, near: socket.socket, far: socket.socket, lost: Event) -> None:
        with suppress(OSError):
            while chunk := near.recv(_CHUNK):
                if found := _ASKED.match(chunk):
                    method, path = found[1].decode(), found[2].decode()
                    self.asked.append((method, path))
                    if method in self.lose:
                        lost.set()
                far.sendall(chunk)
        self._let_go(near, far)

    def _answer(self, near: socket.socket, far: socket.socket, lost: Event) -> None:
        with suppress(OSError):
            while (chunk := far.recv(_CHUNK)) and not lost.is_set():
                near.sendall(chunk)
        self._let_go(near, far)

    def _let_go(self, *ends: socket.socket) -> None:
        for end in ends:
            with suppress(OSError):
                # Closing alone would not wake who waits for it in another thread.
                end.shutdown(socket.SHUT_RDWR)
            end.close()
        with self._lock:
            self._ends.difference_update(ends)
