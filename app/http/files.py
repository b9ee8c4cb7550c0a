"""Our own modules and stylesheets, and the images of the city, each under an address that changes with it."""

from pathlib import Path

from app.city.brand import images
from app.city.city import City
from app.http.addresses import digests, smallest
from app.http.packed import Packed, pack

_MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}


class OwnFiles:
    """The files of one build (`.build/static/`) and the images of the city, read once.

    Only the files of this build have an address; a page that asks for an older one is an older page, and
    whoever keeps it (the browser, the service worker) keeps its files, too. digests: of each file, in its address.
    """

    def __init__(self, build: Path, city: City) -> None:
        self.digests = digests(build, city)
        files = [file for file in sorted((build / "static").iterdir()) if file.suffix in _MEDIA_TYPES]
        self._files = {file.name: _packed_by_build(file) for file in files}
        for name, content in images(city.folder).items():
            self._files[name] = pack(content, _MEDIA_TYPES[Path(name).suffix], packed=smallest(content))

    def get(self, name: str, *, version: str | None = None) -> Packed | None:
        """The file of this name, if there is one, and if that is its version."""
        known = version is None or version == self.digests.get(name)
        return self._files.get(name) if known else None


def _packed_by_build(file: Path) -> Packed:
    twin = file.with_name(f"{file.name}.br")
    packed = twin.read_bytes() if twin.exists() else None
    return pack(file.read_bytes(), _MEDIA_TYPES[file.suffix], packed=packed)
