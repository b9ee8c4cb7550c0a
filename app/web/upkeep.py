"""What the portal does by itself every few minutes: finish interrupted photos, forget those of reports never sent."""

import asyncio
import logging
from datetime import timedelta

from sqlalchemy.exc import SQLAlchemyError

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
    """Do it now and every few minutes, until cancelled. A fault of one round is logged and does not end it."""
    await working(warm_up)
    while True:
        await finish_interrupted(portal)
        try:
            await forget_unsent_photos(portal)
        except (SQLAlchemyError, OSError) as error:
            _log.error("unsent photos have to wait: %s", describe(error))
        await asyncio.sleep(EVERY.total_seconds())


async def forget_unsent_photos(portal: Portal) -> None:
    """Delete photos whose report was never sent, with their files if no other report shows the same picture."""
    before = portal.now() - UNSENT_KEPT_FOR
    for content in await writing(forget_unattached, portal.engine, before=before):
        await portal.photos.delete(content)
