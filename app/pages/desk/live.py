"""The desk's live screens: one Reflex page for each language, its sentences translated while it is built."""

from collections.abc import Callable
from dataclasses import dataclass

import reflex as rx
from reflex_base.event import EventType

from app.pages.desk.alerts import alerts_page
from app.pages.desk.queue import queue_page
from app.pages.desk.request import request_page
from app.routes import url
from i18n import N_, Message, speaking, translator
from i18n.locales import SPOKEN
from state.desk.alerts import DeskAlerts
from state.desk.queue import DeskQueue
from state.desk.request import DeskRequest


@dataclass(frozen=True)
class LiveScreen:
    """A screen in all languages.

    route: name in app.routes. title: until the page knows better; own_title: then, a variable of its state.
    on_load: what happens when somebody opens it, or comes back to it.
    """

    route: str
    draw: Callable[[str], rx.Component]
    title: Message
    own_title: rx.Var[str] | None
    on_load: EventType[()]


LIVE = (
    LiveScreen("desk", queue_page, N_("Reports – desk"), None, DeskQueue.open),
    LiveScreen("desk_alerts", alerts_page, N_("Alerts – desk"), None, DeskAlerts.open),
    LiveScreen("desk_request", request_page, N_("Report – desk"), DeskRequest.title, DeskRequest.open),
)


def add_live_pages(app: rx.App) -> None:
    """Tell Reflex about every live screen in every language."""
    for screen in LIVE:
        for locale in SPOKEN:
            app.add_page(
                _drawing(screen, locale),
                route=url(screen.route, locale=locale).strip("/"),
                title=_title(screen, locale),
                image="",
                on_load=screen.on_load,
            )


def _title(screen: LiveScreen, locale: str) -> str | rx.Var[str]:
    title = translator(locale)(screen.title)
    return title if screen.own_title is None else rx.cond(screen.own_title != "", screen.own_title, title)


def _drawing(screen: LiveScreen, locale: str) -> Callable[[], rx.Component]:
    def draw() -> rx.Component:
        with speaking(translator(locale)):
            return screen.draw(locale)

    # Reflex puts what it compiles of a page into a file named after this, and a browser loads that file whole:
    # with one for all, everybody would load every screen in every language.
    draw.__module__ = f"{screen.draw.__module__}_{locale}"
    return draw
