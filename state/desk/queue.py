"""The desk's queue: filters, pages, and how it follows what happens while it is open."""

from datetime import datetime

import reflex as rx
from reflex_base.event import EventType

from app.db.threads import reading
from app.desk import rows as desk_rows
from app.desk.forms import Filters, filters_of, query_of
from app.desk.options import Group, Option
from app.desk.reading import queue_news, queue_page
from app.desk.rows import Count, QueueLine, counted
from app.desk.sent import read
from app.desk.watch import changes_of
from app.http import formats
from app.site.live import running_portal
from i18n import N_, Message, N_n
from state.desk.base import Desk, follow


class DeskQueue(Desk):
    """`/{locale}/desk/`.

    found: how many there are and which page this is, in words. news: what has come since, in words, or empty.
    query: the filters as they stand in the address, with the question mark, or empty; placed: how often that was set.
    """

    rows: rx.Field[list[QueueLine]] = rx.field(default_factory=list)
    found: rx.Field[str] = rx.field("")
    news: rx.Field[str] = rx.field("")
    has_previous: rx.Field[bool] = rx.field(False)
    has_next: rx.Field[bool] = rx.field(False)
    by_status: rx.Field[list[Count]] = rx.field(default_factory=list)
    statuses: rx.Field[list[Option]] = rx.field(default_factory=list)
    groups: rx.Field[list[Group]] = rx.field(default_factory=list)
    languages: rx.Field[list[Option]] = rx.field(default_factory=list)

    status: rx.Field[str] = rx.field("open")
    service_code: rx.Field[str] = rx.field("")
    language: rx.Field[str] = rx.field("")
    age: rx.Field[str] = rx.field("")
    text: rx.Field[str] = rx.field("")
    order: rx.Field[str] = rx.field("newest")

    query: rx.Field[str] = rx.field("")
    placed: rx.Field[int] = rx.field(0)

    _shown: rx.Field[list[str]] = rx.field(default_factory=list)
    _after: rx.Field[list[str]] = rx.field(default_factory=list)
    _next: str = ""
    _since: datetime | None = None
    _known: frozenset[str] = frozenset()
    _number: int = 0

    @rx.event
    async def open(self) -> EventType[()] | None:
        """The page is opened: show what its address asks for, or else as it was left, then follow what happens."""
        if await self._asking() is None:
            return None
        asked = filters_of(self.router.url.query_parameters)
        if asked is not None and asked != self._filters:
            self._use(asked)
        self._place()
        self.statuses = desk_rows.status_options(self._t)
        self.languages = desk_rows.language_options(self._t)
        self.groups = desk_rows.service_groups(running_portal().city, self._t)
        await self._load()
        return DeskQueue.watch

    @rx.event
    async def filter(self, form: dict[str, object]) -> None:
        """Show what these filters let through."""
        if await self._asking() is None:
            return
        filters = read(Filters, form)
        if filters is not None:
            await self._show(filters)

    @rx.event
    async def clear(self) -> None:
        """Show all that are open, newest first."""
        if await self._asking() is None:
            return
        await self._show(Filters())

    @rx.event
    async def show_new(self) -> None:
        """Show what has come, at the top."""
        if await self._asking() is None:
            return
        await self._show(self._filters.model_copy(update={"order": "newest"}))

    @rx.event
    async def next_page(self) -> None:
        """Go on in the list."""
        if await self._asking() is None or not self._next:
            return
        self._after.append(self._next)
        await self._load()
        self._focus("found")

    @rx.event
    async def previous_page(self) -> None:
        """Go back in the list."""
        if await self._asking() is None or not self._after:
            return
        self._after.pop()
        await self._load()
        self._focus("found")

    @rx.event(background=True)
    async def watch(self) -> None:
        """Follow what happens until the page is left."""
        await follow(self, self._number)

    @property
    def _filters(self) -> Filters:
        return Filters.model_validate({name: getattr(self, name) for name in Filters.model_fields})

    async def _show(self, filters: Filters) -> None:
        self._use(filters)
        self._place()
        await self._load()
        self._focus("found")

    def _use(self, filters: Filters) -> None:
        """Begin anew with these filters."""
        for name, value in filters.model_dump().items():
            setattr(self, name, value)
        self._after = []

    def _place(self) -> None:
        """Write the filters into the address."""
        self.query = query_of(self._filters)
        self.placed += 1

    async def _load(self) -> None:
        """Read the page and show it."""
        portal, t = running_portal(), self._t
        self._number = changes_of(portal.engine).number
        self._since = now = portal.now()
        after = self._after[-1] if self._after else ""
        page = await reading(queue_page, portal, self._filters.query(now), after, now, t)
        self._known, self._next = page.just_in, page.next
        self._shown, self.rows = page.numbers, page.rows
        self.by_status = desk_rows.counts(page.by_status, t)
        self.has_previous, self.has_next = bool(self._after), bool(page.next)
        self.news = ""
        self.found = t(_found(page.total), count=counted(page.total), page=len(self._after) + 1)
        if page.searched_to is not None:
            searched = _SEARCHED_BACK if self.order == "newest" else _SEARCHED_UP
            self.found += " " + t(
                searched, date=formats.day(page.searched_to, t.locale.formats, portal.city.zone)
            )

    async def _refresh(self) -> None:
        """Show the same rows as they are now, and say how many others have come; nothing changes its place."""
        if self._since is None:
            return
        portal, t = running_portal(), self._t
        query = self._filters.query(portal.now())
        news = await reading(queue_news, portal, query, list(self._shown), self._since, self._known, t)
        self.rows = news.rows
        self.by_status = desk_rows.counts(news.by_status, t)
        self.news = t(_NEWS, num=news.new, count=counted(news.new)) if news.new else ""


def _found(total: int) -> Message:
    if total == 0:
        return N_("No reports match these filters.")
    return N_n("%(count)s report found. Page %(page)s.", "%(count)s reports found. Page %(page)s.", num=total)


_SEARCHED_BACK = N_("Searched back to %(date)s so far. The next page searches on.")
_SEARCHED_UP = N_("Searched up to %(date)s so far. The next page searches on.")
_NEWS = N_n("%(count)s new report", "%(count)s new reports", num=0)
