"""Looking a request up by its number."""

import reflex as rx

from app.publish.registry import Screen, published
from app.publish.slots import slot, when, when_attr
from app.requests.views_pages import RequestsView
from components.elements import a, hidden_words
from components.layout import screen
from i18n import _


@published(RequestsView)
def requests() -> Screen:
    """`/{locale}/requests/`."""
    return screen(
        rx.el.h1(_("Check a request")),
        rx.el.form(
            rx.el.label(_("Reference number"), html_for="reference"),
            rx.el.p(
                _("13 digits, for example 482 913 557 0246. Spaces and dashes do not matter."),
                id="reference-hint",
                class_name="hint",
            ),
            when(
                "error",
                rx.el.p(
                    hidden_words(_("Error:"), " "), slot("error"), id="reference-error", class_name="error"
                ),
            ),
            rx.el.div(
                rx.el.input(
                    name="reference",
                    id="reference",
                    default_value=slot("query"),
                    auto_complete="off",
                    max_length=200,
                    dir="ltr",
                    custom_attrs=when_attr(
                        aria_describedby="'reference-hint' ~ (' reference-error' if error else '')",
                        aria_invalid="error and 'true'",
                        autofocus="error and 'autofocus'",
                    ),
                ),
                rx.el.button(_("Look up"), type="submit", class_name="primary"),
                class_name="row",
            ),
            action=slot("url('requests')"),
            method="get",
            on_submit=None,
            class_name="search",
        ),
        rx.el.p(a(_("See recent requests"), href=slot("url('recent')")), class_name="links"),
        title=slot("_('Error:') ~ ' ' if error else ''") + _("Check a request"),
        description=_("See what the city has done about a request."),
    )
