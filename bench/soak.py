"""The soak: random sequences of faults between phones and the city, and memory under load for as long as one likes.

Run from the repository, after `make build`: `python -m bench.soak [--sequences 1000] [--minutes 60] [--json FILE]`.
The first violation is printed as the shortest way to it, and the status is 1; so it is if memory grows.
`SEED` brings a run back.
"""

import argparse
import os
import random
import sys
from pathlib import Path

from bench import sequences
from bench.load import memory
from bench.tables import show, write

LOAD = "Memory of the portal under mixed load"


def main() -> int:
    """Returns the exit status: 0 if nothing was lost, doubled or told wrongly, and memory was flat."""
    parser = argparse.ArgumentParser(prog="python -m bench.soak", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sequences", type=int, default=1_000, metavar="N", help="of faults (1,000)")
    parser.add_argument("--minutes", type=float, default=0, metavar="N", help="of mixed load (none)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures there")
    chosen = parser.parse_args()
    seed = int(os.environ.get("SEED", random.randrange(10**9)))
    tables = {}
    if chosen.sequences:
        tables[sequences.TITLE] = sequences.journeys(chosen.sequences, seed)
        show(sequences.TITLE, tables[sequences.TITLE])
    if chosen.minutes:
        tables[LOAD] = memory(chosen.minutes)
        show(LOAD, tables[LOAD])
    print(f"\nSEED={seed}. Load of the machine: {os.getloadavg()[1]:.1f}")
    write(chosen.json, tables, seed=seed)
    return int(any(figure.missed for table in tables.values() for figure in table))


if __name__ == "__main__":
    sys.exit(main())
