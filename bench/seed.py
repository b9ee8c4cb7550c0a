"""Fill a database with many requests that look like a real city's: `python -m bench.seed DATABASE_URL COUNT`.

The same count and seed always make the same rows, a year's worth of a large city to five years' worth.
"""

import random
import sys
import time
import uuid
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import Engine, Table
from sqlalchemy.orm import Session
from stdnum import damm

from app.city.city import City
from app.city.loader import load_city
from app.city.services import Attribute, Service
from app.db.engine import open_engine, write
from app.db.migrate import upgrade_engine
from app.db.tables import PHOTOS, REQUESTS, UPDATES, WORDS
from app.requests.models import searched
from app.requests.store_terms import add_terms, next_number
from app.settings import CITY

CHUNK = 2_000
SPAN = timedelta(days=5 * 365)
END = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
OPEN_SPAN = timedelta(days=45)
"""Most of what is older is finished."""

STREETS = (
    "Alder",
    "Burnside",
    "Division",
    "Everett",
    "Foster",
    "Glisan",
    "Hawthorne",
    "Killingsworth",
    "Lombard",
)
SENTENCES = (
    "It has been like this for about a week.",
    "Somebody nearly fell there yesterday evening.",
    "Es peligroso para los niños que van a la escuela.",
    "You see it best when you come from the north.",
    "It is right in front of the bus stop.",
    "My neighbors have called about it as well.",
    "路面坏了，下雨时很危险。",
    "Please be careful, there is a lot of traffic here.",
)
NOTES = ("A crew is on its way.", "We ordered the parts.", "Done this morning. Thank you for telling us.", "")
NAMES = ("Ana", "Bao", "Chidi", "Dmitri", "Elena", "Fatima", "Grace", "Hana")

Row = dict[str, Any]


def seed(engine: Engine, count: int, *, seed: int = 311) -> None:
    """Add `count` requests with their history and some photos, oldest first. The tables must be there."""
    rows, number = _requests(load_city(CITY), count, random.Random(seed)), 0
    while chunk := list(islice(rows, CHUNK)):
        with write(engine) as session:
            _insert(session, REQUESTS, [request for request, _, _ in chunk])
            words = [_words(request) for request, _, _ in chunk]
            for (request, _, _), row in zip(chunk, words, strict=True):
                row["number"] = number = next_number(request["received_at"], number)
            _insert(session, WORDS, words)
            add_terms(session.connection(), [(row["number"], row["words"]) for row in words])
            _insert(session, UPDATES, [update for _, updates, _ in chunk for update in updates])
            _insert(session, PHOTOS, [photo for _, _, photos in chunk for photo in photos])


def _words(request: Row) -> Row:
    return {
        "request_id": request["id"],
        "words": searched(request["description"], request["address_string"]),
    }


def _insert(session: Session, table: Table, rows: Sequence[Row]) -> None:
    if rows:
        session.execute(table.insert(), rows)


def _requests(city: City, count: int, rng: random.Random) -> Iterator[tuple[Row, list[Row], list[Row]]]:
    south, west, north, east = city.boundary.bounds
    start, step = END - SPAN, SPAN / max(count, 1)
    for number in range(count):
        at = start + step * number + step * rng.random()
        service = city.services[int(rng.random() ** 2 * len(city.services))]
        request = _request(service, number, at, rng)
        request["lat"] = round(rng.uniform(south, north), 6)
        request["long"] = round(rng.uniform(west, east), 6)
        updates = list(_history(request, at, rng))
        request["version"] = len(updates)
        request["updated_at"] = updates[-1]["at"]
        yield request, updates, list(_photos(request, rng))


def _request(service: Service, number: int, at: datetime, rng: random.Random) -> Row:
    # Numbers must differ: a count in the middle digits, chance around it.
    digits = f"{rng.randint(1, 9)}{number:09d}{rng.randrange(100):02d}"
    has_contact = rng.random() < 0.6
    name = rng.choice(NAMES)
    return {
        "id": _id(at, rng),
        "reference": digits + damm.calc_check_digit(digits),
        "status": "submitted",
        "service_code": service.service_code,
        "service_name": service.service_name,
        "received_at": at,
        "requested_datetime": at - timedelta(seconds=rng.randrange(20, 900)),
        "expected_at": None if service.usual_days is None else at + timedelta(days=service.usual_days),
        "language": "es" if rng.random() < 0.2 else "en",
        "address_string": f"{rng.randrange(1, 15000)} SE {rng.choice(STREETS)} St",
        "description": " ".join(rng.sample(SENTENCES, rng.randint(1, 5))),
        "answers": [_answer(attribute, rng) for attribute in service.attributes],
        "manage_token_hash": f"{rng.getrandbits(256):064x}",
        "digest": f"{rng.getrandbits(256):064x}",
        "place_source": "map",
        "accuracy_m": None,
        "channel": "web" if rng.random() < 0.8 else "web-noscript",
        "review": [],
        "first_name": name if has_contact else "",
        "last_name": "Example" if has_contact else "",
        "email": f"{name.lower()}{number}@mail.example" if has_contact else "",
        "phone": "",
        "contact_erased_at": None,
        "look": "shown",
    }


def _id(at: datetime, rng: random.Random) -> str:
    """A UUID version 7 of that moment, as `app.kit.ids.make_id` makes it, but always the same."""
    milliseconds = int(at.timestamp() * 1000)
    bits = milliseconds << 80 | 7 << 76 | rng.getrandbits(12) << 64 | 2 << 62 | rng.getrandbits(62)
    return str(uuid.UUID(int=bits))


def _answer(attribute: Attribute, rng: random.Random) -> Row:
    chosen = [rng.choice(attribute.values)] if attribute.values else []
    return {
        "code": attribute.code,
        "label": attribute.description,
        "datatype": attribute.datatype,
        "values": [{"key": value.key, "name": value.name} for value in chosen],
        "text": None if chosen else "3",
        "language": "en",
        "as_asked": True,
    }


def _history(request: Row, at: datetime, rng: random.Random) -> Iterator[Row]:
    """Received, perhaps taken up, perhaps finished; sets the request's status as it goes."""
    steps = ["submitted"]
    if at < END - OPEN_SPAN and rng.random() < 0.97:
        steps += ["in_progress", "closed" if rng.random() < 0.2 else "fixed"]
    elif rng.random() < 0.4:
        steps += ["in_progress"]
    for number, status in enumerate(steps):
        yield {
            "id": _id(at, rng),
            "request_id": request["id"],
            "at": at,
            "kind": "status" if number else "submitted",
            "author": "desk" if number else "reporter",
            "status": status,
            "text": rng.choice(NOTES) if number else "",
            "person_id": None,
            "public": True,
            "look": "shown",
        }
        request["status"] = status
        at += timedelta(hours=rng.randrange(2, 200))


def _photos(request: Row, rng: random.Random) -> Iterator[Row]:
    for position in range(rng.choice((0, 0, 1, 1, 2))):
        sha256 = f"{rng.getrandbits(256):064x}"
        yield {
            "request_id": request["id"],
            "sha256": sha256,
            "name": sha256[:22],
            "look": "shown",
            "attached": True,
            "position": position,
            "description": "The problem as seen from the street." if position == 0 else "",
            "upload_bytes": rng.randrange(90_000, 220_000),
            "state": "stored",
            "refused_reason": None,
            "content": f"{rng.getrandbits(256):064x}",
            "width": 1600,
            "height": 1200,
            "added_at": request["received_at"],
            "by": "reporter",
        }


def main(url: str, count: int) -> None:
    """Make the tables if need be, fill them, and say how long it took."""
    engine = open_engine(url)
    upgrade_engine(engine)
    began = time.perf_counter()
    seed(engine, count)
    seconds = time.perf_counter() - began
    print(f"{count:,} requests in {seconds:.0f} s, {count / seconds:,.0f} a second")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
