"""Browsers at the desk, on the same server as everybody's."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from a11y_tests.conftest import PHONE, TIMEOUT_MS
from a11y_tests.desk.colleague import LiveWatch, Office
from a11y_tests.server import PortalServer, another_visitor

Contexts = Callable[..., BrowserContext]


@pytest.fixture
def office(server: PortalServer) -> Iterator[Office]:
    """The desk of the shared portal."""
    office = Office(server)
    yield office
    office.close()


@pytest.fixture
def at_desk(browser: Browser, server: PortalServer, _blank: Page) -> Iterator[Contexts]:
    """Makes browsers on a small screen, watched as all others are: `at_desk(forgiven=("403",))`."""
    made: list[tuple[BrowserContext, LiveWatch]] = []

    def make(
        *, portal: PortalServer = server, forgiven: tuple[str, ...] = (), **options: Any
    ) -> BrowserContext:
        given = {
            "base_url": portal.url,
            "viewport": PHONE,
            "reduced_motion": "reduce",
            "extra_http_headers": another_visitor(),
            **options,
        }
        context = browser.new_context(**given)
        context.set_default_timeout(TIMEOUT_MS)
        made.append((context, LiveWatch(context, portal.url, forgiven)))
        return context

    yield make
    faults = [fault for _, watch in made for fault in watch.faults(_blank)]
    for context, _ in made:
        context.close()
    assert not faults, "\n".join(faults)
