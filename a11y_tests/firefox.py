"""Which Firefox the browser tests drive, if there is one: no more is needed than the system's own.

`python -m a11y_tests.firefox` prints where it is; with `--install` it asks the system's package manager for one.
"""

import sys
from pathlib import Path
from typing import Any

from playwright.sync_api import Error, Playwright

from a11y_tests.programs import brought, first, tell, wanted

NAMES = ("firefox-esr", "firefox")
MAC_APPS = (Path("/Applications/Firefox.app/Contents/MacOS/firefox"),)
SYSTEM = {
    "apt-get": ("update", "install --yes --no-install-recommends firefox-esr"),
    "dnf": ("install --assumeyes firefox",),
    "brew": ("install --cask firefox",),
}
SECONDS_TO_START = 60

HELP = """No Firefox can be used. What only Firefox can show is not tested; everything else is.
  Debian: sudo apt install firefox-esr
  Fedora: sudo dnf install firefox
  macOS:  install Firefox in /Applications
If it is somewhere else, say where: FIREFOX=/path/to/firefox make test"""


def find() -> Path | None:
    """Where a Firefox is, or None. FIREFOX in the environment decides, if it is set.

    Raises FileNotFoundError if FIREFOX names what is not there.
    """
    return wanted("FIREFOX") or first(NAMES, MAC_APPS)


def launch_options(path: str | Path) -> dict[str, Any]:
    """How Playwright starts the system's own Firefox."""
    return {"channel": "moz-firefox", "executable_path": path}


def why_not(driver: Playwright, path: str | Path) -> str | None:
    """Why tests cannot use this Firefox, or None if they can.

    Some say their version and no more: a package that only leads to a snap, or a snap that may not see our folders.
    """
    try:
        driver.firefox.launch(**launch_options(path), timeout=SECONDS_TO_START * 1000).close()
    except Error as error:
        return f"{path} does not start under Playwright: {error.message.splitlines()[0]}\n{HELP}"
    return None


if __name__ == "__main__":
    sys.exit(tell(sys.argv[1:], find, lambda: brought(SYSTEM, find), HELP))
