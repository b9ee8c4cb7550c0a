"""`/{locale}/`: the start page."""

from dataclasses import dataclass

from starlette.responses import RedirectResponse, Response

from app.city.views import GroupView, groups
from app.http.answers import MINE, answer, etag_of, unchanged
from app.http.views import PageView
from app.http.visit import Visit, preferred_locale
from app.routes import url


@dataclass(frozen=True)
class HomeView(PageView, page="home"):
    """The start page."""

    groups: list[GroupView]


async def show(visit: Visit) -> Response:
    """Every group of request types."""
    etag = etag_of(visit, "home")
    return unchanged(visit, etag) or answer(visit, HomeView(groups=groups(visit)), etag=etag)


async def root(visit: Visit) -> Response:
    """`/`: on to the visitor's own language."""
    locale = preferred_locale(visit.request.headers.get("accept-language", ""))
    headers = {"vary": "accept-language", "cache-control": MINE}
    return RedirectResponse(url("home", locale=locale), status_code=302, headers=headers)
