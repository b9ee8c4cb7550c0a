"""The page of all alerts that are on."""

from starlette.responses import Response

from app.alerts.views import AlertsView, alert_view
from app.http.answers import answer, etag_of, unchanged
from app.http.formats import day_and_time
from app.http.route import Route
from app.http.visit import Visit


async def show(visit: Visit) -> Response:
    """GET `/{locale}/alerts/`. It says when it was read, so it is another page each minute."""
    now = visit.portal.now()
    etag = etag_of(visit, "alerts", f"{now:%Y%m%d%H%M}")
    known = unchanged(visit, etag)
    if known is not None:
        return known
    view = AlertsView(
        alerts=[alert_view(visit, one) for one in visit.alerts],
        read=day_and_time(now, visit.t, visit.city.zone),
    )
    return answer(visit, view, etag=etag)


ROUTES = [
    Route("GET", "alerts", show),
]
