"""Photos from a device, which come in steps: `/requests/{id}/photos/{sha256}`."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.responses import Response

from app.db.engine import read
from app.db.threads import reading, writing
from app.http.bearer import bears_token
from app.http.limits import network_of
from app.http.replies import (
    MOST_STEP_BYTES,
    TRY_LATER,
    Crowded,
    TooLarge,
    TooSlow,
    media_type,
    not_found,
    refusal,
    reply,
    try_later,
)
from app.http.route import Route
from app.http.visit import Visit
from app.kit.errors import NotFound
from app.kit.ids import parse_id, parse_sha256
from app.photos.models import PhotoState
from app.photos.pixels import MAX_BYTES
from app.photos.spool import PHOTO_TOO_LARGE, Part
from app.photos.store import Upload, token_hash_of, upload
from app.photos.tasks import FINISHED, Outcome, PhotosUnavailable, make_pictures
from app.requests.rules import photo_uploading
from app.requests.store import is_gone
from i18n import N_, Message


@dataclass(frozen=True)
class _Step:
    """What a PATCH says of itself, in bytes. offset: where it goes on; length: of the whole photo."""

    offset: int
    length: int


class _GoneError(Exception):
    """The city has had this photo's report and no longer keeps it: nothing of it is taken."""


class _BadStepError(Exception):
    """A PATCH that cannot be understood: the status and the sentence to answer with."""

    def __init__(self, status: int, error: str, message: Message) -> None:
        super().__init__(error)
        self.status, self.error, self.message = status, error, message


async def upload_photo(visit: Visit) -> Response:
    """`HEAD` says how far a photo has come; `PATCH` brings the next bytes. Both need the report's token.

    HEAD: `Upload-Offset` in bytes, and `Upload-State` (expected, uploading, stored, refused, or gone, if the city
    no longer keeps the report).
    PATCH: 204 and the new `Upload-Offset`; 409 and the true one if the step starts elsewhere. The step that
    completes the photo is answered with 200 and what became of it, and so is every later one; with 422 and
    `Upload-Offset: 0` if the bytes are not those that were announced. 503: it is kept, ask again with an
    empty step. What ends a photo, and 404, 409 and 422, repeat its `id` and `sha256`: a device believes no other.
    """
    request_id, sha256 = parse_id(visit.params["id"]), parse_sha256(visit.params["sha256"])
    if request_id is None or sha256 is None:
        return not_found(visit)
    part = visit.portal.spool.part(request_id, sha256)
    try:
        if visit.request.method == "HEAD":
            return await _how_far(visit, part)
        return await _go_on(visit, part)
    except NotFound:
        return not_found(visit, _about(part))
    except _GoneError:
        return _gone(visit, part)
    except _BadStepError as bad:
        return refusal(visit, bad.status, bad.error, bad.message, about=_about(part))
    except (*TRY_LATER, PhotosUnavailable) as error:
        return try_later(visit, error)


async def _how_far(visit: Visit, part: Part) -> Response:
    known = await reading(_allowed, visit, part)
    size = await part.size()
    offset = _end(known) if known.state in FINISHED else size
    return _bare(200, offset, {"upload-state": known.state.value})


async def _go_on(visit: Visit, part: Part) -> Response:
    step = _read_step(visit.request.headers, media_type(visit.request))
    data = await _data(visit)
    async with part.turn():
        known = await reading(_allowed, visit, part)
        if known.state in FINISHED:
            return _became(visit, part, Outcome(known.state, known.refused), _end(known))
        size = await part.size()
        if size != step.offset:
            return _other_offset(visit, part, size)
        size = await _append(visit, part, step, data)
        if data and (known.state is PhotoState.EXPECTED or known.upload_bytes != step.length):
            await writing(
                photo_uploading,
                store=visit.portal.requests,
                request_id=part.request_id,
                sha256=part.sha256,
                upload_bytes=step.length,
            )
        if size < step.length:
            return _bare(204, size)
        return await _complete(visit, part)


def _allowed(visit: Visit, part: Part) -> Upload:
    """The upload, for whoever brings its report's token.

    Raises NotFound for a wrong token, an unknown report and a photo that nobody announced alike, and _GoneError.
    """
    with read(visit.portal.engine) as connection:
        token_hash = token_hash_of(connection, part.request_id)
        if token_hash is None and is_gone(connection, visit.portal.ledger, part.request_id):
            raise _GoneError
        if not bears_token(visit.request, token_hash):
            raise NotFound
        known = upload(connection, part.request_id, part.sha256)
    if known is None:
        raise NotFound
    return known


def _read_step(headers: Headers, media_type: str) -> _Step:
    if media_type != "application/offset+octet-stream":
        message = N_("Send the photo's bytes as application/offset+octet-stream.")
        raise _BadStepError(415, "media_type", message)
    offset, length = _whole_number(headers, "upload-offset"), _whole_number(headers, "upload-length")
    if offset is None or not length or offset > length:
        message = N_("Say with Upload-Offset and Upload-Length which bytes of the photo these are.")
        raise _BadStepError(400, "step", message)
    if length > MAX_BYTES:
        raise _BadStepError(413, "too_large", PHOTO_TOO_LARGE)
    return _Step(offset, length)


def _whole_number(headers: Mapping[str, str], name: str) -> int | None:
    text = headers.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None


async def _data(visit: Visit) -> bytes:
    """The bytes of this step; if the connection breaks off, those that came, for none must be sent twice."""
    came: list[bytes] = []
    try:
        async for piece in visit.request.stream():
            came.append(piece)
    except (ClientDisconnect, TooSlow, Crowded):
        pass
    except TooLarge:
        message = N_("Send at most %(bytes)s bytes at once.", bytes=MOST_STEP_BYTES)
        raise _BadStepError(413, "too_large", message) from None
    return b"".join(came)


async def _append(visit: Visit, part: Part, step: _Step, data: bytes) -> int:
    """Write the bytes at the end, if there is room; returns the new size."""
    size = step.offset + len(data)
    if size > step.length:
        raise _BadStepError(400, "step", N_("These are more bytes than Upload-Length says."))
    if not data:
        return size
    return await part.append(step.offset, data, length=step.length, network=network_of(visit.request))


async def _complete(visit: Visit, part: Part) -> Response:
    if not await part.is_intact():
        await part.remove()
        message = N_("The photo did not arrive whole. Send it again.")
        return refusal(visit, 422, "digest", message, headers={"upload-offset": "0"}, about=_about(part))
    size = await part.size()
    outcome = await make_pictures(visit.portal, part, network_of(visit.request))
    return _became(visit, part, outcome, size)


def _about(part: Part) -> dict[str, str]:
    return {"id": part.request_id, "sha256": part.sha256}


def _became(visit: Visit, part: Part, outcome: Outcome, end: int) -> Response:
    content = {**_about(part), "state": outcome.state.value}
    if outcome.refused is not None:
        content["message"] = visit.t(outcome.refused)
    return reply(content, headers={"upload-offset": str(end)})


def _gone(visit: Visit, part: Part) -> Response:
    if visit.request.method == "HEAD":
        return _bare(200, 0, {"upload-state": "gone"})
    return reply({**_about(part), "state": "gone"}, headers={"upload-offset": "0"})


def _other_offset(visit: Visit, part: Part, offset: int) -> Response:
    message = N_("The photo has come to another point. Go on from there.")
    return refusal(visit, 409, "offset", message, headers={"upload-offset": str(offset)}, about=_about(part))


def _bare(status: int, offset: int, headers: Mapping[str, str] = MappingProxyType({})) -> Response:
    known = {"upload-offset": str(offset), "cache-control": "private, no-store"}
    return Response(status_code=status, headers={**known, **headers})


def _end(known: Upload) -> int:
    return known.upload_bytes or 0


ROUTES = [
    Route("HEAD", "upload", upload_photo),
    Route("PATCH", "upload", upload_photo, rate="upload"),
]
