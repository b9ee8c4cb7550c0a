"""Addresses of the map's pictures."""

from app.routes import Url, url

_NEAR = "16"


def picture_of(lat: float, long: float) -> Url:
    """Where a picture of a spot is, near enough to see the streets around it."""
    return url("map_at", lat=f"{lat:.5f}", long=f"{long:.5f}", zoom=_NEAR, theme="light")
