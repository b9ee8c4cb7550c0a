"""Whose a request is: the private link in the address says so."""

from starlette.responses import Response

from app.db.engine import read
from app.http.answers import problem
from app.http.visit import Visit
from app.kit.ids import parse_manage_token
from app.reports.references import is_reference
from app.requests.models import is_held_by
from app.requests.store_request import whole_request
from app.requests.views import holder_view
from app.requests.views_shown import RequestHeld
from i18n import N_


def held_request(visit: Visit) -> RequestHeld | None:
    """The request, if the link in the address is the right one."""
    token = parse_manage_token(visit.params["token"])
    if token is None or not is_reference(visit.params["reference"]):
        return None
    with read(visit.portal.engine) as connection:
        loaded = whole_request(connection, visit.params["reference"])
    if loaded is None or not is_held_by(loaded.request, token):
        return None
    service = visit.city.service(loaded.request.service_code)
    return holder_view(loaded.request, loaded.updates, loaded.photos, service)


def no_such_link(visit: Visit) -> Response:
    """Say that the link in the address is not the right one, or no more."""
    return problem(
        visit,
        N_("This private link does not work"),
        N_("Check that the whole link was copied. You can still look the request up by its number."),
        status=404,
    )
