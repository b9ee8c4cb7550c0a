"""Where a request is, in words, on its page: from the nearest place of all that the portal knows."""

import pytest

from app.city.city import City
from app.city.loader import load_city
from app.http.portal import Portal
from app.places.data.importing import import_places
from app.places.points import Point
from app.places.whereabouts import describe
from app.requests import labels
from app.requests.views_shown import PlaceShownAs
from app.settings import CITY
from i18n import translator

EN = translator("en")
# A block east of SE Hawthorne and 39th, of which the city pack knows the crossing.
POINT = Point(lat=45.5121, long=-122.6217)


@pytest.fixture
def city() -> City:
    """Portland as shipped, because Smallville has no streets."""
    return load_city(CITY)


def said(portal: Portal, precision: str, address: str = "", point: Point | None = POINT) -> str:
    lat, long = (point.lat, point.long) if point else (None, None)
    return labels.place(portal, PlaceShownAs(precision, address, lat, long), EN)  # type: ignore[arg-type]


def test_what_the_person_wrote_comes_first_and_no_place_is_no_words(portal: Portal) -> None:
    assert said(portal, "exact", "3912 SE Hawthorne") == "3912 SE Hawthorne"
    assert said(portal, "hidden", point=None) == ""


def test_it_is_the_nearest_place_that_was_imported_and_not_only_the_packs(portal: Portal) -> None:
    folder, import_file = portal.settings.data, portal.settings.data / "import.yaml"
    (folder / "halls.csv").write_text(f"name,lat,lon\nZeta Hall,{POINT.lat},{POINT.long}\n")
    import_file.write_text("sources: [{file: halls.csv, kind: places, name: City, license: CC0}]")
    import_places(folder / "places.db", portal.city, folder, lambda _file, _rows: None)
    assert said(portal, "exact") == "Very close to Zeta Hall"


def test_a_place_of_which_only_the_block_is_public_is_said_from_a_place_people_know(portal: Portal) -> None:
    assert said(portal, "approximate") == EN(describe(portal.city, POINT))


def test_looking_again_asks_nothing_again(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    first = said(portal, "exact")
    gazetteer = portal.places.current().gazetteer
    monkeypatch.setattr(gazetteer, "_db", None)
    assert said(portal, "exact") == first


def test_far_from_everything_it_is_said_in_degrees(portal: Portal) -> None:
    assert said(portal, "exact", point=Point(lat=10, long=10)) == "Latitude 10.00000, longitude 10.00000"
