"""Following a request instead of reporting the same thing again: a count, and nothing about who they are.

Anybody can make keys, so keys alone have no weight: of each network only so many are counted in a day. The others
follow all the same.
"""

from datetime import datetime

from app.city.city import City
from app.city.services import Service
from app.kit.errors import FieldError, NotFound, Rejected
from app.ledger.models import Kind, Taken, Thing, part_id
from app.requests.follow_keys import UNCOUNTED, key_hash_of
from app.requests.models import Follower, ServiceRequest
from app.requests.protocol import Store, Transaction
from app.requests.rows import PublicRow
from app.requests.statuses import Status
from i18n import N_


def may_be_followed(request: ServiceRequest | PublicRow, service: Service | None) -> bool:
    """Whether there is something to wait for, of a type that shows anything to anybody."""
    return service is not None and Status(request.status).is_open


def follow(*, store: Store, city: City, reference: str, key: str, now: datetime, counted: bool = True) -> int:
    """Take somebody among those who follow a request. Returns how many are counted.

    key: made by the person's phone or by the page, see `parse_key`; the same one counts once. counted: whether a new
    one changes the number.

    Raises NotFound, also if nothing of the request is public; Rejected if the city has finished it.
    """
    with store.writing() as transaction:
        request = transaction.request_by_reference(reference)
        service = None if request is None else city.service(request.service_code)
        if request is None or service is None:
            raise NotFound
        key_hash = key_hash_of(request.id, key)
        if any(transaction.has_follower(request.id, known) for known in (key_hash, UNCOUNTED + key_hash)):
            return request.followers
        if not may_be_followed(request, service):
            raise Rejected([FieldError("reference", _FINISHED)])
        id = part_id(request.id, key_hash)
        if Kind.STOP in transaction.taken_back(Thing.FOLLOWER, id):
            transaction.remember(Taken(Kind.CONSENT, Thing.FOLLOWER, id, now))
        stored = key_hash if counted else UNCOUNTED + key_hash
        transaction.add_follower(Follower(request_id=request.id, key_hash=stored, at=now))
        if counted:
            request.followers += 1
            request.touch(now)
        return request.followers


def unfollow(*, store: Store, reference: str, key: str, now: datetime) -> int:
    """Forget that somebody follows a request, whatever has become of it. Returns how many still do.

    Raises NotFound if there is no such request; a key that does not follow it changes nothing.
    """
    with store.writing() as transaction:
        request = transaction.request_by_reference(reference)
        if request is None:
            raise NotFound
        key_hash = key_hash_of(request.id, key)
        followers = request.followers
        if _forget(transaction, request, key_hash):
            transaction.remember(Taken(Kind.STOP, Thing.FOLLOWER, part_id(request.id, key_hash), now))
        if request.followers != followers:
            request.touch(now)
        return request.followers


def unfollow_again(transaction: Transaction, id: str, at: datetime) -> None:
    """Forget somebody who has come back as a follower. id: see `part_id`. at: when they stopped following, UTC."""
    request_id, _, key_hash = id.partition("/")
    request = transaction.request(request_id)
    if request is not None and _forget(transaction, request, key_hash):
        request.version += 1


def _forget(transaction: Transaction, request: ServiceRequest, key_hash: str) -> bool:
    """Tells whether somebody followed with this key, counted or not."""
    if transaction.remove_follower(request.id, key_hash):
        request.followers -= 1
        return True
    return transaction.remove_follower(request.id, UNCOUNTED + key_hash)


_FINISHED = N_("The city has finished this request. If the problem is still there, please report it.")
