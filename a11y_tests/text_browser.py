"""Which text browser the tests drive, if there is one: Lynx, by keystrokes.

`python -m a11y_tests.text_browser` prints where it is; with `--install` it asks the system's package manager for one.
"""

import sys
from pathlib import Path

from a11y_tests.programs import brought, first, tell

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


if __name__ == "__main__":
    sys.exit(tell(sys.argv[1:], find, lambda: brought(SYSTEM, find), HELP))
