"""Whom people can turn to: offices of the city, and the relay for those who are deaf."""

import reflex as rx

from app.publish.slots import each, slot, when, when_attr
from components.elements import a
from i18n import _


def relay() -> str:
    """What the relay is, and its number."""
    return _(
        "Relay %(phone)s: free help with calls for people who are deaf or have a speech disability.",
        phone=slot("frame.relay"),
    )


def free_interpreter() -> rx.Component:
    """Beside sentences that may do harm if they are wrong, in a language that nobody has reviewed (i18n/vital.py)."""
    return when(
        "frame.locale.is_draft and frame.interpreters",
        rx.el.p(
            a(
                _("Call %(phone)s", phone=slot("frame.phone")),
                href=slot("frame.phone_url"),
                class_name="call",
            ),
            " ",
            _("Say your language: an interpreter joins. It is free."),
        ),
    )


def ways(expression: str) -> rx.Component:
    """A list of ways to reach somebody (WayView)."""
    return rx.el.ul(
        each(
            f"way in {expression}",
            rx.el.li(
                when(
                    "way.url",
                    a(
                        slot("way.text"),
                        href=slot("way.url"),
                        class_name="call",
                        # An address or a number keeps its own direction in a page that runs from right to left.
                        dir="auto",
                        custom_attrs=when_attr(rel="way.rel"),
                    ),
                ),
                when("not way.url", rx.el.span(slot("way.text"), dir="auto")),
                when("way.more", rx.el.br(), rx.el.span(slot("way.more"), class_name="hint")),
            ),
        ),
        class_name="ways",
    )


def office(expression: str) -> rx.Component:
    """An office, with all ways to reach it and what to know before (OfficeView)."""
    return rx.fragment(
        rx.el.p(rx.el.strong(slot(f"{expression}.name"))),
        ways(f"{expression}.ways"),
        when(f"{expression}.note", rx.el.p(slot(f"{expression}.note"))),
    )
