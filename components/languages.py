"""The list of languages: each in its own words and script, behind the name of the language that is on."""

import reflex as rx

from components.elements import hidden_words
from i18n import _


def language_switch(
    current: rx.Component, languages: list[rx.Component], *before: rx.Component, **details: dict[str, str]
) -> rx.Component:
    """A list that opens without script.

    current: the name of the language that is on. languages: the entries. before: what stands above them.
    details: of the box, for when it is open.
    """
    return rx.el.nav(
        rx.el.details(
            rx.el.summary(_sign(), " ", current, hidden_words(" ", _("Language"))),
            *before,
            rx.el.ul(*languages),
            **details,
        ),
        aria_label=_("Language"),
        class_name="languages",
    )


def _sign() -> rx.Component:
    """Two letters of two scripts, as people know it from elsewhere: it needs no language to be understood."""
    return rx.el.svg(
        rx.el.path(
            d="M3 6h11M8.5 3v3M12 6c-1 4-4 7-8 9M5.5 9c1 3 3.5 5 6.5 6M12 21l4.5-11L21 21M13.5 17.5h6",
            custom_attrs={"fill": "none", "stroke": "currentColor", "strokeWidth": "2"},
        ),
        width="24",
        height="24",
        aria_hidden="true",
        custom_attrs={"viewBox": "0 0 24 24"},
    )
