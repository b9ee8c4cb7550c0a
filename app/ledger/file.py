"""The ledger of what was taken back: a file outside the database, to which lines are only ever added.

A database that comes back from a backup does not know what was erased, hidden or disposed of since. The ledger does,
and app/ledger/rules.py tells it before the portal answers. One line is one decision, as JSON: `id`, `at` (UTC),
`kind`, `thing`, `hash` (HMAC-SHA256 of the thing's id, so that nobody can read from it what it was), `key` (which key
that was made with), `voids` (the line that was not carried out after all) and `chain`, a hash of the line and of the
chain before it, by which lines that were changed or lost are noticed. A legal hold that is set also has `covers`: its
own id, which says nothing, and hashes of what it covers.
"""

import fcntl
import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from sqlalchemy.exc import DBAPIError

from app.kit.ids import make_id
from app.ledger.models import Covers, Kind, Taken
from app.settings import Settings

FILE = "ledger.jsonl"
KEY_FILE = "ledger.key"
LEAST_KEY = 32
"""Bytes."""
LONGEST_LINE = 4096
"""Bytes, several times what a line has."""


class LedgerUnusable(Exception):
    """The ledger cannot be read; the sentence says what is to be done."""


@dataclass(frozen=True)
class Line:
    """One line of the ledger. kind, thing: values of `Kind` and `Thing`, or of what a later version knows."""

    id: str
    at: datetime
    kind: str
    thing: str
    hash: str
    key: str
    voids: str | None = None
    chain: str = ""
    covers: Covers | None = None

    def encoded(self) -> bytes:
        """The line as it stands in the file."""
        fields = {**asdict(self), "at": self.at.isoformat()}
        if self.covers is None:
            # As lines were written before there were any with it.
            del fields["covers"]
        return json.dumps(fields, separators=(",", ":")).encode() + b"\n"

    def chained(self, before: str) -> "Line":
        """The same line as the next one after this chain."""
        bare = replace(self, chain="")
        return replace(bare, chain=hashlib.sha256(before.encode() + bare.encoded()).hexdigest()[:32])


class Ledger:
    """The ledger in a folder. Threads, processes and machines that share the folder may use it at once.

    key: secret with which ids are hashed.
    """

    def __init__(self, folder: Path, key: bytes) -> None:
        self._file = folder / FILE
        self._key = key
        self.key_name = name_of(key)

    @property
    def file(self) -> Path:
        """Where the lines are; there is no file before the first one."""
        return self._file

    def hash_of(self, thing: str, id: str) -> str:
        """What stands in the ledger for a thing."""
        return hmac.digest(self._key, f"{thing}:{id}".encode(), "sha256").hex()

    @contextmanager
    def adding(self, taken: Sequence[Taken]) -> Iterator[tuple[str, str]]:
        """Write decisions down, on the disk, before the block; the chains before and after them are given to it.

        The block carries them out. If it fails, they are made void, unless nobody can tell whether it did: then
        they stay, and are carried out when the portal starts again.
        """
        with self._locked() as file:
            last = _last(file)
            before, moment = ("", _NEVER) if last is None else (last.chain, last.at)
            lines = [self._line(one, moment) for one in taken]
            size = file.seek(0, os.SEEK_END)
            try:
                after = _append(file, lines, before)
            except OSError:
                # A full disk may have taken a part of them; nothing of it is carried out.
                file.truncate(size)
                raise
            try:
                yield before, after
            except BaseException as error:
                if not (isinstance(error, DBAPIError) and error.connection_invalidated):
                    _void(file, lines, after, size)
                raise

    def lines(self) -> list[Line]:
        """All lines as they stand in the file. What is no whole line, as after a power failure, is left out.

        Waits until those that are being written are carried out, or void. Raises LedgerUnusable if some were written
        with another key.
        """
        if not self._file.exists():
            return []
        with self._file.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH)
            lines = _lines(file.read())
        self._check_key(lines)
        return lines

    def chain(self) -> str:
        """The chain of the last line; empty if there is none. Raises LedgerUnusable if it has another key."""
        if not self._file.exists():
            return ""
        with self._file.open("rb") as file:
            last = _last(file)
        if last is None:
            return ""
        self._check_key([last])
        return last.chain

    def add_missing(self, others: Sequence[Line]) -> int:
        """Add the lines of another copy of this ledger that are not here; returns how many those were."""
        with self._locked() as file:
            known = {line.id for line in read_lines(self._file)}
            missing = [line for line in others if line.id not in known]
            last = _last(file)
            _append(file, missing, "" if last is None else last.chain)
        return len(missing)

    def _check_key(self, lines: Sequence[Line]) -> None:
        if any(line.key != self.key_name for line in lines):
            raise LedgerUnusable(
                f"{self._file} was written with another key. Put the {KEY_FILE} that belongs to it into the folder of"
                " keys (PORTAL_KEYS)."
            )

    @contextmanager
    def _locked(self) -> Iterator[BinaryIO]:
        self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        new = not self._file.exists()
        descriptor = os.open(self._file, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "r+b", buffering=0) as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            if new:
                _sync_folder(self._file.parent)
            yield file

    def _line(self, taken: Taken, not_before: datetime) -> Line:
        # A clock that was set back does not turn the order round.
        at = max(taken.at.astimezone(UTC), not_before)
        its_hash = self.hash_of(taken.thing, taken.id)
        return Line(make_id(), at, taken.kind, taken.thing, its_hash, self.key_name, covers=taken.covers)


def in_force(lines: Sequence[Line]) -> list[Line]:
    """The last line about each thing, in order of time; those that were made void do not count."""
    void = {line.voids for line in lines if line.voids is not None}
    last: dict[tuple[str, str, str], Line] = {}
    for line in sorted(lines, key=lambda line: line.at):
        if line.voids is None and line.id not in void and line.kind in _KINDS:
            last[line.thing, line.hash, Kind(line.kind).about] = line
    return sorted(last.values(), key=lambda line: line.at)


_KINDS = frozenset(Kind)


def read_lines(file: Path) -> list[Line]:
    """The whole lines of a file of a ledger, with whatever key; none if there is no such file."""
    if not file.exists():
        return []
    return _lines(file.read_bytes())


def _lines(content: bytes) -> list[Line]:
    return [line for text in content.split(b"\n") if (line := _parse(text)) is not None]


def is_unbroken(lines: Sequence[Line]) -> bool:
    """Whether no line was changed, and none in the midst has been lost."""
    before = ""
    for line in lines:
        if line.chained(before).chain != line.chain:
            return False
        before = line.chain
    return True


def open_ledger(settings: Settings) -> Ledger:
    """The ledger of the settings; its key is made when it is opened for the first time.

    Raises LedgerUnusable if there are lines, but no key.
    """
    file = settings.keys / KEY_FILE
    if not file.exists():
        if read_lines(settings.ledger / FILE):
            raise LedgerUnusable(
                f"There is a ledger in {settings.ledger}, but its key, {file}, is missing. Put it back from the copy of"
                " the keys (docs/backup.md)."
            )
        _make_key(file)
    return Ledger(settings.ledger, read_key(file))


def read_key(file: Path) -> bytes:
    """The key in a file. Raises LedgerUnusable if it is none."""
    try:
        key = bytes.fromhex(file.read_text().strip())
    except ValueError:
        key = b""
    if len(key) < LEAST_KEY:
        raise LedgerUnusable(f"{file} is no key of a ledger.")
    return key


def name_of(key: bytes) -> str:
    """A name by which a key is recognized and not known."""
    return hashlib.sha256(b"name of " + key).hexdigest()[:8]


def _make_key(file: Path) -> None:
    """Make a key; of several processes that begin at once, one makes it for all."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    new = file.with_name(f"{file.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as target:
        target.write(secrets.token_hex(32) + "\n")
        target.flush()
        os.fsync(target.fileno())
    try:
        os.link(new, file)
    except FileExistsError:
        pass
    finally:
        new.unlink()
    _sync_folder(file.parent)


def _parse(text: bytes) -> Line | None:
    try:
        fields: dict[str, Any] = json.loads(text)
        fields["at"] = datetime.fromisoformat(fields["at"])
        if "covers" in fields:
            covers = fields["covers"]
            fields["covers"] = Covers(covers["id"], covers["scheme"], tuple(covers["marks"]))
        return Line(**fields)
    except (ValueError, TypeError, KeyError):
        return None


def _last(file: BinaryIO) -> Line | None:
    """The last whole line."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - 2 * LONGEST_LINE))
    for text in reversed(file.read().split(b"\n")):
        if (line := _parse(text)) is not None:
            return line
    return None


_NEVER = datetime.min.replace(tzinfo=UTC)


def _void(file: BinaryIO, lines: Sequence[Line], chain: str, size: int) -> None:
    """Say that these lines were not carried out. size: of the file before them, in bytes.

    On a full disk there is no room for that either; then they go, which takes none.
    """
    try:
        _append(file, [replace(line, id=make_id(), voids=line.id) for line in lines], chain)
    except OSError:
        file.truncate(size)


def _append(file: BinaryIO, lines: Sequence[Line], chain: str) -> str:
    """Add lines after that chain, and wait until they are on the disk. Returns the chain of the last one."""
    written = b""
    for line in lines:
        chained = line.chained(chain)
        written, chain = written + chained.encoded(), chained.chain
    if not written:
        return chain
    if _is_torn(file):
        written = b"\n" + written
    while written:
        written = written[file.write(written) :]
    os.fsync(file.fileno())
    return chain


def _is_torn(file: BinaryIO) -> bool:
    """Whether the last line was not written to its end."""
    if file.seek(0, os.SEEK_END) == 0:
        return False
    file.seek(-1, os.SEEK_END)
    return file.read(1) != b"\n"


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
