"""What benchmarks need still works: nothing else would tell before somebody wants figures."""

from itertools import islice
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.db.engine import open_engine, read
from app.db.tables import METADATA
from app.http.replies import MOST_BYTES
from app.requests.store import RequestStore
from bench import bounds, seed, servers
from bench.seeded import forget, some_references
from bench.servers import Request
from tests.databases import migrated
from tests.factories import send


def seeded(file: Path, count: int = 200) -> Path:
    with migrated(f"sqlite:///{file}") as engine:
        seed.seed(engine, count)
    return file


def rows(file: Path) -> dict[str, int]:
    engine = open_engine(f"sqlite:///{file}")
    with read(engine) as connection:
        counted = {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in METADATA.sorted_tables
        }
    engine.dispose()
    return counted


@pytest.mark.slow
def test_the_bare_script_shows_the_portals_own_status_page(tmp_path: Path) -> None:
    file = seeded(tmp_path / "requests.db")
    (reference,) = some_references(file, 1)
    with servers.floor(file) as floor:
        headers, body = floor.ask(Request(f"/en/requests/{reference}/"))
        assert headers["content-encoding"] == "br"
        assert len(body) > 1_000


def test_what_a_benchmark_has_sent_is_forgotten_whole(tmp_path: Path) -> None:
    file = seeded(tmp_path / "requests.db", 20)
    before = rows(file)
    engine = open_engine(f"sqlite:///{file}")
    sent = [send(RequestStore(engine)).id for _ in range(3)]
    engine.dispose()
    assert rows(file)["service_request"] == before["service_request"] + 3
    forget(file, sent)
    assert rows(file) == before


def test_hostile_requests_are_as_large_as_their_doors_take() -> None:
    bodies = [len(body) for method, _, _, body in islice(bounds.hostile(), 200) if method == "PUT"]
    assert 0.9 * MOST_BYTES < max(bodies) <= MOST_BYTES
