"""How much of everything a request may bring: refused in plain words before anybody works on it."""

import asyncio
import json
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.types import ASGIApp, Message
from starlette.websockets import WebSocket

from app.http.forms import MOST_TYPED
from app.http.portal import Portal
from app.http.replies import MOST_BYTES
from app.http.security import guarded
from app.http.sizes import LONGEST_HEADER, LONGEST_TARGET, MOST_HEADER_BYTES
from app.people.web import COOKIE, token_in
from app.reports.saved_copy import (
    LONGEST_DATA,
    MOST_ESCAPES,
    Damaged,
    NoCopy,
    SavedPhoto,
    SavedReport,
    read_copy,
)
from app.reports.web_devices import digest_fits
from app.routes import url
from app.settings import Settings
from tests.devices import ask, content_digest
from tests.factories import report
from tests.visitor import Visitor, visit

# --- headers ------------------------------------------------------------------------------------------------


@pytest.fixture
def bare(settings: Settings) -> ASGIApp:
    """An application that says yes to everything that reaches it."""

    async def yes(request: Request) -> PlainTextResponse:
        return PlainTextResponse("yes")

    async def meet(socket: WebSocket) -> None:
        await socket.accept()

    return guarded(Starlette(routes=[Route("/{rest:path}", yes), WebSocketRoute("/live", meet)]), settings)


@pytest.mark.parametrize("name", ["x-anything", "cookie", "accept-language", "content-digest", "user-agent"])
def test_a_header_may_be_so_long_and_no_longer(bare: ASGIApp, name: str) -> None:
    fits = "a" * (LONGEST_HEADER - len(name))
    assert ask(bare, "GET", "/", headers={name: fits}).status_code == 200
    refused = ask(bare, "GET", "/", headers={name: f"{fits}a"})
    assert refused.status_code == 431
    assert refused.json() == {"error": "too_long", "message": "Go back and try again."}
    assert refused.headers["x-content-type-options"] == "nosniff"


def test_all_headers_together_are_bounded(bare: ASGIApp) -> None:
    size = LONGEST_HEADER // 2
    most = MOST_HEADER_BYTES // size
    few = {f"x-{number}": "a" * (size - 400) for number in range(most)}
    assert ask(bare, "GET", "/", headers=few).status_code == 200
    many = {f"x-{number}": "a" * size for number in range(most)}
    assert ask(bare, "GET", "/", headers=many).status_code == 431
    small = {f"x-{number}": "a" for number in range(MOST_HEADER_BYTES // 4)}
    assert ask(bare, "GET", "/", headers=small).status_code == 431


@pytest.mark.parametrize("sign", ["a", "%20", "%F0%9F%91%A9"])
def test_an_address_may_be_so_long_and_no_longer(bare: ASGIApp, sign: str) -> None:
    fits = sign * ((LONGEST_TARGET - 10) // len(sign))
    for before in ("/", "/?q="):
        assert ask(bare, "GET", f"{before}{fits}").status_code == 200
        assert ask(bare, "GET", f"{before}{fits}{sign * 12}").status_code == 414


def test_who_asks_for_too_much_is_answered_in_their_language(bare: ASGIApp) -> None:
    refused = ask(bare, "GET", f"/?{'a' * LONGEST_TARGET}", headers={"accept-language": "es"})
    assert refused.json()["message"] == "Revise la dirección o empiece desde la página de inicio."


@pytest.mark.parametrize(
    "more", [{"query_string": b"a" * LONGEST_TARGET}, {"headers": [(b"cookie", b"a" * 9_000)]}]
)
def test_a_websocket_with_too_much_is_never_opened(bare: ASGIApp, more: dict[str, Any]) -> None:
    said: list[Message] = []
    scope = {
        "type": "websocket",
        "scheme": "ws",
        "path": "/live",
        "raw_path": b"/live",
        "root_path": "",
        "query_string": b"",
        "headers": [(b"host", b"portal.example")],
        "client": ("127.0.0.1", 4711),
        "subprotocols": [],
        **more,
    }

    async def receive() -> Message:
        return {"type": "websocket.connect"}

    async def send(message: Message) -> None:
        said.append(message)

    asyncio.run(bare(scope, receive, send))  # type: ignore[arg-type]
    assert [message["type"] for message in said] == ["websocket.close"]


@pytest.mark.parametrize("start", ["", " ", "sha-512=:AAAA:, "])
@pytest.mark.parametrize("name", ["sha-256=", "sha-256 = ", " sha-256= "])
def test_a_digest_is_read_as_ever(start: str, name: str) -> None:
    value = content_digest(b"body").removeprefix("sha-256=")
    assert digest_fits(f"{start}{name}{value} ", b"body")
    assert not digest_fits(f"{start}{name}{value} ", b"other")
    assert not digest_fits(f"{start}{name}{'a' + ' ' * 30_000 + 'b'}", b"body")


@pytest.mark.parametrize(
    ("header", "token"),
    [
        ("desk=abc", "abc"),
        ("a=1; desk=abc; b=2", "abc"),
        ("xdesk=no;desk=abc", "abc"),
        ("desk=old; desk=abc", "abc"),
        ("desk", ""),
        ("", ""),
        (";" * 8_000 + "desk=abc", "abc"),
    ],
)
def test_the_cookie_is_read_as_ever(header: str, token: str) -> None:
    assert COOKIE == "desk"
    assert token_in(header) == token


# --- forms --------------------------------------------------------------------------------------------------

FORM = url("report_form", locale="en", service_code="pothole")


def part(name: str, value: str) -> str:
    return f'--B\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'


async def send_parts(visitor: Visitor, path: str, *parts: str, charset: str = "") -> int:
    headers = {"content-type": f"multipart/form-data; boundary=B{charset}"}
    body = "".join((*parts, "--B--\r\n")).encode()
    return (await visitor.client.post(path, content=body, headers=headers)).status_code


def test_all_that_is_typed_in_a_form_is_bounded(portal: Portal) -> None:
    async def scene(visitor: Visitor) -> None:
        half = MOST_TYPED // 2
        assert (
            await send_parts(
                visitor, FORM, part("description", "a" * (half - 100)), part("email", "b" * half)
            )
            == 422
        )
        assert (
            await send_parts(visitor, FORM, part("description", "a" * half), part("email", "b" * half)) == 413
        )
        many = [part(f"attribute[{number}]", "é" * 1_000) for number in range(MOST_TYPED // 1_000 + 1)]
        assert await send_parts(visitor, FORM, *many) == 413

    visit(portal, scene)


DOORS = ("report_form", "import_reports", "request", "manage", "sign_in")


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("charset", ["punycode", "PunyCode", "idna", "undefined", "utf-7", "no such thing"])
def test_forms_come_in_utf_8(portal: Portal, door: str, charset: str) -> None:
    path = url(door, locale="en", service_code="pothole", reference="9436619115120", token="A" * 22)

    async def scene(visitor: Visitor) -> None:
        hostile = part("description", "b" * 50_000 + "-" + "z" * 50_000)
        assert await send_parts(visitor, path, hostile, charset=f"; charset={charset}") == 400

    visit(portal, scene)


def test_a_browser_that_names_utf_8_is_understood(portal: Portal) -> None:
    async def scene(visitor: Visitor) -> None:
        assert await send_parts(visitor, FORM, part("description", "é"), charset="; charset=UTF-8") == 422

    visit(portal, scene)


# --- saved copies -------------------------------------------------------------------------------------------


def saved_draft(description: str) -> bytes:
    fields = report(description=description)
    photo = {"sha256": None, "data": "AAAA", "description": description}
    entry = {"id": fields["id"], "body": json.dumps({"description": "x"}), "draft": True, "photos": [photo]}
    return json.dumps({"format": "city-311-reports", "v": 1, "reports": [entry]}).encode()


def test_a_draft_in_a_saved_copy_is_no_longer_than_a_report_may_be() -> None:
    (short,), (long,) = read_copy(saved_draft("a hole")), read_copy(saved_draft("a" * MOST_BYTES))
    assert isinstance(short, SavedReport)
    assert isinstance(long, Damaged)


def test_a_saved_copy_of_backslashes_is_none() -> None:
    assert read_copy(saved_draft("\\" * 20_000))
    with pytest.raises(NoCopy):
        read_copy(saved_draft("\\" * MOST_ESCAPES))


def test_a_photo_that_is_larger_than_any_that_can_be_sent_is_not_even_decoded() -> None:
    assert SavedPhoto(None, "AAAA" * (LONGEST_DATA // 4), "").content() is not None
    assert SavedPhoto(None, "AAAA" * (LONGEST_DATA // 4 + 1), "").content() is None
