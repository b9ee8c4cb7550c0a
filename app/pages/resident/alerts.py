"""Alerts: what the city tells everybody right now."""

import reflex as rx

from app.alerts.views import AlertsView
from app.publish.registry import Screen, published
from app.publish.slots import each, slot, when
from components.alerts import alert_details
from components.layout import screen
from i18n import _


@published(AlertsView)
def alerts() -> Screen:
    """`/{locale}/alerts/`."""
    return screen(
        rx.el.h1(_("Alerts")),
        when("not alerts", rx.el.p(_("There are no alerts right now."), class_name="lead")),
        when(
            "alerts",
            # Shown by alerts.js when the last one has ended while the page was open, or kept without a network.
            rx.el.p(
                _("What was announced here has ended."),
                hidden=True,
                class_name="lead",
                custom_attrs={"data-part": "ended"},
            ),
        ),
        each("alert in alerts", alert_details()),
        rx.el.p(_("As of %(time)s", time=slot("read")), class_name="hint"),
        title=_("Alerts"),
        description=_("What the city tells everybody right now: what is happening and what to do."),
    )
