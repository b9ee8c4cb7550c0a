"""The report form: one page that works whole without script, one step at a time with it."""

import reflex as rx

from app.pages.resident.report_near import near_already
from app.pages.resident.report_place import place_picker, which_place
from app.publish.registry import Screen, published
from app.publish.slots import each, slot, when
from app.reports.views_pages import FormView
from components.elements import (
    OfflineForm,
    PhotoInput,
    StepForm,
    a,
    choice,
    hidden_words,
    script_button,
    template,
)
from components.fields import error_summary, optional_words, question_field, text_field
from components.layout import screen
from components.offices import free_interpreter
from components.standing import standing_words
from i18n import _


@published(FormView)
def report_form() -> Screen:
    """`/{locale}/report/{service_code}/`."""
    return screen(
        a(_("All report types"), href=slot("url('report')"), class_name="back"),
        rx.el.h1(slot("service_name")),
        rx.el.p(slot("service_description"), class_name="lead"),
        error_summary(),
        near_already(),
        OfflineForm.create(
            _form(),
            custom_attrs={
                **standing_words(),
                "data-submit": slot("submit_url"),
                "data-upload": slot("upload_url"),
                "data-sent": slot("sent_url"),
                "data-mine": slot("url('mine')"),
                "data-locale": slot("frame.locale.code"),
                "data-say-held": _(
                    "This phone cannot keep the report. Leave this page open until it is sent."
                ),
                "data-failed": _("Your report has not been sent yet. Everything is still here."),
                "data-kept": _("Saved on this phone as a draft."),
                "data-full": _("This phone is full: what you wrote cannot be kept here. Send it soon."),
                "data-unkept": _("This browser keeps no drafts. Send your report before you close the page."),
                "data-errors-heading": _("Please check the form"),
                "data-error-prefix": _("Error:"),
                "data-again": _("Try again"),
            },
        ),
        title=slot("(_('Error:') ~ ' ' if errors else '') ~ (service_name|plain)"),
        description=slot("service_description"),
    )


def _saved_words() -> rx.Component:
    """What a person may know while the report waits: its number; and, if it is safe, that nobody has to wait for it."""
    return rx.el.div(
        rx.el.p(
            _("Your reference number"),
            " ",
            rx.el.bdi(dir="ltr", class_name="number", custom_attrs={"data-part": "number"}),
        ),
        rx.el.div(
            rx.el.p(_("You can close this page.")),
            rx.el.p(a(_("My requests"), href=slot("url('mine')")), class_name="links"),
            custom_attrs={"data-part": "leave"},
        ),
        hidden=True,
        class_name="panel",
        custom_attrs={"data-part": "saved"},
    )


def _call_instead() -> rx.Component:
    return when(
        "calls",
        rx.el.div(
            rx.el.h3(_("Call instead if")),
            rx.el.ul(
                each(
                    "call in calls",
                    rx.el.li(
                        slot("call.when"),
                        ": ",
                        a(
                            _("Call %(phone)s", phone=slot("call.phone")),
                            " (",
                            slot("call.name"),
                            ")",
                            href=slot("call.phone_url"),
                        ),
                    ),
                ),
                class_name="calls",
            ),
            class_name="callout",
        ),
    )


def _form() -> rx.Component:
    return rx.el.form(
        _hidden("id"),
        _hidden("reference"),
        _hidden("token", name="manage_token"),
        _hidden("service_code"),
        _hidden("service_name"),
        rx.el.input(type="hidden", name="language", value=slot("frame.locale.code")),
        each("question in questions", _asked()),
        when("reported_asked", rx.el.input(type="hidden", name="reported_asked", value="1")),
        which_place(),
        StepForm.create(
            # The place first: what is reported near it already is worth knowing before somebody writes it all down.
            _place_step(),
            _problem_step(),
            _photos_step(),
            _contact_step(),
            _check_step(),
            _step_parts(),
            rx.el.p(class_name="hint", custom_attrs={"data-part": "draft-note"}),
            custom_attrs={
                "data-step-of": _("Step {n} of {total}"),
                # The server says the same sentences, so they have one entry each in the catalogs.
                "data-missing": _("Answer this question: %(question)s", question="{label}"),
                "data-missing-choice": _("Choose an answer: %(question)s", question="{label}"),
                "data-missing-choices": _("Choose at least one answer: %(question)s", question="{label}"),
                "data-missing-place": _(
                    "Say where it is: write an address or a crossing, or choose the place on the map."
                ),
                "data-cost": _("Sending takes about {kb} kB of your data."),
                "data-cost-later": _(
                    "Sending takes about {kb} kB of your data. Photos wait for Wi-Fi unless you say otherwise."
                ),
                "data-not-answered": _("Not answered"),
                # Translators: a button beside an answer that leads back to its question.
                "data-change": _("Change"),
                "data-errors-heading": _("Please check the form"),
                "data-error-prefix": _("Error:"),
            },
        ),
        # Not the page's own address: browsers forget a page when something is sent to its address. Whoever goes
        # back would get a form with another id, and what they send once more would be a second report.
        action=slot("action") + "?send",
        id="report",
        method="post",
        enc_type="multipart/form-data",
        on_submit=None,
        no_validate=True,
    )


def _hidden(field: str, *, name: str = "") -> rx.Component:
    # Without autocomplete="off" Firefox puts the last report's id back into a fresh form.
    return rx.el.input(type="hidden", name=name or field, value=slot(field), auto_complete="off")


def _asked() -> rx.Component:
    """The question as it was shown, so that an answer keeps its meaning if the form changes."""
    return rx.el.input(
        type="hidden", name=slot("'question[' ~ question.code ~ ']'"), value=slot("question.label")
    )


def _step(key: str, heading: str, *content: rx.Component, nothing: str = "") -> rx.Component:
    """One step; nothing: what the check step says when the step holds no answer."""
    return rx.el.section(
        rx.el.h2(heading, id=f"step-{key}", tab_index=-1),
        *content,
        aria_labelledby=f"step-{key}",
        custom_attrs={"data-step": key, **({"data-nothing": nothing} if nothing else {})},
    )


def _problem_step() -> rx.Component:
    return _step(
        "problem",
        _("What is happening?"),
        each("question in questions", question_field()),
        text_field(
            "description",
            _("Describe it in your own words"),
            hint=_("In any language. Please leave out names and phone numbers: others may read this."),
            long=True,
            optional=True,
            max_length=5000,
        ),
    )


def _place_step() -> rx.Component:
    return _step(
        "place",
        _("Where is it?"),
        # Danger is no matter for a form, so this is met before anything is asked.
        _call_instead(),
        place_picker(),
    )


def _photos_step() -> rx.Component:
    return _step(
        "photos",
        _("Photos"),
        rx.el.p(slot("photo_hint"), " ", slot("photo_limit"), class_name="hint", id="media-hint"),
        when(
            "photo_error",
            rx.el.p(
                hidden_words(_("Error:"), " "), slot("photo_error"), id="media-error", class_name="error"
            ),
        ),
        PhotoInput.create(
            each("photo in photos", _kept_photo()),
            each("number in free_photo_slots", _photo_row()),
            _photo_parts(),
            custom_attrs={
                "data-limit": "5",
                "data-working": _("Getting photo {n} ready…"),
                "data-added": _("Photo {n} added, {size} kB."),
                "data-removed": _("Photo removed. {count} left."),
                "data-too-many": _("You can send up to 5 photos."),
                "data-as-is": _("Photo {n} will be sent as it is; the city’s computer reads it."),
                "data-unreadable": _("{name} is not a photo we can read. The rest of your report is fine."),
                "data-photo": _("Photo %(n)s", n="{n}"),
                "data-describe": _("What does photo %(n)s show? For people who cannot see it.", n="{n}"),
                "data-remove": _("Remove photo {n}"),
                "data-count": _("{count} of 5 photos added"),
            },
        ),
        nothing=_("No photos"),
    )


def _kept_photo() -> rx.Component:
    """A photo that arrived before the form came back with errors: it is not asked for again."""
    return rx.el.div(
        when(
            "photo.url",
            rx.el.img(
                src=slot("photo.url"),
                alt=_("Photo %(n)s, already received", n=slot("loop.index")),
                custom_attrs={"width": "160", "height": "120"},
            ),
        ),
        when("not photo.url", rx.el.p(_("Photo %(n)s, already received", n=slot("loop.index")))),
        rx.el.label(
            _("What does photo %(n)s show?", n=slot("loop.index")),
            html_for=slot("'kept-description-' ~ loop.index"),
        ),
        rx.el.input(
            name=slot("'media[' ~ photo.sha256 ~ ']'"),
            id=slot("'kept-description-' ~ loop.index"),
            default_value=slot("photo.description"),
            max_length=500,
        ),
        choice(
            rx.el.input(
                type="checkbox",
                name="leave_out",
                id=slot("'leave-out-' ~ loop.index"),
                value=slot("photo.sha256"),
            ),
            _("Leave photo %(n)s out", n=slot("loop.index")),
            id=slot("'leave-out-' ~ loop.index"),
        ),
        class_name="photo",
        custom_attrs={
            "data-part": "kept",
            "data-answer": _("Photo %(n)s", n=slot("loop.index")),
            "data-nothing": _("No description"),
        },
    )


def _photo_row() -> rx.Component:
    return rx.el.div(
        rx.el.label(_("Photo %(n)s", n=slot("number")), optional_words(), html_for=slot("'media-' ~ number")),
        rx.el.input(
            type="file",
            name="media",
            id=slot("'media-' ~ number"),
            accept="image/*,.heic,.heif",
            aria_describedby="media-hint",
        ),
        rx.el.label(
            _("What does photo %(n)s show? For people who cannot see it.", n=slot("number")),
            html_for=slot("'media-description-' ~ number"),
        ),
        rx.el.input(name="media_description", id=slot("'media-description-' ~ number"), max_length=500),
        class_name="photo",
        custom_attrs={
            "data-part": "row",
            "data-answer": _("Photo %(n)s", n=slot("number")),
            "data-nothing": _("No description"),
        },
    )


def _photo_parts() -> rx.Component:
    return rx.fragment(
        template(
            "add",
            rx.el.div(
                rx.el.label(_("Add photos"), html_for="media-add"),
                rx.el.input(
                    type="file",
                    id="media-add",
                    multiple=True,
                    accept="image/*,.heic,.heif",
                    # Without the count: what is added is said by itself, and with it all of this would be said again.
                    aria_describedby="media-hint",
                    custom_attrs={"data-part": "choose"},
                ),
                rx.el.p(id="media-count", class_name="hint", custom_attrs={"data-part": "count"}),
                rx.el.p(role="status", class_name="photo-status", custom_attrs={"data-part": "said"}),
                rx.el.h3(
                    _("Your photos"), tab_index=-1, hidden=True, custom_attrs={"data-part": "list-heading"}
                ),
                rx.el.ul(class_name="photo-list", hidden=True, custom_attrs={"data-part": "list"}),
            ),
        ),
        template(
            "item",
            rx.el.li(
                rx.el.input(type="file", name="media", hidden=True, custom_attrs={"data-part": "file"}),
                rx.el.img(alt="", hidden=True, custom_attrs={"data-part": "preview"}),
                rx.el.div(
                    rx.el.label(
                        rx.el.span(custom_attrs={"data-part": "label"}),
                        optional_words(),
                    ),
                    rx.el.input(
                        name="media_description", max_length=500, custom_attrs={"data-part": "description"}
                    ),
                    script_button("", part="remove"),
                ),
                class_name="photo",
                custom_attrs={"data-nothing": _("No description")},
            ),
        ),
    )


def _contact_step() -> rx.Component:
    return _step(
        "contact",
        _("How can we reach you?"),
        rx.el.p(
            _(
                "You do not have to tell us. The crew may have a question, or we can tell you when it "
                "is done. Only city staff see this, and you can have it erased at any time."
            ),
        ),
        text_field("first_name", _("First name"), optional=True, auto_complete="given-name", max_length=100),
        text_field("last_name", _("Last name"), optional=True, auto_complete="family-name", max_length=100),
        text_field("email", _("E-mail"), optional=True, type="email", auto_complete="email", max_length=254),
        text_field("phone", _("Phone"), optional=True, type="tel", auto_complete="tel", max_length=40),
        rx.el.p(slot("public_note"), when("after_look", " ", slot("after_look")), class_name="hint"),
        free_interpreter(),
    )


def _check_step() -> rx.Component:
    return _step(
        "check",
        _("Check and send"),
        rx.el.dl(hidden=True, custom_attrs={"data-part": "answers"}, class_name="answers"),
        rx.el.p(slot("expected")),
        rx.el.p(class_name="hint", custom_attrs={"data-part": "cost"}),
        rx.el.button(_("Send report"), type="submit", class_name="primary"),
        rx.el.p(role="status", class_name="sending", custom_attrs={"data-part": "sending"}),
        _saved_words(),
    )


def _step_parts() -> rx.Component:
    return rx.fragment(
        template("progress", rx.el.p(id="progress", class_name="progress")),
        template(
            "buttons",
            rx.el.div(
                # Continue first, so that it is in the same place in the first step, which has no Back.
                # Translators: a button that leads to the next step of the form.
                script_button(_("Continue"), part="next", primary=True),
                script_button(_("Back"), part="back"),
                class_name="row",
            ),
        ),
    )
