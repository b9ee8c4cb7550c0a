"""Already reported, without script: asked about once, before a report is taken, and nothing is lost or kept twice."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from app.city.city import City
from app.city.loader import load_city
from app.http.built import BUILD
from app.http.portal import Portal
from app.kit.ids import digest_of
from app.reports.rules import submit
from app.reports.submissions import Submission
from app.settings import CITY
from tests.devices import make_photo
from tests.factories import frozen, looked_at, report
from tests.visitor import Page, Visitor, visit

pytestmark = pytest.mark.skipif(not BUILD.exists(), reason="the pages are not built; run: make build")

POTHOLE = "/en/report/pothole/"
ANSWERS = {"attribute[SIZE]": "large"}
ASKED = "Already reported near here"
# Holgate Library, as the city pack says it.
HERE: dict[str, Any] = {"lat": 45.4904, "long": -122.5822}


@pytest.fixture
def city() -> City:
    """Portland as shipped, because Smallville has no streets."""
    return load_city(CITY)


def reported(portal: Portal, **changes: Any) -> str:
    fields = {**HERE, "address_string": "By the library", "description": "The same deep hole.", **changes}
    fields |= {"attribute[SIZE]": "large", "question[SIZE]": None, "question[PLATE]": None}
    content = frozen(report(**fields))
    return submit(
        store=portal.requests,
        city=portal.city,
        submission=Submission.from_json(content),
        digest=digest_of(content),
        now=portal.now() - timedelta(days=1),
    ).reference


def test_without_a_look_there_is_nobodys_word(portal: Portal) -> None:
    reference = reported(portal)

    async def scene(visitor: Visitor) -> None:
        page = await sent(visitor)
        assert page.tag("#already-reported h3 a")["href"] == f"/en/requests/{reference}/"
        assert "The same deep hole." not in page.response.text and "By the library" not in page.text

    visit(portal, scene)


async def sent(visitor: Visitor, **fields: Any) -> Page:
    form = (await visitor.get(POTHOLE)).form()
    words = {"address_string": "Holgate library", "description": "A deep one."}
    return await visitor.post(POTHOLE, data={**form, **ANSWERS, **words, **fields})


def count(portal: Portal, table: str = "service_request") -> int:
    with portal.engine.connect() as connection:
        return int(connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())


def test_it_is_asked_about_once_and_then_the_report_is_taken(portal: Portal) -> None:
    reference = reported(portal)
    looked_at(portal.requests, reference)

    async def scene(visitor: Visitor) -> None:
        page = await sent(visitor)
        assert page.status == 200
        assert ASKED in page.text and "The same deep hole." in page.text and "By the library" in page.text
        assert page.tag("#already-reported h3 a")["href"] == f"/en/requests/{reference}/"
        assert count(portal) == 1
        form = page.form()
        assert (form["description"], form["address_string"]) == ("A deep one.", "Holgate library")
        for _ in range(2):
            again = await visitor.post(POTHOLE, data={**form, **ANSWERS})
            assert again.status == 303
        assert count(portal) == 2
        with portal.engine.connect() as connection:
            last = connection.execute(text("SELECT * FROM service_request ORDER BY received_at DESC")).first()
        assert last is not None and (last.place_source, last.accuracy_m) == ("found", 60)

    visit(portal, scene)


def test_the_buttons_are_no_trap(portal: Portal) -> None:
    """Enter in a field sends the report, and never follows: its form has no other button before its own."""
    reported(portal)

    async def scene(visitor: Visitor) -> None:
        page = await sent(visitor)
        assert not page.soup.select("#report #already-reported, #report [value=follow]")
        assert page.tag("#already-reported button[form]")["form"] == page.tag("form[enctype]")["id"]

    visit(portal, scene)


def test_following_instead_takes_no_report(portal: Portal) -> None:
    reference = reported(portal)

    async def scene(visitor: Visitor) -> None:
        page = await sent(visitor)
        form = page.form("#already-reported form")
        for _ in range(2):
            answer = await visitor.post(f"/en/requests/{reference}/", data={**form, "action": "follow"})
            followed = await visitor.follow(answer)
        assert "You follow this request." in followed.text

    visit(portal, scene)
    assert (count(portal), count(portal, "follower")) == (1, 1)


def test_photos_that_came_are_kept(portal: Portal) -> None:
    reported(portal)

    async def scene(visitor: Visitor) -> None:
        form = (await visitor.get(POTHOLE)).form()
        page = await visitor.post(
            POTHOLE,
            data={**form, **ANSWERS, "address_string": "Holgate library"},
            files={"media": ("hole.jpg", make_photo(), "image/jpeg")},
        )
        assert ASKED in page.text
        data = {**page.form(), **ANSWERS}
        assert [name for name in data if name.startswith("media[")]
        assert (await visitor.post(POTHOLE, data=data)).status == 303

    visit(portal, scene)
    with portal.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM photo WHERE attached")).scalar_one() == 1


def test_mistakes_and_another_language_do_not_make_it_ask_again(portal: Portal) -> None:
    reported(portal)

    async def scene(visitor: Visitor) -> None:
        form = (await sent(visitor)).form()
        page = await visitor.post(POTHOLE, data={**form, "attribute[SIZE]": ""})
        assert page.status == 422 and ASKED not in page.text
        page = await visitor.post(POTHOLE, data={**page.form(), **ANSWERS, "change_language": "1"})
        assert (await visitor.post(POTHOLE, data={**page.form(), **ANSWERS})).status == 303

    visit(portal, scene)
    assert count(portal) == 2


def test_what_is_missing_is_said_first(portal: Portal) -> None:
    reported(portal)

    async def scene(visitor: Visitor) -> None:
        page = await sent(visitor, **{"attribute[SIZE]": ""})
        assert page.status == 422 and ASKED not in page.text
        page = await visitor.post(POTHOLE, data={**page.form(), **ANSWERS})
        assert page.status == 200 and ASKED in page.text

    visit(portal, scene)


def test_after_a_choice_of_places_the_place_is_not_asked_about_again(portal: Portal) -> None:
    async def scene(visitor: Visitor) -> None:
        page = await sent(visitor, address_string="holgate")
        chosen = str(page.tag("#match-1")["value"])
        lat, long, _ = chosen.split(",")
        reported(portal, lat=float(lat), long=float(long))
        page = await visitor.post(POTHOLE, data={**page.form(), **ANSWERS, "place_choice": chosen})
        assert page.status == 200 and ASKED in page.text
        assert (await visitor.post(POTHOLE, data={**page.form(), **ANSWERS})).status == 303

    visit(portal, scene)
    assert count(portal) == 2


@pytest.mark.parametrize(
    ("near", "mine"),
    [
        ({"lat": 45.52}, {}),
        ({"service_code": "other"}, {}),
        ({}, {"address_string": "behind the big oak, far away"}),
    ],
)
def test_nobody_is_asked_about_what_is_elsewhere_or_of_another_kind(
    portal: Portal, near: dict[str, Any], mine: dict[str, str]
) -> None:
    reported(portal, **near)

    async def scene(visitor: Visitor) -> None:
        assert (await sent(visitor, **mine)).status == 303

    visit(portal, scene)


def test_a_report_that_a_browser_sends_again_by_itself_is_not_asked_about_itself(portal: Portal) -> None:
    async def scene(visitor: Visitor) -> None:
        form = (await visitor.get(POTHOLE)).form()
        data = {**form, **ANSWERS, "address_string": "Holgate library"}
        answers = [await visitor.post(POTHOLE, data=data) for _ in range(2)]
        assert [answer.status for answer in answers] == [303, 303]
        assert answers[0].response.headers["location"] == answers[1].response.headers["location"]

    visit(portal, scene)
    assert count(portal) == 1


def test_a_place_outside_the_city_is_refused_as_ever(portal: Portal) -> None:
    async def scene(visitor: Visitor) -> None:
        page = await sent(visitor, lat="47.6", long="-122.3", place_source="map")
        assert page.status == 422 and "outside" in page.text

    visit(portal, scene)
