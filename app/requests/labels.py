"""A request in words, piece by piece: the same on its pages, at the desk, near by and in a saved copy."""

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache

from app.city.city import City
from app.http import formats
from app.http.portal import Portal
from app.photos.models import PhotoState
from app.places.geocoder.protocol import Nearby
from app.places.points import TOO_FAR_M, Point, from_place, in_degrees
from app.places.whereabouts import describe
from app.requests.rows import QueueRow, RequestRow
from app.requests.statuses import Status
from app.requests.views_shown import ContactShown, PhotoShown, PlaceShownAs, RequestPublic
from i18n import N_, Message, N_n, Translator

# --- what it is -------------------------------------------------------------------------------------------------------


def type_name(city: City, service_code: str, as_seen: str, t: Translator) -> str:
    """What its type is called today; one that is not offered any more, as the person saw it, if that is known."""
    service = city.service(service_code)
    # Translators: a report that somebody has made; a noun.
    return t.said(service.service_name) if service else as_seen or t(N_("Report"))


def bureau(city: City, service_code: str, t: Translator) -> str:
    """Who does the work; empty if the type is not offered any more."""
    service = city.service(service_code)
    return t.said(service.agency_responsible) if service else ""


# --- when it is done --------------------------------------------------------------------------------------------------


def usually_done(city: City, request: RequestPublic | QueueRow, t: Translator) -> str:
    """By which day it is usually done; empty once it is finished, and if nobody has confirmed a usual time."""
    return _by_day(N_("Usually done by %(date)s."), city, request, t) if _is_expected(city, request) else ""


def late(city: City, request: RequestPublic | QueueRow, t: Translator, now: datetime) -> str:
    """That the usual time is over and the city still has something to do, else empty. now: UTC."""
    if request.expected_at is None or now <= request.expected_at or not _is_expected(city, request):
        return ""
    return _by_day(N_("Late: usually done by %(date)s."), city, request, t)


def _is_expected(city: City, request: RequestPublic | QueueRow) -> bool:
    return Status(request.status).is_open and city.has_usual_time(request.service_code)


def _by_day(sentence: Message, city: City, request: RequestPublic | QueueRow, t: Translator) -> str:
    if request.expected_at is None:
        return ""
    return t(sentence, date=formats.day(request.expected_at, t.locale.formats, city.zone))


# --- what the person wrote and sent -----------------------------------------------------------------------------------


def own_language(request: RequestPublic) -> str:
    """Of what the person wrote. Where that was too short to tell, most probably that of the page it was written on."""
    return request.written_in or request.language


def answers(request: RequestPublic) -> list[tuple[str, str, str]]:
    """Each question, its answer, and the language of the answer."""
    own = own_language(request)
    return [
        (answer.label, ", ".join(answer.texts), own if answer.own_words else request.language)
        for answer in request.answers
    ]


def stored(photos: Iterable[PhotoShown]) -> list[PhotoShown]:
    """The photos that there is something to see of, in the person's order."""
    return [photo for photo in photos if photo.state is PhotoState.STORED and photo.content]


def alt(photo: PhotoShown, number: int, t: Translator) -> str:
    """What stands for a photo: how the person has described it, or that nobody has. number: of the photo, from 1."""
    return photo.description or t(N_("Photo %(n)s, not described", n=number))


def full_name(contact: ContactShown) -> str:
    """Of the person who reported it, empty if the city does not have it."""
    return f"{contact.first_name} {contact.last_name}".strip()


# --- where it is ------------------------------------------------------------------------------------------------------


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


# --- who follows it ---------------------------------------------------------------------------------------------------


def followed(number: int, t: Translator) -> str:
    """How many follow a request; empty if nobody does."""
    if not number:
        return ""
    return t(N_n("Followed by %(num)s person", "Followed by %(num)s people", num=number))
