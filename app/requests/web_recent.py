"""`/{locale}/recent/`: the newest requests, a page at a time."""

from starlette.responses import Response

from app.db.cursors import parse_cursor
from app.db.engine import read
from app.db.threads import reading
from app.http import formats
from app.http.answers import answer
from app.http.route import Route
from app.http.visit import Visit
from app.reports.references import grouped
from app.requests import labels
from app.requests.homes import is_at_home
from app.requests.store_lists import recent_requests
from app.requests.views import listed_view
from app.requests.views_pages import RecentItemView, RecentView
from app.requests.views_shown import RequestListed
from app.routes import Url, url

RECENT = 20
"""Requests on one page of the list."""


async def show(visit: Visit) -> Response:
    """GET `?after=…`: the newest requests, or those after a place in the list."""
    return await reading(_recent_page, visit)


def _recent_page(visit: Visit) -> Response:
    after = parse_cursor(visit.request.query_params.get("after", ""))
    with read(visit.portal.engine) as connection:
        page = recent_requests(connection, limit=RECENT, after=after)
    items = []
    for request, photo in page.items:
        service, at_home = visit.city.service(request.service_code), is_at_home(visit.portal, request)
        listed = listed_view(request, photo, service, at_home=at_home)
        items.append(_recent_item(visit, listed))
    older = Url(f"{visit.url('recent')}?after={page.after}") if page.after else None
    view = RecentView(requests=items, older_url=older, map_url=url("map", kind="recent"))
    return answer(visit, view)


def _recent_item(visit: Visit, listed: RequestListed) -> RecentItemView:
    return RecentItemView(
        service_name=labels.type_name(visit.city, listed.service_code, "", visit.t),
        status=visit.t(listed.status.words),
        status_code=listed.status.value,
        place=labels.place(visit.portal, listed.place, visit.t),
        date=formats.day(listed.requested_at, visit.locale.formats, visit.city.zone),
        iso=listed.requested_at.isoformat(),
        reference=grouped(listed.reference),
        url=visit.url("request", reference=listed.reference),
        photo_url=url("photo", content=listed.photo.name, size="320") if listed.photo else None,
    )


ROUTES = [
    Route("GET", "recent", show),
]
