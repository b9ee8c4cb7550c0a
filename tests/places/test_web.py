"""The two addresses by which pages look places up."""

import asyncio
import logging
from dataclasses import replace

import httpx
import pytest
from starlette.types import ASGIApp

from app.city.city import City
from app.city.loader import load_city
from app.http.buckets import Rate
from app.http.limits import RATES
from app.routes import url
from app.settings import CITY
from tests.devices import ask


@pytest.fixture
def city() -> City:
    """Portland as shipped, because Smallville has no streets."""
    return load_city(CITY)


class Client:
    """Asks without a network. address: where the asking device seems to be."""

    def __init__(self, app: ASGIApp, address: str = "127.0.0.1") -> None:
        self.app, self.address = app, address

    def get(self, path: str, params: dict[str, str] | None = None) -> httpx.Response:
        async def ask() -> httpx.Response:
            transport = httpx.ASGITransport(self.app, client=(self.address, 4711))
            async with httpx.AsyncClient(transport=transport, base_url="http://portal.example") as client:
                return await client.get(path, params=params)

        return asyncio.run(ask())


@pytest.fixture
def client(app: ASGIApp) -> Client:
    return Client(app)


def test_an_address_is_found_with_its_spot_and_how_sure_that_is(client: Client) -> None:
    answer = client.get("/places/search.json", params={"q": "3912 SE Hawthorne"})
    assert answer.headers["cache-control"] == "no-store"
    (first, *others) = answer.json()["results"]
    assert first["name"] == "3912 SE Hawthorne Boulevard" and first["why"] == "address" and first["inside"]
    assert abs(first["lat"] - 45.512) < 0.002 and abs(first["long"] + 122.6228) < 0.002
    assert first["note"] == "approximate: please check the pin"
    assert len(others) < 8


def test_it_speaks_the_language_that_is_asked_for(client: Client) -> None:
    answer = client.get("/places/search.json", params={"q": "qqqq", "locale": "es"}).json()
    assert answer["results"] == [] and answer["message"].startswith("No encontramos ese lugar.")
    assert "message" not in client.get("/places/search.json").json()


def test_a_spot_is_said_in_words_with_whose_it_is(client: Client) -> None:
    answer = client.get("/places/near.json", params={"lat": "45.5210", "long": "-122.6256"})
    assert answer.headers["cache-control"] == "no-store"
    assert answer.json() == {
        "words": "About 100 feet (30 meters) north of Laurelhurst Park",
        "neighborhood": "",
        "district": "",
        "ours": True,
        "sentence": "",
        "call": None,
    }


def test_what_is_not_ours_comes_with_somebody_to_call(client: Client) -> None:
    answer = client.get("/places/near.json", params={"lat": "45.5520", "long": "-122.5620"}).json()
    assert answer["ours"] is False
    assert answer["call"] == {"name": "Maywood Park", "phone": "503-255-9805", "url": "tel:+15032559805"}
    assert "Maywood Park" in answer["sentence"]


@pytest.mark.parametrize(
    ("lat", "long", "says"),
    [
        ("0", "0", "did not say where"),
        ("nan", "1", "could not read"),
        ("", "", "could not read"),
        ("-122.6", "45.5", "swapped"),
    ],
)
def test_spots_that_are_none_are_answered_in_words(client: Client, lat: str, long: str, says: str) -> None:
    answer = client.get("/places/near.json", params={"lat": lat, "long": long})
    assert answer.status_code == 422 and says in answer.json()["message"]


def test_a_very_long_query_is_cut_and_nothing_of_it_is_logged(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="app")
    assert client.get("/places/search.json", params={"q": "secretstreet " * 2_000}).status_code in (
        200,
        414,
        431,
    )
    client.get("/places/near.json", params={"lat": "45.51234", "long": "-122.61234"})
    ours = [record.getMessage() for record in caplog.records if record.name.startswith("app")]
    assert not any("secretstreet" in line or "45.51234" in line for line in ours)


def test_one_network_may_ask_only_so_often(app: ASGIApp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(RATES, "places", replace(RATES["places"], network=Rate(at_once=2, per_minute=1)))
    client = Client(app, "203.0.113.9")
    codes = [client.get("/places/search.json", params={"q": "park"}).status_code for _ in range(3)]
    assert codes == [200, 200, 429]


def test_a_phone_can_keep_areas_and_places_for_when_there_is_no_network(client: Client) -> None:
    answer = client.get(url("places"))
    kept = answer.json()
    assert {area["layer"] for area in kept["areas"]} >= {"boundary"}
    assert ["Holgate Library", "library"] in [place[:2] for place in kept["places"]]
    assert "max-age=86400" in answer.headers["cache-control"]


def test_it_comes_in_the_coding_the_browser_reads(app: ASGIApp) -> None:
    plain = ask(app, "GET", url("places"), headers={"accept-encoding": "identity"})
    for coding in ("br", "gzip"):
        answer = ask(app, "GET", url("places"), headers={"accept-encoding": coding})
        assert answer.headers["content-encoding"] == coding
        assert answer.content == plain.content
    etag = {"if-none-match": plain.headers["etag"]}
    assert ask(app, "GET", url("places"), headers=etag).status_code == 304


def test_a_map_in_the_browser_is_told_all_it_needs(client: Client) -> None:
    layers = client.get(url("map_layers"), params={"language": "es"}).json()
    assert set(layers["themes"]) == {"light", "dark", "contrast"}
    assert layers["themes"]["dark"]["url"] == "/tiles/dark/{z}/{x}/{y}{r}.webp?language=es"
    assert layers["library"]["script"].endswith("leaflet.js")
    (south, west), (north, east) = layers["bounds"]
    assert south < 45.52 < north and west < -122.67 < east
    assert client.get(url("map_layers"), params={"language": "xx"}).status_code == 404
