"""`/tiles/…` and `/map/at/…`: the map's own pictures, and which map a page should show."""

import asyncio
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from hashlib import sha256

from starlette.responses import JSONResponse, Response

from app.db.threads import working
from app.http.conditional import has
from app.http.portal import Portal
from app.http.replies import not_found
from app.http.route import Route
from app.http.visit import Visit
from app.maps.drawing import box_of_tile, draw_tile
from app.maps.files import PictureFiles
from app.maps.mercator import Box
from app.maps.picture import box_of_picture, draw_picture
from app.maps.rules import HIGHEST_ZOOM, LOWEST_ZOOM
from app.maps.store import MapStore
from app.maps.themes import PALETTES, Theme
from app.routes import ROUTES as ADDRESSES
from i18n import N_, Translator, translator
from i18n.locales import LOCALES

PICTURE_SIZE = (360, 400)
"""Width and height of a picture of a spot, in pixels."""
FOR_A_DAY = "public, max-age=86400"
_AROUND_CITY = 0.05
"""Degrees around the city's outline in which there are pictures, about five kilometers."""
_AT_ONCE = 2
"""Pictures drawn at the same time by one process; more wait their turn."""
_TILE_NUMBER = re.compile(r"([0-9]{1,6})(@2x)?")
_DEGREES = re.compile(r"-?[0-9]{1,3}(\.[0-9]{1,20})?")

Draw = Callable[[], bytes]


@dataclass(frozen=True)
class TileLayer:
    """What a map in the browser needs to know.

    url: of tiles, with {z}, {x}, {y} (and, for our own, {r}) for Leaflet to fill. attribution: who made the data.
    """

    url: str
    attribution: str
    lowest_zoom: int = LOWEST_ZOOM
    highest_zoom: int = HIGHEST_ZOOM


def _tiles(theme: Theme, locale: str) -> str:
    # The braces are Leaflet's to fill, so they are not encoded.
    return f"{ADDRESSES['tile'].format(theme=theme, z='{z}', x='{x}', y='{y}{r}')}?language={locale}"


class Maps:
    """Draws pictures, keeps them on disk, and answers with them."""

    def __init__(self, portal: Portal) -> None:
        settings = portal.settings
        self._settings = settings
        self._store = MapStore(settings.data / "places.db", portal.city)
        self._files = PictureFiles(settings.data / "tiles")
        south, west, north, east = portal.city.boundary.bounds
        self._city = Box(west, south, east, north)
        self._covered = self._city.around(_AROUND_CITY)
        self._turn = asyncio.Semaphore(_AT_ONCE)
        self._under_way: dict[str, asyncio.Task[bytes]] = {}

    def layers(self, locale: str) -> dict[Theme, TileLayer]:
        """The tiles that a page should show: the city's own server's if the settings name one, else ours."""
        if self._settings.tile_url:
            theirs = TileLayer(self._settings.tile_url, self._settings.tile_attribution)
            return dict.fromkeys(PALETTES, theirs)
        words = self.attribution(translator(locale))
        return {theme: TileLayer(_tiles(theme, locale), words) for theme in PALETTES}

    async def show_layers(self, visit: Visit) -> Response:
        """`/map/layers.json?language=…`: all that a map in the browser needs to know.

        themes: tiles by theme. picture: the address of a picture of a spot. library: our copies of Leaflet. bounds:
        two corners of the city in degrees.
        """
        locale = _language(visit)
        if locale is None:
            return not_found(visit)
        layers = await working(self.layers, locale)
        content = {
            "themes": {theme: asdict(layer) for theme, layer in layers.items()},
            "picture": ADDRESSES["map_at"],
            "library": {
                "script": visit.pages.static("leaflet.js"),
                "style": visit.pages.static("leaflet.css"),
            },
            "bounds": [[self._city.south, self._city.west], [self._city.north, self._city.east]],
        }
        return JSONResponse(content, headers={"cache-control": FOR_A_DAY, "vary": "accept-language"})

    def attribution(self, t: Translator) -> str:
        """Who made the data of our own pictures; empty where the city itself did."""
        # Of one that has made several files, once.
        names = dict.fromkeys(
            f"{source.name} ({source.license})" if source.license else source.name
            for source in self._store.sources()
        )
        return t(N_("Map data: %(sources)s", sources=", ".join(names))) if names else ""

    async def tile(self, visit: Visit) -> Response:
        """`/tiles/{theme}/{z}/{x}/{y}.webp`; `{y}@2x` is the same with twice the pixels."""
        z = _zoom(visit.params["z"])
        x, y = (_TILE_NUMBER.fullmatch(visit.params[name]) for name in ("x", "y"))
        theme, locale = _theme(visit), _language(visit)
        if z is None or theme is None or locale is None or x is None or x[2] or y is None:
            return not_found(visit)
        column, row, scale = int(x[1]), int(y[1]), 2 if y[2] else 1
        box = box_of_tile(z, column, row) if max(column, row) < 2**z else None
        if box is None or not box.touches(self._covered):
            return not_found(visit)

        def draw() -> bytes:
            return draw_tile(self._store.shapes(box, z), z, column, row, theme, locale, scale)

        return await self._answer(visit, f"tile {z} {column} {row} {theme} {locale} {scale}", draw)

    async def picture(self, visit: Visit) -> Response:
        """`/map/at/{lat},{long}/{zoom}/{theme}.webp`: a picture with a pin, for pages without script."""
        lat, long = _degrees(visit.params["lat"]), _degrees(visit.params["long"])
        zoom, theme, locale = _zoom(visit.params["zoom"]), _theme(visit), _language(visit)
        if lat is None or long is None or zoom is None or theme is None or locale is None:
            return not_found(visit)
        if not self._covered.contains(lat, long):
            return not_found(visit)

        def draw() -> bytes:
            width, height = PICTURE_SIZE
            shapes = self._store.shapes(box_of_picture(lat, long, width, height, zoom), zoom)
            words = self.attribution(translator(locale))
            return draw_picture(shapes, lat, long, width, height, zoom, theme, locale, attribution=words)

        return await self._answer(visit, f"picture {lat} {long} {zoom} {theme} {locale}", draw)

    async def _answer(self, visit: Visit, what: str, draw: Draw) -> Response:
        version = await working(self._store.version)
        key = sha256(f"{version} {what}".encode()).hexdigest()[:32]
        headers = {"etag": f'"{key}"', "cache-control": FOR_A_DAY, "vary": "accept-language"}
        if has(visit.request, headers["etag"]):
            return Response(status_code=304, headers=headers)
        picture = await self._kept_or_drawn(key, draw)
        return Response(picture, headers=headers, media_type="image/webp")

    async def _kept_or_drawn(self, key: str, draw: Draw) -> bytes:
        """The picture; whoever asks for one that is being drawn waits for that one."""
        task = self._under_way.get(key)
        if task is None:
            task = asyncio.create_task(self._draw(key, draw))
            self._under_way[key] = task
            task.add_done_callback(lambda _: self._under_way.pop(key, None))
        # One visitor who leaves takes nothing from the others, and the picture is kept for the next.
        return await asyncio.shield(task)

    async def _draw(self, key: str, draw: Draw) -> bytes:
        kept = await working(self._files.read, key)
        if kept is not None:
            return kept
        async with self._turn:
            picture = await working(draw)
        await working(self._files.write, key, picture)
        return picture


async def show_layers(visit: Visit) -> Response:
    """See `Maps.show_layers`."""
    return await visit.portal.one(Maps).show_layers(visit)


async def picture(visit: Visit) -> Response:
    """See `Maps.picture`."""
    return await visit.portal.one(Maps).picture(visit)


async def tile(visit: Visit) -> Response:
    """See `Maps.tile`."""
    return await visit.portal.one(Maps).tile(visit)


def _theme(visit: Visit) -> Theme | None:
    return _THEMES.get(visit.params["theme"])


_THEMES: Mapping[str, Theme] = {theme: theme for theme in PALETTES}


def _language(visit: Visit) -> str | None:
    """Of names and words on the map: that of the query (`?language=es`), else what the browser asks for."""
    return _LANGUAGES.get(visit.request.query_params.get("language", visit.locale.code))


_LANGUAGES = {code: code for code in LOCALES}


def _zoom(text: str) -> int | None:
    zoom = int(text) if re.fullmatch(r"[0-9]{1,2}", text) else -1
    return zoom if LOWEST_ZOOM <= zoom <= HIGHEST_ZOOM else None


def _degrees(text: str) -> float | None:
    """Degrees to five decimals, which is a meter: nobody needs a picture of their own for less."""
    return round(float(text), 5) if _DEGREES.fullmatch(text) else None


ROUTES = [
    Route("GET", "map_layers", show_layers, rate="map"),
    Route("GET", "map_at", picture, rate="map"),
    Route("GET", "tile", tile, rate="map"),
]
