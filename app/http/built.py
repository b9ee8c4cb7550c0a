"""What residents are served, and where a build puts its part of it; by itself, because whoever only looks whether a
build is there needs nothing else.
"""

from dataclasses import dataclass
from pathlib import Path

BUILD = Path(".build")
"""Our own modules (app/publish/static.py)."""
CLIENT = Path(".web/build/client")
"""What Reflex has built for browsers: the desk."""


@dataclass(frozen=True)
class Build:
    """All that the published site is made of.

    templates: of the pages, by their names (app/publish/build.py). style: the stylesheet that each of them carries.
    folder: our own modules, and `static.json` with the digest in the address of each.
    """

    templates: dict[str, str]
    style: str
    folder: Path = BUILD
