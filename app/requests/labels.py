"""A request in words: where it is, how many follow it. The same words on pages, at the desk and near by."""

from functools import lru_cache

from app.city.city import City
from app.http.portal import Portal
from app.places.geocoder.protocol import Nearby
from app.places.points import TOO_FAR_M, Point, from_place, in_degrees
from app.places.whereabouts import describe
from app.requests.rows import RequestRow
from app.requests.views import PlaceShownAs
from i18n import Message, N_n, Translator


def place(portal: Portal, shown: PlaceShownAs, t: Translator) -> str:
    """Where a request is, as far as this reader may know; empty if nothing may be said."""
    if shown.address_string:
        return shown.address_string
    if shown.lat is None or shown.long is None:
        return ""
    point = Point(lat=shown.lat, long=shown.long)
    # Beside a rounded point the nearest corner would look more exact than it is; a place people know does not.
    return _near(portal.city, point, t) if shown.precision == "approximate" else spot(portal, point, t)


def exact_place(portal: Portal, request: RequestRow, t: Translator) -> str:
    """Where a request is, for who may know it exactly; empty if nothing is known."""
    return place(portal, PlaceShownAs("exact", request.address_string, request.lat, request.long), t)


def spot(portal: Portal, point: Point, t: Translator) -> str:
    """Where a point is, seen from the nearest place of all that the portal knows; asked of nobody else."""
    near = portal.places.current().gazetteer.near(point, locale=t.locale.code)
    return t(from_nearby(near, point))


def from_nearby(near: Nearby | None, point: Point) -> Message:
    """Where a point is, seen from a place that was found near it, if one was and it is near enough."""
    if near is None or near.away_m > TOO_FAR_M:
        return in_degrees(point)
    return from_place(near.name, Point(lat=near.lat, long=near.long), point, near.away_m)


@lru_cache(maxsize=4096)
def _near(city: City, point: Point, t: Translator) -> str:
    return t(describe(city, point))


def followed(number: int, t: Translator) -> str:
    """How many follow a request; empty if nobody does."""
    if not number:
        return ""
    return t(N_n("Followed by %(num)s person", "Followed by %(num)s people", num=number))
