"""How well danger in free text is found, and what that costs.

Run from the repository: `python -m bench.danger [--small] [--json FILE]`.

Two sets of texts, tests/kit/danger_dev.csv and danger_own.csv: half tell of danger now, half only sound like it. The
lists were made with the first one in sight, and with the half of the second that is called "work"; the half "held"
was counted only. Whoever wrote the lists wrote the texts, too: other people's texts will fare worse.
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

DEV, OWN = (Path(__file__).parents[1] / f"tests/kit/danger_{name}.csv" for name in ("dev", "own"))


@dataclass(frozen=True)
class Text:
    """A text and what should be said of it. wanted: the number, or None. half: "work", "held", or empty."""

    text: str
    language: str
    wanted: str | None
    half: str


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


def texts(file: Path) -> list[Text]:
    """The texts of a set."""
    with file.open(encoding="utf-8", newline="") as stream:
        return [
            Text(
                row["text"],
                row["language"],
                None if row["wanted"] == "none" else row["wanted"],
                row.get("half", ""),
            )
            for row in csv.DictReader(stream)
        ]


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
    own = texts(OWN)
    tables = {
        "The set the lists were made with": _found(texts(DEV), recall=100, false=1),
        "Our own set, looked at": _found([text for text in own if text.half == "work"], recall=90, false=3),
        "Our own set, counted only": _found(
            [text for text in own if text.half == "held"], recall=90, false=3
        ),
        "Cost": _cost([*own, *texts(DEV)]),
    }
    for title, figures in tables.items():
        show(title, figures)
    write(chosen.json, tables)


def _found(some: Sequence[Text], *, recall: float, false: float) -> list[Figure]:
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
