"""How well danger in free text is found, and what that costs.

Run from the repository: `python -m bench.danger [--small] [--json FILE]`.

The texts are ours (tests/kit/danger_own.csv): some tell of danger now, some only sound like it. The lists were made
with the parts "dev" and "work" in sight; "held" was counted only, though the same hand had written it before. Of other
people's texts fewer will be found. The part "later" was written to be unlike all others, and counted once before the
lists learned from it: 426 of 520 were noticed (82 %), and 51 of 439 that only sound like danger (12 %).
"""

import csv
import statistics
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import brotli

from app.kit.danger import look
from app.kit.danger_list import codes, packed, phrases, published
from bench.tables import Figure, options, show, write

TEXTS = Path(__file__).parents[1] / "tests/kit/danger_own.csv"
PARTS = {"dev": (100.0, 1.0), "work": (90.0, 3.0), "held": (90.0, 3.0), "later": (90.0, 3.0)}
"""Of the set, each with what should be noticed at least, and falsely at most, in percent."""


@dataclass(frozen=True)
class Text:
    """A text and what should be said of it. wanted: the number, or None. part: of the set."""

    text: str
    language: str
    wanted: str | None
    part: str


@dataclass(frozen=True)
class Counted:
    """How many texts tell of danger, and of those how many are noticed, and with the right number; how many are
    harmless, and of those how many are noticed.
    """

    danger: int
    noticed: int
    right: int
    harmless: int
    alarmed: int

    @property
    def recall(self) -> float:
        """The share of danger that is noticed, in percent."""
        return 100 * self.noticed / self.danger

    @property
    def right_number(self) -> float:
        """The share of danger that is noticed with the right number, in percent."""
        return 100 * self.right / self.danger

    @property
    def false(self) -> float:
        """The share of harmless texts that are noticed, in percent."""
        return 100 * self.alarmed / self.harmless


def texts(*parts: str) -> list[Text]:
    """The texts of some parts of the set, or all."""
    with TEXTS.open(encoding="utf-8", newline="") as stream:
        rows = csv.DictReader(stream)
        every = [
            Text(
                row["text"], row["language"], None if row["wanted"] == "none" else row["wanted"], row["part"]
            )
            for row in rows
        ]
    return [text for text in every if not parts or text.part in parts]


def counted(some: Iterable[Text]) -> Counted:
    """What is said of some texts."""
    said = [(text.wanted, look(text.text, text.language)) for text in some]
    danger = [(wanted, number) for wanted, number in said if wanted]
    harmless = [number for wanted, number in said if not wanted]
    return Counted(
        len(danger),
        sum(number is not None for _, number in danger),
        sum(number == wanted for wanted, number in danger),
        len(harmless),
        sum(number is not None for number in harmless),
    )


def main() -> None:
    """Print the tables."""
    chosen = options(__doc__)
    cost = _cost(texts())
    tables = {f"Texts, part {part}": _found(texts(part), *aims) for part, aims in PARTS.items()}
    tables["Cost"] = cost
    for title, figures in tables.items():
        show(title, figures)
    write(chosen.json, tables)


def _found(some: Sequence[Text], recall: float, false: float) -> list[Figure]:
    found = counted(some)
    return [
        Figure(
            "danger noticed",
            found.recall,
            "%",
            recall,
            more_is_better=True,
            note=f"{found.noticed} of {found.danger}, {found.right} with the right number",
        ),
        Figure("false alarms", found.false, "%", false, note=f"{found.alarmed} of {found.harmless}"),
    ]


def _cost(some: Sequence[Text]) -> list[Figure]:
    began = time.process_time()
    for code in codes():
        phrases(code)
    ready = time.process_time() - began
    times = [_ms(text) for text in some]
    sizes = {code: len(brotli.compress(packed(published(code)), lgwin=16)) for code in codes()}
    heaviest = max(sizes, key=lambda code: sizes[code])
    return [
        Figure("all lists ready, once, CPU", ready, "s"),
        Figure("one text, CPU, 99 of 100", statistics.quantiles(times, n=100)[98], "ms", 5),
        Figure("heaviest list", sizes[heaviest], "bytes", 6_000, note=heaviest),
    ]


def _ms(text: Text) -> float:
    began = time.process_time()
    look(text.text, text.language)
    return (time.process_time() - began) * 1000


if __name__ == "__main__":
    main()
