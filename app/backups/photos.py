"""The photos of a backup: from the store into it, and back."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

from app.photos.files import SIZES, PhotoStore
from app.photos.pixels import Size


async def save(store: PhotoStore, contents: Sequence[str], folder: Path) -> list[str]:
    """Write pictures into a folder, as a store in a folder has them; returns those that are not there whole."""
    missing = []
    for content in contents:
        files = await whole(store, content)
        if files is None:
            missing.append(content)
            continue
        place = folder / content[:2] / content[2:4] / content
        place.mkdir(mode=0o700, parents=True)
        for size, data in files.items():
            (place / f"{size}.webp").write_bytes(data)
    return missing


async def bring_back(store: PhotoStore, contents: Sequence[str], saved: PhotoStore) -> list[str]:
    """Put pictures back into the store; returns those that are neither there nor in the backup."""
    missing = []
    for content in contents:
        files = await whole(saved, content)
        if files is not None:
            await store.put(content, files)
        elif await whole(store, content) is None:
            missing.append(content)
    return missing


async def whole(store: PhotoStore, content: str) -> dict[Size, bytes] | None:
    """A picture in all its sizes; None if one is missing, or if it is not the one that its name says."""
    try:
        files: dict[Size, bytes] = {size: await store.get(content, size) for size in SIZES}
    except KeyError:
        return None
    return files if hashlib.sha256(files["full"]).hexdigest() == content else None
