"""Work in threads: who waits to write does not hold up who reads, and what would wait too long is refused."""

import asyncio
from threading import Event

import anyio
import pytest

from app.storage.threads import MOST_WAITING, TooBusy, reading, writing


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


def test_what_the_work_raises_is_raised() -> None:
    def fail() -> None:
        raise KeyError("x")

    with pytest.raises(KeyError):
        asyncio.run(reading(fail))
