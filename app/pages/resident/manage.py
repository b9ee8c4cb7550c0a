"""The page of the person who holds the private link."""

import reflex as rx

from app.publish.registry import Screen, published
from app.publish.slots import each, slot, when
from app.requests.views_pages import ManageView
from components.elements import hidden_words, notice
from components.fields import error_summary, optional_words, text_field
from components.following import followed
from components.layout import screen
from components.private_link import qr_code
from components.requests import about_photos, facts, history, place_map, report, status
from i18n import _


@published(ManageView)
def manage() -> Screen:
    """`/{locale}/requests/{reference}/manage/{token}/`."""
    return screen(
        rx.el.h1(_("Your request: %(service)s", service=slot("request.service_name"))),
        error_summary(),
        when(
            "notice",
            notice(slot("notice"), "notice"),
        ),
        status(),
        when("request.expected", rx.el.p(slot("request.expected"))),
        followed(),
        facts(),
        place_map(),
        _say(),
        about_photos(),
        _add_photos(),
        report(),
        history(),
        _contact(),
        qr_code(),
        title=slot("_('Error:') ~ ' ' if errors else ''")
        + _("Your request: %(service)s", service=slot("request.service_name")),
        description=_("Your private page about this request."),
    )


def _post(heading: str, *children: rx.Component, **props: str) -> rx.Component:
    """One of several forms of the page; heading: id of the heading that tells it from the others."""
    return rx.el.form(
        rx.el.input(type="hidden", name="key", value=slot("key")),
        *children,
        action=slot("action"),
        method="post",
        enc_type="multipart/form-data",
        on_submit=None,
        no_validate=True,
        aria_labelledby=heading,
        **props,
    )


def _button(action: str, label: str, kind: str = "quiet") -> rx.Component:
    return rx.el.button(label, type="submit", name="action", value=action, class_name=kind)


def _say() -> rx.Component:
    return rx.el.section(
        rx.el.h2(_("Tell the city more"), id="say-heading"),
        _post(
            "say-heading",
            text_field(
                "comment",
                _("Comment"),
                hint=slot("comment_hint"),
                long=True,
                max_length=2000,
            ),
            rx.el.div(
                _button("comment", _("Add the comment"), "primary"),
                when("request.open", _button("fixed", _("This is fixed"))),
                when("not request.open", _button("not_fixed", _("This is not fixed"))),
                class_name="row",
            ),
        ),
    )


def _add_photos() -> rx.Component:
    return when(
        "can_add_photos",
        rx.el.section(
            rx.el.h2(_("Add a photo"), id="photo-heading"),
            _post(
                "photo-heading",
                rx.el.div(
                    rx.el.label(_("Photo"), html_for="media"),
                    when(
                        "photo_error",
                        rx.el.p(
                            hidden_words(_("Error:"), " "),
                            slot("photo_error"),
                            id="media-error",
                            class_name="error",
                        ),
                    ),
                    rx.el.input(
                        type="file", name="media", id="media", accept="image/*,.heic,.heif", multiple=True
                    ),
                    class_name="field",
                ),
                rx.el.div(
                    rx.el.label(
                        _("What does it show? For people who cannot see it."),
                        optional_words(),
                        html_for="media_description",
                    ),
                    rx.el.input(name="media_description", id="media_description", max_length=500),
                    class_name="field",
                ),
                _button("photos", _("Send the photo")),
            ),
        ),
    )


def _contact() -> rx.Component:
    return rx.el.section(
        rx.el.h2(_("Your contact details"), id="contact-heading"),
        when(
            "contact",
            rx.el.p(_("Only city staff can see them.")),
            rx.el.ul(each("line in contact", rx.el.li(rx.el.bdi(slot("line"))))),
            _post("contact-heading", _button("erase", _("Erase my contact details"))),
        ),
        when("not contact", rx.el.p(_("The city has no contact details of you for this request."))),
    )
