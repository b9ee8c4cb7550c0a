"""Photos that come with a plain form: taken one by one, and worked on while the person reads on."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import replace

from starlette.datastructures import UploadFile

from app.db.threads import reading
from app.http.limits import network_of
from app.http.portal import Portal
from app.http.replies import TRY_LATER
from app.http.visit import Visit
from app.kit.errors import FieldError, NotFound, Rejected
from app.kit.incidents import describe
from app.photos.models import PhotoClaim, read_photo_description
from app.photos.tasks import PhotosUnavailable, announced, finish_photo
from i18n import N_, Message

MOST_SECONDS = 3.0
"""So long an answer waits for photos. Most are ready by then, and what is wrong with one is told where it was sent."""

_log = logging.getLogger(__name__)
_under_way: set[asyncio.Task[Message | None]] = set()
"""So that nobody takes work that nobody waits for as forgotten."""


async def receive(visit: Visit, request_id: str, file: UploadFile, description: str) -> PhotoClaim:
    """Keep the bytes of one photo and say what it is called.

    Raises Rejected if it is too large, its description too long, or there is no room for it now.
    """
    problems: list[FieldError] = []
    described = read_photo_description(description, problems)
    if problems:
        raise Rejected(problems)
    try:
        claim = await visit.portal.spool.receive(request_id, file.file, file.size, network_of(visit.request))
    except TRY_LATER as error:
        _log.error("%s: a photo has to wait: %s", visit.route, describe(error))
        raise Rejected([FieldError("media", _LATER)]) from None
    return replace(claim, description=described)


_LATER = N_("We cannot take this right now. Please try again in a minute.")


async def finish(
    visit: Visit, request_id: str, claims: Sequence[PhotoClaim], seconds: float | None = None
) -> list[Message]:
    """Have photos that were taken cleaned and stored, and wait for it: at most so many seconds, or `MOST_SECONDS`.

    Returns why those could not be used of which that is known by then. Whatever cannot be worked on now (a full disk,
    say) stays where it is and is tried again later.
    """
    tasks = [asyncio.create_task(_finish(visit, request_id, claim)) for claim in claims]
    if not tasks:
        return []
    _under_way.update(tasks)
    for task in tasks:
        task.add_done_callback(_under_way.discard)
    done, _ = await asyncio.wait(tasks, timeout=MOST_SECONDS if seconds is None else max(0, seconds))
    refused = (task.result() for task in tasks if task in done)
    return [message for message in refused if message is not None]


async def _finish(visit: Visit, request_id: str, claim: PhotoClaim) -> Message | None:
    part = visit.portal.spool.part(request_id, claim.sha256)
    try:
        outcome = await finish_photo(visit.portal, part, network_of(visit.request))
    except (*TRY_LATER, PhotosUnavailable, NotFound) as error:
        _log.warning("%s: a photo has to wait: %s", visit.route, describe(error))
        return None
    return outcome.refused


async def drop(portal: Portal, request_id: str, claims: Sequence[PhotoClaim]) -> None:
    """Delete the bytes of photos that were taken, but that no report or form has announced."""
    for claim in claims:
        part = portal.spool.part(request_id, claim.sha256)
        async with part.turn():
            if await reading(announced, portal, part) is None:
                await part.remove()
