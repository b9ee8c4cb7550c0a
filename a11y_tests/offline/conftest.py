"""Phones with the service worker at work, and the portal behind a connection that can fail.

Other browsers than Chromium are left out where they are not there.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright

from a11y_tests import firefox
from a11y_tests.conftest import PHONE, TIMEOUT_MS, launch_options
from a11y_tests.offline import webkit
from a11y_tests.offline.outbox import Outbox, Tab
from a11y_tests.offline.phone import Phone
from a11y_tests.offline.proxy import FaultProxy
from a11y_tests.offline.webkit import WebKit
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
    _end(made, proxy, _blank)


def _end(made: list[Phone], proxy: FaultProxy, blank: Page) -> None:
    proxy.mend()
    faults = [fault for phone in made for watch in phone.watches for fault in watch.faults(blank)]
    for phone in made:
        phone.close()
    assert not faults, "\n".join(faults)


@pytest.fixture
def phone(new_phone: Phones) -> Phone:
    """A phone with the start page open, and everything kept that it needs without a network."""
    phone = new_phone()
    phone.visit()
    return phone


# --- Firefox ----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def _firefox(driver: Playwright) -> dict[str, Any]:
    """How Playwright starts the system's own Firefox."""
    path = os.environ.get("PORTAL_FIREFOX") or firefox.find()
    if problem := firefox.why_not(driver, path) if path else firefox.HELP:
        pytest.skip(problem)
    return firefox.launch_options(str(path))


@pytest.fixture(scope="session")
def _one_firefox(driver: Playwright, _firefox: dict[str, Any]) -> Iterator[Browser]:
    """For all that needs no settings and no second start."""
    browser = driver.firefox.launch(**_firefox)
    yield browser
    browser.close()


@pytest.fixture
def in_firefox(_one_firefox: Browser, proxy: FaultProxy) -> Iterator[BrowserContext]:
    """A context without any page."""
    context = _one_firefox.new_context(base_url=proxy.url, viewport=PHONE)
    context.set_default_timeout(TIMEOUT_MS)
    yield context
    context.close()


@pytest.fixture
def new_firefox_phone(
    driver: Playwright, _firefox: dict[str, Any], tmp_path: Path, proxy: FaultProxy, _blank: Page
) -> Iterator[Phones]:
    """Makes phones as `new_phone` does. settings: those of about:config."""
    made: list[Phone] = []

    def make(*, locale: str = "en", forgiven: tuple[str, ...] = (), **settings: str | float | bool) -> Phone:
        options = {**_firefox, "viewport": PHONE, "firefox_user_prefs": settings}
        forgiven = ("NS_ERROR_", *forgiven)
        phone = Phone(
            driver.firefox, options, tmp_path / f"phone-{len(made)}", proxy, locale=locale, forgiven=forgiven
        )
        made.append(phone)
        return phone.start()

    yield make
    _end(made, proxy, _blank)


# --- WebKitGTK --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def _window(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebKit]:
    path = webkit.find()
    if path is None:
        pytest.skip(webkit.HELP)
    window = WebKit(path, tmp_path_factory.mktemp("webkit"))
    yield window
    window.close()


@pytest.fixture
def window(_window: WebKit, proxy: FaultProxy) -> Iterator[WebKit]:
    """The one window of WebKitGTK."""
    yield _window.at(proxy.url)
    # Nothing of this test may go on in the next.
    _window.at("about:").goto("blank")


@pytest.fixture(params=["firefox", "webkit"])
def outbox(request: pytest.FixtureRequest) -> Outbox:
    """An outbox in each of the other browsers."""
    tab: Tab
    if request.param == "firefox":
        tab = request.getfixturevalue("in_firefox").new_page()
    else:
        tab = request.getfixturevalue("window")
    return Outbox(tab)
