"""Brings a database up to what the ledger says: before the portal answers, and so after every restore."""

import logging
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Engine, Select, String, func, select
from sqlalchemy.orm import Session

from app.alerts.store import end_alert
from app.db.engine import write
from app.db.tables import ALERTS, FOLLOWERS, HOLDS, PEOPLE, PHOTOS, REQUESTS, UPDATES
from app.kit.ids import make_id
from app.ledger.file import Ledger, LedgerUnusable, Line, in_force, is_unbroken
from app.ledger.models import Kind, Thing
from app.ledger.store import Remembering, note_line, note_seen, note_unscrubbed, seen
from app.moderation.looks import Look
from app.moderation.rules import LOOKED_AT, decide_again
from app.people.store import forget_password, resume_again, suspend_again
from app.requests.follow_keys import UNCOUNTED
from app.requests.following import unfollow_again
from app.requests.protocol import Transaction
from app.requests.store import RequestStore, RequestTransaction
from app.requests.store_terms import merge_on
from app.retention.holds import hold_again, lift_again
from app.retention.rules import dispose_again, dispose_photo_again, erase_again

_log = logging.getLogger(__name__)

Again = Callable[[Transaction, str, datetime], None]

AGAIN: dict[tuple[Kind, Thing], Again] = {
    (Kind.ERASE, Thing.REQUEST): erase_again,
    (Kind.DISPOSE, Thing.REQUEST): dispose_again,
    (Kind.DISPOSE, Thing.PHOTO): dispose_photo_again,
    (Kind.STOP, Thing.FOLLOWER): unfollow_again,
    (Kind.LIFT, Thing.HOLD): lift_again,
    **{(Kind.HIDE, thing): partial(decide_again, thing, Look.HIDDEN) for thing in LOOKED_AT},
    **{(Kind.SHOW, thing): partial(decide_again, thing, Look.SHOWN) for thing in LOOKED_AT},
}
"""How a decision is carried out once more. It gets the thing's id, and when it was made; it may be done already."""

ELSEWHERE: dict[tuple[Kind, Thing], Callable[[Session, str, datetime], None]] = {
    (Kind.STOP, Thing.ALERT): end_alert,
    (Kind.STOP, Thing.PASSWORD): forget_password,
    (Kind.SUSPEND, Thing.PERSON): suspend_again,
    (Kind.RESUME, Thing.PERSON): resume_again,
}
"""The same for what has nothing to do with requests."""

IDS: dict[Thing, Select[Any]] = {
    Thing.REQUEST: select(REQUESTS.c.id),
    # As `part_id` writes them.
    Thing.UPDATE: select(UPDATES.c.request_id + "/" + UPDATES.c.id),
    Thing.PHOTO: select(PHOTOS.c.request_id + "/" + PHOTOS.c.sha256),
    Thing.FOLLOWER: select(
        FOLLOWERS.c.request_id + "/" + func.replace(FOLLOWERS.c.key_hash, UNCOUNTED, "", type_=String)
    ),
    Thing.HOLD: select(HOLDS.c.id),
    Thing.ALERT: select(ALERTS.c.first_id).distinct(),
    Thing.PERSON: select(PEOPLE.c.id),
    Thing.PASSWORD: select(PEOPLE.c.id + "/" + PEOPLE.c.password_hash),
}
"""The ids that there are of each kind of thing."""


def catch_up(engine: Engine, ledger: Ledger) -> int:
    """Carry out what the database does not know yet. Returns how many things there were to be changed.

    It costs next to nothing if there is nothing. Raises LedgerUnusable.
    """
    with write(engine) as session:
        known = seen(session)
        if known == ledger.chain():
            return 0
        lines = _all_lines(ledger, known)
        new = [line for line in in_force(lines) if note_line(session, line)]
        transaction = RequestTransaction(Remembering(session, ledger), ledger)
        changed = sum(_carry_out(session, transaction, line, id) for line, id in _found(session, ledger, new))
        # In the same order as those who take something back meanwhile, so that nobody waits for each other.
        if changed:
            note_unscrubbed(session, make_id())
        note_seen(session, lines[-1].chain if lines else "")
    # Nobody waits to write: the portal does not answer yet.
    while not merge_on(engine):
        pass
    RequestStore(engine).scrub()
    return changed


def _all_lines(ledger: Ledger, known: str) -> list[Line]:
    """known: the line up to which the database knows the ledger.

    Raises LedgerUnusable if that is not there any more.
    """
    if known and not ledger.file.exists():
        raise LedgerUnusable(
            f"The database knows a ledger, but there is none at {ledger.file}. Is its disk there? If it is lost, copy"
            " the ledger.jsonl of the last backup to that place, or, if there is none, make an empty file."
        )
    lines = ledger.lines()
    if not is_unbroken(lines) or (known and known not in {line.chain for line in lines}):
        _log.error("the ledger %s was changed by hand, or has lost lines", ledger.file)
    return lines


def _found(session: Session, ledger: Ledger, lines: list[Line]) -> Iterator[tuple[Line, str]]:
    """The things that these lines are about, as far as the database has them. Each line is carried out in its turn.

    A legal hold is set even if the database does not have it.
    """
    places: dict[tuple[str, str], str] = {}
    for thing, query in IDS.items():
        wanted = {line.hash for line in lines if line.thing == thing}
        if wanted:
            for id in session.execute(query).scalars():
                if (its_hash := ledger.hash_of(thing, id)) in wanted:
                    places[thing, its_hash] = id
    for line in lines:
        if line.covers is not None:
            yield line, line.covers.id
        elif (line.thing, line.hash) in places:
            yield line, places[line.thing, line.hash]


def _carry_out(session: Session, transaction: Transaction, line: Line, id: str) -> bool:
    what = (Kind(line.kind), Thing(line.thing))
    if line.covers is not None:
        hold_again(transaction, line.covers, line.at)
    elif what in AGAIN:
        AGAIN[what](transaction, id, line.at)
    elif what in ELSEWHERE:
        ELSEWHERE[what](session, id, line.at)
    else:
        # What was taken back before and is allowed again, as following: whoever does it again does it anew.
        return False
    return True
