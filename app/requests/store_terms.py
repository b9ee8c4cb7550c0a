"""The index of the desk's search: by which terms (app/requests/terms.py) which requests are found.

SQLite: its full-text index (FTS5), fed with our terms as its tokens. It keeps no text, so what is taken away is named
by the same terms again. PostgreSQL: an array with a GIN index. The terms narrow down, the words (`WORDS`) decide.

What is taken away from FTS5 stays in its older parts, marked as gone, until all parts are merged into one. On a big
index that takes many seconds, and nobody else could write meanwhile: so it is done in steps, by the upkeep
(app/site/upkeep.py), and no erasure is complete before.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Engine,
    Select,
    and_,
    bindparam,
    column,
    delete,
    exists,
    func,
    select,
    table,
    text,
    true,
)
from sqlalchemy.orm import Session

from app.db.engine import write
from app.db.tables import TERMS, WORDS, insert_new
from app.ledger.store import Merge, merge_left, note_merge
from app.requests.models import ServiceRequest, searched
from app.requests.terms import terms_of

A_MINUTE = 4096
"""Numbers for each minute. What is more has to take those of the next one; many times what a city gets."""
LATE = timedelta(minutes=1)
"""The number of a request may stand for so much later than it was received."""
STEP = 200
"""Pages of the index (4 kB) that are merged while nobody else can write."""

W = WORDS.c
# What PostgreSQL calls by the names that FTS5 has for them.
_INDEX = table(TERMS, column("rowid", BigInteger))
_ADD = text(f"INSERT INTO {TERMS} (rowid, terms) VALUES (:number, :terms)")  # noqa: S608 - a name of ours
_TAKE = {
    "sqlite": text(f"INSERT INTO {TERMS} ({TERMS}, rowid, terms) VALUES ('delete', :number, :terms)"),  # noqa: S608
    "postgresql": text(f"DELETE FROM {TERMS} WHERE rowid = :number"),  # noqa: S608
}
_MATCH = {"sqlite": text(f"{TERMS} MATCH :terms"), "postgresql": text("terms @> :terms")}
_MERGE = text(f"INSERT INTO {TERMS} ({TERMS}, rank) VALUES ('merge', :pages)")  # noqa: S608
_CHANGES = text("SELECT total_changes()")


# --- changing
# -------------------------------------------------------------------------------------------------


def add_words(session: Session, request: ServiceRequest) -> None:
    """Let the desk find a new request by its words."""
    row = {"request_id": request.id, "words": searched(request.description, request.address_string)}
    number = _free_number(session, request.received_at)
    # On PostgreSQL somebody else may take it at the same moment.
    while not insert_new(session, WORDS, {**row, "number": number}):
        number = _free_number(session, request.received_at)
    add_terms(session.connection(), [(number, row["words"])])


def add_terms(connection: Connection, found: Collection[tuple[int, str]]) -> None:
    """Put the terms of requests into the index. found: their numbers and folded words."""
    kind = connection.dialect.name
    rows = [{"number": number, "terms": _written(kind, words)} for number, words in found]
    connection.execute(_ADD, rows)


def remove_words(session: Session, request_id: str) -> None:
    """Find a request by no word any more."""
    row = session.execute(select(W.number, W.words).where(W.request_id == request_id)).first()
    if row is None:
        return
    kind = session.get_bind().dialect.name
    values = {"number": row.number, "terms": _written(kind, row.words)}
    session.execute(_TAKE[kind], values)
    session.execute(delete(WORDS).where(W.request_id == request_id))
    if kind == "sqlite":
        note_merge(session, Merge.DUE)


def first_number(at: datetime) -> int:
    """The lowest number for requests received in this minute (UTC)."""
    return int(at.timestamp() // 60) * A_MINUTE


def next_number(at: datetime, last: int) -> int:
    """The number of a request received at this time (UTC) where many are added in order. last: of the one before."""
    return max(first_number(at), last + 1)


def _free_number(session: Session, at: datetime) -> int:
    """The first one from the beginning of this minute on."""
    first = first_number(at)
    is_free = session.execute(select(W.number).where(W.number == first)).first() is None
    return first if is_free else session.execute(_NEXT_FREE, {"first": first}).scalar_one()


_OTHER = WORDS.alias()
_NEXT_FREE = (
    select(W.number + 1)
    .where(W.number >= bindparam("first"), ~exists().where(_OTHER.c.number == W.number + 1))
    .order_by(W.number)
    .limit(1)
)


def _written(kind: str, words: str) -> str | list[str]:
    """The terms of folded words as the database takes them. FTS5 reads tokens with a space between."""
    terms = sorted(terms_of(words))
    return _tokens(terms) if kind == "sqlite" else terms


def _tokens(terms: Collection[str], sign: str = "") -> str:
    return " ".join(f"{sign}{term.replace(' ', '_')}{sign}" for term in terms)


# --- merging
# --------------------------------------------------------------------------------------------------


def merge_on(engine: Engine) -> bool:
    """Merge a part of the index, so that what was taken away is gone from it; tells whether all of it is.

    Parts that come meanwhile stay out of it. To be called again until it is done, by whoever it is.
    """
    with write(engine) as session:
        left = merge_left(session.connection())
        if left is Merge.NONE:
            return True
        # A negative number begins with all parts that there are; a positive one goes on where there is work.
        pages = -STEP if left is Merge.DUE else STEP
        before = session.execute(_CHANGES).scalar_one()
        session.execute(_MERGE, {"pages": pages})
        # FTS5 says so by fewer than two changes.
        was_nothing = session.execute(_CHANGES).scalar_one() - before < 2
        is_done = left is Merge.BEGUN and was_nothing
        note_merge(session, Merge.NONE if is_done else Merge.BEGUN)
        return is_done


# --- finding
# --------------------------------------------------------------------------------------------------


NEAR = (timedelta(days=30), timedelta(days=365))
"""How much of the list is looked at first where that is cheaper, and then."""


@dataclass(frozen=True)
class Window:
    """When requests were received, UTC. since, before: None is no limit. A few of around it count as well."""

    since: datetime | None = None
    before: datetime | None = None

    def holds(self, number: ColumnElement[int]) -> ColumnElement[bool]:
        """Whether a request with this number may be one of them."""
        since = true() if self.since is None else number >= first_number(self.since)
        if self.before is None:
            return since
        return and_(since, number < first_number(self.before + LATE) + A_MINUTE)


def numbers_with(kind: str, terms: Collection[str], window: Window) -> Select[int]:
    """The numbers of all requests with these terms, of which there must be one."""
    value = _tokens(sorted(terms), '"') if kind == "sqlite" else sorted(terms)
    match = _MATCH[kind].bindparams(bindparam("terms", value))
    return select(_INDEX.c.rowid).where(match, window.holds(_INDEX.c.rowid))


def round_end(
    connection: Connection, terms: Collection[str], *, size: int, window: Window, newest_first: bool
) -> datetime | None:
    """When so many of the requests with these terms have been looked at: all received since then (UTC) or, if the
    oldest come first, before then; None if there are not so many more.
    """
    number = _INDEX.c.rowid.desc() if newest_first else _INDEX.c.rowid.asc()
    kind = connection.dialect.name
    # FTS5 goes through them in order, and stops. PostgreSQL fetches and sorts all that there are.
    near = () if kind == "sqlite" else _near(connection, window, newest_first)
    for within in (*near, window):
        query = numbers_with(kind, terms, within).order_by(number).offset(size - 1).limit(1)
        last = connection.execute(query).scalar()
        if last is not None:
            break
    else:
        return None
    minute = datetime.fromtimestamp(last // A_MINUTE * 60, UTC)
    if not newest_first:
        return minute + timedelta(minutes=1)
    if window.before is None:
        return minute
    # Each round comes further than the last one, whatever there is of one moment.
    return min(minute, (window.before - timedelta(microseconds=1)).replace(second=0, microsecond=0))


def _near(connection: Connection, window: Window, newest_first: bool) -> list[Window]:
    """The parts of it that come first in the list, growing, but not all of it."""
    first = func.max(_INDEX.c.rowid) if newest_first else func.min(_INDEX.c.rowid)
    number = connection.execute(select(first).where(window.holds(_INDEX.c.rowid))).scalar()
    if number is None:
        return []
    at = datetime.fromtimestamp(number // A_MINUTE * 60, UTC)
    if newest_first:
        sinces = [at - near for near in NEAR]
        return [
            replace(window, since=since) for since in sinces if window.since is None or since > window.since
        ]
    befores = [at + near for near in NEAR]
    return [
        replace(window, before=before)
        for before in befores
        if window.before is None or before < window.before
    ]
