"""How benchmarks show their figures: as a table with what was aimed at beside it, and as JSON."""

import argparse
import json
import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Figure:
    """One figure. aim: what it should be at most (or at least, if `more_is_better`); None: only to know."""

    name: str
    value: float
    unit: str
    aim: float | None = None
    more_is_better: bool = False
    note: str = ""

    @property
    def missed(self) -> bool:
        """Whether the aim was not reached."""
        if self.aim is None:
            return False
        return self.value < self.aim if self.more_is_better else self.value > self.aim


SMALL = "quick: fewer runs, and no million of requests"
TRIAL = "everything once, in seconds: bytes are right, times say nothing, and no aim counts"


@dataclass(frozen=True)
class Chosen:
    """What the command line of a benchmark says. json: a file for the figures."""

    small: bool
    trial: bool
    json: Path | None

    def of(self, trial: int, small: int, whole: int) -> int:
        """How many runs there are to be, for each of the three sizes."""
        if self.trial:
            return trial
        return small if self.small else whole


def options(description: str | None) -> Chosen:
    """The command line of every benchmark: `--small`, `--trial` and `--json FILE`."""
    parser = argparse.ArgumentParser(description=(description or "").partition("\n")[0])
    parser.add_argument("--small", action="store_true", help=SMALL)
    parser.add_argument("--trial", action="store_true", help=TRIAL)
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures there")
    told = parser.parse_args()
    return Chosen(told.small or told.trial, told.trial, told.json)


def show(title: str, figures: Sequence[Figure]) -> None:
    """Print a table."""
    width = max(len(figure.name) for figure in figures)
    print(f"\n{title}")
    for figure in figures:
        value = f"{_number(figure.value):>9} {figure.unit:6}"
        print(f"  {figure.name:{width}}  {value} {_verdict(figure):24} {figure.note}".rstrip())


def _verdict(figure: Figure) -> str:
    if figure.aim is None:
        return ""
    bound = "at least" if figure.more_is_better else "at most"
    return f"{bound} {_number(figure.aim)}: {'MISSED' if figure.missed else 'met'}"


def _number(value: float) -> str:
    return f"{value:,}" if isinstance(value, int) else f"{value:,.2f}"


def write(file: Path | None, tables: Mapping[str, Sequence[Figure]], **more: Any) -> None:
    """Write tables as JSON, with when and where they were measured; nothing if there is no file."""
    if file is None:
        return
    figures = {title: [{**asdict(f), "missed": f.missed} for f in table] for title, table in tables.items()}
    file.parent.mkdir(parents=True, exist_ok=True)
    where = {"python": platform.python_version(), "cores": os.cpu_count(), "load": os.getloadavg()}
    content = {"at": datetime.now(UTC).isoformat(timespec="seconds"), **where, **more, "tables": figures}
    file.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n")


def read_missed(file: Path) -> list[str]:
    """The names of the figures in a JSON file of ours that missed their aim."""
    tables = json.loads(file.read_text())["tables"]
    return [figure["name"] for table in tables.values() for figure in table if figure["missed"]]
