"""The parts of the desk's queue: filters, what is new, the table, and the way to older reports."""

from collections.abc import Sequence

import reflex as rx
from reflex_base.event import EventType

from app.desk.options import Group, Option
from app.desk.rows import Count, QueueLine
from components.desk.typed import each, length
from components.elements import a, hidden_words
from i18n import _


def filter_form(
    *,
    on_submit: EventType[dict[str, object]],
    on_clear: EventType[()],
    statuses: Sequence[Option],
    groups: Sequence[Group],
    languages: Sequence[Option],
    chosen: dict[str, rx.Var[str]],
) -> rx.Component:
    """Filters that count once "Show" is pressed. chosen: those that count now, by name; the form shows them."""
    # Made anew when other filters count, or when there is more to choose from; not when a page reconnects.
    same = rx.Var.create([*chosen.values(), length(statuses), length(groups), length(languages)])
    return rx.el.form(
        _select("status", _("Status"), chosen, each(statuses, _option)),
        _select(
            "service_code",
            _("Type"),
            chosen,
            rx.el.option(_("All types"), value=""),
            each(groups, lambda group: rx.el.optgroup(each(group.options, _option), label=group.name)),
        ),
        _select(
            "language",
            _("Language"),
            chosen,
            rx.el.option(_("All languages"), value=""),
            rx.el.optgroup(each(languages, _option), label=_("Language")),
            rx.el.option(_("Another language"), value="other"),
        ),
        _select(
            "age", _("Came in"), chosen, *(rx.el.option(name, value=key) for key, name in _ages().items())
        ),
        _select(
            "order",
            # Translators: in which order the list is: newest or oldest first.
            _("Order"),
            chosen,
            rx.el.option(_("Newest first"), value="newest"),
            rx.el.option(_("Oldest first"), value="oldest"),
        ),
        rx.el.div(
            rx.el.label(_("Words or reference number"), html_for="text"),
            rx.el.input(id="text", name="text", type="search", max_length=200, default_value=chosen["text"]),
            class_name="field wide",
        ),
        rx.el.div(
            # Translators: a button that shows the reports that fit the filters.
            rx.el.button(_("Show"), type="submit", class_name="primary"),
            rx.el.button(_("Clear filters"), type="reset", on_click=on_clear),
            class_name="row",
        ),
        role="search",
        aria_label=_("Filters"),
        key=same.to_string(),
        on_submit=on_submit,
        class_name="filters",
    )


def _ages() -> dict[str, str]:
    return {
        "": _("At any time"),
        "day": _("In the last 24 hours"),
        "week": _("In the last 7 days"),
        "older_week": _("More than 7 days ago"),
        "older_month": _("More than 30 days ago"),
    }


def _select(name: str, label: str, chosen: dict[str, rx.Var[str]], *options: rx.Component) -> rx.Component:
    return rx.el.div(
        rx.el.label(label, html_for=name),
        rx.el.select(*options, id=name, name=name, default_value=chosen[name]),
        class_name="field",
    )


def _option(option: Option) -> rx.Component:
    return rx.el.option(option.name, value=option.value)


def status_counts(counts: Sequence[Count]) -> rx.Component:
    """How many reports have which status."""
    return rx.el.dl(
        each(counts, lambda count: rx.el.div(rx.el.dt(count.name), rx.el.dd(count.number))),
        class_name="counts",
    )


def news_line(news: rx.Var[str], on_show: EventType[()]) -> rx.Component:
    """Says politely that reports have come; the list changes only when somebody asks for it."""
    return rx.el.div(
        rx.el.div(rx.cond(news != "", rx.el.p(news)), role="status"),
        rx.cond(news != "", rx.el.button(_("Show new reports"), type="button", on_click=on_show)),
        class_name="news row",
    )


def queue_table(rows: Sequence[QueueLine]) -> rx.Component:
    """The list as a table; on a narrow screen each row is a card.

    Roles are written out because browsers forget them when CSS turns a table into cards.
    """
    headings = (_("Reference"), _("Type"), _("Status"), _("Place"), _("Came in"))
    return rx.el.table(
        rx.el.caption(_("Reports"), class_name="sr"),
        rx.el.thead(
            rx.el.tr(
                *(rx.el.th(heading, scope="col", role="columnheader") for heading in headings), role="row"
            ),
            role="rowgroup",
        ),
        rx.el.tbody(each(rows, lambda row: _row(row, headings)), role="rowgroup"),
        role="table",
        class_name="queue",
    )


def _row(row: QueueLine, headings: tuple[str, ...]) -> rx.Component:
    return rx.el.tr(
        rx.el.th(
            a(rx.el.bdi(row.reference, dir="ltr"), href=row.url, class_name="number"),
            scope="row",
            role="rowheader",
            custom_attrs={"data-heading": headings[0]},
        ),
        _cell(
            headings[1],
            row.service,
            # Empty ones have no height; a condition would be written into the code of every language.
            rx.el.p(row.language, class_name="hint"),
            rx.el.p(row.followed, class_name="hint"),
        ),
        _cell(
            headings[2],
            rx.el.span(row.status, class_name="badge", custom_attrs={"data-status": row.status_code}),
            rx.cond(row.late != "", rx.el.p(row.late, class_name="late")),
            rx.cond(
                row.review != "",
                rx.el.p(hidden_words(_("Please check:"), " "), row.review, class_name="review"),
            ),
        ),
        _cell(headings[3], row.place),
        _cell(headings[4], rx.el.time(row.received, date_time=row.iso), rx.el.p(row.age, class_name="hint")),
        role="row",
        key=row.reference,
    )


def _cell(heading: str, *content: rx.Component | str) -> rx.Component:
    return rx.el.td(*content, role="cell", custom_attrs={"data-heading": heading})


def paging(
    *,
    oldest_first: rx.Var[bool],
    has_previous: rx.Var[bool],
    has_next: rx.Var[bool],
    on_previous: EventType[()],
    on_next: EventType[()],
) -> rx.Component:
    """To older and newer reports; which of them comes next depends on the order."""
    return rx.el.nav(
        rx.cond(
            has_previous,
            rx.el.button(
                rx.cond(oldest_first, _("Older reports"), _("Newer reports")),
                type="button",
                on_click=on_previous,
            ),
        ),
        rx.cond(
            has_next,
            rx.el.button(
                rx.cond(oldest_first, _("Newer reports"), _("Older reports")), type="button", on_click=on_next
            ),
        ),
        aria_label=_("Pages of the list"),
        class_name="row",
    )
