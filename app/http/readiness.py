"""`/health/ready`: whether this portal can do what people want of it, for load balancers and whoever watches over it.

`/health` and `/health/live` only say that the process is alive. Here each thing that the portal depends on is asked,
and given a second.
"""

import asyncio
import shutil
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from sqlalchemy import Engine, text

from app.db.engine import read
from app.db.migrate import is_behind, revision_of
from app.photos.service import PhotoService

SECONDS = 1.0
ROOM_FOR_TEXT = 20 * 1024 * 1024
"""Bytes that must be free on the disk; a thousand reports and what the database does with them take less."""

# A thread of its own: the others may all be waiting for the very database that is asked about.
_thread = ThreadPoolExecutor(1, thread_name_prefix="ready")


class Readiness:
    """Whether to send people here. started, leaving: set by whoever runs the portal (app/site/front.py)."""

    def __init__(self, engine: Engine, photos: PhotoService, data: Path) -> None:
        self.started = False
        self.leaving = False
        self._questions: dict[str, Callable[[], Awaitable[object]]] = {
            "database": lambda: asyncio.get_running_loop().run_in_executor(_thread, _ask, engine),
            "schema": lambda: asyncio.get_running_loop().run_in_executor(_thread, _look_at_schema, engine),
            "photos": photos.check,
            "disk": lambda: asyncio.to_thread(_find_room, data),
        }
        self._asked: dict[str, asyncio.Future[object]] = {}

    async def problems(self) -> list[str]:
        """What is in the way, in one word each; nothing if the portal is ready."""
        if self.leaving:
            return ["leaving"]
        if not self.started:
            return ["starting"]
        answers = await asyncio.gather(*map(self._is_fine, self._questions))
        return [name for name, fine in zip(self._questions, answers, strict=True) if not fine]

    async def _is_fine(self, name: str) -> bool:
        """A question that nobody has answered yet is not asked a second time: its thread is still waiting."""
        asked = self._asked.get(name)
        if asked is None or asked.done():
            asked = self._asked[name] = asyncio.ensure_future(self._questions[name]())
        done, _ = await asyncio.wait([asked], timeout=SECONDS)
        return bool(done) and not asked.cancelled() and asked.exception() is None


def _ask(engine: Engine) -> None:
    with read(engine) as connection:
        connection.execute(text("SELECT 1 FROM alembic_version"))


def _look_at_schema(engine: Engine) -> None:
    with read(engine) as connection:
        if is_behind(revision_of(connection)):
            raise RuntimeError("the database lacks a migration")


def _find_room(folder: Path) -> None:
    if shutil.disk_usage(folder).free < ROOM_FOR_TEXT:
        raise OSError("the disk is nearly full")
