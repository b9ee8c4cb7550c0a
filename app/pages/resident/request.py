"""The public page of one request."""

import reflex as rx

from app.publish.registry import Screen, published
from app.publish.slots import slot, when
from app.requests.views_pages import StatusView
from components.elements import LiveStatus, a
from components.following import follow_form, followed
from components.layout import screen
from components.requests import facts, history, place_map, report, status
from i18n import _


@published(StatusView)
def request() -> Screen:
    """`/{locale}/requests/{reference}/`."""
    return screen(
        rx.el.h1(slot("request.service_name")),
        LiveStatus.create(
            rx.el.div(
                status(),
                when("request.expected", rx.el.p(slot("request.expected"))),
                followed(),
                facts(),
                place_map(),
                report(),
                history(),
                custom_attrs={"data-part": "live", "data-status": slot("request.status")},
            ),
            rx.el.p(role="status", class_name="hint", custom_attrs={"data-part": "said"}),
            custom_attrs={"data-changed": _("This page has been updated. Status: {status}")},
        ),
        follow_form(),
        rx.el.p(a(_("Check another request"), href=slot("url('requests')")), class_name="links"),
        title=slot("(request.service_name|plain) ~ ' ' ~ request.reference"),
        description=_("What the city has done about this request."),
    )
