"""`/map/recent.svg`: where the newest requests are, as far as everybody may know it, on a plain map."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from xml.sax.saxutils import escape

from starlette.responses import Response

from app.city.city import City
from app.db.engine import read
from app.db.threads import reading
from app.http.packed import Packed, pack
from app.http.pages import BROTLI_QUALITY
from app.http.portal import Portal
from app.http.replies import not_found
from app.http.route import Route
from app.http.visit import Visit
from app.places.points import LatLong
from app.requests.homes import is_at_home
from app.requests.store_lists import latest_change, recent_requests
from app.requests.views import listed_view
from app.requests.views_shown import RequestListed
from i18n import N_, N_n, Translator

SHOWN = 50
FRESH_SECONDS = 30
"""How old the map may be."""

_WIDTH = 1000
_MARGIN = 20


@dataclass(frozen=True)
class _Drawn:
    """A map in one language. change: of the newest change it knows; checked: monotonic seconds."""

    file: Packed
    change: datetime | None
    checked: float


async def show(visit: Visit) -> Response:
    """`/map/{kind}.svg`."""
    return await visit.portal.one(_RecentMap).answer(visit)


class _RecentMap:
    """Draws the map when something has changed, and at most twice a minute."""

    def __init__(self, portal: Portal) -> None:
        self._portal = portal
        self._ground = _Ground(portal.city)
        self._drawn: dict[str, _Drawn] = {}

    async def answer(self, visit: Visit) -> Response:
        """The map in the visitor's language."""
        if visit.params["kind"] != "recent":
            return not_found(visit)
        drawn = self._drawn.get(visit.locale.code)
        if drawn is None or monotonic() - drawn.checked > FRESH_SECONDS:
            drawn = await reading(self._draw, visit.t, drawn)
            self._drawn[visit.locale.code] = drawn
        headers = {"vary": "accept-encoding, accept-language", "content-language": visit.locale.code}
        return drawn.file.answer(visit.request, f"public, max-age={FRESH_SECONDS}", headers=headers)

    def _draw(self, t: Translator, before: _Drawn | None) -> _Drawn:
        now = monotonic()
        with read(self._portal.engine) as connection:
            change = latest_change(connection)
            if before is not None and before.change == change:
                return _Drawn(before.file, change, now)
            page = recent_requests(connection, limit=SHOWN)
        city = self._portal.city
        listed = [
            listed_view(
                request,
                photo,
                city.service(request.service_code),
                at_home=is_at_home(self._portal, request),
            )
            for request, photo in page.items
        ]
        svg = self._ground.with_requests(listed, t)
        return _Drawn(pack(svg.encode(), "image/svg+xml", quality=BROTLI_QUALITY), change, now)


class _Ground:
    """The city as lines, drawn once. One unit is the same distance in both directions."""

    def __init__(self, city: City) -> None:
        self._city = city
        south, west, north, east = city.boundary.bounds
        self._north, self._west = north, west
        self._shrink = math.cos(math.radians((north + south) / 2))
        self._scale = (_WIDTH - 2 * _MARGIN) / ((east - west) * self._shrink)
        self._height = round((north - south) * self._scale) + 2 * _MARGIN
        self._drawing = self._draw()

    def with_requests(self, listed: Sequence[RequestListed], t: Translator) -> str:
        """The whole picture. Open requests are discs, closed ones rings, which needs no color to be seen."""
        # The newest is drawn last, on top.
        dots = "".join(dot for request in reversed(listed) if (dot := self._dot(request)))
        count = dots.count("<circle")
        title = t(N_("Map of the newest reports in %(city)s"), city=self._city.name)
        description = t(
            N_n(
                "%(num)s report is on the map: a disc is open, a ring is closed.",
                "%(num)s reports are on the map: discs are open, rings are closed.",
                num=count,
            )
        )
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {self._height}" role="img" '
            f'lang="{t.locale.code}" aria-labelledby="title description">'
            f'<title id="title">{escape(title)}</title><desc id="description">{escape(description)}</desc>'
            f'{self._drawing}<g stroke="#fff" stroke-width="2">{dots}</g></svg>'
        )

    def _dot(self, request: RequestListed) -> str:
        if request.place.lat is None or request.place.long is None:
            return ""
        x, y = self._spot((request.place.lat, request.place.long))
        if not (0 <= x <= _WIDTH and 0 <= y <= self._height):
            return ""
        if request.status.is_open:
            return f'<circle cx="{x:g}" cy="{y:g}" r="10" fill="#9c1f2e"/>'
        return f'<circle cx="{x:g}" cy="{y:g}" r="8" fill="none" stroke="#1d5e3a" stroke-width="4"/>'

    def _draw(self) -> str:
        rings = "".join(self._path(ring.points) + "Z" for ring in self._city.boundary.rings)
        lines = {
            kind: "".join(self._path(line.points) for line in self._city.lines if line.kind == kind)
            for kind in ("street", "river")
        }
        return (
            f'<rect width="{_WIDTH}" height="{self._height}" fill="#e9e6df"/>'
            f'<path d="{rings}" fill="#fff" fill-rule="evenodd" stroke="#6b6b6b" stroke-width="2"/>'
            f'<path d="{lines["street"]}" fill="none" stroke="#c9c4b8" stroke-width="3"/>'
            f'<path d="{lines["river"]}" fill="none" stroke="#8fbbd6" stroke-width="9"/>'
        )

    def _path(self, points: Iterable[LatLong]) -> str:
        return "M" + " ".join(f"{x:g},{y:g}" for x, y in map(self._spot, points))

    def _spot(self, point: LatLong) -> tuple[float, float]:
        x = _MARGIN + (point[1] - self._west) * self._shrink * self._scale
        y = _MARGIN + (self._north - point[0]) * self._scale
        return round(x, 1), round(y, 1)


ROUTES = [
    Route("GET", "map", show),
]
