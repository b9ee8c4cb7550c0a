"""Finding places in the database that the city pack of Portland makes at the first start."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.city.city import City
from app.city.loader import load_city
from app.places.data.areas import AreaIndex
from app.places.data.gazetteer import Gazetteer
from app.places.data.importing import import_places
from app.places.points import Point, distance_m
from app.places.whereabouts import Areas, whose_is_it
from app.settings import CITY


@pytest.fixture(scope="module")
def portland() -> City:
    return load_city(CITY)


@pytest.fixture(scope="module")
def file(portland: City, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("places") / "places.db"
    import_places(file, portland, None, lambda _file, _rows: None)
    return file


@pytest.fixture(scope="module")
def gazetteer(file: Path, portland: City) -> Iterator[Gazetteer]:
    gazetteer = Gazetteer(file, portland)
    yield gazetteer
    gazetteer.close()


@pytest.fixture(scope="module")
def areas(file: Path, portland: City) -> AreaIndex:
    return AreaIndex(file, portland)


@pytest.mark.parametrize(
    ("query", "lat", "long", "within_m"),
    [
        # Where these are is known to everybody in the city.
        ("3912 SE Hawthorne Blvd", 45.5120, -122.6227, 150),
        ("1221 SW 4th Ave", 45.5150, -122.6791, 400),
        ("616 NW 21st Ave", 45.5274, -122.6945, 300),
        ("1005 W Burnside", 45.5230, -122.6813, 250),
        ("2421 NE Sandy", 45.5290, -122.6400, 800),
        ("se belmont & 34", 45.5165, -122.6292, 150),
        ("Hawthorne y la 39", 45.5120, -122.6228, 100),
        ("SE César E. Chávez & Hawthorne", 45.5120, -122.6228, 100),
        ("34th and Belmont", 45.5165, -122.6292, 150),
        ("haw 39", 45.5120, -122.6228, 50),
        ("mlk alberta", 45.5592, -122.6613, 50),
        ("holgate library", 45.4904, -122.5822, 50),
        ("hawthron & chavez", 45.5120, -122.6228, 100),
        ("laurelhurst prak", 45.5207, -122.6256, 50),
        ("97214", 45.5145, -122.6430, 500),
        ("45.512, -122.62", 45.5120, -122.6200, 1),
        ("-122.62, 45.512", 45.5120, -122.6200, 1),
        ("84QVG9RG+WV", 45.5423, -122.6228, 20),
    ],
)
def test_the_first_answer_is_the_place(
    gazetteer: Gazetteer, query: str, lat: float, long: float, within_m: float
) -> None:
    found = gazetteer.search(query)
    assert found, query
    away = distance_m(Point(lat=found[0].lat, long=found[0].long), Point(lat=lat, long=long))
    assert away <= within_m, f"{found[0]} is {away:.0f} m away"


@pytest.mark.parametrize(
    "query",
    [
        "",
        " ",
        "0,0",
        "91, 200",
        "\"*' OR NEAR(",
        "place_words MATCH",
        "a" * 5_000,
        "zzzz no such place",
        "\x00",
        "99999",
    ],
)
def test_what_is_nowhere_is_not_found(gazetteer: Gazetteer, query: str) -> None:
    assert gazetteer.search(query) == []


def test_answers_are_few_and_say_why_and_how_sure(gazetteer: Gazetteer) -> None:
    found = gazetteer.search("park")
    assert 1 < len(found) <= 8
    (first, *_) = gazetteer.search("1200 SE 117th Ave")
    assert (first.name, first.why) == ("1200 SE 117th Ave", "address")
    assert first.sure_m >= 200


def test_the_nearest_place_with_a_name(gazetteer: Gazetteer) -> None:
    near = gazetteer.near(Point(lat=45.5210, long=-122.6256))
    assert near is not None
    assert near.name == "Laurelhurst Park" and near.away_m < 60
    assert gazetteer.near(Point(lat=44.0, long=-121.0)) is None


def test_in_the_enclave_somebody_else_is_called(areas: AreaIndex, portland: City) -> None:
    inside = areas.at(Point(lat=45.5520, long=-122.5620))
    assert inside == Areas(inside=False, neighbor="Maywood Park")
    whose = whose_is_it(portland, inside)
    assert not whose.ours and (whose.name, whose.phone) == ("Maywood Park", "503-255-9805")


def test_outside_of_everything_the_city_says_who_can_help(areas: AreaIndex, portland: City) -> None:
    whose = whose_is_it(portland, areas.at(Point(lat=45.50, long=-122.30)))
    assert not whose.ours and whose.phone == portland.contact.phone_long
    assert whose_is_it(portland, areas.at(Point(lat=45.512, long=-122.62))).ours


def test_on_a_highway_of_the_state_its_keeper_is_named_and_the_report_taken(portland: City) -> None:
    whose = whose_is_it(portland, Areas(state_highway=True))
    assert whose.ours and whose.name == "Oregon Department of Transportation"
