"""A picture of a spot, which costs nothing until somebody asks for it."""

import reflex as rx

from components.elements import a, hidden_words
from i18n import _

PICTURE_KB = 8
"""About what one weighs (bench/maps.py)."""


def map_link(picture_url: str, place: str) -> rx.Component:
    """A link to a picture of the map. picture_url, place: slots.

    Not a picture in a closed box: browsers without script load all pictures of a page at once, also those.
    """
    return rx.el.p(
        a(
            _("Show a map (about %(kb)s kB, in a new tab)", kb=PICTURE_KB),
            hidden_words(" ", place),
            href=picture_url,
            target="_blank",
        ),
        class_name="links",
    )
