"""The desk's queue: which reports there are, filtered, and what has come since."""

import reflex as rx

from app.pages.desk.frame import frame
from components.desk.effects import Address
from components.desk.frame import desk_screen
from components.desk.queue import filter_form, news_line, paging, queue_table, status_counts
from i18n import _
from state.desk.queue import DeskQueue


def queue_page(locale: str) -> rx.Component:
    """`/{locale}/desk/`."""
    return desk_screen(
        frame(locale, "desk", query=DeskQueue.query),
        Address.create(query=DeskQueue.query, count=DeskQueue.placed),
        rx.el.h1(_("Reports")),
        rx.el.div(
            status_counts(DeskQueue.by_status),
            filter_form(
                on_submit=DeskQueue.filter,
                on_clear=DeskQueue.clear,
                statuses=DeskQueue.statuses,
                groups=DeskQueue.groups,
                languages=DeskQueue.languages,
                chosen={
                    "status": DeskQueue.status,
                    "service_code": DeskQueue.service_code,
                    "language": DeskQueue.language,
                    "age": DeskQueue.age,
                    "text": DeskQueue.text,
                    "order": DeskQueue.order,
                },
            ),
            news_line(DeskQueue.news, DeskQueue.show_new),
            rx.el.h2(DeskQueue.found, id="found", tab_index=-1),
            rx.cond(DeskQueue.rows.length() > 0, queue_table(DeskQueue.rows)),
            paging(
                oldest_first=DeskQueue.order == "oldest",
                has_previous=DeskQueue.has_previous,
                has_next=DeskQueue.has_next,
                on_previous=DeskQueue.previous_page,
                on_next=DeskQueue.next_page,
            ),
            hidden=DeskQueue.found == "",
        ),
        rx.cond((DeskQueue.found == "") & ~DeskQueue.signed_out, rx.el.p(_("Loading…"))),
    )
