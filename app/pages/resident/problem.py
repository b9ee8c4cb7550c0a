"""The answer when something is not as it was asked for."""

import reflex as rx

from app.http.views import ProblemView
from app.publish.registry import Screen, published
from app.publish.slots import slot
from components.elements import a
from components.layout import screen
from i18n import _


@published(ProblemView)
def problem() -> Screen:
    """Any address, with a status of 400 or more."""
    return screen(
        rx.el.h1(slot("heading")),
        rx.el.p(slot("advice")),
        rx.el.ul(
            rx.el.li(a(_("Start page"), href=slot("url('home')"))),
            rx.el.li(a(_("Report a problem"), href=slot("url('report')"))),
            rx.el.li(a(_("Check a request"), href=slot("url('requests')"))),
            class_name="links",
        ),
        title=slot("heading"),
        description=slot("advice"),
    )
