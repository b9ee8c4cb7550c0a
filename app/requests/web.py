"""`/{locale}/requests/…`: looking a request up by its number, and the page that everybody may see."""

from urllib.parse import urlencode

from starlette.responses import RedirectResponse, Response

from app.db.engine import read
from app.db.threads import reading
from app.http.answers import MINE, OWN, PRIVATE, answer, etag_of, unchanged
from app.http.route import Route
from app.http.visit import Visit
from app.kit.errors import Rejected
from app.reports.references import is_reference, parse_reference
from app.requests.follow_keys import make_key, parse_key
from app.requests.following import may_be_followed
from app.requests.homes import is_at_home
from app.requests.store_nearby import follows
from app.requests.store_request import public_request, version_of
from app.requests.views import public_view
from app.requests.views_in_words import NOT_SHOWN, public_photo, request_view
from app.requests.views_pages import FollowView, RequestsView, StatusView
from app.routes import Url
from i18n import N_, Message


async def look_up(visit: Visit) -> Response:
    """GET `/{locale}/requests/?reference=…`: on to the request, or a kind word about the number."""
    typed = visit.request.query_params.get("reference", "")[:200]
    if not typed.strip():
        return answer(visit, RequestsView(query="", error=""), cache_control=MINE)
    try:
        reference = parse_reference(typed)
    except Rejected as rejected:
        return _look_up_again(visit, typed, rejected.errors[0].message, status=400)
    if await reading(version_of, visit.portal.engine, reference) is None:
        return _look_up_again(visit, typed, _UNKNOWN, status=404)
    return RedirectResponse(visit.url("request", reference=reference), status_code=303)


_UNKNOWN = N_(
    "There is no request with this number. Check the digits on your receipt. "
    "A report made without a connection appears here after it has been sent."
)


def _look_up_again(visit: Visit, typed: str, message: Message, *, status: int) -> Response:
    view = RequestsView(query=typed, error=visit.t(message))
    return answer(visit, view, status=status, cache_control=MINE)


async def show(visit: Visit) -> Response:
    """GET `/{locale}/requests/{reference}/`: what everybody may see."""
    reference = visit.params["reference"]
    if not is_reference(reference):
        # Digits of another script or groups with dashes: the look-up reads them.
        return RedirectResponse(
            Url(f"{visit.url('requests')}?{urlencode({'reference': reference[:200]})}"), status_code=303
        )
    return await reading(_status, visit, reference)


def _status(visit: Visit, reference: str) -> Response:
    """Who has the page already is answered after one short look; everybody else gets it."""
    key = parse_key(visit.request.query_params.get("key", ""))
    if key is None and "if-none-match" in visit.request.headers:
        version = version_of(visit.portal.engine, reference)
        etag = etag_of(visit, reference, version)
        known = unchanged(visit, etag, cache_control=OWN)
        if version is not None and known is not None:
            return known
    return _status_page(visit, reference, key)


def _status_page(visit: Visit, reference: str, key: str | None) -> Response:
    """key: of somebody without script who has followed the request, or does no more."""
    with read(visit.portal.engine) as connection:
        loaded = public_request(connection, reference)
        following = loaded is not None and key is not None and follows(connection, loaded.request.id, key)
    if loaded is None:
        return _look_up_again(visit, reference, _UNKNOWN, status=404)
    service = visit.city.service(loaded.request.service_code)
    shown = public_view(
        loaded.request,
        loaded.updates,
        loaded.photos,
        service,
        at_home=is_at_home(visit.portal, loaded.request),
    )
    follow = None
    if following or may_be_followed(loaded.request, service):
        notice = "" if key is None else visit.t(_YOU_FOLLOW if following else _YOU_DO_NOT_FOLLOW)
        action = visit.url("request", reference=reference)
        follow = FollowView(action=action, key=key or make_key(), following=following, notice=notice)
    view = StatusView(request=request_view(visit, shown, public_photo, NOT_SHOWN), follow=follow)
    if key is not None:
        return answer(visit, view, cache_control=PRIVATE)
    etag = etag_of(visit, reference, shown.version)
    return answer(visit, view, etag=etag, cache_control=OWN)


_YOU_FOLLOW = N_("You follow this request.")
_YOU_DO_NOT_FOLLOW = N_("You do not follow this request.")


ROUTES = [
    Route("GET", "requests", look_up),
    Route("GET", "request", show),
]
