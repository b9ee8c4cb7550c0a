"""`python -m app.backups.restore FOLDER [--keys FOLDER]`: brings a backup back. The portal must be stopped.

What was taken back since the backup was made stays so: docs/backup.md.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from obstore.exceptions import BaseError
from sqlalchemy.exc import SQLAlchemyError

from app.backups.folder import BackupRefused
from app.backups.restoring import restore
from app.city.loader import CityPackError, load_city
from app.kit.terminal import complain, say
from app.ledger.file import LedgerUnusable
from app.settings import get_settings


def main(arguments: Sequence[str] | None = None) -> int:
    """Bring it back; returns the exit status: 0 if all is well, 1 if nothing was done, 2 if photos are missing."""
    parser = argparse.ArgumentParser(
        prog="python -m app.backups.restore", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("source", type=Path, metavar="FOLDER", help="the backup")
    parser.add_argument("--keys", type=Path, metavar="FOLDER", help="the copy of the keys, if they are lost")
    told = parser.parse_args(arguments)
    os.umask(0o077)
    try:
        settings = get_settings()
        restored = restore(settings, load_city(settings.city).jurisdiction_id, told.source, told.keys)
    except (BackupRefused, LedgerUnusable, CityPackError, OSError, BaseError, SQLAlchemyError) as error:
        complain(f"Nothing was brought back: {error}")
        return 1
    about = restored.about
    made = f"{about.made_at:%Y-%m-%d %H:%M} UTC"
    say(f"Brought back, as of {made}. Reports: {about.requests:,}. Photos: {about.photos:,}.")
    say(f"Done again, as the ledger says: {restored.replayed:,}.")
    if restored.aside is not None:
        say(f"What was there before is in {restored.aside}. Delete it when all is well.")
    if restored.missing:
        complain(f"But: {restored.missing:,} photos are neither in the backup nor here.")
    return 2 if restored.missing else 0


if __name__ == "__main__":
    sys.exit(main())
