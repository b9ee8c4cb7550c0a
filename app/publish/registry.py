"""Which screens are published: a name, the function that draws the screen, and the view it is filled with."""

from collections.abc import Callable
from dataclasses import dataclass

import reflex as rx

from app.publish.slots import speak
from i18n import speaking


@dataclass(frozen=True)
class Screen:
    """What a page function returns.

    title: the page's title, which begins with its h1.
    description: one sentence for search engines.
    body: everything inside <body>.
    """

    title: str
    description: str
    body: rx.Component


@dataclass(frozen=True)
class PublishedPage:
    """One published page.

    name: of the template, as in `pages.answer("request", …)`.
    view: the dataclass the template is filled with; its fields are all that slots may name.
    scripts: the modules of `assets/` that improve this page once they have arrived.
    """

    name: str
    view: type
    draw: Callable[[], Screen]
    scripts: tuple[str, ...]

    @property
    def route(self) -> str:
        """Where Reflex prerenders the page; never served."""
        return f"/published/{self.name}"

    def screen(self) -> Screen:
        """Draw the page with its sentences as look-ups."""
        with speaking(speak):
            return self.draw()

    def component(self) -> rx.Component:
        """What Reflex prerenders."""
        return self.screen().body


PUBLISHED: dict[str, PublishedPage] = {}
EVERYWHERE = ("forms.js", "store.js", "deliver.js", "outbox.js", "sync.js")
"""Modules of every published page: what waits is sent from any of them."""


def published(
    name: str, view: type, *, scripts: tuple[str, ...] = ()
) -> Callable[[Callable[[], Screen]], Callable[[], Screen]]:
    """Publish the decorated page function under a name."""

    def register(draw: Callable[[], Screen]) -> Callable[[], Screen]:
        PUBLISHED[name] = PublishedPage(name, view, draw, (*EVERYWHERE, *scripts))
        return draw

    return register
