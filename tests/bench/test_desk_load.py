"""People at the desk, as the load under which memory is measured has them, are answered by a real portal."""

import threading
from collections import Counter
from itertools import islice
from pathlib import Path

import pytest

from bench import desk, reports, servers

TABS = 6


class Enough(threading.Event):
    """Set once so many tabs have come and gone."""

    def __init__(self, done: Counter[str]) -> None:
        super().__init__()
        self._done = done

    def is_set(self) -> bool:
        return self._done["tabs at the desk"] + self._done[desk.FAILED] >= TABS


@pytest.mark.slow
def test_they_sign_in_look_filter_write_and_leave(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for seconds in ("REST_SECONDS", "OPEN_SECONDS"):
        monkeypatch.setattr(desk, seconds, 0)
    monkeypatch.setattr(desk, "STAFF", 1)
    done: Counter[str] = Counter()
    staff = desk.hire(tmp_path)
    with servers.portal(PORTAL_DATA=str(tmp_path)) as server:
        for _, report in islice(reports.as_json(), 3):
            server.ask(report)
        desk.work(server, staff, Enough(done), done)
    assert done["tabs at the desk"] == TABS
    assert not done[desk.FAILED]
    assert done["tabs that rested"], "some rest, others are closed, cut or lost"
