"""Tabs come and go, and nothing of them stays behind that costs anything."""

import asyncio

import pytest

from app.desk.watch import changes_of
from app.people.rules import set_active
from state.desk import alerts as desk_alerts
from state.desk import base as desk
from state.desk.base import Desk
from state.desk.queue import DeskQueue
from state.desk.request import DeskRequest
from tests.desk.conftest import Play
from tests.desk.tabs import Room, Tab
from tests.factories import send


def watching() -> int:
    """How many open pages are being followed by the server."""
    names = (task.get_name() for task in asyncio.all_tasks())
    return sum(name.startswith("reflex_event|") and ".watch|" in name for name in names)


async def until(wanted: int) -> None:
    while watching() != wanted:
        await asyncio.sleep(0)


def test_many_tabs_come_and_go(scene: Play) -> None:
    async def come_and_go(room: Room) -> None:
        cookie = room.sign_in()
        reference = send(room.portal.requests, now=room.portal.now()).reference
        for _ in range(3):
            tabs = [await room.open(cookie=cookie) for _ in range(15)]
            tabs += [
                await room.open("/en/desk/request/", query=f"ref={reference}", cookie=cookie)
                for _ in range(15)
            ]
            for tab in tabs:
                await tab.until_done()
            await until(30)
            for tab in tabs:
                await tab.close()
            await until(0)
            assert changes_of(room.portal.engine).listeners == 0

    scene(come_and_go)


def test_a_page_is_followed_once_however_often_it_is_loaded(scene: Play) -> None:
    async def load_again(room: Room) -> None:
        cookie = room.sign_in()
        tab = await room.open(cookie=cookie)
        for _ in range(5):
            await tab.until(DeskQueue, "found", "No reports match these filters.")
            await tab.close()
            tab = await room.open(cookie=cookie, token=tab.token)
        await tab.until_done()
        await until(1)

    scene(load_again)


def test_going_to_another_page_of_the_desk_ends_the_first(scene: Play) -> None:
    async def go_on(room: Room) -> None:
        cookie = room.sign_in()
        reference = send(room.portal.requests, now=room.portal.now()).reference
        tab = await room.open(cookie=cookie)
        await tab.until(DeskQueue, "found", "1 report found. Page 1.")
        await until(1)
        await tab.close()
        there = await room.open("/en/desk/request/", query=f"ref={reference}", cookie=cookie, token=tab.token)
        await there.until(DeskRequest, "there", True)
        await until(1)

    scene(go_on)


def test_a_request_that_is_not_there_is_not_followed(scene: Play) -> None:
    async def look(room: Room) -> None:
        tab = await room.open("/en/desk/request/", query="ref=1")
        await tab.until(DeskRequest, "missing", True)
        await tab.until_done()
        assert watching() == 0

    scene(look)


def test_a_page_that_is_left_alone_learns_that_its_sign_in_is_over(
    scene: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk, "SECONDS_BETWEEN_CHECKS", 0.02)

    async def leave_alone(room: Room) -> None:
        tab: Tab = await room.open()
        await tab.until(DeskQueue, "found", "No reports match these filters.")
        with room.portal.people.writing() as transaction:
            transaction.end_sessions(tab_person(room))
        await tab.until(Desk, "signed_out", True)
        await tab.until_closed()
        await until(0)

    scene(leave_alone)


def tab_person(room: Room) -> str:
    """The id of the only person there is."""
    with room.portal.engine.begin() as connection:
        return str(connection.exec_driver_sql("SELECT id FROM person").scalar_one())


@pytest.mark.parametrize("path", ["/en/desk/", "/en/desk/request/", "/en/desk/alerts/"])
def test_the_tabs_of_somebody_who_is_suspended_end_by_themselves(
    scene: Play, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where nothing else happens; a colleague's go on."""
    monkeypatch.setattr(desk, "SECONDS_BETWEEN_CHECKS", 3600.0)
    monkeypatch.setattr(desk_alerts, "SECONDS_BETWEEN_LOOKS", 3600.0)

    async def suspended(room: Room) -> None:
        reference = send(room.portal.requests, now=room.portal.now()).reference
        query = f"ref={reference}" if "request" in path else ""
        leaver, other = room.person(), room.person("Bo")
        tab = await room.open(path, query=query, cookie=room.sign_in(leaver))
        colleague = await room.open(path, query=query, cookie=room.sign_in(other))
        for one in (tab, colleague):
            await one.until_done()
        await until(2)
        set_active(store=room.portal.people, email=leaver.email, active=False, now=room.portal.now())
        await tab.until_closed()
        assert tab.show(Desk, "signed_out")
        await colleague.until_done()
        assert not colleague.show(Desk, "signed_out")
        assert reference not in str(tab.show(DeskQueue, "rows") if path == "/en/desk/" else "")

    scene(suspended)
