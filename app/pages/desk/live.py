"""The desk's live screens: one Reflex page for each language, its sentences translated while it is built."""

from collections.abc import Callable
from dataclasses import dataclass

import reflex as rx
from reflex_base.event import EventType

from app.pages.desk.queue import queue_page
from app.pages.desk.request import request_page
from app.routes import url
from i18n import N_, Message, speaking, translator
from i18n.locales import LOCALES
from state.desk_queue import DeskQueue
from state.desk_request import DeskRequest


@dataclass(frozen=True)
class LiveScreen:
    """A screen in all languages.

    route: name in app.routes. on_load: what happens when somebody opens it, or comes back to it.
    """

    route: str
    draw: Callable[[str], rx.Component]
    title: Message
    on_load: EventType[()]


LIVE = (
    LiveScreen("desk", queue_page, N_("Reports – desk"), DeskQueue.open),
    LiveScreen("desk_request", request_page, N_("Report – desk"), DeskRequest.open),
)


def add_live_pages(app: rx.App) -> None:
    """Tell Reflex about every live screen in every language."""
    for screen in LIVE:
        for locale in LOCALES:
            app.add_page(
                _drawing(screen, locale),
                route=url(screen.route, locale=locale).strip("/"),
                title=translator(locale)(screen.title),
                image="",
                on_load=screen.on_load,
            )


def _drawing(screen: LiveScreen, locale: str) -> Callable[[], rx.Component]:
    def draw() -> rx.Component:
        with speaking(translator(locale)):
            return screen.draw(locale)

    return draw
