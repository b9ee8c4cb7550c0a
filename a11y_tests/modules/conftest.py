"""A browser, the stand-in city, and what every test of the modules wants to know."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Dialog, Page, expect

from a11y_tests.modules.fake_city import BUILD, ROOT, FakeCity
from tests.photos.stand_ins import make

AXE = [Path(os.environ.get("PORTAL_AXE", "")), ROOT / "node_modules/axe-core/axe.min.js"]

# Without the worker: what it keeps would answer in place of the stand-in city.
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 800},
    "reduced_motion": "reduce",
    "service_workers": "block",
}

expect.set_options(timeout=10_000)

Form = Callable[..., Page]
"""Opens a report form: the fixture `form`."""
Axe = Callable[[Page], None]
"""Fails if axe finds anything on a page: the fixture `axe`."""


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of real photos, or of photos of our own making under the same names."""
    folder = Path(os.environ.get("PORTAL_TEST_DATA", ROOT / "../shared/data"))
    if not folder.is_dir():
        folder = tmp_path_factory.mktemp("data")
        make(folder / "photos")
    return folder


@pytest.fixture(scope="session")
def _fake() -> Iterator[FakeCity]:
    if not (BUILD / "static.json").exists():
        pytest.fail("the front end has not been built: run `make build` first")
    fake = FakeCity()
    yield fake
    fake.close()


@pytest.fixture
def fake(_fake: FakeCity) -> FakeCity:
    """The stand-in city, empty."""
    _fake.forget()
    return _fake


@pytest.fixture
def new_context(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Makes browser contexts: a phone unless something else is said."""
    made: list[BrowserContext] = []

    def make(**options: Any) -> BrowserContext:
        context = browser.new_context(**{**PHONE, **options})
        context.set_default_timeout(10_000)
        made.append(context)
        return context

    yield make
    for context in made:
        context.close()


@pytest.fixture(scope="session")
def _tab(browser: Browser, _fake: FakeCity) -> Iterator[Page]:
    context = browser.new_context(base_url=_fake.url, **PHONE)
    context.set_default_timeout(10_000)
    yield context.new_page()
    context.close()


@pytest.fixture
def page(_tab: Page, fake: FakeCity) -> Iterator[Page]:
    """A page that may complain neither about our code nor about the security policy.

    It is the same tab for all tests, which saves a third of their time; what a test does to the tab itself (routes,
    network, permissions) is undone. Tests that change more take `fresh_page`.
    """
    _forget(_tab, fake)
    with clean(_tab):
        yield _tab
        _tab.unroute_all(behavior="ignoreErrors")
        _tab.context.set_offline(False)
        _tab.context.clear_permissions()
        # A report that the phone could not keep asks whether to leave: yes.
        _tab.once("dialog", _leave)
        _tab.goto("about:blank")
        _tab.remove_listener("dialog", _leave)


def _forget(page: Page, fake: FakeCity) -> None:
    """Drop what a tab that shows nothing now has kept of us: drafts and reports of the test before, and answers."""
    session = page.context.new_cdp_session(page)
    session.send("Network.clearBrowserCache")
    for host in ("127.0.0.1", "portal.example"):
        kinds = "indexeddb,local_storage,cache_storage"
        origin = {"origin": f"http://{host}:{fake.port}", "storageTypes": kinds}
        session.send("Storage.clearDataForOrigin", origin)
    session.detach()


def _leave(dialog: Dialog) -> None:
    dialog.accept()


@pytest.fixture
def fresh_page(new_context: Callable[..., BrowserContext], fake: FakeCity) -> Iterator[Page]:
    """A page of its own, for tests that change its clock or what it can do."""
    page = new_context(base_url=fake.url).new_page()
    with clean(page):
        yield page


class clean:  # noqa: N801 - reads like the context manager it is
    """Fails at its end if the page reported an error of ours or of the security policy."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.errors: list[str] = []
        page.on("pageerror", self._error)
        page.on("console", self._console)

    def _error(self, error: Exception) -> None:
        self.errors.append(str(error))

    def _console(self, message: ConsoleMessage) -> None:
        # Failed requests are what many of these tests are about.
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.errors.append(message.text)

    def __enter__(self) -> "clean":
        return self

    def __exit__(self, *failed: object) -> None:
        self.page.remove_listener("pageerror", self._error)
        self.page.remove_listener("console", self._console)
        assert not self.errors, self.errors


@pytest.fixture(scope="session")
def axe_source() -> str:
    """axe-core, from the locked npm packages."""
    for file in AXE:
        if file.is_file():
            return file.read_text()
    pytest.skip("axe-core is not installed: set PORTAL_AXE to its axe.min.js")


@pytest.fixture
def axe(axe_source: str) -> Axe:
    """Fails if axe finds anything on the page as it is now, in `make a11y`.

    In `make test` both engines look at every state once, in test_engines.py; here it would be a third of the time.
    """

    def check(page: Page) -> None:
        if "PORTAL_AXE_IN_MODULES" not in os.environ:
            return
        page.evaluate(axe_source)
        rules = {"target-size": {"enabled": True}}
        tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
        found = page.evaluate("options => axe.run(document, options)", {"runOnly": tags, "rules": rules})
        assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found["violations"]] == []

    return check


@pytest.fixture
def form(page: Page) -> Form:
    """Opens a report form and waits until its modules have arrived."""

    def open_form(path: str = "/en/report/everything/") -> Page:
        page.goto(path)
        expect(page.locator(".progress")).to_be_visible()
        return page

    return open_form
