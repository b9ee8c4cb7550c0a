"""Places as pages show them."""

from dataclasses import dataclass

from app.routes import Url


@dataclass(frozen=True)
class MatchView:
    """A place that some words may mean. note: where it lies, and whether it is only about there."""

    id: str
    value: str
    name: str
    note: str
    picture_url: Url
