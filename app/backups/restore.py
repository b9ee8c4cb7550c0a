"""`python -m app.backups.restore FOLDER [--keys FOLDER]`: brings a backup back. The portal must be stopped.

What was taken back since the backup was made stays so: docs/backup.md.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

from app.backups.frame import Command
from app.backups.restoring import restore
from app.kit.terminal import complain, say
from app.settings import Settings

COMMAND = Command(
    module="app.backups.restore",
    about=(__doc__ or "").splitlines()[0],
    folder="the backup",
    keys="the copy of the keys, if they are lost",
    failed="Nothing was brought back",
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Bring it back; returns the exit status: 0 if all is well, 1 if nothing was done, 2 if photos are missing."""
    return COMMAND.run(arguments, _bring_back)


def _bring_back(settings: Settings, jurisdiction: str, folder: Path, keys: Path | None) -> int:
    restored = restore(settings, jurisdiction, folder, keys)
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
