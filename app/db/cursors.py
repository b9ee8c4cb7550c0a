"""Where a page of a list ended, as text that can stand in a URL."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

_TEXT = re.compile(r"(\d{8}T\d{12})-(\d{13})", re.ASCII)


@dataclass(frozen=True)
class Cursor:
    """The last request of a page: when it was received (UTC), and its number, for those of the same
    moment.
    """

    at: datetime
    reference: str

    def __str__(self) -> str:
        return f"{self.at:%Y%m%dT%H%M%S%f}-{self.reference}"


def parse_cursor(text: str) -> Cursor | None:
    """Read a cursor out of a URL; None, which is the first page, for anything that is none."""
    match = _TEXT.fullmatch(text)
    if match is None:
        return None
    try:
        return Cursor(datetime.strptime(match[1], "%Y%m%dT%H%M%S%f").replace(tzinfo=UTC), match[2])
    except ValueError:
        return None
