"""How much processor time the threads have spent on one piece of work, such as a request."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from time import thread_time
from typing import TypeVar

Result = TypeVar("Result")


@dataclass
class Meter:
    """seconds: of processor time, so far."""

    seconds: float = 0.0


_meter: ContextVar[Meter | None] = ContextVar("meter", default=None)


@contextmanager
def measuring() -> Iterator[Meter]:
    """Count what is spent inside this block, in whichever thread; what waits costs nothing."""
    meter = Meter()
    token = _meter.set(meter)
    try:
        yield meter
    finally:
        _meter.reset(token)


def add(seconds: float) -> None:
    """Count what another process has spent on this work."""
    if (meter := _meter.get()) is not None:
        meter.seconds += seconds


def measured(work: Callable[[], Result]) -> Result:
    """Do the work, which must not await anything, and count what it costs this thread."""
    start = thread_time()
    try:
        return work()
    finally:
        add(thread_time() - start)
