"""Where things are: from words to places, and from places to words."""

from app.adapters.geocoder.protocol import Found, Geocoder, Nearby, Why

__all__ = ["Found", "Geocoder", "Nearby", "Why"]
