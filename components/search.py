"""The search over request types: a plain form, answered by the server."""

import reflex as rx

from app.publish.slots import slot
from i18n import _


def service_search(query: str) -> rx.Component:
    """A search field. query: the expression of what was typed, or empty."""
    return rx.el.form(
        rx.el.label(_("What is it about?"), html_for="q"),
        rx.el.p(_("For example: pothole, street light, trash"), id="q-hint", class_name="hint"),
        rx.el.div(
            rx.el.input(
                type="search",
                name="q",
                id="q",
                default_value=slot(query) if query else "",
                aria_describedby="q-hint",
                auto_complete="off",
                max_length=200,
            ),
            rx.el.button(_("Search"), type="submit", class_name="primary"),
            class_name="row",
        ),
        action=slot("url('report')"),
        method="get",
        role="search",
        on_submit=None,
        class_name="search",
    )
