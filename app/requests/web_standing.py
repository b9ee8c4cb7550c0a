"""`GET /requests/{id}`, `POST /requests/standing`: how reports stand, for the device that has sent them.

A device keeps what it has sent for a while, and sends again what the city has lost: so it asks about all of it, now
and then.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError
from sqlalchemy import Connection
from starlette.responses import Response

from app.db.engine import read
from app.db.threads import reading
from app.http.answers import MINE, etag_of
from app.http.bearer import bears_token, is_token
from app.http.conditional import has
from app.http.pages import compressed
from app.http.replies import TRY_LATER, media_type, not_found, refusal, reply, try_later
from app.http.route import Route
from app.http.visit import Visit
from app.kit.ids import parse_id
from app.photos.store import token_hash_of
from app.requests.store import is_gone
from app.requests.store_request import Standing, standing_of
from i18n import N_

VARY = "accept-language, authorization"
MOST_AT_ONCE = 50
"""Reports that may be asked about in one request."""


async def show(visit: Visit) -> Response:
    """Answer with status, time of the latest news, and which photos have not come through.

    It needs `Authorization: Bearer` with the report's manage token; a wrong token and an unknown id look the
        same, and the 404 repeats the id: by that a device knows it from one of a network in between. Words are in
    the language the device asks for. 304 if it has this very answer already. Of a report that the city no longer keeps
    there is only `{"id", "state": "gone"}`, for whoever knows its id.
    """
    try:
        standing = await reading(_standing, visit)
    except TRY_LATER as error:
        return try_later(visit, error)
    if isinstance(standing, Gone):
        return reply({"id": standing.id, "state": "gone"})
    if standing is None:
        return not_found(visit, {"id": parse_id(visit.params["id"]) or ""})
    photos = sha256(repr(standing.photos).encode()).hexdigest()[:12]
    kept = {
        "etag": etag_of(visit, "standing", standing.version, photos),
        "cache-control": MINE,
        "vary": VARY,
    }
    if has(visit.request, kept["etag"]):
        return Response(status_code=304, headers=kept)
    return reply(_content(visit, standing), headers={**kept, "content-language": visit.locale.code})


@dataclass(frozen=True)
class Gone:
    """A report that the city has had and no longer keeps."""

    id: str


def _standing(visit: Visit) -> Standing | Gone | None:
    with read(visit.portal.engine) as connection:
        return _standing_for(visit, connection, visit.params["id"], partial(bears_token, visit.request))


def _standing_for(
    visit: Visit, connection: Connection, id: str, is_holder: Callable[[str | None], bool]
) -> Standing | Gone | None:
    """is_holder: whether who asks holds the token with this hash."""
    request_id = parse_id(id)
    if request_id is None:
        return None
    token_hash = token_hash_of(connection, request_id)
    if token_hash is None and is_gone(connection, visit.portal.ledger, request_id):
        return Gone(request_id)
    return standing_of(connection, request_id) if is_holder(token_hash) else None


class _Asked(BaseModel):
    model_config = ConfigDict(strict=True)

    id: str = Field(max_length=40)
    token: str = Field(max_length=40)


_ASKED = TypeAdapter(list[_Asked])


async def show_several(visit: Visit) -> Response:
    """Answer about many reports at once: a list in the order of the question.

    The body is a list of `{"id", "token"}`. Of each report it is said what `GET` would say of it alone. Of one that is
    not here, or to which the token does not belong, it is said `{"id", "error": "not_found"}`: a device takes only
    that for the city's word, because nobody on the way would repeat the id.
    """
    if media_type(visit.request) != "application/json":
        return refusal(visit, 415, "media_type", _NOT_A_LIST)
    try:
        asked = _ASKED.validate_json(await visit.request.body())
    except ValidationError:
        return refusal(visit, 400, "reports", _NOT_A_LIST)
    if not 0 < len(asked) <= MOST_AT_ONCE:
        return refusal(visit, 400, "reports", _NOT_A_LIST)
    try:
        standings = await reading(_standings, visit, asked)
    except TRY_LATER as error:
        return try_later(visit, error)
    answer = [_answer(visit, one.id, standing) for one, standing in zip(asked, standings, strict=True)]
    headers = {"cache-control": "private, no-store", "content-language": visit.locale.code}
    return compressed(visit.request, json.dumps(answer).encode(), "application/json", headers=headers)


_NOT_A_LIST = N_("We could not read that")


def _standings(visit: Visit, asked: list[_Asked]) -> list[Standing | Gone | None]:
    with read(visit.portal.engine) as connection:
        return [_standing_for(visit, connection, one.id, partial(is_token, one.token)) for one in asked]


def _answer(visit: Visit, id: str, standing: Standing | Gone | None) -> dict[str, Any]:
    """id: as it was asked."""
    if standing is None:
        return {"id": id, "error": "not_found"}
    if isinstance(standing, Gone):
        return {"id": id, "state": "gone"}
    return {**_content(visit, standing), "id": id}


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


ROUTES = [
    Route("GET", "standing", show),
    Route("POST", "standings", show_several, rate="standing"),
]
