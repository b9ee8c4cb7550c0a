"""Private property is said at the pin, on the receipt (so without script, too) and at the desk; nothing is refused."""

import asyncio
import json
from typing import Any

import pytest

from app.city.city import City
from app.city.loader import load_city
from app.desk.details import details
from app.desk.reading import whole
from app.http.built import BUILD
from app.http.portal import Portal
from app.http.security import guarded
from app.places.data.importing import import_places
from app.requests import labels
from app.requests.views_shown import PlaceShownAs
from app.routes import url
from app.settings import CITY, Settings
from app.site.site import site
from i18n import translator
from tests.devices import browsing
from tests.factories import looked_at
from tests.real_pages import real_build
from tests.visitor import Page, Visitor, visit

pytestmark = pytest.mark.skipif(not BUILD.exists(), reason="the pages are not built; run: make build")

LAT, LONG = 45.5100, -122.6500
LOT = [[LONG - 0.001, LAT - 0.001], [LONG + 0.001, LAT - 0.001], [LONG + 0.001, LAT + 0.001]]
SAYS = "This looks like private property."


@pytest.fixture
def city() -> City:
    """Portland as shipped, for its types of requests."""
    return load_city(CITY)


@pytest.fixture
def settings(settings: Settings, city: City) -> Settings:
    """One private lot has been imported."""
    folder = settings.data
    settings.make_data_folder()
    lot = {"type": "Polygon", "coordinates": [[*LOT, LOT[0]]]}
    features = [{"type": "Feature", "properties": {}, "geometry": lot}]
    (folder / "lots.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    (folder / "import.yaml").write_text(
        "sources: [{file: lots.geojson, kind: private, name: County, license: CC0}]"
    )
    import_places(folder / "places.db", city, folder, lambda _file, _rows: None)
    return settings


def near(portal: Portal, **asked: str) -> dict[str, Any]:
    async def ask(visitor: Visitor) -> dict[str, Any]:
        params = {"lat": str(LAT), "long": str(LONG + 0.0005), **asked}
        found: dict[str, Any] = (await visitor.client.get(url("places_near"), params=params)).json()
        return found

    return asyncio.run(_with(portal, ask))


async def _with(portal: Portal, ask: Any) -> Any:
    async with browsing(guarded(site(portal, real_build()), portal.settings)) as client:
        return await ask(Visitor(client))


async def report(visitor: Visitor, code: str, **answers: str) -> Page:
    path = f"/en/report/{code}/"
    form = (await visitor.get(path)).form()
    pin = {"lat": str(LAT), "long": str(LONG + 0.0005), "place_source": "map", "description": "A deep hole."}
    return await visitor.follow(await visitor.post(path, data={**form, **pin, **answers}))


def test_the_pin_says_it_by_type_of_report_and_it_is_still_ours_to_take(portal: Portal) -> None:
    pothole, car = (near(portal, service_code=code) for code in ("pothole", "abandoned-vehicle"))
    assert pothole["ours"] and pothole["sentence"].startswith(f"{SAYS} The owner takes care of most things")
    assert pothole["call"]["phone"] == portal.city.contact.phone_long
    assert car["call"]["name"] == "PDX 311" and "can have a vehicle towed away" in car["sentence"]
    assert near(portal, service_code="graffiti")["sentence"] == ""
    assert near(portal)["sentence"] == near(portal, service_code="nonsense")["sentence"] != ""
    assert near(portal, long=str(LONG - 0.002))["sentence"] == ""
    assert near(portal, locale="es")["sentence"].startswith("Esto parece propiedad privada.")


def test_the_receipt_says_it_and_so_does_the_desk(portal: Portal) -> None:
    async def scene(visitor: Visitor) -> str:
        page = await report(visitor, "pothole", **{"attribute[SIZE]": "large"})
        assert SAYS in page.text
        assert [
            link for link in page.soup.select("main a[href^='tel:']") if portal.city.name in link.get_text()
        ]
        return page.tag("[data-sent-number]")["data-sent-number"]  # type: ignore[return-value]

    numbers: list[str] = []

    async def keep(visitor: Visitor) -> None:
        numbers.append(await scene(visitor))

    visit(portal, keep)
    t = translator("en")
    found = whole(portal, numbers[0], t)
    assert found is not None and found.private
    shown = details(
        found.request, found.names, portal.city, t, portal.now(), place=found.place, private=found.private
    )
    assert shown.place_note == f"A pin on the map. {SAYS}"


def test_the_receipt_says_nothing_where_the_city_comes_anyway(portal: Portal) -> None:
    async def scene(visitor: Visitor) -> None:
        page = await visitor.get("/en/report/graffiti/")
        required = {
            str(control["name"]): str(control["value"])
            for control in reversed(page.soup.select("[type=radio][name^='attribute']"))
        }
        assert SAYS not in (await report(visitor, "graffiti", **required)).text

    visit(portal, scene)


def test_everybody_is_told_a_home_to_about_a_block_only(portal: Portal) -> None:
    """On its page, in the list, on the map, and not at all to those who ask from near by."""

    async def scene(visitor: Visitor) -> None:
        number = str(
            (await report(visitor, "pothole", **{"attribute[SIZE]": "large"})).tag("[data-sent-number]")[
                "data-sent-number"
            ]
        )
        looked_at(portal.requests, number)
        page = await visitor.get(url("request", locale="en", reference=number))
        assert "A deep hole." in page.text
        assert not page.soup.select("a[href^='/map/']"), "a picture would show it exactly"
        exact = {"lat": str(LAT), "long": str(LONG + 0.0005), "service_code": "pothole"}
        assert (await visitor.client.get(url("reported"), params=exact)).json() == {"requests": []}
        for path in (url("request", locale="en", reference=number), url("recent", locale="en")):
            rounded = labels.place(portal, PlaceShownAs("approximate", "", 45.51, -122.65), translator("en"))
            assert rounded in (await visitor.get(path)).text

    visit(portal, scene)
