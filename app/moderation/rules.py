"""What staff say about words and photos: everybody may see them, or nobody outside. Each can be taken back.

This is apart from the status: a request that is hidden is worked on as any other. Every decision is one transaction, a
line in the history for staff only, and a new version of the request, so that every page about it is new. To decide the
same again changes nothing.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from app.kit.errors import NotFound
from app.kit.ids import make_id
from app.ledger.models import Kind, Taken, Thing, part_id
from app.moderation.looks import Look
from app.photos.models import Photo, PhotoState
from app.requests.models import Author, RequestUpdate, ServiceRequest, UpdateKind
from app.requests.protocol import Store, Transaction
from app.requests.rules import Staff

AT_ONCE = 200
"""How many reports one transaction releases: others who write wait no longer than that takes."""

FAR_AHEAD = 1_000
"""More versions than a request goes through between two backups."""
LOOKED_AT = (Thing.REQUEST, Thing.UPDATE, Thing.PHOTO)
_PART = re.compile(r"(request)|(?:(update|photo):([0-9a-f-]{1,64}))", re.ASCII)


@dataclass(frozen=True)
class Part:
    """Something of a request that is looked at by itself.

    thing: `request` is what the report says in words, `update` one later text, `photo` one photo with its description.
    id: of the line of the history, or the SHA-256 of the photo's upload; empty for `request`.
    """

    thing: Thing
    id: str = ""

    def __str__(self) -> str:
        """As it stands in the history, see `read`."""
        return f"{self.thing}:{self.id}" if self.id else self.thing

    @classmethod
    def read(cls, text: str) -> Self | None:
        """The part that a text names; None if it names none."""
        match = _PART.fullmatch(text)
        if match is None:
            return None
        return cls(Thing(match[1] or match[2]), match[3] or "")


WORDS = Part(Thing.REQUEST)


@dataclass(frozen=True)
class Decided:
    """What came of a decision.

    version: of the request now. parts: what is otherwise now; none if it all was so already.
    """

    version: int
    parts: tuple[Part, ...]


def show(
    *, store: Store, reference: str, by: Staff | None, now: datetime, parts: Collection[Part] | None = None
) -> Decided:
    """Let everybody see parts of a request, as far as its type allows.

    parts: those that the person has seen, so that nothing is shown that came meanwhile; None: all that are there.
    A photo that has not arrived cannot have been looked at, and waits. by: None for a command.

    Raises NotFound if there is no such request. What it does not have is left out.
    """
    return _decide(store, reference, by, now, parts, Look.SHOWN)


def hide(
    *, store: Store, reference: str, by: Staff | None, now: datetime, parts: Collection[Part] | None = None
) -> Decided:
    """Let nobody outside see parts of a request but the person who reported it. Otherwise as `show`."""
    return _decide(store, reference, by, now, parts, Look.HIDDEN)


def release_before(*, store: Store, before: datetime, now: datetime, at_once: int = AT_ONCE) -> int:
    """Show all words and photos that came before a time (UTC) and that nobody has looked at; hidden ones stay so.

    at_once: how many reports one transaction releases. Returns how many reports had something to show.
    It may be ended at any moment and begun again: what is done is done.
    """
    shown = 0
    last = ""
    while True:
        with store.writing() as transaction:
            requests = transaction.received_before(before, after=last, limit=at_once)
            for request in requests:
                waiting = {
                    part: one
                    for part, one in _parts_of(transaction, request).items()
                    if one.look == Look.WAITING and _came(one) < before
                }
                shown += bool(_record(transaction, request, None, now, waiting, Look.SHOWN))
        if not requests:
            return shown
        last = requests[-1].id


def decide_again(thing: Thing, look: Look, transaction: Transaction, id: str, at: datetime) -> None:
    """Make a decision hold that the ledger knows, as after a restore. It is no new decision and leaves no line.

    id: of the request, or of its part (`part_id`). at: when it was decided, UTC.
    """
    request_id, _, part = id.partition("/")
    request = transaction.request(request_id)
    one = None if request is None else _parts_of(transaction, request).get(Part(thing, part))
    if request is not None and one is not None and _may_become(one, look):
        one.look = look.value
        _touch(request, look, at)
        # Browsers may have kept pages of versions that the backup has not seen: their numbers must not come again.
        request.version += FAR_AHEAD


_One = ServiceRequest | RequestUpdate | Photo


def _decide(
    store: Store,
    reference: str,
    by: Staff | None,
    now: datetime,
    parts: Collection[Part] | None,
    look: Look,
) -> Decided:
    with store.writing() as transaction:
        request = transaction.request_by_reference(reference)
        if request is None:
            raise NotFound
        there = _parts_of(transaction, request)
        chosen = {part: one for part, one in there.items() if parts is None or part in parts}
        changed = _record(transaction, request, by, now, chosen, look)
        return Decided(request.version, changed)


def _parts_of(transaction: Transaction, request: ServiceRequest) -> dict[Part, _One]:
    """Every part of a request, in the order in which a page has them."""
    return {
        WORDS: request,
        **{Part(Thing.PHOTO, photo.sha256): photo for photo in transaction.photos(request.id)},
        **{Part(Thing.UPDATE, update.id): update for update in transaction.own_texts(request.id)},
    }


def _came(one: _One) -> datetime:
    if isinstance(one, ServiceRequest):
        return one.received_at
    return one.added_at if isinstance(one, Photo) else one.at


def _record(
    transaction: Transaction,
    request: ServiceRequest,
    by: Staff | None,
    now: datetime,
    parts: Mapping[Part, _One],
    look: Look,
) -> tuple[Part, ...]:
    """Change what is otherwise yet, with one line for all of it."""
    changed = {part: one for part, one in parts.items() if _may_become(one, look)}
    if not changed:
        return ()
    for part, one in changed.items():
        # What is shown for the first time takes nothing back.
        if Look.HIDDEN in (look, one.look):
            kind = Kind.HIDE if look is Look.HIDDEN else Kind.SHOW
            id = part_id(request.id, part.id) if part.id else request.id
            transaction.remember(Taken(kind, part.thing, id, now))
        one.look = look.value
    transaction.add_update(
        RequestUpdate(
            id=make_id(),
            request_id=request.id,
            at=now,
            kind=(UpdateKind.SHOWN if look is Look.SHOWN else UpdateKind.HIDDEN).value,
            author=(Author.SYSTEM if by is None else Author.DESK).value,
            person_id=None if by is None else by.person_id,
            text=" ".join(map(str, changed)),
            public=False,
        )
    )
    _touch(request, look, now)
    return tuple(changed)


def _may_become(one: _One, look: Look) -> bool:
    if isinstance(one, Photo) and look is Look.SHOWN and one.state != PhotoState.STORED:
        return False
    return one.look != look


def _touch(request: ServiceRequest, look: Look, now: datetime) -> None:
    if look is Look.HIDDEN:
        request.hidden_at = now
    request.touch(now)
