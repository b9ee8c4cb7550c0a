"""Nominatim behind the portal: it may be slow, broken or away, and people still find their place."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from app.places.geocoder.nominatim import FAILURES, REST_S, NominatimGeocoder
from app.places.geocoder.protocol import Found, Nearby
from app.places.points import Point
from tests.factories import small_city

OURS = Found("Our Park", "park", 45.5, -122.6, 200, "place")
THEIRS = {
    "lat": "45.53",
    "lon": "-122.63",
    "name": "",
    "display_name": "1200, Northeast Elm Street, Smallville",
    "class": "place",
    "type": "house",
    "boundingbox": ["45.5299", "45.5301", "-122.6301", "-122.6299"],
    "address": {"house_number": "1200", "road": "Northeast Elm Street"},
}


class Embedded:
    """The geocoder that stands behind."""

    def __init__(self) -> None:
        self.found = [OURS]

    def search(self, query: str, *, locale: str = "en") -> list[Found]:
        return self.found

    def near(self, point: Point, *, locale: str = "en") -> Nearby | None:
        return Nearby("Our Park", "park", 45.5, -122.6, 30)


class Server(ThreadingHTTPServer):
    """Answers as it is told."""

    answer: tuple[int, bytes] = (200, b"[]")
    asked = 0


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        server = self.server
        assert isinstance(server, Server)
        server.asked += 1
        status, body = server.answer
        self.send_response(status)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server(("127.0.0.1", 0), _Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


class Clock:
    now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def embedded() -> Embedded:
    return Embedded()


@pytest.fixture
def geocoder(server: Server, embedded: Embedded, clock: Clock) -> NominatimGeocoder:
    url = f"http://127.0.0.1:{server.server_address[1]}"
    return NominatimGeocoder(url, small_city(), embedded, timeout=2, clock=clock)


def test_its_addresses_come_first_and_ours_after(geocoder: NominatimGeocoder, server: Server) -> None:
    server.answer = (200, json.dumps([THEIRS]).encode())
    assert geocoder.search("1200 NE Elm") == [
        Found("1200 Northeast Elm Street", "address", 45.53, -122.63, 20, "address"),
        OURS,
    ]


def test_where_a_house_is_asked_for_a_bus_stop_of_that_street_is_no_better_answer(
    geocoder: NominatimGeocoder, server: Server, embedded: Embedded
) -> None:
    house = Found("4800 NE Elm Street", "address", 45.56, -122.54, 125, "address")
    embedded.found = [house]
    stop = {**THEIRS, "name": "500 Block NE Elm St", "type": "bus_stop", "class": "highway", "address": {}}
    server.answer = (200, json.dumps([stop]).encode())
    assert [one.name for one in geocoder.search("4800 NE Elm")] == [house.name, "500 Block NE Elm St"]
    server.answer = (200, json.dumps([stop, THEIRS]).encode())
    assert [one.why for one in geocoder.search("1200 NE Elm")] == ["address", "address"]


def test_the_same_question_is_asked_once(geocoder: NominatimGeocoder, server: Server, clock: Clock) -> None:
    for _ in range(3):
        geocoder.search("elm")
    assert server.asked == 1
    clock.now += 4_000
    geocoder.search("elm")
    assert server.asked == 2


def test_crossings_are_not_asked_for_because_it_knows_none(
    geocoder: NominatimGeocoder, server: Server, embedded: Embedded
) -> None:
    embedded.found = [Found("A & B", "crossing", 45.5, -122.6, 20, "crossing")]
    assert geocoder.search("a & b") == embedded.found
    assert server.asked == 0


@pytest.mark.parametrize(
    "answer", [(500, b""), (200, b"<html>captive portal</html>"), (429, b""), (200, b'{"error": "x"}')]
)
def test_a_server_that_fails_is_replaced_by_ours_and_left_alone_for_a_while(
    geocoder: NominatimGeocoder, server: Server, clock: Clock, answer: tuple[int, bytes]
) -> None:
    server.answer = answer
    for i in range(FAILURES + 3):
        assert geocoder.search(f"query {i}") == [OURS]
    assert server.asked == FAILURES
    clock.now += REST_S + 1
    server.answer = (200, json.dumps([THEIRS]).encode())
    assert len(geocoder.search("again")) == 2


def test_a_server_that_is_away_is_no_reason_to_wait(embedded: Embedded, clock: Clock) -> None:
    geocoder = NominatimGeocoder("http://127.0.0.1:9", small_city(), embedded, timeout=1, clock=clock)
    assert geocoder.search("elm") == [OURS]
    near = geocoder.near(Point(lat=45.5, long=-122.6))
    assert near is not None and near.name == "Our Park"


def test_not_more_is_asked_than_the_rate_allows(geocoder: NominatimGeocoder, server: Server) -> None:
    for i in range(60):
        assert geocoder.search(f"query {i}") == [OURS]
    assert server.asked == 20


def test_the_nearest_address_is_said_if_it_is_near(geocoder: NominatimGeocoder, server: Server) -> None:
    server.answer = (200, json.dumps(THEIRS).encode())
    near = geocoder.near(Point(lat=45.5301, long=-122.63))
    assert near is not None and near.name == "1200 Northeast Elm Street"
    far = geocoder.near(Point(lat=45.54, long=-122.63))
    assert far is not None and far.name == "Our Park"
