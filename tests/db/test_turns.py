"""Turns: whoever asks a lot waits behind their own, and nobody's turn is lost."""

import asyncio

import pytest

from app.db.threads import TooBusy
from app.db.turns import Turns


class Room:
    """Where people wait, one is at work at a time, and it is written down who was."""

    def __init__(self, **limits: int) -> None:
        self.turns = Turns(**{"at_once": 1, "most_each": 10, "most": 100, **limits})
        self.worked: list[str | None] = []
        self.open = asyncio.Event()

    async def work(self, who: str | None, *, known: bool = False) -> None:
        async with self.turns.turn(who, known=known):
            self.worked.append(who)
            await self.open.wait()


async def soon(room: Room, *who: str | None, known: bool = False) -> list[asyncio.Task[None]]:
    """They come in this order, and wait."""
    tasks = []
    for one in who:
        tasks.append(asyncio.create_task(room.work(one, known=known)))
        await asyncio.sleep(0)
    return tasks


def test_networks_take_turns_and_known_devices_go_first() -> None:
    async def scene() -> None:
        room = Room()
        tasks = await soon(room, *"aaaa", "b", "c", "b")
        tasks += await soon(room, "K", "L", known=True)
        room.open.set()
        await asyncio.gather(*tasks)
        assert room.worked == ["a", "K", "L", "a", "b", "c", "a", "b", "a"]

    asyncio.run(scene())


def test_each_network_has_so_many_places_and_all_together_too() -> None:
    async def scene() -> None:
        room = Room(most_each=2, most=5)
        tasks = await soon(room, "now", *"aabb")
        for who in ("a", "b"):
            with pytest.raises(TooBusy):
                await room.work(who)
        tasks += await soon(room, "c")
        with pytest.raises(TooBusy):
            await room.work("d")
        tasks += await soon(room, "K", "K", known=True)
        with pytest.raises(TooBusy):
            await room.work("K", known=True)
        room.open.set()
        await asyncio.gather(*tasks)
        assert len(room.worked) == 8
        await room.work("d")

    asyncio.run(scene())


def test_those_of_whom_it_is_not_known_are_no_one_network_but_find_room_only_within_that_of_all() -> None:
    async def scene() -> None:
        room = Room(most_each=1, most=3)
        tasks = await soon(room, "now", None, None, None)
        for who in (None, "a"):
            with pytest.raises(TooBusy):
                await room.work(who)
        room.open.set()
        await asyncio.gather(*tasks)
        await room.work("later")

    asyncio.run(scene())


def test_as_many_as_there_are_places_have_a_turn_at_once() -> None:
    async def scene() -> None:
        room = Room(at_once=2)
        tasks = await soon(room, *"aaaa")
        assert len(room.worked) == 2
        room.open.set()
        await asyncio.gather(*tasks)
        room.open.clear()
        tasks = await soon(room, "b", "c")
        assert room.worked[4:] == ["b", "c"]
        room.open.set()
        await asyncio.gather(*tasks)

    asyncio.run(scene())


def test_an_error_gives_the_place_back() -> None:
    async def scene() -> None:
        room = Room()
        for _ in range(3):
            with pytest.raises(ValueError, match="broken"):
                async with room.turns.turn("a"):
                    raise ValueError("broken")

    asyncio.run(scene())


def test_whose_work_was_given_up_gives_the_place_back() -> None:
    async def scene() -> None:
        room = Room()
        working, other = await soon(room, "a", "b")
        working.cancel()
        room.open.set()
        await other
        assert room.worked == ["a", "b"]

    asyncio.run(scene())


@pytest.mark.parametrize("at_the_moment", [False, True])
def test_who_leaves_takes_nobodys_turn(at_the_moment: bool) -> None:
    async def scene() -> None:
        room = Room()
        first, leaving, other = await soon(room, "now", "a", "b")
        if at_the_moment:
            # The turn is handed over when the first one ends, and then he is gone.
            room.open.set()
            await first
        leaving.cancel()
        room.open.set()
        await asyncio.gather(first, other)
        await asyncio.gather(leaving, return_exceptions=True)
        await asyncio.wait_for(room.work("last"), 10)
        assert room.worked[-1] == "last"
        assert "b" in room.worked

    asyncio.run(scene())


def test_who_gave_up_in_the_same_moment_holds_up_nobody() -> None:
    async def scene() -> None:
        room = Room()
        tasks = await soon(room, *"aab", "a")
        for one in tasks[1:3]:
            # Its future is done, and its task has not heard of it yet.
            one.cancel()
        room.open.set()
        await asyncio.gather(*tasks, return_exceptions=True)
        assert room.worked.count("a") == 2
        async with room.turns.turn("c", known=False):
            pass

    asyncio.run(scene())
