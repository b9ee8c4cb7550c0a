"""The page of all alerts that are on."""

from starlette.responses import Response

from app.web.alert_views import alert_view
from app.web.views import AlertsView
from app.web.visit import Visit
from app.web.words import day_and_time


async def show(visit: Visit) -> Response:
    """GET `/{locale}/alerts/`. It says when it was read, so it is another page each minute."""
    now = visit.portal.now()
    etag = visit.pages.etag(visit, "alerts", f"{now:%Y%m%d%H%M}")
    unchanged = visit.pages.unchanged(visit, etag)
    if unchanged is not None:
        return unchanged
    view = AlertsView(
        alerts=[alert_view(visit, one) for one in visit.alerts],
        read=day_and_time(now, visit.t, visit.city.zone),
    )
    return visit.pages.answer(visit, "alerts", view, etag=etag)
