"""What became of the reports in a saved copy."""

import reflex as rx

from app.publish.registry import Screen, published
from app.publish.slots import each, slot, when
from app.reports.views_pages import ImportedView
from components.elements import a, hidden_words
from components.layout import screen
from i18n import _


@published(ImportedView)
def imported() -> Screen:
    """The answer to a file sent to `/{locale}/import/`."""
    return screen(
        rx.el.h1(_("What became of the reports")),
        rx.el.p(slot("summary"), class_name="notice"),
        rx.el.ul(each("report in reports", rx.el.li(_report())), class_name="recent"),
        rx.el.ul(
            rx.el.li(a(_("Send another copy"), href=slot("url('import_reports')"))),
            rx.el.li(a(_("Start page"), href=slot("url('home')"))),
            class_name="links",
        ),
        title=_("What became of the reports"),
        description=_("What became of the reports"),
    )


def _report() -> rx.Component:
    return rx.el.div(
        rx.el.h2(
            when("report.url", a(slot("report.name"), href=slot("report.url"))),
            when("not report.url", rx.el.bdi(slot("report.name"))),
        ),
        when(
            "report.reference",
            rx.el.p(
                _("Reference number"),
                " ",
                rx.el.bdi(slot("report.reference"), dir="ltr", class_name="number"),
            ),
        ),
        rx.el.p(rx.el.strong(slot("report.state"))),
        each(
            "problem in report.problems",
            rx.el.p(hidden_words(_("Error:"), " "), slot("problem"), class_name="error"),
        ),
        each("photo in report.photos", rx.el.p(slot("photo"))),
    )
