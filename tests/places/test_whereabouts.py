"""Whose a spot is: private property, by type of request."""

import pytest

from app.city.services import PrivateProperty, Service
from app.city.streets import Neighbor
from app.places.whereabouts import Areas, WhoseIsIt, whose_is_it
from i18n import translator
from tests.factories import small_city

EN, CITY = translator("en"), small_city()
PRIVATE = Areas(private=True)


def whose(rule: PrivateProperty | None, areas: Areas = PRIVATE) -> WhoseIsIt:
    service = CITY.services[0].model_copy(update={"private_property": rule})
    return whose_is_it(CITY, areas, service)


def test_where_nothing_is_private_nothing_is_said() -> None:
    assert whose(PrivateProperty(advice="Ask the owner."), Areas()) == WhoseIsIt(True)


def test_what_the_city_does_everywhere_is_no_word_worth() -> None:
    assert whose(PrivateProperty(ours=True)) == WhoseIsIt(True)


@pytest.mark.parametrize("service", [None, CITY.services[0]])
def test_if_the_pack_says_nothing_it_is_mostly_the_owner(service: Service | None) -> None:
    found = whose_is_it(CITY, PRIVATE, service)
    phone = CITY.contact.phone_long
    assert found.ours and (found.name, found.phone) == (CITY.name, phone)
    assert found.sentence is not None
    assert EN(found.sentence) == (
        "This looks like private property. The owner takes care of most things there. "
        f"Not sure? Call {phone}. You can still report it here."
    )


def test_a_type_has_its_own_advice_and_number() -> None:
    found = whose(PrivateProperty(advice="The owner calls a tow truck.", phone="503-555-0199", name="Towing"))
    assert found.ours and (found.name, found.phone) == ("Towing", "503-555-0199")
    assert found.sentence is not None
    assert "property. The owner calls a tow truck. Not sure? Call 503-555-0199." in EN(found.sentence)


def test_a_highway_of_the_state_is_said_first() -> None:
    keeper = Neighbor(name="The State", phone="503-555-0123", covers="state_highways")
    city = CITY.model_copy(update={"neighbors": (keeper,)})
    assert whose_is_it(city, Areas(state_highway=True, private=True)).name == "The State"
