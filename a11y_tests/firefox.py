"""Which Firefox the browser tests drive, if there is one: no more is needed than the system's own.

`python -m a11y_tests.firefox` prints where it is; with `--install` it asks the system's package manager for one.
"""

import sys
from pathlib import Path

from a11y_tests.programs import first, run, system_commands, wanted

NAMES = ("firefox-esr", "firefox")
MAC_APPS = (Path("/Applications/Firefox.app/Contents/MacOS/firefox"),)
SYSTEM = {
    "apt-get": ("update", "install --yes --no-install-recommends firefox-esr"),
    "dnf": ("install --assumeyes firefox",),
    "brew": ("install --cask firefox",),
}

HELP = """No Firefox was found. What only Firefox can show is not tested; everything else is.
  Debian: sudo apt install firefox-esr
  Fedora: sudo dnf install firefox
  macOS:  install Firefox in /Applications
If it is somewhere else, say where: FIREFOX=/path/to/firefox make test"""


def find() -> Path | None:
    """Where a Firefox is, or None. FIREFOX in the environment decides, if it is set.

    Raises FileNotFoundError if FIREFOX names what is not there.
    """
    return wanted("FIREFOX") or first(NAMES, MAC_APPS)


def install() -> Path | None:
    """Have the system's package manager bring one; None if it cannot."""
    commands = system_commands(SYSTEM)
    return find() if commands and all(map(run, commands)) else None


def main(arguments: list[str]) -> int:
    """Print where Firefox is; return the exit status. That there is none is no failure: tests do without."""
    try:
        found = find() or (install() if "--install" in arguments else None)
    except FileNotFoundError as error:
        print(error, file=sys.stderr)
        return 1
    print(found or HELP, file=sys.stdout if found else sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
