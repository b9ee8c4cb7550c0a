"""Which open requests of a type are near a place, and whether somebody follows one."""

from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, func, select

from app.db.reading import as_read, columns_of
from app.db.tables import FOLLOWERS, REQUESTS
from app.places.points import Point, box_around, distance_m
from app.requests.follow_keys import UNCOUNTED, key_hash_of
from app.requests.rows import NearRow, PhotoRow
from app.requests.statuses import OPEN
from app.requests.store_lists import DESCRIPTION_SHOWN, first_photos

MOST_LOOKED_AT = 500
"""Of more open requests within the distance than these, any might be left out: nobody reads on so far."""

R = REQUESTS.c
F = FOLLOWERS.c


@dataclass(frozen=True)
class Near:
    """An open request near a place. photo: its first one that is stored and not hidden. distance_m: meters."""

    request: NearRow
    photo: PhotoRow | None
    distance_m: float


# Along ix_service_request_near: the table is read for what lies in the box only.
_IN_BOX = (
    select(R.id, R.reference, R.received_at, R.lat, R.long)
    .where(
        R.service_code == bindparam("service_code"),
        R.status.in_(sorted(status.value for status in OPEN)),
        R.lat.between(bindparam("south"), bindparam("north")),
        R.long.between(bindparam("west"), bindparam("east")),
    )
    .limit(MOST_LOOKED_AT)
)
# Twice what is shown of it, so that no private string which is cut off here, and so not known as one, is seen.
_BEGINNING = func.substr(R.description, 1, DESCRIPTION_SHOWN)
_SHOWN = select(*columns_of(NearRow, REQUESTS, description=_BEGINNING)).where(
    R.id.in_(bindparam("ids", expanding=True))
)
_ID = select(R.id).where(R.reference == bindparam("reference"))
_FOLLOWS = select(F.at).where(
    F.request_id == bindparam("id"), F.key_hash.in_(bindparam("key_hashes", expanding=True))
)


def open_requests_near(
    connection: Connection, service_code: str, here: Point, *, within_m: float, limit: int
) -> list[Near]:
    """The newest open requests of a type within a distance in meters, in three short queries at most."""
    south, west, north, east = box_around(here, within_m)
    box = {"service_code": service_code, "south": south, "west": west, "north": north, "east": east}
    found = [
        (row, meters)
        for row in connection.execute(_IN_BOX, box)
        if (meters := distance_m(here, Point(lat=row.lat, long=row.long))) <= within_m
    ]
    found.sort(key=lambda one: (one[0].received_at, one[0].reference), reverse=True)
    distances = {row.id: meters for row, meters in found[:limit]}
    if not distances:
        return []
    ids = list(distances)
    shown = as_read(NearRow, connection.execute(_SHOWN, {"ids": ids}))
    requests = {request.id: request for request in shown}
    photos = first_photos(connection, ids)
    return [Near(requests[id], photos.get(id), distances[id]) for id in ids if id in requests]


def follows(connection: Connection, request_id: str, key: str) -> bool:
    """Whether somebody follows a request with this key."""
    key_hash = key_hash_of(request_id, key)
    look = {"id": request_id, "key_hashes": [key_hash, UNCOUNTED + key_hash]}
    return connection.execute(_FOLLOWS, look).first() is not None


def id_of(connection: Connection, reference: str) -> str | None:
    """The id of the request with this number, or None."""
    return connection.execute(_ID, {"reference": reference}).scalar()
