"""Every benchmark still runs: nothing else would tell before somebody wants figures."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from a11y_tests import chromium
from bench import city_map, docs
from bench.__main__ import BENCHMARKS
from tests.conftest import ROOT
from tests.offline.phones import FAKE_INDEXEDDB

IN_A_BROWSER = ("weight", "offline")
HELD = {"weight": "", "offline": "", "photos": r"(JPEG|HEIC): ", "maps": r"the (tile of zoom \d+|picture)$"}
"""Benchmarks whose bytes are the same in every size of run: how the names of these figures begin."""
SAME = 0.10
"""So far may a figure in the documents be from what is so."""


def trial(name: str, folder: Path) -> dict[str, Any]:
    """Run a benchmark in the smallest size, which leaves nothing behind; its figures."""
    file = folder / f"{name}.json"
    done = subprocess.run(
        [sys.executable, "-m", f"bench.{name}", "--trial", "--json", str(file)],
        cwd=ROOT,
        env={**os.environ, "PORTAL_BENCH_CACHE": str(folder / "cache")},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4000:]
    figures: dict[str, Any] = json.loads(file.read_text())
    return figures


def needed(name: str) -> None:
    """Skip what this machine has not been set up for."""
    if name in IN_A_BROWSER and chromium.find() is None:
        pytest.skip(chromium.HELP)
    if name == "sequences" and not FAKE_INDEXEDDB.exists():
        pytest.skip("not set up; run: make tools")


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in BENCHMARKS if name not in HELD])
def test_it_runs(name: str, tmp_path: Path) -> None:
    needed(name)
    assert trial(name, tmp_path)["tables"]


@pytest.mark.slow
@pytest.mark.parametrize("name", HELD)
def test_it_runs_and_the_documents_say_what_it_measures(name: str, tmp_path: Path) -> None:
    needed(name)
    tables = trial(name, tmp_path)["tables"]
    measured = {
        figure["name"]: figure["value"]
        for table in tables.values()
        for figure in table
        # What has no aim depends on the moment.
        if figure["unit"] == "bytes" and figure["aim"] is not None and re.match(HELD[name], figure["name"])
    }
    said = {
        figure: number
        for bench, figure, number in docs.bytes_in((ROOT / docs.FILE).read_text())
        if bench == name and figure in measured
    }
    assert said.keys() == measured.keys()
    if not city_map.DATA.is_dir():
        # Without the photo of a phone another one is sent, that is made up.
        measured.pop("up until everything is there", None)
    wrong = {
        figure: (said[figure], is_so)
        for figure, is_so in measured.items()
        if abs(said[figure] - is_so) > SAME * is_so
    }
    assert not wrong, "python -m bench --small --write-docs"
