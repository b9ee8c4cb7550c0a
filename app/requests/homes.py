"""Where somebody may live: the public is told such places to about a block only."""

from app.http.portal import Portal
from app.places.points import Point
from app.requests.rows import RequestRow


def is_at_home(portal: Portal, request: RequestRow) -> bool:
    """Whether a request is on private ground, as far as the database of places knows."""
    if request.lat is None or request.long is None:
        return False
    return portal.places.current().areas.is_private(Point(lat=request.lat, long=request.long))
