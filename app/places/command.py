"""`python -m app.places.command FOLDER`: makes the database of places from a city's files, or changes nothing.

FOLDER holds the files and `import.yaml`, which lists them (docs/places.md). Without a folder, the database is made
from the city pack alone. It can be run any number of times, also while the portal is running.
"""

import argparse
import sqlite3
import sys
from pathlib import Path

from app.city.loader import CityPackError, load_city
from app.places.data.collected import Collected, PlacesRefused
from app.places.data.database import FILE
from app.places.data.importing import import_places
from app.settings import get_settings
from app.site.starting import in_words

SHOWN_REJECTS = 20


def main(arguments: list[str]) -> int:
    """Import what the command line names; returns the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m app.places.command", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("path", nargs="?", type=Path, metavar="FOLDER", help="with import.yaml, or that file")
    path = parser.parse_args(arguments).path
    with in_words():
        settings = get_settings()
        settings.make_data_folder()
    file = settings.data / FILE
    try:
        collected = import_places(file, load_city(settings.city), path, _progress)
    except (PlacesRefused, CityPackError, OSError, sqlite3.Error) as error:
        print(f"Nothing was changed: {error}", file=sys.stderr)
        return 1
    _report(collected)
    print(f"Places are in {file}")
    return 0


def _progress(file: str, rows: int) -> None:
    if sys.stderr.isatty():
        print(f"\r{file}: {rows:,}\033[K", end="", file=sys.stderr, flush=True)


def _report(collected: Collected) -> None:
    if sys.stderr.isatty():
        print("\r\033[K", end="", file=sys.stderr)
    for source, taken in zip(collected.sources, collected.counts, strict=True):
        print(f"{taken:>9,}  {source.file}  ({source.name}, {source.license})")
    for reject in collected.rejects[:SHOWN_REJECTS]:
        print(f"left out: {reject}")
    if collected.left_out > SHOWN_REJECTS:
        print(f"left out: {collected.left_out - SHOWN_REJECTS:,} more")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
