"""The rules' `Store` without a database, for tests of the rules alone."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from app.ledger.models import Kind, Taken, Thing
from app.photos.models import Photo, PhotoState
from app.requests.models import Author, Follower, RequestUpdate, ServiceRequest, is_own_text
from app.requests.protocol import Known, Transaction
from app.retention.models import LegalHold


class MemoryStore:
    """Keeps everything in dictionaries; it is its own transaction, and undoes nothing."""

    def __init__(self) -> None:
        self.requests: dict[str, ServiceRequest] = {}
        self.updates: list[RequestUpdate] = []
        self.all_photos: dict[tuple[str, str], Photo] = {}
        self.followers: dict[tuple[str, str], Follower] = {}
        self.taken: list[Taken] = []
        self.all_holds: list[LegalHold] = []
        self.scrubbed = 0

    @contextmanager
    def writing(self) -> Iterator[Transaction]:
        yield self

    def scrub(self) -> bool:
        self.scrubbed += 1
        return True

    def known(self, id: str) -> Known | None:
        request = self.requests.get(id)
        if request is not None:
            return Known(request.digest, request.reference, self._missing(id))
        if Kind.DISPOSE in self.taken_back(Thing.REQUEST, id):
            return Known("", "", (), is_gone=True)
        return None

    def add_request(self, request: ServiceRequest) -> bool:
        taken = {known.reference for known in self.requests.values()}
        if request.id in self.requests or request.reference in taken:
            return False
        self.requests[request.id] = request
        return True

    def request(self, id: str) -> ServiceRequest | None:
        return self.requests.get(id)

    def request_by_reference(self, reference: str) -> ServiceRequest | None:
        return next((r for r in self.requests.values() if r.reference == reference), None)

    def received_before(self, before: datetime, *, after: str, limit: int) -> list[ServiceRequest]:
        found = [r for r in self.requests.values() if r.received_at < before and r.id > after]
        return sorted(found, key=lambda request: request.id)[:limit]

    def add_update(self, update: RequestUpdate) -> None:
        self.updates.append(update)

    def own_texts(self, request_id: str) -> list[RequestUpdate]:
        return [update for update in self.updates if update.request_id == request_id and is_own_text(update)]

    def has_update(self, id: str) -> bool:
        return any(update.id == id for update in self.updates)

    def count_updates(self, request_id: str, author: Author) -> int:
        return sum(
            (update.request_id, update.author) == (request_id, author.value) for update in self.updates
        )

    def photo(self, request_id: str, sha256: str) -> Photo | None:
        return self.all_photos.get((request_id, sha256))

    def photos(self, request_id: str) -> list[Photo]:
        return sorted(self.photos_of(request_id), key=lambda photo: (photo.position, photo.added_at))

    def count_photos(self, request_id: str) -> int:
        return len(self.photos_of(request_id))

    def add_photo(self, photo: Photo) -> None:
        self.all_photos.setdefault((photo.request_id, photo.sha256), photo)

    def attach_photos(self, request_id: str, photos: Sequence[Photo]) -> tuple[str, ...]:
        for photo in photos:
            self.add_photo(photo)
        return self._missing(request_id)

    def has_follower(self, request_id: str, key_hash: str) -> bool:
        return (request_id, key_hash) in self.followers

    def add_follower(self, follower: Follower) -> None:
        self.followers[follower.request_id, follower.key_hash] = follower

    def remove_follower(self, request_id: str, key_hash: str) -> bool:
        return self.followers.pop((request_id, key_hash), None) is not None

    def remember(self, taken: Taken) -> None:
        self.taken.append(taken)

    def taken_back(self, thing: Thing, id: str) -> dict[Kind, datetime]:
        last = {one.kind.about: one for one in self.taken if (one.thing, one.id) == (thing, id)}
        return {about: one.at for about, one in last.items() if one.kind is about}

    def dispose(self, request_id: str) -> None:
        self.dispose_photos(request_id)
        self.requests.pop(request_id, None)
        self.updates = [update for update in self.updates if update.request_id != request_id]
        self.followers = {key: one for key, one in self.followers.items() if key[0] != request_id}

    def dispose_photos(self, request_id: str) -> list[str]:
        photos = [photo.sha256 for photo in self.photos_of(request_id)]
        for sha256 in photos:
            self.dispose_photo(request_id, sha256)
        return photos

    def dispose_photo(self, request_id: str, sha256: str) -> None:
        self.all_photos.pop((request_id, sha256), None)

    def hold(self, id: str) -> LegalHold | None:
        return next((hold for hold in self.all_holds if hold.id == id), None)

    def holds(self) -> list[LegalHold]:
        return [hold for hold in self.all_holds if hold.lifted_at is None]

    def add_hold(self, hold: LegalHold) -> None:
        self.all_holds.append(hold)

    def mark(self, what: str, value: str) -> str:
        return f"hash of {value}".replace(" ", "-")

    def photos_of(self, request_id: str) -> list[Photo]:
        return [photo for (owner, _), photo in self.all_photos.items() if owner == request_id]

    def _missing(self, request_id: str) -> tuple[str, ...]:
        return tuple(photo.sha256 for photo in self.photos_of(request_id) if photo.state != PhotoState.STORED)
