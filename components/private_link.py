"""The private link of a request, for another phone."""

import reflex as rx

from app.publish.slots import slot
from i18n import _


def qr_code() -> rx.Component:
    """The link as a QR code, drawn only when somebody opens it; `qr_url` of the view."""
    return rx.el.details(
        rx.el.summary(_("Show a QR code of your private link")),
        rx.el.p(
            _(
                "Scan it to open this request on another phone. Whoever scans it can change the request, "
                "so show it only to people you trust."
            )
        ),
        rx.el.img(
            src=slot("qr_url"),
            alt=_("QR code of your private link"),
            loading="lazy",
            custom_attrs={"width": "240", "height": "240"},
        ),
    )
