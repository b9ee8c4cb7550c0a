"""What the city keeps of a report, why, and who sees it."""

import reflex as rx

from app.publish.registry import Screen, published
from app.publish.slots import each, slot, when
from app.site.texts.privacy import PrivacyView
from components.layout import screen
from components.offices import free_interpreter
from i18n import _


@published(PrivacyView)
def privacy() -> Screen:
    """`/{locale}/privacy/`."""
    return screen(
        rx.el.h1(_("Your privacy")),
        _section(
            _("What we ask, and why"),
            _("We ask what the problem is and where, so that a crew can find it."),
            _(
                "Your name, e-mail and phone are optional. We use them only to ask you about this "
                "report or to tell you about it."
            ),
            _("If you follow a request, we count you and keep nothing that says who you are."),
            _(
                "We use no cookies and no trackers for residents. Nothing on these pages comes from other companies."
            ),
        ),
        _section(
            _("What others can see"),
            _(
                "Each form says what others can see of that kind of report. Nobody but city staff "
                "sees your name or contact details."
            ),
            _(
                "We remove the hidden data of your photos, such as the place and the time, before we keep them."
            ),
        ),
        _section(
            _("How long we keep it"),
            _("Photos of a report that you never send are deleted after %(days)s days.", days=slot("days")),
            each("sentence in retention", rx.el.p(slot("sentence"))),
            when("not retention", rx.el.p(_("Nothing else is deleted by itself."))),
            _(
                "With your private link you can have your contact details erased at any time. They "
                "are then gone from this portal for good."
            ),
            _(
                "Copies that the city made for emergencies before that day still hold what was deleted or erased, "
                "until those copies are deleted, too. If one is ever brought back, the same is deleted and erased "
                "in it before this portal uses it."
            ),
            _("While the law requires us to keep a report, nothing of it is deleted or erased."),
        ),
        _section(
            _("What stays on your phone"),
            _(
                "Your browser keeps your drafts and reports on this phone, so that they are there without a "
                "connection. Nobody else can read them there, except people who use the same phone."
            ),
            _(
                "What you wrote is removed from the phone once you have opened this portal on 14 different days "
                "after it was sent. The number and your private link stay in “My requests” until you delete them."
            ),
            _("If others use this phone, open “My requests” and delete everything with one press."),
        ),
        free_interpreter(),
        title=_("Your privacy"),
        description=_("What the city keeps of your report, why, and who sees it."),
    )


def _section(heading: str, *sentences: str | rx.Component) -> rx.Component:
    return rx.el.section(
        rx.el.h2(heading),
        *[rx.el.p(sentence) if isinstance(sentence, str) else sentence for sentence in sentences],
    )
