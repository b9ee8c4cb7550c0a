"""Alerts at the desk: what is on, and how one is written, checked, published, replaced and ended."""

from collections.abc import Callable, Iterable
from functools import partial

import reflex as rx
from reflex_base.event import EventType

from app.alerts.models import WholeAlert
from app.alerts.rules import cancel, publish
from app.db.threads import writing
from app.desk import alert_rows as rows
from app.desk.alert_rows import AlertRow, Choices, TextFields
from app.desk.facts import Fact
from app.desk.mistakes import Mistake
from app.desk.watch import changes_of
from app.kit.errors import Conflict, NotFound, Rejected
from app.kit.ids import make_id
from app.people.models import Person
from app.site.live import running_portal
from i18n import N_, Message
from state.desk.base import Desk, follow

SECONDS_BETWEEN_LOOKS = 10.0
"""How often an open page looks what colleagues have published, and what has ended."""


class DeskAlerts(Desk):
    """`/{locale}/desk/alerts/`.

    step: list, write, check or end. alerts: what is on. choices: of the form; typed: what stands in its fields;
    texts: the same by language. form_number: another one each time the form is to be filled anew.
    key: makes a message that is sent twice happen once. replaced: headline of what the new message takes the place of.
    lines, audience: the preview. ending: headline of the alert that is about to be ended.
    loaded: whether the list is there. done: what has just been done. changed: that a colleague has done something.
    """

    step: rx.Field[str] = rx.field("list")
    loaded: rx.Field[bool] = rx.field(False)
    alerts: rx.Field[list[AlertRow]] = rx.field(default_factory=list)
    choices: rx.Field[Choices] = rx.field(default_factory=lambda: Choices([], [], [], []))
    typed: rx.Field[dict[str, str]] = rx.field(default_factory=lambda: dict.fromkeys(rows.FIELDS, ""))
    texts: rx.Field[list[TextFields]] = rx.field(default_factory=list)
    form_number: rx.Field[int] = rx.field(0)
    key: rx.Field[str] = rx.field("")
    replaced: rx.Field[str] = rx.field("")
    lines: rx.Field[list[Fact]] = rx.field(default_factory=list)
    audience: rx.Field[list[str]] = rx.field(default_factory=list)
    shown: rx.Field[list[TextFields]] = rx.field(default_factory=list)
    ending: rx.Field[str] = rx.field("")
    mistakes: rx.Field[list[Mistake]] = rx.field(default_factory=list)
    done: rx.Field[str] = rx.field("")
    changed: rx.Field[str] = rx.field("")

    _replaces: str = ""
    _first_id: str = ""
    _ends: str = ""
    _ends_key: str = ""

    @rx.event
    async def open(self) -> EventType[()] | None:
        """The page is opened: show what is on, then follow what happens to it."""
        if await self._asking() is None:
            return None
        self.done, self.changed, self.mistakes = "", "", []
        self.choices = rows.choices(self._t)
        self.texts = self.texts or rows.text_fields(self.typed)
        await self._load()
        return DeskAlerts.watch

    @rx.event
    async def write(self) -> None:
        """Begin a new alert, or go on with the one that was left."""
        if await self._asking() is None or self.step != "list":
            return
        if self._replaces:
            self._begin(dict.fromkeys(rows.FIELDS, ""))
            return
        self.key, self.step = self.key or make_id(), "write"
        self.done, self.mistakes = "", []
        self._focus("write")

    @rx.event
    async def replace(self, id: str) -> None:
        """Begin a message that takes the place of one that is on."""
        if await self._asking() is None or self.step != "list" or (one := self._on(id)) is None:
            return
        self._begin(rows.filled(one, running_portal().city.zone), one)

    @rx.event
    async def check(self, form: dict[str, object]) -> None:
        """Show what would be published and who would see it, or what is to be mended first."""
        typed = rows.read(form)
        if await self._asking() is None or typed is None or self.step != "write":
            return
        portal = running_portal()
        self.typed, self.done = typed, ""
        try:
            draft = rows.draft_of(typed, portal.now(), portal.city.zone)
        except Rejected as rejected:
            self._mend((error.field, error.message) for error in rejected.errors)
            return
        self.mistakes, self.step = [], "check"
        self.lines = rows.preview(draft, self._t, portal.city.zone)
        self.audience = rows.audience(draft, self._t)
        self.shown = [text for text in rows.text_fields(typed) if text.code in draft.texts]
        self._focus("check")

    @rx.event
    async def mend(self) -> None:
        """Back from the preview to the form, as it was left."""
        if await self._asking() is None or self.step != "check":
            return
        self.step = "write"
        self._focus("write")

    @rx.event
    async def publish(self) -> None:
        """Publish what was checked; nothing else can be."""
        person = await self._asking()
        if person is None or self.step != "check":
            return
        if await self._do(partial(_publish, dict(self.typed), person, self.key, self._replaces)):
            self._empty()
            self._say_done(N_("The alert is on."))

    @rx.event
    async def end(self, id: str) -> None:
        """Ask whether an alert is really to be ended."""
        if await self._asking() is None or self.step != "list" or (one := self._on(id)) is None:
            return
        self._ends, self._ends_key, self.step = one.alert.id, make_id(), "end"
        self.done, self.mistakes = "", []
        self.ending = rows.row(one, self._t, running_portal().city.zone).headline
        self._focus("end")

    @rx.event
    async def cancel(self) -> None:
        """End the alert that was asked about."""
        person = await self._asking()
        if person is None or self.step != "end":
            return
        if await self._do(partial(_cancel, person, self._ends_key, self._ends)):
            self.step = "list"
            self._say_done(N_("The alert has been ended."))

    @rx.event
    async def leave(self) -> None:
        """Back to the list, without doing anything."""
        if await self._asking() is None:
            return
        self.step, self.mistakes = "list", []
        self._focus("on")

    @rx.event(background=True)
    async def watch(self) -> None:
        """Follow what is on until the page is left."""
        number = changes_of(running_portal().engine).number
        await follow(self, number, seconds=SECONDS_BETWEEN_LOOKS)

    # --- parts of the above ---------------------------------------------------------------------------------

    def _begin(self, typed: dict[str, str], one: WholeAlert | None = None) -> None:
        self._remember(one)
        self.typed, self.texts = typed, rows.text_fields(typed)
        self.key, self.step, self.done, self.mistakes = make_id(), "write", "", []
        self.form_number += 1
        self._focus("write")

    def _remember(self, one: WholeAlert | None) -> None:
        """What the next message takes the place of, or nothing."""
        self._replaces = one.alert.id if one else ""
        self._first_id = one.alert.first_id if one else ""
        self.replaced = rows.row(one, self._t, running_portal().city.zone).headline if one else ""

    def _on(self, id: str) -> WholeAlert | None:
        """The alert with this id, if it is on."""
        return next((one for one in running_portal().alerts.on_now() if one.alert.id == id), None)

    async def _do(self, change: Callable[[], object]) -> bool:
        """Publish or end something, and read anew what is on; False if somebody else was first."""
        self.done, self.mistakes = "", []
        try:
            await writing(change)
        except Rejected as rejected:
            # Time has passed since it was checked.
            self.step = "write"
            self._mend((error.field, error.message) for error in rejected.errors)
        except (Conflict, NotFound):
            running_portal().alerts.invalidate()
            await self._load()
            self._go_on_after_colleague()
        else:
            running_portal().alerts.invalidate()
            await self._load()
            return True
        return False

    def _go_on_after_colleague(self) -> None:
        """What was written is kept; sent again, it takes the place of what the colleague has published, if anything."""
        if self.step == "end":
            self.step = "list"
        else:
            on = running_portal().alerts.on_now()
            self._remember(next((one for one in on if one.alert.first_id == self._first_id), None))
            self.key, self.step = make_id(), "write"
        self._mend([("on", _CONFLICT)])

    def _empty(self) -> None:
        self._remember(None)
        self.typed = dict.fromkeys(rows.FIELDS, "")
        self.texts, self.step, self.key = rows.text_fields(self.typed), "list", ""
        self.form_number += 1

    def _say_done(self, words: Message) -> None:
        self.done, self.changed = self._t(words), ""
        self._focus("done")

    def _mend(self, mistakes: Iterable[tuple[str, Message]]) -> None:
        self.mistakes = [
            Mistake(target, rows.with_language(target, self._t(message))) for target, message in mistakes
        ]
        self.texts = rows.text_fields(self.typed, [mistake.target for mistake in self.mistakes])
        self._focus("mistakes")

    async def _load(self) -> None:
        """Show what is on."""
        portal = running_portal()
        await portal.alerts.refresh()
        self.alerts = [rows.row(one, self._t, portal.city.zone) for one in portal.alerts.on_now()]
        self.loaded = True

    async def _refresh(self) -> None:
        """Show what is on now, and say so if that is something else than before."""
        before = [one.id for one in self.alerts]
        await self._load()
        if before != [one.id for one in self.alerts]:
            self.changed = self._t(N_("The list of alerts has just changed."))

    def _forget(self) -> None:
        """Forget what the screen shows. What is being written stays in the fields of the browser, and only there."""
        step = "write" if self.step in ("write", "check") else "list"
        kept = (step, self.form_number, self.choices, self.key, self._replaces, self._first_id)
        super()._forget()
        self.step, self.form_number, self.choices, self.key, self._replaces, self._first_id = kept
        self.texts = rows.text_fields(self.typed)


_CONFLICT = N_(
    "A colleague has changed or ended this alert meanwhile. Look at the list, then send yours again if it still fits. "
    "What you wrote is still here."
)


def _publish(typed: dict[str, str], person: Person, key: str, replaces: str) -> None:
    """Raises Rejected, Conflict, NotFound."""
    portal = running_portal()
    now = portal.now()
    draft = rows.draft_of(typed, now, portal.city.zone)
    publish(store=portal.alert_store, draft=draft, by=person, now=now, key=key, replaces=replaces)


def _cancel(person: Person, key: str, id: str) -> None:
    """Raises Conflict, NotFound."""
    portal = running_portal()
    cancel(store=portal.alert_store, id=id, by=person, now=portal.now(), key=key)
