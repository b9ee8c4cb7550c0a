"""Rows as they are read: a small frozen class for each reading, whose fields name the columns that it fetches."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import Field, fields
from typing import Any, ClassVar, Protocol, TypeVar

from sqlalchemy import ColumnElement, Row, Table

Read = TypeVar("Read")


class Reading(Protocol):
    """A dataclass whose fields bear the names of columns."""

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]


def columns_of(kind: type[Reading], table: Table, **instead: ColumnElement[Any]) -> list[ColumnElement[Any]]:
    """The columns that this class is read from, in the order of its fields. instead: what another one stands for."""
    return [instead[field.name] if field.name in instead else table.c[field.name] for field in fields(kind)]


def as_read(kind: Callable[..., Read], rows: Iterable[Row[Any]]) -> Sequence[Read]:
    """Rows of exactly those columns as what they are."""
    return [kind(*row) for row in rows]
