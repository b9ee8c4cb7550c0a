"""What the portal does by itself every few minutes: finish what was interrupted, dispose of what is due."""

import asyncio
import logging
from collections.abc import Awaitable
from datetime import timedelta

from app.db.cursors import Cursor
from app.db.threads import reading, working, writing
from app.http.portal import Portal
from app.kit.incidents import describe
from app.kit.written_in import warm_up
from app.photos.store import forget_unattached
from app.photos.tasks import KEPT_FOR, finish_interrupted
from app.requests.store_terms import merge_on
from app.retention.rules import dispose
from app.retention.schedule import RetentionRule
from app.retention.store import due, keep_picture, next_to_delete, picture_deleted

EVERY = timedelta(minutes=5)
DISPOSAL_EVERY = timedelta(days=1)

_log = logging.getLogger(__name__)


async def keep_up(portal: Portal) -> None:
    """Do it now and every few minutes, until canceled. What fails is logged and done in the next round."""
    await _try("the first look at languages", working(warm_up))
    disposed = None
    while True:
        await _try("unfinished photos", finish_interrupted(portal))
        await _try("unsent photos", forget_unsent_photos(portal))
        is_time = disposed is None or portal.now() - disposed >= DISPOSAL_EVERY
        if is_time and await _try("what is due to be disposed of", dispose_of_what_is_due(portal)):
            disposed = portal.now()
        await _try("files of photos that nobody shows any more", delete_unwanted_photos(portal))
        await _try("the last traces of what was erased", complete_erasures(portal))
        await asyncio.sleep(EVERY.total_seconds())


async def _try(what: str, job: Awaitable[object]) -> bool:
    """One fault must not end the upkeep: nobody would notice for weeks. Tells whether it was done."""
    try:
        await job
    except Exception as error:
        _log.error("%s: has to wait: %s", what, describe(error))
        return False
    return True


async def forget_unsent_photos(portal: Portal) -> None:
    """Delete photos whose report was never sent; their files are deleted with those that were disposed of."""
    await writing(forget_unattached, portal.engine, before=portal.now() - KEPT_FOR)


async def dispose_of_what_is_due(portal: Portal) -> None:
    """Dispose of what the city pack's table says; without a table, of nothing.

    Each in a transaction of its own, so that others come to write in between.
    """
    for rule in portal.city.retention:
        after: Cursor | None = None
        while page := await reading(_due, portal, rule, after):
            for request_id, _ in page:
                await writing(
                    dispose,
                    store=portal.requests,
                    request_id=request_id,
                    kept=rule.kept,
                    due_before=rule.due_before(portal.now()),
                    now=portal.now(),
                )
            after = page[-1][1]


def _due(portal: Portal, rule: RetentionRule, after: Cursor | None) -> list[tuple[str, Cursor]]:
    return due(portal.engine, rule.kept, before=rule.due_before(portal.now()), after=after)


async def delete_unwanted_photos(portal: Portal) -> None:
    """Delete the files of pictures that no photo shows any more, unless one shows the same picture meanwhile."""
    while content := await writing(next_to_delete, portal.engine, portal.now()):
        try:
            await portal.photos.delete(content)
        except BaseException:
            await writing(keep_picture, portal.engine, content)
            raise
        await writing(picture_deleted, portal.engine, content)


async def complete_erasures(portal: Portal) -> None:
    """Remove what is left of what was erased: in the index of the search, in steps so that others come to write in
    between, and what readers have kept in the database's log.
    """
    while not await writing(merge_on, portal.engine):
        pass
    await writing(portal.requests.scrub)
