"""What the desk reads: a report's place is said alike in the queue and on its page."""

from pathlib import Path
from typing import Any

import pytest

from app.desk.reading import queue_page, whole
from app.http.portal import Portal
from app.places.data.importing import import_places
from app.requests.store_filters import QueueFilter
from app.settings import Settings
from i18n import translator
from tests.devices import opened
from tests.factories import send, small_city

EN = translator("en")
NOWHERE: dict[str, Any] = {"address_string": None, "lat": None, "long": None, "service_code": "question"}


@pytest.fixture
def portal(tmp_path: Path) -> Any:
    """A portal that knows a place which its city pack does not."""
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "halls.csv").write_text("name,lat,lon\nZeta Hall,45.52,-122.66\n")
    (folder / "import.yaml").write_text(
        "sources: [{file: halls.csv, kind: places, name: City, license: CC0}]"
    )
    import_places(folder / "places.db", small_city(), folder, lambda _file, _rows: None)
    with opened(Settings(data=folder), small_city()) as portal:
        yield portal


@pytest.mark.parametrize(
    ("fields", "queue", "page"),
    [
        ({}, "1200 Main St", "1200 Main St"),
        ({"address_string": None}, "Very close to Zeta Hall", "Very close to Zeta Hall"),
        (NOWHERE, "No place given", ""),
    ],
)
def test_a_place_is_the_same_in_the_queue_and_on_the_page(
    portal: Portal, fields: dict[str, Any], queue: str, page: str
) -> None:
    reference = send(portal.requests, **fields).reference
    (row,) = queue_page(portal, QueueFilter(), "", portal.now(), EN).rows
    found = whole(portal, reference, EN)
    assert found is not None
    assert (row.place, found.place) == (queue, page)
