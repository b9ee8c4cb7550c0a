"""Alerts of the city: the banner of every page, and one alert with everything about it."""

import reflex as rx

from app.publish.slots import each, slot, when, when_attr
from components.elements import a
from i18n import _


def alert_banner() -> rx.Component:
    """The gravest of the alerts of a `banner`, and how many there are besides. No heading: the page has its own.

    It interrupts people only if it is urgent (WAI-ARIA 1.2, role alert); else it is a place to go to.
    """
    return rx.el.section(
        rx.el.div(
            each("alert in banner.alerts", _line()),
            rx.el.p(
                a(slot("banner.more"), href=slot("banner.url")),
                custom_attrs={"data-part": "more", **when_attr(hidden="banner.alerts|length == 1")},
            ),
            class_name="wrap",
            custom_attrs=when_attr(role="banner.urgent and 'alert'"),
        ),
        aria_label=slot("banner.label"),
        class_name=slot("'alerts urgent' if banner.urgent else 'alerts'"),
        custom_attrs={"data-more": slot("banner.more_pattern")},
    )


def _line() -> rx.Component:
    """One alert. Those that are hidden take the place of one that ends while the page is open (alerts.js)."""
    return rx.el.p(
        rx.el.strong(slot("alert.event"), when("alert.urgency", " – ", slot("alert.urgency"))),
        " ",
        a(
            slot("alert.headline"),
            href=slot("banner.url"),
            lang=slot("alert.language"),
            dir=slot("alert.direction"),
        ),
        " ",
        rx.el.span(slot("alert.until"), class_name="hint"),
        custom_attrs={
            "data-part": "alert",
            "data-until": slot("alert.until_iso"),
            **when_attr(hidden="not loop.first"),
        },
    )


def alert_details() -> rx.Component:
    """Everything about one `alert`. What is not in the page's language says in which it is."""
    theirs = {"lang": slot("alert.language"), "dir": slot("alert.direction")}
    return rx.el.section(
        rx.el.h2(slot("alert.headline"), **theirs),
        rx.el.p(
            rx.el.strong(slot("alert.event"), when("alert.urgency", " – ", slot("alert.urgency"))),
            ". ",
            slot("alert.severity"),
        ),
        when("not alert.translated", rx.el.p(_("There is no translation yet."), class_name="hint")),
        rx.el.p(slot("alert.description"), class_name="said", **theirs),
        when(
            "alert.instruction",
            rx.el.div(
                rx.el.h3(_("What to do")),
                rx.el.p(slot("alert.instruction"), class_name="said", **theirs),
                class_name="panel",
            ),
        ),
        when("alert.web", _more()),
        rx.el.dl(
            # Translators: from when on an alert holds; a heading before a day and a time.
            _fact(_("From"), rx.el.time(slot("alert.since"), date_time=slot("alert.since_iso"))),
            # Translators: until when an alert holds; a heading before a day and a time.
            _fact(_("Until"), rx.el.time(slot("alert.until"), date_time=slot("alert.until_iso"))),
            # Translators: where an alert holds; a heading before the name of a place.
            _fact(_("Where"), rx.el.bdi(slot("alert.place"))),
            when("alert.updated", _fact(_("Changed"), slot("alert.updated"))),
            class_name="facts",
        ),
        class_name="alert",
        custom_attrs={"data-until": slot("alert.until_iso")},
    )


def _more() -> rx.Component:
    """Away from the portal, to a page that the desk has named."""
    return rx.el.p(
        a(
            _("More about this: %(site)s", site=slot("alert.web_host")),
            href=slot("alert.web"),
            rel="external noreferrer",
            class_name="call",
        )
    )


def _fact(heading: str, *content: rx.Component | str) -> rx.Component:
    return rx.el.div(rx.el.dt(heading), rx.el.dd(*content))
