"""Which Chromium the browser tests drive: one that is there, else Playwright's own, else the system's.

Beside it, if it can be had, its headless shell: the same engine without a browser's windows. Tests that need no more
start that one, which takes two thirds of the time or less.

`python -m a11y_tests.chromium` prints where Chromium is; with `--install` it fetches what is missing of both.
"""

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

from a11y_tests.programs import brought, first, run, tell, wanted

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC_APPS = tuple(
    Path(f"/Applications/{name}.app/Contents/MacOS/{name}") for name in ("Chromium", "Google Chrome")
)
SHELLS = ("chromium-headless-shell",)
OTHER_SHELLS = (Path("/usr/lib64/chromium-browser/headless_shell"),)
# Package managers and what each is told; brew brings an app of /Applications.
SYSTEM = {
    "apt-get": ("update", "install --yes --no-install-recommends chromium"),
    "dnf": ("install --assumeyes chromium",),
    "brew": ("install --cask chromium",),
}
SYSTEM_SHELL = {
    "apt-get": ("install --yes --no-install-recommends chromium-headless-shell",),
    "dnf": ("install --assumeyes chromium-headless",),
}

HELP = """No Chromium was found and none could be installed. The browser tests need one.
  Debian: sudo apt install chromium
  Fedora: sudo dnf install chromium
  macOS:  install Chromium or Google Chrome in /Applications
If it is somewhere else, say where: CHROMIUM=/path/to/chromium make test"""


def find() -> Path | None:
    """Where a Chromium is, or None. CHROMIUM in the environment decides, if it is set.

    Raises FileNotFoundError if CHROMIUM names what is not there.
    """
    return wanted("CHROMIUM") or first(NAMES, (*MAC_APPS, _playwrights_own()))


def find_shell() -> Path | None:
    """Where Chromium's headless shell is, or None; also None where CHROMIUM says which one to take."""
    return None if wanted("CHROMIUM") else first(SHELLS, OTHER_SHELLS)


def install() -> Path | None:
    """Fetch a Chromium, Playwright's own first; None if no way works."""
    playwrights = run([sys.executable, "-m", "playwright", "install", "chromium"])
    return (find() if playwrights else None) or brought(SYSTEM, find)


def _playwrights_own() -> Path:
    with sync_playwright() as playwright:
        return Path(playwright.chromium.executable_path)


def main(arguments: list[str]) -> int:
    """Print where Chromium is; return the exit status. That there is no shell is no failure: tests do without."""
    status = tell(arguments, find, install, HELP, needed=True)
    if status == 0 and "--install" in arguments and not wanted("CHROMIUM") and not find_shell():
        brought(SYSTEM_SHELL, find_shell)
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
