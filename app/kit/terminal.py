"""What commands say to whoever runs them."""

import sys
from typing import TextIO


def say(text: str, *, to: TextIO | None = None) -> None:
    """A line on the terminal."""
    print(text, file=to or sys.stdout)


def complain(text: str) -> None:
    """A line about what is not well."""
    say(text, to=sys.stderr)
