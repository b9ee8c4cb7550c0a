"""Write the transcripts anew, to be read and committed: `python -m a11y_tests.screen_reader.write`."""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, sync_playwright

from a11y_tests.conftest import PHONE, launch_options
from a11y_tests.screen_reader import transcripts
from a11y_tests.screen_reader.virtual.walks import Walk
from a11y_tests.server import Desk, PortalServer
from a11y_tests.watch import Watch


def said(browser: Browser, locale: str, folder: Path) -> dict[str, str]:
    """What the virtual screen reader says in a language. folder: an empty one, for the portal's data."""
    portal = PortalServer(folder / "data")
    portal.start()
    try:
        context = browser.new_context(
            base_url=portal.url,
            viewport=PHONE,
            reduced_motion="reduce",
            has_touch=True,
            locale=locale,
            bypass_csp=True,
        )
        Watch(context, portal.url)
        desk = Desk(portal)
        return Walk(context, locale, desk).all()
    finally:
        portal.stop()


def main() -> int:
    """All languages; the exit status."""
    # Looking for Chromium may start a Playwright, too, and two cannot run at a time.
    options = launch_options()
    with sync_playwright() as driver:
        browser = driver.chromium.launch(**options)
        for locale in transcripts.LOCALES:
            with TemporaryDirectory() as folder:
                transcripts.keep(locale, said(browser, locale, Path(folder)))
            print(f"{transcripts.FOLDER / locale}: written. `git diff` shows what has changed.")
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
