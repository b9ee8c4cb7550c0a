"""Sending reports that a phone has saved as a file because it gets no connection."""

import reflex as rx

from app.http.replies import MOST_FORM_BYTES
from app.publish.registry import Screen, published
from app.publish.slots import slot, when, when_attr
from app.reports.saved_copy import MOST_REPORTS
from app.reports.views_pages import ImportView
from components.elements import hidden_words
from components.layout import screen
from i18n import _


@published(ImportView)
def import_reports() -> Screen:
    """`/{locale}/import/`."""
    return screen(
        rx.el.h1(_("Send a saved copy")),
        rx.el.p(
            _(
                "A phone that never gets a connection can save its reports as a file. You can send that file "
                "here, for yourself or for someone else."
            )
        ),
        rx.el.ol(
            rx.el.li(_("On the phone, open “My requests” and save a copy.")),
            rx.el.li(
                _("Bring the file to this device, for example with a cable, a memory card or Bluetooth.")
            ),
            rx.el.li(_("Choose the file below and send it.")),
        ),
        rx.el.p(
            _("Each report counts once, even if you send the file twice or the phone sends the report later.")
        ),
        _form(),
        rx.el.p(
            _(
                "The file holds what people wrote, their photos and perhaps their contact details. "
                "Delete it when everything has been received."
            ),
            class_name="callout",
        ),
        title=slot("_('Error:') ~ ' ' if error else ''") + _("Send a saved copy"),
        description=_("Send reports that a phone without a connection has saved as a file."),
    )


def _form() -> rx.Component:
    return rx.el.form(
        rx.el.div(
            rx.el.label(_("The file from the phone"), html_for="copy"),
            rx.el.p(
                _(
                    "Its name ends with .json. Up to %(reports)s reports and %(megabytes)s MB.",
                    reports=MOST_REPORTS,
                    megabytes=MOST_FORM_BYTES // 1024**2,
                ),
                id="copy-hint",
                class_name="hint",
            ),
            when(
                "error",
                rx.el.p(hidden_words(_("Error:"), " "), slot("error"), id="copy-error", class_name="error"),
            ),
            rx.el.input(
                type="file",
                name="copy",
                id="copy",
                accept=".json,application/json",
                custom_attrs=when_attr(
                    aria_describedby="'copy-hint' ~ (' copy-error' if error else '')",
                    aria_invalid="error and 'true'",
                    autofocus="error and 'autofocus'",
                ),
            ),
            class_name="field",
        ),
        rx.el.button(_("Send the copy"), type="submit", class_name="primary"),
        action=slot("action"),
        method="post",
        enc_type="multipart/form-data",
        on_submit=None,
        no_validate=True,
    )
