"""What texts of every kind of sign cost: processor time of this process, in which nothing else runs meanwhile."""

from collections.abc import Callable, Iterable, Iterator
from time import process_time

MOST_MS = 50
"""Processor time that one text field may take, at the full size of its door."""
MOST_GROWTH = 2.5
"""How much longer a text of twice the length may take."""
UNCERTAIN_MS = 5
"""By so much any measurement may be off; below it, growth says nothing."""

UNITS = {
    "letters": "a",
    "words": "ab ",
    "spaces": " ",
    "spaces and tabs": " \t",
    "spaces that do not break": "\u00a0\u202f",
    "wide spaces": "\u3000\u2003",
    "line feeds": "\n",
    "line ends of all kinds": "\r\n\r\v\f\x85\u2028\u2029",
    "lines that end in spaces": "x   \n",
    "marks of two classes": "\u0301\u0316",
    "marks of many classes": "\u05b0\u0301\u093c\u0316\u3099\u064b",
    "marks that are two": "\u0344\u0316",
    "marks of class 0 that are two": "\u0f73\u0316",
    "marks that are made narrow": "\uff9e\u0316",
    "letters with marks": "é\u0323",
    "joiners": "\u200d",
    "emoji": "👩\u200d👧\ufe0f",
    "directions": "\u202e\u2066\u200f",
    "control characters": "\x00\x1b\ufeff\uffff",
    "lone surrogates": "\ud800",
    "Arabic digits": "٣",
    "digits": "1",
    "groups of digits": "1 000,",
    "full-width digits": "３",
    "Hangul letters": "\u1100\u1161\u11a8",
    "Hangul": "한글",
    "Chinese": "路面",
    "one letter as a phrase": "\ufdfa",
    "Arabic article": "ال",
    "signs": "@",
    "mail": "a@",
    "dashes": "-",
    "parentheses": "(",
    "brackets": "[",
    "backslashes": "\\",
    "quotes": '"',
    "dots": "a.",
    "numbers of houses": "12-",
    "quadrants": "N A ",
    "commas": ",",
    "semicolons": ";q=1,",
    "percent signs": "%41",
}
"""A run of each is a text that somebody may send."""

FEW = ("words", "spaces", "line feeds", "marks of two classes", "emoji", "quotes")
"""Of these kinds, where a whole page is made for each."""
PLAIN = tuple(name for name, unit in UNITS.items() if unit.isascii() and unit.isprintable())
"""Runs that may stand in a header."""

Work = Callable[[], object]


def too_slow(
    prepare: Callable[[str], Work], length: Callable[[str], int], names: Iterable[str] = UNITS
) -> list[str]:
    """Which runs take too long, and why. prepare: makes of a text what is measured; length: characters of a run."""
    units = {name: UNITS[name] for name in names}
    return [said for name, unit in units.items() for said in _faults(prepare, name, unit, length(unit))]


def _faults(prepare: Callable[[str], Work], name: str, unit: str, length: int) -> Iterator[str]:
    whole = best_ms(prepare(run(unit, length)), MOST_MS)
    if whole > MOST_MS:
        yield f"{name}: {whole:.1f} ms"
    elif whole > UNCERTAIN_MS:
        half = best_ms(prepare(run(unit, length // 2)), 0)
        bound = MOST_GROWTH * half + UNCERTAIN_MS
        if whole > bound and best_ms(prepare(run(unit, length)), bound) > bound:
            yield f"{name}: {half:.1f} ms, of twice the length {whole:.1f} ms"


def run(unit: str, length: int) -> str:
    """A run of these signs between two letters, so that it neither begins nor ends the text."""
    return f"x{unit * (length // len(unit))}x"


def best_ms(work: Work, enough: float) -> float:
    """Milliseconds of the best of three, or of the first that is good enough."""
    best = float("inf")
    for _ in range(3):
        began = process_time()
        work()
        best = min(best, (process_time() - began) * 1000)
        if best <= enough:
            break
    return best
