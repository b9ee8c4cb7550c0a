"""Whose photo is next: each network's in turn."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from app.adapters.photos import turns
from app.adapters.photos.turns import TooManyWait, Turns


class Shop:
    """One place with customers; `served` says in which order they had it, and each leaves when told."""

    def __init__(self, places: int = 1) -> None:
        self.turns = Turns(places)
        self.served: list[str] = []
        self.close = asyncio.Event()

    async def customer(self, name: str, network: str | None) -> None:
        async with self.turns.turn(network):
            self.served.append(name)
            await self.close.wait()


async def come(shop: Shop, *customers: tuple[str, str | None]) -> list["asyncio.Task[None]"]:
    """Let them come one after the other."""
    tasks = []
    for name, network in customers:
        tasks.append(asyncio.create_task(shop.customer(name, network)))
        await asyncio.sleep(0)
    return tasks


def play(scene: Callable[[], Coroutine[Any, Any, None]]) -> None:
    asyncio.run(scene())


def test_who_has_one_photo_waits_for_one_of_each_other_network() -> None:
    async def scene() -> None:
        shop = Shop()
        tasks = await come(shop, *((f"a{n}", "a") for n in range(5)), ("b0", "b"), ("b1", "b"), ("c0", "c"))
        assert shop.served == ["a0"]
        shop.close.set()
        await asyncio.gather(*tasks)
        assert shop.served == ["a0", "a1", "b0", "c0", "a2", "b1", "a3", "a4"]

    play(scene)


def test_as_many_as_there_are_places_have_a_turn_at_once() -> None:
    async def scene() -> None:
        shop = Shop(places=2)
        tasks = await come(shop, *((f"a{n}", "a") for n in range(4)))
        assert shop.served == ["a0", "a1"]
        shop.close.set()
        await asyncio.gather(*tasks)
        assert len(await come(shop, ("b", "b"), ("c", "c"))) == 2
        assert shop.served[4:] == ["b", "c"]

    play(scene)


def test_one_network_cannot_take_all_the_room_to_wait() -> None:
    async def scene() -> None:
        shop = Shop()
        tasks = await come(shop, *((f"a{n}", "a") for n in range(1 + turns.MOST_OF_ONE)))
        with pytest.raises(TooManyWait):
            await shop.customer("one too many", "a")
        tasks += await come(shop, ("b", "b"))
        shop.close.set()
        await asyncio.gather(*tasks)
        assert shop.served.index("b") == 2

    play(scene)


def test_the_room_to_wait_has_an_end_for_all_together_and_for_those_of_unknown_networks() -> None:
    async def scene() -> None:
        shop = Shop()
        tasks = await come(shop, *((f"{n}", None) for n in range(1 + turns.MOST_IN_ALL)))
        for network in (None, "b"):
            with pytest.raises(TooManyWait):
                await shop.customer("one too many", network)
        shop.close.set()
        await asyncio.gather(*tasks)
        await shop.customer("later", "b")

    play(scene)


def test_who_gives_up_waiting_or_working_keeps_no_place() -> None:
    async def scene() -> None:
        shop = Shop()
        first, second, third, fourth = await come(shop, ("1", "a"), ("2", "a"), ("3", "b"), ("4", "a"))
        second.cancel()
        first.cancel()
        await asyncio.wait([first, second])
        third.cancel()  # in the very moment in which it gets its turn
        shop.close.set()
        await asyncio.wait([third, fourth])
        assert shop.served[-1] == "4"
        await shop.customer("5", "c")

    play(scene)


def test_an_error_gives_the_place_back() -> None:
    async def scene() -> None:
        shop = Shop()
        for _ in range(3):
            with pytest.raises(ValueError, match="broken"):
                async with shop.turns.turn("a"):
                    raise ValueError("broken")

    play(scene)
