"""The page after sending: the number, what happens next, how to follow."""

import reflex as rx

from app.publish.registry import Screen, published
from app.publish.slots import slot, when
from app.requests.views_pages import SentView
from components.elements import CopyText, a, template
from components.layout import screen
from components.offices import free_interpreter
from components.private_link import qr_code
from components.requests import about_photos, facts, report
from i18n import _


@published(SentView)
def sent() -> Screen:
    """`/{locale}/requests/{reference}/sent/{token}/`."""
    return screen(
        rx.el.h1(_("Your report has arrived")),
        rx.el.div(
            rx.el.p(_("Your reference number")),
            CopyText.create(
                rx.el.p(
                    rx.el.bdi(slot("request.reference"), dir="ltr"),
                    class_name="big number",
                    custom_attrs={"data-part": "text"},
                ),
                template(
                    "buttons",
                    rx.el.p(
                        rx.el.button(
                            _("Copy the number"),
                            type="button",
                            class_name="quiet",
                            custom_attrs={"data-act": "copy"},
                        ),
                        " ",
                        rx.el.button(
                            _("Print"), type="button", class_name="quiet", custom_attrs={"data-act": "print"}
                        ),
                        class_name="row",
                    ),
                    rx.el.p(role="status", class_name="hint", custom_attrs={"data-part": "said"}),
                ),
                custom_attrs={
                    "data-copied": _("Copied."),
                    "data-sent-number": slot("request.reference_plain"),
                },
            ),
            class_name="panel",
        ),
        about_photos(rx.el.p(a(_("Add another photo"), href=slot("manage_url")), class_name="links")),
        when(
            "whose",
            rx.el.section(
                rx.el.p(slot("whose")),
                when(
                    "call",
                    rx.el.p(
                        a(
                            _("Call %(phone)s", phone=slot("call.phone")),
                            " (",
                            slot("call.when"),
                            ")",
                            href=slot("call.phone_url"),
                        ),
                        class_name="links",
                    ),
                ),
                class_name="callout",
            ),
        ),
        rx.el.section(
            rx.el.h2(_("What happens next")),
            rx.el.ol(
                when("bureau", rx.el.li(_("Your report goes to: %(bureau)s", bureau=slot("bureau")))),
                when("not bureau", rx.el.li(_("Your report goes to the city."))),
                when("expected", rx.el.li(slot("expected"))),
                rx.el.li(_("You can see on the page of your request what has been done.")),
            ),
        ),
        rx.el.section(
            rx.el.h2(_("How to follow it")),
            rx.el.ul(
                rx.el.li(
                    a(_("The page of your request"), href=slot("request.url")),
                    " ",
                    _("Everybody with the number can see it."),
                ),
                rx.el.li(
                    a(_("Your private link"), href=slot("manage_url")),
                    " ",
                    _(
                        "Keep it to yourself. With it you can add comments and photos, say that it is fixed, "
                        "and have your contact details erased."
                    ),
                ),
            ),
            free_interpreter(),
            qr_code(),
        ),
        rx.el.section(rx.el.h2(_("Your receipt")), facts(), class_name="receipt"),
        report(),
        rx.el.p(a(_("Report something else"), href=slot("url('report')")), class_name="links"),
        title=_("Your report has arrived"),
        description=_("Your report has arrived"),
    )
