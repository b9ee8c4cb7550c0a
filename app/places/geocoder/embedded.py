"""The geocoder that needs nothing else: the database of places, in this process."""

from app.places.data.live import LivePlaces
from app.places.geocoder.protocol import Found, Nearby
from app.places.points import Point


class EmbeddedGeocoder:
    """See Geocoder; always asks the newest database."""

    def __init__(self, places: LivePlaces) -> None:
        self._places = places

    def search(self, query: str, *, locale: str = "en") -> list[Found]:
        """See Geocoder."""
        return self._places.current().gazetteer.search(query, locale=locale)

    def near(self, point: Point, *, locale: str = "en") -> Nearby | None:
        """See Geocoder."""
        return self._places.current().gazetteer.near(point, locale=locale)
