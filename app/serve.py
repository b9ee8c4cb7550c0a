"""`python -m app.serve [--fresh]`: brings the database up to date and serves the built portal on one port.

--fresh is for those who change it: a published page of which a file has changed is there at the next request.

Everything that can be in the way is looked at first, so that it becomes a sentence (app/site/starting.py). Then this
process turns into a small one that only watches over the one that serves (app/site/supervisor.py): it has no use for
what was needed to look.
"""

import asyncio
import fcntl
import logging
import os
import shutil
import socket
import sys
import time
from collections.abc import Sequence
from ipaddress import ip_address
from pathlib import Path

from app.city.loader import load_city
from app.db.engine import open_engine
from app.http.built import BUILD, CLIENT
from app.ledger.file import LedgerUnusable, open_ledger
from app.ledger.rules import catch_up
from app.photos import sandbox
from app.photos.files import open_store
from app.settings import Settings, get_settings
from app.site.starting import CannotStart, bring_up_to_date, in_words
from app.site.supervisor import Plan

_log = logging.getLogger(__name__)

LOCK = "portal.lock"
SECONDS_TO_HAND_OVER = 5.0
"""For a portal that is just ending, so that it can be started again at once."""


def main(arguments: Sequence[str] = ()) -> None:
    """Serve until somebody ends it."""
    with in_words():
        _find_pages()
        settings = get_settings()
        city = load_city(settings.city)
        check_photo_sandbox(settings)
        settings.make_data_folder()
        lock = _own_data(settings.data)
        _find_port_free(settings)
        shutil.rmtree(settings.incoming, ignore_errors=True)
        # Older releases let Reflex write down here what open tabs at the desk showed.
        shutil.rmtree(".states", ignore_errors=True)
        bring_up_to_date(settings)
        _catch_up(settings)
        _find_photos(settings)
    Plan(
        address=settings.address,
        port=settings.port,
        name=city.name,
        seconds_to_leave=settings.seconds_to_leave,
        lock=lock,
        application="app.app:fresh_server" if "--fresh" in arguments else Plan.application,
    ).carry_out()


def _find_pages() -> None:
    if not (BUILD / "static.json").exists() or not (CLIENT / "assets").is_dir():
        raise CannotStart("The portal has not been built yet. Run: make build")


def _own_data(folder: Path) -> int:
    """Take the data folder for this portal; returns the open lock. It ends with the last process that holds it."""
    lock = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    until = time.monotonic() + SECONDS_TO_HAND_OVER
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            break
        except BlockingIOError:
            if time.monotonic() > until:
                other = os.pread(lock, 20, 0).decode("ascii", "ignore").strip() or "unknown"
                raise CannotStart(
                    f"Another portal (process {other}) works with the folder {folder}. "
                    "End it, or give this one a folder of its own (PORTAL_DATA)."
                ) from None
            time.sleep(0.1)
    os.truncate(lock, 0)
    os.pwrite(lock, f"{os.getpid()}\n".encode(), 0)
    return lock


def _find_port_free(settings: Settings) -> None:
    """The web server itself would share the port with whoever has it, and each would get a part of the reports."""
    family = socket.AF_INET6 if ip_address(settings.address).version == 6 else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.address, settings.port))
        except OSError as error:
            raise CannotStart(
                f"The portal cannot listen on {settings.address}, port {settings.port} ({error.strerror}). "
                "End what is there, or choose others (PORT, PORTAL_LISTEN)."
            ) from None


def _find_photos(settings: Settings) -> None:
    try:
        asyncio.run(open_store(settings.photo_store).check())
    except Exception as error:
        cause = error.__cause__ or error
        reason = str(cause).partition("\n")[0][:300] or type(cause).__name__
        raise CannotStart(
            f"The photo store (PORTAL_PHOTO_STORE) does not answer ({reason}). "
            "Look at its address, its keys and the network, then start again."
        ) from None


def _catch_up(settings: Settings) -> None:
    """Do what the ledger says (app/ledger/rules.py)."""
    engine = open_engine(settings.database_url)
    try:
        catch_up(engine, open_ledger(settings))
    except LedgerUnusable as unusable:
        raise CannotStart(str(unusable)) from None
    finally:
        engine.dispose()


def check_photo_sandbox(settings: Settings) -> None:
    """Say once if photos will be worked on without a sandbox; in production, somebody must have said so before.

    Raises CannotStart.
    """
    reason = sandbox.why_not() if settings.photo_sandbox else ""
    if not reason:
        return
    if settings.production:
        raise CannotStart(
            f"This system does not let the photo workers give up files and network ({reason}). "
            "Set PORTAL_PHOTO_SANDBOX=off to run without that."
        )
    _log.warning("photos are worked on without a sandbox: %s", reason)


if __name__ == "__main__":
    main(sys.argv[1:])
