"""A desktop with Orca, and a browser on it that somebody works with the keyboard alone."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright, expect

from a11y_tests import firefox
from a11y_tests.conftest import launch_options
from a11y_tests.screen_reader.orca.desktop import HELP, Desktop, missing
from a11y_tests.screen_reader.orca.visitor import Visitor
from a11y_tests.server import PortalServer, another_visitor

PATIENCE_MS = 30_000
expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="session")
def desktop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desktop]:
    """One for all scenarios."""
    if absent := missing():
        pytest.skip(f"{HELP}\nNot here: {', '.join(absent)}")
    desktop = Desktop(tmp_path_factory.mktemp("desktop"))
    try:
        desktop.start()
        yield desktop
    finally:
        desktop.stop()


@pytest.fixture
def engine() -> str:
    """Which browser; scenarios for both say so."""
    return "chromium"


@pytest.fixture
def seen(driver: Playwright, desktop: Desktop, engine: str) -> Iterator[Browser]:
    """A browser with a window on the desktop."""
    if engine == "firefox":
        path = os.environ.get("PORTAL_FIREFOX") or firefox.find()
        if not path:
            pytest.skip(firefox.HELP)
        options = firefox.launch_options(Path(path))
        browser = driver.firefox.launch(**options, headless=False, env=desktop.environment)
    else:
        options = launch_options()
        options["args"] = [*options["args"], "--force-renderer-accessibility"]
        browser = driver.chromium.launch(**options, headless=False, env=desktop.environment)
    yield browser
    browser.close()


@pytest.fixture
def visitor(seen: Browser, desktop: Desktop, server: PortalServer) -> Iterator[Visitor]:
    """Somebody with Orca, on the portal that all tests share."""
    context = seen.new_context(
        base_url=server.url, reduced_motion="reduce", extra_http_headers=another_visitor()
    )
    context.set_default_timeout(PATIENCE_MS)
    yield Visitor(context.new_page(), desktop)
    context.close()
