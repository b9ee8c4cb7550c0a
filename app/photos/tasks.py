"""Make pictures of photos that have arrived, at once or when the server takes up what was interrupted."""

import asyncio
import logging
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path

from app.db.engine import read
from app.db.threads import reading, writing
from app.http.portal import Portal
from app.http.replies import TRY_LATER
from app.kit.errors import NotFound
from app.kit.incidents import describe
from app.photos.models import PhotoState
from app.photos.service import PhotoRefused, StoredPhoto
from app.photos.spool import Part
from app.photos.store import Upload, upload
from app.requests.rules import photo_refused, photo_stored
from app.retention.store import claim_picture, note_unwanted
from i18n import Message

KEPT_FOR = timedelta(days=7)
"""How long an unfinished photo waits for its device; the privacy page says so."""
UNKNOWN_KEPT_FOR = timedelta(hours=1)
"""How long a file is kept that no report has announced: as long as a form may take to be read."""
FINISHED = (PhotoState.STORED, PhotoState.REFUSED)

_log = logging.getLogger(__name__)


class PhotosUnavailable(Exception):
    """A photo is here, but cannot be worked on now. It is kept; `finish_interrupted` will take it up."""


@dataclass(frozen=True)
class Outcome:
    """What became of a photo. refused: why it could not be used."""

    state: PhotoState
    refused: Message | None = None


# --- one photo ----------------------------------------------------------------------------------------------


async def finish_photo(portal: Portal, part: Part, network: str | None = None) -> Outcome:
    """Make pictures of a photo that is whole, remember what became of it, and remove its file.

    The report or the form must have announced the photo (`submit`, `add_photos`, `expect_photo`). It is safe
    to call this again: a photo that is finished stays as it is. network: in whose turn it is worked on.
    Raises PhotosUnavailable if it cannot be worked on now, and TRY_LATER; the file is kept then.
    Raises NotFound if nobody expects the photo (any more).
    """
    async with part.turn():
        known = await reading(announced, portal, part)
        if known is None:
            raise NotFound
        if known.state in FINISHED:
            await part.remove()
            return Outcome(known.state, known.refused)
        return await make_pictures(portal, part, network)


def announced(portal: Portal, part: Part) -> Upload | None:
    """What a report or a form has announced of a photo."""
    with read(portal.engine) as connection:
        return upload(connection, part.request_id, part.sha256)


async def make_pictures(portal: Portal, part: Part, network: str | None) -> Outcome:
    """`finish_photo` for whoever has the turn of this photo; now it waits for that of its network."""
    try:
        async with portal.photos.turns.turn(network):
            stored = await portal.photos.process(part.path, partial(_claim, portal, part))
    except PhotoRefused as refused:
        await writing(
            photo_refused,
            store=portal.requests,
            request_id=part.request_id,
            sha256=part.sha256,
            reason=refused.message,
            now=portal.now(),
        )
        outcome = Outcome(PhotoState.REFUSED, refused.message)
    except Exception as error:
        raise PhotosUnavailable from error
    else:
        await _remember(portal, part, stored)
        outcome = Outcome(PhotoState.STORED)
    await part.remove()
    return outcome


async def _claim(portal: Portal, part: Part, content: str) -> None:
    """From now on nobody deletes this picture. Raises OSError while somebody is just doing that."""
    if not await writing(claim_picture, portal.engine, part.request_id, part.sha256, content):
        raise OSError("the same picture is just being deleted")


async def _remember(portal: Portal, part: Part, stored: StoredPhoto) -> None:
    """Raises NotFound if nobody expects the photo any more; its pictures are deleted then."""
    try:
        await writing(
            photo_stored,
            store=portal.requests,
            request_id=part.request_id,
            sha256=part.sha256,
            content=stored.content,
            width=stored.width,
            height=stored.height,
            now=portal.now(),
        )
    except NotFound:
        await writing(note_unwanted, portal.engine, stored.content)
        raise


# --- what was left lying ------------------------------------------------------------------------------------


async def finish_interrupted(portal: Portal) -> None:
    """Finish photos that wait, or were whole when the server stopped, and remove files that nobody came back for.

    For the start of the server and every few minutes; it never raises. Photos still on their way stay.
    """
    paths = iter(await portal.spool.files())

    async def resume_all() -> None:
        for path in paths:
            try:
                await _resume(portal, path)
            except (*TRY_LATER, PhotosUnavailable, NotFound) as error:
                _log.error("a photo has to wait: %s", describe(error))

    await asyncio.gather(*(resume_all() for _ in range(portal.settings.photo_workers)))


async def _resume(portal: Portal, path: Path) -> None:
    part, known = portal.spool.part_at(path), None
    if part is not None:
        known = await reading(announced, portal, part)
        if known is not None and (known.state in FINISHED or await part.is_whole(known.upload_bytes)):
            try:
                await finish_photo(portal, part)
            except PhotosUnavailable:
                await portal.spool.remove_if_older(path, portal.now() - KEPT_FOR)
                raise
            return
    age = UNKNOWN_KEPT_FOR if known is None else KEPT_FOR
    await portal.spool.remove_if_older(path, portal.now() - age)
