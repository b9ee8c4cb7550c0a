"""What the portal does by itself every few minutes: finish interrupted photos, forget those of reports never sent."""

import asyncio
import logging
from collections.abc import Awaitable
from datetime import timedelta

from app.adapters.written_in import warm_up
from app.storage.photos import forget_unattached
from app.storage.threads import working, writing
from app.web.incidents import describe
from app.web.portal import Portal
from app.web.uploads import finish_interrupted

EVERY = timedelta(minutes=5)
UNSENT_KEPT_FOR = timedelta(days=7)
"""How long photos of a report that was never sent are kept; the privacy page says so."""

_log = logging.getLogger(__name__)


async def keep_up(portal: Portal) -> None:
    """Do it now and every few minutes, until cancelled. What fails is logged and done in the next round."""
    await _try("the first look at languages", working(warm_up))
    while True:
        await _try("unfinished photos", finish_interrupted(portal))
        await _try("unsent photos", forget_unsent_photos(portal))
        await asyncio.sleep(EVERY.total_seconds())


async def _try(what: str, job: Awaitable[object]) -> None:
    """One fault must not end the upkeep: nobody would notice for weeks."""
    try:
        await job
    except Exception as error:
        _log.error("%s: has to wait: %s", what, describe(error))


async def forget_unsent_photos(portal: Portal) -> None:
    """Delete photos whose report was never sent, with their files if no other report shows the same picture."""
    before = portal.now() - UNSENT_KEPT_FOR
    for content in await writing(forget_unattached, portal.engine, before=before):
        await portal.photos.delete(content)
