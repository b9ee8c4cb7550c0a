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

SEQUENCES, FEW = 2_000, 200
BATCH = 100


def main() -> None:
    chosen = options(__doc__)
    wanted = FEW if chosen.small else SEQUENCES
    seed = int(os.environ.get("SEED", random.randrange(10**9)))
    violations, began = 0, time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        city = CityServer(Path(folder))
        while counts["sequences"] < wanted and not violations:
            violations += not is_sound(city, seed)
            seed += 1
        city.close()
    seconds = time.perf_counter() - began
    figures = [
        Figure("sequences", counts["sequences"], "", wanted, more_is_better=True),
        Figure("violations", violations, "", 0),
        *(Figure(name, counts[name], "") for name in ("steps", "requests", "crashes", "kills")),
        Figure("time", seconds, "s"),
    ]
    title = "Random journeys between phones and the city"
    show(title, figures)
    write(chosen.json, {title: figures}, seed=seed)


def is_sound(city: CityServer, seed: int) -> bool:
    """Run a batch; a violation is printed."""
    phones = Phones(PHOTOS)
    try:
        run(city, phones, sequences=BATCH, seed=seed)
    except Exception as violation:
        print(f"\nViolation, with SEED={seed}: {violation!r}", *getattr(violation, "__notes__", ()), sep="\n")
        return False
    finally:
        phones.close()
    return True


if __name__ == "__main__":
    main()
