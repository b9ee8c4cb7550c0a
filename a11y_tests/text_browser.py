"""Which text browser the tests drive, if there is one: Lynx, by keystrokes.

`python -m a11y_tests.text_browser` prints where it is; with `--install` it asks the system's package manager for one.
"""

import sys
from pathlib import Path

from a11y_tests.programs import first, run, system_commands

SYSTEM = {
    "apt-get": ("update", "install --yes --no-install-recommends lynx"),
    "dnf": ("install --assumeyes lynx",),
    "brew": ("install lynx",),
}
HELP = """No text browser is here. That a report can be sent with one is not tested; everything else is.
  Debian, Ubuntu: sudo apt install lynx
  macOS:          brew install lynx"""


def find() -> Path | None:
    """Where Lynx is, or None."""
    return first(("lynx",), ())


def main(arguments: list[str]) -> int:
    """Print where Lynx is; return the exit status. That there is none is no failure: tests do without."""
    found = find()
    if found is None and "--install" in arguments:
        all(map(run, system_commands(SYSTEM)))
        found = find()
    print(found or HELP, file=sys.stdout if found else sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
