"""The place in words without script: found by itself, chosen from a list, or left as it was written."""

from typing import Any

import pytest
from sqlalchemy import text

from app.city.city import City
from app.city.loader import load_city
from app.http.built import BUILD
from app.http.portal import Portal
from app.settings import CITY
from tests.visitor import Page, Visitor, visit

pytestmark = pytest.mark.skipif(not BUILD.exists(), reason="the pages are not built; run: make build")

POTHOLE = "/en/report/pothole/"
ANSWERS = {"attribute[SIZE]": "large"}
ASKED = "Which of these places do you mean?"


@pytest.fixture
def city() -> City:
    """Portland as shipped, because Smallville has no streets."""
    return load_city(CITY)


async def send(visitor: Visitor, words: str, **more: str) -> Page:
    form = (await visitor.get(POTHOLE)).form()
    return await visitor.post(POTHOLE, data={**form, **ANSWERS, "address_string": words, **more})


def stored(portal: Portal) -> dict[str, Any]:
    with portal.engine.connect() as connection:
        row = connection.execute(
            text("SELECT address_string, lat, long, place_source, accuracy_m FROM service_request")
        )
        return dict(row.mappings().one())


def is_empty(portal: Portal) -> bool:
    with portal.engine.connect() as connection:
        return connection.execute(text("SELECT 1 FROM service_request")).first() is None


def test_words_that_mean_one_place_need_no_question(portal: Portal) -> None:
    async def scene(visitor: Visitor) -> None:
        assert (await send(visitor, "Holgate library")).status == 303

    visit(portal, scene)
    found = stored(portal)
    assert found["address_string"] == "Holgate library"
    assert (found["lat"], found["long"]) == pytest.approx((45.4904, -122.5822), abs=0.001)
    assert found["place_source"] == "found"
    assert found["accuracy_m"] > 0


def test_words_that_mean_nothing_we_know_are_enough(portal: Portal) -> None:
    async def scene(visitor: Visitor) -> None:
        assert (await send(visitor, "behind the playground, by the big oak")).status == 303

    visit(portal, scene)
    assert stored(portal)["place_source"] == "words"


def test_half_the_city_is_no_pin(portal: Portal) -> None:
    async def scene(visitor: Visitor) -> None:
        assert (await send(visitor, "97214")).status == 303

    visit(portal, scene)
    assert stored(portal)["lat"] is None


def test_of_several_places_the_person_chooses_one(portal: Portal) -> None:
    async def scene(visitor: Visitor) -> None:
        page = await send(visitor, "holgate", description="A deep one.")
        assert page.status == 200
        assert ASKED in page.text
        assert is_empty(portal)
        pictures = page.soup.select("#which-place a[target=_blank]")
        assert len(pictures) == len(page.soup.select("[name=place_choice]")) - 1 >= 2
        assert (await visitor.client.get(str(pictures[0]["href"]))).headers["content-type"] == "image/webp"
        form = page.form()
        assert form["description"] == "A deep one."
        chosen = page.tag("#match-1")
        again = await visitor.post(POTHOLE, data={**form, **ANSWERS, "place_choice": str(chosen["value"])})
        assert again.status == 303

    visit(portal, scene)
    found = stored(portal)
    assert found["place_source"] == "found"
    assert found["address_string"] == "holgate"


@pytest.mark.parametrize("answer", [{"place_choice": "words"}, {}, {"place_choice": "nan,inf,x"}])
def test_none_of_them_or_no_answer_is_not_asked_again(portal: Portal, answer: dict[str, str]) -> None:
    async def scene(visitor: Visitor) -> None:
        form = (await send(visitor, "holgate")).form()
        assert (await visitor.post(POTHOLE, data={**form, **ANSWERS, **answer})).status == 303

    visit(portal, scene)
    assert stored(portal)["place_source"] == "words"


def test_other_words_are_another_question(portal: Portal) -> None:
    async def scene(visitor: Visitor) -> None:
        page = await send(visitor, "holgate")
        data = {**page.form(), **ANSWERS, "place_choice": str(page.tag("#match-1")["value"])}
        again = await visitor.post(POTHOLE, data={**data, "address_string": "Laurelhurst Park"})
        assert again.status == 303

    visit(portal, scene)
    assert (stored(portal)["lat"], stored(portal)["long"]) == pytest.approx((45.521, -122.626), abs=0.005)


def test_a_pin_is_believed_more_than_words(portal: Portal) -> None:
    async def scene(visitor: Visitor) -> None:
        assert (await send(visitor, "holgate", lat="45.52", long="-122.63", place_source="map")).status == 303

    visit(portal, scene)
    assert stored(portal)["place_source"] == "map"


def test_what_is_missing_is_said_before_the_place_is_asked_about(portal: Portal) -> None:
    async def scene(visitor: Visitor) -> None:
        page = await send(visitor, "holgate", **{"attribute[SIZE]": ""})
        assert page.status == 422
        assert ASKED not in page.text

    visit(portal, scene)


def test_a_choice_outside_the_city_is_refused_like_any_pin(portal: Portal) -> None:
    async def scene(visitor: Visitor) -> None:
        form = (await send(visitor, "holgate")).form()
        page = await visitor.post(POTHOLE, data={**form, **ANSWERS, "place_choice": "47.6,-122.3,10"})
        assert page.status == 422
        assert "outside" in page.text

    visit(portal, scene)
