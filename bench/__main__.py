"""`python -m bench`: runs the benchmarks one after another, prints their tables and keeps their figures as JSON.

Names after the command choose some of them: `python -m bench cpu`. With `--small` everything takes less than four
minutes; without, up to fifteen, and a few more the first time, when a million requests are made. The status is 0 as
long as everything could be measured, whether or not the aims were reached: that stands in the tables.
"""

import argparse
import subprocess
import sys
import time
from pathlib import Path

from bench.tables import read_missed

BENCHMARKS = ("weight", "offline", "sequences", "cpu", "bounds", "photos", "places", "maps", "languages")
NUMBERS = Path(".build/bench")


def main() -> int:
    """Run the benchmarks that were asked for, or all; return 1 if one could not measure."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(BENCHMARKS))
    parser.add_argument("--small", action="store_true", help="quick: fewer runs, and no million of requests")
    chosen = parser.parse_args()
    if unknown := set(chosen.names) - set(BENCHMARKS):
        parser.error(f"there is no benchmark named {', '.join(unknown)}, only {', '.join(BENCHMARKS)}")
    began, failed, missed = time.perf_counter(), [], []
    for name in chosen.names or BENCHMARKS:
        print(f"\n## {name}", flush=True)
        file = NUMBERS / f"{name}.json"
        # A process for each: what one leaves in memory must not weigh on the next.
        command = [sys.executable, "-m", f"bench.{name}", "--json", str(file), *["--small"] * chosen.small]
        if subprocess.run(command, check=False).returncode:
            failed.append(name)
        else:
            missed += [f"{name}: {figure}" for figure in read_missed(file)]
    print(f"\n{time.perf_counter() - began:.0f} seconds. Figures as JSON: {NUMBERS}/")
    print("Aims that were missed:", "; ".join(missed) or "none")
    if failed:
        print("Could not be measured:", ", ".join(failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
