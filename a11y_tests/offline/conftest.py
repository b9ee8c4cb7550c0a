"""Phones with the service worker at work, and the portal behind a connection that can fail."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from a11y_tests.conftest import PHONE, launch_options
from a11y_tests.offline.phone import Phone
from a11y_tests.offline.proxy import FaultProxy
from a11y_tests.server import PortalServer

Phones = Callable[..., Phone]


@pytest.fixture
def proxy(server: PortalServer) -> Iterator[FaultProxy]:
    """The shared portal, behind a connection that does what it is told."""
    proxy = FaultProxy(server)
    yield proxy
    proxy.close()


@pytest.fixture
def new_phone(browser: Browser, tmp_path: Path, proxy: FaultProxy, _blank: Page) -> Iterator[Phones]:
    """Makes phones: `new_phone(locale="es")`. The test fails if a page did what no page may do."""
    made: list[Phone] = []
    options = {
        **launch_options(),
        "viewport": PHONE,
        "reduced_motion": "reduce",
        "has_touch": True,
    }

    def make(*, locale: str = "en", forgiven: tuple[str, ...] = ()) -> Phone:
        profile = tmp_path / f"phone-{len(made)}"
        phone = Phone(browser.browser_type, options, profile, proxy, locale=locale, forgiven=forgiven)
        made.append(phone)
        return phone.start()

    yield make
    proxy.mend()
    faults = [fault for phone in made for watch in phone.watches for fault in watch.faults(_blank)]
    for phone in made:
        phone.close()
    assert not faults, "\n".join(faults)


@pytest.fixture
def phone(new_phone: Phones) -> Phone:
    """A phone with the start page open, and everything kept that it needs without a network."""
    phone = new_phone()
    phone.visit()
    return phone
