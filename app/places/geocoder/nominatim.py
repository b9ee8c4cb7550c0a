"""Any Nominatim server (https://nominatim.org) as a geocoder, through geopy; the embedded one stands behind it.

A person who types waits for nobody: each call has a short time limit, answers are kept for a while, a server that fails
is left alone for half a minute, and whenever it gives no answer, the embedded geocoder does.
"""

import logging
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

from geopy.exc import GeopyError
from geopy.geocoders import Nominatim

from app.city.city import City
from app.places.geocoder.protocol import MOST_FOUND, Found, Geocoder, Nearby
from app.places.place_words import MAX_QUERY
from app.places.points import Point, distance_m

TIMEOUT_S = 2.0
KEPT, KEPT_S = 2_000, 3_600
FAILURES, REST_S = 3, 30
PER_SECOND, AT_ONCE = 10.0, 20.0
# An address farther away than this says nothing about a spot.
NEAR_M = 150
log = logging.getLogger(__name__)


class NominatimGeocoder:
    """See Geocoder. clock: seconds that never go back."""

    def __init__(
        self,
        url: str,
        city: City,
        fallback: Geocoder,
        *,
        timeout: float = TIMEOUT_S,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        """url: the server's address, such as `http://127.0.0.1:8088`."""
        parts = urlsplit(url.rstrip("/"))
        self._service = Nominatim(
            domain=f"{parts.netloc}{parts.path}",
            scheme=parts.scheme,
            user_agent="portland-311",
            timeout=timeout,
        )
        south, west, north, east = city.boundary.bounds
        self._viewbox = [(south, west), (north, east)]
        self._fallback = fallback
        self._kept = _Kept(clock)
        self._breaker = _Breaker(clock)

    def search(self, query: str, *, locale: str = "en") -> list[Found]:
        """What the embedded geocoder is sure of comes first: Nominatim knows neither crossings nor plus codes."""
        ours = self._fallback.search(query, locale=locale)
        if not query.strip() or any(one.why in ("crossing", "coordinates") for one in ours):
            return ours
        theirs = self._ask(
            ("search", locale, query[:MAX_QUERY]),
            lambda: self._service.geocode(
                query[:MAX_QUERY],
                exactly_one=False,
                limit=MOST_FOUND,
                addressdetails=True,
                language=locale,
                viewbox=self._viewbox,
                bounded=True,
            ),
        )
        found = [_found(one.raw) for one in theirs or ()]
        return list(_merged(_in_order(found, ours)))[:MOST_FOUND]

    def near(self, point: Point, *, locale: str = "en") -> Nearby | None:
        """The nearest address if there is one close by, else the nearest place with a name."""
        answer = self._ask(
            ("near", locale, f"{point.lat:.5f},{point.long:.5f}"),
            lambda: self._service.reverse((point.lat, point.long), zoom=18, language=locale),
        )
        if answer:
            found = _found(answer.raw)
            away = distance_m(point, Point(lat=found.lat, long=found.long))
            if away <= NEAR_M:
                return Nearby(found.name, found.kind, found.lat, found.long, away)
        return self._fallback.near(point, locale=locale)

    def _ask(self, key: tuple[str, ...], call: Callable[[], Any]) -> Any:
        """The server's answer, or None if there is none now. Nothing of the question is logged."""
        kept = self._kept.get(key)
        if kept is not None:
            return kept[0]
        if not self._breaker.may_call():
            return None
        try:
            answer = call()
        except (GeopyError, ValueError, KeyError) as error:
            self._breaker.failed()
            log.warning("Nominatim did not answer: %s", type(error).__name__)
            return None
        self._breaker.succeeded()
        self._kept.put(key, answer)
        return answer


class _Breaker:
    """Lets calls through, so many a second, and none for a while after several failures in a row."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock, self._lock = clock, threading.Lock()
        self._failures, self._rests_until = 0, 0.0
        self._left, self._at = AT_ONCE, clock()

    def may_call(self) -> bool:
        with self._lock:
            now = self._clock()
            self._left = min(AT_ONCE, self._left + (now - self._at) * PER_SECOND)
            self._at = now
            if now < self._rests_until or self._left < 1:
                return False
            self._left -= 1
            return True

    def failed(self) -> None:
        with self._lock:
            self._failures += 1
            if self._failures >= FAILURES:
                self._rests_until = self._clock() + REST_S

    def succeeded(self) -> None:
        with self._lock:
            self._failures = 0


class _Kept:
    """The last answers, for a while, in memory only."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock, self._lock = clock, threading.Lock()
        self._answers: OrderedDict[tuple[str, ...], tuple[float, Any]] = OrderedDict()

    def get(self, key: tuple[str, ...]) -> tuple[Any] | None:
        with self._lock:
            at, answer = self._answers.get(key, (float("-inf"), None))
            return (answer,) if self._clock() - at < KEPT_S else None

    def put(self, key: tuple[str, ...], answer: Any) -> None:
        with self._lock:
            self._answers[key] = (self._clock(), answer)
            self._answers.move_to_end(key)
            if len(self._answers) > KEPT:
                self._answers.popitem(last=False)


def _found(raw: dict[str, Any]) -> Found:
    """One answer of Nominatim (jsonv2 or json). Raises KeyError or ValueError if it is none."""
    address = raw.get("address", {})
    road, number = address.get("road", ""), address.get("house_number", "")
    named = str(raw.get("name") or "").strip()
    full = str(raw.get("display_name", "")).split(", ")
    name = named or (f"{number} {road}".strip() if road else ", ".join(full[:2]))
    is_address = bool(number and road)
    kind = "address" if is_address and not named else str(raw.get("type", "place"))[:30]
    south, north, west, east = (float(degrees) for degrees in raw["boundingbox"])
    wide = distance_m(Point(lat=south, long=west), Point(lat=north, long=east)) / 2
    is_area = raw.get("class") in ("boundary", "place")
    return Found(
        name[:120],
        kind,
        round(float(raw["lat"]), 6),
        round(float(raw["lon"]), 6),
        max(20, min(5_000, round(wide))),
        "address" if is_address else "area" if is_area else "place",
    )


def _in_order(theirs: list[Found], ours: list[Found]) -> list[Found]:
    """Theirs first; but where a house is asked for, our guess of it before places that only share the street's name."""
    if not any(one.why == "address" for one in ours):
        return [*theirs, *ours]
    houses = [one for one in theirs if one.why == "address"]
    return [*houses, *ours, *theirs]


def _merged(found: Iterable[Found]) -> Iterable[Found]:
    """The same place under two names stands once: addresses and places nearer than 40 meters to one before."""
    kept: list[Found] = []
    for one in found:
        spot = Point(lat=one.lat, long=one.long)
        if not any(distance_m(spot, Point(lat=k.lat, long=k.long)) < 40 for k in kept):
            kept.append(one)
    return kept
