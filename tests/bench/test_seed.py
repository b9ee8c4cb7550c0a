"""The made-up requests that benchmarks run on are like real ones, and always the same."""

from pathlib import Path

from sqlalchemy import Engine, select

from app.city.loader import load_city
from app.db.engine import read
from app.db.tables import PHOTOS, REQUESTS, UPDATES
from app.reports.references import is_reference
from app.requests.store_request import public_request, whole_request
from app.requests.views import desk_view, public_view
from app.settings import CITY
from bench.seed import seed
from tests.databases import migrated


def test_seeded_requests_can_be_shown(sqlite: Engine) -> None:
    city = load_city(CITY)
    seed(sqlite, 200)
    with read(sqlite) as connection:
        references = connection.execute(select(REQUESTS.c.reference)).scalars().all()
        assert len(references) == 200
        for reference in references:
            assert is_reference(reference)
            public, whole = public_request(connection, reference), whole_request(connection, reference)
            assert public is not None
            assert whole is not None
            service = city.service(public.request.service_code)
            assert service is not None
            view = public_view(public.request, public.updates, public.photos, service)
            assert view.version == len(view.updates)
            assert desk_view(whole.request, whole.updates, whole.photos).status is view.status


def test_the_same_seed_makes_the_same_rows(sqlite: Engine, tmp_path: Path) -> None:
    with migrated(f"sqlite:///{tmp_path / 'other.db'}") as other:
        for engine in (sqlite, other):
            seed(engine, 50, seed=7)
        with read(sqlite) as first, read(other) as second:
            for table in (REQUESTS, UPDATES, PHOTOS):
                query = table.select().order_by(*table.primary_key.columns)
                assert first.execute(query).all() == second.execute(query).all()
