"""Without script: what is reported near the place already, asked about once before a report is taken."""

import reflex as rx

from app.publish.slots import each, slot, when
from components.elements import a
from i18n import _


def near_already() -> rx.Component:
    """Outside the report form: each request has a form of its own, that of its page (app/requests/web_following.py)."""
    return when(
        "near",
        rx.el.section(
            rx.el.h2(_("Already reported near here")),
            rx.el.p(_("Is it one of these? Then follow it, and nobody has to look at it twice.")),
            rx.el.ul(each("one in near", _request()), class_name="recent"),
            rx.el.p(
                # The form below says so, too: with its own button, the report is sent.
                rx.el.button(
                    _("No, send my report"),
                    type="submit",
                    class_name="primary",
                    custom_attrs={"form": "report"},
                ),
            ),
            class_name="callout",
            id="already-reported",
        ),
    )


def _request() -> rx.Component:
    return rx.el.li(
        when(
            "one.photo_url",
            rx.el.img(
                src=slot("one.photo_url"),
                alt=slot("one.alt"),
                loading="lazy",
                custom_attrs={"width": "80", "height": "64"},
            ),
        ),
        rx.el.div(
            rx.el.h3(a(slot("one.title"), href=slot("one.url"))),
            when("one.description", rx.el.p(slot("one.description"), lang=slot("one.language"), dir="auto")),
            rx.el.p(slot("one.facts"), class_name="hint"),
            _follow(),
        ),
    )


def _follow() -> rx.Component:
    return rx.el.form(
        rx.el.input(type="hidden", name="key", value=slot("one.key")),
        rx.el.button(
            _("Yes, that is it: follow it"),
            # Whoever hears only the button knows which request it belongs to.
            rx.el.span(" ", slot("one.title"), ", ", slot("one.facts"), class_name="sr"),
            type="submit",
            name="action",
            value="follow",
            class_name="quiet",
        ),
        # Two may be as far away and say the same.
        aria_label=slot("one.title ~ ', ' ~ one.reference"),
        action=slot("one.follow_url"),
        method="post",
        on_submit=None,
    )
