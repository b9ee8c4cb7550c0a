"""What people type about a place, and what it is read as."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.places.place_words import (
    MAX_WORDS,
    Address,
    Coordinates,
    Crossing,
    PlusCode,
    Words,
    Zip,
    read_place_words,
)
from app.places.points import Point
from app.places.street_names import StreetName, StreetWords, alias, edits_forgiven, within_edits, words_of

WORDS = StreetWords(
    (
        alias("39th", ["Cesar E Chavez", "Chavez"], ["NE", "SE"]),
        alias("Martin Luther King Jr", ["MLK", "ML King"]),
        alias("Naito", ["Front Ave"], ["SW"]),
    )
)
HAWTHORNE = StreetName("se", "hawthorne", "")


def read(query: str) -> object:
    """The likeliest reading."""
    return read_place_words(query, WORDS, tail=("Portland", "OR"))[0]


@pytest.mark.parametrize(
    "query",
    [
        "3912 SE Hawthorne",
        "3912 southeast hawthorne",
        "3912 S.E. Hawthorne",
        "3912 s e hawthorne",
        "3912 Hawthorne SE",
        "  3912   SE   HAWTHORNE  ",
        "3912 SE Hawthorne, Portland, OR 97214",
        "3912 SE Hawthorne apt 3",
        "3912 SE Hawthorne #12",
        "3912-3920 SE Hawthorne",
        "3912B SE Hawthorne",
        "3912 block of SE Hawthorne",
        "SE Hawthorne 3912",
        "hawthorne 3912 se",
        "3912 sureste hawthorne",
        "٣٩١٢ SE Hawthorne",
        "3912 SE Häwthorne",
    ],
)
def test_one_address_in_many_spellings(query: str) -> None:
    assert read(query) == Address(3912, HAWTHORNE)


@pytest.mark.parametrize(
    ("query", "kind"),
    [
        ("hawthorne blvd", "blvd"),
        ("hawthorne Boulevard", "blvd"),
        ("hawthorne bulevar", "blvd"),
        ("hawthorne st.", "st"),
    ],
)
def test_kinds_of_streets_have_one_short_form(query: str, kind: str) -> None:
    assert read(f"12 se {query}") == Address(12, StreetName("se", "hawthorne", kind))


@pytest.mark.parametrize(
    "query",
    [
        "se belmont & 34",
        "SE Belmont St and 34th Ave",
        "belmont @ SE 34th",
        "se belmont/34th",
        "SE Belmont y la 34",
    ],
)
def test_one_crossing_in_many_spellings(query: str) -> None:
    crossing = read(query)
    assert isinstance(crossing, Crossing)
    assert (crossing.first.quadrant, crossing.first.base) == ("se", "belmont")
    assert (crossing.second.quadrant, crossing.second.base) == ("se", "34")


def test_old_and_short_names_are_read_as_todays_but_only_where_they_hold() -> None:
    assert WORDS.read("NE MLK Blvd") == StreetName("ne", "martin luther king jr", "blvd")
    assert WORDS.read("SE César E. Chávez Blvd") == StreetName("se", "39", "blvd")
    assert WORDS.read("SW Chavez") == StreetName("sw", "chavez", "")
    assert WORDS.read("SW Front Ave") == StreetName("sw", "naito", "")
    assert WORDS.read("NW Front Ave") == StreetName("nw", "front", "ave")


def test_a_saint_is_no_street_and_a_number_may_be_a_streets_own() -> None:
    assert WORDS.read("N St Louis Ave") == StreetName("n", "st louis", "ave")
    assert not isinstance(read("39 avenue"), Address)


@pytest.mark.parametrize(
    ("query", "lat", "long"),
    [
        ("45.512, -122.62", "45.512", "-122.62"),
        ("(45.512,-122.62)", "45.512", "-122.62"),
        ("45.512° N, 122.62° W", "45.512", "-122.62"),
        ("N 45.512 W 122.62", "45.512", "-122.62"),
        ("122.62 W 45.512 N", "45.512", "-122.62"),
        ("lat 45.512 long \N{MINUS SIGN}122.62", "45.512", "-122.62"),
        ("45,512; -122,62", "45,512", "-122,62"),
        ("0,0", "0", "0"),
    ],
)
def test_coordinates(query: str, lat: str, long: str) -> None:
    assert read(query) == Coordinates(lat, long)


def test_zip_and_plus_codes() -> None:
    assert read("97214") == Zip("97214")
    assert read("Portland, OR 97214-1234") == Zip("97214")
    assert read("84QVG9RG+WV") == PlusCode("84QVG9RG+WV")
    short = read("g9rg+wv portland")
    assert isinstance(short, PlusCode)
    found = short.near(Point(lat=45.52, long=-122.66))
    assert found is not None
    assert abs(found.lat - 45.5423) < 0.001 and abs(found.long + 122.6228) < 0.001


def test_anything_else_is_words_of_a_name() -> None:
    assert read("Holgate library") == Words(("holgate", "library"))
    assert read("nan, nan") == Words(("nan", "nan"))
    assert read_place_words("  ", WORDS) == ()


@given(st.text(max_size=400))
def test_whatever_is_typed_is_read_and_is_short(query: str) -> None:
    for reading in read_place_words(query, WORDS, tail=("Portland",)):
        if isinstance(reading, Words):
            assert len(reading.words) <= MAX_WORDS
        if isinstance(reading, Address):
            assert 0 <= reading.number <= 99_999


def test_typing_errors_are_bounded() -> None:
    assert within_edits("hawthrone", "hawthorne", 1)
    assert within_edits("hawtorne", "hawthorne", 1)
    assert not within_edits("hwtrne", "hawthorne", 2)
    assert [edits_forgiven(word) for word in ("oak", "39", "burn", "hawthorne")] == [0, 0, 1, 2]
    assert words_of("S.E. 39th") == ["se", "39th"]
