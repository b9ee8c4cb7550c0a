"""The QR code of a private link: the right address, readable by machines, and nothing for strangers."""

import asyncio
import re
from collections.abc import Iterator

import httpx
import pytest
import segno
from bs4 import BeautifulSoup
from starlette.types import ASGIApp

from app.http.built import BUILD
from app.http.portal import Portal
from app.http.security import guarded
from app.kit.ids import make_manage_token
from app.routes import url
from app.settings import Settings
from app.site.site import site
from tests.devices import ask, browsing, send_json
from tests.factories import report
from tests.real_pages import real_build
from tests.visitor import Visitor


def sent(app: ASGIApp) -> dict[str, str]:
    """Where the private link of a new report is: reference and token."""
    fields = report()
    assert send_json(app, fields).status_code == 201
    return {"reference": str(fields["reference"]), "token": str(fields["manage_token"])}


def code(app: ASGIApp, link: dict[str, str], locale: str = "en", **headers: str) -> httpx.Response:
    return ask(app, "GET", url("qr", locale=locale, **link), headers=headers)


def dark_modules(svg: str) -> set[tuple[int, int]]:
    """The black squares of the picture, as (column, row) from the upper left, quiet zone included."""
    [path] = re.findall(r'stroke="#000" d="([^"]+)"', svg)
    squares: set[tuple[int, int]] = set()
    x, y = 0.0, 0.0
    for command, first, second in re.findall(r"([Mmh])(-?[\d.]+)(?:[ ,]?(-?[\d.]+))?", path):
        if command == "h":
            squares |= {(int(x) + step, int(y)) for step in range(int(first))}
            x += int(first)
        elif command == "M":
            x, y = float(first), float(second)
        else:
            x, y = x + float(first), y + float(second)
    return squares


def expected_modules(link: str) -> set[tuple[int, int]]:
    matrix = segno.make(link, error="m", micro=False).matrix_iter(border=4)
    return {(x, y) for y, row in enumerate(matrix) for x, dark in enumerate(row) if dark}


def test_it_holds_the_absolute_private_link(app: ASGIApp) -> None:
    link = sent(app)
    answer = code(app, link, locale="es")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "image/svg+xml"
    assert answer.headers["cache-control"] == "private, no-store"
    address = f"http://portal.example/es/requests/{link['reference']}/manage/{link['token']}/"
    assert dark_modules(answer.text) == expected_modules(address)


def test_it_is_black_on_white_with_a_quiet_zone_and_scales(app: ASGIApp) -> None:
    svg = code(app, sent(app)).text
    [size] = {int(side) for side in re.findall(r'viewBox="0 0 (\d+) (\d+)"', svg)[0]}
    assert f'<path fill="#fff" d="M0 0h{size}v{size}h-{size}z"/>' in svg
    assert {min(squares) for squares in zip(*dark_modules(svg), strict=True)} == {4}
    assert {max(squares) for squares in zip(*dark_modules(svg), strict=True)} == {size - 5}
    assert not re.search(r"<script|style=|<style|\bclass=", svg)
    assert BeautifulSoup(svg, "html.parser").svg is not None


def test_the_address_people_see_counts_when_it_is_set(
    portal: Portal, settings: Settings, app: ASGIApp
) -> None:
    link = sent(app)
    object.__setattr__(portal, "settings", settings.model_copy(update={"base_url": "https://311.example"}))
    address = f"https://311.example/en/requests/{link['reference']}/manage/{link['token']}/"
    assert dark_modules(code(app, link).text) == expected_modules(address)


def test_in_production_no_request_says_where_a_private_link_leads(
    portal: Portal, settings: Settings, app: ASGIApp
) -> None:
    link = sent(app)
    object.__setattr__(portal, "settings", settings.model_copy(update={"production": True}))
    assert code(app, link, host="evil.example").status_code == 404


@pytest.mark.parametrize("host", ["", "a b", '"><script>', "[", "x" * 5000, "evil.example/path"])
def test_a_host_that_is_none_gets_no_code(app: ASGIApp, host: str) -> None:
    answer = code(app, sent(app), host=host)
    assert answer.status_code == 404


def test_a_wrong_link_has_no_code(app: ASGIApp) -> None:
    link, other = sent(app), sent(app)
    for wrong in (
        {**link, "token": make_manage_token()},
        {**link, "token": other["token"]},
        {**link, "token": "x"},
        {**link, "reference": "1234567890123"},
        {**link, "reference": "x"},
    ):
        answer = code(app, wrong)
        assert answer.status_code == 404
        assert answer.headers["content-type"] == "application/json"
    assert code(app, link, locale="tlh").status_code == 404


class TestPages:
    pytestmark = pytest.mark.skipif(not BUILD.exists(), reason="the pages are not built; run: make build")

    @pytest.fixture
    def app(self, portal: Portal) -> Iterator[ASGIApp]:
        yield guarded(site(portal, real_build()), portal.settings)

    @pytest.mark.parametrize("route", ["sent", "manage"])
    @pytest.mark.parametrize("locale", ["en", "es"])
    def test_the_private_pages_show_it_when_somebody_opens_it(
        self, app: ASGIApp, route: str, locale: str
    ) -> None:
        link = sent(app)

        async def scene() -> None:
            async with browsing(app) as browser:
                page = await Visitor(browser).get(url(route, locale=locale, **link))
                image = page.tag("details img")
                assert not page.tag("details").has_attr("open")
                assert image["loading"] == "lazy"
                assert image["alt"]
                assert (await browser.get(str(image["src"]))).headers["content-type"] == "image/svg+xml"

        asyncio.run(scene())
