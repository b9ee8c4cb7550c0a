"""`/places/…`: from words to places, from a spot to words, and what of both a phone can keep.

What is asked says where people live, so nothing of it is logged and no cache keeps the answer.
"""

from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from starlette.responses import JSONResponse, Response

from app.db.threads import working
from app.http.packed import Packed, pack
from app.http.replies import refusal
from app.http.route import Route
from app.http.visit import Visit
from app.kit.errors import Rejected
from app.places.data.offline import offline_places
from app.places.geocoder.protocol import Found
from app.places.place_words import MAX_QUERY
from app.places.points import Point, read_point
from app.places.whereabouts import whose_is_it
from app.requests.labels import from_nearby
from app.routes import tel
from i18n import N_
from i18n.locales import LOCALES

NEVER_KEPT = {"cache-control": "no-store"}
FOR_A_DAY = "public, max-age=86400, stale-while-revalidate=604800"
"""A day-old copy does no harm."""


async def search(visit: Visit) -> Response:
    """`?q=…&locale=…`: at most eight places that fit, best first, each with the neighborhood it is in."""
    visit = _in_asked_language(visit)
    query = visit.request.query_params.get("q", "")[:MAX_QUERY]
    return JSONResponse(await working(_found, visit, query), headers=NEVER_KEPT)


async def near(visit: Visit) -> Response:
    """`?lat=…&long=…&locale=…&service_code=…`: what is there, in words; its areas; whether it is ours, and whom to
    call if not. service_code: what is to be reported there; it may be left out.
    """
    visit = _in_asked_language(visit)
    params = visit.request.query_params
    try:
        point = read_point(params.get("lat", ""), params.get("long", ""))
    except Rejected as rejected:
        return refusal(visit, 422, "place", rejected.errors[0].message, headers=NEVER_KEPT)
    return JSONResponse(await working(_there, visit, point), headers=NEVER_KEPT)


async def for_phones(visit: Visit) -> Response:
    """Areas and the best known places, for phones without a network: see `offline_places`."""
    return (await working(_for_phones, visit)).answer(visit.request, FOR_A_DAY)


def _for_phones(visit: Visit) -> Packed:
    places = visit.portal.places.current()
    return _packed(places.file, places.version)


# Packing takes a second, so it is done once for each database.
@lru_cache(maxsize=2)
def _packed(file: Path, _version: str) -> Packed:
    return pack(offline_places(file), "application/json")


def _in_asked_language(visit: Visit) -> Visit:
    locale = LOCALES.get(visit.request.query_params.get("locale", ""))
    return visit if locale is None else replace(visit, locale=locale)


def _found(visit: Visit, query: str) -> dict[str, Any]:
    found = visit.portal.geocoder.search(query, locale=visit.locale.code)
    answer: dict[str, Any] = {"results": [_shown(visit, one) for one in found]}
    if query.strip() and not found:
        answer["message"] = visit.t(
            N_("We found no such place. Try a crossing of two streets, a park, or the ZIP code.")
        )
    return answer


def _shown(visit: Visit, found: Found) -> dict[str, Any]:
    areas = visit.portal.places.current().areas.at(Point(lat=found.lat, long=found.long))
    shown = {
        "name": found.name,
        "kind": found.kind,
        "why": found.why,
        "lat": found.lat,
        "long": found.long,
        "sure_m": found.sure_m,
        "area": areas.name,
        "inside": areas.inside,
    }
    if found.is_approximate:
        shown["note"] = visit.t(N_("approximate: please check the pin"))
    return shown


def _there(visit: Visit, point: Point) -> dict[str, Any]:
    place = visit.portal.geocoder.near(point, locale=visit.locale.code)
    areas = visit.portal.places.current().areas.at(point)
    service = visit.city.service(visit.request.query_params.get("service_code", ""))
    whose = whose_is_it(visit.city, areas, service)
    return {
        "words": visit.t(from_nearby(place, point)),
        "neighborhood": areas.neighborhood,
        "district": areas.district,
        "ours": whose.ours,
        "sentence": visit.t(whose.sentence) if whose.sentence else "",
        "call": {"name": visit.t(whose.name), "phone": whose.phone, "url": tel(whose.phone)}
        if whose.phone
        else None,
    }


ROUTES = [
    Route("GET", "places", for_phones, rate="places"),
    Route("GET", "places_search", search, rate="places"),
    Route("GET", "places_near", near, rate="places"),
]
