"""The map of the newest requests: what it shows, what it must not show, and that it is right soon enough."""

import xml.etree.ElementTree as ET

import httpx
import pytest
from starlette.types import ASGIApp

from app.city.city import City
from app.http.portal import Portal
from app.places.points import MapLine
from app.requests import web_map as recent_map
from app.requests.rules import Staff, change_status
from app.requests.statuses import Status
from app.routes import url
from tests.devices import ask, send_json
from tests.factories import report, small_city

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def city() -> City:
    lines = (
        MapLine(name="River <1>", kind="river", points=((45.4, -122.7), (45.6, -122.6))),
        MapLine(name="Main St", kind="street", points=((45.5, -122.8), (45.5, -122.5))),
    )
    return small_city().model_copy(update={"lines": lines, "name": "Small & <Ville>"})


def get_map(app: ASGIApp, **headers: str) -> httpx.Response:
    return ask(app, "GET", url("map", kind="recent"), headers=headers)


def drawn(answer: httpx.Response) -> ET.Element:
    assert answer.status_code == 200
    return ET.fromstring(answer.content)


def dots(answer: httpx.Response) -> list[ET.Element]:
    return drawn(answer).findall(f".//{SVG}circle")


@pytest.fixture(autouse=True)
def always_fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recent_map, "FRESH_SECONDS", -1)


def test_an_empty_map_shows_the_city(app: ASGIApp) -> None:
    picture = drawn(get_map(app))
    assert picture.findall(f".//{SVG}circle") == []
    assert len(picture.findall(f"{SVG}path")) == 3
    assert picture.findtext(f"{SVG}title") == "Map of the newest reports in Small & <Ville>"
    assert picture.get("role") == "img"


def test_it_shows_places_only_as_far_as_their_type_allows(app: ASGIApp) -> None:
    place = {"lat": 45.512345, "long": -122.654321}
    send_json(app, report(service_code="question", **place))
    assert dots(get_map(app)) == []
    send_json(app, report(service_code="noise", **place))
    send_json(app, report(service_code="noise", lat=45.512444, long=-122.654111))
    hidden = dots(get_map(app))
    assert len({(dot.get("cx"), dot.get("cy")) for dot in hidden}) == 1
    send_json(app, report(service_code="pothole", **place))
    assert len({(dot.get("cx"), dot.get("cy")) for dot in dots(get_map(app))}) == 2


def test_a_report_without_a_point_is_not_on_it(app: ASGIApp) -> None:
    send_json(app, report(lat=None, long=None))
    assert dots(get_map(app)) == []


def test_open_and_closed_differ_by_more_than_color(app: ASGIApp, portal: Portal) -> None:
    references = [send_json(app, report()).json()["reference"] for _ in range(2)]
    change_status(
        store=portal.requests,
        reference=references[0],
        by=Staff("somebody"),
        to=Status.FIXED,
        note="Done.",
        now=portal.now(),
    )
    assert {dot.get("fill") == "none" for dot in dots(get_map(app))} == {True, False}


def test_the_newest_fifty_are_on_it(app: ASGIApp) -> None:
    for number in range(53):
        send_json(app, report(lat=45.45 + number / 1000))
    picture = get_map(app)
    assert len(dots(picture)) == 50
    assert "50 reports" in (drawn(picture).findtext(f"{SVG}desc") or "")


def test_it_speaks_the_visitors_language(app: ASGIApp) -> None:
    answer = get_map(app, **{"accept-language": "es"})
    assert drawn(answer).get("lang") == answer.headers["content-language"] == "es"
    assert "accept-language" in answer.headers["vary"]


def test_an_unchanged_map_is_not_sent_again_and_a_changed_one_is(app: ASGIApp) -> None:
    send_json(app, report())
    etag = {"if-none-match": get_map(app).headers["etag"]}
    assert get_map(app, **etag).status_code == 304
    send_json(app, report(lat=45.47))
    assert get_map(app, **etag).status_code == 200


def test_nobody_can_make_the_server_draw_without_end(app: ASGIApp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recent_map, "FRESH_SECONDS", 3600)
    assert dots(get_map(app)) == []
    send_json(app, report())
    assert dots(get_map(app)) == []


@pytest.mark.parametrize("kind", ["other", "recent.svg", "..", "%3Csvg%3E"])
def test_there_is_no_other_map(app: ASGIApp, kind: str) -> None:
    assert ask(app, "GET", url("map", kind=kind)).status_code == 404
