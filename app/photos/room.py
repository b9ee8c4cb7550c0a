"""How many bytes of unfinished photos lie on the disk, and which of them make way when one sender brings too many.

A photo that makes way is not lost: its device is told to begin anew. One that is whole never makes way, for nobody may
come back with it; as long as too many of those wait, no more are taken.
"""

import errno
from collections import Counter, OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from app.photos.models import MAX_PHOTOS
from app.photos.pixels import MAX_BYTES

MOST_OF_REPORT = MAX_PHOTOS * MAX_BYTES
MOST_OF_NETWORK = 10 * MOST_OF_REPORT
"""750 MB: 120 people at once with five photos of a megabyte each."""
MOST_IN_ALL = 4 * 1024**3
LEAST = 64 * 1024
"""Bytes that a file counts at least, so that the number of files has an end, too."""


@dataclass(frozen=True)
class _File:
    """network: who brought the last bytes, empty if it is not known. size: in bytes. whole: it waits for its turn."""

    report: str
    network: str
    size: int
    whole: bool = False


class UploadRoom:
    """Keeps count in the memory of this process. folder: of the unfinished photos; what lies there counts, too."""

    def __init__(self, folder: Path) -> None:
        self._files: OrderedDict[str, _File] = OrderedDict()
        self._bytes: Counter[tuple[str, str]] = Counter()
        for path in sorted(folder.iterdir(), key=lambda path: path.stat().st_mtime):
            self._put(path.name, _File(path.name[:36], "", path.stat().st_size))

    def reserve(
        self, name: str, *, report: str, network: str | None, size: int, whole: bool = False
    ) -> list[str]:
        """Count a file, which has or will have this size. Returns the names of files that have to make way.

        Raises OSError (EDQUOT) if there is no room and nothing can make way; then nothing has changed.
        """
        before = self._files.get(name)
        self.release(name)
        self._put(name, _File(report, network or "", max(size, LEAST), whole))
        making_way: dict[str, _File] = {}
        while (crowd := self._too_many(report, network or "")) is not None:
            oldest = next((other for other in self._files if other != name and crowd(other)), None)
            if oldest is None:
                self.release(name)
                for other, file in (*making_way.items(), *([(name, before)] if before else [])):
                    self._put(other, file)
                raise OSError(errno.EDQUOT, "too many unfinished photos")
            making_way[oldest] = self._files[oldest]
            self.release(oldest)
        return list(making_way)

    def release(self, name: str) -> None:
        """A file is gone."""
        file = self._files.pop(name, None)
        if file is not None:
            for share in _shares(file):
                self._bytes[share] -= file.size
                if not self._bytes[share]:
                    del self._bytes[share]

    def _put(self, name: str, file: _File) -> None:
        self._files[name] = file
        for share in _shares(file):
            self._bytes[share] += file.size

    def _too_many(self, report: str, network: str) -> Callable[[str], bool] | None:
        """Which files may have to make way, if there are too many bytes."""
        if self._bytes["report", report] > MOST_OF_REPORT:
            return lambda name: not self._files[name].whole and self._files[name].report == report
        if network and self._bytes["network", network] > MOST_OF_NETWORK:
            return lambda name: not self._files[name].whole and self._files[name].network == network
        if self._bytes["all", ""] > MOST_IN_ALL:
            networks = (share for share in self._bytes if share[0] == "network")
            largest = max(networks, key=self._bytes.__getitem__)[1]
            return lambda name: not self._files[name].whole and self._files[name].network == largest
        return None


def _shares(file: _File) -> tuple[tuple[str, str], ...]:
    return ("report", file.report), ("network", file.network), ("all", "")
