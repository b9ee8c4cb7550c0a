"""Choosing what to report."""

import reflex as rx

from app.publish.registry import Screen, published
from app.publish.slots import each, slot, when
from app.reports.views_pages import ReportView
from components.elements import ServiceList, a
from components.layout import screen
from components.search import service_search
from i18n import _, ngettext


@published(ReportView)
def report() -> Screen:
    """`/{locale}/report/`."""
    return screen(
        rx.el.h1(_("What do you want to report?")),
        when("withdrawn", _withdrawn()),
        service_search("query"),
        ServiceList.create(
            when("query", _found()),
            each(
                "group in groups",
                rx.el.section(
                    rx.el.h2(slot("group.name"), id=slot("group.id"), tab_index=-1),
                    _services("group.services"),
                ),
            ),
        ),
        title=_("What do you want to report?"),
        description=_("All the problems that you can report to the city, with search."),
    )


def _withdrawn() -> rx.Component:
    """Who has come for a type that is not here chooses another one; assets/choose.js takes a draft along."""
    return rx.el.section(
        rx.el.h2(_("We do not have this type of report")),
        rx.el.p(_("Choose another type from the list, or call %(phone)s.", phone=slot("frame.call"))),
        class_name="callout",
    )


def _found() -> rx.Component:
    return rx.el.section(
        rx.el.h2(ngettext("%(num)s match", "%(num)s matches", num=slot("found|length"))),
        when("found", _services("found")),
        when(
            "not found",
            rx.el.p(
                _(
                    "Nothing fits these words. Try another word, look through the list below, or call %(phone)s.",
                    phone=slot("frame.call"),
                )
            ),
        ),
        class_name="callout",
    )


def _services(services: str) -> rx.Component:
    return rx.el.ul(
        each(
            f"service in {services}",
            rx.el.li(
                a(
                    rx.el.strong(slot("service.name")),
                    " ",
                    rx.el.span(slot("service.description")),
                    href=slot("service.url"),
                ),
                custom_attrs={"data-words": slot("service.keywords")},
            ),
        ),
        class_name="services",
    )
