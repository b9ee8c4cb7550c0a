"""Where the pictures are kept: a folder now, any object store later, by one URL and through the same calls."""

import asyncio
import os
import re
from pathlib import Path
from typing import get_args

import obstore
from obstore.store import LocalStore, ObjectStore, from_url

from app.adapters.photos.pixels import Size

SIZES: tuple[Size, ...] = get_args(Size)
"""Full is last: once it is there, so are the others."""

_CONTENT = re.compile(r"[0-9a-f]{64}")


class PhotoStore:
    """Three WebP files for each photo under `ab/cd/<content>/{320,800,full}.webp`.

    `content` is the SHA-256, in lower-case hex, of the full-size bytes. Trouble with the store itself (a full disk, a
    network down) is raised as obstore or the system raises it: OSError or obstore.exceptions.BaseError.
    """

    def __init__(self, backend: ObjectStore) -> None:
        self._backend = backend

    async def put(self, content: str, files: dict[Size, bytes]) -> None:
        """Keep the files; when this returns they are there whole, and stay so if the power fails.

        Each file appears in one step: obstore writes beside it and renames. A file that is already there is left
        alone, because some report may point to it.
        """
        for size in SIZES:
            if await self._get(content, size) != files[size]:
                await obstore.put_async(self._backend, _key(content, size), files[size])
        if isinstance(self._backend, LocalStore):
            # Object stores keep what they have confirmed. For a folder obstore leaves it to the system's cache,
            # which loses it in a power failure, so the files and the names in their folders are forced out here.
            await asyncio.to_thread(_sync, Path(str(self._backend.prefix)), content)

    async def get(self, content: str, size: Size) -> bytes:
        """Return the WebP bytes of one size; KeyError when there is no such photo or size."""
        if not _CONTENT.fullmatch(content) or size not in SIZES:
            raise KeyError(content)
        found = await self._get(content, size)
        if found is None:
            raise KeyError(content)
        return found

    async def delete(self, content: str) -> None:
        """Remove all sizes; what is not there is no error. The caller knows that no report points to them."""
        if not _CONTENT.fullmatch(content):
            return
        for size in reversed(SIZES):
            try:
                await obstore.delete_async(self._backend, _key(content, size))
            except FileNotFoundError:
                pass

    async def _get(self, content: str, size: Size) -> bytes | None:
        try:
            found = await obstore.get_async(self._backend, _key(content, size))
            return bytes(await found.bytes_async())
        except FileNotFoundError:
            return None


def open_store(url: str | Path) -> PhotoStore:
    """Open the store at a path, `file:///var/photos`, `s3://bucket/prefix`, `gs://…` or `az://…`.

    A folder is made if it is missing. Credentials and endpoints of object stores come from their usual
    environment variables (AWS_ACCESS_KEY_ID, AWS_ENDPOINT_URL, …).
    Raises obstore.exceptions.BaseError for a URL of no known kind.
    """
    if isinstance(url, Path) or "://" not in url:
        return PhotoStore(LocalStore(Path(url).absolute(), automatic_cleanup=True, mkdir=True))
    if url.startswith("file://"):
        return PhotoStore(LocalStore.from_url(url, automatic_cleanup=True, mkdir=True))
    return PhotoStore(from_url(url))


def _key(content: str, size: Size) -> str:
    return f"{content[:2]}/{content[2:4]}/{content}/{size}.webp"


def _sync(root: Path, content: str) -> None:
    """Force one photo's files, and the folders from theirs up to the root, onto the disk."""
    files = [root / _key(content, size) for size in SIZES]
    folder = files[0].parent
    for path in (*files, folder, folder.parent, folder.parent.parent, root):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
