"""Photos of a report that is not sent yet: shown for an hour, and only on the form that brought them.

The address is signed with the hash of the form's private token, which nobody else has, so that neither the address
nor any log of it leads to the report. No cookie is needed.
"""

import hmac
from collections.abc import Iterable
from datetime import datetime, timedelta
from urllib.parse import urlencode

from starlette.requests import Request

from app.kit.ids import hash_token
from app.reports.submissions import Draft
from app.routes import Url, url

SHOWN_FOR = timedelta(hours=1)


def preview_url(draft: Draft, content: str, now: datetime) -> Url:
    """The address of the small picture of a photo. content: the name it is stored by."""
    until = int((now + SHOWN_FOR).timestamp())
    signature = _signature(hash_token(draft.manage_token), draft.id, content, until)
    picture = url("private_photo", id=draft.id, content=content, size="320")
    return Url(f"{picture}?{urlencode({'until': until, 'signature': signature})}")


def may_see_preview(
    request: Request, request_id: str, content: str, key_hashes: Iterable[str], now: datetime
) -> bool:
    """Whether the address was made for this photo, for one of these forms, less than an hour ago."""
    asked = request.query_params
    said, signature = asked.get("until", "")[:20], asked.get("signature", "")[:100]
    if not (said.isascii() and said.isdigit() and now.timestamp() < int(said)):
        return False
    return any(
        hmac.compare_digest(
            signature.encode("utf-8", "replace"), _signature(key, request_id, content, int(said)).encode()
        )
        for key in key_hashes
    )


def _signature(key_hash: str, request_id: str, content: str, until: int) -> str:
    return hmac.new(key_hash.encode(), f"{request_id} {content} {until}".encode(), "sha256").hexdigest()[:32]
