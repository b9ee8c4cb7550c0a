"""Checks that look at more than one value of a city pack: codes used twice, unknown codes, odd places."""

from collections.abc import Iterable, Iterator, Sequence
from math import hypot
from statistics import median
from typing import Any

from app.city.city import City
from app.city.explain import unknown_key
from app.city.pack import CITY, KEYS_OF_FILE, KEYS_OF_SERVICE_FILE, Pack, Spot
from app.city.problems import Problem
from app.city.yaml_lines import KeyPath
from app.places.points import Point, contains, distance_to_boundary_m

# A place may lie a little outside (an airport, a park across the line), but not in another city.
PLACE_OUTSIDE_M = 3_000
SWAPPED_DEGREES = 0.5
"""A corner nearer than this to the middle of the city is never taken for a swapped one."""


def cross_checks(pack: Pack) -> Iterator[Problem]:
    """Find what is wrong between the values of a pack, whatever is wrong with the single ones."""
    yield from _top_keys(pack)
    yield from _duplicates(pack)
    yield from _dangling_codes(pack)
    yield from _empty_groups(pack)


def misplaced(city: City, pack: Pack) -> Iterator[Problem]:
    """Find places and holes that are not where the city is, as swapped coordinates would be."""
    for i, place in enumerate(city.places):
        outside = not contains(city.boundary, place)
        if outside and distance_to_boundary_m(city.boundary, place) > PLACE_OUTSIDE_M:
            reason = f'place "{place.name}" is far outside the outline of the city; check "lat" and "long"'
            yield pack.spot(("places", i)).problem(reason)
    whole = city.boundary.model_copy(update={"holes": ()})
    for i, hole in enumerate(city.boundary.holes):
        if not all(contains(whole, Point(lat=lat, long=long)) for lat, long in hole.points):
            reason = f'hole "{hole.name}" is not wholly inside the outline'
            yield pack.spot(("boundary", "holes", i)).problem(reason)


def swapped_corners(city: City, pack: Pack) -> Iterator[Problem]:
    """Find single corners written as [longitude, latitude] among others that are right.

    A corner that lies far from all others, and near them with its numbers swapped, is taken for one. (Where latitude
    and longitude are nearly the same, as in Cairo, swapping hardly moves a corner, and nothing is said.)
    """
    middle = _middle(city.boundary.outline.points)
    shapes: list[tuple[KeyPath, Sequence[tuple[float, float]]]] = [
        (("boundary", "outline"), city.boundary.outline.points),
        *((("boundary", "holes", i), hole.points) for i, hole in enumerate(city.boundary.holes)),
        *((("lines", i), line.points) for i, line in enumerate(city.lines)),
    ]
    for path, points in shapes:
        for number, (lat, long) in enumerate(points):
            if _apart(middle, (lat, long)) > SWAPPED_DEGREES + 3 * _apart(middle, (long, lat)):
                reason = f"corner {number + 1} has latitude and longitude swapped; write [{long:g}, {lat:g}]"
                yield pack.spot((*path, "points", number)).problem(reason)


def _middle(points: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """The middle one of all latitudes and of all longitudes, which a few wrong corners do not move."""
    return median(lat for lat, _ in points), median(long for _, long in points)


def _apart(one: tuple[float, float], other: tuple[float, float]) -> float:
    """How many degrees two corners are apart, more or less."""
    return hypot(one[0] - other[0], one[1] - other[1])


def never_near(city: City, pack: Pack) -> Iterator[Problem]:
    """Find distances written for request types of which nobody is ever shown what is near."""
    for i, service in enumerate(city.services):
        if service.near_m and "near_m" in service.model_fields_set and not service.is_recognizable:
            reason = (
                f'service {service.service_code}: "near_m" must be 0 or left out, because requests near by are '
                'shown only if their "place" is exact and their "description" or "photos" are public'
            )
            yield pack.spot(("services", i)).problem(reason, "near_m")


def _top_keys(pack: Pack) -> Iterator[Problem]:
    for document in pack.documents.values():
        is_service_file = document.file not in KEYS_OF_FILE
        allowed = KEYS_OF_SERVICE_FILE if is_service_file else KEYS_OF_FILE[document.file]
        for key in document.data:
            if key not in allowed:
                yield document.problem((key,), unknown_key(key, allowed))
        if is_service_file:
            for key in allowed:
                if key not in document.data:
                    yield document.problem((), f'"{key}" is missing')
            if not isinstance(document.data.get("services", ()), tuple):
                yield document.problem(("services",), '"services" must be a list')


def _duplicates(pack: Pack) -> Iterator[Problem]:
    """Find codes and names that must be unique but stand twice."""
    unique = {"bureaus": "code", "groups": "code", "places": "name", "neighbors": "name", "retention": "kind"}
    for listed, key in unique.items():
        yield from _twice(pack.items(listed), key)
    services = list(pack.items("services"))
    yield from _twice(services, "service_code")
    yield from _twice(services, "service_name")
    for service in services:
        attributes = list(_inside(service, "attributes"))
        yield from _twice(attributes, "code")
        for attribute in attributes:
            yield from _twice(_inside(attribute, "values"), "key")


Entry = tuple[dict[str, Any], Spot]


def _inside(outer: Entry, key: str) -> Iterator[Entry]:
    """Yield the mappings of a list inside a mapping, each with its spot."""
    entry, spot = outer
    listed = entry.get(key)
    for i, value in enumerate(listed if isinstance(listed, tuple) else ()):
        if isinstance(value, dict):
            yield value, Spot(spot.document, (*spot.path, key, i))


def _twice(entries: Iterable[Entry], key: str) -> Iterator[Problem]:
    first: dict[str, Spot] = {}
    for entry, spot in entries:
        value = entry.get(key)
        if not isinstance(value, str):
            continue
        if value in first:
            where = f"{first[value].document.file}:{first[value].line(key)}"
            yield spot.problem(f'{key} "{value}" is used twice; the first is in {where}', key)
        first.setdefault(value, spot)


def _dangling_codes(pack: Pack) -> Iterator[Problem]:
    """Find groups and bureaus that request types name but city.yaml does not describe."""
    if CITY not in pack.documents:
        return
    groups, bureaus = ([entry.get("code") for entry, _ in pack.items(key)] for key in ("groups", "bureaus"))
    for document in pack.service_files:
        group = document.data.get("group")
        if "group" in document.data and group not in groups:
            yield document.problem(("group",), f'group "{group}" is not in the groups of {CITY}')
    for service, spot in pack.items("services"):
        bureau = service.get("bureau")
        if isinstance(bureau, str) and bureau not in bureaus:
            yield spot.problem(f'bureau "{bureau}" is not in the bureaus of {CITY}', "bureau")
    contact = pack.data.get("contact")
    feedback = contact.get("feedback", "") if isinstance(contact, dict) else ""
    if feedback and feedback not in [service.get("service_code") for service, _ in pack.items("services")]:
        reason = f'contact: "feedback" names "{feedback}", which is not a service_code of this pack'
        yield pack.documents[CITY].problem(("contact", "feedback"), reason)


def _empty_groups(pack: Pack) -> Iterator[Problem]:
    used = [service.get("group") for service, _ in pack.items("services")]
    for group, spot in pack.items("groups"):
        code = group.get("code")
        if isinstance(code, str) and code not in used:
            yield spot.problem(f'group "{code}" has no services')
