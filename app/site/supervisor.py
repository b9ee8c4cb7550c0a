"""The small process that watches over the one that serves: it starts it again when it dies, and ends it for certain.

It imports nothing of the portal but this file, so that it stays small (app/serve.py looks at everything before).
"""

import json
import os
import resource
import signal
import sys
from collections import deque
from collections.abc import Callable
from dataclasses import asdict, dataclass
from http.client import HTTPConnection, HTTPException
from math import inf
from pathlib import Path
from threading import Event, Thread, Timer
from time import monotonic
from typing import Any

from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server import Server

MOST_CONNECTIONS = 8_192
FILES_BESIDES = 512
"""Open files that are no connections: the database, photos, scripts."""
SECONDS_OF_SILENCE = 5
"""After which a connection is closed that has not begun or not ended the head of a request: a new one, a slow one, and
one that a browser keeps for its next request."""
LONGEST_HEAD = 64 * 1024
"""Bytes of a request's first line and headers."""
SECONDS_TO_END = 10
"""For what is under way when the portal is told to end; then it is killed."""
SECONDS_TO_START = 60
MOST_DEATHS, WITHIN_SECONDS = 5, 120.0
"""So many in so short a time are no accident, and starting again does not help."""

# Read by Reflex when it is imported in the worker: its pages are built already.
REFLEX_ENVIRONMENT = {
    # Reflex's own switch: without it, every start would write the pages anew and want Node.
    "__REFLEX_SKIP_COMPILE": "true",
    "REFLEX_ENV_MODE": "prod",
    "REFLEX_TELEMETRY_ENABLED": "false",
    "REFLEX_CHECK_LATEST_VERSION": "0",
}


@dataclass(frozen=True)
class Plan:
    """What is to be served. name: of the city; lock: the open file that keeps others from the data folder.

    application: what makes the application that is served, as `module:function`.
    """

    address: str
    port: int
    name: str
    seconds_to_leave: int
    lock: int
    application: str = "app.app:server"

    def carry_out(self) -> None:
        """Turn this process into its supervisor; its number stays the same. Does not come back."""
        os.set_inheritable(self.lock, True)
        sys.stdout.flush()
        sys.stderr.flush()
        environment = {**os.environ, **REFLEX_ENVIRONMENT}
        os.execve(  # noqa: S606 - itself, once more
            sys.executable,
            [sys.executable, "-m", "app.site.supervisor", json.dumps(asdict(self))],
            environment,
        )


class Portal(Server):  # type: ignore[misc, valid-type]
    """The web server. Told to end, it first says so to whoever sends people here.

    spawned: called when the process that serves has been made. That process begins as a copy of this one, and
    whatever a thread of this one holds at that moment, as while it imports a module, nobody there ever lets go.
    """

    def __init__(self, plan: Plan, connections: int, *, spawned: Callable[[], None]) -> None:
        super().__init__(
            plan.application,
            factory=True,
            address=plan.address,
            port=plan.port,
            interface=Interfaces.ASGI,
            # HTTP/2 in clear has no time limit on a connection that says nothing.
            http=HTTPModes.http1,
            http1_settings=HTTP1Settings(
                header_read_timeout=SECONDS_OF_SILENCE * 1000, max_buffer_size=LONGEST_HEAD
            ),
            backlog=2_048,
            backpressure=connections,
            workers_kill_timeout=SECONDS_TO_END,
            log_level=LogLevels.warning,
            working_dir=Path.cwd(),
        )
        self._seconds_to_leave = plan.seconds_to_leave
        self.is_leaving = False
        self._spawned = spawned

    def _spawn_workers(self, *args: Any) -> None:
        super()._spawn_workers(*args)
        self._spawned()

    def signal_handler_interrupt(self, *args: Any, **kwargs: Any) -> None:
        """The first time it leaves slowly, if it is to; the second time at once."""
        if self._seconds_to_leave and not self.is_leaving:
            self.is_leaving = True
            for worker in self.wrks:
                os.kill(worker._id(), signal.SIGUSR1)
            timer = Timer(self._seconds_to_leave, super().signal_handler_interrupt)
            timer.daemon = True
            timer.start()
            return
        super().signal_handler_interrupt(*args, **kwargs)


def supervise(plan: Plan) -> None:
    """Serve until somebody ends it. Exits with a sentence if it cannot start, or dies again and again."""
    connections = room_for_connections()
    # Inherited by the process that serves: told to leave while it starts, it would die of it. It listens when it can.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1})
    # Told to end while it loads the portal, it dies at once. It begins as a copy of this process, and until the web
    # server listens there itself, a signal would only reach our own handler, whom nobody there asks.
    os.register_at_fork(after_in_child=lambda: signal.signal(signal.SIGTERM, signal.SIG_DFL))
    deaths: deque[float] = deque(maxlen=MOST_DEATHS)
    while True:
        outlook = Outlook(plan, aloud=not deaths)
        portal = Portal(plan, connections, spawned=outlook.start)
        try:
            portal.serve()
            return
        except SystemExit:
            if portal.interrupt_signal or portal.is_leaving:
                return
        outlook.end()
        deaths.append(monotonic())
        if not outlook.is_up and len(deaths) == 1:
            sys.exit("The portal could not start. The lines above say why.")
        if len(deaths) == MOST_DEATHS and deaths[-1] - deaths[0] < WITHIN_SECONDS:
            sys.exit(
                f"The portal ended {MOST_DEATHS} times within {WITHIN_SECONDS:.0f} seconds and is given up."
            )
        _say("The portal ended unexpectedly and is started again.")


def room_for_connections() -> int:
    """Let this process and its children open as many files as they may; how many of them may be connections."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    wanted = MOST_CONNECTIONS + FILES_BESIDES
    allowed = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))
    return max(128, allowed - FILES_BESIDES)


class Outlook:
    """Prints the one line that says where to go, as soon as the portal answers there. is_up: whether it ever did."""

    def __init__(self, plan: Plan, *, aloud: bool) -> None:
        self.is_up = False
        self._plan = plan
        self._aloud = aloud
        self._ended = Event()
        self._thread = Thread(target=self._look, daemon=True)

    def start(self) -> None:
        """Begin to look, in a thread."""
        self._thread.start()

    def end(self) -> None:
        """Look no longer; the thread is gone when this returns."""
        self._ended.set()
        if self._thread.is_alive():
            self._thread.join()

    def _look(self) -> None:
        plan = self._plan
        here = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(plan.address, plan.address)  # noqa: S104 - not bound here
        address = f"http://localhost:{plan.port}/"
        late = monotonic() + SECONDS_TO_START
        while not _answers(here, plan.port):
            if monotonic() > late:
                late = inf
                _say(f"No answer at {address} after {SECONDS_TO_START} seconds.")
            if self._ended.wait(0.1):
                return
        self.is_up = True
        if self._aloud:
            _say(f"{plan.name} 311 is at {address}")


def _answers(host: str, port: int) -> bool:
    connection = HTTPConnection(host, port, timeout=1)
    try:
        connection.request("GET", "/health")
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201


if __name__ == "__main__":
    supervise(Plan(**json.loads(sys.argv[1])))
