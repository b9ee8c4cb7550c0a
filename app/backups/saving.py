"""Makes a backup while the portal runs: the database first, then what it names, so that nothing it names is missing."""

import asyncio
import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import make_url

from app.backups import photos, postgres, sqlite
from app.backups.contents import Contents
from app.backups.folder import (
    DATABASE,
    LEDGER,
    PHOTOS,
    PLACES,
    About,
    BackupRefused,
    copy_file,
    created,
    new_folder,
    open_backup,
    seal,
)
from app.db.engine import open_engine
from app.ledger.file import Ledger, is_unbroken, open_ledger
from app.photos.files import open_store
from app.places.data.database import FILE as PLACES_FILE
from app.settings import Settings


@dataclass(frozen=True)
class Saved:
    """A backup that was made. warnings: sentences about what somebody should look after."""

    about: About
    warnings: tuple[str, ...]


def back_up(settings: Settings, jurisdiction: str, to: Path, keys: Path | None) -> Saved:
    """Make a backup in a new folder, and check it. keys: a second place, for the keys.

    Raises BackupRefused, LedgerUnusable, OSError.
    """
    to = to.expanduser().resolve()
    keys = None if keys is None else keys.expanduser().resolve()
    _check_places(settings, to, keys)
    ledger = open_ledger(settings)
    with new_folder(to) as folder:
        kind, contents = _database(settings, folder)
        store = open_store(settings.photo_store)
        missing = asyncio.run(photos.save(store, contents.photos, folder / PHOTOS))
        if (settings.data / PLACES_FILE).exists():
            copy_file(settings.data / PLACES_FILE, folder / PLACES)
        _ledger(ledger, folder / LEDGER)
        about = About(
            made_at=datetime.now(UTC),
            jurisdiction=jurisdiction,
            database="sqlite" if kind == "sqlite" else "postgresql",
            revision=contents.revision,
            requests=contents.requests,
            photos=len(contents.photos),
            missing=tuple(missing),
            key=ledger.key_name,
            sums="",
        )
        seal(folder, about)
        about = open_backup(folder)
    if keys is not None:
        _keys(settings, keys)
    return Saved(about, tuple(_warnings(settings, ledger, about, keys)))


def _check_places(settings: Settings, to: Path, keys: Path | None) -> None:
    if to.is_relative_to(settings.data):
        raise BackupRefused(f"{to} lies in the data folder, and would be lost with it. Choose another place.")
    if keys is not None and (keys.is_relative_to(to) or to.is_relative_to(keys)):
        raise BackupRefused("The keys must not lie beside the backup: whoever finds one would have both.")


def _database(settings: Settings, folder: Path) -> tuple[str, Contents]:
    url = make_url(settings.database_url)
    if url.get_backend_name() == "sqlite":
        return "sqlite", sqlite.copy(Path(str(url.database)), folder / DATABASE["sqlite"])
    engine = open_engine(settings.database_url)
    try:
        return "postgresql", postgres.copy(engine, folder / DATABASE["postgresql"])
    finally:
        engine.dispose()


def _ledger(ledger: Ledger, target: Path) -> None:
    """After the database, so that it knows at least as much."""
    if ledger.file.exists():
        content = ledger.file.read_bytes()
        # A line may just be being written.
        _write(target, content[: content.rfind(b"\n") + 1])


def _keys(settings: Settings, keys: Path) -> None:
    """Raises BackupRefused if there are other keys of the same name."""
    keys.mkdir(mode=0o700, parents=True, exist_ok=True)
    for file in sorted(settings.keys.iterdir()):
        target = keys / file.name
        if not target.exists():
            copy_file(file, target)
        elif target.read_bytes() != file.read_bytes():
            raise BackupRefused(
                f"The backup is made, but {target} is another key, and was left as it is. Name an empty folder."
            )


def _write(target: Path, content: bytes) -> None:
    with os.fdopen(created(target), "wb") as file:
        file.write(content)


def _warnings(settings: Settings, ledger: Ledger, about: About, keys: Path | None) -> Iterable[str]:
    if about.missing:
        yield f"{len(about.missing):,} photos that the database names are not in the photo store, or are damaged there."
    if not is_unbroken(ledger.lines()):
        yield f"{ledger.file} was changed by hand, or has lost lines."
    if keys is None:
        yield (
            f"The keys in {settings.keys} are not in this backup, and it is of no use without them. Copy them to a"
            " second place: KEYS=folder."
        )
