"""Benchmarks say plainly where an aim was missed, and measure the process they mean to measure."""

import os
import shutil
from pathlib import Path

import pytest

from bench.servers import _cpu_seconds_of_all, _of_ps
from bench.tables import Figure, read_missed, show, write

COST, RATIO, FACT = (
    Figure("status page", 3.5, "ms", 3),
    Figure("against the floor", 0.85, "", 0.8, more_is_better=True),
    Figure("raw commit", 0.1, "ms"),
)


def test_a_missed_aim_is_said_on_the_screen_and_in_the_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    show("CPU", [COST, RATIO, FACT])
    lines = capsys.readouterr().out.splitlines()
    assert ["MISSED" in line for line in lines] == [False, False, True, False, False]
    file = tmp_path / "new/cpu.json"
    write(file, {"CPU": [COST, RATIO], "facts": [FACT]})
    assert read_missed(file) == ["status page"]


@pytest.mark.parametrize("value", [0.79, 0.8])
def test_an_aim_is_met_when_it_is_just_reached(value: float) -> None:
    assert Figure("ratio", value, "", 0.8, more_is_better=True).missed == (value < 0.8)
    assert not Figure("cost", 3, "ms", 3).missed


def near_own(seconds: dict[int, tuple[int, float]]) -> bool:
    parent, used = seconds[os.getpid()]
    # `ps` of Linux knows whole seconds only.
    return parent == os.getppid() and abs(used - sum(os.times()[:2])) < 2


def test_cpu_time_of_this_process_is_read_as_it_is() -> None:
    assert near_own(_cpu_seconds_of_all())


def test_where_there_is_no_proc_ps_says_the_same() -> None:
    if shutil.which("ps") is None:
        pytest.skip("there is no ps here, and /proc is enough")
    assert near_own(dict(_of_ps()))
