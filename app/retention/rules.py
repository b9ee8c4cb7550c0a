"""What leaves the city's hands: because its time is over, or because it had left before a backup came back."""

from datetime import datetime

from app.kit.ids import make_id
from app.ledger.models import Kind, Taken, Thing, part_id
from app.requests.models import Author, RequestUpdate, ServiceRequest, UpdateKind
from app.requests.protocol import Store, Transaction
from app.requests.statuses import Status
from app.retention.holds import is_held
from app.retention.schedule import Kept


def dispose(*, store: Store, request_id: str, kept: Kept, due_before: datetime, now: datetime) -> bool:
    """Dispose of a part of a request, or of all of it, if that is due and no hold covers it. Tells whether it was.

    due_before: it is due if it was finished, and last changed, before this time. Both UTC.
    """
    with store.writing() as transaction:
        request = transaction.request(request_id)
        if request is None or Status(request.status).is_open or request.updated_at >= due_before:
            return False
        if is_held(transaction, request):
            return False
        match kept:
            case Kept.REPORT:
                transaction.remember(Taken(Kind.DISPOSE, Thing.REQUEST, request.id, now))
                transaction.dispose(request.id)
            case Kept.CONTACT:
                transaction.remember(Taken(Kind.ERASE, Thing.REQUEST, request.id, now))
                erase(transaction, request, Author.SYSTEM, now)
            case Kept.PHOTOS:
                for sha256 in transaction.dispose_photos(request.id):
                    transaction.remember(Taken(Kind.DISPOSE, Thing.PHOTO, part_id(request.id, sha256), now))
                request.version += 1
        return True


def erase(transaction: Transaction, request: ServiceRequest, author: Author, at: datetime) -> None:
    """Erase the contact details of a request. That is no change which would put off what is due."""
    request.erase_contact(at)
    transaction.add_update(
        RequestUpdate(
            id=make_id(),
            request_id=request.id,
            at=at,
            kind=UpdateKind.CONTACT_ERASED.value,
            author=author.value,
            public=False,
        )
    )
    request.version += 1


def erase_again(transaction: Transaction, request_id: str, at: datetime) -> None:
    """Erase the contact details of a request that has come back with them. at: when they were erased, UTC."""
    request = transaction.request(request_id)
    if request is not None and request.contact_erased_at is None:
        erase(transaction, request, Author.SYSTEM, at)


def dispose_again(transaction: Transaction, request_id: str, at: datetime) -> None:
    """Dispose of a request that has come back. at: when it was disposed of, UTC."""
    transaction.dispose(request_id)


def dispose_photo_again(transaction: Transaction, id: str, at: datetime) -> None:
    """Dispose of a photo that has come back. id: see `part_id`. at: when it was disposed of, UTC."""
    request_id, _, sha256 = id.partition("/")
    transaction.dispose_photo(request_id, sha256)
