"""`GET /requests/{id}`: how a report stands, for the device that has sent it and keeps a list of its own."""

from hashlib import sha256
from typing import Any

from starlette.responses import Response

from app.domain.ids import parse_id
from app.storage.engine import read
from app.storage.photos import token_hash_of
from app.storage.requests import Standing, standing_of
from app.storage.threads import reading
from app.web.bearer import bears_token
from app.web.pages import MINE
from app.web.replies import TRY_LATER, not_found, reply, try_later
from app.web.visit import Visit

VARY = "accept-language, authorization"


async def show(visit: Visit) -> Response:
    """Answer with status, time of the latest news, and which photos have not come through.

    It needs `Authorization: Bearer` with the report's manage token; a wrong token and an unknown id look the
    same. Words are in the language the device asks for. 304 if it has this very answer already.
    """
    try:
        standing = await reading(_standing, visit)
    except TRY_LATER as error:
        return try_later(visit, error)
    if standing is None:
        return not_found(visit)
    photos = sha256(repr(standing.photos).encode()).hexdigest()[:12]
    kept = {
        "etag": visit.pages.etag(visit, "standing", standing.version, photos),
        "cache-control": MINE,
        "vary": VARY,
    }
    if kept["etag"] in visit.request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=kept)
    return reply(_content(visit, standing), headers={**kept, "content-language": visit.locale.code})


def _standing(visit: Visit) -> Standing | None:
    request_id = parse_id(visit.params["id"])
    if request_id is None:
        return None
    with read(visit.portal.engine) as connection:
        if not bears_token(visit.request, token_hash_of(connection, request_id)):
            return None
        return standing_of(connection, request_id)


def _content(visit: Visit, standing: Standing) -> dict[str, Any]:
    photos = standing.photos
    return {
        "id": standing.id,
        "reference": standing.reference,
        "status": standing.status.value,
        "status_words": visit.t(standing.status.words),
        "updated": standing.updated_at.isoformat(),
        "photos_missing": [photo.sha256 for photo in photos if photo.refused is None],
        "photos_refused": [
            {"sha256": photo.sha256, "message": visit.t(photo.refused)}
            for photo in photos
            if photo.refused is not None
        ],
    }
