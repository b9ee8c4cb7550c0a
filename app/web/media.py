"""Photos, map and places, and our own modules and icons: what pages show besides themselves."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from gzip import compress as gzip_compress
from hashlib import sha256
from pathlib import Path

import brotli
from starlette.requests import Request
from starlette.responses import Response

from app.adapters.photos import Size
from app.adapters.photos.store import SIZES
from app.domain.ids import parse_id, parse_sha256
from app.storage.engine import read
from app.storage.photos import belongs_to, service_codes_of
from app.storage.threads import reading
from app.web.portal import Portal
from app.web.replies import not_found
from app.web.visit import Visit

FOR_EVER = "public, max-age=31536000, immutable"
_OF_ITS_OWN_BYTES = "max-age=31536000, immutable"
"""The same, of a file whose address is made of its bytes."""
"""For what never changes under its address."""
NEVER_KEPT = "private, no-store"

_MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}


@dataclass(frozen=True)
class Packed:
    """A file in every coding that browsers ask for, packed once."""

    identity: bytes
    brotli: bytes
    gzip: bytes
    media_type: str
    digest: str

    @property
    def etag(self) -> str:
        """Weak, because one ETag stands for all codings of it (RFC 9110 §8.8.1)."""
        return f'W/"{self.digest}"'

    def answer(
        self, request: Request, cache_control: str, *, headers: Mapping[str, str] | None = None
    ) -> Response:
        """Answer with it, or with 304 if the visitor has it already."""
        kept = {"etag": self.etag, "cache-control": cache_control, "vary": "accept-encoding"}
        kept.update(headers or {})
        if self.etag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=kept)
        accepted = request.headers.get("accept-encoding", "")
        if "br" in accepted:
            return Response(self.brotli, 200, {**kept, "content-encoding": "br"}, self.media_type)
        if "gzip" in accepted:
            return Response(self.gzip, 200, {**kept, "content-encoding": "gzip"}, self.media_type)
        return Response(self.identity, 200, kept, self.media_type)


def pack(body: bytes, media_type: str, *, quality: int = 11, packed: bytes | None = None) -> Packed:
    """Pack a file. quality: of brotli, 0 to 11; packed: what brotli made of it before."""
    return Packed(
        identity=body,
        brotli=brotli.compress(body, quality=quality) if packed is None else packed,
        gzip=gzip_compress(body, compresslevel=6, mtime=0),
        media_type=media_type,
        digest=sha256(body).hexdigest()[:16],
    )


# --- photos -------------------------------------------------------------------------------------------------


async def photo(visit: Visit) -> Response:
    """`/photos/{content}/{size}.webp`: a photo that some request shows to everybody."""
    content, size = parse_sha256(visit.params["content"]), _size(visit.params["size"])
    if content is None or size is None or not await reading(_is_public, visit.portal, content):
        return not_found(visit)
    return await _picture(visit, content, size, FOR_EVER)


async def private_photo(visit: Visit) -> Response:
    """`/requests/{id}/photos/{content}/{size}.webp`: for who knows the id, which is no page's address."""
    request_id, content = parse_id(visit.params["id"]), parse_sha256(visit.params["content"])
    size = _size(visit.params["size"])
    if request_id is None or content is None or size is None:
        return not_found(visit)
    if not await reading(_belongs_to, visit.portal, request_id, content):
        return not_found(visit)
    return await _picture(visit, content, size, NEVER_KEPT)


async def _picture(visit: Visit, content: str, size: Size, cache_control: str) -> Response:
    headers = {"cache-control": cache_control, "etag": f'"{content[:16]}-{size}"'}
    if cache_control == FOR_EVER and headers["etag"] in visit.request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    try:
        picture = await visit.portal.photos.read(content, size)
    except KeyError:
        return not_found(visit)
    return Response(picture, 200, headers, "image/webp")


def _size(text: str) -> Size | None:
    return next((size for size in SIZES if size == text), None)


def _is_public(portal: Portal, content: str) -> bool:
    with read(portal.engine) as connection:
        codes = service_codes_of(connection, content)
    services = (portal.city.service(code) for code in codes)
    return any(service is not None and service.public.photos for service in services)


def _belongs_to(portal: Portal, request_id: str, content: str) -> bool:
    with read(portal.engine) as connection:
        return belongs_to(connection, request_id, content)


# --- our own modules and icons ------------------------------------------------------------------------------


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
