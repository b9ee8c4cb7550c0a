"""Open requests near a place, before somebody sends another one of the same kind.

`GET /places/reported.json` is for pages with script; without, the form comes once more with the same (`near_views`).
"""

from dataclasses import replace
from typing import Any

from starlette.responses import Response

from app.city.services import Service
from app.db.engine import read
from app.db.threads import reading
from app.http import formats
from app.http.replies import TRY_LATER, refusal, reply, try_later
from app.http.route import Route
from app.http.visit import Visit
from app.kit.errors import Rejected
from app.places.points import Point, distance_in_words, read_point
from app.places.whereabouts import check_place
from app.reports.references import grouped
from app.reports.views_pages import NearView
from app.requests import labels
from app.requests.follow_keys import make_key
from app.requests.homes import is_at_home
from app.requests.nearby import RequestNear, near_view
from app.requests.store_nearby import open_requests_near
from app.routes import url
from i18n import N_
from i18n.locales import LOCALES

MOST_SHOWN = 5
MOST_FOUND = 20
"""Of which those are left out that are at a home."""
LONGEST_DESCRIPTION = 140
"""Characters of a description: enough to tell whether it is the same thing."""


async def show(visit: Visit) -> Response:
    """Answer with the newest open requests of this type within its distance: `{"requests": [...]}`.

    Parameters: `service_code`; `lat`, `long` in WGS84 degrees; `locale`, else the browser's language. 400 says
    what is wrong with the place. What a type keeps private is never found this way, see
    `Service.offered_within_m`.
    """
    asked = visit.request.query_params
    visit = replace(visit, locale=LOCALES.get(asked.get("locale", ""), visit.locale))
    service = visit.city.service(asked.get("service_code", ""))
    if service is None:
        message = N_("This type of report is not offered. Choose another one.")
        return refusal(visit, 400, "service_code", message)
    try:
        here = _place(visit, asked.get("lat", ""), asked.get("long", ""))
    except Rejected as rejected:
        return refusal(visit, 400, "place", rejected.errors[0].message)
    try:
        near = await reading(_near, visit, service, here)
    except TRY_LATER as error:
        return try_later(visit, error)
    headers = {"vary": "accept-language", "content-language": visit.locale.code}
    return reply({"requests": [_kept(visit, service, request) for request in near]}, headers=headers)


def _kept(visit: Visit, service: Service, near: RequestNear) -> dict[str, Any]:
    """The same as `_content`, its place never in the words of the person who reported it.

    A phone that follows a request keeps the place for good, also when the city hides the words later.
    """
    place = labels.place(visit.portal, replace(near.listed.place, address_string=""), visit.t)
    return {**_content(visit, service, near), "place": place}


def _place(visit: Visit, lat: str, long: str) -> Point:
    """Raises Rejected for what is no place, or none of this city."""
    if (problem := check_place(visit.city, lat, long)) is not None:
        raise Rejected([problem])
    return read_point(lat, long)


def _near(visit: Visit, service: Service, here: Point) -> list[RequestNear]:
    within_m = service.offered_within_m
    if not within_m:
        return []
    with read(visit.portal.engine) as connection:
        found = open_requests_near(
            connection, service.service_code, here, within_m=within_m, limit=MOST_FOUND
        )
    # A home must not be found out by asking from many spots.
    elsewhere = [one for one in found if not is_at_home(visit.portal, one.request)][:MOST_SHOWN]
    return [near_view(one.request, one.photo, one.distance_m, service) for one in elsewhere]


def near_views(visit: Visit, service: Service, here: Point) -> list[NearView]:
    """The same for a page without script, each with a key of its own to follow it with."""
    return [_view(visit, service, request) for request in _near(visit, service, here)]


def _view(visit: Visit, service: Service, near: RequestNear) -> NearView:
    said = _content(visit, service, near)
    facts = filter(None, (said[name] for name in ("distance", "place", "date", "followed")))
    page = visit.url("request", reference=near.listed.reference)
    return NearView(
        title=said["title"],
        reference=grouped(near.listed.reference),
        url=page,
        description=said["description"],
        language=said["language"],
        # Each by itself: an address is often in another script than the page.
        facts=" · ".join(map(formats.isolated, facts)),
        photo_url=said["photo_url"],
        alt=said["alt"],
        follow_url=page,
        key=make_key(),
    )


def _content(visit: Visit, service: Service, near: RequestNear) -> dict[str, Any]:
    """One request in words. language: of the description, for `lang`; follow_url: see app/requests/web_following.py."""
    t, listed = visit.t, near.listed
    photo = listed.photo.name if listed.photo else None
    return {
        "reference": listed.reference,
        "grouped": grouped(listed.reference),
        "title": labels.type_name(visit.city, service.service_code, "", t),
        "description": formats.shortened(near.description, LONGEST_DESCRIPTION),
        "language": near.language,
        "place": labels.place(visit.portal, listed.place, t),
        "date": formats.day(listed.requested_at, visit.locale.formats, visit.city.zone),
        "distance": t(distance_in_words(near.distance_m)),
        "followed": labels.followed(near.followers, t),
        "photo_url": url("photo", content=photo, size="320") if photo else None,
        "alt": labels.alt(listed.photo, 1, t) if listed.photo else "",
        "url": visit.url("request", reference=listed.reference),
        "follow_url": url("follow", reference=listed.reference),
    }


ROUTES = [
    Route("GET", "reported", show, rate="near"),
]
