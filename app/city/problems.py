"""What is wrong with a city pack, in words for the person who writes it."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One thing to mend: `services/streets.yaml:41: attribute SIZE: "datatype" is missing`.

    file: path inside the pack. line: counted from 1, or None when the file as a whole is meant.
    """

    file: str
    line: int | None
    reason: str

    def __str__(self) -> str:
        """Return the problem as compilers write theirs, so that editors can jump to it."""
        return f"{self.file}:{self.line}: {self.reason}" if self.line else f"{self.file}: {self.reason}"


class CityPackError(Exception):
    """A city pack cannot be used; `problems` holds everything that is wrong with it, by file and line."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        """Sort the problems and put all of them into the exception's text, one a line."""
        self.problems = tuple(sorted(set(problems), key=lambda p: (p.file, p.line or 0, p.reason)))
        super().__init__("\n".join(map(str, self.problems)))
