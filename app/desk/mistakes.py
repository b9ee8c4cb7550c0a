"""What is to be corrected in a form of the desk. Plain data."""

from dataclasses import dataclass


@dataclass
class Mistake:
    """A line of the error summary. target: id of the field it links to."""

    target: str
    text: str
