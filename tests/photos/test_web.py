"""Photos that everybody may see and those that nobody may, the places, and our own files."""

import asyncio
from collections.abc import Callable
from hashlib import sha256

import httpx
import pytest
from sqlalchemy import select
from starlette.types import ASGIApp

from app.db.engine import read
from app.db.tables import PHOTOS
from app.http.built import Build
from app.http.portal import Portal
from app.kit.ids import make_id
from app.moderation.rules import Decided, hide, show
from app.photos.store import upload
from app.requests.rules import photo_stored
from app.routes import url
from tests.devices import Sender, ask, browsing, make_photo, stored_requests
from tests.factories import NOW, send

PHOTO = make_photo()


def send_photo(app: ASGIApp, portal: Portal, **changes: object) -> tuple[Sender, str]:
    """A report with one stored photo; returns its content."""
    sender = Sender(PHOTO, **changes)

    async def conversation() -> None:
        async with browsing(app) as browser:
            await sender.send_text(browser)
            assert (await sender.upload(browser, PHOTO)).json()["state"] == "stored"

    asyncio.run(conversation())
    with read(portal.engine) as connection:
        known = upload(connection, sender.id, sha256(PHOTO).hexdigest())
    assert known is not None
    assert known.content is not None
    return sender, known.content


def public(app: ASGIApp, content: str, size: str = "320", **headers: str) -> httpx.Response:
    return ask(app, "GET", url("photo", content=content, size=size), headers=headers)


def names(portal: Portal, sender: Sender) -> list[str]:
    """The public names of a report's photos."""
    query = select(PHOTOS.c.name).where(PHOTOS.c.request_id == sender.id).order_by(PHOTOS.c.position)
    with read(portal.engine) as connection:
        return list(connection.execute(query).scalars())


def decide(portal: Portal, decision: Callable[..., Decided]) -> None:
    """Show or hide everything of every report."""
    for row in stored_requests(portal):
        decision(store=portal.requests, reference=row["reference"], by=None, now=NOW)


@pytest.fixture
def waiting(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    """A city in which every type waits until staff have looked."""
    types = tuple(one.model_copy(update={"publish": "after_look"}) for one in portal.city.services)
    monkeypatch.setitem(portal.city.__dict__, "services", types)


def private(app: ASGIApp, id: str, content: str, size: str = "320") -> httpx.Response:
    return ask(app, "GET", url("private_photo", id=id, content=content, size=size))


# --- photos -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", ["320", "800", "full"])
def test_a_public_photo_is_kept_for_a_minute_under_its_name(app: ASGIApp, portal: Portal, size: str) -> None:
    sender, content = send_photo(app, portal)
    name = names(portal, sender)[0]
    assert content not in name
    answer = public(app, name, size)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "image/webp"
    assert answer.headers["cache-control"] == "public, max-age=60"
    assert answer.headers["x-robots-tag"] == "noindex"
    assert answer.content[:4] == b"RIFF"
    again = public(app, name, size, **{"if-none-match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_an_old_address_leads_to_the_name(app: ASGIApp, portal: Portal) -> None:
    sender, content = send_photo(app, portal)
    answer = public(app, content)
    assert answer.status_code == 301
    assert answer.headers["location"] == url("photo", content=names(portal, sender)[0], size="320")
    assert answer.headers["cache-control"] == "public, max-age=60", "a browser may not lead there for ever"


def test_what_is_hidden_is_gone_under_every_address_and_comes_back(app: ASGIApp, portal: Portal) -> None:
    sender, content = send_photo(app, portal)
    name = names(portal, sender)[0]
    etag = public(app, name).headers["etag"]
    decide(portal, hide)
    for address in (name, content):
        for headers in ({}, {"if-none-match": etag}):
            answer = public(app, address, **headers)
            assert (answer.status_code, answer.content) == (410, b"")
            assert answer.headers["cache-control"] == "no-store", "it may come back"
    assert private(app, sender.id, content).status_code == 200, "its person and the desk see it"
    decide(portal, show)
    assert public(app, name).status_code == 200
    assert public(app, content).status_code == 301


def test_a_photo_that_nobody_has_looked_at_is_nobodys(app: ASGIApp, portal: Portal, waiting: None) -> None:
    sender, content = send_photo(app, portal)
    name = names(portal, sender)[0]
    for address in (name, content):
        assert public(app, address).status_code == 404
    assert private(app, sender.id, content).status_code == 200
    decide(portal, show)
    assert public(app, name).status_code == 200
    assert public(app, content).status_code == 301


def test_a_photo_of_a_private_type_is_nobodys_without_the_id(app: ASGIApp, portal: Portal) -> None:
    sender, content = send_photo(app, portal, service_code="noise")
    assert public(app, content).status_code == 404
    mine = private(app, sender.id, content)
    assert mine.status_code == 200
    assert mine.headers["cache-control"] == "private, no-store"
    assert private(app, make_id(), content).status_code == 404


def test_a_picture_that_one_report_shows_is_public_although_another_hides_it(
    app: ASGIApp, portal: Portal
) -> None:
    hidden, content = send_photo(app, portal, service_code="noise")
    shown, same = send_photo(app, portal, service_code="pothole")
    assert content == same
    assert public(app, content).headers["location"] == url(
        "photo", content=names(portal, shown)[0], size="320"
    )
    assert public(app, names(portal, hidden)[0]).status_code == 404
    assert private(app, shown.id, content).status_code == 200


@pytest.mark.parametrize("size", ["321", "", "FULL", "320.webp", "../320"])
def test_only_the_three_sizes_exist(app: ASGIApp, portal: Portal, size: str) -> None:
    sender, content = send_photo(app, portal)
    assert public(app, names(portal, sender)[0], size).status_code == 404
    assert private(app, sender.id, content, size).status_code == 404


@pytest.mark.parametrize("content", ["0" * 64, "x", "..%2f..%2fportal.db", "0" * 63])
def test_a_photo_that_does_not_exist_is_not_found(app: ASGIApp, content: str) -> None:
    assert public(app, content).status_code == 404
    assert private(app, make_id(), content).status_code == 404


def test_a_photo_whose_files_are_gone_is_not_found(app: ASGIApp, portal: Portal) -> None:
    sender = Sender(PHOTO)

    async def conversation() -> None:
        async with browsing(app) as browser:
            await sender.send_text(browser)

    asyncio.run(conversation())
    content = "a" * 64
    photo_stored(
        store=portal.requests,
        request_id=sender.id,
        sha256=sha256(PHOTO).hexdigest(),
        content=content,
        width=1,
        height=1,
        now=NOW,
    )
    assert public(app, names(portal, sender)[0]).status_code == 404


# --- what phones drop ---------------------------------------------------------------------------------------


def test_phones_hear_of_which_reports_something_is_hidden(app: ASGIApp, portal: Portal) -> None:
    """Enough of the number to find it among those that they keep, and no more."""
    reference = send(portal.requests).reference
    nothing = ask(app, "GET", "/offline/hidden.json")
    assert nothing.json() == {"hidden": []}
    decide(portal, show)
    etag = {"if-none-match": nothing.headers["etag"]}
    assert ask(app, "GET", "/offline/hidden.json", headers=etag).status_code == 304
    decide(portal, hide)
    answer = ask(app, "GET", "/offline/hidden.json", headers=etag)
    assert answer.json() == {"hidden": [reference[-6:]]}
    assert answer.headers["cache-control"] == "public, no-cache"
    decide(portal, show)
    assert ask(app, "GET", "/offline/hidden.json").json() == {"hidden": [reference[-6:]]}


# --- our own files ------------------------------------------------------------------------------------------


def test_our_own_files_are_kept_for_ever_under_their_version(app: ASGIApp) -> None:
    answer = ask(app, "GET", url("static", version="abc123", file="outbox.js"))
    assert (answer.status_code, answer.text) == (200, "// the outbox\n")
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["content-type"].startswith("text/javascript")


def test_what_the_build_has_packed_is_sent_as_it_is(app: ASGIApp, build: Build) -> None:
    answer = ask(
        app, "GET", url("static", version="abc123", file="outbox.js"), headers={"accept-encoding": "gzip, br"}
    )
    assert answer.headers["content-encoding"] == "br"
    assert answer.text == "// the outbox\n"


@pytest.mark.parametrize("version", ["old", "abc123x", "ABC123"])
def test_older_versions_are_gone(app: ASGIApp, version: str) -> None:
    assert ask(app, "GET", url("static", version=version, file="outbox.js")).status_code == 404


@pytest.mark.parametrize("file", ["none.js", "outbox.js.br", "..%2fstatic.json", "../static.json", ""])
def test_nothing_but_the_files_of_the_build_can_be_had(app: ASGIApp, file: str) -> None:
    assert ask(app, "GET", url("static", version="abc123", file=file)).status_code == 404
    assert ask(app, "GET", f"/static/abc123/{file}").status_code == 404
