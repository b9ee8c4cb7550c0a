"""What the stand-in city knows of places: the portal's own doors, behind them a small database made here."""

import asyncio
import json
from collections.abc import Callable, Coroutine, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import Any

import yaml
from starlette.requests import Request
from starlette.responses import Response

from app.city.city import City
from app.http.pages import Pages
from app.http.visit import Visit
from app.maps.web import Maps
from app.places import web as places
from app.places.data.importing import import_places
from app.places.data.live import LivePlaces
from app.places.data.offline import offline_places
from app.places.geocoder.embedded import EmbeddedGeocoder
from app.places.geocoder.protocol import Nearby
from app.places.points import Place, Point, nearest_place
from i18n.locales import LOCALES

Box = tuple[float, float, float, float]
"""South, west, north, east in degrees."""

AREAS: dict[str, dict[str, Box]] = {
    "neighborhood": {
        "Downtown": (45.50507, -122.69007, 45.52507, -122.67007),
        "Arleta": (45.48007, -122.60007, 45.50007, -122.57007),
    },
    "district": {
        "West End": (45.50007, -122.70007, 45.54007, -122.66513),
        "East End": (45.47007, -122.61007, 45.51007, -122.50007),
    },
}
TOWNS: dict[str, Box] = {"Gresham": (45.475, -122.460, 45.525, -122.400)}

Door = Callable[[Visit], Coroutine[Any, Any, Response]]


class FakePlaces:
    """Answers what a page may ask about places. `known`: the places that phones keep, too."""

    def __init__(self, city: City, pages: Pages) -> None:
        self._folder = TemporaryDirectory()
        data = Path(self._folder.name)
        _write_areas(data / "city")
        import_places(data / "places.db", city, data / "city", lambda _file, _rows: None)
        live = LivePlaces(data, city)
        settings = SimpleNamespace(data=data, tile_url="", tile_attribution="")
        self._portal: Any = SimpleNamespace(city=city, settings=settings, places=live)
        self._pages = pages
        self._answering = ThreadPoolExecutor()
        self.atlas: dict[str, Any] = json.loads(offline_places(live.current().file))
        self.known = [
            Place(name=name, kind="landmark", lat=lat, long=long)
            for name, _, lat, long in self.atlas["places"]
        ]
        self._portal.geocoder = _Geocoder(live, self.known)
        self._doors: dict[str, Door] = {
            "/places/search.json": places.search,
            "/places/near.json": places.near,
            "/places/offline.json": places.for_phones,
            "/map/layers.json": Maps(self._portal).show_layers,
        }

    def answer(self, path: str, query: str, headers: Mapping[str, str] | None = None) -> Response | None:
        """The portal's answer, or None if the address is not one of places."""
        door = self._doors.get(path)
        if door is None:
            return None
        # In a thread of its own: that of the tests has a loop, which is Playwright's.
        return self._answering.submit(asyncio.run, door(self.visit(path, query, headers or {}))).result()

    def close(self) -> None:
        """Remove the database."""
        self._answering.shutdown()
        self._folder.cleanup()

    def near(self, point: Point, locale: str = "en") -> dict[str, Any]:
        """What is known of a spot."""
        found = self.answer("/places/near.json", f"lat={point.lat}&long={point.long}&locale={locale}")
        assert found is not None
        return dict(json.loads(bytes(found.body)))

    def visit(self, path: str, query: str, headers: Mapping[str, str]) -> Visit:
        """A visit to one of the doors."""
        pairs = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
        scope = {
            "type": "http",
            "method": "GET",
            "path": path,
            "query_string": query.encode(),
            "headers": pairs,
            "server": ("127.0.0.1", 80),
        }
        return Visit(Request(scope), self._portal, self._pages, LOCALES["en"], "places_near")


class _Geocoder(EmbeddedGeocoder):
    """Finds all that the portal finds, but says spots only by what phones know as well, so that both can be compared."""

    def __init__(self, live: LivePlaces, known: list[Place]) -> None:
        super().__init__(live)
        self._known = known

    def near(self, point: Point, *, locale: str = "en") -> Nearby | None:
        """See Geocoder."""
        nearest = nearest_place(self._known, point)
        if nearest is None:
            return None
        place, away_m, _ = nearest
        return Nearby(place.name, place.kind, place.lat, place.long, away_m)


def _write_areas(folder: Path) -> None:
    """A folder as a city brings it, see docs/places.md."""
    folder.mkdir()
    sources = []
    for area, boxes in AREAS.items():
        _write_boxes(folder / f"{area}.geojson", boxes)
        sources.append({"file": f"{area}.geojson", "kind": "areas", "area": area})
    _write_boxes(folder / "towns.geojson", TOWNS)
    sources.append({"file": "towns.geojson", "kind": "neighbors"})
    terms = {"name": "Invented for tests", "license": "CC0"}
    (folder / "import.yaml").write_text(yaml.safe_dump({"sources": [{**one, **terms} for one in sources]}))


def _write_boxes(file: Path, boxes: Mapping[str, Box]) -> None:
    features = [
        {
            "type": "Feature",
            "properties": {"name": name},
            "geometry": {"type": "Polygon", "coordinates": [_ring(*box)]},
        }
        for name, box in boxes.items()
    ]
    file.write_text(json.dumps({"type": "FeatureCollection", "features": features}))


def _ring(south: float, west: float, north: float, east: float) -> list[list[float]]:
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]
