"""What stands around every published page: skip link, header, languages, help."""

import reflex as rx

from app.publish.registry import Screen
from app.publish.slots import each, slot, when, when_attr
from components.alerts import alert_banner
from components.elements import CityAlerts, SyncStatus, a
from components.languages import language_switch
from components.offices import relay
from i18n import _


def screen(*content: rx.Component, title: str, description: str) -> Screen:
    """A published screen with its frame; title is its h1 (an error prefix may stand before it)."""
    return Screen(
        title=f"{title} – {slot('frame.city')} 311",
        description=description,
        body=rx.fragment(
            _header(),
            CityAlerts.create(
                each("banner in frame.banners", alert_banner()),
                custom_attrs={"data-tag": slot("frame.alerts_tag")},
            ),
            rx.el.main(_sync_status(), *content, id="main", tab_index=-1),
            _footer(),
        ),
    )


def _sync_status() -> rx.Component:
    """One calm line, there only when something is unsent or the network is away."""
    return SyncStatus.create(
        rx.el.p(
            _("There is no connection. You can still report: it is sent later."),
            " ",
            rx.el.span(custom_attrs={"data-part": "since"}),
            hidden=True,
            custom_attrs={"data-part": "away"},
        ),
        rx.el.p(
            rx.el.span(role="status", custom_attrs={"data-part": "said"}),
            " ",
            a(_("My requests"), href=slot("url('mine')"), hidden=True, custom_attrs={"data-part": "link"}),
        ),
        hidden=True,
        class_name="notice",
        custom_attrs={
            "data-moment": slot("frame.moments.pattern"),
            "data-days": slot("frame.moments.days"),
            "data-hours": slot("frame.moments.hours"),
            "data-waiting": _("Reports that wait to be sent: {count}."),
            "data-stuck": _("Reports that need your attention: {count}."),
            "data-drafts": _("Drafts: {count}."),
            "data-since": _("This page is from {time}."),
        },
    )


def _header() -> rx.Component:
    return rx.el.header(
        a(_("Skip to main content"), href="#main", class_name="skip"),
        rx.el.div(
            a(
                rx.el.span(slot("frame.city"), class_name="city"),
                " ",
                rx.el.span("311", class_name="mark"),
                href=slot("url('home')"),
                class_name="brand",
            ),
            _languages(),
            class_name="wrap bar",
        ),
    )


def _languages() -> rx.Component:
    """Real links to the same page; assets/draft.js lets a draft come along."""
    link = a(
        slot("language.locale.name"),
        href=slot("language.url"),
        lang=slot("language.locale.code"),
        dir=slot("language.locale.direction"),
        custom_attrs={
            "hreflang": slot("language.locale.code"),
            **when_attr(aria_current="language.current and 'true'"),
        },
    )
    return language_switch(
        rx.el.span(slot("frame.locale.name")),
        [each("language in frame.languages", rx.el.li(link))],
        when("frame.is_form", _take_along()),
        custom_attrs=when_attr(open="frame.is_start"),
    )


def _take_along() -> rx.Component:
    """Without script: another language by way of the form, so that what was typed is not lost."""
    button = rx.el.button(
        slot("language.locale.name"),
        type="submit",
        name="change_language",
        value="1",
        form="report",
        lang=slot("language.locale.code"),
        dir=slot("language.locale.direction"),
        custom_attrs={"formAction": slot("language.url") + "?send"},
    )
    return rx.el.noscript(
        rx.el.p(_("What you typed comes along:")),
        rx.el.ul(each("language in frame.languages if not language.current", rx.el.li(button))),
    )


def _footer() -> rx.Component:
    return rx.el.footer(
        rx.el.div(
            rx.el.h2(_("Need help?")),
            rx.el.p(
                a(
                    _("Call %(phone)s", phone=slot("frame.phone")),
                    href=slot("frame.phone_url"),
                    class_name="call",
                ),
                " ",
                slot("frame.hours"),
            ),
            when("frame.interpreters", rx.el.p(_("Say your language: an interpreter joins. It is free."))),
            when("frame.relay", rx.el.p(relay())),
            rx.el.p(_("If someone is in danger, call %(phone)s.", phone=slot("frame.emergency"))),
            rx.el.ul(
                rx.el.li(a(_("Report a problem"), href=slot("url('report')"))),
                rx.el.li(a(_("Check a request"), href=slot("url('requests')"))),
                rx.el.li(a(_("My requests"), href=slot("url('mine')"))),
                rx.el.li(a(_("Recent requests"), href=slot("url('recent')"))),
                rx.el.li(a(_("Alerts"), href=slot("url('alerts')"))),
                rx.el.li(a(_("Your privacy"), href=slot("url('privacy')"))),
                rx.el.li(a(_("Accessibility"), href=slot("url('accessibility')"))),
                rx.el.li(a(_("Your rights"), href=slot("url('rights')"))),
                class_name="links",
            ),
            when("frame.locale.is_draft", _better_words()),
            class_name="wrap",
        )
    )


def _better_words() -> rx.Component:
    """Nobody has checked this language: say so, and how to mend it."""
    return rx.el.p(
        _("No native speaker has checked this translation yet."),
        " ",
        when("frame.feedback_url", a(_("Suggest better words"), href=slot("frame.feedback_url"))),
        when(
            "not frame.feedback_url",
            _("Do you know better words? Call %(phone)s.", phone=slot("frame.phone")),
        ),
    )
