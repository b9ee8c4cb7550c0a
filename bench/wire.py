"""A relay between a browser and a server on this machine that counts every byte, whoever sends it."""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock, Thread

CHUNK = 65_536
Counter = Callable[[bytes], None]


class Wire:
    """Counts what goes up (browser to server) and down: TCP's payload, so headers are in it and TLS is not."""

    def __init__(self, port: int) -> None:
        self._target = port
        self._lock = Lock()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.reset()
        Thread(target=self._accept, daemon=True).start()

    def reset(self) -> None:
        """Begin to count anew."""
        with self._lock:
            self.up = self.down = 0

    def close(self) -> None:
        """Take no more connections."""
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                browser, _ = self._listener.accept()
            except OSError:
                return
            server = socket.create_connection(("127.0.0.1", self._target))
            for one in (browser, server):
                one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            Thread(target=self._pass_on, args=(browser, server, self._count_up), daemon=True).start()
            Thread(target=self._pass_on, args=(server, browser, self._count_down), daemon=True).start()

    def _pass_on(self, source: socket.socket, target: socket.socket, count: Counter) -> None:
        try:
            while data := source.recv(CHUNK):
                count(data)
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)
        except OSError:
            source.close()
            target.close()

    def _count_up(self, data: bytes) -> None:
        with self._lock:
            self.up += len(data)

    def _count_down(self, data: bytes) -> None:
        with self._lock:
            self.down += len(data)


@contextmanager
def relay(port: int) -> Iterator[Wire]:
    """A relay to the server on this port."""
    wire = Wire(port)
    try:
        yield wire
    finally:
        wire.close()
