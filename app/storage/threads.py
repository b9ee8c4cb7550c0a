"""Threads for what waits: for the database, for files. Whoever waits to write never holds up those who read.

A few threads are enough, and quicker than many: they share one interpreter. What would have to wait behind a long
queue is refused at once instead, so that the person hears of it within seconds and their device comes again.
"""

from collections.abc import Callable
from functools import partial
from typing import ParamSpec, TypeVar

from anyio import CapacityLimiter
from anyio.lowlevel import RunVar
from anyio.to_thread import run_sync

from app.storage.meter import measured

READERS = 3
WRITERS = 2
"""One writes, the next one is ready."""
OTHERS = 4
MOST_WAITING = 100
"""Of one kind; behind so many, the wait would be seconds."""

Given = ParamSpec("Given")
Result = TypeVar("Result")


class TooBusy(Exception):
    """So much waits already that this is better tried again later."""


# One of each kind for an event loop.
_readers: RunVar[CapacityLimiter] = RunVar("readers")
_writers: RunVar[CapacityLimiter] = RunVar("writers")
_others: RunVar[CapacityLimiter] = RunVar("others")


async def reading(work: Callable[Given, Result], *args: Given.args, **named: Given.kwargs) -> Result:
    """Do what reads the database. Raises TooBusy, and what the work raises."""
    return await _run(_limiter(_readers, READERS), partial(work, *args, **named))


async def writing(work: Callable[Given, Result], *args: Given.args, **named: Given.kwargs) -> Result:
    """Do what writes to the database. Raises TooBusy, and what the work raises."""
    return await _run(_limiter(_writers, WRITERS), partial(work, *args, **named))


async def working(work: Callable[Given, Result], *args: Given.args, **named: Given.kwargs) -> Result:
    """Do what takes a while without the database: files, pictures, looking places up.

    Raises TooBusy, and what the work raises.
    """
    return await _run(_limiter(_others, OTHERS), partial(work, *args, **named))


async def _run(limiter: CapacityLimiter, work: Callable[[], Result]) -> Result:
    if limiter.statistics().tasks_waiting >= MOST_WAITING:
        raise TooBusy
    return await run_sync(measured, work, limiter=limiter)


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
