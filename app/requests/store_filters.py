"""What somebody at the desk looks for, and the order of lists, as conditions for the database."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, literal, or_, tuple_

from app.db.cursors import Cursor
from app.db.tables import REQUESTS
from app.kit.folding import folded
from app.reports.references import is_reference
from app.requests.statuses import Status
from i18n.locales import SPOKEN

OTHER_LANGUAGE = "other"

R = REQUESTS.c


@dataclass(frozen=True)
class QueueFilter:
    """What somebody at the desk wants to see; empty means no limit.

    received_from, received_before: UTC. text: words of the description or address, or a reference number;
    words are looked for as they stand there but for accents and the like. language: which the report is written in,
    or, where that is not known, which its person reads; `other`: one that the portal does not speak.
    """

    statuses: tuple[Status, ...] = ()
    service_codes: tuple[str, ...] = ()
    received_from: datetime | None = None
    received_before: datetime | None = None
    text: str = ""
    newest_first: bool = True
    language: str = ""

    @property
    def words(self) -> str | None:
        """The words to look for, folded. Signs alone are none, and find nothing."""
        return None if not self.text or is_reference(self.text) else folded(self.text)

    def is_in_language(self, written_in: ColumnElement[str], read: ColumnElement[str]) -> ColumnElement[bool]:
        """Whether a request is in the language that is looked for."""
        if self.language == OTHER_LANGUAGE:
            return written_in.not_in(["", "zh", *SPOKEN])
        tags = [self.language, "zh"] if self.language.startswith("zh-") else [self.language]
        return or_(written_in.in_(tags), and_(written_in == "", read == self.language))


@dataclass(frozen=True)
class Order:
    """The order of a list, by these two columns of it: when a request was received, and its reference number."""

    newest_first: bool
    received_at: ColumnElement[datetime]
    reference: ColumnElement[str]

    @property
    def columns(self) -> list[ColumnElement[Any]]:
        """For ORDER BY."""
        columns = (self.received_at, self.reference)
        return [column.desc() if self.newest_first else column.asc() for column in columns]

    def is_after(self, cursor: Cursor) -> ColumnElement[bool]:
        """Whether a request comes after this place in the list."""
        return self._here < _at(cursor) if self.newest_first else self._here > _at(cursor)

    def is_up_to(self, cursor: Cursor) -> ColumnElement[bool]:
        """Whether it comes before, or is at it."""
        return self._here >= _at(cursor) if self.newest_first else self._here <= _at(cursor)

    @property
    def _here(self) -> ColumnElement[Any]:
        return tuple_(self.received_at, self.reference)


def _at(cursor: Cursor) -> ColumnElement[Any]:
    return tuple_(literal(cursor.at, R.received_at.type), literal(cursor.reference, R.reference.type))
