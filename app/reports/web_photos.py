"""Photos on their way in: in steps from a device (`/requests/{id}/photos/{sha256}`), or with a form.

A photo grows in a file of its own in `portal.uploads`. The size of that file is how far it has come, and
nothing else is: when the server is killed at any moment, the next one goes on from there. Nothing is forced
onto the disk on the way: the SHA-256 is checked in the end, and a file that lost bytes starts anew.
"""

import asyncio
import hashlib
import logging
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO
from weakref import WeakValueDictionary

from starlette.datastructures import Headers, UploadFile
from starlette.requests import ClientDisconnect
from starlette.responses import Response

from app.db.engine import read
from app.db.threads import reading, working, writing
from app.http.bearer import bears_token
from app.http.limits import network_of
from app.http.portal import Portal
from app.http.replies import (
    MOST_STEP_BYTES,
    TRY_LATER,
    Crowded,
    TooLarge,
    TooSlow,
    check_room,
    media_type,
    not_found,
    refusal,
    reply,
    try_later,
)
from app.http.visit import Visit
from app.kit.errors import FieldError, NotFound, Rejected
from app.kit.ids import make_id, parse_id, parse_sha256
from app.kit.incidents import describe
from app.photos.models import PhotoClaim, PhotoState
from app.photos.pixels import MAX_BYTES
from app.photos.service import PhotoRefused, StoredPhoto
from app.photos.store import Upload, token_hash_of, upload
from app.requests.rules import photo_refused, photo_stored, photo_uploading
from app.requests.store import is_gone
from app.retention.store import claim_picture, note_unwanted
from i18n import N_, Message

KEPT_FOR = timedelta(days=7)
"""How long an unfinished photo waits for its device; the privacy page says so."""
UNKNOWN_KEPT_FOR = timedelta(hours=1)
"""How long a file is kept that no report has announced: as long as a form may take to be read."""

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
    empty step. What ends a photo, and 404, 409 and 422, repeat its `id` and `sha256`: a device believes no other.
    """
    request_id, sha256 = parse_id(visit.params["id"]), parse_sha256(visit.params["sha256"])
    if request_id is None or sha256 is None:
        return not_found(visit)
    try:
        if visit.request.method == "HEAD":
            return await _how_far(visit, request_id, sha256)
        return await _go_on(visit, request_id, sha256)
    except NotFound:
        return not_found(visit, _about(request_id, sha256))
    except _GoneError:
        return _gone(visit, request_id, sha256)
    except _BadStepError as bad:
        return refusal(visit, bad.status, bad.error, bad.message, about=_about(request_id, sha256))
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
            outcome = Outcome(known.state, known.refused)
            return _became(visit, _about(request_id, sha256), outcome, _end(known))
        size = await working(_size, path)
        if size == step.offset:
            size = await _append(visit, request_id, path, step, data)
        else:
            return _other_offset(visit, _about(request_id, sha256), size)
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
    except (ClientDisconnect, TooSlow, Crowded):
        pass
    except TooLarge:
        message = N_("Send at most %(bytes)s bytes at once.", bytes=MOST_STEP_BYTES)
        raise _BadStepError(413, "too_large", message) from None
    return b"".join(came)


async def _append(visit: Visit, request_id: str, path: Path, step: _Step, data: bytes) -> int:
    """Write the bytes at the end, if there is room; returns the new size."""
    size = step.offset + len(data)
    if size > step.length:
        raise _BadStepError(400, "step", N_("These are more bytes than Upload-Length says."))
    if data:
        network = network_of(visit.request)
        await _make_room(visit.portal, path, request_id, network, size, whole=size == step.length)
        await working(_write, path, step.offset, data)
    return size


async def _make_room(
    portal: Portal, path: Path, request_id: str, network: str | None, size: int, *, whole: bool
) -> None:
    """Raises OSError if there is no room for a file that is to have this size."""
    await working(check_room, path.parent)
    room = portal.upload_room
    for name in room.take(path.name, report=request_id, network=network, size=size, whole=whole):
        await working((path.parent / name).unlink, missing_ok=True)


async def _remove(portal: Portal, path: Path) -> None:
    await working(path.unlink, missing_ok=True)
    portal.upload_room.forget(path.name)


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
        await _remove(visit.portal, path)
        message = N_("The photo did not arrive whole. Send it again.")
        about, start = _about(request_id, sha256), {"upload-offset": "0"}
        return refusal(visit, 422, "digest", message, headers=start, about=about)
    size = await working(_size, path)
    outcome = await _finish(visit.portal, request_id, sha256, path, network_of(visit.request))
    return _became(visit, _about(request_id, sha256), outcome, size)


def _about(request_id: str, sha256: str) -> dict[str, str]:
    return {"id": request_id, "sha256": sha256}


def _became(visit: Visit, about: Mapping[str, str], outcome: Outcome, end: int) -> Response:
    content = {**about, "state": outcome.state.value}
    if outcome.refused is not None:
        content["message"] = visit.t(outcome.refused)
    return reply(content, headers={"upload-offset": str(end)})


def _gone(visit: Visit, request_id: str, sha256: str) -> Response:
    if visit.request.method == "HEAD":
        return _bare(200, 0, {"upload-state": "gone"})
    return reply({"id": request_id, "sha256": sha256, "state": "gone"}, headers={"upload-offset": "0"})


def _other_offset(visit: Visit, about: Mapping[str, str], offset: int) -> Response:
    message = N_("The photo has come to another point. Go on from there.")
    return refusal(visit, 409, "offset", message, headers={"upload-offset": str(offset)}, about=about)


def _bare(status: int, offset: int, headers: Mapping[str, str] = MappingProxyType({})) -> Response:
    known = {"upload-offset": str(offset), "cache-control": "private, no-store"}
    return Response(status_code=status, headers={**known, **headers})


def _end(known: Upload) -> int:
    return known.upload_bytes or 0


# --- what both doors share ----------------------------------------------------------------------------------


def part_path(portal: Portal, request_id: str, sha256: str) -> Path:
    """The file in which a photo grows; id and hash in their canonical form."""
    return portal.uploads / f"{request_id}-{sha256}.part"


async def finish_photo(
    portal: Portal, request_id: str, sha256: str, path: Path, network: str | None = None
) -> Outcome:
    """Make pictures of a photo that is whole, remember what became of it, and remove its file.

    The report or the form must have announced the photo (`submit`, `add_photos`, `expect_photo`). It is safe
    to call this again: a photo that is finished stays as it is. network: in whose turn it is worked on.
    Raises PhotosUnavailable if it cannot be worked on now, and TRY_LATER; the file is kept then.
    Raises NotFound if nobody expects the photo (any more).
    """
    async with _turn(path):
        known = await reading(_known, portal, request_id, sha256)
        if known is None:
            raise NotFound
        if known.state in _FINISHED:
            await _remove(portal, path)
            return Outcome(known.state, known.refused)
        return await _finish(portal, request_id, sha256, path, network)


def _known(portal: Portal, request_id: str, sha256: str) -> Upload | None:
    with read(portal.engine) as connection:
        return upload(connection, request_id, sha256)


async def _finish(portal: Portal, request_id: str, sha256: str, path: Path, network: str | None) -> Outcome:
    """For whoever has the turn of this photo; now it waits for that of its network."""
    try:
        async with portal.photos.turns.turn(network):
            claim = partial(_claim, portal, request_id, sha256)
            stored = await portal.photos.process(path, claim)
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
        await _remember(portal, request_id, sha256, stored)
        outcome = Outcome(PhotoState.STORED)
    await _remove(portal, path)
    return outcome


async def _claim(portal: Portal, request_id: str, sha256: str, content: str) -> None:
    """From now on nobody deletes this picture. Raises OSError while somebody is just doing that."""
    if not await writing(claim_picture, portal.engine, request_id, sha256, content):
        raise OSError("the same picture is just being deleted")


async def _remember(portal: Portal, request_id: str, sha256: str, stored: StoredPhoto) -> None:
    """Raises NotFound if nobody expects the photo any more; its pictures are deleted then."""
    try:
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
    except NotFound:
        await writing(note_unwanted, portal.engine, stored.content)
        raise


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


def _for_us_alone(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def _sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


# --- the door for forms -------------------------------------------------------------------------------------


async def receive_photo(
    portal: Portal, request_id: str, file: UploadFile, network: str | None = None
) -> PhotoClaim:
    """Take a photo out of a form into its file (`part_path`), to be finished with `finish_photo`.

    The claim has no description yet. Leave out files without a name: that is an input nobody used.
    Raises Rejected if the photo is too large, and OSError if the disk is full or too many wait.
    """
    arriving = portal.uploads / f"{make_id()}.new"
    size = min(file.size or MAX_BYTES, MAX_BYTES)
    await _make_room(portal, arriving, request_id, network, size, whole=True)
    try:
        claim = await working(_receive, portal, request_id, file.file, arriving)
        path = part_path(portal, request_id, claim.sha256)
        # The same bytes under their name: there is room for them.
        portal.upload_room.forget(arriving.name)
        portal.upload_room.take(path.name, report=request_id, network=network, size=size, whole=True)
    finally:
        await _remove(portal, arriving)
    return claim


async def drop_photo(portal: Portal, request_id: str, sha256: str) -> None:
    """Delete the file of a photo that came with a form, unless a report has announced it."""
    path = part_path(portal, request_id, sha256)
    async with _turn(path):
        if await reading(_known, portal, request_id, sha256) is None:
            await _remove(portal, path)


def _receive(portal: Portal, request_id: str, source: BinaryIO, arriving: Path) -> PhotoClaim:
    digest, size = hashlib.sha256(), 0
    with open(arriving, "xb", opener=_for_us_alone) as target:
        while block := source.read(_BLOCK):
            size += len(block)
            if size > MAX_BYTES:
                raise Rejected([FieldError("media", _TOO_LARGE)])
            digest.update(block)
            target.write(block)
    arriving.replace(part_path(portal, request_id, digest.hexdigest()))
    return PhotoClaim(sha256=digest.hexdigest(), upload_bytes=size)


# --- what was left lying ------------------------------------------------------------------------------------


async def finish_interrupted(portal: Portal) -> None:
    """Finish photos that wait, or were whole when the server stopped, and remove files that nobody came back for.

    For the start of the server and every few minutes; it never raises. Photos still on their way stay.
    """
    paths = iter(sorted(await working(lambda: list(portal.uploads.iterdir()))))

    async def take_up() -> None:
        for path in paths:
            try:
                await _take_up(portal, path)
            except (*TRY_LATER, PhotosUnavailable, NotFound) as error:
                _log.error("a photo has to wait: %s", describe(error))

    await asyncio.gather(*(take_up() for _ in range(portal.settings.photo_workers)))


async def _take_up(portal: Portal, path: Path) -> None:
    request_id, sha256 = parse_id(path.name[:36]), parse_sha256(path.name[37:101])
    known = None
    if request_id is not None and sha256 is not None:
        known = await reading(_known, portal, request_id, sha256)
        if known is not None and (known.state in _FINISHED or await working(_is_whole, path, known, sha256)):
            try:
                await finish_photo(portal, request_id, sha256, path)
            except PhotosUnavailable:
                await _remove_if_older(portal, path, KEPT_FOR)
                raise
            return
    await _remove_if_older(portal, path, UNKNOWN_KEPT_FOR if known is None else KEPT_FOR)


async def _remove_if_older(portal: Portal, path: Path, age: timedelta) -> None:
    if await working(_is_older, path, portal.now() - age):
        await _remove(portal, path)


def _is_whole(path: Path, known: Upload, sha256: str) -> bool:
    """Hashes the file only if its size can be right."""
    return known.upload_bytes in (None, _size(path)) and _sha256_of(path) == sha256


def _is_older(path: Path, moment: datetime) -> bool:
    """Of a file that is gone nothing is older."""
    try:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC) < moment
    except FileNotFoundError:
        return False
