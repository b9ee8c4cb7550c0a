"""The start page."""

import reflex as rx

from app.publish.registry import Screen, published
from app.publish.slots import each, slot
from app.site.views import HomeView
from components.elements import a
from components.layout import screen
from components.search import service_search
from i18n import _


@published(HomeView)
def home() -> Screen:
    """`/{locale}/`."""
    return screen(
        rx.el.h1(_("How can the city help?")),
        service_search(""),
        rx.el.ul(
            _door(_("Report a problem"), _("With a photo and a place. No account needed."), "url('report')"),
            _door(_("Check a request"), _("With your reference number."), "url('requests')"),
            _door(_("Recent requests"), _("What others have reported."), "url('recent')"),
            class_name="doors",
        ),
        rx.el.section(
            rx.el.h2(_("What you can report")),
            rx.el.ul(
                each("group in groups", rx.el.li(a(slot("group.name"), href=slot("group.url")))),
                class_name="links",
            ),
        ),
        title=_("How can the city help?"),
        description=_("Report a problem to the city, ask for a service, and see what becomes of it."),
    )


def _door(heading: str, text: str, target: str) -> rx.Component:
    return rx.el.li(a(rx.el.strong(heading), " ", rx.el.span(text), href=slot(target)))
