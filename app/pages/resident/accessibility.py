"""The accessibility statement: what works for whom, what does not yet, and how to tell us."""

import reflex as rx

from app.publish.registry import Screen, published
from app.publish.slots import slot, when, when_attr
from app.site.texts.accessibility import AccessibilityView
from components.elements import a
from components.layout import screen
from components.offices import office
from i18n import _


@published(AccessibilityView)
def accessibility() -> Screen:
    """`/{locale}/accessibility/`."""
    return screen(
        rx.el.h1(_("Accessibility")),
        rx.el.p(
            _("Everybody should be able to use this site. If something keeps you from it, please tell us."),
            class_name="lead",
        ),
        _section(
            _("What works"),
            _("You can do everything with a keyboard alone."),
            _("You can make the text twice as large or zoom in to 400 percent. Nothing is cut off."),
            _("It works in light, in dark, and in colors that you choose yourself."),
            _("You never need the map. You can say in words where it is."),
            _("You never need a photo, an account or JavaScript."),
        ),
        _section(
            _("What does not work well yet"),
            _("Nobody who uses a screen reader every day has tested this site for us yet."),
            _("What you have sent or erased cannot be taken back."),
            _("Some photos that people send have no description."),
            _("Most translations are drafts. No native speaker has read them yet."),
            _("There are no videos in sign language."),
        ),
        _section(
            _("How we know"),
            _("We follow WCAG 2.2, levels A and AA. Those are the usual rules for websites."),
            _("Two programs check every page each time we change the site."),
            _("Other tests use the site with a keyboard, with large text, zoomed in and without JavaScript."),
            _("We look ourselves at what programs cannot judge."),
        ),
        rx.el.p(
            _("Last look at the whole site:"),
            " ",
            rx.el.time(slot("reviewed"), date_time=slot("reviewed_iso")),
        ),
        rx.el.section(
            rx.el.h2(_("Tell us what does not work")),
            rx.el.p(_("Say which page it was and what you wanted to do. You can also call us.")),
            when("coordinator", office("coordinator")),
            rx.el.p(
                a(
                    _("Report a barrier"),
                    href=slot("report.url"),
                    class_name="button",
                    custom_attrs=when_attr(rel="report.rel"),
                ),
                class_name="ways",
            ),
            when("coordinator", rx.el.p(a(_("Or use our form"), href=slot("form_url"), class_name="call"))),
        ),
        title=_("Accessibility"),
        description=_("Who can use this site, what does not work well yet, and how to tell us."),
    )


def _section(heading: str, *sentences: str) -> rx.Component:
    return rx.el.section(rx.el.h2(heading), rx.el.ul(*[rx.el.li(sentence) for sentence in sentences]))
