"""What people can ask the city for, whom to ask, and every way to reach the city."""

import reflex as rx

from app.publish.registry import Screen, published
from app.publish.slots import slot, when
from app.site.texts.rights import RightsView
from components.elements import a
from components.layout import screen
from components.offices import office, relay, ways
from i18n import _


@published(RightsView)
def rights() -> Screen:
    """`/{locale}/rights/`."""
    return screen(
        rx.el.h1(_("Your rights")),
        rx.el.p(_("What you can ask the city for, and how to reach us."), class_name="lead"),
        _emergency(),
        rx.el.section(
            rx.el.h2(_("Talk to a person")),
            ways("ways"),
            when("frame.interpreters", rx.el.p(_("Say your language: an interpreter joins. It is free."))),
            when("frame.relay", rx.el.p(relay())),
        ),
        when("ada", _disability()),
        when("formats", _formats()),
        when("title_vi", _language()),
        when("grievances", _complaint()),
        when(
            "checked",
            rx.el.p(_("We last checked these offices on %(date)s.", date=slot("checked")), class_name="hint"),
        ),
        rx.el.p(
            _("These pages are for %(city)s, %(state)s.", city=slot("frame.city"), state=slot("state")),
            class_name="hint",
        ),
        title=_("Your rights"),
        description=_("What you can ask the city for, and how to reach us."),
    )


def _emergency() -> rx.Component:
    return rx.el.section(
        rx.el.h2(_("In an emergency")),
        rx.el.p(_("If someone is in danger, call %(phone)s.", phone=slot("frame.emergency"))),
        when("text_url", _by_text()),
        when(
            "police",
            rx.el.p(
                _("Nobody is in danger, but you need the police?"),
                " ",
                a(_("Call %(phone)s", phone=slot("police")), href=slot("police_url"), class_name="call"),
            ),
        ),
    )


def _by_text() -> rx.Component:
    return rx.fragment(
        rx.el.p(_("Call if you can. If you cannot speak, text: the address first, words only.")),
        rx.el.p(
            a(_("Text %(phone)s", phone=slot("frame.emergency")), href=slot("text_url"), class_name="call"),
            rx.el.br(),
            _("Languages: %(languages)s.", languages=slot("text_languages")),
            " ",
            slot("text_limits"),
            " ",
            rx.el.span(_("Checked on %(date)s.", date=slot("text_checked")), class_name="hint"),
            class_name="ways",
        ),
    )


def _disability() -> rx.Component:
    return rx.el.section(
        rx.el.h2(_("If you have a disability")),
        rx.el.p(
            _(
                "You have a right to use what the city offers. Ask for the help that you need for it, "
                "such as a sign language interpreter. It is free."
            )
        ),
        office("ada"),
    )


def _formats() -> rx.Component:
    return rx.el.section(
        rx.el.h2(_("In another form")),
        rx.el.p(_("You can ask for what we write in another form, such as large print. It is free.")),
        office("formats"),
    )


def _language() -> rx.Component:
    return rx.el.section(
        rx.el.h2(_("Whoever you are, in your language")),
        rx.el.p(
            _(
                "The city may not treat you worse for your race, your color, the country you come from "
                "or the language you speak."
            )
        ),
        office("title_vi"),
    )


def _complaint() -> rx.Component:
    return rx.el.section(
        rx.el.h2(_("If you were treated unfairly")),
        rx.el.p(_("You have a right to complain. Nobody at the city may punish you for it.")),
        office("grievances"),
    )
