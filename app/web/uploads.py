"""Photos on their way in: in steps from a device (`/requests/{id}/photos/{sha256}`), or with a form.

A photo grows in a file of its own in `portal.uploads`. The size of that file is how far it has come, and
nothing else is: when the server is killed at any moment, the next one goes on from there. Nothing is forced
onto the disk on the way: the SHA-256 is checked in the end, and a file that lost bytes starts anew.
"""

import asyncio
import hashlib
import logging
import os
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO
from weakref import WeakValueDictionary

from starlette.datastructures import Headers, UploadFile
from starlette.requests import ClientDisconnect
from starlette.responses import Response

from app.adapters.photos import MAX_BYTES, PhotoRefused
from app.domain.changes import photo_refused, photo_stored, photo_uploading
from app.domain.errors import FieldError, NotFound, Rejected
from app.domain.ids import parse_id, parse_sha256
from app.domain.photos import PhotoClaim, PhotoState
from app.storage.engine import read
from app.storage.photos import Upload, token_hash_of, upload
from app.storage.requests import is_gone
from app.storage.threads import reading, working, writing
from app.web.bearer import bears_token
from app.web.incidents import describe
from app.web.portal import Portal
from app.web.replies import (
    MOST_STEP_BYTES,
    TRY_LATER,
    TooLarge,
    check_room,
    media_type,
    not_found,
    refusal,
    reply,
    try_later,
)
from app.web.visit import Visit
from i18n import N_, Message

KEPT_FOR = timedelta(days=30)
"""How long an unfinished photo waits for its device."""

_log = logging.getLogger(__name__)
_BLOCK = 64 * 1024
_FINISHED = (PhotoState.STORED, PhotoState.REFUSED)

_TOO_LARGE = N_(
    "This photo is too large. We can take up to %(megabytes)s MB. Please choose a smaller photo, "
    "or send a screenshot of it.",
    megabytes=MAX_BYTES // 1024**2,
)


class PhotosUnavailable(Exception):
    """A photo is here, but cannot be worked on now. It is kept; `finish_interrupted` will take it up."""


@dataclass(frozen=True)
class Outcome:
    """What became of a photo. refused: why it could not be used."""

    state: PhotoState
    refused: Message | None = None


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


# --- the door for devices -----------------------------------------------------------------------------------


async def upload_photo(visit: Visit) -> Response:
    """`HEAD` says how far a photo has come; `PATCH` brings the next bytes. Both need the report's token.

    HEAD: `Upload-Offset` in bytes, and `Upload-State` (expected, uploading, stored, refused, or gone, if the city
    no longer keeps the report).
    PATCH: 204 and the new `Upload-Offset`; 409 and the true one if the step starts elsewhere. The step that
    completes the photo is answered with 200 and what became of it, and so is every later one; with 422 and
    `Upload-Offset: 0` if the bytes are not those that were announced. 503: it is kept, ask again with an
    empty step.
    """
    request_id, sha256 = parse_id(visit.params["id"]), parse_sha256(visit.params["sha256"])
    if request_id is None or sha256 is None:
        return not_found(visit)
    try:
        if visit.request.method == "HEAD":
            return await _how_far(visit, request_id, sha256)
        return await _go_on(visit, request_id, sha256)
    except NotFound:
        return not_found(visit)
    except _GoneError:
        return _gone(visit, request_id, sha256)
    except _BadStepError as bad:
        return refusal(visit, bad.status, bad.error, bad.message)
    except (*TRY_LATER, PhotosUnavailable) as error:
        return try_later(visit, error)


async def _how_far(visit: Visit, request_id: str, sha256: str) -> Response:
    known = await reading(_allowed, visit, request_id, sha256)
    size = await working(_size, part_path(visit.portal, request_id, sha256))
    offset = _end(known) if known.state in _FINISHED else size
    return _bare(200, offset, {"upload-state": known.state.value})


async def _go_on(visit: Visit, request_id: str, sha256: str) -> Response:
    step = _read_step(visit.request.headers, media_type(visit.request))
    data = await _data(visit)
    path = part_path(visit.portal, request_id, sha256)
    async with _turn(path):
        known = await reading(_allowed, visit, request_id, sha256)
        if known.state in _FINISHED:
            return _became(visit, Outcome(known.state, known.refused), _end(known))
        size = await working(_append, visit.portal, path, step, data)
        if size is None:
            return _other_offset(visit, await working(_size, path))
        if data and (known.state is PhotoState.EXPECTED or known.upload_bytes != step.length):
            await writing(
                photo_uploading,
                store=visit.portal.requests,
                request_id=request_id,
                sha256=sha256,
                upload_bytes=step.length,
            )
        if size < step.length:
            return _bare(204, size)
        return await _complete(visit, request_id, sha256, path)


def _allowed(visit: Visit, request_id: str, sha256: str) -> Upload:
    """The upload, for whoever brings its report's token.

    Raises NotFound for a wrong token, an unknown report and a photo that nobody announced alike, and _GoneError.
    """
    with read(visit.portal.engine) as connection:
        token_hash = token_hash_of(connection, request_id)
        if token_hash is None and is_gone(connection, visit.portal.ledger, request_id):
            raise _GoneError
        if not bears_token(visit.request, token_hash):
            raise NotFound
        known = upload(connection, request_id, sha256)
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
        raise _BadStepError(413, "too_large", _TOO_LARGE)
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
    except ClientDisconnect:
        pass
    except TooLarge:
        message = N_("Send at most %(bytes)s bytes at once.", bytes=MOST_STEP_BYTES)
        raise _BadStepError(413, "too_large", message) from None
    return b"".join(came)


def _append(portal: Portal, path: Path, step: _Step, data: bytes) -> int | None:
    """Write the bytes where they belong; returns the new size, or None if they belong elsewhere."""
    if step.offset != _size(path):
        return None
    if step.offset + len(data) > step.length:
        raise _BadStepError(400, "step", N_("These are more bytes than Upload-Length says."))
    if data:
        check_room(path.parent)
        _write(path, step.offset, data)
    return _size(path)


def _write(path: Path, offset: int, data: bytes) -> None:
    part = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        while data:
            written = os.pwrite(part, data, offset)
            data, offset = data[written:], offset + written
    finally:
        os.close(part)


async def _complete(visit: Visit, request_id: str, sha256: str, path: Path) -> Response:
    if await working(_sha256_of, path) != sha256:
        await working(path.unlink)
        message = N_("The photo did not arrive whole. Send it again.")
        return refusal(visit, 422, "digest", message, headers={"upload-offset": "0"})
    size = await working(_size, path)
    outcome = await _finish(visit.portal, request_id, sha256, path)
    return _became(visit, outcome, size)


def _became(visit: Visit, outcome: Outcome, end: int) -> Response:
    content = {"state": outcome.state.value}
    if outcome.refused is not None:
        content["message"] = visit.t(outcome.refused)
    return reply(content, headers={"upload-offset": str(end)})


def _gone(visit: Visit, request_id: str, sha256: str) -> Response:
    if visit.request.method == "HEAD":
        return _bare(200, 0, {"upload-state": "gone"})
    return reply({"id": request_id, "sha256": sha256, "state": "gone"}, headers={"upload-offset": "0"})


def _other_offset(visit: Visit, offset: int) -> Response:
    message = N_("The photo has come to another point. Go on from there.")
    return refusal(visit, 409, "offset", message, headers={"upload-offset": str(offset)})


def _bare(status: int, offset: int, headers: Mapping[str, str] = MappingProxyType({})) -> Response:
    known = {"upload-offset": str(offset), "cache-control": "private, no-store"}
    return Response(status_code=status, headers={**known, **headers})


def _end(known: Upload) -> int:
    return known.upload_bytes or 0


# --- what both doors share ----------------------------------------------------------------------------------


def part_path(portal: Portal, request_id: str, sha256: str) -> Path:
    """The file in which a photo grows; id and hash in their canonical form."""
    return portal.uploads / f"{request_id}-{sha256}.part"


async def finish_photo(portal: Portal, request_id: str, sha256: str, path: Path) -> Outcome:
    """Make pictures of a photo that is whole, remember what became of it, and remove its file.

    The report or the form must have announced the photo (`submit`, `add_photos`, `expect_photo`). It is safe
    to call this again: a photo that is finished stays as it is.
    Raises PhotosUnavailable if it cannot be worked on now, and TRY_LATER; the file is kept then.
    Raises NotFound if nobody expects the photo (any more).
    """
    async with _turn(path):
        known = await reading(_known, portal, request_id, sha256)
        if known is None:
            raise NotFound
        if known.state in _FINISHED:
            await working(path.unlink, missing_ok=True)
            return Outcome(known.state, known.refused)
        return await _finish(portal, request_id, sha256, path)


def _known(portal: Portal, request_id: str, sha256: str) -> Upload | None:
    with read(portal.engine) as connection:
        return upload(connection, request_id, sha256)


async def _finish(portal: Portal, request_id: str, sha256: str, path: Path) -> Outcome:
    """For whoever has the turn."""
    try:
        stored = await portal.photos.process(path)
    except PhotoRefused as refused:
        await writing(
            photo_refused,
            store=portal.requests,
            request_id=request_id,
            sha256=sha256,
            reason=refused.message,
            now=portal.now(),
        )
        outcome = Outcome(PhotoState.REFUSED, refused.message)
    except Exception as error:
        raise PhotosUnavailable from error
    else:
        await writing(
            photo_stored,
            store=portal.requests,
            request_id=request_id,
            sha256=sha256,
            content=stored.content,
            width=stored.width,
            height=stored.height,
            now=portal.now(),
        )
        outcome = Outcome(PhotoState.STORED)
    await working(path.unlink, missing_ok=True)
    return outcome


_turns: WeakValueDictionary[Path, asyncio.Lock] = WeakValueDictionary()


@asynccontextmanager
async def _turn(path: Path) -> AsyncIterator[None]:
    """One at a time for each photo.

    Between several server processes the check of the hash is enough: the same bytes at the same place do no
    harm, and a photo that is finished twice is stored once.
    """
    lock = _turns.setdefault(path, asyncio.Lock())
    async with lock:
        yield


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def _sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


# --- the door for forms -------------------------------------------------------------------------------------


async def receive_photo(portal: Portal, request_id: str, file: UploadFile) -> PhotoClaim:
    """Take a photo out of a form into its file (`part_path`), to be finished with `finish_photo`.

    The claim has no description yet. Leave out files without a name: that is an input nobody used.
    Raises Rejected if the photo is too large, and OSError if the disk is full.
    """
    return await working(_receive, portal, request_id, file.file)


def _receive(portal: Portal, request_id: str, source: BinaryIO) -> PhotoClaim:
    check_room(portal.uploads)
    digest, size = hashlib.sha256(), 0
    handle, name = tempfile.mkstemp(dir=portal.uploads, suffix=".new")
    try:
        with os.fdopen(handle, "wb") as target:
            while block := source.read(_BLOCK):
                size += len(block)
                if size > MAX_BYTES:
                    raise Rejected([FieldError("media", _TOO_LARGE)])
                digest.update(block)
                target.write(block)
        Path(name).replace(part_path(portal, request_id, digest.hexdigest()))
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return PhotoClaim(sha256=digest.hexdigest(), upload_bytes=size)


# --- what was left lying ------------------------------------------------------------------------------------


async def finish_interrupted(portal: Portal) -> None:
    """Finish photos that were whole when the server stopped, and remove files that nobody came back for.

    For the start of the server and every few minutes; it never raises. Photos still on their way stay.
    """
    for path in sorted(await working(lambda: list(portal.uploads.iterdir()))):
        try:
            await _take_up(portal, path)
        except (*TRY_LATER, PhotosUnavailable, NotFound) as error:
            _log.error("a photo has to wait: %s", describe(error))


async def _take_up(portal: Portal, path: Path) -> None:
    request_id, sha256 = parse_id(path.name[:36]), parse_sha256(path.name[37:101])
    if request_id is not None and sha256 is not None:
        known = await reading(_known, portal, request_id, sha256)
        if known is not None and await working(_is_whole, path, known, sha256):
            await finish_photo(portal, request_id, sha256, path)
            return
    if await working(_is_older, path, portal.now() - KEPT_FOR):
        await working(path.unlink, missing_ok=True)


def _is_whole(path: Path, known: Upload, sha256: str) -> bool:
    """Hashes the file only if its size can be right."""
    return known.upload_bytes in (None, _size(path)) and _sha256_of(path) == sha256


def _is_older(path: Path, moment: datetime) -> bool:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC) < moment
