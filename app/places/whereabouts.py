"""What a spot is to the city: its areas, its place in words, whether the city takes care of it or who else does."""

from dataclasses import dataclass

from app.city.city import City
from app.city.services import Service
from app.city.streets import Neighbor
from app.kit.errors import FieldError, Rejected
from app.places.points import (
    SWAPPED,
    TOO_FAR_M,
    Hole,
    Point,
    contains,
    distance_to_ring_m,
    from_place,
    in_degrees,
    nearest_place,
    place_error,
    read_point,
    ring_left,
)
from i18n import N_, Message


@dataclass(frozen=True)
class Areas:
    """In which areas a spot lies.

    neighborhood, district: names, "" if none is known. inside: whether it is in the city, where the outline is
    only roughly known with its tolerance. neighbor: the town or county it is in otherwise.
    state_highway, private: whether it lies on one, and on private property, as far as the data say so.
    """

    neighborhood: str = ""
    district: str = ""
    inside: bool = True
    neighbor: str = ""
    state_highway: bool = False
    private: bool = False

    @property
    def name(self) -> str:
        """The smallest area that people call it by: the neighborhood, or the other town."""
        return self.neighborhood or self.neighbor


@dataclass(frozen=True)
class WhoseIsIt:
    """ours: whether a report there goes to the city. sentence: the same in words, None if there is nothing to say.

    name, phone: whom to call otherwise.
    """

    ours: bool
    sentence: Message | None = None
    name: str = ""
    phone: str = ""


def whose_is_it(city: City, areas: Areas, service: Service | None = None) -> WhoseIsIt:
    """Say who takes care of a spot. service: what is to be reported there, if that is known."""
    if not areas.inside:
        return _somebody_else(city, areas.neighbor)
    keeper = next((one for one in city.neighbors if one.covers == "state_highways"), None)
    if areas.state_highway and keeper is not None:
        sentence = N_(
            "This looks like a highway of the state. %(name)s takes care of it: call %(phone)s. "
            "You can still report it here.",
            name=keeper.name,
            phone=keeper.phone,
        )
        return WhoseIsIt(True, sentence, keeper.name, keeper.phone)
    return _owner(city, service) if areas.private else WhoseIsIt(True)


def _owner(city: City, service: Service | None) -> WhoseIsIt:
    """Nobody can be certain of that, so a report is never refused."""
    rule = None if service is None else service.private_property
    if rule is not None and rule.ours:
        return WhoseIsIt(True)
    advice = Message(rule.advice) if rule is not None and rule.advice else _MOSTLY_THE_OWNER
    phone = rule.phone if rule is not None and rule.phone else city.contact.phone_long
    name = rule.name if rule is not None and rule.name else city.name
    # Translators: advice is a sentence, as “The owner takes care of most things there.”
    sentence = N_(
        "This looks like private property. %(advice)s Not sure? Call %(phone)s. You can still report it here.",
        advice=advice,
        phone=phone,
    )
    return WhoseIsIt(True, sentence, name, phone)


_MOSTLY_THE_OWNER = N_("The owner takes care of most things there.")


def _somebody_else(city: City, area: str) -> WhoseIsIt:
    neighbor = neighbor_named(city, area)
    if neighbor is not None:
        sentence = N_(
            "This place is in %(area)s, which is not part of %(city)s. Call them at %(phone)s.",
            area=area,
            city=city.name,
            phone=neighbor.phone,
        )
        return WhoseIsIt(False, sentence, neighbor.name, neighbor.phone)
    phone = city.contact.phone_long
    sentence = N_(
        "This place is outside of %(city)s. Call %(phone)s and we will tell you who can help.",
        city=city.name,
        phone=phone,
    )
    return WhoseIsIt(False, sentence, city.name, phone)


def neighbor_named(city: City, area: str) -> Neighbor | None:
    """The neighbor whose name an area bears."""
    wanted = area.casefold()
    return next(
        (one for one in city.neighbors if one.covers == "area" and one.name.casefold() == wanted), None
    )


def describe(city: City, point: Point) -> Message:
    """Say where a point is: "About 400 feet (120 meters) north of Holgate Library".

    Feet or miles come first because that is what people in the United States pace out and read on signs;
    the metric value stands beside them because many residents grew up with it.
    """
    found = nearest_place(city.places, point)
    if found is None or found[1] > TOO_FAR_M:
        return in_degrees(point)
    place, meters, _ = found
    return from_place(place.name, place, point, meters)


# --- may it be reported to this city? --------------------------------------------------------------


def check_place(city: City, lat: str | float, long: str | float) -> FieldError | None:
    """Tell why a place cannot be accepted, or None when it can.

    The outline is rough, so a point outside it is accepted up to the ring's tolerance; `place_needs_review`
    finds those.
    """
    try:
        point = read_point(lat, long)
    except Rejected as rejected:
        return rejected.errors[0]
    ring = ring_left(city.boundary, point)
    if ring is None or distance_to_ring_m(ring, point) <= ring.tolerance_m:
        return None
    if abs(point.long) <= 90 and contains(city.boundary, Point(lat=point.long, long=point.lat)):
        return place_error(SWAPPED)
    who = {"city": city.name, "phone": city.contact.phone_long, "emergency": city.emergency_phone}
    if isinstance(ring, Hole):
        return place_error(Message(_IN_HOLE.text, {"area": ring.name, **who}))
    return place_error(Message(_OUTSIDE.text, who))


def place_needs_review(city: City, point: Point) -> bool:
    """Tell whether a place was accepted only because the outline is rough: a person should look at it."""
    return not contains(city.boundary, point)


_OUTSIDE = N_(
    "This place is outside %(city)s, so the city cannot send a crew there. Choose another place, "
    "or call %(phone)s and we will tell you who can help. If someone is in danger, call %(emergency)s."
)
_IN_HOLE = N_(
    "This place is in %(area)s, which is not part of %(city)s. Choose another place, "
    "or call %(phone)s and we will tell you who can help. If someone is in danger, call %(emergency)s."
)
