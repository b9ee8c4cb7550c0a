"""Pictures kept on disk, so that each is drawn once: a folder of files that several processes share.

Files are written under another name and then renamed, so nobody ever reads half a picture. When the folder holds more
than it may, those that were asked for the longest ago go first; pictures of an older map are such by themselves.
"""

import os
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from time import time

MOST_BYTES = 256 * 1024 * 1024
_BLOCK = 4096
"""Bytes that a file takes on disk at least, as file systems commonly count."""
_LOOK_EVERY = 500
"""Pictures written between two looks at how much there is."""
_FRESH_SECONDS = 24 * 3600
"""A file whose time is newer than this counts as just asked for."""


class PictureFiles:
    """Files by key; a key is made of letters and digits.

    folder: made when the first picture comes. most_bytes: after which the oldest go.
    """

    def __init__(self, folder: Path, *, most_bytes: int = MOST_BYTES, look_every: int = _LOOK_EVERY) -> None:
        self._folder = folder
        self._most_bytes = most_bytes
        self._look_every = look_every
        self._written = 0

    def read(self, key: str) -> bytes | None:
        """The picture, or None."""
        file = self._file(key)
        try:
            picture = file.read_bytes()
            if time() - file.stat().st_mtime > _FRESH_SECONDS:
                os.utime(file)
        except OSError:
            return None
        return picture

    def write(self, key: str, picture: bytes) -> None:
        """Keep a picture; without room or permission it is not kept, which harms nobody."""
        file = self._file(key)
        with suppress(OSError):
            file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=file.parent, suffix=".new")
            try:
                with os.fdopen(handle, "wb") as new:
                    new.write(picture)
                Path(name).replace(file)
            except OSError:
                Path(name).unlink(missing_ok=True)
        self._written += 1
        if self._written % self._look_every == 0:
            self.make_room()

    def make_room(self) -> None:
        """Remove what was asked for the longest ago until the folder holds nine tenths of what it may."""
        files = sorted(self._sizes())
        total = sum(size for _, _, size in files)
        if total <= self._most_bytes:
            return
        for _, file, size in files:
            if total <= self._most_bytes * 0.9:
                break
            with suppress(OSError):  # another process may have been quicker
                Path(file).unlink()
            total -= size

    def _sizes(self) -> Iterator[tuple[float, str, int]]:
        for file in self._folder.glob("*/*"):
            with suppress(OSError):
                stat = file.stat()
                yield stat.st_mtime, str(file), max(_BLOCK, stat.st_size)

    def _file(self, key: str) -> Path:
        return self._folder / key[:2] / f"{key}.webp"
