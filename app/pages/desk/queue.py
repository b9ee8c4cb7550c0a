"""The desk's queue: which reports there are, filtered, and what has come since."""

import reflex as rx

from app.desk.options import Group, Option
from app.desk.rows import Count, QueueLine
from app.pages.desk.frame import frame
from components.desk.effects import Address
from components.desk.frame import desk_screen
from components.desk.queue import filter_form, news_line, paging, queue_table, status_counts
from components.desk.typed import some, var_of
from i18n import _
from state.desk.queue import DeskQueue


def queue_page(locale: str) -> rx.Component:
    """`/{locale}/desk/`."""
    rows = var_of(list[QueueLine], DeskQueue.rows)
    return desk_screen(
        frame(locale, "desk", query=DeskQueue.query),
        Address.create(query=DeskQueue.query, count=DeskQueue.placed),
        rx.el.h1(_("Reports")),
        rx.el.div(
            status_counts(var_of(list[Count], DeskQueue.by_status)),
            filter_form(
                on_submit=DeskQueue.filter,
                on_clear=DeskQueue.clear,
                statuses=var_of(list[Option], DeskQueue.statuses),
                groups=var_of(list[Group], DeskQueue.groups),
                languages=var_of(list[Option], DeskQueue.languages),
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
            rx.cond(some(rows), queue_table(rows)),
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
