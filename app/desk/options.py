"""What a list of the desk's forms offers to choose from. Plain data."""

from dataclasses import dataclass


@dataclass
class Option:
    """One entry of a list to choose from."""

    value: str
    name: str


@dataclass
class Group:
    """Entries that belong together, under a name."""

    name: str
    options: list[Option]
