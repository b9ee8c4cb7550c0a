"""Work in threads: who waits to write does not hold up who reads, and what would wait too long is refused."""

import asyncio
from threading import Event

import anyio
import pytest

from app.db import threads
from app.db.threads import MOST_READING, MOST_WAITING, READERS, TooBusy, reading, writing


def test_readers_pass_writers_that_wait() -> None:
    async def scene() -> str:
        go_on = Event()
        writers = [asyncio.ensure_future(writing(go_on.wait)) for _ in range(50)]
        try:
            with anyio.fail_after(30):
                return await reading(lambda: "read")
        finally:
            go_on.set()
            await asyncio.gather(*writers)

    assert asyncio.run(scene()) == "read"


def test_a_long_queue_is_refused_and_empties() -> None:
    async def scene() -> list[bool | BaseException]:
        go_on = Event()
        asked = [asyncio.ensure_future(writing(go_on.wait)) for _ in range(MOST_WAITING + 10)]
        with anyio.fail_after(30):
            done, _ = await asyncio.wait(asked, return_when=asyncio.FIRST_COMPLETED)
        go_on.set()
        assert all(isinstance(one.exception(), TooBusy) for one in done)
        results = await asyncio.gather(*asked, return_exceptions=True)
        assert await writing(lambda: "again") == "again"
        return results

    results = asyncio.run(scene())
    assert results.count(True) >= MOST_WAITING
    assert any(isinstance(one, TooBusy) for one in results)


def test_a_crowd_that_comes_at_once_is_let_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two hundred who look at something at the same moment are no more than the portal can answer within a second."""
    monkeypatch.setattr(threads, "SECONDS_TO_WAIT", 60)

    async def scene() -> list[str]:
        return await asyncio.gather(*[reading(lambda: "read") for _ in range(MOST_READING)])

    assert asyncio.run(scene()) == ["read"] * MOST_READING


def test_a_database_that_hangs_holds_up_nobody_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its threads stay where they are, and whoever asks is told so; when it answers again, so do we."""
    monkeypatch.setattr(threads, "SECONDS_TO_ANSWER", 0.01)
    monkeypatch.setattr(threads, "SECONDS_TO_WAIT", 0.01)

    async def scene() -> None:
        answers = Event()
        try:
            for _ in range(READERS + 2):
                with pytest.raises(TooBusy):
                    await reading(answers.wait)
        finally:
            answers.set()
        with anyio.fail_after(30):
            while True:
                try:
                    assert await reading(lambda: "read") == "read"
                    break
                except TooBusy:
                    await asyncio.sleep(0)

    asyncio.run(scene())


def test_who_leaves_gives_the_place_back() -> None:
    async def scene() -> None:
        go_on = Event()
        writers = [asyncio.ensure_future(writing(go_on.wait)) for _ in range(20)]
        await asyncio.sleep(0)
        for writer in writers:
            writer.cancel()
        await asyncio.gather(*writers, return_exceptions=True)
        go_on.set()
        with anyio.fail_after(30):
            assert await writing(lambda: "written") == "written"

    asyncio.run(scene())


def test_what_the_work_raises_is_raised() -> None:
    def fail() -> None:
        raise KeyError("x")

    with pytest.raises(KeyError):
        asyncio.run(reading(fail))
