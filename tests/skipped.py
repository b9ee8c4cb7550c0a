"""The last line of `make test`: how many tests were skipped, and why. `python -m tests.skipped FILE.xml …`

The files are what pytest writes with `--junitxml`, one for each run.
"""

import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from xml.etree import ElementTree


def main() -> None:
    """Print it."""
    sys.stdout.write(f"{summary(Path(name) for name in sys.argv[1:])}\n")


def summary(files: Iterable[Path]) -> str:
    """All runs in one line. A file that is not there is a run that wrote none: it says so."""
    reasons: Counter[str] = Counter()
    missing = []
    for file in files:
        if not file.exists():
            missing.append(f"no result of {file.stem}")
            continue
        for skipped in ElementTree.parse(file).iter("skipped"):
            reasons[skipped.get("message", "")] += 1
    told = [f"{count} × {reason}" for reason, count in reasons.most_common()]
    return f"Skipped: {reasons.total()}" + "".join(f"; {one}" for one in [*told, *missing])


if __name__ == "__main__":
    main()
