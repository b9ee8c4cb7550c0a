"""What is read of a request is what its class promises: each reading by itself, and none under another's name."""

import ast
from pathlib import Path

from sqlalchemy import Engine, select

from app.db.engine import read
from app.db.tables import UPDATES
from app.desk.store import requests_now
from app.places.points import Point
from app.requests.models import ServiceRequest
from app.requests.rows import ListedRow, NearRow, PhotoRow, PublicRow, QueueRow, UpdateRow, WholeRow
from app.requests.rules import photo_stored
from app.requests.store import RequestStore
from app.requests.store_filters import QueueFilter
from app.requests.store_lists import recent_requests
from app.requests.store_nearby import open_requests_near
from app.requests.store_queue import queue
from app.requests.store_request import public_request, whole_request
from tests.factories import INSIDE, NOW, as_if_read, report, send

APP = Path(__file__).parents[2] / "app"
SHA = "a" * 64


def test_every_reading_gives_what_is_kept(store: RequestStore, engine: Engine) -> None:
    reference, request = a_report(store)
    with store.writing() as transaction:
        photo = as_if_read(PhotoRow, transaction.photos(request.id)[0])
    with read(engine) as connection:
        updates = [as_if_read(UpdateRow, line) for line in connection.execute(select(UPDATES))]
        (listed,) = recent_requests(connection, limit=5).items
        (near,) = open_requests_near(connection, "pothole", Point(**INSIDE), within_m=10, limit=5)
        public, whole = public_request(connection, reference), whole_request(connection, reference)
    assert listed == (as_if_read(ListedRow, request), photo)
    assert (near.request, near.photo) == (as_if_read(NearRow, request), photo)
    assert public is not None
    assert whole is not None
    assert public.request == as_if_read(PublicRow, request)
    assert whole.request == as_if_read(WholeRow, request)
    for loaded in (public, whole):
        assert (loaded.updates, loaded.photos) == (updates, [photo])
    assert len(updates) == 1


def test_a_row_of_the_queue_is_the_same_on_the_first_page_and_after_a_live_refresh(
    store: RequestStore, engine: Engine
) -> None:
    reference, request = a_report(store)
    with read(engine) as connection:
        first_page = queue(connection, QueueFilter(), limit=5).items
        searched = queue(connection, QueueFilter(text="hole"), limit=5).items
        refreshed = requests_now(connection, [reference])
    assert first_page == searched == refreshed == [as_if_read(QueueRow, request)]


def a_report(store: RequestStore) -> tuple[str, ServiceRequest]:
    """A report with a photo; its number, and how it is kept."""
    media = [{"sha256": SHA, "description": "the hole"}]
    receipt = send(store, report(media=media, description="A hole", **INSIDE))
    photo_stored(store=store, request_id=receipt.id, sha256=SHA, content=SHA, width=3, height=2, now=NOW)
    with store.writing() as transaction:
        request = transaction.request(receipt.id)
        assert request is not None
        return receipt.reference, ServiceRequest(**request.model_dump())


def test_no_row_goes_by_another_name() -> None:
    """What the database gives back is made into what it is: nothing of SQLAlchemy's is cast."""
    wrong = [
        f"{file.relative_to(APP)}:{node.lineno}"
        for file in APP.rglob("*.py")
        if "sqlalchemy" in (source := file.read_text())
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "cast"
    ]
    assert wrong == []
