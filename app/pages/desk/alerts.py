"""Alerts at the desk: what is on, and how one is written, checked, published and ended."""

from typing import Any

import reflex as rx

from app.pages.desk.frame import frame
from app.routes import url
from components.desk import alerts as parts
from components.desk.frame import desk_screen
from components.desk.notices import changed_line, done_line, mistake_summary
from components.elements import a
from i18n import _
from state.desk.alerts import DeskAlerts


def alerts_page(locale: str) -> rx.Component:
    """`/{locale}/desk/alerts/`."""
    state: Any = DeskAlerts
    return desk_screen(
        frame(locale, "desk_alerts"),
        a(_("All reports"), href=url("desk", locale=locale), class_name="back"),
        rx.el.h1(_("Alerts")),
        changed_line(state.changed),
        done_line(state.done),
        mistake_summary(state.mistakes),
        rx.el.div(
            parts.alert_list(
                state.alerts,
                loaded=state.loaded,
                busy=state.step != "list",
                on_write=DeskAlerts.write,
                on_replace=DeskAlerts.replace,
                on_end=DeskAlerts.end,
            ),
            parts.alert_form(
                hidden=state.step != "write",
                number=state.form_number,
                typed=state.typed,
                choices=state.choices,
                texts=state.texts,
                replaced=state.replaced,
                mistakes=state.mistakes,
                on_submit=DeskAlerts.check,
                on_leave=DeskAlerts.leave,
            ),
            parts.check_step(
                hidden=state.step != "check",
                lines=state.lines,
                audience=state.audience,
                texts=state.shown,
                replaced=state.replaced,
                on_publish=DeskAlerts.publish,
                on_mend=DeskAlerts.mend,
            ),
            parts.end_step(
                hidden=state.step != "end",
                headline=state.ending,
                on_end=DeskAlerts.cancel,
                on_leave=DeskAlerts.leave,
            ),
            class_name="columns",
        ),
    )
