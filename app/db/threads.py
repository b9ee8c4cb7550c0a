"""Threads for what waits: for the database, for files. Whoever waits to write never holds up those who read.

A few threads are enough, and quicker than many: they share one interpreter. What would have to wait behind a long
queue is refused instead, at once or after a moment, so that the person hears of it within seconds and their device
comes again. The same if the database does not answer any more: its thread is left to itself, and keeps its place.
"""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from contextvars import copy_context
from functools import partial
from typing import Any, ParamSpec, TypeVar

from anyio import CapacityLimiter, move_on_after
from anyio.lowlevel import RunVar

from app.db.engine import give_up_at as _give_up_at
from app.kit.meter import measured

READERS = 3
WRITERS = 2
"""One writes, the next one is ready."""
OTHERS = 4
MOST_READING = 600
"""A look takes a few milliseconds: so many are through within the patience below, and a crowd is let in."""
MOST_WAITING = 100
"""Of each other kind; behind so many, the wait would be seconds."""
SECONDS_TO_WAIT = 2.5
"""For a thread that is free, and for a writer the turn in the database as well."""
SECONDS_FOR_OTHERS = 10.0
"""The same for files and pictures, of which one can take seconds by itself."""
SECONDS_TO_ANSWER = 10.0
"""For the database, once it is asked. Its own limits are shorter (engine.py); this is for one that hangs."""

Given = ParamSpec("Given")
Result = TypeVar("Result")


class TooBusy(Exception):
    """So much waits already that this is better tried again later."""


_threads = ThreadPoolExecutor(READERS + WRITERS + OTHERS, thread_name_prefix="work")

# One of each kind for an event loop.
_readers: RunVar[CapacityLimiter] = RunVar("readers")
_writers: RunVar[CapacityLimiter] = RunVar("writers")
_others: RunVar[CapacityLimiter] = RunVar("others")


async def reading(work: Callable[Given, Result], *args: Given.args, **named: Given.kwargs) -> Result:
    """Do what reads the database. Raises TooBusy, and what the work raises."""
    task = partial(work, *args, **named)
    return await _run(
        _limiter(_readers, READERS), task, SECONDS_TO_WAIT, SECONDS_TO_ANSWER, most=MOST_READING
    )


async def writing(work: Callable[Given, Result], *args: Given.args, **named: Given.kwargs) -> Result:
    """Do what writes to the database. Raises TooBusy, and what the work raises."""
    until = time.monotonic() + SECONDS_TO_WAIT
    task = partial(work, *args, **named)
    return await _run(_limiter(_writers, WRITERS), task, SECONDS_TO_WAIT, SECONDS_TO_ANSWER, give_up_at=until)


async def working(work: Callable[Given, Result], *args: Given.args, **named: Given.kwargs) -> Result:
    """Do what takes a while without the database: files, pictures, looking places up.

    Raises TooBusy, and what the work raises.
    """
    task = partial(work, *args, **named)
    return await _run(_limiter(_others, OTHERS), task, SECONDS_FOR_OTHERS, None)


async def _run(
    limiter: CapacityLimiter,
    work: Callable[[], Result],
    patience: float,
    seconds: float | None,
    *,
    most: int = MOST_WAITING,
    give_up_at: float | None = None,
) -> Result:
    """patience: how long to wait for a thread, behind at most so many; seconds: after how many it is left to itself."""
    place = object()
    await _take_place(limiter, place, patience, most)
    context = copy_context()
    context.run(_give_up_at.set, give_up_at)
    task = _threads.submit(context.run, measured, work)
    task.add_done_callback(partial(_give_back, asyncio.get_running_loop(), limiter, place))
    with move_on_after(seconds):
        return await asyncio.wrap_future(task)
    raise TooBusy


async def _take_place(limiter: CapacityLimiter, place: object, patience: float, most: int) -> None:
    """Raises TooBusy."""
    if limiter.statistics().tasks_waiting >= most:
        raise TooBusy
    with move_on_after(patience):
        await limiter.acquire_on_behalf_of(place)
        return
    raise TooBusy


def _give_back(
    loop: asyncio.AbstractEventLoop, limiter: CapacityLimiter, place: object, _task: "Future[Any]"
) -> None:
    """When the work is done, and not before, even if nobody waits for it any more."""
    with suppress(RuntimeError):  # that loop has ended
        loop.call_soon_threadsafe(limiter.release_on_behalf_of, place)


def _limiter(kind: RunVar[CapacityLimiter], threads: int) -> CapacityLimiter:
    limiter = kind.get(None)
    if limiter is None:
        limiter = CapacityLimiter(threads)
        kind.set(limiter)
    return limiter


def waiting() -> dict[str, int]:
    """How much work of each kind waits for a thread of this event loop."""
    kinds = {"reading": _limiter(_readers, READERS), "writing": _limiter(_writers, WRITERS)}
    kinds["other"] = _limiter(_others, OTHERS)
    return {kind: limiter.statistics().tasks_waiting for kind, limiter in kinds.items()}
