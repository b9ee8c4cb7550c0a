"""What `make dev` runs at first and after each change: `python -m app.pages.dev BUILD-COMMAND…` builds, then serves.

Stopped by the next change (SIGINT), it takes the build with it. A shell would wait for the build, and the next build
would begin beside it.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress


def main(build: Sequence[str]) -> None:
    """Build, then turn into the server. Exits with the status of a build that failed."""
    # A group of its own, so that all of it can be stopped.
    building = subprocess.Popen(build, start_new_session=True)  # noqa: S603 - the Makefile's own words
    try:
        status = building.wait()
    except KeyboardInterrupt:
        with suppress(ProcessLookupError):
            os.killpg(building.pid, signal.SIGTERM)
        building.wait()
        status = 128 + signal.SIGINT
    if status:
        sys.exit(status)
    os.execv(sys.executable, [sys.executable, "-m", "app.serve", "--fresh"])  # noqa: S606 - this same Python


if __name__ == "__main__":
    main(sys.argv[1:])
