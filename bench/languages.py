"""How well the language of a short text is recognized, and what that costs.

Run from the repository: `python -m bench.languages [--small] [--json FILE]`.

The sentences in `bench/sentences/` were written for this, one file a language, as people report things: short, some
without accents, some with names of streets in English. The limits in app/kit/written_in.py were chosen with them
in sight, so that other sentences may fare a little worse. `none.txt` is what has no language or too few words,
`hmn.txt` a language that is not known: of both nothing should be said.
"""

import resource
import statistics
import sys
import time
from pathlib import Path

from app.kit.written_in import warm_up, written_in
from bench.tables import Figure, options, show, write
from i18n.locales import SPOKEN

SENTENCES = Path(__file__).parent / "sentences"
NOTHING = frozenset({"none", "hmn"})
_MIB = 1024 if sys.platform == "linux" else 1024 * 1024


def sentences() -> dict[str, list[str]]:
    """The sentences, by the code of their language."""
    return {file.stem: file.read_text().splitlines() for file in sorted(SENTENCES.glob("*.txt"))}


def counted(code: str, lines: list[str]) -> tuple[int, int]:
    """Of how many sentences what should be said is said, and of how many a wrong language."""
    found = [written_in(line) for line in lines]
    return found.count("" if code in NOTHING else code), sum(said not in ("", code) for said in found)


def main() -> None:
    """Print the tables."""
    chosen = options(__doc__)
    before, began = _memory(), time.perf_counter()
    warm_up()
    cost = [
        Figure("load the model, once", time.perf_counter() - began, "s"),
        Figure("memory for it, while it loads", _memory() - before, "MiB", 150),
        _milliseconds(),
    ]
    rows = []
    for code, lines in sentences().items():
        right, wrong = counted(code, lines)
        share = 100 * right / len(lines)
        aim = 75 if code in SPOKEN else None
        rows.append(
            Figure(
                code, share, "%", aim, more_is_better=True, note=f"{right} of {len(lines)}, wrong: {wrong}"
            )
        )
    tables = {"Language named": rows, "Cost of naming it": cost}
    for title, figures in tables.items():
        show(title, figures)
    write(chosen.json, tables)


def _milliseconds() -> Figure:
    times = [min(_ms(line) for _ in range(3)) for lines in sentences().values() for line in lines]
    return Figure("one text, CPU, 99 of 100", statistics.quantiles(times, n=100)[98], "ms", 5)


def _ms(line: str) -> float:
    """Of the processor: what else the machine does takes none of it."""
    began = time.process_time()
    written_in(line)
    return (time.process_time() - began) * 1000


def _memory() -> float:
    """The most memory this process has had, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _MIB


if __name__ == "__main__":
    main()
