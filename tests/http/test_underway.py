"""Bounds on what is under way at once: requests, slow bodies, bytes in memory and on the disk."""

import asyncio
import shutil
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import anyio
import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.types import ASGIApp, Message, Scope
from starlette.websockets import WebSocket

from app.http import underway
from app.http.built import BUILD
from app.http.portal import Portal
from app.http.security import guarded
from app.http.spooled import MOST_IN_MEMORY, MOST_TYPED
from app.kit import disk
from app.routes import url
from app.settings import Settings
from app.site.site import site
from tests.devices import HERE, ORIGIN, ask, browsing
from tests.factories import frozen, report
from tests.real_pages import real_build

ELSEWHERE = ("192.0.2.7", 4711)


class Gate:
    """A handler that waits until it is let go on, and says when so many are inside."""

    def __init__(self) -> None:
        self.inside = 0
        self.changed = asyncio.Condition()
        self.open = asyncio.Event()

    async def __call__(self, request: Request) -> Response:
        async with self.changed:
            self.inside += 1
            self.changed.notify_all()
        await self.open.wait()
        return PlainTextResponse("through")

    async def wait_for(self, count: int) -> None:
        with anyio.fail_after(30):
            async with self.changed:
                await self.changed.wait_for(lambda: self.inside == count)


def behind(handler: Callable[[Request], Awaitable[Response]], tmp_path: Path, **settings: Any) -> ASGIApp:
    async def health(request: Request) -> Response:
        return PlainTextResponse("alive")

    async def thing(request: Request) -> Response:
        return await handler(request)

    routes = [Route("/thing", thing, methods=["GET", "POST", "PUT"]), Route("/health", health)]
    return guarded(Starlette(routes=routes), Settings(data=tmp_path, **settings))


# --- requests -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("proxies", "elsewhere"),
    [(0, 200), (1, 503)],  # behind a proxy, all addresses are the proxy's
)
def test_one_address_does_not_take_all_places(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, proxies: int, elsewhere: int
) -> None:
    monkeypatch.setattr(underway, "MOST_REQUESTS_OF_ONE", 3)
    monkeypatch.setattr(underway, "MOST_REQUESTS", 3 if proxies else 100)

    async def scene() -> None:
        gate = Gate()
        app = behind(gate, tmp_path, trusted_proxies=proxies)
        async with browsing(app, language="es") as here, browsing(app, client=ELSEWHERE) as there:
            busy = [asyncio.ensure_future(here.get("/thing")) for _ in range(3)]
            await gate.wait_for(3)
            refused = await here.get("/thing")
            assert refused.status_code == 503
            assert int(refused.headers["retry-after"]) > 0
            assert "minuto" in refused.text
            assert (await here.get("/health")).text == "alive"
            asked = asyncio.ensure_future(there.get("/thing"))
            if elsewhere == 200:
                await gate.wait_for(4)
            gate.open.set()
            assert (await asked).status_code == elsewhere
            assert [answer.text for answer in await asyncio.gather(*busy)] == ["through"] * 3
            assert (await here.get("/thing")).text == "through"

    asyncio.run(scene())


def test_websockets_have_a_bound_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(underway, "MOST_SOCKETS_OF_ONE", 2)

    async def listen(socket: WebSocket) -> None:
        await socket.accept()
        await socket.receive()

    async def scene() -> list[str]:
        app = guarded(Starlette(routes=[WebSocketRoute("/live", listen)]), Settings(data=tmp_path))
        said: list[str] = []
        leave = asyncio.Event()

        async def connect() -> None:
            opened = False

            async def receive() -> Message:
                nonlocal opened
                if opened:
                    await leave.wait()
                    return {"type": "websocket.disconnect", "code": 1000}
                opened = True
                return {"type": "websocket.connect"}

            async def send(message: Message) -> None:
                said.append(message["type"])

            scope: Scope = {
                "type": "websocket",
                "scheme": "ws",
                "path": "/live",
                "headers": [(b"host", b"portal.example"), (b"origin", ORIGIN.encode())],
                "query_string": b"",
                "client": HERE,
            }
            await app(scope, receive, send)

        tabs = [asyncio.ensure_future(connect()) for _ in range(2)]
        while len(said) < 2:
            await asyncio.sleep(0)
        await connect()
        leave.set()
        await asyncio.gather(*tabs)
        return said

    assert asyncio.run(scene()) == ["websocket.accept", "websocket.accept", "websocket.close"]


# --- slow bodies --------------------------------------------------------------------------------------------


class Heard(NamedTuple):
    status: int
    headers: dict[str, str]


async def drip(app: ASGIApp, pieces: AsyncIterator[bytes], path: str = "/thing") -> Heard:
    """Send a body piece by piece, and never end it."""
    heard: list[Message] = []

    async def receive() -> Message:
        async for piece in pieces:
            return {"type": "http.request", "body": piece, "more_body": True}
        raise AssertionError("more was read than was sent")

    async def send(message: Message) -> None:
        heard.append(message)

    scope: Scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "PUT",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [
            (b"content-type", b"application/json"),
            (b"host", b"portal.example"),
            (b"transfer-encoding", b"chunked"),
        ],
        "client": HERE,
        "server": ("portal.example", 80),
    }
    await app(scope, receive, send)
    headers = {name.decode(): value.decode() for name, value in heard[0]["headers"]}
    return Heard(heard[0]["status"], headers)


async def stops() -> AsyncIterator[bytes]:
    yield b"{"
    await asyncio.Event().wait()


async def trickles() -> AsyncIterator[bytes]:
    while True:
        yield b" "
        await asyncio.sleep(0.001)


@pytest.mark.parametrize("pieces", [stops, trickles])
def test_a_body_that_does_not_come_is_not_waited_for(
    app: ASGIApp, monkeypatch: pytest.MonkeyPatch, pieces: Callable[[], AsyncIterator[bytes]]
) -> None:
    monkeypatch.setattr(underway, "SECONDS_FOR_NOTHING", 0.05)
    path = url("submit", id="01890a5d-ac96-774b-bcce-b302099a8057")
    heard = asyncio.run(asyncio.wait_for(drip(app, pieces(), path), 30))
    assert heard.status == 408
    assert heard.headers["connection"] == "close"


def test_a_slow_phone_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What has come earns time: 20 kB at ten times the slowest rate, with hardly any patience for silence."""
    monkeypatch.setattr(underway, "SECONDS_FOR_NOTHING", 5)

    async def slowly() -> AsyncIterator[bytes]:
        for _ in range(20):
            yield b"x" * 1024
            await asyncio.sleep(0.001)

    async def say_length(request: Request) -> Response:
        return PlainTextResponse(str(len(await request.body())))

    answer = ask(behind(say_length, tmp_path), "PUT", "/thing", content=slowly())
    assert answer.text == str(20 * 1024)


def test_what_is_done_with_a_body_does_not_count_as_waiting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(underway, "SECONDS_FOR_NOTHING", 0.2)

    async def thinks(request: Request) -> Response:
        async for _ in request.stream():
            await asyncio.sleep(0.3)
        return PlainTextResponse("thought")

    assert ask(behind(thinks, tmp_path), "PUT", "/thing", content=b"x" * 10).text == "thought"


# --- answers that come early --------------------------------------------------------------------------------


class Unread:
    """A body that nobody should read."""

    was_read = False

    async def pieces(self) -> AsyncIterator[bytes]:
        self.was_read = True
        yield b"x"


async def never_reads(request: Request) -> Response:
    return PlainTextResponse("no", 418)


def refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, by: str) -> tuple[ASGIApp, dict[str, str]]:
    """A portal one of whose layers says no, and the headers to which it does."""
    settings: dict[str, Any] = {}
    headers: dict[str, str] = {}
    if by == "shed":
        monkeypatch.setattr(underway, "MOST_REQUESTS", 0)
    elif by == "host":
        settings = {"production": True, "base_url": "https://311.city.example", "trusted_proxies": 0}
    elif by == "header":
        headers = {"x-long": "x" * 10_000}
    elif by == "origin":
        headers = {"origin": "https://elsewhere.example"}
    elif by == "crowd":
        monkeypatch.setattr(underway, "MOST_IN_FORMS", 0)
        headers = {"content-type": "multipart/form-data; boundary=x"}
    return behind(reads_all if by == "crowd" else never_reads, tmp_path, **settings), headers


async def reads_all(request: Request) -> Response:
    return PlainTextResponse(str(len(await request.body())))


@pytest.mark.parametrize(
    ("by", "status"),
    [("shed", 503), ("host", 421), ("header", 431), ("origin", 403), ("crowd", 503), ("handler", 418)],
)
def test_who_is_refused_is_heard_out_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, by: str, status: int
) -> None:
    passed = 0

    async def pieces() -> AsyncIterator[bytes]:
        nonlocal passed
        for _ in range(20):
            passed += 1
            yield b"x" * 100_000

    app, headers = refused(tmp_path, monkeypatch, by)
    # Its length is announced, as browsers do.
    answer = ask(app, "PUT", "/thing", content=pieces(), headers={**headers, "content-length": "2000000"})
    assert (answer.status_code, passed) == (status, 20)


@pytest.mark.parametrize("pieces", [stops, trickles])
def test_who_is_refused_and_does_not_end_is_not_heard_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pieces: Callable[[], AsyncIterator[bytes]]
) -> None:
    monkeypatch.setattr(underway, "SECONDS_FOR_NOTHING", 0.05)
    heard = asyncio.run(asyncio.wait_for(drip(behind(never_reads, tmp_path), pieces()), 30))
    assert heard.status == 418


def test_only_so_many_are_heard_out_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(underway, "MOST_HEARD_OUT_OF_ONE", 1)

    async def scene() -> None:
        begun, end = asyncio.Event(), asyncio.Event()

        async def slowly() -> AsyncIterator[bytes]:
            yield b"x"
            begun.set()
            await end.wait()
            yield b"x"

        async with browsing(behind(never_reads, tmp_path)) as here:
            first = asyncio.ensure_future(here.put("/thing", content=slowly()))
            await begun.wait()
            second = Unread()
            assert (await here.put("/thing", content=second.pieces())).status_code == 418
            assert not second.was_read
            assert not first.done()
            end.set()
            assert (await first).status_code == 418

    asyncio.run(scene())


@pytest.mark.parametrize("headers", [{"expect": "100-continue"}, {"content-length": "200000000"}])
def test_what_need_not_or_cannot_come_is_not_waited_for(tmp_path: Path, headers: dict[str, str]) -> None:
    """Somebody who waits for our word sends nothing at all; what no door takes would break off in any case."""
    body = Unread()
    answer = ask(behind(never_reads, tmp_path), "PUT", "/thing", content=body.pieces(), headers=headers)
    assert answer.status_code == 418
    assert not body.was_read


# --- room ---------------------------------------------------------------------------------------------------


def test_bodies_that_are_worked_on_leave_room_or_are_put_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(underway, "MOST_IN_MEMORY", 4 * 50_000)
    passed = 0

    async def pieces() -> AsyncIterator[bytes]:
        nonlocal passed
        for _ in range(10):
            passed += 1
            yield b"x" * 4_000

    async def scene() -> None:
        gate = Gate()

        async def reads(request: Request) -> Response:
            await request.body()
            return await gate(request)

        async with browsing(behind(reads, tmp_path)) as here:
            first = asyncio.ensure_future(here.put("/thing", content=b"x" * 40_000))
            await gate.wait_for(1)
            second = await here.put("/thing", content=pieces())
            assert second.status_code == 503
            # All of it was let pass: who is still sending hears no answer.
            assert passed == 10
            assert int(second.headers["retry-after"]) > 0
            gate.open.set()
            assert (await first).status_code == 200
            assert (await here.put("/thing", content=b"x" * 40_000)).status_code == 200

    asyncio.run(scene())


def form(count: int, size: int) -> dict[str, Any]:
    files = [("media", (f"{number}.jpg", b"\xff" * size, "image/jpeg")) for number in range(count)]
    return {"files": files, "headers": {"accept": "text/html"}}


REPORT = url("report_form", locale="en", service_code="pothole")


@pytest.fixture
def spooled(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The folders in which files of forms are put, as they are put there."""
    folders: list[Path] = []
    check = disk.check_room

    def note(folder: Path) -> None:
        folders.append(folder)
        check(folder)

    monkeypatch.setattr("app.http.spooled.check_room", note)
    return folders


def test_a_forms_files_lie_in_our_own_folder_and_are_gone_afterwards(
    app: ASGIApp, portal: Portal, spooled: list[Path]
) -> None:
    ask(app, "POST", REPORT, **form(2, 3 * MOST_IN_MEMORY))
    assert set(spooled) == {portal.incoming}
    assert portal.incoming.is_relative_to(portal.settings.data)
    assert list(portal.incoming.iterdir()) == []


def test_small_files_stay_in_memory(app: ASGIApp, spooled: list[Path]) -> None:
    ask(app, "POST", REPORT, **form(2, 1000))
    assert spooled == []


def test_no_form_fills_the_disk(app: ASGIApp, monkeypatch: pytest.MonkeyPatch) -> None:
    """The room for the text of reports stays; who sends is told to come again."""
    usage = shutil.disk_usage("/")._replace(free=disk.KEEP_FREE - 1)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    answer = ask(app, "POST", REPORT, **form(1, 3 * MOST_IN_MEMORY))
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0
    assert "may not have arrived" in answer.text


def test_what_was_typed_is_bounded_in_all(app: ASGIApp) -> None:
    values = {f"attribute[{number}]": "x" * 190_000 for number in range(MOST_TYPED // 190_000 + 2)}
    answer = ask(app, "POST", REPORT, data=values, files={"media": ("a.jpg", b"x", "image/jpeg")})
    assert answer.status_code == 413


# --- our own trouble ----------------------------------------------------------------------------------------


@pytest.fixture
def no_database(portal: Portal) -> None:
    """Somebody has taken the database away."""
    portal.engine.dispose()
    (portal.settings.data / "portal.db").rename(portal.settings.data / "gone")
    (portal.settings.data / "portal.db").mkdir()


@pytest.mark.usefixtures("no_database")
@pytest.mark.parametrize("name", ["recent", "requests"])
def test_who_looks_is_told_to_come_again_and_not_that_something_was_lost(app: ASGIApp, name: str) -> None:
    path = url(name, locale="en") + ("?reference=" + str(report()["reference"]) if name == "requests" else "")
    answer = ask(app, "GET", path)
    assert (answer.status_code, answer.headers["content-type"]) == (503, "text/html; charset=utf-8")
    assert int(answer.headers["retry-after"]) > 0
    assert "try again in a minute" in answer.text
    assert "may not have arrived" not in answer.text


@pytest.mark.skipif(not BUILD.exists(), reason="the pages are not built; run: make build")
@pytest.mark.usefixtures("no_database")
@pytest.mark.parametrize("name", ["home", "report", "report_form", "mine", "privacy", "alerts", "offline"])
def test_what_needs_no_database_is_shown_without_one(portal: Portal, name: str) -> None:
    app = guarded(site(portal, real_build()), portal.settings)
    values = {"service_code": "pothole"} if name == "report_form" else {"pack": "en"}
    path = url(name, **values) if name == "offline" else url(name, locale="en", **values)
    assert ask(app, "GET", path).status_code == 200


@pytest.mark.usefixtures("no_database")
def test_programs_are_told_in_json(app: ASGIApp) -> None:
    fields = report()
    headers = {"content-type": "application/json"}
    sent = ask(app, "PUT", url("submit", id=fields["id"]), content=frozen(fields), headers=headers)
    looked = ask(app, "GET", url("standing", id=fields["id"]), headers={"authorization": "Bearer x"})
    for answer in (sent, looked):
        assert (answer.status_code, answer.headers["content-type"]) == (503, "application/json")
        assert int(answer.headers["retry-after"]) > 0


@pytest.fixture
def locked(portal: Portal) -> Iterator[None]:
    """Another process writes to the database, and does not come to an end."""
    other = sqlite3.connect(portal.settings.data / "portal.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    yield
    other.close()


@pytest.mark.usefixtures("locked")
def test_while_nobody_can_write_senders_hear_of_it_and_pages_are_shown(app: ASGIApp) -> None:
    async def scene() -> tuple[list[httpx.Response], list[httpx.Response]]:
        async with browsing(app) as browser:
            sent = [
                asyncio.ensure_future(
                    browser.put(
                        url("submit", id=fields["id"]),
                        content=frozen(fields),
                        headers={"content-type": "application/json"},
                    )
                )
                for fields in (report() for _ in range(30))
            ]
            await asyncio.sleep(0)
            looked = [await browser.get(url("map", kind="recent")) for _ in range(5)]
            return looked, await asyncio.gather(*sent)

    looked, sent = asyncio.run(asyncio.wait_for(scene(), 30))  # one after the other, they took a minute
    assert [answer.status_code for answer in looked] == [200] * 5
    assert {(answer.status_code, answer.json()["error"]) for answer in sent} == {(503, "later")}
    assert all(int(answer.headers["retry-after"]) > 0 for answer in sent)


@pytest.mark.usefixtures("locked")
def test_who_signs_in_is_not_told_that_a_report_is_lost(app: ASGIApp) -> None:
    answer = ask(app, "POST", url("sign_in", locale="en"), data={"email": "a@b.example", "password": "x"})
    assert answer.status_code == 503
    assert "try again in a minute" in answer.text


# --- ready? -------------------------------------------------------------------------------------------------

READY = url("ready")


def because(answer: httpx.Response) -> list[str]:
    assert (answer.status_code == 200) is ("because" not in answer.json())
    return list(answer.json().get("because", ()))


def test_ready_means_started_and_everything_answers(app: ASGIApp, portal: Portal) -> None:
    assert because(ask(app, "GET", READY)) == ["starting"]
    portal.readiness.started = True
    assert because(ask(app, "GET", READY)) == []
    portal.readiness.leaving = True
    assert because(ask(app, "GET", READY)) == ["leaving"]
    assert ask(app, "GET", url("health")).json() == {"status": "ok"}


@pytest.mark.usefixtures("no_database")
def test_without_a_database_it_is_alive_and_not_ready(app: ASGIApp, portal: Portal) -> None:
    portal.readiness.started = True
    assert because(ask(app, "GET", READY)) == ["database", "schema"]
    assert ask(app, "GET", url("health")).status_code == 200


def test_without_photos_or_room_it_is_not_ready(
    app: ASGIApp, portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    portal.readiness.started = True
    shutil.rmtree(portal.settings.data / "photos")
    usage = shutil.disk_usage("/")._replace(free=1000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    assert because(ask(app, "GET", READY)) == ["photos", "disk"]


def test_what_does_not_answer_is_asked_once_and_not_waited_for(
    app: ASGIApp, portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = 0

    async def hang() -> None:
        nonlocal asked
        asked += 1
        await asyncio.Event().wait()

    async def scene() -> list[list[str]]:
        async with browsing(app) as balancer:
            return [because(await balancer.get(READY)) for _ in range(3)]

    monkeypatch.setattr("app.http.readiness.SECONDS", 0.01)
    monkeypatch.setitem(portal.readiness._questions, "database", hang)
    monkeypatch.setitem(portal.readiness._questions, "photos", lambda: asyncio.sleep(0))
    monkeypatch.setitem(portal.readiness._questions, "disk", lambda: asyncio.sleep(0))
    monkeypatch.setitem(portal.readiness._questions, "schema", lambda: asyncio.sleep(0))
    portal.readiness.started = True
    assert asyncio.run(scene()) == [["database"]] * 3
    assert asked == 1
