"""Servers to be measured: real processes on ports of this machine, asked by one client over one connection."""

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from http.client import HTTPConnection
from itertools import count
from pathlib import Path

from app.pages.published import published

SECONDS_TO_START = 90
PATIENCE = 2
"""Seconds after which a silent connection is not used any more; the server closes it after five."""
MADE_BY_CLIENT = {"Accept-Encoding": "br", "Accept": "text/html,*/*;q=0.8", "User-Agent": "bench"}


@dataclass(frozen=True)
class Request:
    """What the client sends; any other status than the expected one ends the benchmark."""

    path: str
    method: str = "GET"
    expect: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


class Server:
    """A running server."""

    def __init__(self, pid: int, port: int) -> None:
        self._pid = pid
        self.port = port
        self._connection = HTTPConnection("127.0.0.1", port, timeout=60)
        self._last_used = 0.0

    def ask(self, request: Request) -> tuple[Message, bytes]:
        """Send a request; returns the answer's headers and body.

        Raises RuntimeError if the answer has another status than expected.
        """
        if time.monotonic() - self._last_used > PATIENCE:
            self.hang_up()
        self._last_used = time.monotonic()
        headers = {**MADE_BY_CLIENT, **_another_visitor(), **request.headers}
        self._connection.request(request.method, request.path, request.body or None, headers)
        answer = self._connection.getresponse()
        body = answer.read()
        if answer.status != request.expect:
            raise RuntimeError(f"{request.method} {request.path}: {answer.status}, {body[:300]!r}")
        return answer.headers, body

    def close(self) -> None:
        """The same, at the end."""
        self.hang_up()

    def hang_up(self) -> None:
        """Close the connection; the next question opens one."""
        self._connection.close()

    def cpu_ms(self, requests: Iterable[Request]) -> float:
        """Milliseconds of CPU, user and system, that the server has spent on each of these requests."""
        before, count = self.cpu_seconds(), 0
        for request in requests:
            self.ask(request)
            count += 1
        return (self.cpu_seconds() - before) * 1000 / count

    def memory_bytes(self) -> int:
        """Resident memory of the server's process and of all that it has started. Only where there is a /proc."""
        processes = _cpu_seconds_of_all()
        return sum(_resident(pid) for pid in processes if self._is_ours(pid, processes))

    def another(self) -> "Server":
        """The same server, asked over another connection."""
        return Server(self._pid, self.port)

    def cpu_seconds(self) -> float:
        """What the server's process and all that it has started have used so far, to a hundredth of a second."""
        seconds = _cpu_seconds_of_all()
        return sum(used for pid, (_, used) in seconds.items() if self._is_ours(pid, seconds))

    def _is_ours(self, pid: int, seconds: Mapping[int, tuple[int, float]]) -> bool:
        while pid in seconds:
            if pid == self._pid:
                return True
            pid = seconds[pid][0]
        return False


_visitors = count()


def _another_visitor() -> Mapping[str, str]:
    """What the one proxy before the portal says: that many people come, each from a network of their own."""
    number = next(_visitors)
    return {"X-Forwarded-For": f"10.{number % 256}.{number // 256 % 256}.1"}


@contextmanager
def portal(**environment: str) -> Iterator[Server]:
    """Our own server as `make run` starts it, with a data folder of its own unless the environment names one."""
    with tempfile.TemporaryDirectory() as data:
        settings = {"PORTAL_DATA": data, "PORTAL_TRUSTED_PROXIES": "1", **environment}
        with _started("app.serve", ready="/health", **settings) as server:
            yield server


@contextmanager
def floor(requests: Path) -> Iterator[Server]:
    """The bare script, behind the same web server with the same settings, with the portal's own status page.

    requests: the database file whose requests it shows.
    """
    command = "granian --interface asgi --http 1 --factory --log-level warning bench.floor:application"
    with tempfile.TemporaryDirectory() as folder:
        template = Path(folder) / "request.html"
        template.write_text(published(workshop=False).templates["request"])
        environment = {
            "FLOOR_REQUESTS": f"sqlite:///{requests.resolve()}",
            "FLOOR_ROWS": f"sqlite:///{folder}/rows.db",
            "FLOOR_TEMPLATE": str(template),
        }
        with _started(command, ready="/bytes", **environment) as server:
            yield server


@contextmanager
def _started(module: str, *, ready: str, **environment: str) -> Iterator[Server]:
    """Run `python -m module …` on a free port, and wait until it answers at the path `ready`."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            [sys.executable, "-m", *module.split()],
            env={**os.environ, **environment, "PORT": str(port), "GRANIAN_PORT": str(port)},
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        server = Server(process.pid, port)
        try:
            if not _is_up(server, process, ready):
                log.seek(0)
                raise RuntimeError(f"{module} does not answer:\n{log.read()[-3000:].decode()}")
            yield server
        finally:
            server.hang_up()
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _is_up(server: Server, process: "subprocess.Popen[bytes]", path: str) -> bool:
    give_up = time.monotonic() + SECONDS_TO_START
    while process.poll() is None and time.monotonic() < give_up:
        try:
            server.ask(Request(path))
        except OSError:
            server.hang_up()
            time.sleep(0.1)
        else:
            return True
    return False


def _resident(pid: int) -> int:
    """Bytes; none of a process that has ended meanwhile."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")


def _cpu_seconds_of_all() -> dict[int, tuple[int, float]]:
    """Of every process: its parent, and the seconds of CPU it has used so far, to a hundredth."""
    if Path("/proc/self/stat").exists():
        return dict(_of_proc())
    return dict(_of_ps())


def _of_proc() -> Iterator[tuple[int, tuple[int, float]]]:
    ticks = os.sysconf("SC_CLK_TCK")
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            # The name, in parentheses, may hold blanks. After it: state, parent, …, user and system time.
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        yield int(folder.name), (int(fields[1]), (int(fields[11]) + int(fields[12])) / ticks)


def _of_ps() -> Iterator[tuple[int, tuple[int, float]]]:
    listing = subprocess.check_output(["ps", "-A", "-o", "pid=,ppid=,time="], text=True)
    for line in listing.splitlines():
        pid, parent, used = line.split()
        parts = [float(part) for part in used.replace("-", ":").split(":")]
        yield int(pid), (int(parent), sum(part * 60**power for power, part in enumerate(reversed(parts))))
