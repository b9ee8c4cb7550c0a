"""What the rules need from storage, so that they can be read and tested without any database."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from app.ledger.models import Kind, Taken, Thing
from app.photos.models import Photo
from app.requests.models import Author, Follower, RequestUpdate, ServiceRequest
from app.retention.models import LegalHold


@dataclass(frozen=True)
class Known:
    """What is known of a report that was accepted before.

    is_gone: the city no longer keeps it, and knows nothing else of it.
    """

    digest: str
    reference: str
    photos_missing: tuple[str, ...]
    is_gone: bool = False


class Transaction(Protocol):
    """One open transaction that may write: everything in it happens, or nothing."""

    def known(self, id: str) -> Known | None:
        """What is known of the report with this id."""

    def add_request(self, request: ServiceRequest) -> bool:
        """Add a request; False, and nothing done, if its id or its reference is taken."""

    def request(self, id: str) -> ServiceRequest | None:
        """The request with this id, locked until the end; changes to it are kept."""

    def request_by_reference(self, reference: str) -> ServiceRequest | None:
        """The request with this reference number, locked until the end; changes to it are kept."""

    def received_before(self, before: datetime, *, after: str, limit: int) -> list[ServiceRequest]:
        """Requests that came before a time (UTC), in the order of their ids from the one after `after` on."""

    def add_update(self, update: RequestUpdate) -> None:
        """Add a line to a request's history."""

    def own_texts(self, request_id: str) -> list[RequestUpdate]:
        """The lines in which the person who reported it wrote something, oldest first; changes to them are kept."""

    def has_update(self, id: str) -> bool:
        """Whether this line is there already."""

    def count_updates(self, request_id: str, author: Author) -> int:
        """How many lines of this author a request's history has."""

    def photo(self, request_id: str, sha256: str) -> Photo | None:
        """A photo; changes to it are kept."""

    def photos(self, request_id: str) -> list[Photo]:
        """A request's photos in the person's order, whatever became of them; changes to them are kept."""

    def count_photos(self, request_id: str) -> int:
        """How many photos a request has, whatever became of them."""

    def add_photo(self, photo: Photo) -> None:
        """Add a photo that is not there yet."""

    def attach_photos(self, request_id: str, photos: Sequence[Photo]) -> tuple[str, ...]:
        """Make these the photos of a new request, keep what has arrived of them, and forget earlier others.

        Returns the SHA-256 of those whose bytes are missing, in the person's order.
        """

    def has_follower(self, request_id: str, key_hash: str) -> bool:
        """Whether this one follows the request."""

    def add_follower(self, follower: "Follower") -> None:
        """Add somebody who follows a request and did not before."""

    def remove_follower(self, request_id: str, key_hash: str) -> bool:
        """Forget somebody who follows a request; False if nobody did with this key."""

    def remember(self, taken: Taken) -> None:
        """Keep in mind, outside of the database too, that something was taken back, or what lifts that."""

    def taken_back(self, thing: Thing, id: str) -> Mapping[Kind, datetime]:
        """What was taken back of a thing and not lifted since, and when (UTC)."""

    def dispose(self, request_id: str) -> None:
        """Delete a request with all that belongs to it; the files of its pictures follow later."""

    def dispose_photos(self, request_id: str) -> Sequence[str]:
        """Delete the photos of a request; the files follow later. Returns the SHA-256 of each, as it was uploaded."""

    def dispose_photo(self, request_id: str, sha256: str) -> None:
        """Delete one photo; its files follow later."""

    def hold(self, id: str) -> "LegalHold | None":
        """The legal hold with this id, lifted or not; changes to it are kept."""

    def holds(self) -> "Sequence[LegalHold]":
        """The legal holds that are on; changes to them are kept."""

    def add_hold(self, hold: "LegalHold") -> None:
        """Set a legal hold."""

    def mark(self, what: str, value: str) -> str:
        """A keyed hash that stands for a value. what: of which kind it is."""


class Store(Protocol):
    """Requests and what belongs to them."""

    def known(self, id: str) -> Known | None:
        """What is known of the report with this id."""

    def writing(self) -> AbstractContextManager[Transaction]:
        """A transaction; it is on the disk when the block has ended without an exception."""

    def scrub(self) -> bool:
        """Remove what erased text may have left in files of the database. Tells whether all of it is gone; what is
        left, because somebody is reading, goes with the next call.
        """
