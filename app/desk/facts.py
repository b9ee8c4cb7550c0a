"""What a list of headings and texts is made of. Plain data."""

from dataclasses import dataclass


@dataclass
class Fact:
    """A heading and what belongs to it."""

    name: str
    text: str
