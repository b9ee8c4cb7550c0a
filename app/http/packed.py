"""A file in every coding that browsers ask for, packed once; answered in one, or with 304."""

from collections.abc import Mapping
from dataclasses import dataclass
from gzip import compress as gzip_compress
from hashlib import sha256

import brotli
from starlette.requests import Request
from starlette.responses import Response

from app.http.conditional import VARY, coding, has


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
        kept = {"etag": self.etag, "cache-control": cache_control, "vary": VARY}
        kept.update(headers or {})
        if has(request, self.etag):
            return Response(status_code=304, headers=kept)
        match coding(request):
            case "br":
                return Response(self.brotli, 200, {**kept, "content-encoding": "br"}, self.media_type)
            case "gzip":
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
