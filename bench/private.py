"""How many private strings are found in what people write, how much that is harmless is taken, and what it costs.

Run from the repository: `python -m bench.private [--small] [--json FILE]`.

The texts are made up: all persons, numbers and addresses, too. `tests/kit/private_dev.csv` and one half of
`tests/kit/private_own.csv` were in sight while the rules were written. The other half was not; a digest of each text
says in which it is. In both files about half of the texts are harmless. A private string is covered if none of its
letters and digits are left.
"""

import csv
import re
import statistics
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from app.kit.private import LONGEST, MARK, mask, private_spans
from bench.tables import Figure, options, show, write

FOLDER = Path(__file__).parents[1] / "tests" / "kit"
COVERED, UNTOUCHED = 92, 98
"""Percent that are aimed at."""


@dataclass(frozen=True, slots=True)
class Text:
    """What somebody may write. masked: the same with each private string as one MARK; kind: "none" if there is none.

    name: what they gave as their name, or empty.
    """

    text: str
    language: str
    masked: str
    kind: str
    name: str

    @property
    def is_private(self) -> bool:
        """Whether there is something to be masked."""
        return self.text != self.masked

    def private(self) -> set[int]:
        """The places of the letters and digits that nobody should read."""
        pattern = "(.*?)".join(map(re.escape, self.masked.split(MARK)))
        found = re.fullmatch(pattern, self.text, re.DOTALL)
        assert found is not None, self.masked
        return self._signs(found.span(group) for group in range(1, 1 + (found.lastindex or 0)))

    def taken(self) -> set[int]:
        """The places of those that are masked."""
        spans = private_spans(self.text, language=self.language, reporter_name=self.name)
        return self._signs((span.start, span.end) for span in spans)

    def _signs(self, spans: Iterable[tuple[int, int]]) -> set[int]:
        return {place for start, end in spans for place in range(start, end) if self.text[place].isalnum()}


def dev() -> list[Text]:
    """The texts that were in sight."""
    return _read("private_dev.csv")


def own(*, seen: bool) -> list[Text]:
    """Ours: the half that was in sight, or the one that was not."""
    return [
        text for text in _read("private_own.csv") if (sha256(text.text.encode()).digest()[0] % 2 == 0) == seen
    ]


def _read(file: str) -> list[Text]:
    with (FOLDER / file).open(encoding="utf-8", newline="") as rows:
        return [
            Text(row["text"], row["language"], row["masked"], row["kind"], row["reporter_name"])
            for row in csv.DictReader(rows)
        ]


def covered(texts: Iterable[Text]) -> tuple[int, int]:
    """Of how many texts all that is private is taken, and how many have any."""
    found = [text.private() <= text.taken() for text in texts if text.is_private]
    return sum(found), len(found)


def untouched(texts: Iterable[Text]) -> tuple[int, int]:
    """Of how many harmless texts nothing is taken, and how many there are."""
    found = [not text.taken() for text in texts if not text.is_private]
    return sum(found), len(found)


def main() -> None:
    """Print the tables."""
    chosen = options(__doc__)
    seen, blind = own(seen=True), own(seen=False)
    whole = [*dev(), *seen, *blind]
    sets = {"in sight": dev(), "ours, in sight": seen, "ours, unseen": blind}
    kinds = sorted({text.kind for text in whole} - {"none"})
    tables = {
        "Private strings covered": [_figure(name, covered(texts), COVERED) for name, texts in sets.items()],
        "Harmless texts left alone": [
            _figure(name, untouched(texts), UNTOUCHED) for name, texts in sets.items()
        ],
        "Covered, by kind": [_figure(kind, covered(_of(whole, kind=kind))) for kind in kinds],
        "Covered, by language": [
            _figure(code, covered(_of(whole, language=code)))
            for code in dict.fromkeys(text.language for text in whole)
        ],
        "Cost of masking": _cost(whole, chosen.of(1, 3, 10)),
    }
    for title, figures in tables.items():
        show(title, figures)
    write(chosen.json, tables)


def _of(texts: Sequence[Text], *, kind: str = "", language: str = "") -> list[Text]:
    return [
        text
        for text in texts
        if text.kind == (kind or text.kind) and text.language == (language or text.language)
    ]


def _figure(name: str, counted: tuple[int, int], aim: float | None = None) -> Figure:
    right, of = counted
    return Figure(name, 100 * right / of, "%", aim, more_is_better=True, note=f"{right} of {of}")


def _cost(texts: Sequence[Text], runs: int) -> list[Figure]:
    times = [min(_ms(text.text, text) for _ in range(runs)) for text in texts]
    long = "\n".join(text.text for text in texts)[:LONGEST]
    longest = min(_ms(long, text) for text in texts[:runs])
    return [
        Figure("one text, CPU, 99 of 100", statistics.quantiles(times, n=100)[98], "ms", 1),
        Figure(f"{LONGEST:,} characters of many texts, CPU", longest, "ms"),
    ]


def _ms(written: str, by: Text) -> float:
    """Of the processor: what else the machine does takes none of it."""
    began = time.process_time()
    mask(written, language=by.language, reporter_name=by.name)
    return (time.process_time() - began) * 1000


if __name__ == "__main__":
    main()
