"""Every component in every state, for those who change the portal; there outside production only.

Specimens speak with sentences that the portal has anyway, so that they are seen in each language. Headings are names
of functions and classes.
"""

import reflex as rx

from app.publish.registry import Screen, published
from app.publish.slots import each, slot
from app.site.views import StyleguideView
from components.alerts import alert_banner, alert_details
from components.elements import a, hidden_words, notice, script_button
from components.fields import error_summary, optional_words, question_field, text_field
from components.following import follow_form, followed
from components.layout import screen
from components.maps import map_link
from components.offices import free_interpreter, office, relay, ways
from components.private_link import qr_code
from components.requests import about_photos, facts, history, place_map, report, status
from components.search import service_search
from i18n import _


@published(StyleguideView)
def styleguide() -> Screen:
    """`/{locale}/styleguide/`."""
    return screen(
        rx.el.h1("Styleguide"),
        _specimen("alert_banner", each("banner in banners", alert_banner())),
        _specimen("alert_details", each("alert in alerts", alert_details())),
        _specimen("error_summary", error_summary()),
        _specimen("text_field", *_text_fields()),
        _specimen("optional_words", rx.el.p(_("E-mail"), optional_words())),
        _specimen("question_field, choice", each("question in questions", question_field())),
        _specimen("about_photos", about_photos()),
        _specimen("script_button", _buttons()),
        _specimen("service_search", service_search("")),
        _specimen("status, facts, followed", each("request in requests", status(), facts(), followed())),
        _specimen(
            "report, place_map, history", each("request in requests[:1]", report(), place_map(), history())
        ),
        _specimen("follow_form", each("follow in follows", follow_form())),
        _specimen("map_link", map_link(slot("requests[0].map_url"), slot("requests[0].place"))),
        _specimen("qr_code", qr_code()),
        _specimen("office, ways", office("one_office"), ways("one_office.ways")),
        _specimen("free_interpreter", free_interpreter()),
        _specimen("relay", rx.el.p(relay())),
        _specimen(".callout, .panel, notice", *_boxes()),
        _specimen(".doors, .services, .links", *_lists()),
        title="Styleguide",
        description="Styleguide",
    )


def _specimen(names: str, *shown: rx.Component) -> rx.Component:
    return rx.el.section(rx.el.h2(names, custom_attrs={"translate": "no"}), *shown)


def _text_fields() -> tuple[rx.Component, ...]:
    return (
        text_field("plain", _("First name")),
        text_field("optional", _("E-mail"), optional=True),
        text_field("hinted", _("Comment"), hint=_("The comment is shown with the report."), long=True),
        text_field("wrong", _("Reference number"), hint=_("The comment is shown with the report.")),
    )


def _buttons() -> rx.Component:
    return rx.el.p(
        script_button(_("Continue"), primary=True),
        script_button(_("Back")),
        a(_("Report a problem"), href=slot("url('report')"), class_name="button"),
        class_name="row",
    )


def _boxes() -> tuple[rx.Component, ...]:
    return (
        rx.el.div(
            rx.el.p(_("If someone is in danger, call %(phone)s.", phone=slot("frame.emergency"))),
            class_name="callout",
        ),
        rx.el.div(
            rx.el.p(_("Reference number")),
            rx.el.p(slot("requests[0].reference"), dir="ltr", class_name="big number"),
            class_name="panel",
        ),
        notice(_("Your comment has been added."), "notice"),
        rx.el.p(hidden_words(_("Error:"), " "), _("Please check the form"), class_name="error"),
    )


def _lists() -> tuple[rx.Component, ...]:
    door = a(
        rx.el.strong(_("Report a problem")),
        " ",
        rx.el.span(_("With a photo and a place. No account needed.")),
        href=slot("url('report')"),
    )
    return (
        rx.el.ul(rx.el.li(door), class_name="doors"),
        rx.el.ul(rx.el.li(door), class_name="services"),
        rx.el.ul(rx.el.li(a(_("My requests"), href=slot("url('mine')"))), class_name="links"),
    )
