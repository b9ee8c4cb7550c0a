"""`python -m bench`: runs the benchmarks one after another, prints their tables and keeps their figures as JSON.

Names after the command choose some of them: `python -m bench cpu`. With `--small` everything takes some five minutes;
without, up to half an hour, and a few minutes more the first time, when a million requests are made. The status is 1 if
an aim was missed or something could not be measured. `--write-docs` also puts the figures into docs/performance.md.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from bench import docs
from bench.tables import SMALL, TRIAL, read_missed

BENCHMARKS = (
    "weight",
    "offline",
    "sequences",
    "cpu",
    "crowd",
    "bounds",
    "photos",
    "places",
    "maps",
    "languages",
    "private",
    "danger",
)
NUMBERS = Path(".build/bench")


def main() -> int:
    """Run the benchmarks that were asked for, or all; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(BENCHMARKS))
    parser.add_argument("--small", action="store_true", help=SMALL)
    parser.add_argument("--trial", action="store_true", help=TRIAL)
    parser.add_argument("--write-docs", action="store_true", help=f"put the figures into {docs.FILE}")
    chosen = parser.parse_args()
    if unknown := set(chosen.names) - set(BENCHMARKS):
        parser.error(f"there is no benchmark named {', '.join(unknown)}, only {', '.join(BENCHMARKS)}")
    if chosen.trial and chosen.write_docs:
        parser.error("a trial measures nothing that could be written down")
    size = ["--trial"] * chosen.trial or ["--small"] * chosen.small
    with tempfile.TemporaryDirectory() as nowhere:
        folder = Path(nowhere) if chosen.trial else NUMBERS
        began = time.perf_counter()
        names = chosen.names or BENCHMARKS
        failed = run(names, size, folder)
        print(f"\n{time.perf_counter() - began:.0f} seconds.")
        measured = [name for name in names if name not in failed]
        if chosen.write_docs:
            docs.write(folder, measured, " ".join(size))
        missed = [] if chosen.trial else missed_of(folder, measured)
    return verdict(failed, missed)


def run(names: Sequence[str], size: Sequence[str], folder: Path) -> list[str]:
    """Run benchmarks, each with its figures as JSON in the folder; the names of those that could not measure."""
    failed = []
    for name in names:
        print(f"\n## {name}", flush=True)
        # A process for each: what one leaves in memory must not weigh on the next.
        command = [sys.executable, "-m", f"bench.{name}", "--json", str(folder / f"{name}.json"), *size]
        if subprocess.run(command, check=False).returncode:
            failed.append(name)
    return failed


def missed_of(folder: Path, names: Sequence[str]) -> list[str]:
    """The aims that these have missed, in words."""
    return [f"{name}: {figure}" for name in names for figure in read_missed(folder / f"{name}.json")]


def verdict(failed: Sequence[str], missed: Sequence[str]) -> int:
    """Say what was wrong; returns the exit status."""
    print("Aims that were missed:", "; ".join(missed) or "none")
    if failed:
        print("Could not be measured:", ", ".join(failed))
    return int(bool(failed or missed))


if __name__ == "__main__":
    sys.exit(main())
