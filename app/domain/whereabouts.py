"""What belongs to a spot: its areas, and whether the city takes care of it or who else does."""

from dataclasses import dataclass

from app.domain.city_places import Neighbor
from app.domain.services import City
from i18n import N_, Message


@dataclass(frozen=True)
class Areas:
    """In which areas a spot lies.

    neighborhood, district: names, "" if none is known. inside: whether it is in the city, where the outline is
    only roughly known with its tolerance. neighbor: the town or county it is in otherwise.
    state_highway: whether it lies on one, as far as the data say so.
    """

    neighborhood: str = ""
    district: str = ""
    inside: bool = True
    neighbor: str = ""
    state_highway: bool = False

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


def whose_is_it(city: City, areas: Areas) -> WhoseIsIt:
    """Say who takes care of a spot."""
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
    return WhoseIsIt(True)


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
