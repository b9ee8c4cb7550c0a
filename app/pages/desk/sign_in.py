"""Sign-in at the desk: a published page, so it opens at once and works without script."""

import reflex as rx

from app.people.views import SignInView
from app.publish.registry import Screen, published
from app.publish.slots import slot, when, when_attr
from components.layout import screen
from i18n import _


@published(SignInView)
def sign_in() -> Screen:
    """`/{locale}/desk/sign-in/`."""
    return screen(
        rx.el.h1(_("Sign in at the desk")),
        rx.el.p(
            _("This page is for people who work for the city. You can report a problem without an account."),
            class_name="lead",
        ),
        _problem(),
        rx.el.form(
            # An e-mail address by which somebody is known here: HTML and checkers disagree whether `email` may be both.
            _field("email", _("E-mail"), "text", "username", value=slot("email"), input_mode="email"),
            _field("password", _("Password"), "password", "current-password"),
            rx.el.button(_("Sign in"), type="submit", class_name="primary"),
            action=slot("action"),
            method="post",
            on_submit=None,
            no_validate=True,
        ),
        title=slot("(_('Error:') ~ ' ' if error else '') ~ _('Sign in at the desk')"),
        description=_("For people who work for the city."),
    )


def _field(
    name: str, label: str, kind: str, auto_complete: str, *, value: str = "", **props: str
) -> rx.Component:
    return rx.el.div(
        rx.el.label(label, html_for=name),
        rx.el.input(
            id=name,
            name=name,
            type=kind,
            auto_complete=auto_complete,
            **({"default_value": value} if value else {}),
            custom_attrs=when_attr(aria_describedby="error and 'problem'"),
            **props,
        ),
        class_name="field",
    )


def _problem() -> rx.Component:
    """What went wrong, as one sentence that takes the focus: it belongs to both fields, so it links to neither."""
    return when(
        "error",
        rx.el.div(
            rx.el.h2(_("You are not signed in"), id="errors-heading"),
            rx.el.p(slot("error"), id="problem"),
            role="group",
            aria_labelledby="errors-heading",
            tab_index=-1,
            id="errors",
            class_name="errors",
            custom_attrs={"autoFocus": True},
        ),
    )
