"""All that this phone will send or has sent. The phone knows it, the server does not."""

import reflex as rx

from app.publish.registry import Screen, published
from app.publish.slots import slot
from app.site.texts.mine import MineView
from components.elements import InstallOffer, MyRequests, a, hidden_words, template
from components.layout import screen
from components.standing import standing_words
from i18n import _


@published(MineView)
def mine() -> Screen:
    """`/{locale}/mine/`."""
    return screen(
        rx.el.h1(_("My requests"), tab_index=-1, id="mine"),
        MyRequests.create(
            rx.el.noscript(
                rx.el.p(
                    _(
                        "This list is made by your browser from what it keeps, which it cannot do without JavaScript. "
                        "You can look up each request by its number."
                    )
                )
            ),
            template("lists", _lists()),
            template("item", _item()),
            custom_attrs={
                **standing_words(),
                "data-types": slot("types"),
                "data-no-type": _("Shared photo"),
                "data-saved": _("Saved on {time}."),
                "data-since": _("Reported on this phone on {time}."),
                "data-followed": _("You follow this request."),
                "data-since-followed": _("Followed on this phone on {time}."),
                "data-gone": _("The city no longer keeps this report."),
                "data-withdrawn": _(
                    "This type of report is no longer offered. Choose another one: what you wrote comes along."
                ),
                "data-found": _("Reports found: {count}."),
                "data-progress": _("{n} of {total} sent"),
                "data-lasting": _("This browser has promised to keep what is here."),
                "data-passing": _(
                    "This browser may delete what is here when the phone is full or when you do not come back "
                    "for a week. Open this page when you have a connection."
                ),
                "data-really-delete": _("Press again to delete. It cannot be brought back."),
                "data-really-wipe": _(
                    "Not sent yet: {count}. Press again to delete everything, also what was not sent."
                ),
                "data-removed": _("Deleted from this phone."),
                "data-wiped": _("Everything has been deleted from this phone. The city keeps what was sent."),
                "data-copied": _("A copy has been saved as a file."),
                "data-link-copied": _("The private link has been copied."),
            },
        ),
        _install(),
        rx.el.p(a(_("Report a problem"), href=slot("url('report')")), class_name="links"),
        rx.el.p(a(_("Check a request"), href=slot("url('requests')")), class_name="links"),
        rx.el.p(a(_("Send a saved copy"), href=slot("url('import_reports')")), class_name="links"),
        title=_("My requests"),
        description=_(
            "What this phone has kept: drafts, reports that wait to be sent, and reports that were sent."
        ),
    )


def _install() -> rx.Component:
    """Shown where a browser offers it; nothing needs it."""
    return InstallOffer.create(
        rx.el.h2(_("On your home screen")),
        rx.el.p(_("You can put this portal on your home screen, like an app. Nothing else changes.")),
        rx.el.p(
            rx.el.button(_("Put it there"), type="button", custom_attrs={"data-act": "install"}),
            rx.el.button(_("No, thank you"), type="button", custom_attrs={"data-act": "no-install"}),
            class_name="row",
        ),
        hidden=True,
    )


def _lists() -> rx.Component:
    return rx.el.div(
        rx.el.h2(_("On this phone"), tab_index=-1, custom_attrs={"data-part": "heading"}, class_name="sr"),
        rx.el.p(_("There is nothing here yet."), hidden=True, custom_attrs={"data-part": "none"}),
        _progress(),
        _search(),
        # Below the field, which stays where it is while somebody types.
        rx.el.p(role="status", custom_attrs={"data-part": "said"}),
        _list("queued accepted attention", _("Not with the city yet")),
        _list("draft", _("Drafts")),
        _list("done", _("Sent")),
        rx.el.p(class_name="hint", custom_attrs={"data-part": "lasts"}),
        rx.el.div(
            # Translators: a heading above what is done with all reports on the phone at once.
            rx.el.h2(_("All of it")),
            rx.el.p(
                _button("save-all", _("Save a copy of all that was not sent")),
                _button("wipe", _("Someone else uses this phone: delete everything here")),
                class_name="row",
            ),
            rx.el.p(
                _("A saved copy can be sent from any other phone or computer."),
                class_name="hint",
            ),
            hidden=True,
            custom_attrs={"data-part": "all"},
        ),
    )


def _progress() -> rx.Component:
    """How much of what waits has been sent; no live region, because it changes with each report."""
    return rx.el.p(
        rx.el.label(html_for="mine-sent", custom_attrs={"data-part": "sent"}),
        " ",
        rx.el.progress(id="mine-sent"),
        hidden=True,
        custom_attrs={"data-part": "progress"},
    )


def _search() -> rx.Component:
    """For a list that is long; the phone searches by itself, so there is nothing to send."""
    return rx.el.div(
        rx.el.label(_("Search by type, place, number or words"), html_for="mine-search"),
        rx.el.input(type="search", id="mine-search", auto_complete="off", max_length=200),
        role="search",
        hidden=True,
        class_name="search",
        custom_attrs={"data-part": "search"},
    )


def _list(states: str, heading: str) -> rx.Component:
    more = rx.el.button(
        _("Show more"),
        " ",
        rx.el.span(custom_attrs={"data-part": "left"}),
        hidden_words(f" {heading}"),
        type="button",
    )
    return rx.el.section(
        rx.el.h2(heading),
        rx.el.ul(class_name="mine", custom_attrs={"data-list": states}),
        rx.el.p(more, hidden=True, custom_attrs={"data-part": "more"}),
        hidden=True,
    )


def _item() -> rx.Component:
    return rx.el.li(
        rx.el.h3(dir="auto", tab_index=-1, custom_attrs={"data-part": "name"}),
        rx.el.p(dir="auto", custom_attrs={"data-part": "place"}),
        rx.el.p(
            _("Reference number"),
            " ",
            rx.el.bdi(dir="ltr", class_name="number", custom_attrs={"data-part": "number"}),
        ),
        rx.el.p(rx.el.strong(custom_attrs={"data-part": "standing"})),
        rx.el.p(class_name="hint", custom_attrs={"data-part": "age"}),
        rx.el.p(
            # Translators: a link that opens a draft again, to go on writing.
            _link("continue", _("Continue"), slot("form_url"), when="draft attention"),
            _button("try", _("Try now"), when="queued"),
            _button("photos", _("Send the photos now"), when="accepted"),
            _button("save", _("Save a copy"), when="draft queued accepted attention"),
            _link("see", _("See the request"), slot("request_url"), when="accepted done followed"),
            _link("private", _("Your private link"), slot("manage_url"), when="accepted done"),
            _button("share", _("Share the private link"), when="accepted done", link=slot("manage_url")),
            _button("delete", _("Delete")),
            class_name="row",
        ),
    )


def _link(act: str, words: str, to: str, *, when: str) -> rx.Component:
    """to: an address in which the names of a report are still to be filled in. when: states in which it is offered."""
    return a(
        rx.el.span(words, custom_attrs={"data-part": "words"}),
        _about(),
        href="#",
        hidden=True,
        class_name="button",
        custom_attrs={"data-act": act, "data-when": when, "data-to": to},
    )


def _button(act: str, words: str, *, when: str = "", link: str = "") -> rx.Component:
    """when: states in which it is offered, all of them if empty. link: what it shares."""
    attributes = {"data-act": act, "data-when": when, "data-link": link}
    return rx.el.button(
        rx.el.span(words, custom_attrs={"data-part": "words"}),
        _about(),
        type="button",
        custom_attrs={name: value for name, value in attributes.items() if value},
    )


def _about() -> rx.Component:
    return rx.el.span(class_name="sr", custom_attrs={"data-part": "about"})
