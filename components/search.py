"""The search over request types: a plain form, answered by the server."""

import reflex as rx

from app.publish.slots import slot, when, when_attr
from i18n import _


def service_search(query: str) -> rx.Component:
    """A search field. query: the expression of what was typed, or empty."""
    return rx.el.form(
        rx.el.label(_("What is it about?"), html_for="q"),
        when("frame.search_hint", rx.el.p(slot("frame.search_hint"), id="q-hint", class_name="hint")),
        rx.el.div(
            rx.el.input(
                type="search",
                name="q",
                id="q",
                default_value=slot(query) if query else "",
                auto_complete="off",
                max_length=200,
                custom_attrs=when_attr(aria_describedby="frame.search_hint and 'q-hint'"),
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
