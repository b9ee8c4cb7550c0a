"""Other browsers than Chromium, each left out where it is not there, and ways to the portal that can be cut."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright

from a11y_tests import firefox
from a11y_tests.conftest import PHONE, TIMEOUT_MS
from a11y_tests.elsewhere import webkit
from a11y_tests.elsewhere.link import Link
from a11y_tests.elsewhere.outbox import Outbox, Tab
from a11y_tests.elsewhere.webkit import WebKit
from a11y_tests.resident import Resident
from a11y_tests.server import PortalServer
from a11y_tests.watch import Watch


@pytest.fixture(scope="session")
def _firefox() -> Path:
    path = os.environ.get("PORTAL_FIREFOX") or firefox.find()
    if path is None:
        pytest.skip(firefox.HELP)
    return Path(path)


@pytest.fixture(scope="session")
def fox(driver: Playwright, _firefox: Path) -> Iterator[Browser]:
    """One Firefox for all that needs no settings and no second start."""
    browser = driver.firefox.launch(channel="moz-firefox", executable_path=_firefox)
    yield browser
    browser.close()


@pytest.fixture
def link(server: PortalServer) -> Iterator[Link]:
    link = Link(server.url)
    yield link
    link.cut()


@pytest.fixture
def context(fox: Browser, link: Link) -> Iterator[BrowserContext]:
    context = fox.new_context(base_url=link.url, viewport=PHONE)
    context.set_default_timeout(TIMEOUT_MS)
    yield context
    context.close()


@pytest.fixture(scope="session")
def _window(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebKit]:
    path = webkit.find()
    if path is None:
        pytest.skip(webkit.HELP)
    window = WebKit(path, tmp_path_factory.mktemp("webkit"))
    yield window
    window.close()


@pytest.fixture
def window(_window: WebKit, link: Link) -> Iterator[WebKit]:
    """The one window of WebKitGTK."""
    yield _window.at(link.url)
    # Nothing of this test may go on in the next.
    _window.at("about:").goto("blank")


@pytest.fixture(params=["firefox", "webkit"])
def outbox(request: pytest.FixtureRequest) -> Outbox:
    """An outbox in each of the browsers."""
    tab: Tab
    if request.param == "firefox":
        tab = request.getfixturevalue("context").new_page()
    else:
        tab = request.getfixturevalue("window")
    return Outbox(tab)


class Phone:
    """A Firefox of somebody's own: what it keeps is on the disk, and it can be ended and started again."""

    def __init__(
        self, launch: Callable[[], BrowserContext], link: Link, blank: Page, forgiven: tuple[str, ...]
    ) -> None:
        self._launch = launch
        self._link = link
        self._blank = blank
        # That there is no connection is what the tests are about.
        self._forgiven = ("NS_ERROR_CONNECTION_REFUSED", *forgiven)
        self._context: BrowserContext | None = None
        self.faults: list[str] = []

    def start(self, locale: str) -> Resident:
        """Somebody opens it."""
        self._context = self._launch()
        self._context.set_default_timeout(TIMEOUT_MS)
        self._watch = Watch(self._context, self._link.url, self._forgiven)
        return Resident(self._context, locale)

    def end(self) -> None:
        """Close it."""
        if self._context:
            self.faults += self._watch.faults(self._blank)
            self._context.close()
        self._context = None


@pytest.fixture
def new_phone(
    driver: Playwright, _firefox: Path, link: Link, tmp_path: Path, _blank: Page
) -> Iterator[Callable[..., Phone]]:
    """Makes phones, watched as all browsers are. settings: those of about:config. forgiven: see Watch."""
    made: list[Phone] = []

    def make(settings: dict[str, str | float | bool] | None = None, forgiven: tuple[str, ...] = ()) -> Phone:
        def launch() -> BrowserContext:
            return driver.firefox.launch_persistent_context(
                tmp_path / "profile",
                channel="moz-firefox",
                executable_path=_firefox,
                firefox_user_prefs=settings,
                base_url=link.url,
                viewport=PHONE,
            )

        made.append(Phone(launch, link, _blank, forgiven))
        return made[-1]

    yield make
    for phone in made:
        phone.end()
    faults = [fault for phone in made for fault in phone.faults]
    assert not faults, "\n".join(faults)
