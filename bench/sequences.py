"""Random journeys of reports between phones and the city, and how many of them went wrong.

Run from the repository: `python -m bench.sequences [--small] [--json FILE]`. The same machine as in
`tests/offline/`, with many more sequences: the real outbox under Node, the real server, both killed again and again.
A violation prints the shortest sequence that leads to it; `SEED` and the number of its batch bring it back.
"""

import os
import random
import tempfile
import time
from pathlib import Path

from bench.tables import Figure, options, show, write
from tests.offline.city import CityServer
from tests.offline.machine import PHOTOS, counts, run
from tests.offline.phones import Phones

BATCH = 100
TITLE = "Random journeys between phones and the city"
COUNTED = (
    *("reports", "photos", "requests", "faults", "strange answers", "crashes", "kills"),
    *("locks", "backups", "restores", "decisions", "steps"),
)
"""What is told beside it. reports and photos: of which it was seen at the end what had become of them."""


def main() -> None:
    """Try, print, write."""
    chosen = options(__doc__)
    seed = int(os.environ.get("SEED", random.randrange(10**9)))
    figures = journeys(chosen.of(1, 200, 2_000), seed, batch=chosen.of(1, BATCH, BATCH))
    show(TITLE, figures)
    write(chosen.json, {TITLE: figures}, seed=seed)


def journeys(wanted: int, seed: int, *, batch: int = BATCH) -> list[Figure]:
    """Try so many sequences, or until the first violation, which is printed. batch: so many on one portal."""
    violations, began = 0, time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        city = CityServer(Path(folder), quiet=True)
        while counts["sequences"] < wanted and not violations:
            violations += not is_sound(city, seed, batch)
            seed += 1
        city.close()
    return [
        Figure("sequences", counts["sequences"], "", wanted, more_is_better=True),
        Figure("violations", violations, "", 0),
        *(Figure(name, counts[name], "") for name in COUNTED),
        Figure("time", time.perf_counter() - began, "s"),
    ]


def is_sound(city: CityServer, seed: int, batch: int) -> bool:
    """Run a batch; a violation is printed."""
    phones = Phones(PHOTOS)
    try:
        run(city, phones, sequences=batch, seed=seed)
    except Exception as violation:
        print(f"\nViolation, with SEED={seed}: {violation!r}", *getattr(violation, "__notes__", ()), sep="\n")
        return False
    finally:
        phones.close()
    return True


if __name__ == "__main__":
    main()
