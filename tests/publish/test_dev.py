"""`make dev` builds before it serves: what is stopped meanwhile leaves nothing behind that builds on."""

import os
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

LONG = 60
"""Seconds that nothing here takes."""
PROGRAM = "import os, sys, time; print(os.getpid(), file=open(sys.argv[1], 'w'), flush=True); time.sleep(600)"


def dev(*build: str) -> "subprocess.Popen[bytes]":
    return subprocess.Popen([sys.executable, "-m", "app.pages.dev", *build])


def until(true: Callable[[], object]) -> None:
    deadline = time.monotonic() + LONG
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def is_there(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_build_is_stopped_with_all_that_it_has_started(tmp_path: Path) -> None:
    file = tmp_path / "pid"
    file.touch()
    within = shlex.join([sys.executable, "-c", PROGRAM, str(file)])
    building = dev("sh", "-c", f"{within} & wait")
    until(file.read_text)
    os.kill(building.pid, signal.SIGINT)
    assert building.wait(LONG) == 128 + signal.SIGINT
    until(lambda: not is_there(int(file.read_text())))


def test_what_cannot_be_built_is_not_served() -> None:
    assert dev("sh", "-c", "exit 3").wait(LONG) == 3
