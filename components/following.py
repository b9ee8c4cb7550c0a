"""Following a request: how many do, and the plain form that lets one more."""

import reflex as rx

from app.publish.slots import slot, when
from components.elements import notice
from i18n import _


def followed() -> rx.Component:
    """How many people follow `request`, once somebody does."""
    return when("request.followed", rx.el.p(slot("request.followed"), class_name="hint"))


def follow_form() -> rx.Component:
    """Follow the request of the page, or stop; works without script. `follow` is a FollowView or None."""
    return when(
        "follow",
        rx.el.section(
            rx.el.h2(_("Follow this request")),
            when(
                "follow.notice",
                notice(slot("follow.notice"), "follow-notice"),
            ),
            when(
                "follow.following",
                rx.el.p(
                    _(
                        "To stop following later, keep the address of this page for yourself. To tell others "
                        "about the request, give them its number."
                    ),
                    class_name="hint",
                ),
                _form("unfollow", _("Stop following")),
            ),
            when(
                "not follow.following",
                rx.el.p(
                    _(
                        "Follow this request in place of reporting the same problem again. The city sees how many "
                        "people wait for it. We keep nothing about you."
                    )
                ),
                _form("follow", _("Follow")),
            ),
        ),
    )


def _form(action: str, label: str) -> rx.Component:
    return rx.el.form(
        rx.el.input(type="hidden", name="key", value=slot("follow.key")),
        rx.el.button(label, type="submit", name="action", value=action, class_name="quiet"),
        aria_label=label,
        action=slot("follow.action"),
        method="post",
        on_submit=None,
    )
