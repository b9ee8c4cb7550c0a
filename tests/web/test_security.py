"""What holds for every request and every answer, whoever makes it."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route, WebSocketRoute
from starlette.types import ASGIApp, Message, Scope
from starlette.websockets import WebSocket

from app.routes import url
from app.settings import Settings
from app.web.portal import Portal
from app.web.security import guarded
from tests.factories import report
from tests.web.devices import ORIGIN, ask, broken_off, send_json

SECRET = "Ana García, 12 Elm St"


def serve(handler: Callable[[Request], Awaitable[Response]], tmp_path: Path, **settings: Any) -> ASGIApp:
    """A guarded application with one route that does this, for any method."""
    route = Route(
        "/private/{token}", handler, methods=["GET", "POST", "PUT", "PATCH", "DELETE"], name="thing"
    )
    return guarded(Starlette(routes=[route]), Settings(data=tmp_path, **settings))


async def say_body(request: Request) -> Response:
    return PlainTextResponse(str(len(await request.body())))


async def say_client(request: Request) -> Response:
    return PlainTextResponse(f"{request.client.host if request.client else '-'} {request.url.scheme}")


async def say_page(request: Request) -> Response:
    return HTMLResponse("<p>Hello", headers={"content-security-policy": "default-src 'self'"})


async def say_unchanged(request: Request) -> Response:
    return Response(status_code=304, headers={"etag": '"1"'})


# --- headers ------------------------------------------------------------------------------------------------


def test_every_answer_of_every_kind_bears_the_headers(app: ASGIApp, portal: Portal) -> None:
    answers = [
        send_json(app, report()),
        send_json(app, report(email="no")),
        ask(app, "GET", url("places")),
        ask(app, "GET", url("static", version="abc123", file="outbox.js")),
        ask(app, "GET", "/nowhere/at/all"),
        ask(app, "PUT", url("places")),
        ask(app, "POST", url("submit", id="x"), headers={"origin": "https://evil.example"}),
    ]
    assert {answer.status_code for answer in answers} >= {200, 201, 403, 404, 405, 422}
    for answer in answers:
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "same-origin"
        assert answer.headers["cross-origin-resource-policy"] == "same-origin"
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
        assert "unsafe" not in answer.headers["content-security-policy"]
        assert "access-control-allow-origin" not in answer.headers


def test_a_page_keeps_its_own_policy_and_only_documents_say_what_they_may_use(tmp_path: Path) -> None:
    page = ask(serve(say_page, tmp_path), "GET", "/private/x")
    assert page.headers["content-security-policy"] == "default-src 'self'"
    assert page.headers["cross-origin-opener-policy"] == "same-origin"
    permissions = page.headers["permissions-policy"]
    assert "geolocation=(self)" in permissions
    assert all(f"{name}=()" in permissions for name in ("camera", "microphone", "payment", "usb"))
    assert "permissions-policy" not in ask(serve(say_body, tmp_path), "GET", "/private/x").headers


def test_what_has_not_changed_keeps_the_policy_it_came_with(tmp_path: Path) -> None:
    """Browsers put what a 304 says in place of what they have kept (RFC 9111 §3.2)."""
    answer = ask(serve(say_unchanged, tmp_path), "GET", "/private/x")
    assert dict(answer.headers) == {"etag": '"1"'}


@pytest.mark.parametrize(
    ("production", "scheme", "told"), [(True, "https", True), (True, "http", False), (False, "https", False)]
)
def test_browsers_are_told_to_stay_with_https_in_production_over_https(
    tmp_path: Path, production: bool, scheme: str, told: bool
) -> None:
    base_url = "https://portal.example" if production else ""
    app = serve(say_body, tmp_path, production=production, base_url=base_url, trusted_proxies=0)
    answer = ask(app, "GET", f"{scheme}://portal.example/private/x")
    assert ("strict-transport-security" in answer.headers) is told


# --- from where ---------------------------------------------------------------------------------------------

OURS = [
    {},
    {"origin": ORIGIN},
    {"origin": ORIGIN, "sec-fetch-site": "same-origin"},
    {"origin": "null", "sec-fetch-site": "same-origin"},
    {"sec-fetch-site": "none"},
    {"origin": "null", "sec-fetch-site": "none"},
    {"origin": "https://portal.example"},
]
FOREIGN = [
    {"origin": "https://evil.example"},
    {"origin": "null"},
    {"origin": ""},
    {"origin": "http://portal.example.evil.example"},
    {"origin": "http://portal.example:8080"},
    {"origin": "http://["},
    {"origin": "portal.example"},
    {"origin": "null", "sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site"},
    {"origin": ORIGIN, "sec-fetch-site": "cross-site"},
]


@pytest.mark.parametrize("headers", OURS)
def test_our_own_pages_and_programs_may_change_things(tmp_path: Path, headers: dict[str, str]) -> None:
    answer = ask(serve(say_body, tmp_path), "POST", "/private/x", headers=headers, content=b"abc")
    assert (answer.status_code, answer.text) == (200, "3")


@pytest.mark.parametrize("headers", FOREIGN)
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_other_sites_may_change_nothing(tmp_path: Path, headers: dict[str, str], method: str) -> None:
    answer = ask(serve(say_body, tmp_path), method, "/private/x", headers=headers, content=b"abc")
    assert answer.status_code == 403
    assert answer.json()["message"]


@pytest.mark.parametrize("headers", FOREIGN)
def test_everybody_may_link_to_us(tmp_path: Path, headers: dict[str, str]) -> None:
    assert ask(serve(say_body, tmp_path), "GET", "/private/x", headers=headers).status_code == 200


def test_the_public_address_is_ours_even_if_a_proxy_asks_for_another_host(tmp_path: Path) -> None:
    app = serve(say_body, tmp_path, base_url="https://311.city.example")
    for origin, status in (("https://311.city.example", 200), ("https://311.city.example.evil.example", 403)):
        headers = {"origin": origin, "host": "127.0.0.1:3110"}
        assert ask(app, "POST", "/private/x", headers=headers).status_code == status


@pytest.mark.parametrize(
    ("origin", "open"), [(ORIGIN, True), ("https://evil.example", False), ("null", False)]
)
def test_a_websocket_opens_from_our_own_pages_only(tmp_path: Path, origin: str, open: bool) -> None:
    async def greet(websocket: WebSocket) -> None:
        await websocket.accept()
        await websocket.close()

    app = guarded(Starlette(routes=[WebSocketRoute("/_event", greet)]), Settings(data=tmp_path))
    headers = [(b"host", b"portal.example"), (b"origin", origin.encode())]
    scope: Scope = {"type": "websocket", "path": "/_event", "query_string": b"", "headers": headers}
    said: list[str] = []

    async def receive() -> Message:
        return {"type": "websocket.connect"}

    async def send(message: Message) -> None:
        said.append(message["type"])

    async def connect() -> None:
        await app(scope, receive, send)

    asyncio.run(connect())
    # Closed before it was accepted: the server answers 403 (ASGI, "Close - send event").
    assert said == (["websocket.accept", "websocket.close"] if open else ["websocket.close"])


# --- how much -----------------------------------------------------------------------------------------------

LIMITS = [
    ("application/json", 64 * 1024),
    ("application/x-www-form-urlencoded", 64 * 1024),
    ("", 64 * 1024),
    ("application/offset+octet-stream", 1024 * 1024),
    ("Application/Offset+Octet-Stream; x=y", 1024 * 1024),
]


@pytest.mark.parametrize(("media_type", "limit"), LIMITS)
def test_a_body_may_be_so_large_and_not_a_byte_larger(tmp_path: Path, media_type: str, limit: int) -> None:
    app, headers = serve(say_body, tmp_path), {"content-type": media_type}
    fits = ask(app, "POST", "/private/x", content=bytes(limit), headers=headers)
    assert (fits.status_code, fits.text) == (200, str(limit))
    assert ask(app, "POST", "/private/x", content=bytes(limit + 1), headers=headers).status_code == 413
    pieces = [bytes(limit // 2)] * 3
    assert asyncio.run(broken_off(app, "POST", "/private/x", pieces, headers)) == 413


def test_a_form_with_files_may_weigh_eighty_megabytes(tmp_path: Path) -> None:
    app, headers = serve(say_body, tmp_path), {"content-type": "multipart/form-data; boundary=x"}
    for megabytes, status in ((79, 200), (81, 413)):
        pieces = [bytes(1024 * 1024)] * megabytes
        ends = asyncio.run(_streamed(app, pieces, headers))
        assert ends == status


async def _streamed(app: ASGIApp, pieces: list[bytes], headers: dict[str, str]) -> int:
    async def body() -> Any:
        for piece in pieces:
            yield piece

    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url=ORIGIN) as client:
        return (await client.post("/private/x", content=body(), headers=headers)).status_code


@pytest.mark.parametrize("length", ["99999999999999999999", str(10**7), "9" * 5000])
def test_a_body_announced_as_too_large_is_refused_unread(tmp_path: Path, length: str) -> None:
    headers = {"content-type": "application/json", "content-length": length}
    app = serve(say_body, tmp_path)
    assert asyncio.run(broken_off(app, "PUT", "/private/x", [b"{}"], headers)) == 413


# --- who is there -------------------------------------------------------------------------------------------

PROXIES = [
    (0, "1.2.3.4", "https", "127.0.0.1 http"),
    (1, "1.2.3.4", "https", "1.2.3.4 https"),
    (1, "6.6.6.6, 1.2.3.4", "https", "1.2.3.4 https"),
    (1, "1.2.3.4:5678", "http", "1.2.3.4 http"),
    (1, "[2001:db8::1]:5678", "https", "2001:db8::1 https"),
    (1, "2001:db8::1", "https", "2001:db8::1 https"),
    (2, "6.6.6.6, 1.2.3.4, 10.0.0.1", "https, http", "1.2.3.4 https"),
    (2, "1.2.3.4", "https", "127.0.0.1 http"),
    (1, "unknown", "https", "127.0.0.1 https"),
    (1, "", "https", "127.0.0.1 http"),
]


@pytest.mark.parametrize(("count", "addresses", "scheme", "believed"), PROXIES)
def test_only_our_own_proxies_are_believed(
    tmp_path: Path, count: int, addresses: str, scheme: str, believed: str
) -> None:
    app = serve(say_client, tmp_path, trusted_proxies=count)
    headers = {"x-forwarded-for": addresses, "x-forwarded-proto": scheme}
    assert ask(app, "GET", "/private/x", headers=headers).text == believed


# --- what is written down -----------------------------------------------------------------------------------


def test_the_log_names_the_route_and_nothing_of_the_address(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    app = serve(say_body, tmp_path)
    ask(app, "POST", "/private/topsecret?q=hush", content=b"abc", client=("203.0.113.77", 1))
    lines = [record.getMessage() for record in caplog.records if record.name == "portal.access"]
    assert len(lines) == 1
    assert lines[0].startswith("POST thing 200 ")
    assert lines[0].endswith(" 1 bytes")
    assert not any(word in lines[0] for word in ("topsecret", "hush", "203.0.113.77", "abc"))


def test_a_made_up_method_is_not_written_down(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    ask(serve(say_body, tmp_path), "ANA", "/private/x")
    assert [r.getMessage().split()[0] for r in caplog.records if r.name == "portal.access"] == ["OTHER"]


def test_an_error_that_nobody_caught_is_answered_and_logged_without_its_words(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail(request: Request) -> Response:
        try:
            raise KeyError(SECRET)
        except KeyError as error:
            raise ValueError(f"cannot read {SECRET!r}") from error

    answer = ask(serve(fail, tmp_path), "GET", "/private/x", headers={"accept-language": "es"})
    assert answer.status_code == 500
    assert SECRET not in answer.text
    [record] = [record for record in caplog.records if record.name == "portal.errors"]
    assert "thing failed: ValueError at " in record.getMessage()
    assert "test_security.py" in record.getMessage()
    assert "KeyError" in record.getMessage()
    assert "Ana" not in caplog.text


def test_an_answer_that_breaks_off_is_not_taken_for_whole(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def half(request: Request) -> Response:
        async def body() -> Any:
            yield b"half of it"
            raise ValueError(SECRET)

        return StreamingResponse(body())

    with pytest.raises(RuntimeError, match="broke off") as caught:
        ask(serve(half, tmp_path), "GET", "/private/x")
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None
    assert "ValueError" in caplog.text
    assert "Ana" not in caplog.text


def test_a_visitor_who_leaves_is_no_error(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    app = serve(say_body, tmp_path)
    asyncio.run(broken_off(app, "POST", "/private/x", [b"a"], {}))
    assert [record for record in caplog.records if record.name == "portal.errors"] == []


def test_the_start_and_the_end_of_the_server_pass_through(tmp_path: Path) -> None:
    seen: list[str] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        seen.append(scope["type"])

    async def nothing(*_: Message) -> Any:
        raise AssertionError

    async def start() -> None:
        await guarded(app, Settings(data=tmp_path))({"type": "lifespan"}, nothing, nothing)

    asyncio.run(start())
    assert seen == ["lifespan"]
