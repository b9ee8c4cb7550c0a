"""A real portal on a port: silent and slow connections, a worker that dies, the end. One server for most of it."""

import json
import os
import resource
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from http.client import HTTPConnection
from pathlib import Path

import pytest

from a11y_tests.server import ROOT, PortalServer
from app.http.built import BUILD
from app.http.underway import SECONDS_FOR_NOTHING
from app.site.live import CLIENT
from app.site.supervisor import FILES_BESIDES, SECONDS_OF_SILENCE
from tests.factories import frozen, report

pytestmark = [
    pytest.mark.skipif(
        not (ROOT / BUILD / "static.json").exists() or not (ROOT / CLIENT).exists(),
        reason="the pages are not built; run: make build",
    ),
    pytest.mark.timeout(300),
    pytest.mark.slow,
]
LONG = 120
"""Seconds after which something will never happen; nothing here is measured."""
SILENT = 1_100
"""More than the thousand connections that used to lock everybody out."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PortalServer]:
    server = PortalServer(tmp_path_factory.mktemp("serving") / "data")
    server.start()
    yield server
    server.stop()


def connect(server: PortalServer) -> socket.socket:
    return socket.create_connection(("127.0.0.1", server.port), timeout=LONG)


def ask(server: PortalServer, request: bytes) -> bytes:
    """Send a request on a connection of its own, and read until the server closes it."""
    with connect(server) as connection:
        connection.sendall(request)
        return read_to_end(connection)


def read_to_end(connection: socket.socket) -> bytes:
    said = b""
    try:
        while piece := connection.recv(65536):
            said += piece
    except ConnectionResetError:
        pass
    return said


def get(path: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode()


def status(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1]) if answer else 0


def until(true: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + LONG
    while not true():
        assert time.monotonic() < deadline, what
        time.sleep(0.05)


# --- connections --------------------------------------------------------------------------------------------

OPENINGS = {
    "nothing": b"",
    "half a header": b"GET /en/ HTTP/1.1\r\nHost: local",
    "kept alive": b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n",
}


def test_more_than_a_thousand_silent_connections_lock_nobody_out_and_are_closed(
    server: PortalServer,
) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard < SILENT + FILES_BESIDES:
        pytest.skip("this machine does not let a process open so many connections")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, SILENT + FILES_BESIDES), hard))
    try:
        with ExitStack() as stack:
            silent = [stack.enter_context(connect(server)) for _ in range(SILENT)]
            for number, connection in enumerate(silent):
                connection.sendall([*OPENINGS.values()][number % 3])
            assert status(ask(server, get("/en/"))) == 200
            for connection in silent:
                read_to_end(connection)  # returns only because the server closes it
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.mark.parametrize("opening", OPENINGS.values(), ids=OPENINGS.keys())
def test_silence_ends_a_connection_after_a_few_seconds(server: PortalServer, opening: bytes) -> None:
    with connect(server) as connection:
        connection.sendall(opening)
        began = time.monotonic()
        read_to_end(connection)
        # Not at once: a browser's next request finds its connection.
        assert time.monotonic() - began > SECONDS_OF_SILENCE / 2


PUT = (
    b"PUT /requests/01890a5d-ac96-774b-bcce-b302099a8057 HTTP/1.1\r\nHost: localhost\r\n"
    b"Content-Type: application/json\r\nContent-Length: 5000\r\n\r\n{"
)


def test_a_body_that_stops_or_trickles_is_answered_and_its_connection_closed(server: PortalServer) -> None:
    with connect(server) as stopped, connect(server) as trickling:
        for connection in (stopped, trickling):
            connection.sendall(PUT)
        began = time.monotonic()
        while not select.select([trickling], [], [], 1)[0]:
            assert time.monotonic() - began < LONG
            trickling.sendall(b" ")
        assert time.monotonic() - began > SECONDS_FOR_NOTHING / 2
        assert status(read_to_end(trickling)) == status(read_to_end(stopped)) == 408


MB = 1024**2
AN_ID = "01890a5d-ac96-774b-bcce-b302099a8057"
FORM = {"Content-Type": "multipart/form-data; boundary=x"}
JSON = {"Content-Type": "application/json"}


def send_all_then_read(server: PortalServer, method: str, path: str, body: bytes, **headers: str) -> int:
    """As a browser does with a form: not a byte of the answer is looked at before all is sent."""
    connection = HTTPConnection("127.0.0.1", server.port, timeout=LONG)
    try:
        connection.request(method, path, body, headers)
        return connection.getresponse().status
    finally:
        connection.close()


@pytest.mark.parametrize("size", [1 * MB, 8 * MB])
@pytest.mark.parametrize(
    ("method", "path", "headers", "expected"),
    [
        ("POST", "/en/report/pothole/", {**FORM, "X-Long": "x" * 10_000}, 431),
        ("POST", "/en/report/pothole/", {**FORM, "Origin": "https://elsewhere.example"}, 403),
        ("POST", "/en/nothing/", FORM, 404),
        ("PUT", f"/requests/{AN_ID}", JSON, 413),
    ],
)
def test_who_sends_all_before_reading_hears_why_it_is_refused(
    server: PortalServer, method: str, path: str, headers: dict[str, str], expected: int, size: int
) -> None:
    assert send_all_then_read(server, method, path, bytes(size), **headers) == expected


def test_who_sends_a_large_form_too_many_hears_when_to_come_again(server: PortalServer) -> None:
    network = {"X-Forwarded-For": "10.77.0.1"}
    # Known by its header alone; each counts as a report that was sent.
    while send_all_then_read(server, "PUT", f"/requests/{AN_ID}", b"{}", **network, **JSON) != 429:
        pass
    for size in (1 * MB, 8 * MB):
        answer = send_all_then_read(server, "POST", "/en/report/pothole/", bytes(size), **network, **FORM)
        assert answer == 429


def test_who_asks_before_sending_hears_no_at_once(server: PortalServer) -> None:
    head = (
        "POST /en/report/pothole/ HTTP/1.1\r\nHost: localhost\r\nOrigin: https://elsewhere.example\r\n"
        f"Content-Type: {FORM['Content-Type']}\r\nContent-Length: {8 * MB}\r\nExpect: 100-continue\r\n\r\n"
    )
    with connect(server) as connection:
        connection.sendall(head.encode())
        assert status(connection.recv(65536)) == 403


def test_http_2_in_clear_is_not_spoken(server: PortalServer) -> None:
    answer = ask(server, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes(9))
    assert not answer.startswith(b"\x00")
    assert status(answer) in (0, 400, 505)
    upgrade = b"GET /health HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, HTTP2-Settings, close\r\n"
    assert status(ask(server, upgrade + b"Upgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n\r\n")) == 200


def test_a_header_without_end_is_refused(server: PortalServer) -> None:
    said = ask(server, b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"a" * 1_000_000)
    assert status(said) in (0, 431)
    assert status(ask(server, get("/health"))) == 200


def test_it_is_ready(server: PortalServer) -> None:
    until(lambda: status(ask(server, get("/health/ready"))) == 200, "it never gets ready")


def test_what_it_writes_is_private(server: PortalServer) -> None:
    files = [server.data, *server.data.rglob("*")]
    assert {file.name for file in files if file.stat().st_mode & 0o077} == set()
    assert {"portal.db", "photos"} <= {file.name for file in files}


# --- dying and ending ---------------------------------------------------------------------------------------


def worker_of(pid: int) -> int | None:
    """The process that serves, by its parent; forks of Python are its only children."""
    listing = subprocess.check_output(["ps", "-A", "-o", "pid=,ppid="], text=True)
    children = [int(child) for child, parent in map(str.split, listing.splitlines()) if int(parent) == pid]
    return children[0] if len(children) == 1 else None


def supervisor_of(server: PortalServer) -> int:
    return int((server.data / "portal.lock").read_text())


def test_a_worker_that_dies_is_started_again(server: PortalServer) -> None:
    # Before that, a death means that it could not start.
    until(lambda: " 311 is at " in server.log.read_text(), "it does not say where it is")
    supervisor = supervisor_of(server)
    first = worker_of(supervisor)
    assert first is not None
    os.kill(first, signal.SIGKILL)

    def serves_again() -> bool:
        try:
            return worker_of(supervisor) not in (None, first) and status(ask(server, get("/health"))) == 200
        except OSError:
            return False

    until(serves_again, "nobody serves any more")
    assert supervisor_of(server) == supervisor


def test_a_second_portal_is_refused_by_folder_and_by_port(server: PortalServer, tmp_path: Path) -> None:
    for data, port in ((server.data, 0), (tmp_path / "another", server.port)):
        environment = {**os.environ, "PORTAL_DATA": str(data), "PORT": str(port)}
        second = subprocess.run(
            [sys.executable, "-m", "app.serve"],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            timeout=LONG,
        )
        assert second.returncode == 1
        assert "End" in second.stderr and "Traceback" not in second.stderr


def test_what_is_left_of_a_killed_supervisor_ends_by_itself(tmp_path: Path) -> None:
    """Else it would hold the port and the folder, and nobody could start the portal again."""
    server = PortalServer(tmp_path / "data")
    server.start()
    os.kill(supervisor_of(server), signal.SIGKILL)

    def is_free() -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", server.port)) != 0

    until(is_free, "somebody still listens")
    server.kill()
    server.start()
    server.stop()


def test_told_to_end_it_says_so_first_then_finishes_what_is_under_way_and_ends(tmp_path: Path) -> None:
    server = PortalServer(tmp_path / "data", settings={"PORTAL_SECONDS_TO_LEAVE": "3"})
    server.start()
    until(lambda: status(ask(server, get("/health/ready"))) == 200, "it never gets ready")
    fields = report(service_code="pothole")
    body = frozen(fields)
    head = (
        f"PUT /requests/{fields['id']} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    ).encode()
    with connect(server) as slow, connect(server) as stuck:
        slow.sendall(head + body[:10])
        stuck.sendall(head)  # never goes on: it must not keep the portal from ending
        os.kill(supervisor_of(server), signal.SIGTERM)
        until(lambda: status(ask(server, get("/health/ready"))) == 503, "it does not say that it leaves")
        assert status(ask(server, get("/health"))) == 200
        slow.sendall(body[10:])
        answer = read_to_end(slow)
        assert status(answer) in (201, 422)
        assert json.loads(answer.partition(b"\r\n\r\n")[2])
        until(lambda: not is_there(server), "it does not end")


def test_told_to_leave_while_it_starts_it_starts_and_then_says_that_it_leaves(tmp_path: Path) -> None:
    server = PortalServer(tmp_path / "data", settings={"PORTAL_SECONDS_TO_LEAVE": "60"})
    with ThreadPoolExecutor(1) as beside:
        starting = beside.submit(server.start)
        try:
            until(
                lambda: runs_supervisor(server) and worker_of(supervisor_of(server)) is not None, "no worker"
            )
            worker = worker_of(supervisor_of(server))
            assert worker is not None
            os.kill(supervisor_of(server), signal.SIGTERM)
            until(starting.done, "it neither starts nor ends")
            starting.result()
            assert worker_of(supervisor_of(server)) == worker
            until(lambda: b"leaving" in ask(server, get("/health/ready")), "it does not say that it leaves")
        finally:
            server.kill()


def test_told_to_end_while_it_starts_it_ends_and_need_not_be_killed(tmp_path: Path) -> None:
    """Who changes the code and saves twice would wait for ten seconds each time."""
    server = PortalServer(tmp_path / "data")
    with ThreadPoolExecutor(1) as beside:
        starting = beside.submit(server.start)
        try:
            until(
                lambda: runs_supervisor(server) and worker_of(supervisor_of(server)) is not None, "no worker"
            )
            os.kill(supervisor_of(server), signal.SIGTERM)
            until(starting.done, "it neither starts nor ends")
            until(lambda: not is_there(server), "it does not end")
        finally:
            server.kill()
    assert "Killing" not in server.log.read_text()


def runs_supervisor(server: PortalServer) -> bool:
    """Whether all is looked at, and the process has turned into the one that watches."""
    try:
        return b"app.site.supervisor" in Path(f"/proc/{supervisor_of(server)}/cmdline").read_bytes()
    except (OSError, ValueError):
        return False


def is_there(server: PortalServer) -> bool:
    try:
        server.check()
    except RuntimeError:
        return False
    return True
