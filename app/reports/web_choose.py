"""`/{locale}/report/`: choosing what to report."""

from starlette.responses import Response

from app.city.search import find_services
from app.city.views import groups, service_view
from app.http.answers import MINE, answer, etag_of, unchanged
from app.http.route import Route
from app.http.visit import Visit
from app.reports.views_pages import ReportView

LONGEST_QUERY = 200


async def show(visit: Visit) -> Response:
    """All types, and what the search found."""
    query = " ".join(visit.request.query_params.get("q", "")[:LONGEST_QUERY].split())
    found = find_services(visit.city, query, visit.t) if query else []
    view = ReportView(
        query=query, found=[service_view(visit, service) for service in found], groups=groups(visit)
    )
    if query:
        return answer(visit, view, cache_control=MINE)
    etag = etag_of(visit, "report")
    return unchanged(visit, etag) or answer(visit, view, etag=etag)


ROUTES = [
    Route("GET", "report", show),
]
