"""Our adapter against a real Nominatim server on Portland's data; not part of what everybody has to run.

Start one on `geo/nominatim/portland-nominatim-5.3.3.sqlite.gz` of the shared data, unpacked, and say where it is:

    NOMINATIM_DATABASE_DSN=sqlite:dbname=portland.sqlite nominatim serve --server 127.0.0.1:8190
    PORTAL_TEST_NOMINATIM=http://127.0.0.1:8190 python -m pytest tests/places/geocoder/test_real_nominatim.py
"""

import os

import pytest

from app.city.loader import load_city
from app.places.data.live import LivePlaces
from app.places.geocoder.embedded import EmbeddedGeocoder
from app.places.geocoder.nominatim import NominatimGeocoder
from app.places.points import Point, distance_m
from app.settings import CITY

URL = os.environ.get("PORTAL_TEST_NOMINATIM", "")
pytestmark = pytest.mark.skipif(
    not URL,
    reason="no Nominatim server: set PORTAL_TEST_NOMINATIM to its address; how to start one stands in this file",
)


@pytest.fixture(scope="module")
def geocoder(tmp_path_factory: pytest.TempPathFactory) -> NominatimGeocoder:
    city = load_city(CITY)
    places = LivePlaces(tmp_path_factory.mktemp("data"), city)
    return NominatimGeocoder(URL, city, EmbeddedGeocoder(places), timeout=10)


@pytest.mark.parametrize(
    ("query", "lat", "long"),
    [
        ("55 SW Ash St", 45.5218, -122.6707),
        ("4800 NE 122nd Ave", 45.5577, -122.5367),
        ("Portland Fire Station 4", 45.5098, -122.6830),
        ("se belmont & 34", 45.5165, -122.6292),
    ],
)
def test_places_are_found(geocoder: NominatimGeocoder, query: str, lat: float, long: float) -> None:
    found = geocoder.search(query)
    assert found
    assert distance_m(Point(lat=found[0].lat, long=found[0].long), Point(lat=lat, long=long)) < 250


def test_a_spot_gets_a_name(geocoder: NominatimGeocoder) -> None:
    near = geocoder.near(Point(lat=45.5218, long=-122.6707))
    assert near is not None and near.name and near.away_m < 250


def test_nothing_is_made_up(geocoder: NominatimGeocoder) -> None:
    assert geocoder.search("zzzz no such place") == []
