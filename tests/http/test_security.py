"""What holds for every request and every answer, whoever makes it."""

import asyncio
import json
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

from app.http.built import Build
from app.http.portal import Portal
from app.http.security import guarded
from app.routes import url
from app.settings import Settings
from app.site.site import site
from tests.devices import ORIGIN, ask, broken_off, send_json
from tests.factories import report

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


def test_a_script_of_ours_says_only_what_a_script_needs(app: ASGIApp, portal: Portal, build: Build) -> None:
    digests = json.loads((build.folder / "static.json").read_text())
    name = next(name for name in digests if name.endswith(".js"))
    answer = ask(app, "GET", url("static", version=digests[name], file=name))
    assert answer.status_code == 200
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"
    assert "content-security-policy" not in answer.headers
    assert "referrer-policy" not in answer.headers


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
    ("production", "base_url", "scheme", "told"),
    [
        (True, "https://portal.example", "http", True),
        (True, "https://portal.example", "https", True),
        (False, "", "https", False),
        (False, "https://portal.example", "http", False),
    ],
)
def test_browsers_are_told_to_stay_with_https_even_if_a_proxy_does_not_say_how_they_came(
    tmp_path: Path, production: bool, base_url: str, scheme: str, told: bool
) -> None:
    app = serve(say_body, tmp_path, production=production, base_url=base_url, trusted_proxies=0)
    answer = ask(app, "GET", f"{scheme}://portal.example/private/x")
    assert ("strict-transport-security" in answer.headers) is told


async def say_where_else(request: Request) -> Response:
    return Response(status_code=int(request.query_params["status"]), headers={"location": "/x"})


@pytest.mark.parametrize("status", [200, 301, 303, 307, 308, 400, 404, 405, 410, 500])
def test_what_does_not_say_that_it_may_be_kept_is_kept_by_nobody(tmp_path: Path, status: int) -> None:
    answer = ask(serve(say_where_else, tmp_path), "GET", f"/private/x?status={status}")
    assert (answer.status_code, answer.headers["cache-control"]) == (status, "private, no-store")


TOKEN = "WCTxcaHAF823ElLTFOU0OQ"
WITHOUT_SLASH = [
    ("GET", f"/en/requests/9436619115120/manage/{TOKEN}", "/"),
    ("GET", f"/en/requests/9436619115120/sent/{TOKEN}", "/"),
    ("POST", f"/vi/requests/9436619115120/manage/{TOKEN}", "/"),
    ("GET", f"/zh-Hans/requests/9436619115120/manage/{TOKEN}?done=photos&x=%2F%2Fevil.example", "/"),
    ("GET", "/en/report", "/"),
    ("GET", "/en", "/"),
    ("GET", "/en/report/a%0d%0ab%3f%23%5c", "/"),
    ("GET", f"/en/requests/9436619115120/manage/{TOKEN}/qr.svg/", ""),
]


@pytest.mark.parametrize("base_url", ["", "https://portal.example"])
@pytest.mark.parametrize(("method", "path", "end"), WITHOUT_SLASH)
def test_a_lost_slash_is_mended_without_naming_a_host(
    portal: Portal, build: Build, method: str, path: str, end: str, base_url: str
) -> None:
    settings = portal.settings.model_copy(update={"base_url": base_url, "production": bool(base_url)})
    app = guarded(site(portal, build), settings)
    for headers in ({}, {"host": "evil.example"}, {"x-forwarded-proto": "http"}):
        if base_url and "host" in headers:
            continue
        answer = ask(app, method, path, headers=headers)
        before, question, query = path.partition("?")
        there = before.removesuffix("/") if not end else before + end
        assert answer.status_code == 307
        assert httpx.URL(answer.headers["location"]).raw_path.decode() == f"{there}{question}{query}".replace(
            "%0d%0a", "%0D%0A"
        ).replace("%3f", "%3F").replace("%5c", "%5C")
        assert answer.headers["location"].startswith("/")
        assert not answer.headers["location"].startswith("//")
        assert answer.headers["cache-control"] == "private, no-store"


NO_SLASH_HELPS = ["//evil.example/en", "//evil.example", "/en//", "//", "/en/nowhere", "/%2Fevil.example"]


@pytest.mark.parametrize("path", NO_SLASH_HELPS)
def test_what_no_slash_can_mend_is_not_there(app: ASGIApp, path: str) -> None:
    answer = ask(app, "GET", f"http://portal.example{path}")
    assert answer.status_code == 404
    assert "location" not in answer.headers


@pytest.mark.parametrize(
    "path", ["/a/b/nowhere.json", "/requests/x", "/static/abc/x.js", "/places/nothing.json"]
)
def test_that_there_is_nothing_is_remembered_by_nobody(app: ASGIApp, path: str) -> None:
    answer = ask(app, "GET", path)
    assert answer.status_code == 404
    assert "no-store" in answer.headers["cache-control"]


# --- for which host -----------------------------------------------------------------------------------------

FOREIGN_HOSTS = [
    *("evil.example", "evil.example:443", "311.city.example.evil.example", "evil.311.city.example", ""),
    *("311.city.example:8080", "311.city.example:80", "127.0.0.1:3110", "[::1]", "311.city.example/x", "a b"),
]


@pytest.mark.parametrize("host", FOREIGN_HOSTS)
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT"])
def test_in_production_no_other_host_is_answered(tmp_path: Path, host: str, method: str) -> None:
    app = serve(say_body, tmp_path, production=True, base_url="https://311.city.example", trusted_proxies=0)
    answer = ask(app, method, "/private/x", headers={"host": host})
    assert answer.status_code == 421
    assert answer.headers["content-type"].startswith("text/plain")
    assert "no-store" in answer.headers["cache-control"]
    assert not (host and host in answer.text)


@pytest.mark.parametrize("host", ["311.city.example", "311.City.Example", "311.city.example:443"])
def test_our_own_host_is_answered_however_it_is_written(tmp_path: Path, host: str) -> None:
    app = serve(say_body, tmp_path, production=True, base_url="https://311.city.example", trusted_proxies=0)
    assert ask(app, "GET", "/private/x", headers={"host": host}).status_code == 200


def test_a_port_is_a_part_of_the_host(tmp_path: Path) -> None:
    app = serve(
        say_body, tmp_path, production=True, base_url="https://311.city.example:8443", trusted_proxies=0
    )
    for host, status in (("311.city.example:8443", 200), ("311.city.example", 421)):
        assert ask(app, "GET", "/private/x", headers={"host": host}).status_code == status


def test_a_host_that_is_named_twice_is_none(tmp_path: Path) -> None:
    app = serve(say_body, tmp_path, production=True, base_url="https://311.city.example", trusted_proxies=0)
    twice = [("host", "311.city.example"), ("host", "evil.example")]
    assert ask(app, "GET", "/private/x", headers=twice).status_code == 421


@pytest.mark.parametrize("settings", [{}, {"base_url": "https://311.city.example"}])
def test_elsewhere_than_in_production_every_host_is_answered(
    tmp_path: Path, settings: dict[str, str]
) -> None:
    app = serve(say_body, tmp_path, **settings)
    assert ask(app, "GET", "/private/x", headers={"host": "192.168.1.20:3110"}).status_code == 200


@pytest.mark.parametrize("path", ["/health", "/health/ready", "/healthz", "/metrics"])
def test_whoever_watches_us_may_use_any_host(portal: Portal, build: Build, path: str) -> None:
    settings = portal.settings.model_copy(update={"base_url": "https://311.city.example", "production": True})
    app = guarded(site(portal, build), settings)
    assert ask(app, "GET", path, headers={"host": "10.0.0.7:3110"}).status_code != 421


def test_a_websocket_for_another_host_does_not_open(tmp_path: Path) -> None:
    settings = Settings(
        data=tmp_path, production=True, base_url="https://311.city.example", trusted_proxies=0
    )
    for host, said in (("evil.example", ["websocket.close"]), ("311.city.example", ["websocket.accept"])):
        assert asyncio.run(_knock(settings, host))[:1] == said


async def _knock(settings: Settings, host: str) -> list[str]:
    async def greet(websocket: WebSocket) -> None:
        await websocket.accept()

    headers = [(b"host", host.encode()), (b"origin", b"https://311.city.example")]
    scope: Scope = {"type": "websocket", "path": "/_event", "query_string": b"", "headers": headers}
    said: list[str] = []

    async def receive() -> Message:
        return {"type": "websocket.connect"}

    async def send(message: Message) -> None:
        said.append(message["type"])

    await guarded(Starlette(routes=[WebSocketRoute("/_event", greet)]), settings)(scope, receive, send)
    return said


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
