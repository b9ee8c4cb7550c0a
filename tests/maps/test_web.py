"""Tiles and pictures of a spot as browsers ask for them."""

import asyncio
import io
import threading
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
import shapely
from PIL import Image
from starlette.types import ASGIApp

from app.http.buckets import Rate
from app.http.built import Build
from app.http.limits import RATES
from app.http.pages import Pages
from app.http.portal import Portal
from app.http.security import guarded
from app.maps import drawing
from app.maps import web as maps
from app.maps.mercator import pixel_of
from app.maps.shapes import Shape
from app.maps.web import Maps
from app.routes import url
from app.settings import Settings
from app.site.site import site
from tests.devices import ask, browsing
from tests.factories import INSIDE, small_city
from tests.places_db import write_places

Z = 15
X, Y = (int(value // 256) for value in pixel_of(INSIDE["lat"], INSIDE["long"], Z))
TILE = url("tile", theme="light", z=str(Z), x=str(X), y=str(Y))


def tile(x: object = X, y: object = Y, z: object = Z, theme: str = "light") -> str:
    return f"/tiles/{theme}/{z}/{x}/{y}.webp"


def spot(
    lat: object = INSIDE["lat"], long: object = INSIDE["long"], zoom: object = 16, theme: str = "light"
) -> str:
    return f"/map/at/{lat},{long}/{zoom}/{theme}.webp"


def size(answer: httpx.Response) -> tuple[int, int]:
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "image/webp"
    return Image.open(io.BytesIO(answer.content)).size


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Grows by one with each tile that is really drawn."""
    calls: list[object] = []
    draw = drawing.draw_tile

    def counted(*arguments: object) -> bytes:
        calls.append(arguments[1:])
        return draw(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(maps, "draw_tile", counted)
    return calls


@pytest.mark.parametrize("theme", ["light", "dark", "contrast"])
def test_tiles_and_pictures_come_in_every_theme(app: ASGIApp, theme: str) -> None:
    assert size(ask(app, "GET", tile(theme=theme))) == (256, 256)
    assert size(ask(app, "GET", tile(theme=theme, y=f"{Y}@2x"))) == (512, 512)
    assert size(ask(app, "GET", spot(theme=theme))) == (360, 400)


def test_browsers_may_keep_them_for_a_day_and_ask_whether_they_are_still_so(
    app: ASGIApp, drawn: list[object]
) -> None:
    first = ask(app, "GET", TILE)
    assert first.headers["cache-control"] == "public, max-age=86400"
    again = ask(app, "GET", TILE, headers={"if-none-match": first.headers["etag"]})
    assert again.status_code == 304 and again.content == b""
    assert again.headers["etag"] == first.headers["etag"]
    assert len(drawn) == 1
    assert ask(app, "HEAD", TILE).status_code == 200


def test_a_tile_is_drawn_once_also_for_another_process(
    portal: Portal, build: Build, drawn: list[object]
) -> None:
    answers = [ask(guarded(site(portal, build), portal.settings), "GET", TILE) for _ in range(3)]
    assert len({(answer.content, answer.headers["etag"]) for answer in answers}) == 1
    assert len(drawn) == 1
    assert len(list((portal.settings.data / "tiles").rglob("*.webp"))) == 1


def test_many_who_ask_at_the_same_moment_wait_for_the_same_picture(app: ASGIApp, drawn: list[object]) -> None:
    async def conversation() -> list[httpx.Response]:
        async with browsing(app) as browser:
            return await asyncio.gather(*(browser.get(TILE) for _ in range(20)))

    answers = asyncio.run(conversation())
    assert {size(answer) for answer in answers} == {(256, 256)}
    assert len(drawn) == 1


def test_a_visitor_who_leaves_takes_nothing_from_the_others(portal: Portal, drawn: list[object]) -> None:
    async def conversation() -> bytes:
        ours = Maps(portal)
        hurried = asyncio.create_task(ours._kept_or_drawn("abcd", lambda: b"picture"))
        patient = asyncio.create_task(ours._kept_or_drawn("abcd", lambda: b"picture"))
        await asyncio.sleep(0)
        hurried.cancel()
        return await patient

    assert asyncio.run(conversation()) == b"picture"


def test_while_pictures_are_drawn_other_pages_are_answered_and_few_are_drawn_at_once(
    app: ASGIApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    released, inside, most = threading.Event(), 0, 0
    lock = threading.Lock()

    def slow(*_: object) -> bytes:
        nonlocal inside, most
        with lock:
            inside += 1
            most = max(most, inside)
        released.wait(20)
        with lock:
            inside -= 1
        return b"RIFF"

    monkeypatch.setattr(maps, "draw_tile", slow)

    async def conversation() -> tuple[int, list[int]]:
        async with browsing(app) as browser:
            tiles = [asyncio.create_task(browser.get(tile(x=X + n))) for n in range(6)]
            async with asyncio.timeout(20):
                while inside < 2:
                    await asyncio.sleep(0.01)
            health = await browser.get(url("health"))
            released.set()
            return health.status_code, [(await task).status_code for task in tiles]

    assert asyncio.run(conversation()) == (200, [200] * 6)
    assert most == 2


def test_new_data_give_new_pictures(app: ASGIApp, portal: Portal) -> None:
    before = ask(app, "GET", TILE)
    middle = shapely.Point(INSIDE["long"], INSIDE["lat"])
    write_places(portal.settings.data / "places.db", [Shape("water", 0, "", middle.buffer(0.02))])
    after = ask(app, "GET", TILE, headers={"if-none-match": before.headers["etag"]})
    assert after.status_code == 200
    assert after.content != before.content


@pytest.mark.parametrize(
    "path",
    [
        tile(z=9),
        tile(z=19),
        tile(z="015"),
        tile(z=-15),
        tile(z="x"),
        tile(x=2**Z),
        tile(x=-1),
        tile(x="1e3"),
        tile(x=f"{X}@2x"),
        tile(y=f"{Y}@3x"),
        tile(y="9" * 400),
        tile(x=X + 500),
        tile(y=Y - 500),
        tile(x="٣"),
        tile(theme="sepia"),
        tile(theme="..%2f.."),
        tile() + "?language=xx",
        tile() + "?language=..%2f",
        spot(lat=0, long=0),
        spot(lat="nan"),
        spot(lat="inf"),
        spot(lat="1e1"),
        spot(lat=91),
        spot(lat=INSIDE["long"], long=INSIDE["lat"]),
        spot(lat=47.6),
        spot(lat="45.52,1"),
        spot(lat="４５"),
        spot(lat="4" * 400),
        spot(zoom=9),
        spot(zoom=19),
        spot(theme="sepia"),
    ],
)
def test_what_is_not_on_this_map_is_not_found(app: ASGIApp, portal: Portal, path: str) -> None:
    assert ask(app, "GET", path).status_code == 404
    assert not (portal.settings.data / "tiles").exists()


def test_a_spot_is_rounded_to_a_meter(app: ASGIApp, portal: Portal) -> None:
    answers = [ask(app, "GET", spot(lat=lat)) for lat in ("45.520001", "45.52", "45.5200019999")]
    assert len({answer.headers["etag"] for answer in answers}) == 1
    assert ask(app, "GET", spot(lat="45.52002")).headers["etag"] != answers[0].headers["etag"]


def test_words_on_the_map_are_in_the_pages_language(app: ASGIApp, portal: Portal) -> None:
    lat, long = INSIDE["lat"], INSIDE["long"]
    line = shapely.LineString([(long - 0.01, lat + 0.0005), (long + 0.01, lat + 0.0005)])
    street = Shape("street", 0, "Main Street", line, {"es": "Calle Mayor"})
    write_places(portal.settings.data / "places.db", [street])
    asked = {code: ask(app, "GET", f"{spot()}?language={code}") for code in ("en", "es")}
    assert asked["en"].content != asked["es"].content
    by_header = ask(app, "GET", spot(), headers={"accept-language": "es"})
    assert by_header.content == asked["es"].content
    assert "accept-language" in by_header.headers["vary"]


def test_a_network_cannot_ask_for_pictures_without_end(app: ASGIApp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(RATES, "map", replace(RATES["map"], network=Rate(at_once=2, per_minute=1)))
    hall = ("203.0.113.9", 4711)

    async def conversation() -> list[int]:
        async with browsing(app, client=hall) as browser:
            return [(await browser.get(path)).status_code for path in (TILE, spot(), TILE, spot())]

    assert asyncio.run(conversation()) == [200, 200, 429, 429]


# --- which map a page shows ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("route", "rate"), [("map_layers", "map"), ("places", "places")])
def test_what_a_map_needs_besides_is_limited_too(
    app: ASGIApp, monkeypatch: pytest.MonkeyPatch, route: str, rate: str
) -> None:
    monkeypatch.setitem(RATES, rate, replace(RATES[rate], network=Rate(at_once=2, per_minute=1)))

    async def conversation() -> list[int]:
        async with browsing(app, client=("203.0.113.9", 4711)) as browser:
            return [(await browser.get(url(route))).status_code for _ in range(3)]

    assert asyncio.run(conversation()) == [200, 200, 429]


def test_by_default_tiles_are_ours_and_their_makers_are_named(portal: Portal) -> None:
    ours = Maps(portal)
    layer = ours.layers("es")["dark"]
    assert layer.url == "/tiles/dark/{z}/{x}/{y}{r}.webp?language=es"
    assert layer.attribution == ""
    osm = ("OpenStreetMap contributors", "ODbL 1.0")
    sources = [osm, ("City of Example", ""), osm]
    write_places(portal.settings.data / "places.db", [], sources=sources)
    assert (
        ours.layers("en")["light"].attribution
        == "Map data: OpenStreetMap contributors (ODbL 1.0), City of Example"
    )


def test_a_citys_own_tile_server_is_the_only_other_origin_that_pages_may_show(
    tmp_path: Path, build: Build, portal: Portal
) -> None:
    tiles = "https://tiles.city.example:8443/a/{z}/{x}/{y}.png"
    settings = Settings(data=tmp_path / "data", tile_url=tiles, tile_attribution="Bureau of Maps")
    theirs = Portal(settings=settings, city=portal.city, engine=portal.engine, photos=portal.photos)
    layer = Maps(theirs).layers("en")["light"]
    assert (layer.url, layer.attribution) == (tiles, "Bureau of Maps")
    page = ask(guarded(site(theirs, build), settings), "GET", "/en/nothing/")
    policy = page.headers["content-security-policy"]
    assert "; img-src 'self' blob: data: https://tiles.city.example:8443; " in policy


def test_without_that_setting_no_other_origin_is_allowed(build: Build) -> None:
    pages = Pages(build, small_city())
    assert "; img-src 'self' blob: data:; " in pages.security_policy
    assert "http" not in pages.security_policy
    assert pages.version != Pages(build, small_city(), tile_origin="https://a.example").version
