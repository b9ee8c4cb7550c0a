"""`/{locale}/requests/{reference}/sent/{token}/`: the receipt, after sending."""

from starlette.responses import Response

from app.city.views import CallView
from app.db.threads import reading
from app.http import formats
from app.http.answers import PRIVATE, answer
from app.http.route import Route
from app.http.visit import Visit
from app.places.points import Point
from app.places.whereabouts import WhoseIsIt, whose_is_it
from app.requests import labels
from app.requests.views_in_words import (
    NOT_SHOWN_TO_OTHERS,
    photo_problems,
    private_photo,
    request_view,
)
from app.requests.views_pages import SentView
from app.requests.views_shown import RequestHeld, RequestPublic
from app.requests.web_held import held_request, no_such_link
from app.routes import tel


async def show(visit: Visit) -> Response:
    """GET: what the city has now, and how to come back to it."""
    held = await reading(held_request, visit)
    if held is None:
        return no_such_link(visit)
    whose = await reading(_whose, visit, held)
    view = SentView(
        request=request_view(visit, held, private_photo(held.id), NOT_SHOWN_TO_OTHERS),
        manage_url=visit.url("manage", **visit.params),
        qr_url=visit.url("qr", **visit.params),
        photo_problems=photo_problems(visit, held),
        expected=await _usual_time(visit, held),
        bureau=labels.bureau(visit.city, held.service_code, visit.t),
        whose=visit.t(whose.sentence) if whose.sentence else "",
        call=CallView(visit.t.said(whose.name), whose.phone, tel(whose.phone)) if whose.phone else None,
    )
    return answer(visit, view, cache_control=PRIVATE)


def _whose(visit: Visit, held: RequestHeld) -> WhoseIsIt:
    """Who takes care of the place of a request."""
    if held.place.lat is None or held.place.long is None:
        return WhoseIsIt(True)
    areas = visit.portal.places.current().areas.at(Point(lat=held.place.lat, long=held.place.long))
    return whose_is_it(visit.city, areas, visit.city.service(held.service_code))


async def _usual_time(visit: Visit, shown: RequestPublic) -> str:
    service = visit.city.service(shown.service_code)
    if service is None:
        return ""
    return formats.usual_time(service, await visit.portal.pace.half_within(service.service_code), visit.t)


ROUTES = [
    Route("GET", "sent", show),
]
