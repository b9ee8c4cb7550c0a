"""What the server knows of a tab lies in its memory only, for a quarter of an hour, and for one person."""

from typing import Any, cast

import reflex as rx
from reflex.istate.manager.memory import StateManagerMemory

from state.desk.base import Desk
from state.desk.queue import DeskQueue
from state.desk.request import DeskRequest
from tests.desk.conftest import Play
from tests.desk.tabs import Room, name_of
from tests.desk.test_leaving import until
from tests.factories import send


def manager() -> StateManagerMemory:
    from app.app import app

    return cast(StateManagerMemory, app.state_manager)


def test_what_open_tabs_show_is_kept_in_memory_and_not_for_long(reflex: Any) -> None:
    assert isinstance(manager(), StateManagerMemory)
    assert manager().token_expiration == 900
    assert rx.config.get_config().state_manager_mode.value == "memory"


def test_the_next_person_in_the_same_tab_gets_nothing_of_the_last_one(scene: Play) -> None:
    async def next_person(room: Room) -> None:
        first = room.person("Ana")
        reference = send(room.portal.requests, now=room.portal.now(), email="maria@example.org").reference
        ana = await room.open("/en/desk/request/", query=f"ref={reference}", cookie=room.sign_in(first))
        await ana.until(DeskRequest, "there", True)
        assert "maria@example.org" in ana.knows()
        # The network is cut: the server never hears of her leaving.
        await ana.close()
        ben = await room.open("/en/desk/", cookie=room.sign_in(room.person("Ben")), token=ana.token)
        await ben.until(Desk, "person", "Ben")
        await ben.until_done()
        assert "maria@example.org" not in ben.knows()
        assert "Ana" not in ben.knows()

    scene(next_person)


def test_the_same_person_finds_a_tab_as_it_was(scene: Play) -> None:
    async def comes_back(room: Room) -> None:
        ana = room.person("Ana")
        tab = await room.open(cookie=room.sign_in(ana))
        tab.send(name_of(DeskQueue.filter), form={"status": "all", "text": "zebra"})
        await tab.until(DeskQueue, "text", "zebra")
        await tab.close()
        again = await room.open(cookie=room.sign_in(ana), token=tab.token)
        await again.until(DeskQueue, "text", "zebra")
        assert again.show(DeskQueue, "query") == "?status=all&text=zebra"

    scene(comes_back)


def test_a_tab_that_rests_is_forgotten(scene: Play) -> None:
    async def rest(room: Room) -> None:
        cookie = room.sign_in()
        reference = send(room.portal.requests, now=room.portal.now(), email="maria@example.org").reference
        tab = await room.open("/en/desk/request/", query=f"ref={reference}", cookie=cookie)
        await tab.until(DeskRequest, "there", True)
        tab.send(name_of(Desk.rest))
        await tab.until_closed()
        await until(0)
        states = [state for key, state in manager().states.items() if tab.token in key]
        assert states, "the state is still there, and empty"
        for state in states:
            assert "maria@example.org" not in repr(state.dict())
        again = await room.open("/en/desk/request/", query=f"ref={reference}", cookie=cookie, token=tab.token)
        await again.until(DeskRequest, "there", True)
        assert "maria@example.org" in again.knows()

    scene(rest)


def test_a_tab_whose_state_is_gone_finds_its_filters_in_the_address(scene: Play) -> None:
    async def come_back(room: Room) -> None:
        cookie = room.sign_in()
        tab = await room.open(query="status=closed&order=oldest", cookie=cookie)
        await tab.until(DeskQueue, "found", "No reports match these filters.")
        assert (tab.show(DeskQueue, "status"), tab.show(DeskQueue, "order")) == ("closed", "oldest")
        for token in [token for _, token in manager()._token_expires_at.values()]:
            manager()._purge_token(token)
        await tab.close()
        again = await room.open(query="status=closed&order=oldest", cookie=cookie, token=tab.token)
        await again.until(DeskQueue, "found", "No reports match these filters.")
        assert (again.show(DeskQueue, "status"), again.show(DeskQueue, "order")) == ("closed", "oldest")

    scene(come_back)


def test_an_address_that_no_form_of_ours_makes_is_left_alone(scene: Play) -> None:
    async def look(room: Room) -> None:
        for query in ("status=stolen", "text=" + "x" * 500, "age=never&status=all", "other=1"):
            tab = await room.open(query=query)
            await tab.until(DeskQueue, "found", "No reports match these filters.")
            assert tab.show(DeskQueue, "status") == "open"
            await tab.close()

    scene(look)
