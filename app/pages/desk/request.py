"""One request at the desk: everything about it, and what to do next."""

import reflex as rx

from app.desk.details import Details
from app.desk.mistakes import Mistake
from app.pages.desk.frame import frame
from app.routes import url
from components.desk import request as parts
from components.desk.frame import desk_screen
from components.desk.notices import changed_line, decided_line, done_line, mistake_summary
from components.desk.typed import taking, var_of
from components.elements import a
from i18n import _
from state.desk.request import DeskRequest


def request_page(locale: str) -> rx.Component:
    """`/{locale}/desk/request/?ref=…`."""
    desk = url("desk", locale=locale)
    shown = var_of(Details, DeskRequest.shown)
    mistakes = var_of(list[Mistake], DeskRequest.mistakes)
    show, hide = taking(list[str], DeskRequest.show), taking(list[str], DeskRequest.hide)
    return desk_screen(
        frame(locale, "desk_request", query=DeskRequest.query),
        a(_("All reports"), href=desk, class_name="back"),
        rx.cond(DeskRequest.missing, parts.no_such_request(desk)),
        rx.cond(~DeskRequest.there & ~DeskRequest.missing, parts.nothing_yet(DeskRequest.signed_out)),
        # Hidden and not left out, so that what somebody was writing outlives the end of a sign-in.
        rx.el.div(
            rx.cond(DeskRequest.there, parts.summary(shown)),
            decided_line(DeskRequest.decided),
            changed_line(DeskRequest.changed),
            done_line(DeskRequest.done),
            mistake_summary(mistakes),
            rx.el.div(
                rx.el.div(
                    rx.cond(
                        DeskRequest.there,
                        parts.known(shown, on_show=show, on_hide=hide),
                    )
                ),
                rx.el.div(
                    parts.status_form(
                        locale=locale,
                        shown=shown,
                        mistakes=mistakes,
                        key=DeskRequest.key,
                        done=DeskRequest.moved,
                        on_submit=DeskRequest.change_status,
                    ),
                    parts.note_form(
                        mistakes=mistakes,
                        key=DeskRequest.key,
                        done=DeskRequest.noted,
                        on_submit=DeskRequest.add_note,
                    ),
                    parts.history(shown, on_show=show, on_hide=hide),
                ),
                class_name="columns",
            ),
            hidden=~DeskRequest.there,
        ),
        rx.cond(~DeskRequest.there & ~DeskRequest.missing & ~DeskRequest.signed_out, rx.el.p(_("Loading…"))),
    )
