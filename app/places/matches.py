"""Places that written words may mean, to choose from on the next page: what suggestions are without script."""

from collections.abc import Iterable
from dataclasses import dataclass

from app.http.visit import Visit
from app.kit.errors import Rejected
from app.maps.links import picture_of
from app.places.geocoder.protocol import Found
from app.places.points import Point, read_point
from app.places.views import MatchView
from i18n import N_

ROUGHLY_M = 500
"""What is less exact helps nobody more than the words do."""


@dataclass(frozen=True)
class ChosenPlace:
    """A place that was found. sure_m: the true one is probably within so many meters."""

    point: Point
    sure_m: int

    def fields(self) -> dict[str, str]:
        """As the form would bring it."""
        return {
            "lat": str(self.point.lat),
            "long": str(self.point.long),
            "place_source": "found",
            "accuracy_m": str(self.sure_m),
        }


def find(visit: Visit, words: str) -> list[Found]:
    """The places that some words may mean, best first."""
    return visit.portal.geocoder.search(words, locale=visit.locale.code)


def only_one(found: list[Found]) -> ChosenPlace | None:
    """The place if there is only one, and it is not half the city: nobody needs to be asked about that."""
    if len(found) != 1 or found[0].sure_m > ROUGHLY_M:
        return None
    return ChosenPlace(Point(lat=found[0].lat, long=found[0].long), found[0].sure_m)


def chosen(value: str) -> ChosenPlace | None:
    """Read the answer; None for "none of these", and for what is no answer."""
    lat, _, rest = value.partition(",")
    long, _, sure_m = rest.partition(",")
    try:
        return ChosenPlace(read_point(lat, long), min(int(sure_m or 0), 100_000))
    except (Rejected, ValueError):
        return None


def match_views(visit: Visit, found: Iterable[Found]) -> list[MatchView]:
    """The choices, each with a picture for whoever wants to see one."""
    return [_view(visit, number, one) for number, one in enumerate(found, 1)]


def _view(visit: Visit, number: int, found: Found) -> MatchView:
    areas = visit.portal.places.current().areas.at(Point(lat=found.lat, long=found.long))
    about = visit.t(N_("approximate")) if found.is_approximate else ""
    return MatchView(
        id=f"match-{number}",
        value=f"{found.lat},{found.long},{found.sure_m}",
        name=found.name,
        note=", ".join(filter(None, (areas.name, about))),
        picture_url=picture_of(found.lat, found.long),
    )
