"""Already reported near here: what everybody may see of an open request, beside where somebody stands."""

from dataclasses import dataclass

from app.city.services import Service
from app.requests.rows import NearRow, PhotoRow
from app.requests.views import listed_view, public_description
from app.requests.views_shown import RequestListed


@dataclass(frozen=True, slots=True)
class RequestNear:
    """An open request near a place. language: of the description, which is empty if everybody may not see it.

    distance_m: from where somebody stands, in meters.
    """

    listed: RequestListed
    description: str
    language: str
    followers: int
    distance_m: float


def near_view(request: NearRow, photo: PhotoRow | None, distance_m: float, service: Service) -> RequestNear:
    """What everybody may see of it. photo: the request's first photo that everybody may see."""
    return RequestNear(
        listed=listed_view(request, photo, service, described=True),
        description=public_description(request, service),
        language=request.language,
        followers=request.followers,
        distance_m=distance_m,
    )
