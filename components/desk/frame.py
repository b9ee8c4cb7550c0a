"""What stands around every live screen of the desk: header, sign-out, and what to do when something is lost."""

from dataclasses import dataclass

import reflex as rx
from reflex_base.event import EventType
from reflex_components_core.core.banner import connection_errors_count  # type: ignore[import-untyped]

from app.routes import url
from components.desk.boundary import Boundary
from components.desk.effects import Focus, Tab
from components.elements import a
from components.languages import language_switch
from i18n import _
from i18n.locales import LOCALES, SPOKEN

REST = "rest"
"""Id of the button that nobody sees: a tab presses it itself when nobody has used it for long."""
FAILED_TRIES = 4
"""So many tries to connect have failed, about two seconds' worth, before a person is told."""


@dataclass(frozen=True)
class Frame:
    """What the frame shows. All but the language are variables of the page's state.

    locale: code of the page's language. query: what follows the path of the page, with the question mark, or empty.
    """

    locale: str
    route: str
    query: rx.Var[str] | str
    city: rx.Var[str]
    person: rx.Var[str]
    person_id: rx.Var[str]
    on_rest: EventType[()]
    signed_out: rx.Var[bool]
    problem: rx.Var[str]
    focus_on: rx.Var[str]
    focus_count: rx.Var[int]


def desk_screen(frame: Frame, *content: rx.Component) -> rx.Component:
    """A live screen with its frame."""
    return rx.el.div(
        Focus.create(on=frame.focus_on, count=frame.focus_count),
        Tab.create(person=frame.person_id, rest=REST),
        _header(frame),
        rx.el.main(
            _connection(frame),
            rx.el.noscript(rx.el.p(_("The desk needs JavaScript. Please turn it on in your browser."))),
            _alerts(frame),
            Boundary.create(*content, fallback=_failed(frame)),
            id="main",
            tab_index=-1,
        ),
        rx.el.button(id=REST, type="button", hidden=True, on_click=frame.on_rest),
        class_name="desk",
    )


def _header(frame: Frame) -> rx.Component:
    return rx.el.header(
        a(_("Skip to main content"), href="#main", class_name="skip"),
        rx.el.div(
            a(
                rx.el.span(frame.city, class_name="city"),
                " ",
                rx.el.span("311", class_name="mark"),
                " ",
                rx.el.span(_("Desk")),
                href=url("desk", locale=frame.locale),
                class_name="brand",
            ),
            _languages(frame),
            rx.cond(frame.person != "", _sign_out(frame)),
            class_name="wrap bar",
        ),
    )


def _this_page(frame: Frame, locale: str) -> str:
    return f"{url(frame.route, locale=locale)}{frame.query}"


def _languages(frame: Frame) -> rx.Component:
    """Real links: a page in another language is another document, whose `lang` is right."""
    links = [
        rx.el.li(
            a(
                locale.name,
                href=_this_page(frame, locale.code),
                lang=locale.code,
                dir=locale.direction,
                custom_attrs={"hrefLang": locale.code},
                **({"aria_current": "true"} if locale.code == frame.locale else {}),
            )
        )
        for locale in (LOCALES[code] for code in SPOKEN)
    ]
    return language_switch(rx.el.span(LOCALES[frame.locale].name), links)


def _sign_out(frame: Frame) -> rx.Component:
    return rx.el.form(
        rx.el.span(frame.person, class_name="who"),
        a(_("Alerts"), href=url("desk_alerts", locale=frame.locale), class_name="call"),
        # For reports of a phone that never got a connection (app/reports/web_copies.py).
        a(_("Send a saved copy"), href=url("import_reports", locale=frame.locale), class_name="call"),
        rx.el.button(_("Sign out"), type="submit"),
        action=url("sign_out", locale=frame.locale),
        method="post",
        on_submit=None,
        aria_label=_("Sign out"),
        class_name="row",
    )


def _connection(frame: Frame) -> rx.Component:
    """Says politely that the page cannot reach the portal, and nothing when it comes and goes in a moment."""
    lost = (connection_errors_count.to(int) >= FAILED_TRIES) & ~frame.signed_out
    return rx.el.div(
        rx.cond(
            lost,
            rx.el.p(
                _("No connection to the portal. This page tries again by itself; what you write stays here."),
                " ",
                a(_("Load the page again"), href=_this_page(frame, frame.locale)),
                class_name="wrap",
            ),
        ),
        role="status",
        class_name="connection",
    )


def _alerts(frame: Frame) -> rx.Component:
    """What a person must know at once: the sign-in has ended, or something has failed."""
    return rx.el.div(
        rx.cond(frame.signed_out, _signed_out(frame)),
        rx.cond(frame.problem != "", rx.el.p(frame.problem, class_name="errors")),
        role="alert",
    )


def _signed_out(frame: Frame) -> rx.Component:
    return rx.el.section(
        rx.el.p(rx.el.strong(_("You are signed out"))),
        rx.el.p(
            _("Sign in again in a new tab, then come back to this one. What you were writing is kept here.")
        ),
        a(
            _("Sign in (opens a new tab)"),
            href=url("sign_in", locale=frame.locale),
            target="_blank",
            class_name="button",
        ),
        class_name="panel",
    )


def _failed(frame: Frame) -> rx.Component:
    return rx.el.div(
        rx.el.h1(_("This page could not be shown")),
        rx.el.p(_("Something went wrong in the page itself. Nothing of the report has changed.")),
        a(_("Load the page again"), href=_this_page(frame, frame.locale), class_name="button"),
        role="alert",
    )
