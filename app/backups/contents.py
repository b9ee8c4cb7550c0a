"""What is in the database of a backup."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Self


@dataclass(frozen=True)
class Contents:
    """revision: the shape of the database. requests: how many. photos: `content` of each stored picture, once."""

    revision: str
    requests: int
    photos: tuple[str, ...]

    @classmethod
    def read(cls, ask: Callable[[str], Sequence[Sequence[Any]]]) -> Self:
        """Read it. ask: gives all rows of a query, all of the same moment."""
        photos = ask(
            "SELECT DISTINCT content FROM photo WHERE state = 'stored' AND content IS NOT NULL ORDER BY content"
        )
        return cls(
            revision=str(ask("SELECT version_num FROM alembic_version")[0][0]),
            requests=int(ask("SELECT count(*) FROM service_request")[0][0]),
            photos=tuple(str(row[0]) for row in photos),
        )
