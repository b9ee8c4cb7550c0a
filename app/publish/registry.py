"""Which screens are published: the view each is filled with and the function that draws it."""

from collections.abc import Callable
from dataclasses import dataclass

import reflex as rx

from app.http.views import PageView
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

    view: the dataclass the template is filled with; its fields are all that slots may name.
    """

    view: type[PageView]
    draw: Callable[[], Screen]

    @property
    def name(self) -> str:
        """Of its template, as the view names it."""
        return self.view.page

    def screen(self) -> Screen:
        """Draw the page with its sentences as look-ups."""
        with speaking(speak):
            return self.draw()


PUBLISHED: dict[str, PublishedPage] = {}


def published(view: type[PageView]) -> Callable[[Callable[[], Screen]], Callable[[], Screen]]:
    """Publish the decorated page function as the page of this view."""

    def register(draw: Callable[[], Screen]) -> Callable[[], Screen]:
        PUBLISHED[view.page] = PublishedPage(view, draw)
        return draw

    return register
