"""Alerts at the desk: what is on, and how one is written, checked, published and ended."""

import reflex as rx

from app.desk.alert_rows import AlertRow, Choices, TextFields
from app.desk.facts import Fact
from app.desk.mistakes import Mistake
from app.pages.desk.frame import frame
from app.routes import url
from components.desk import alerts as parts
from components.desk.frame import desk_screen
from components.desk.notices import changed_line, done_line, mistake_summary
from components.desk.typed import taking, var_of
from components.elements import a
from i18n import _
from state.desk.alerts import DeskAlerts


def alerts_page(locale: str) -> rx.Component:
    """`/{locale}/desk/alerts/`."""
    mistakes = var_of(list[Mistake], DeskAlerts.mistakes)
    return desk_screen(
        frame(locale, "desk_alerts"),
        a(_("All reports"), href=url("desk", locale=locale), class_name="back"),
        rx.el.h1(_("Alerts")),
        changed_line(DeskAlerts.changed),
        done_line(DeskAlerts.done),
        mistake_summary(mistakes),
        rx.el.div(
            parts.alert_list(
                var_of(list[AlertRow], DeskAlerts.alerts),
                loaded=DeskAlerts.loaded,
                busy=DeskAlerts.step != "list",
                on_write=DeskAlerts.write,
                on_replace=taking(str, DeskAlerts.replace),
                on_end=taking(str, DeskAlerts.end),
            ),
            parts.alert_form(
                hidden=DeskAlerts.step != "write",
                number=DeskAlerts.form_number,
                typed=var_of(dict[str, str], DeskAlerts.typed),
                choices=var_of(Choices, DeskAlerts.choices),
                texts=var_of(list[TextFields], DeskAlerts.texts),
                replaced=DeskAlerts.replaced,
                mistakes=mistakes,
                on_submit=DeskAlerts.check,
                on_leave=DeskAlerts.leave,
            ),
            parts.check_step(
                hidden=DeskAlerts.step != "check",
                lines=var_of(list[Fact], DeskAlerts.lines),
                audience=var_of(list[str], DeskAlerts.audience),
                texts=var_of(list[TextFields], DeskAlerts.shown),
                replaced=DeskAlerts.replaced,
                on_publish=DeskAlerts.publish,
                on_mend=DeskAlerts.mend,
            ),
            parts.end_step(
                hidden=DeskAlerts.step != "end",
                headline=DeskAlerts.ending,
                on_end=DeskAlerts.cancel,
                on_leave=DeskAlerts.leave,
            ),
            class_name="columns",
        ),
    )
