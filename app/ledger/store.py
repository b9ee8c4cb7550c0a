"""What the database knows of the ledger: the last decision about each thing, and how far it has read."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, Engine, bindparam, delete, select
from sqlalchemy.orm import Session

from app.db.engine import write
from app.db.tables import HOUSEKEEPING, TAKEN, upsert
from app.kit.ids import make_id
from app.ledger.file import Ledger, Line
from app.ledger.models import Kind, Taken

T = TAKEN.c
H = HOUSEKEEPING.c
SEEN = "ledger_seen"
SCRUB = "scrub"
MERGE = "terms"


class Merge(StrEnum):
    """What is left to be done until terms that were taken away are gone from the index of the search.

    DUE: not begun, or something was taken away since then.
    """

    NONE = ""
    DUE = "due"
    BEGUN = "begun"


_HOLDS = select(T.about, T.at).where(
    T.thing == bindparam("thing"), T.hash == bindparam("hash"), T.kind == T.about
)
_LAST = select(T.kind, T.at).where(
    T.thing == bindparam("thing"), T.hash == bindparam("hash"), T.about == bindparam("about")
)
_NOTE = select(H.value).where(H.name == bindparam("name"))


class Remembering:
    """What is taken back in one transaction. ledger: None where nothing can be taken back, as in tests."""

    def __init__(self, session: Session, ledger: Ledger | None) -> None:
        self.session = session
        self._ledger = ledger
        self.taken: list[Taken] = []

    def remember(self, taken: Taken) -> None:
        """Note it in the database; the ledger gets it at the end."""
        self.taken.append(taken)
        if taken.kind in (Kind.ERASE, Kind.DISPOSE):
            note_unscrubbed(self.session, make_id())
        if self._ledger is not None:
            note_taken(self.session, taken, self._ledger.hash_of(taken.thing, taken.id))


@contextmanager
def remembering(engine: Engine, ledger: Ledger | None) -> Iterator[Remembering]:
    """A transaction; it is on the disk when the block has ended without an exception.

    What was taken back in it stands in the ledger before. Whoever holds the ledger has had the database first, so that
    nobody waits for each other.
    """
    with ExitStack() as until_committed, write(engine) as session:
        remembers = Remembering(session, ledger)
        yield remembers
        if ledger is not None and remembers.taken:
            before, after = until_committed.enter_context(ledger.adding(remembers.taken))
            # Else some line before is not known here yet: replay comes to it.
            if seen(session) == before:
                note_seen(session, after)


def holding(connection: Connection, thing: str, hash: str) -> dict[Kind, datetime]:
    """What holds of a thing, and since when (UTC)."""
    rows = connection.execute(_HOLDS, {"thing": thing, "hash": hash}).all()
    return {Kind(row.about): row.at for row in rows}


def note_taken(session: Session, taken: Taken, hash: str) -> None:
    """Note the last decision about a thing."""
    _put(session, taken.thing, hash, taken.kind, taken.at)


def note_line(session: Session, line: Line) -> bool:
    """Note a decision that the ledger knows; tells whether it is news. One that is older than what is known is not."""
    about = Kind(line.kind).about
    before = session.execute(_LAST, {"thing": line.thing, "hash": line.hash, "about": about}).first()
    if before is not None and (before.kind == line.kind or before.at > line.at):
        return False
    _put(session, line.thing, line.hash, Kind(line.kind), line.at)
    return True


def _put(session: Session, thing: str, hash: str, kind: Kind, at: datetime) -> None:
    new = upsert(session.get_bind().dialect.name, TAKEN).values(
        thing=str(thing), hash=hash, about=kind.about.value, kind=kind.value, at=at
    )
    changed = {"kind": new.excluded.kind, "at": new.excluded.at}
    session.execute(new.on_conflict_do_update(index_elements=[T.thing, T.hash, T.about], set_=changed))


def seen(session: Session) -> str:
    """The chain of the ledger up to which the database knows everything."""
    return _note(session.connection(), SEEN)


def note_seen(session: Session, chain: str) -> None:
    """The database knows everything up to this line of the ledger."""
    _set(session, SEEN, chain)


def unscrubbed(connection: Connection) -> str:
    """Names the erasures whose last traces may still be in a file of the database; empty if there are none."""
    return _note(connection, SCRUB)


def note_unscrubbed(session: Session, name: str) -> None:
    """Something is being erased. name: of this erasure, another one each time."""
    _set(session, SCRUB, name)


def note_scrubbed(session: Session, name: str) -> None:
    """All up to this erasure is gone from the files, unless there has been another one meanwhile."""
    session.execute(delete(HOUSEKEEPING).where(H.name == SCRUB, H.value == name))


def merge_left(connection: Connection) -> Merge:
    """How far the index of the search is merged (terms.py)."""
    return Merge(_note(connection, MERGE))


def note_merge(session: Session, left: Merge) -> None:
    """So much is left of it now."""
    if left is Merge.NONE:
        session.execute(delete(HOUSEKEEPING).where(H.name == MERGE))
    else:
        _set(session, MERGE, left.value)


def _note(connection: Connection, name: str) -> str:
    return connection.execute(_NOTE, {"name": name}).scalar() or ""


def _set(session: Session, name: str, value: str) -> None:
    new = upsert(session.get_bind().dialect.name, HOUSEKEEPING).values(name=name, value=value)
    session.execute(new.on_conflict_do_update(index_elements=[H.name], set_={"value": new.excluded.value}))
