"""The newest requests: a list first, a map second."""

import reflex as rx

from app.publish.registry import Screen, published
from app.publish.slots import each, slot, when
from app.requests.views_pages import RecentView
from components.elements import a
from components.layout import screen
from i18n import _


@published(RecentView)
def recent() -> Screen:
    """`/{locale}/recent/`."""
    return screen(
        rx.el.h1(_("Recent requests")),
        when("not requests", rx.el.p(_("There are no requests here yet."))),
        when("requests", rx.el.ul(each("request in requests", _item()), class_name="recent")),
        when("older_url", rx.el.p(a(_("Older requests"), href=slot("older_url"), class_name="button"))),
        rx.el.section(
            rx.el.h2(_("On a map")),
            rx.el.img(
                src=slot("map_url"),
                alt=_(
                    "Map of the city with the newest requests. The list above has the same places in words."
                ),
                loading="lazy",
                class_name="picture",
                custom_attrs={"width": "360", "height": "300"},
            ),
        ),
        title=_("Recent requests"),
        description=_("The newest requests to the city and what has become of them."),
    )


def _item() -> rx.Component:
    return rx.el.li(
        when(
            "request.photo_url",
            rx.el.img(
                src=slot("request.photo_url"),
                alt="",
                loading="lazy",
                custom_attrs={"width": "80", "height": "60"},
            ),
        ),
        rx.el.div(
            rx.el.h2(
                a(
                    slot("request.service_name"),
                    " ",
                    rx.el.bdi(slot("request.reference"), dir="ltr", class_name="number"),
                    href=slot("request.url"),
                )
            ),
            rx.el.p(
                rx.el.strong(
                    slot("request.status"),
                    class_name="badge",
                    custom_attrs={"data-status": slot("request.status_code")},
                ),
                " ",
                rx.el.time(slot("request.date"), date_time=slot("request.iso")),
            ),
            when("request.place", rx.el.p(rx.el.bdi(slot("request.place")))),
        ),
    )
