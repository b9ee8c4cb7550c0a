"""Events of people who may not be here: they change nothing and learn nothing, whatever they send."""

import asyncio
import logging
from dataclasses import replace
from inspect import signature
from typing import Any

import pytest
from reflex_base.registry import RegistrationContext
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.db.engine import read
from app.db.tables import METADATA
from app.http.origin import OwnOrigin
from app.http.portal import Portal
from app.people import rules as people
from app.requests.statuses import Status
from app.requests.store_request import whole_request
from app.site.live import live_front
from state.desk.alerts import DeskAlerts
from state.desk.base import Desk
from state.desk.queue import DeskQueue
from state.desk.request import DeskRequest
from tests.desk.conftest import Play
from tests.desk.tabs import NAMESPACE, ORIGIN, ROOT, Closed, Room, Tab, name_of, play
from tests.factories import send

PATH = "/en/desk/request/"
OURS = (Desk, DeskQueue, DeskRequest, DeskAlerts)
SECRETS = ("García", "ana@mail.example", "503-555-0123", "deep hole", "1200 Main St", "Smallville")
JUNK: tuple[Any, ...] = (
    *(None, True, -1, 3.5, "x", "\x00", [], [[]], {}, {"a": {"b": []}}, "x" * 50_000),
    {"status": ["closed"], "note": {"x": 1}, "version": "1e9", "key": 7},
    {"status": "closed", "note": None, "version": {}, "key": None},
    {
        "status": "' OR 1=1 --",
        "service_code": "'; DROP TABLE person",
        "age": "week",
        "text": "%_\\",
        "order": "asc",
    },
    {"status": "open", "service_code": "x" * 41, "age": "", "text": "", "order": "newest"},
    {"__reflex_form_data__": [["status", "closed"], ["note", 1]]},
    {"__proto__": {}, "__class__": "x", "self": 1},
)
"""What no form of ours sends."""


def handlers() -> dict[str, list[str]]:
    """Every event that can be sent, Reflex's own included, and the names of its arguments."""
    known = RegistrationContext.get().event_handlers
    return {name: list(signature(known[name].handler.fn).parameters)[1:] for name in sorted(known)}


def everything(portal: Portal) -> dict[str, list[Any]]:
    """All that is stored, but for when somebody was last seen."""
    with read(portal.engine) as connection:
        return {
            name: sorted(map(repr, connection.execute(table.select())))
            for name, table in METADATA.tables.items()
            if name != "session"
        }


def payloads(reference: str, names: list[str]) -> list[dict[str, Any]]:
    """What an event could bring: what it is meant to bring, and nonsense under each of these names."""
    good = {"status": "fixed", "note": "by a stranger", "version": "1", "key": ""}
    return [
        {},
        {"form": good},
        {"form": good, "value": reference},
        {"var_name": "person", "value": "Eve"},
        {"var_name": "is_hydrated", "value": True},
        {"vars": {f"{DeskRequest.get_full_name()}.shown": {"reference": reference}}},
        {"info": "TypeError: null is not an object", "component_stack": "x"},
        {"form": good, "self": {}, "person": "Eve"},
        *({name: junk} for name in names for junk in JUNK),
    ]


@pytest.fixture
def unguarded(reflex: ASGIApp, portal: Portal, live: ASGIApp) -> ASGIApp:
    """Reflex without what lies before it, as if somebody had found a way around."""
    return reflex


def test_every_handler_of_ours_is_tried() -> None:
    ours = {name_of(handler) for state in OURS for handler in state.event_handlers.values()}
    assert {name_of(DeskRequest.change_status), name_of(DeskQueue.watch)} < ours
    assert ours <= set(handlers())


def test_a_strangers_websocket_is_not_even_opened(scene: Play) -> None:
    async def knock(room: Room) -> None:
        cookie = room.sign_in()
        for refused in (
            {"cookie": ""},
            {"cookie": "forged"},
            {"cookie": cookie[:-1]},
            {"cookie": cookie, "origin": "https://evil.example"},
            {"cookie": cookie, "origin": ""},
            {"cookie": room.sign_in(room.person("Bo", role="caretaker"))},
        ):
            with pytest.raises(Closed):
                await room.open(**refused)
        assert await room.open(cookie=cookie)

    scene(knock)


OURS_SAY: list[dict[str, str]] = [
    {"origin": ORIGIN},
    {"origin": ORIGIN.upper()},
    {"origin": "https://portal.example"},
    {"origin": "https://311.city.example"},
    {"origin": ORIGIN, "sec-fetch-site": "same-origin"},
]
OTHERS_SAY: list[dict[str, str]] = [
    {},
    {"origin": ""},
    {"origin": "null"},
    {"origin": "null", "sec-fetch-site": "same-origin"},
    {"origin": "portal.example"},
    {"origin": "http://["},
    {"origin": "https://evil.example"},
    {"origin": f"{ORIGIN}.evil.example"},
    {"origin": f"{ORIGIN}:8080"},
    {"origin": ORIGIN, "sec-fetch-site": "cross-site"},
    {"origin": ORIGIN, "host": ""},
]
"""What browsers say of where a websocket is opened."""


@pytest.mark.usefixtures("unbuilt")
def test_the_doors_of_the_portal_and_of_the_desk_agree_on_where_a_websocket_comes_from(
    portal: Portal,
) -> None:
    settings = portal.settings.model_copy(update={"base_url": "https://311.city.example"})
    portal = replace(portal, settings=settings)
    own = {"host": "portal.example", "cookie": f"desk={Room(welcome, portal).sign_in()}"}
    for door in (OwnOrigin(welcome, base_url=settings.base_url), live_front(portal, welcome)):
        assert [said for said in OURS_SAY + OTHERS_SAY if asyncio.run(opens(door, own | said))] == OURS_SAY


async def welcome(scope: Scope, receive: Receive, send: Send) -> None:
    """Whoever has come so far."""
    await send({"type": "websocket.accept"})


async def opens(door: ASGIApp, headers: dict[str, str]) -> bool:
    """Whether a websocket with these headers gets through."""
    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    said: asyncio.Queue[Message] = asyncio.Queue()
    await door({"type": "websocket", "path": NAMESPACE, "headers": raw}, said.get, said.put)
    return bool((await said.get())["type"] == "websocket.accept")


def test_a_stranger_who_finds_a_way_around_changes_and_learns_nothing(
    unguarded: ASGIApp, portal: Portal, caplog: pytest.LogCaptureFixture
) -> None:
    async def try_all(room: Room) -> None:
        reference = send(portal.requests, now=portal.now()).reference
        colleague = await room.open(PATH, query=f"ref={reference}")
        await colleague.until(DeskRequest, "there", True)
        await colleague.close()
        before = everything(portal)
        for event, names in handlers().items():
            for payload in payloads(reference, names):
                # With the colleague's own token, which is no secret worth the name.
                async with Tab(
                    unguarded, PATH, query=f"ref={reference}", token=colleague.token, cookie="forged"
                ) as stranger:
                    stranger.raw("40/_event,{}")
                    stranger.send(event, **payload)
                    await stranger.until_closed()
                    said = stranger.knows()
                    assert not [secret for secret in SECRETS if secret in said], event
                    assert not stranger.events, event
        assert everything(portal) == before

    caplog.set_level(logging.CRITICAL)
    play(unguarded, portal, try_all)


def test_the_first_word_of_a_stranger_counts_as_little(unguarded: ASGIApp, portal: Portal) -> None:
    async def connect(room: Room) -> None:
        reference = send(portal.requests, now=portal.now()).reference
        for path, query in (("/en/desk/", ""), (PATH, f"ref={reference}"), ("/nowhere", "")):
            stranger = await room.open(path, query=query, cookie="")
            await stranger.until(Desk, "signed_out", True)
            await stranger.until_closed()
            said = stranger.knows()
            assert not [secret for secret in SECRETS if secret in said]

    play(unguarded, portal, connect)


def test_who_has_signed_out_is_out_although_the_websocket_was_open(scene: Play) -> None:
    async def go(room: Room) -> None:
        portal = room.portal
        reference = send(portal.requests, now=portal.now()).reference
        for leave in (_sign_out, _switch_off):
            cookie = room.sign_in()
            tab = await room.open(PATH, query=f"ref={reference}", cookie=cookie)
            await tab.until(DeskRequest, "there", True)
            before = everything(portal)["request_update"]
            leave(portal, cookie)
            form = {"status": "fixed", "note": "", "version": "1", "key": ""}
            tab.send(name_of(DeskRequest.change_status), form=form)
            await tab.until(Desk, "signed_out", True)
            assert tab.show(DeskRequest, "shown")["contact"] == [], "nothing of the report stays behind"
            assert tab.show(Desk, "person") == ""
            await tab.until_closed()
            assert everything(portal)["request_update"] == before

    scene(go)


def test_an_open_page_closes_when_its_sign_in_ends(scene: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    async def wait(room: Room) -> None:
        cookie = room.sign_in()
        tab = await room.open(cookie=cookie)
        await tab.until(DeskQueue, "found", "No reports match these filters.")
        people.sign_out(store=room.portal.people, token=cookie)
        send(room.portal.requests, now=room.portal.now())
        await tab.until(Desk, "signed_out", True)
        await tab.until_closed()
        assert "1200 Main St" not in tab.knows()

    scene(wait)


def test_nonsense_of_people_who_are_signed_in_changes_nothing(scene: Play) -> None:
    async def send_junk(room: Room) -> None:
        portal = room.portal
        reference = send(portal.requests, now=portal.now()).reference
        tab = await room.open(PATH, query=f"ref={reference}")
        await tab.until(DeskRequest, "there", True)
        before = everything(portal)
        for state in (DeskQueue, DeskRequest, DeskAlerts):
            for name, handler in state.event_handlers.items():
                if name in ("watch", "setvar"):
                    continue
                for junk in JUNK:
                    tab.send(name_of(handler), form=junk)
                    tab.send(name_of(handler), id=junk)
                tab.send(name_of(handler), nothing="of this name")
                tab.send(name_of(handler))
        for event in (
            f"{ROOT}.nothing",
            "_redirect",
            "",
            "x" * 5_000,
            f"{DeskRequest.get_full_name()}._load",
        ):
            tab.send(event, form={})
        for name in ("shown", "_reference", "rows", "signed_out"):
            tab.send(f"{DeskRequest.get_full_name()}.setvar", var_name=name, value="x")
        await tab.until_done()
        assert everything(portal) == before
        form = {"status": "fixed", "note": "", "version": "1", "key": ""}
        tab.send(name_of(DeskRequest.change_status), form=form)
        await tab.until(DeskRequest, "done", "The status is now: Fixed.")
        with read(portal.engine) as connection:
            loaded = whole_request(connection, reference)
        assert loaded is not None
        assert loaded.request.status == Status.FIXED

    scene(send_junk)


def test_no_variable_can_be_set_from_outside(scene: Play) -> None:
    """Reflex gives each state a `setvar` that anybody may call; today it fails for all of ours, and it must stay so."""

    async def set_them(room: Room) -> None:
        reference = send(room.portal.requests, now=room.portal.now()).reference
        tab = await room.open(PATH, query=f"ref={reference}")
        await tab.until(DeskRequest, "there", True)
        before = {(state, name): tab.show(state, name) for state, names in SHOWN.items() for name in names}
        for state in OURS:
            for name in (*state.vars, "_reference", "_token", "router", "__class__"):
                tab.send(f"{state.get_full_name()}.setvar", var_name=name, value="planted")
                tab.send(f"{state.get_full_name()}.set_{name}", value="planted")
        await tab.until_done()
        assert "planted" not in tab.knows()
        assert {(state, name): tab.show(state, name) for state, name in before} == before

    scene(set_them)


SHOWN: dict[type, tuple[str, ...]] = {
    Desk: ("person", "signed_out", "city"),
    DeskRequest: ("there", "shown"),
}


def _sign_out(portal: Portal, cookie: str) -> None:
    people.sign_out(store=portal.people, token=cookie)


def _switch_off(portal: Portal, cookie: str) -> None:
    with portal.engine.begin() as connection:
        connection.execute(METADATA.tables["person"].update().values(active=False))
