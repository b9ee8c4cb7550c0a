"""`python -m app.backups.command FOLDER [--keys FOLDER]`: copies all that is kept into a new folder, while it runs.

docs/backup.md says what is in it, and how it comes back.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

from app.backups.frame import Command
from app.backups.saving import back_up
from app.kit.terminal import complain, say
from app.settings import Settings

COMMAND = Command(
    module="app.backups.command",
    about=(__doc__ or "").splitlines()[0],
    folder="the backup; it must not be there yet",
    keys="a second place, for the keys",
    failed="No backup was made",
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Make a backup; returns the exit status: 0 if all is well, 1 if there is none, 2 if photos are missing."""
    return COMMAND.run(arguments, _save)


def _save(settings: Settings, jurisdiction: str, folder: Path, keys: Path | None) -> int:
    saved = back_up(settings, jurisdiction, folder, keys)
    about = saved.about
    say(f"{folder} is made and checked. Reports: {about.requests:,}. Photos: {about.photos:,}.")
    for warning in saved.warnings:
        complain(f"But: {warning}")
    return 2 if about.missing else 0


if __name__ == "__main__":
    sys.exit(main())
