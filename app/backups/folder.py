"""What a backup looks like on the disk, and whether one is whole.

backup.json     what it is; written last, so a folder without it is none
SHA256SUMS      of every other file; `sha256sum --check SHA256SUMS` reads it, too
database.db     SQLite; or database.dump, PostgreSQL's custom format
photos/         as app/photos/files.py lays them out
places.db       if there was one
ledger.jsonl    if there was one
"""

import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from secrets import token_hex
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

FORMAT = 1
ABOUT, SUMS = "backup.json", "SHA256SUMS"
PHOTOS, PLACES, LEDGER = "photos", "places.db", "ledger.jsonl"
DATABASE = {"sqlite": "database.db", "postgresql": "database.dump"}


class BackupRefused(Exception):
    """It cannot be done; the sentence says why, and what to do."""


class About(BaseModel):
    """What a backup says of itself.

    jurisdiction: whose it is. revision: the shape of its database. requests, photos: how many there are.
    missing: photos (`content`) that the database names and the store did not have. key: name of the ledger's key.
    sums: SHA-256 of SHA256SUMS.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    format: int = FORMAT
    made_at: datetime
    jurisdiction: str
    database: Literal["sqlite", "postgresql"]
    revision: str
    requests: int
    photos: int
    missing: tuple[str, ...] = ()
    key: str
    sums: str


@contextmanager
def new_folder(to: Path) -> Iterator[Path]:
    """A folder to fill. It bears its name only when the block has ended well, and is removed if not.

    Raises BackupRefused if there is something of that name.
    """
    if to.exists() or to.is_symlink():
        raise BackupRefused(
            f"{to} is there already; a backup never overwrites anything. Choose another name."
        )
    to.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = to.parent / f".{to.name}.unfinished-{token_hex(4)}"
    unfinished.mkdir(mode=0o700)
    try:
        yield unfinished
        os.sync()
        unfinished.rename(to)
        sync_folder(to.parent)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise


def seal(folder: Path, about: About) -> About:
    """Write down the sums of all files, and last what this is. Nobody else may read any of them."""
    lines = [f"{sha256_of(folder / name)}  {name}\n" for name in _files(folder)]
    (folder / SUMS).write_text("".join(lines))
    about = about.model_copy(update={"sums": sha256_of(folder / SUMS)})
    (folder / ABOUT).write_text(about.model_dump_json(indent=2) + "\n")
    for name in _files(folder):
        (folder / name).chmod(0o600)
    return about


def open_backup(folder: Path) -> About:
    """What a backup is, once every file of it was found to be as it was made. Raises BackupRefused."""
    try:
        about = About.model_validate_json((folder / ABOUT).read_bytes())
    except FileNotFoundError:
        raise BackupRefused(
            f"{folder} is no backup: there is no {ABOUT}. It may not have been finished."
        ) from None
    except (ValidationError, OSError):
        raise BackupRefused(f"{folder}/{ABOUT} cannot be read.") from None
    if about.format != FORMAT:
        raise BackupRefused(f"{folder} was made by a later version of the portal.")
    if not (folder / SUMS).is_file() or sha256_of(folder / SUMS) != about.sums:
        raise BackupRefused(f"{folder} is damaged: {SUMS} is not the one it was made with.")
    with (folder / SUMS).open() as sums:
        for line in sums:
            digest, name = line.rstrip("\n").split("  ", 1)
            if not (folder / name).is_file() or sha256_of(folder / name) != digest:
                raise BackupRefused(f"{folder} is damaged: {name} is missing or not as it was.")
    if not (folder / DATABASE[about.database]).is_file():
        raise BackupRefused(f"{folder} is damaged: there is no database in it.")
    return about


def sha256_of(file: Path) -> str:
    """In hex."""
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def sync_folder(folder: Path) -> None:
    """Force the names in a folder onto the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def copy_file(source: Path, target: Path) -> None:
    """Copy a file to where none is yet, for nobody else, onto the disk."""
    with source.open("rb") as content, os.fdopen(created(target), "wb") as file:
        shutil.copyfileobj(content, file)
        file.flush()
        os.fsync(file.fileno())


def created(target: Path) -> int:
    """A new file for nobody else, to be written. Raises FileExistsError."""
    return os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)


def _files(folder: Path) -> list[str]:
    return sorted(str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file())
