"""`python -m app.backups.command FOLDER [--keys FOLDER]`: copies all that is kept into a new folder, while it runs.

docs/backup.md says what is in it, and how it comes back.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from obstore.exceptions import BaseError
from sqlalchemy.exc import SQLAlchemyError

from app.backups.folder import BackupRefused
from app.backups.saving import back_up
from app.city.loader import CityPackError, load_city
from app.kit.terminal import complain, say
from app.ledger.file import LedgerUnusable
from app.settings import get_settings


def main(arguments: Sequence[str] | None = None) -> int:
    """Make a backup; returns the exit status: 0 if all is well, 1 if there is none, 2 if photos are missing."""
    parser = argparse.ArgumentParser(
        prog="python -m app.backups.command", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("to", type=Path, metavar="FOLDER", help="the backup; it must not be there yet")
    parser.add_argument("--keys", type=Path, metavar="FOLDER", help="a second place, for the keys")
    told = parser.parse_args(arguments)
    os.umask(0o077)
    try:
        settings = get_settings()
        saved = back_up(settings, load_city(settings.city).jurisdiction_id, told.to, told.keys)
    except (BackupRefused, LedgerUnusable, CityPackError, OSError, BaseError, SQLAlchemyError) as error:
        complain(f"No backup was made: {error}")
        return 1
    about = saved.about
    say(f"{told.to} is made and checked. Reports: {about.requests:,}. Photos: {about.photos:,}.")
    for warning in saved.warnings:
        complain(f"But: {warning}")
    return 2 if about.missing else 0


if __name__ == "__main__":
    sys.exit(main())
