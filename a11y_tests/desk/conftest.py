"""Browsers at the desk, on the same server as everybody's."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from a11y_tests.conftest import Contexts, watched_contexts
from a11y_tests.desk.colleague import LiveWatch, Office
from a11y_tests.server import PortalServer


@pytest.fixture
def office(server: PortalServer) -> Iterator[Office]:
    """The desk of the shared portal."""
    office = Office(server)
    yield office
    office.close()


@pytest.fixture
def at_desk(browser: Browser, server: PortalServer, _blank: Page) -> Iterator[Contexts]:
    """Makes browsers on a small screen, watched as all others are: `at_desk(forgiven=("403",))`."""
    with watched_contexts(browser, server, _blank, kind=LiveWatch) as make:
        yield make
