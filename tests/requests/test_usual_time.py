"""How long something usually takes is said only where somebody at the city has confirmed it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.city.city import City
from app.http.portal import Portal
from app.settings import Settings
from tests.devices import opened
from tests.factories import send, small_city
from tests.site.test_resident_pages import send as send_form
from tests.visitor import Page, Visitor, visit


def unconfirmed() -> City:
    """The small city, where nobody has confirmed a time."""
    city = small_city()
    nobody = {"confirmed_by": None, "confirmed_on": None}
    return city.model_copy(update={"services": tuple(one.model_copy(update=nobody) for one in city.services)})


@pytest.fixture(params=[True, False], ids=["confirmed", "unconfirmed"])
def portal(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Portal]:
    """The portal of a city that has, and of one that has not, confirmed its times."""
    with opened(Settings(data=tmp_path / "data"), small_city() if request.param else unconfirmed()) as portal:
        yield portal


def test_pages_say_a_usual_time_only_if_it_is_confirmed(portal: Portal) -> None:
    confirmed = portal.city.has_usual_time("pothole")
    usual = "We usually take care of this within 5 days." if confirmed else "No usual time is known yet."

    async def scene(visitor: Visitor) -> None:
        form = await visitor.get("/en/report/pothole/")
        assert usual in form.text
        sent = await send_form(visitor)
        assert usual in sent.text
        private = await visitor.get(sent.links()["Your private link"])
        public = await visitor.get(str(private.response.url.path).partition("manage/")[0])
        for page in (private, public):
            assert ("Usually done by" in page.text) == confirmed

    visit(portal, scene)


def test_what_was_measured_is_said_beside_it(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.requests.pace.half_within", lambda connection, code: 7)
    confirmed = portal.city.has_usual_time("pothole")

    async def scene(visitor: Visitor) -> None:
        for page in (await visitor.get("/en/report/pothole/"), await send_form(visitor)):
            assert "Half of the last reports of this type were finished within 7 days." in page.text
            assert ("We usually take care of this within 5 days." in page.text) == confirmed
            assert "No usual time" not in page.text

    visit(portal, scene)


def test_a_time_that_was_stored_before_is_not_said_once_nobody_confirms_it(tmp_path: Path) -> None:
    settings, pages = Settings(data=tmp_path / "data"), list[Page]()
    reference = ""

    async def look(visitor: Visitor) -> None:
        pages.append(await visitor.get(f"/en/requests/{reference}/"))

    with opened(settings, small_city()) as portal:
        reference = send(portal.requests).reference
        visit(portal, look)
    with opened(settings, unconfirmed()) as portal:
        visit(portal, look)
    before, after = pages
    assert "Usually done by" in before.text
    assert "Usually done by" not in after.text
