"""Brings a backup back: photos first, then the ledger, then the database, which knows the ledger before it is used.

Nothing is replaced before the backup has been found to be whole, and what is replaced is kept beside.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_hex

from sqlalchemy import Engine, delete, make_url

from app.backups import photos, postgres, sqlite
from app.backups.folder import (
    DATABASE,
    LEDGER,
    PHOTOS,
    PLACES,
    About,
    BackupRefused,
    copy_file,
    open_backup,
    sync_folder,
)
from app.db.engine import open_engine, write
from app.db.migrate import is_known, upgrade_engine
from app.db.tables import SESSIONS
from app.ledger.file import KEY_FILE, Ledger, name_of, open_ledger, read_key, read_lines
from app.ledger.rules import catch_up
from app.photos.files import open_store
from app.places.data.database import FILE as PLACES_FILE
from app.settings import Settings


@dataclass(frozen=True)
class Restored:
    """What was brought back. replayed: how many things the ledger has changed. missing: photos that nobody has.

    aside: folder with what was there before, or None if there was nothing.
    """

    about: About
    replayed: int
    missing: int
    aside: Path | None


def restore(settings: Settings, jurisdiction: str, source: Path, keys: Path | None) -> Restored:
    """Bring a backup back. The portal must not run. keys: where the keys are, if they are not in place.

    Raises BackupRefused, LedgerUnusable, OSError. Then the database is as it was; photos and lines of the ledger may
    have been added, which does no harm.
    """
    source = source.expanduser().resolve()
    about = open_backup(source)
    _check_fits(settings, jurisdiction, about)
    settings.make_data_folder()
    with _stopped(settings):
        _bring_keys(settings, about, keys)
        ledger = open_ledger(settings)
        ledger.lines()
        missing = asyncio.run(_photos(settings, source / PHOTOS, about))
        ledger.add_missing(read_lines(source / LEDGER))
        aside = settings.data / f"before-restore-{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{token_hex(2)}"
        replayed = _database(settings, source / DATABASE[about.database], ledger, aside)
        if (source / PLACES).exists():
            _put(source / PLACES, settings.data / PLACES_FILE, aside)
    return Restored(about, replayed, missing, aside if aside.exists() else None)


def _check_fits(settings: Settings, jurisdiction: str, about: About) -> None:
    if about.jurisdiction != jurisdiction:
        raise BackupRefused(f"This is a backup of {about.jurisdiction}, not of {jurisdiction}.")
    kind = make_url(settings.database_url).get_backend_name()
    if about.database != kind:
        raise BackupRefused(f"This is a backup of a database of {about.database}, not of {kind}.")
    if not is_known(about.revision):
        raise BackupRefused(
            "This backup was made by a later version of the portal. Install that version first."
        )


@contextmanager
def _stopped(settings: Settings) -> Iterator[None]:
    """Raises BackupRefused if the portal runs; of SQLite it also keeps it from starting meanwhile."""
    url = make_url(settings.database_url)
    if url.get_backend_name() == "sqlite":
        with sqlite.closed_to_others(Path(str(url.database))):
            yield
        return
    engine = open_engine(settings.database_url)
    try:
        postgres.check_nobody_else(engine)
    finally:
        engine.dispose()
    yield


def _bring_keys(settings: Settings, about: About, keys: Path | None) -> None:
    """Raises BackupRefused if the ledger's key is not the one of the backup."""
    here = settings.keys / KEY_FILE
    found = here if here.exists() else None if keys is None else keys.expanduser().resolve() / KEY_FILE
    if found is None or not found.exists():
        raise BackupRefused(f"The keys are not in {settings.keys}. Say where their copy is: KEYS=folder.")
    if name_of(read_key(found)) != about.key:
        raise BackupRefused(
            f"{found} is not the key of this backup. If the portal was begun anew meanwhile, move {settings.keys} and"
            f" {settings.ledger} aside, and name the copy of the keys: KEYS=folder."
        )
    if found != here:
        settings.keys.mkdir(mode=0o700, parents=True, exist_ok=True)
        for file in sorted(found.parent.iterdir()):
            if not (settings.keys / file.name).exists():
                copy_file(file, settings.keys / file.name)
        sync_folder(settings.keys)


async def _photos(settings: Settings, saved: Path, about: About) -> int:
    """Returns how many photos are neither in the backup nor in the store."""
    store, contents = open_store(settings.photo_store), [place.name for place in saved.glob("??/??/*")]
    missing = await photos.bring_back(store, [*contents, *about.missing], open_store(saved))
    return len(missing)


def _database(settings: Settings, saved: Path, ledger: Ledger, aside: Path) -> int:
    """Put the database in place, and make it know the ledger. Returns how many things that has changed."""
    url = make_url(settings.database_url)
    if url.get_backend_name() == "sqlite":
        return _sqlite(Path(str(url.database)), saved, ledger, aside)
    engine = open_engine(settings.database_url)
    try:
        aside.mkdir(mode=0o700)
        postgres.copy_if_any(engine, aside / saved.name)
        postgres.restore(engine, saved)
        return _made_ready(engine, ledger)
    finally:
        engine.dispose()


def _sqlite(file: Path, saved: Path, ledger: Ledger, aside: Path) -> int:
    new = file.with_name(f".{file.name}.restoring-{token_hex(4)}")
    try:
        copy_file(saved, new)
        engine = open_engine(f"sqlite:///{new}")
        try:
            replayed = _made_ready(engine, ledger)
        finally:
            engine.dispose()
        with sqlite.closed_to_others(new):
            pass
        sqlite.look_over(new)
        _set_aside(file, aside)
        new.rename(file)
        sync_folder(file.parent)
    finally:
        for left in file.parent.glob(f"{new.name}*"):
            left.unlink()
    return replayed


def _made_ready(engine: Engine, ledger: Ledger) -> int:
    """Bring it to the present shape and up to the ledger. Whoever was signed in then has to sign in again."""
    upgrade_engine(engine)
    with write(engine) as session:
        session.execute(delete(SESSIONS))
    return catch_up(engine, ledger)


def _put(source: Path, target: Path, aside: Path) -> None:
    new = target.with_name(f".{target.name}.restoring-{token_hex(4)}")
    copy_file(source, new)
    _set_aside(target, aside)
    new.rename(target)
    sync_folder(target.parent)


def _set_aside(file: Path, aside: Path) -> None:
    """Keep a file that is about to be replaced. It stays where it is until then: at no moment is there none.

    A log that SQLite has left beside it goes first, for it does not belong to the new one.
    """
    for name in (f"{file.name}-wal", f"{file.name}-shm", file.name):
        if file.with_name(name).exists():
            aside.mkdir(mode=0o700, exist_ok=True)
            if name == file.name:
                (aside / name).hardlink_to(file)
            else:
                file.with_name(name).rename(aside / name)
