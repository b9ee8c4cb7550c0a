"""What stands in the addresses of our own files, so that each changes with its bytes, and how they are packed."""

import json
from hashlib import sha256
from pathlib import Path

import brotli

from app.city.brand import images
from app.city.city import City


def digests(build: Path, city: City) -> dict[str, str]:
    """What stands in the address of each file for its content: our own modules, and the mark and icons of the city.

    Raises FileNotFoundError if our own modules have not been built.
    """
    ours: dict[str, str] = json.loads((build / "static.json").read_text())
    return {**ours, **{name: digest(content) for name, content in images(city.folder).items()}}


def digest(content: bytes) -> str:
    """What stands in the address of a file for its content."""
    return sha256(content).hexdigest()[:8]


def smallest(content: bytes) -> bytes:
    """Compressed in the way that suits it best; which that is differs from file to file."""
    modes = (brotli.MODE_GENERIC, brotli.MODE_FONT)
    found: list[bytes] = [brotli.compress(content, mode=mode, quality=11, lgwin=16) for mode in modes]
    return min(found, key=len)
