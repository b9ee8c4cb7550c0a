"""One request at the desk: everything about it, its next status, and notes."""

from collections.abc import Callable, Iterable
from functools import partial

import reflex as rx
from reflex_base.event import EventType

from app.db.engine import read
from app.db.threads import reading, writing
from app.desk.details import Details, details
from app.desk.forms import Decision, Note, StatusChange
from app.desk.history import HistoryLine
from app.desk.mistakes import Mistake
from app.desk.reading import whole
from app.desk.sent import read as read_form
from app.desk.watch import changes_of
from app.kit.errors import Conflict, FieldError, NotFound, Rejected
from app.kit.ids import make_id
from app.kit.written_in import written_in
from app.moderation import rules as publication
from app.moderation.rules import Decided
from app.people.models import Person
from app.reports.references import is_reference
from app.requests.rules import Staff, add_internal_note, change_status
from app.requests.statuses import Status
from app.requests.store_request import whole_version_of
from app.site.live import running_portal
from i18n import N_, Message
from i18n.languages import language_name
from state.desk.base import Desk, follow


class DeskRequest(Desk):
    """`/{locale}/desk/request/?ref=…`.

    title: of the page, once it shows something. query: of this page, for the same page in another language.
    there: whether there is something to show; missing: whether there is no such request.
    done: what has just been done, in words. decided: the same of what everybody may see, for whoever hears the page.
    changed: what somebody else has done meanwhile, or empty.
    key: makes a change that is sent twice happen once. moved, noted: how often each of the forms has done its work.
    """

    title: rx.Field[str] = rx.field("")
    query: rx.Field[str] = rx.field("")
    there: rx.Field[bool] = rx.field(False)
    missing: rx.Field[bool] = rx.field(False)
    shown: rx.Field[Details] = rx.field(default_factory=Details)
    mistakes: rx.Field[list[Mistake]] = rx.field(default_factory=list)
    done: rx.Field[str] = rx.field("")
    decided: rx.Field[str] = rx.field("")
    changed: rx.Field[str] = rx.field("")
    key: rx.Field[str] = rx.field("")
    moved: rx.Field[int] = rx.field(0)
    noted: rx.Field[int] = rx.field(0)

    _reference: str = ""
    _number: int = 0

    @rx.event
    async def open(self) -> EventType[()] | None:
        """The page is opened: show the request, then follow what happens to it."""
        if await self._asking() is None:
            return None
        asked = self.router.url.query_parameters.get("ref", "")
        self._reference = asked if is_reference(asked) else ""
        self.query = f"?ref={self._reference}" if self._reference else ""
        self.done, self.decided, self.changed, self.mistakes = "", "", "", []
        self.key = self.key or make_id()
        await self._load()
        return DeskRequest.watch if self.there else None

    @rx.event
    async def change_status(self, form: dict[str, object]) -> None:
        """Move the request on, with a note that everybody may read."""
        person, sent = await self._asking(), read_form(StatusChange, form)
        if person is None or sent is None or not self.there:
            return
        targets = {"note": "note", "status": "move", **self._fields_of(sent)}
        move = partial(_move, self._reference, person, sent, self._locale)
        if await self._do(move, targets):
            self.moved += 1
            self.done = self._t(N_("The status is now: %(status)s.", status=self.shown.status))

    @rx.event
    async def add_note(self, form: dict[str, object]) -> None:
        """Add a note that only staff can read."""
        person, sent = await self._asking(), read_form(Note, form)
        if person is None or sent is None or not self.there:
            return
        if await self._do(partial(_add_note, self._reference, person, sent), {"note": "internal-note"}):
            self.noted += 1
            self.done = self._t(N_("Your note has been added."))

    @rx.event
    async def show(self, parts: list[str]) -> None:
        """Let everybody see words and photos that the page shows. parts: see app/moderation/rules.py."""
        await self._decide(publication.show, parts)

    @rx.event
    async def hide(self, parts: list[str]) -> None:
        """Let nobody outside see them."""
        await self._decide(publication.hide, parts)

    @rx.event(background=True)
    async def watch(self) -> None:
        """Follow what happens to the request until the page is left."""
        await follow(self, self._number)

    async def _do(self, change: Callable[[], object], targets: dict[str, str]) -> bool:
        """Make a change and show how things are then; False if something is to be mended first.

        targets: ids of the elements that errors lead to, by the domain's names of the fields.
        """
        self.done, self.mistakes = "", []
        try:
            await writing(change)
        except Rejected as rejected:
            self._say_mistakes(
                (targets.get(error.field, "move"), self._of_language(error)) for error in rejected.errors
            )
        except Conflict:
            await self._load()
            self._say_mistakes([("history", _CONFLICT)])
        except NotFound:
            await self._load()
        else:
            changes_of(running_portal().engine).notify()
            await self._load()
            self.key, self.changed = make_id(), ""
            self._focus("done")
            return True
        return False

    async def _decide(self, decide: Callable[..., Decided], parts: list[str]) -> None:
        """Make a decision and say it; the focus stays on the button as long as that is there."""
        person, sent = await self._asking(), read_form(Decision, {"parts": parts})
        if person is None or sent is None or not self.there:
            return
        self.done, self.mistakes = "", []
        new = self.shown.new
        portal = running_portal()
        decision = partial(decide, store=portal.requests, reference=self._reference, by=Staff(person.id))
        try:
            decided = await writing(decision, now=portal.now(), parts=sent.read)
        except NotFound:
            await self._load()
            return
        changes_of(portal.engine).notify()
        await self._load()
        history = self.shown.history
        said = history[0].heading if decided.parts and history else self._t(N_("Nothing was changed."))
        self.decided = said_after(self.decided, said)
        if parts == new and not self.shown.new:
            # Its button is gone.
            self._focus("seen")

    def _of_language(self, error: FieldError) -> Message:
        """What is wrong, with the language of the field if there are several."""
        if not error.field.startswith("also["):
            return error.message
        name = language_name(error.field[5:-1], self._t.locale.formats)
        # Translators: the name of a language, and what is wrong with the text in it.
        return N_("%(language)s: %(problem)s", language=name, problem=error.message)

    def _fields_of(self, sent: StatusChange) -> dict[str, str]:
        """Where a note stands in other languages: in a field of its own, or in one of the list that may be closed."""
        own = {self.shown.reads.language: "reply-reads", self.shown.writes.language: "reply-writes"}
        return {f"also[{tag}]": own.get(tag, "reply-more") for tag in (*sent.also, *sent.own)}

    def _say_mistakes(self, mistakes: Iterable[tuple[str, Message]]) -> None:
        self.mistakes = [Mistake(target, self._t(message)) for target, message in mistakes]
        self._focus("mistakes")

    async def _load(self) -> None:
        """Read everything and show it."""
        portal = running_portal()
        self._number = changes_of(portal.engine).number
        found = await reading(whole, portal, self._reference, self._t) if self._reference else None
        self.there, self.missing = found is not None, found is None
        if found is None:
            self.shown, self.title = Details(), self._t(N_("There is no such report – desk"))
            return
        self.shown = details(
            found.request,
            found.names,
            portal.city,
            self._t,
            portal.now(),
            place=found.place,
            private=found.private,
        )
        heading = f"{self.shown.service} {self.shown.reference}"
        self.title = self._t(N_("%(report)s – desk", report=heading))

    async def _refresh(self) -> None:
        """Show what somebody else has changed, and say so; what is being written stays."""
        version = await reading(_version, self._reference)
        if version == self.shown.version:
            return
        lines, followed = len(self.shown.history), self.shown.followed
        await self._load()
        new = self.shown.history[0] if len(self.shown.history) > lines else None
        self.changed = self._t(_just_changed(new) if new else _CHANGED)
        if new is None and self.shown.followed and self.shown.followed != followed:
            self.changed = self.shown.followed


def _just_changed(line: HistoryLine) -> Message:
    if line.says_who:
        return N_("Just changed: %(what)s.", what=line.heading)
    return N_("Just changed: %(what)s (%(who)s).", what=line.heading, who=line.who)


_CHANGED = N_("This report has just changed.")
_CONFLICT = N_(
    "A colleague has changed this report while you were writing. Look at what is new, then send yours again if it "
    "still fits. What you wrote is still here."
)


_SILENT = ("\u200b", "\u00a0")
"""Signs that nobody sees or hears."""


def said_after(before: str, words: str) -> str:
    """Words for a status. Screen readers say only what is otherwise than before, so the same again end with a sign."""
    if not before.startswith(words):
        return words
    return words + _SILENT[before.endswith(_SILENT[0])]


def _version(reference: str) -> int | None:
    with read(running_portal().engine) as connection:
        return whole_version_of(connection, reference)


def _move(reference: str, person: Person, sent: StatusChange, locale: str) -> None:
    """Raises Rejected, Conflict, NotFound. locale: of the page on which the note was written."""
    portal = running_portal()
    if sent.status not in list(Status):
        raise Rejected([FieldError("status", N_("Choose what the status is now."))])
    change_status(
        store=portal.requests,
        reference=reference,
        by=Staff(person.id),
        to=Status(sent.status),
        note=sent.note,
        now=portal.now(),
        key=sent.key,
        seen_version=sent.version,
        language=written_in(sent.note) or locale,
        also=sent.languages,
    )


def _add_note(reference: str, person: Person, sent: Note) -> None:
    """Raises Rejected, NotFound."""
    portal = running_portal()
    add_internal_note(
        store=portal.requests,
        reference=reference,
        by=Staff(person.id),
        text=sent.note,
        now=portal.now(),
        key=sent.key,
    )
