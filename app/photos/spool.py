"""Photos that are still arriving, or wait to be worked on: each a file that grows until it is whole.

The size of a file is how far its photo has come, and nothing else is: when the server is killed at any moment, the
next one goes on from there. Nothing is forced onto the disk on the way: the SHA-256 is checked in the end, and a
file that lost bytes starts anew.
"""

import asyncio
import hashlib
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import BinaryIO
from weakref import WeakValueDictionary

from app.db.threads import working
from app.kit.disk import check_room
from app.kit.errors import FieldError, Rejected
from app.kit.ids import make_id, parse_id, parse_sha256
from app.photos.models import PhotoClaim
from app.photos.pixels import MAX_BYTES
from app.photos.room import UploadRoom
from i18n import N_

PHOTO_TOO_LARGE = N_(
    "This photo is too large. We can take up to %(megabytes)s MB. Please choose a smaller photo, "
    "or send a screenshot of it.",
    megabytes=MAX_BYTES // 1024**2,
)
_BLOCK = 64 * 1024


class Spool:
    """The folder of unfinished photos. How much may lie in it, `room.py` says."""

    def __init__(self, folder: Path) -> None:
        """Open the spool in a folder that is there and that nobody else reads."""
        self.folder = folder
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    def part(self, request_id: str, sha256: str) -> "Part":
        """The file of one photo, whether it is there or not; id and hash in their canonical form."""
        return Part(self, request_id, sha256)

    async def receive(
        self, request_id: str, source: BinaryIO, size: int | None, network: str | None = None
    ) -> PhotoClaim:
        """Take a photo that came in one piece, with a form; the claim has no description yet.

        size: in bytes, if it is known. Raises Rejected if the photo is too large, and OSError if the disk is full or
        too many wait.
        """
        arriving = self.folder / f"{make_id()}.new"
        size = min(size or MAX_BYTES, MAX_BYTES)
        await self.make_room(arriving, request_id, network, size, whole=True)
        try:
            claim = await working(self._receive, request_id, source, arriving)
            part = self.part(request_id, claim.sha256)
            # The same bytes under their name: there is room for them.
            self._room.release(arriving.name)
            self._room.reserve(part.path.name, report=request_id, network=network, size=size, whole=True)
        finally:
            await self.remove(arriving)
        return claim

    async def files(self) -> list[Path]:
        """Everything that lies here, also what belongs to no photo."""
        return sorted(await working(lambda: list(self.folder.iterdir())))

    def part_at(self, path: Path) -> "Part | None":
        """The photo that a file belongs to, if it is named as one."""
        request_id, sha256 = parse_id(path.name[:36]), parse_sha256(path.name[37:101])
        if request_id is None or sha256 is None:
            return None
        part = self.part(request_id, sha256)
        return part if part.path == path else None

    async def remove_if_older(self, path: Path, moment: datetime) -> None:
        """Remove a file that nobody has written to since this moment."""
        if await working(_is_older, path, moment):
            await self.remove(path)

    def lock(self, path: Path) -> asyncio.Lock:
        """The lock of a file, which lives as long as somebody holds it."""
        return self._turns.setdefault(path.name, asyncio.Lock())

    @cached_property
    def _room(self) -> UploadRoom:
        return UploadRoom(self.folder)

    async def make_room(
        self, path: Path, request_id: str, network: str | None, size: int, *, whole: bool
    ) -> None:
        """Raises OSError if there is no room for a file that is to have this size."""
        await working(check_room, self.folder)
        for name in self._room.reserve(path.name, report=request_id, network=network, size=size, whole=whole):
            await working((self.folder / name).unlink, missing_ok=True)

    async def remove(self, path: Path) -> None:
        """Delete a file and give its room back."""
        await working(path.unlink, missing_ok=True)
        self._room.release(path.name)

    def _receive(self, request_id: str, source: BinaryIO, arriving: Path) -> PhotoClaim:
        digest, size = hashlib.sha256(), 0
        with open(arriving, "xb", opener=_for_us_alone) as target:
            while block := source.read(_BLOCK):
                size += len(block)
                if size > MAX_BYTES:
                    raise Rejected([FieldError("media", PHOTO_TOO_LARGE)])
                digest.update(block)
                target.write(block)
        arriving.replace(self.part(request_id, digest.hexdigest()).path)
        return PhotoClaim(sha256=digest.hexdigest(), upload_bytes=size)


class Part:
    """One photo's file in the spool."""

    def __init__(self, spool: Spool, request_id: str, sha256: str) -> None:
        """Of the photo of this report with this SHA-256; use `Spool.part`."""
        self.request_id = request_id
        self.sha256 = sha256
        self.path = spool.folder / f"{request_id}-{sha256}.part"
        self._spool = spool

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Wait until nobody else works on this photo.

        Between several server processes the check of the hash is enough: the same bytes at the same place do no
        harm, and a photo that is finished twice is stored once.
        """
        async with self._spool.lock(self.path):
            yield

    async def size(self) -> int:
        """How many bytes have come."""
        return await working(_size, self.path)

    async def append(self, offset: int, data: bytes, *, length: int, network: str | None) -> int:
        """Write bytes at the end and return the new size. length: of the whole photo.

        Raises OSError if there is no room.
        """
        size = offset + len(data)
        await self._spool.make_room(self.path, self.request_id, network, size, whole=size == length)
        await working(_write, self.path, offset, data)
        return size

    async def is_intact(self) -> bool:
        """Whether the bytes are those that were announced."""
        return await working(self._has_its_digest)

    async def is_whole(self, length: int | None) -> bool:
        """The same, but the file is read only if its size can be right. length: as announced, None if unknown."""
        return await working(lambda: length in (None, _size(self.path)) and self._has_its_digest())

    async def remove(self) -> None:
        """Delete the file and give its room back."""
        await self._spool.remove(self.path)

    def _has_its_digest(self) -> bool:
        with self.path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == self.sha256


def _write(path: Path, offset: int, data: bytes) -> None:
    file = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        while data:
            written = os.pwrite(file, data, offset)
            data, offset = data[written:], offset + written
    finally:
        os.close(file)


def _for_us_alone(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def _is_older(path: Path, moment: datetime) -> bool:
    """Of a file that is gone nothing is older."""
    try:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC) < moment
    except FileNotFoundError:
        return False
