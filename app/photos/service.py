"""Photos of reports: taken in, made safe and small, kept, handed out, removed."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from app.db.turns import Turns
from app.photos.files import PhotoStore
from app.photos.pixels import MAX_BYTES, MAX_PIXELS, Reason, Size, Unusable, read_photo
from app.photos.worker import PhotoWorkers
from i18n import N_, Message

SECONDS = 5.0
"""Of CPU for one photo; the hardest honest ones, HEIC of 48 megapixels full of detail, take about 3."""
MOST_WAITING_OF_ONE = 20
"""Photos of one network that wait, besides those in work; at half a second each they are told within 10 seconds."""
MOST_WAITING = 100
# Enough for 40 megapixels in the hungriest format (lossless WebP, 860 MiB) with a third to spare.
_MEMORY = 1200 * 1024 * 1024

_SENTENCES: dict[Reason, Message] = {
    "not_a_photo": N_(
        "We cannot read this file as a photo. Please choose a photo in JPEG, PNG, WebP, or HEIC format. "
        "Your report itself is safe."
    ),
    "too_large": N_(
        "This photo is too large. We can take up to %(megabytes)s MB and %(megapixels)s megapixels. "
        "Please choose a smaller photo, or send a screenshot of it. Your report itself is safe.",
        megabytes=MAX_BYTES // 1024**2,
        megapixels=MAX_PIXELS // 1_000_000,
    ),
    "broken": N_(
        "This photo did not arrive whole, or its file is damaged. Please send it again, or choose another photo. "
        "Your report itself is safe."
    ),
    "too_hard": N_(
        "We tried to open this photo and could not. Please send a screenshot of it, or choose another photo. "
        "Your report itself is safe."
    ),
}


@dataclass(frozen=True)
class StoredPhoto:
    """A photo that is in the store.

    content: SHA-256, in lower-case hex, of the full-size bytes: the photo's key in the store.
    width, height: pixels of the full size.
    bytes: weight of the full size, in bytes.
    gps: (lat, long) in degrees (WGS 84) that the upload claimed, or None. It is not stored anywhere: offer it to
        the person as the place of the report, then forget it.
    """

    content: str
    width: int
    height: int
    bytes: int
    gps: tuple[float, float] | None


class PhotoRefused(Exception):
    """The photo cannot be used; `message` tells the person why and what to do."""

    def __init__(self, message: Message) -> None:
        super().__init__(message.text)
        self.message = message


class PhotoService:
    """Takes photos in and hands them out; use it from one event loop, which it never blocks.

    store: where the pictures are kept.
    workers: photos worked on at the same time, each in its own process.
    seconds: of CPU for one photo.
    memory_bytes: most address space of one worker.
    sealed: whether workers give up files and network, where the system lets them (app/photos/sandbox.py).
    turns: hands out the workers fairly; whoever processes a photo has one.
    """

    def __init__(
        self,
        *,
        store: PhotoStore,
        workers: int = 1,
        seconds: float = SECONDS,
        memory_bytes: int = _MEMORY,
        sealed: bool = True,
    ) -> None:
        self._store = store
        self._workers = PhotoWorkers(
            workers=workers, seconds=seconds, memory_bytes=memory_bytes, sealed=sealed
        )
        self.turns = Turns(at_once=workers, most_each=MOST_WAITING_OF_ONE, most=MOST_WAITING)

    async def process(
        self, path: Path, before: Callable[[str], Awaitable[None]] | None = None
    ) -> StoredPhoto:
        """Make clean pictures of the photo in the file `path` and keep them; the file itself is left as it is.

        before: awaited with the picture's key in the store, just before it is stored there.
        The same photo sent twice is stored once. Raises PhotoRefused when the photo cannot be used. Trouble that
        is not the photo's (the file or the store cannot be reached, the disk is full) is raised as it is, for the
        caller to try again later.
        """
        try:
            shrunk = await self._workers.shrink(await asyncio.to_thread(read_photo, path))
        except Unusable as error:
            raise PhotoRefused(_SENTENCES[error.reason]) from None
        full = shrunk.files["full"]
        content = hashlib.sha256(full).hexdigest()
        if before is not None:
            await before(content)
        await self._store.put(content, dict(shrunk.files))
        return StoredPhoto(content, shrunk.width, shrunk.height, len(full), shrunk.gps)

    async def read(self, content: str, size: Size) -> bytes:
        """Return the WebP bytes of one size of a photo; KeyError when there is no such photo or size."""
        return await self._store.get(content, size)

    async def delete(self, content: str) -> None:
        """Remove a photo in all its sizes; a photo that is not there is no error.

        Two reports may hold the same photo: call this only when no report points to it any more.
        """
        await self._store.delete(content)

    async def check(self) -> None:
        """Ask whether the store answers. Raises OSError if it does not."""
        await self._store.check()

    def close(self) -> None:
        """Stop the workers at once; blocks until they are gone. Photos in work end in an error."""
        self._workers.close()
