"""What the two commands of backups have in common: the folder and the keys they are given, and how they fail."""

import argparse
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from obstore.exceptions import BaseError
from sqlalchemy.exc import SQLAlchemyError

from app.backups.folder import BackupRefused
from app.city.loader import CityPackError, load_city
from app.kit.terminal import complain
from app.ledger.file import LedgerUnusable
from app.settings import Settings, get_settings

Work = Callable[[Settings, str, Path, Path | None], int]
"""What a command does with the settings, the city's jurisdiction, the folder of the backup, and that of the keys, if
there is one. Returns the exit status.
"""


@dataclass(frozen=True)
class Command:
    """One of the commands. module: by which it is called. about, folder, keys: for its help. failed: what it says
    before the reason when nothing was done.
    """

    module: str
    about: str
    folder: str
    keys: str
    failed: str

    def run(self, arguments: Sequence[str] | None, work: Work) -> int:
        """Do the work; returns its exit status, or 1 if it could not be done. No file is readable by others."""
        parser = argparse.ArgumentParser(prog=f"python -m {self.module}", description=self.about)
        parser.add_argument("folder", type=Path, metavar="FOLDER", help=self.folder)
        parser.add_argument("--keys", type=Path, metavar="FOLDER", help=self.keys)
        given = parser.parse_args(arguments)
        os.umask(0o077)
        try:
            settings = get_settings()
            return work(settings, load_city(settings.city).jurisdiction_id, given.folder, given.keys)
        except (BackupRefused, LedgerUnusable, CityPackError, OSError, BaseError, SQLAlchemyError) as error:
            complain(f"{self.failed}: {error}")
            return 1
