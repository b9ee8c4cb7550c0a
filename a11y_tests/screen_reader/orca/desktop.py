"""A desktop of nobody's: a screen that is only in memory, its own message buses, and Orca, whose speech is written down.

Everything has a home of its own in a temporary folder, and everything that was started is ended by its process group.
"""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

from a11y_tests.programs import run, system_commands

PROGRAMS = ("Xvfb", "openbox", "xdotool", "dbus-daemon", "orca")
BUS_LAUNCHER = (Path("/usr/libexec/at-spi-bus-launcher"), Path("/usr/lib/at-spi2-core/at-spi-bus-launcher"))
SYSTEM = {
    "apt-get": (
        "update",
        "install --yes --no-install-recommends orca xvfb openbox xdotool dbus at-spi2-core",
    ),
    "dnf": ("install --assumeyes orca xorg-x11-server-Xvfb openbox xdotool dbus-daemon at-spi2-core",),
}
HELP = """Orca cannot be run here, so no real screen reader was tested. It needs Linux and these programs:
  Debian: sudo apt install orca xvfb openbox xdotool dbus at-spi2-core
  Fedora: sudo dnf install orca xorg-x11-server-Xvfb openbox xdotool dbus-daemon at-spi2-core"""

SECONDS_TO_START = 60
SECONDS_TO_END = 10
SECONDS_TO_SPEAK = 30
SECONDS_OF_SILENCE = 6
"""After a key; whoever hears nothing for so long presses it again, or leaves."""
QUIET_S = 1.2
"""Nothing says that somebody has finished speaking; after so long a silence they have."""
_POLL_S = 0.05

_SPEECH = re.compile(r"SPEECH OUTPUT: '(.*)'(?: voice=\S+)?", re.DOTALL)

# Read by Orca when it starts: what it is about to say is written down instead of being spoken.
_CUSTOMIZATIONS = """
import json
import logging

import orca.speech


class WriteDown(logging.Handler):
    def emit(self, record):
        with open({speech!r}, "a") as file:
            file.write(json.dumps(record.getMessage()) + "\\n")


logging.getLogger("speech").addHandler(WriteDown())
orca.speech._initSpeechServer = lambda *_: None
"""


def missing() -> list[str]:
    """The programs that are not on this machine."""
    absent = [name for name in PROGRAMS if shutil.which(name) is None]
    return absent + ([] if any(file.is_file() for file in BUS_LAUNCHER) else ["at-spi-bus-launcher"])


class Desktop:
    """Start it, launch a browser with `environment`, press keys, and read what Orca says."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._speech = folder / "speech.jsonl"
        self._read = 0
        self._started: list[subprocess.Popen[str]] = []
        runtime = folder / "runtime"
        runtime.mkdir(mode=0o700)
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "DBUS_"))},
            "HOME": str(folder),
            "XDG_RUNTIME_DIR": str(runtime),
            "LANG": "C.UTF-8",
            "GSETTINGS_BACKEND": "memory",
            "GNOME_ACCESSIBILITY": "1",
            "NO_AT_BRIDGE": "0",
        }

    def start(self) -> None:
        """Returns when Orca speaks. Raises RuntimeError if something does not start."""
        self._write_customizations()
        self.environment["DISPLAY"] = ":" + self._say_on_start(
            "Xvfb", "-displayfd", "1", "-screen", "0", "1280x1000x24"
        )
        self.environment["DBUS_SESSION_BUS_ADDRESS"] = self._say_on_start(
            "dbus-daemon", "--session", "--nofork", "--print-address=1"
        )
        launcher = next(file for file in BUS_LAUNCHER if file.is_file())
        self._launch(str(launcher), "--launch-immediately", "--a11y=1", "--screen-reader=1")
        self._launch("openbox", "--sm-disable")
        self._launch("orca", "--replace", "--disable", "braille")
        self.hear("Screen reader on", seconds=SECONDS_TO_START)

    def stop(self) -> None:
        """End everything, in the opposite order."""
        for process in reversed(self._started):
            _end(process)

    def keys(self, *names: str) -> None:
        """Press keys as they are on a keyboard, by the names that X has for them: "Tab", "shift+Up", "Return"."""
        self._xdotool("key", "--clearmodifiers", "--delay", "60", *names)

    def type(self, text: str) -> None:
        """Type a text, letter by letter."""
        self._xdotool("type", "--clearmodifiers", "--delay", "40", text)

    def hush(self, *, quiet_s: float = QUIET_S) -> None:
        """Wait until nothing is said any more, and forget what was said. quiet_s: so long a silence in seconds."""
        self._quiet(quiet_s)
        self._read = len(self._lines())

    def hear(self, words: str, *, seconds: float = SECONDS_TO_SPEAK) -> list[str]:
        """Everything that is said from the last `hush` or `hear` on, up to the silence after these words.

        Raises AssertionError with what was said instead.
        """
        deadline = time.monotonic() + seconds
        while not any(words in said for said in self.said()):
            if time.monotonic() > deadline:
                raise AssertionError(f"Orca did not say “{words}”, but: {self.said()}")
            self._check()
            time.sleep(_POLL_S)
        self._quiet()
        said = self.said()
        self._read = len(self._lines())
        return said

    def answer(self, quiet_s: float | None = None) -> list[str]:
        """What is said from the last `hush` or `hear` on, up to a silence; empty if it is silence altogether."""
        deadline = time.monotonic() + SECONDS_OF_SILENCE
        while not self.said() and time.monotonic() < deadline:
            self._check()
            time.sleep(_POLL_S)
        return self.rest(quiet_s)

    def rest(self, quiet_s: float | None = None) -> list[str]:
        """What else is said, up to a silence."""
        self._quiet(QUIET_S if quiet_s is None else quiet_s)
        said = self.said()
        self._read += len(said)
        return said

    def said(self) -> list[str]:
        """What has been said since."""
        return self._lines()[self._read :]

    def _lines(self) -> list[str]:
        if not self._speech.exists():
            return []
        complete = self._speech.read_text().rpartition("\n")[0]
        return [words for line in complete.splitlines() if (words := _words(json.loads(line)))]

    def _quiet(self, seconds: float = QUIET_S) -> None:
        count, since = len(self._lines()), time.monotonic()
        while time.monotonic() - since < seconds:
            time.sleep(_POLL_S)
            if len(self._lines()) != count:
                count, since = len(self._lines()), time.monotonic()

    def _write_customizations(self) -> None:
        folder = self._folder / ".local/share/orca"
        folder.mkdir(parents=True)
        (folder / "orca-customizations.py").write_text(_CUSTOMIZATIONS.format(speech=str(self._speech)))

    def _xdotool(self, *arguments: str) -> None:
        subprocess.run(("xdotool", *arguments), env=self.environment, check=True, timeout=SECONDS_TO_START)

    def _launch(self, *command: str) -> subprocess.Popen[str]:
        log = (self._folder / f"{Path(command[0]).name}.log").open("w")
        # A session of its own, so that what it starts can be ended with it.
        process = subprocess.Popen(
            command,
            env=self.environment,
            cwd=self._folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE if "1" in command or command[-1].endswith("=1") else log,
            stderr=log,
            text=True,
            start_new_session=True,
        )
        log.close()
        self._started.append(process)
        return process

    def _say_on_start(self, *command: str) -> str:
        """Start what says one line about itself; returns that."""
        process = self._launch(*command)
        line = process.stdout.readline().strip()
        if not line:
            raise RuntimeError(f"{command[0]} did not start: see {self._folder}")
        return str(line)

    def _check(self) -> None:
        for process in self._started:
            if process.poll() is not None:
                name = Path(str(process.args[0])).name
                raise RuntimeError(
                    f"{name} has ended:\n{(self._folder / (name + '.log')).read_text()[-2000:]}"
                )


def _words(message: str) -> str:
    """What is said in `SPEECH OUTPUT: 'Report a problem' voice=hyperlink`; empty if it only echoes a key."""
    said = _SPEECH.fullmatch(message)
    return said[1] if said else ""


def _end(process: subprocess.Popen[str]) -> None:
    for how in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, how)
        except ProcessLookupError:
            pass
        try:
            process.wait(SECONDS_TO_END)
        except subprocess.TimeoutExpired:
            continue
    if process.stdout:
        process.stdout.close()


def main() -> int:
    """Have the package manager bring what is missing; return the exit status."""
    commands = system_commands(SYSTEM) if missing() else []
    if missing() and not (commands and all(map(run, commands)) and not missing()):
        print(HELP, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
