"""What every live screen of the desk stands on: who is asking, in which language, and what strangers get."""

import asyncio
import logging
from collections.abc import AsyncIterator
from typing import cast

import reflex as rx
from reflex.event import Event
from reflex.middleware.middleware import Middleware
from reflex.state import BaseState, StateUpdate
from reflex_base.event.context import EventContext
from reflex_base.registry import RegistrationContext

from app.db.threads import reading
from app.desk.watch import changes_of
from app.kit.incidents import describe
from app.people.models import Person
from app.people.web import person_with, signed_in_as, token_in
from app.site.live import running_portal
from i18n import N_, Translator, translator
from i18n.locales import DEFAULT_LOCALE, LOCALES

_log = logging.getLogger("portal.live")

SECONDS_BETWEEN_CHECKS = 60.0
"""How often an open page asks whether its person is still signed in, and says anew how old things are."""


async def next_change(number: int, *, seconds: float | None = None) -> int:
    """Wait until some request has changed since that number, or somebody was suspended; no longer than so many seconds.

    Without a number of seconds: until it is time to check the sign-in.
    """
    changes = changes_of(running_portal().engine)
    try:
        async with asyncio.timeout(SECONDS_BETWEEN_CHECKS if seconds is None else seconds):
            return await changes.wait(number)
    except TimeoutError:
        return number


class Desk(rx.State):
    """The part that all screens of the desk share.

    signed_out: whether the sign-in has ended while the page was open.
    person, person_id: the name and the id of who is signed in. city: the city's name.
    problem: what has failed on our side, in words, or empty.
    focus_on: id of the element that takes the focus; focus_count: one more each time it is to do so.
    """

    signed_out: rx.Field[bool] = rx.field(False)
    person: rx.Field[str] = rx.field("")
    person_id: rx.Field[str] = rx.field("")
    city: rx.Field[str] = rx.field("")
    problem: rx.Field[str] = rx.field("")
    focus_on: rx.Field[str] = rx.field("")
    focus_count: rx.Field[int] = rx.field(0)

    _whose: str = ""
    """Id of the person whose screens this tab shows."""
    _resting: bool = False

    @rx.event
    async def rest(self) -> AsyncIterator[None]:
        """Nobody has used this tab for long: forget what it shows, and end what runs for it."""
        self._put_away()
        self._resting = True
        # The screen is emptied before its connection ends.
        yield
        await self._hang_up()

    @rx.event
    async def say_failed(self) -> None:
        """An event of this page has failed on the server (state/failures.py). Asks nobody: it tells nothing."""
        self.problem = self._t(_FAILED)

    async def _asking(self) -> Person | None:
        """Who is asking, by the cookie that came with the websocket: every handler begins with this question.

        It is asked of the database each time, so that whoever has signed out is out.
        """
        portal = running_portal()
        self.problem = ""
        person = await reading(person_with, portal, self._token)
        if person is None:
            self._leave()
        else:
            self.signed_out, self._resting = False, False
            self.person, self.person_id, self.city = person.name, person.id, portal.city.name
        return person

    async def _is_still_there(self) -> bool:
        """The same for a screen that is only open, which does not keep a sign-in alive."""
        if self._resting:
            return False
        if await reading(signed_in_as, running_portal(), self._token) == self._whose:
            return True
        self._leave()
        return False

    @property
    def _token(self) -> str:
        cookies = self.router.headers.raw_headers.get("cookie", "")
        return token_in(cookies, production=running_portal().settings.production)

    @property
    def _t(self) -> Translator:
        return translator(self._locale)

    @property
    def _locale(self) -> str:
        """The language of the page that asks; its address comes from the browser, so it may say anything."""
        code = [*self.router.url.path.split("/"), ""][1]
        return code if code in LOCALES else DEFAULT_LOCALE

    def _leave(self) -> None:
        """Take everything back that this tab knows."""
        self._put_away()
        self.person, self.person_id, self.signed_out = "", "", True

    def _put_away(self) -> None:
        """Forget what the screens show."""
        desk = self if type(self) is Desk else self.parent_state
        for screen in cast(Desk, desk).substates.values():
            cast(Desk, screen)._forget()

    def _forget(self) -> None:
        """Forget what a screen shows."""
        self.reset()  # type: ignore[no-untyped-call]

    async def _hang_up(self) -> None:
        """Close this tab's websocket; when its person has signed in again and comes back, it connects anew."""
        app = RegistrationContext.get().app
        if app.sio is not None and app.event_namespace is not None:
            sid = self.router.session.session_id
            await app.sio.disconnect(sid, namespace=app.event_namespace.namespace)

    async def _refresh(self) -> None:
        """Show what has changed since the screen was read."""

    def _focus(self, id: str) -> None:
        """Move the focus there once what has changed is on the screen."""
        self.focus_on = id
        self.focus_count += 1


async def follow(screen: Desk, number: int, *, seconds: float | None = None) -> None:
    """Wait, look, and show what is new, until the page is left or its person may not see it any more; then hang up.

    screen: as a background event has it; Reflex ends that event when the page is left. number: of the last change that
    the screen shows. seconds: how often it is looked at least, see `next_change`.
    """
    while True:
        number = await next_change(number, seconds=seconds)
        async with screen:
            if not await screen._is_still_there():
                break
            await screen._refresh()
    await screen._hang_up()


_FAILED = N_("Something went wrong on our side. What you wrote is still here; please try again in a minute.")


class Guard(Middleware):
    """Lets no event of a stranger reach any handler, Reflex's own included; its websocket is closed."""

    async def preprocess(self, app: rx.App, state: BaseState, event: Event) -> StateUpdate | None:
        """Answer None to let the event pass, else with an update that says nothing."""
        desk = await state.get_state(Desk)
        try:
            person_id = await reading(signed_in_as, running_portal(), desk._token)
            if person_id:
                # The next person in the same tab begins with nothing.
                if desk._whose not in ("", person_id):
                    desk._put_away()
                    desk.person = desk.person_id = ""
                desk._whose = person_id
                return None
        except Exception as error:
            # Said here: an event that reports it would have to pass here, too.
            _log.error("cannot tell who is asking: %s", describe(error))
            desk.problem = desk._t(_FAILED)
            await self._say(state)
            return StateUpdate()
        desk._leave()
        await self._say(state)
        await desk._hang_up()
        return StateUpdate()

    async def _say(self, state: BaseState) -> None:
        await EventContext.get().emit_delta(await state._get_resolved_delta())
        state._clean()  # type: ignore[no-untyped-call]
