"""Which Chromium the browser tests drive: one that is there, else Playwright's own, else the system's.

`python -m a11y_tests.chromium` prints where it is; with `--install` it fetches one if there is none.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC_APPS = tuple(
    Path(f"/Applications/{name}.app/Contents/MacOS/{name}") for name in ("Chromium", "Google Chrome")
)
# Package managers and what each is told; brew brings an app of /Applications.
SYSTEM = {
    "apt-get": ("update", "install --yes --no-install-recommends chromium"),
    "dnf": ("install --assumeyes chromium",),
    "brew": ("install --cask chromium",),
}
MINUTES = 10

HELP = """No Chromium was found and none could be installed. The browser tests need one.
  Debian: sudo apt install chromium
  Fedora: sudo dnf install chromium
  macOS:  install Chromium or Google Chrome in /Applications
If it is somewhere else, say where: CHROMIUM=/path/to/chromium make test"""


def find() -> Path | None:
    """Where a Chromium is, or None. CHROMIUM in the environment decides, if it is set.

    Raises FileNotFoundError if CHROMIUM names what is not there: someone wanted that one and no other.
    """
    wanted = os.environ.get("CHROMIUM")
    if wanted:
        found = shutil.which(wanted)
        if not found:
            raise FileNotFoundError(f"CHROMIUM is {wanted}, and there is no such program")
        return Path(found)
    on_path = (Path(found) for name in NAMES if (found := shutil.which(name)))
    return next((path for path in (*on_path, *MAC_APPS, _playwrights_own()) if _starts(path)), None)


def install() -> Path | None:
    """Fetch a Chromium, Playwright's own first; None if no way works."""
    ways = ([[sys.executable, "-m", "playwright", "install", "chromium"]], _system_commands())
    return next((found for way in ways if all(map(_run, way)) and (found := find())), None)


def _playwrights_own() -> Path:
    with sync_playwright() as playwright:
        return Path(playwright.chromium.executable_path)


def _starts(path: Path) -> bool:
    """Whether it is there with all the libraries it needs; a downloaded one may lack some."""
    return path.is_file() and _run([str(path), "--version"])


def _system_commands() -> list[list[str]]:
    for manager, commands in SYSTEM.items():
        if shutil.which(manager):
            return [[*_as_root(manager), manager, *command.split()] for command in commands]
    return []


def _as_root(manager: str) -> list[str]:
    """Nothing for root and for brew, which wants no root; else a sudo that fails rather than asks."""
    return [] if manager == "brew" or os.geteuid() == 0 else ["sudo", "--non-interactive"]


def _run(command: list[str]) -> bool:
    print("$", *command, file=sys.stderr, flush=True)
    try:
        return subprocess.run(command, stdout=sys.stderr, timeout=60 * MINUTES, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired) as error:
        print(error, file=sys.stderr)
        return False


def main(arguments: list[str]) -> int:
    """Print where Chromium is; return the exit status."""
    try:
        found = find() or (install() if "--install" in arguments else None)
    except FileNotFoundError as error:
        print(error, file=sys.stderr)
        return 1
    print(found or HELP, file=sys.stdout if found else sys.stderr)
    return 0 if found else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
