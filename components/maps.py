"""A picture of a spot, which costs nothing until somebody opens it."""

import reflex as rx

from components.elements import hidden_words
from i18n import _

PICTURE_KB = 8
"""About what one weighs (bench/maps.py)."""


def map_picture(picture_url: str, place: str) -> rx.Component:
    """A closed box with a picture of the map. picture_url, place: slots.

    The browser loads a lazy picture in a closed box only when the box is opened.
    """
    return rx.el.details(
        rx.el.summary(_("Show a map (about %(kb)s kB)", kb=PICTURE_KB), " ", hidden_words(place)),
        rx.el.img(
            src=picture_url,
            alt=_("Map with a pin: %(place)s", place=place),
            loading="lazy",
            custom_attrs={"width": "360", "height": "400"},
        ),
    )
