"""The pool of processes that work on photos, each with a limit on time and memory, without files and network.

Start method: "forkserver". The server has many threads, so a plain fork could copy a lock that some other thread
holds; "spawn" would import Pillow and the rest anew (a third of a second) for each fresh worker. A fork server is
one small process without threads that imports this package once; from it a worker starts in a few milliseconds,
so a killed or worn-out worker costs next to nothing, and it holds none of the server's sockets, files or data.
Multiprocessing also imports the launcher's script (`__main__`) in each worker, unless that is a package started with
`python -m`: keep such a script thin.
"""

import asyncio
import multiprocessing
import os
import resource
import signal
import sys
import threading
import warnings
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from typing import Any

from pebble import ProcessExpired, ProcessFuture, ProcessPool

from app.photos import pixels, sandbox
from app.photos.pixels import Shrunk, Unusable

TASKS_PER_WORKER = 50
"""Photos until a worker is replaced, so that no leak in a decoder grows for ever."""
CLOCK = 6
"""How many seconds may pass for each second of CPU: other work on the machine goes before photos."""
_GRACE = 10
"""Seconds beyond the time limit after which the pool itself is given up as stuck."""


class _Died(Exception):
    """A worker ended in the midst of a photo, and not because its time was up."""


class PhotoWorkers:
    """Shrinks photos in other processes; use it from one event loop.

    workers: photos worked on at the same time; more wait their turn without a time limit.
    seconds: of CPU that one photo may take; `CLOCK` times as many may pass.
    memory_bytes: address space of one worker, in bytes (where the system has such a limit: not on macOS).
    sealed: whether workers give up files and network, where the system lets them.
    """

    def __init__(self, *, workers: int, seconds: float, memory_bytes: int, sealed: bool = True) -> None:
        self._workers = workers
        self._seconds = seconds
        self._memory_bytes = memory_bytes
        self._sealed = sealed
        self._turn = asyncio.Semaphore(workers)
        self._lock = threading.Lock()
        self._pool: ProcessPool | None = None
        self._running: set[ProcessFuture[Shrunk]] = set()
        self._closed = False

    async def shrink(self, data: bytes) -> Shrunk:
        """Return the pictures made of a photo; when canceled, the worker is stopped.

        Raises Unusable, also with "too_hard" when the photo took too much time or memory, or two workers died of it;
        OSError when no process can be started; RuntimeError after close().
        """
        async with self._turn:
            try:
                return await self._in_a_whole_pool(data)
            except _Died:
                # Where memory is short the system kills whom it likes. What kills a second worker is the photo's doing.
                pass
            try:
                return await self._in_a_whole_pool(data)
            except _Died:
                raise Unusable("too_hard") from None

    async def _in_a_whole_pool(self, data: bytes) -> Shrunk:
        try:
            return await self._attempt(data)
        except BrokenProcessPool:
            # An idle worker was killed, or the pool went down with another photo: not this photo's doing.
            return await self._attempt(data)

    async def _attempt(self, data: bytes) -> Shrunk:
        # In a thread, because starting the first worker takes a moment.
        pool, future = await asyncio.to_thread(self._schedule, data)
        try:
            return await asyncio.wait_for(asyncio.wrap_future(future), self._seconds * CLOCK + _GRACE)
        except ProcessExpired as error:
            if error.exitcode == -signal.SIGPROF:  # its own time was up: see `limited_shrink`
                raise Unusable("too_hard") from None
            raise _Died from None  # crashed, or killed by the system
        except TimeoutError:
            if future.cancelled():  # by wait_for: the pool should have ended this long ago
                await asyncio.to_thread(self._abandon, pool)
            raise Unusable("too_hard") from None

    def _schedule(self, data: bytes) -> tuple[ProcessPool, ProcessFuture[Shrunk]]:
        with self._lock:
            if self._closed:
                raise RuntimeError("the photo workers are closed")
            if self._pool is None or not self._pool.active:
                self._stop_pool()
                self._pool = new_pool(
                    workers=self._workers, memory_bytes=self._memory_bytes, sealed=self._sealed
                )
            future = self._pool.schedule(
                limited_shrink, args=(data, self._seconds), timeout=self._seconds * CLOCK
            )
            self._running.add(future)
            future.add_done_callback(self._running.discard)
            return self._pool, future

    def _abandon(self, pool: ProcessPool) -> None:
        with self._lock:
            if pool is self._pool:
                self._stop_pool()

    def _stop_pool(self) -> None:
        """Kill the workers; photos they were at are told so, and try once more if there is still a pool to come."""
        if self._pool is not None:
            _kill(self._pool)
            self._pool = None
        for future in tuple(self._running):
            if not future.done():
                future.set_exception(BrokenProcessPool("stopped"))

    def close(self) -> None:
        """Stop the workers at once, finished or not; blocks until they are gone."""
        with self._lock:
            self._closed = True
            self._stop_pool()


def new_pool(*, workers: int, memory_bytes: int, sealed: bool = True) -> ProcessPool:
    """Return a pool of limited worker processes; they start with the first task.

    sealed: whether they give up files and network, where the system lets them.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    return ProcessPool(
        max_workers=workers,
        max_tasks=TASKS_PER_WORKER,
        initializer=_limit_process,
        initargs=(memory_bytes, sealed),
        context=context,
    )


def _kill(pool: Any) -> None:  # Any: pebble leaves stop() without types
    pool.stop()
    pool.join()


def limited_shrink(data: bytes, seconds: float) -> Shrunk:
    """Runs in the worker: shrink a photo with at most `seconds` of CPU time from now on."""
    # Ends the process by itself, also if the server that looks at the clock is gone.
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        return pixels.shrink_bytes(data)
    except MemoryError:
        raise Unusable("too_hard") from None
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def _limit_process(memory_bytes: int, sealed: bool) -> None:
    """Runs in the worker at its start, before any photo is here: set the limits that hold for its whole life."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # dies at once, even deep inside a decoder
    warnings.simplefilter("ignore")  # Pillow warns about every bent photo
    os.nice(5)  # pages go before photos
    if sys.platform != "darwin":  # macOS knows the limit by name but does not keep it
        _limit(resource.RLIMIT_AS, memory_bytes)
    _limit(resource.RLIMIT_FSIZE, 0)  # writes no file
    _limit(resource.RLIMIT_CORE, 0)  # leaves no picture in a crash dump
    pixels.warm_up()
    if sealed:
        # Where the kernel refuses, the server has said so at its start (PhotoService).
        with suppress(OSError):
            sandbox.seal()


def _limit(what: int, value: int) -> None:
    hard = resource.getrlimit(what)[1]
    if hard != resource.RLIM_INFINITY:
        value = min(value, hard)
    try:
        resource.setrlimit(what, (value, value))
    except (OSError, ValueError):
        pass  # a system without this limit: the others still hold
