"""How a request is shown: its status, what was said, its photos, its history."""

import reflex as rx

from app.publish.slots import each, slot, when, when_attr
from components.elements import a
from components.maps import map_link
from i18n import _


def facts() -> rx.Component:
    """Number, place, dates and bureau of `request`."""
    return rx.el.dl(
        _fact(_("Reference number"), rx.el.bdi(slot("request.reference"), dir="ltr", class_name="number")),
        when("request.place", _fact(_("Where"), rx.el.bdi(slot("request.place")))),
        _fact(_("Reported on"), rx.el.time(slot("request.reported"), date_time=slot("request.reported_iso"))),
        when("request.bureau", _fact(_("Who does the work"), slot("request.bureau"))),
        class_name="facts",
    )


def place_map() -> rx.Component:
    """Where `request` is, as a picture, if everybody may know it that exactly."""
    return when("request.map_url", map_link(slot("request.map_url"), slot("request.place")))


def _fact(term: str, *value: rx.Component | str) -> rx.Component:
    return rx.el.div(rx.el.dt(term), rx.el.dd(*value))


def status() -> rx.Component:
    """The status of `request` in words; its color only repeats them."""
    return rx.el.p(
        rx.el.span(_("Status:"), " ", class_name="label"),
        rx.el.strong(
            slot("request.status"),
            class_name="badge",
            custom_attrs={"data-status": slot("request.status_code")},
        ),
        class_name="status",
    )


def report() -> rx.Component:
    """What the resident wrote, answered and photographed, as far as this reader may see it."""
    return rx.fragment(
        when(
            "request.notes or request.description or request.answers",
            rx.el.section(
                rx.el.h2(_("The report")),
                each("note in request.notes", rx.el.p(slot("note"), class_name="hint")),
                when(
                    "request.description",
                    rx.el.p(
                        slot("request.description"),
                        lang=slot("request.description_language"),
                        dir=slot("request.description_direction"),
                        class_name="said",
                    ),
                ),
                when(
                    "request.answers",
                    rx.el.dl(
                        each(
                            "answer in request.answers",
                            rx.el.div(
                                rx.el.dt(slot("answer.question"), dir="auto"),
                                rx.el.dd(slot("answer.answer"), lang=slot("answer.language"), dir="auto"),
                            ),
                        ),
                        class_name="facts",
                        lang=slot("request.asked_language"),
                    ),
                ),
            ),
        ),
        when("request.photos", _photos()),
    )


def about_photos(*more: rx.Component) -> rx.Component:
    """What there is to say about photos that cannot be seen (yet). more: what can be done about it."""
    return when(
        "photo_problems",
        rx.el.section(
            rx.el.h2(_("About your photos")),
            each("problem in photo_problems", rx.el.p(slot("problem"))),
            *more,
            class_name="callout",
        ),
    )


def _photos() -> rx.Component:
    return rx.el.section(
        rx.el.h2(_("Photos")),
        rx.el.ul(
            each(
                "photo in request.photos",
                rx.el.li(
                    a(
                        rx.el.img(
                            src=slot("photo.small_url"),
                            alt=slot("photo.alt"),
                            loading="lazy",
                            custom_attrs={"width": slot("photo.width"), "height": slot("photo.height")},
                        ),
                        href=slot("photo.large_url"),
                    ),
                ),
            ),
            class_name="photos",
        ),
    )


def _other_languages() -> rx.Component:
    """The same note in other languages, each under its own name, so that its readers find it."""
    return rx.el.details(
        rx.el.summary(
            # Translators: names of languages follow, each in itself: "Also in: Español · Soomaali".
            _("Also in:"),
            each(
                "version in update.also", " ", rx.el.bdi(slot("version.name"), lang=slot("version.language"))
            ),
        ),
        each(
            "version in update.also",
            rx.el.p(
                slot("version.text"),
                lang=slot("version.language"),
                dir=slot("version.direction"),
                class_name="said",
            ),
        ),
    )


def history() -> rx.Component:
    """What has happened so far, newest first."""
    return rx.el.section(
        rx.el.h2(_("What has happened")),
        rx.el.ol(
            each(
                "update in request.updates",
                rx.el.li(
                    rx.el.h3(slot("update.heading")),
                    rx.el.p(rx.el.time(slot("update.date"), date_time=slot("update.iso")), class_name="hint"),
                    when(
                        "update.text",
                        rx.el.p(
                            slot("update.text"),
                            dir=slot("update.direction"),
                            class_name="said",
                            custom_attrs=when_attr(lang="update.language"),
                        ),
                    ),
                    when("update.also", _other_languages()),
                    custom_attrs=when_attr(aria_current="loop.first and 'step'"),
                ),
            ),
            class_name="timeline",
        ),
    )
