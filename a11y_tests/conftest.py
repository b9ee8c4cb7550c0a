"""One browser, one production server, and contexts that watch everything; see README.md."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect, sync_playwright

from a11y_tests import chromium
from a11y_tests.server import ROOT, Desk, PortalServer, another_visitor
from a11y_tests.walked import pytest_sessionfinish, pytest_terminal_summary, pytest_testnodedown  # noqa: F401 - hooks
from a11y_tests.watch import Watch

PHONE = {"width": 320, "height": 640}
"""CSS pixels of the smallest phone that counts (WCAG 2.2, 1.4.10)."""
TIMEOUT_MS = 10_000

expect.set_options(timeout=TIMEOUT_MS)


@cache
def _chromium() -> Path:
    path = os.environ.get("PORTAL_CHROMIUM") or chromium.find()
    if path is None:
        pytest.fail(chromium.HELP)
    return Path(path)


@cache
def _shell() -> Path | None:
    return chromium.find_shell()


def launch_options(*, shell: bool = False) -> dict[str, Any]:
    """Which Chromium to start, and how. shell: without a browser's own parts, if that can be had."""
    args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    # A name that is no secure context, as a portal on a home network without TLS is.
    args.append("--host-resolver-rules=MAP portal.example 127.0.0.1")
    return {"executable_path": (shell and _shell()) or _chromium(), "args": args}


@pytest.fixture(scope="session")
def driver() -> Iterator[Playwright]:
    """One Playwright for all browsers, since two cannot run at a time; looking for Chromium may start one, too."""
    _chromium()
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def browser(driver: Playwright) -> Iterator[Browser]:
    """One Chromium for all tests that need nothing of a browser but its pages."""
    browser = driver.chromium.launch(**launch_options(shell=True))
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def _blank(browser: Browser) -> Iterator[Page]:
    """A page of nobody, in which documents are parsed."""
    context = browser.new_context()
    yield context.new_page()
    context.close()


@pytest.fixture(scope="session")
def _server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PortalServer]:
    if not (ROOT / ".build/static.json").exists():
        pytest.fail("the front end has not been built: run `make build` first")
    server = PortalServer(tmp_path_factory.mktemp("portal") / "data")
    server.start()
    yield server
    server.stop()


@pytest.fixture
def server(_server: PortalServer) -> PortalServer:
    """The portal that all tests share; each makes reports of its own."""
    _server.check()
    return _server


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[PortalServer]:
    """A portal without any report, for tests that need it empty or that end it."""
    server = PortalServer(tmp_path / "data")
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def desk(_server: PortalServer) -> Iterator[Desk]:
    """The people behind the shared portal."""
    desk = Desk(_server)
    yield desk
    desk.close()


Contexts = Callable[..., BrowserContext]


@pytest.fixture
def new_context(browser: Browser, server: PortalServer, _blank: Page) -> Iterator[Contexts]:
    """Makes browsers on a small phone: `new_context(script=False, locale="es")`.

    Whatever they do is watched, and the test fails if a page did what no page may do (a11y_tests/watch.py).
    portal: another portal than the shared one. forgiven: words of faults that the test brings about on purpose.
    What else is given goes to Playwright's `new_context`.
    """
    with watched_contexts(browser, server, _blank, has_touch=True) as make:
        yield make


@contextmanager
def watched_contexts(
    browser: Browser, server: PortalServer, blank: Page, *, kind: type[Watch] = Watch, **usual: Any
) -> Iterator[Contexts]:
    """Makes contexts that are watched, and fails at its end if a page did what no page may do.

    kind: of the watch. usual: what is given to Playwright's `new_context` unless somebody wants it otherwise.
    """
    made: list[tuple[BrowserContext, Watch]] = []

    def make(
        *, script: bool = True, portal: PortalServer = server, forgiven: tuple[str, ...] = (), **options: Any
    ) -> BrowserContext:
        context = browser.new_context(
            **{
                "base_url": portal.url,
                "viewport": PHONE,
                "java_script_enabled": script,
                "reduced_motion": "reduce",
                "extra_http_headers": another_visitor(),
                **usual,
                **options,
            }
        )
        context.set_default_timeout(TIMEOUT_MS)
        made.append((context, kind(context, portal.url, forgiven)))
        return context

    yield make
    faults = [fault for _, watch in made for fault in watch.faults(blank)]
    for context, _ in made:
        context.close()
    assert not faults, "\n".join(faults)
