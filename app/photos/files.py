"""Where the pictures are kept: a folder now, any object store later, by one URL and through the same calls."""

import asyncio
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import obstore
from obstore.exceptions import BaseError
from obstore.store import LocalStore, ObjectStore, from_url

from app.photos.pixels import Size

if TYPE_CHECKING:
    from obstore.store import RetryConfig

SIZES: tuple[Size, ...] = get_args(Size)
"""Full is last: once it is there, so are the others."""

# Without these one call may take minutes: ten tries, of half a minute each. With them it fails within five seconds.
# The first two stand in the environment like all that is set of a store; options given in the code would replace those.
_PATIENCE = {
    f"{kind}_{name}": "2s" for kind in ("AWS", "AZURE", "GOOGLE") for name in ("TIMEOUT", "CONNECT_TIMEOUT")
}
_RETRY: "RetryConfig" = {"max_retries": 1, "retry_timeout": timedelta(seconds=4)}

_CONTENT = re.compile(r"[0-9a-f]{64}")


class PhotoStore:
    """Three WebP files for each photo under `ab/cd/<content>/{320,800,full}.webp`.

    `content` is the SHA-256, in lower-case hex, of the full-size bytes. Trouble with the store itself (a full disk, a
    network down) is raised as OSError, within seconds (StoreUnreachable, if it is a store over a network).
    """

    def __init__(self, backend: ObjectStore) -> None:
        self._backend = backend

    async def put(self, content: str, files: dict[Size, bytes]) -> None:
        """Keep the files; when this returns they are there whole, and stay so if the power fails.

        Each file appears in one step: obstore writes beside it and renames. A file that is already there is left
        alone, because some report may point to it.
        """
        with _as_os_error():
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
        with _as_os_error():
            found = await self._get(content, size)
        if found is None:
            raise KeyError(content)
        return found

    async def delete(self, content: str) -> None:
        """Remove all sizes; what is not there is no error. The caller knows that no report points to them."""
        if not _CONTENT.fullmatch(content):
            return
        with _as_os_error():
            for size in reversed(SIZES):
                try:
                    await obstore.delete_async(self._backend, _key(content, size))
                except FileNotFoundError:
                    pass

    async def check(self) -> None:
        """Ask the store for a photo that is not there. Raises OSError if it does not answer."""
        with _as_os_error():
            if isinstance(self._backend, LocalStore):
                await asyncio.to_thread(os.listdir, str(self._backend.prefix))
            await self._get("0" * 64, "full")

    async def _get(self, content: str, size: Size) -> bytes | None:
        try:
            found = await obstore.get_async(self._backend, _key(content, size))
            return bytes(await found.bytes_async())
        except FileNotFoundError:
            return None


class StoreUnreachable(OSError):
    """A store over a network does not answer, or not with what was asked for."""


@contextmanager
def _as_os_error() -> Iterator[None]:
    """Whoever uses the store knows one kind of trouble."""
    try:
        yield
    except BaseError as error:
        raise StoreUnreachable(type(error).__name__) from error


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
    for name, value in _PATIENCE.items():
        os.environ.setdefault(name, value)
    return PhotoStore(from_url(url, retry_config=_RETRY))


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
