"""Databases full of made-up requests, kept from one run of the benchmarks to the next."""

import inspect
import os
import time
from collections.abc import Iterable, Sequence
from hashlib import sha256
from pathlib import Path

from sqlalchemy import bindparam, delete, func, select

from app.city.loader import load_city
from app.city.services import PublicRule
from app.db.engine import open_engine, read, write
from app.db.migrate import MIGRATIONS, upgrade_engine
from app.db.tables import METADATA, REQUESTS
from app.ledger.store import Merge, note_merge
from app.places.whereabouts import check_place
from app.requests.statuses import OPEN
from app.requests.store_terms import remove_words
from app.settings import CITY
from bench import seed

FOLDER = Path(os.environ.get("PORTAL_BENCH_CACHE", ".build/bench"))
"""A million requests take about 2.7 GB; the folder can be elsewhere."""


def database(count: int) -> Path:
    """An SQLite file with `count` requests: the one of an earlier run if it still fits, else a new one."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    file = FOLDER / f"requests-{count}-{_version()}.db"
    if not file.exists():
        for old in FOLDER.glob(f"requests-{count}-*"):
            old.unlink()
        _fill(file, count)
    return file


def _version() -> str:
    """Changes with the seed's code, the tables, and the types that the city offers."""
    made_by = [inspect.getsource(seed), *sorted(file.name for file in MIGRATIONS.glob("versions/*.py"))]
    offered = [service.service_code for service in load_city(CITY).services]
    return sha256("\n".join([*made_by, *offered]).encode()).hexdigest()[:8]


def _fill(file: Path, count: int) -> None:
    print(f"Making {count:,} requests, once: about {max(1, count // 4000)} seconds … ", end="", flush=True)
    began = time.perf_counter()
    unfinished = file.with_suffix(".part")
    unfinished.unlink(missing_ok=True)
    engine = open_engine(f"sqlite:///{unfinished}")
    upgrade_engine(engine)
    seed.seed(engine, count)
    # The last one to close a database empties its log into it, so that one file is all there is.
    engine.dispose()
    unfinished.rename(file)
    print(f"done in {time.perf_counter() - began:.0f} s")


def some_references(file: Path, how_many: int) -> list[str]:
    """The numbers of requests that hide nothing, from the whole time that the database covers, evenly spread."""
    open_types = {service.service_code for service in load_city(CITY).services if _shows_all(service.public)}
    engine = open_engine(f"sqlite:///{file}")
    with read(engine) as connection:
        first, last = connection.execute(select(func.min(REQUESTS.c.id), func.max(REQUESTS.c.id))).one()
        found = []
        for here in _between(first, last, how_many):
            rows = connection.execute(_NEXT, {"here": here}).all()
            found.append(next(row.reference for row in rows if row.service_code in open_types))
    engine.dispose()
    return found


_NEXT = (
    select(REQUESTS.c.reference, REQUESTS.c.service_code)
    .where(REQUESTS.c.id >= bindparam("here"))
    .order_by(REQUESTS.c.id)
    .limit(50)
)


def some_open_spots(file: Path, how_many: int) -> list[tuple[str, float, float]]:
    """Where the newest open requests are, of types that are offered to others near by: type, WGS84 degrees.

    So every look finds at least one.
    """
    city = load_city(CITY)
    offered = [service.service_code for service in city.services if service.offered_within_m]
    engine = open_engine(f"sqlite:///{file}")
    with read(engine) as connection:
        # Made-up requests may lie outside the city.
        rows = connection.execute(_OPEN, {"codes": offered, "how_many": how_many * 4}).all()
    engine.dispose()
    spots = [
        (row.service_code, row.lat, row.long) for row in rows if not check_place(city, row.lat, row.long)
    ]
    return spots[:how_many]


_OPEN = (
    select(REQUESTS.c.service_code, REQUESTS.c.lat, REQUESTS.c.long)
    .where(
        REQUESTS.c.service_code.in_(bindparam("codes", expanding=True)),
        REQUESTS.c.status.in_([status.value for status in OPEN]),
    )
    .order_by(REQUESTS.c.received_at.desc())
    .limit(bindparam("how_many"))
)


def _shows_all(rule: PublicRule) -> bool:
    return rule.description and rule.photos and rule.answers and rule.place == "exact"


def _between(first: str, last: str, how_many: int) -> Iterable[str]:
    """Ids begin with the time, so even steps between them are even steps in time."""
    low, high = int(first[:8], 16), int(last[:8], 16)
    return (f"{low + (high - low) * number // how_many:08x}" for number in range(how_many))


def forget(file: Path, ids: Sequence[str]) -> None:
    """Take requests out again that a benchmark has sent, so that the next run finds what this one found."""
    engine = open_engine(f"sqlite:///{file}")
    with write(engine) as session:
        # Whatever belongs to a request, before the request itself.
        parts = [table.c.request_id for table in reversed(METADATA.sorted_tables) if "request_id" in table.c]
        for one in ids:
            remove_words(session, one)
        # Nobody's words: what is left of them in the index may stay.
        note_merge(session, Merge.NONE)
        for column in (*parts, REQUESTS.c.id):
            gone = delete(column.table).where(column == bindparam("gone"))
            session.connection().execute(gone, [{"gone": one} for one in ids])
    engine.dispose()
