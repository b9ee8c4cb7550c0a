"""Our own modules, stylesheets and icons, each under an address that changes with it."""

import json
from pathlib import Path

from starlette.responses import Response

from app.http.packed import Packed, pack
from app.http.replies import not_found
from app.http.visit import Visit

FOR_EVER = "public, max-age=31536000, immutable"
"""For what never changes under its address."""
"""For what never changes under its address."""

_OF_ITS_OWN_BYTES = "max-age=31536000, immutable"
"""The same, of a file whose address is made of its bytes."""

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
    """The files of one build (`.build/static/`), read once.

    Only the files of this build have an address; a page that asks for an older one is an older page, and
    whoever keeps it (the browser, the service worker) keeps its files, too.
    """

    def __init__(self, build: Path) -> None:
        self._digests: dict[str, str] = json.loads((build / "static.json").read_text())
        files = [file for file in sorted((build / "static").iterdir()) if file.suffix in _MEDIA_TYPES]
        self._files = {file.name: _packed_by_build(file) for file in files}

    async def file(self, visit: Visit) -> Response:
        """`/static/{version}/{file}`."""
        name = visit.params["file"]
        found = self._files.get(name)
        if found is None or visit.params["version"] != self._digests.get(name):
            return not_found(visit)
        answer = found.answer(visit.request, _OF_ITS_OWN_BYTES)
        # Nobody ever asks whether it has changed, and each byte counts eleven times on the first visit of a form.
        del answer.headers["etag"]
        return answer

    async def worker(self, visit: Visit) -> Response:
        """`/sw.js`: the service worker, asked for anew each time. It may ask us, and nobody else.

        If the settings say so, it is one that takes its place and removes itself.
        """
        found = self._files.get("retire.js" if visit.portal.settings.retire_worker else "sw.js")
        if found is None:
            return not_found(visit)
        policy = {"content-security-policy": "default-src 'none'; connect-src 'self'"}
        return found.answer(visit.request, "no-cache", headers=policy)


def _packed_by_build(file: Path) -> Packed:
    twin = file.with_name(f"{file.name}.br")
    packed = twin.read_bytes() if twin.exists() else None
    return pack(file.read_bytes(), _MEDIA_TYPES[file.suffix], packed=packed)
