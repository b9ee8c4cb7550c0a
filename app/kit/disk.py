"""Room on the disk."""

import errno
import shutil
from pathlib import Path

KEEP_FREE = 200 * 1024 * 1024
"""Bytes of disk that photos must leave free, so that the text of reports can still be written."""


def check_room(folder: Path) -> None:
    """Raise OSError (ENOSPC) if the disk of this folder is nearly full."""
    if shutil.disk_usage(folder).free < KEEP_FREE:
        raise OSError(errno.ENOSPC, "the disk is nearly full")
