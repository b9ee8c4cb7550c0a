"""`/` and `/{locale}/`: the start page."""

from starlette.responses import RedirectResponse, Response

from app.city.views import groups
from app.http.answers import MINE, answer, etag_of, unchanged
from app.http.route import Route
from app.http.visit import Visit, preferred_locale
from app.routes import url
from app.site.views import HomeView


async def show(visit: Visit) -> Response:
    """Every group of request types."""
    etag = etag_of(visit, "home")
    return unchanged(visit, etag) or answer(visit, HomeView(groups=groups(visit)), etag=etag)


async def root(visit: Visit) -> Response:
    """`/`: on to the visitor's own language."""
    locale = preferred_locale(visit.request.headers.get("accept-language", ""))
    headers = {"vary": "accept-language", "cache-control": MINE}
    return RedirectResponse(url("home", locale=locale), status_code=302, headers=headers)


ROUTES = [
    Route("GET", "home", show),
    Route("GET", "root", root),
]
