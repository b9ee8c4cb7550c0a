"""The small process that watches over the one that serves."""

import threading
from typing import Any

import pytest
from granian.server import Server

from app.site import supervisor
from app.site.supervisor import MOST_DEATHS, Plan, supervise


def test_nothing_else_runs_at_the_moment_a_worker_is_made(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A worker is a copy: a lock that another thread held, as of a module that it imported, would be held for ever."""
    before = set(threading.enumerate())
    beside: list[set[threading.Thread]] = []
    up_once = threading.Event()

    def answers(host: str, port: int) -> bool:
        first = not up_once.is_set()
        up_once.set()
        return first

    def serve(portal: Any) -> None:
        portal._spawn_workers(None, None)
        if len(beside) == 1:
            for thread in set(threading.enumerate()) - before:
                thread.join()  # it is up, then it dies
        raise SystemExit(1)

    monkeypatch.setattr(supervisor, "_answers", answers)
    monkeypatch.setattr(Server, "serve", serve)
    monkeypatch.setattr(
        Server, "_spawn_workers", lambda *_: beside.append(set(threading.enumerate()) - before)
    )
    monkeypatch.setattr(supervisor, "room_for_connections", lambda: 128)
    with pytest.raises(SystemExit, match="given up"):
        supervise(Plan(address="127.0.0.1", port=1, name="Smallville", seconds_to_leave=0, lock=-1))
    assert beside == [set()] * MOST_DEATHS
    assert "Smallville 311 is at http://localhost:1/" in capsys.readouterr().out
