"""WebKitGTK, the nearest that Linux has to the browser of iPhones, driven by its own WebDriver (W3C) over HTTP.

`python -m a11y_tests.offline.webkit` prints where it is; with `--install` it asks the system's package manager for
one (200 MB with what it needs).
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx

from a11y_tests.programs import brought, tell

HELP = """No WebKitGTK was found. What it can show is not tested; everything else is.
  Debian: sudo apt install webkit2gtk-driver xvfb"""

SYSTEM = {
    "apt-get": ("update", "install --yes --no-install-recommends webkit2gtk-driver xvfb xauth"),
}
_PLACES = ("usr/lib/*/webkit*gtk-*/MiniBrowser", "usr/libexec/webkit*gtk-*/MiniBrowser")
_SECONDS = 30
# What evaluate() runs: a function, its argument, and who wants to know.
_CALL = """const [argument, done] = arguments;
Promise.resolve(argument).then(%s).then((value) => done({ value }), (error) => done({ error: String(error) }));"""
# The name of an element's reference in WebDriver.
_ELEMENT = "element-6066-11e4-a52e-4f735466cecf"


def find() -> Path | None:
    """The browser, if its driver and a screen for it are there as well."""
    if not (shutil.which("WebKitWebDriver") and shutil.which("xvfb-run")):
        return None
    return next((path for place in _PLACES for path in sorted(Path("/").glob(place), reverse=True)), None)


class WebKit:
    """One window. Under automation it keeps nothing when it is closed.

    Raises RuntimeError wherever the browser says that something failed.
    """

    def __init__(self, browser: Path, home: Path) -> None:
        self._base = ""
        port = _free_port()
        # It opens pages of ours only, and its sandbox does not work within one of the system's own.
        environment = {**os.environ, "HOME": str(home), "WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS": "1"}
        self._process = subprocess.Popen(
            ["xvfb-run", "--auto-servernum", "WebKitWebDriver", f"--port={port}"],
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self._http = httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=2 * _SECONDS)
        self._session = ""
        try:
            self._wait_for_driver()
            options = {"binary": str(browser), "args": ["--automation"]}
            wanted = {"capabilities": {"alwaysMatch": {"webkitgtk:browserOptions": options}}}
            self._session = f"/session/{self._ask('POST', '/session', wanted)['sessionId']}"
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """End it and all that belongs to it."""
        try:
            if self._session:
                self._http.delete(self._session)
        finally:
            self._http.close()
            os.killpg(self._process.pid, signal.SIGTERM)
            self._process.wait()

    def at(self, base: str) -> "WebKit":
        """The same window, with paths that belong to this address."""
        self._base = base
        return self

    def goto(self, path: str) -> None:
        """Open a page and wait for it to be loaded."""
        self._ask("POST", f"{self._session}/url", {"url": self._base + path})

    def evaluate(self, function: str, argument: Any = None) -> Any:
        """What a function of JavaScript returns, or its promise."""
        call = {"script": _CALL % f"({function})", "args": [argument]}
        outcome = self._ask("POST", f"{self._session}/execute/async", call)
        if "error" in outcome:
            raise RuntimeError(outcome["error"])
        return outcome.get("value")

    def click(self, selector: str) -> None:
        """Press what a CSS selector finds first."""
        self._ask("POST", f"{self._element(selector)}/click", {})

    def type(self, selector: str, text: str) -> None:
        """Type into a field; into one for files, the path of one."""
        self._ask("POST", f"{self._element(selector)}/value", {"text": text})

    def _element(self, selector: str) -> str:
        found = self._ask("POST", f"{self._session}/element", {"using": "css selector", "value": selector})
        return f"{self._session}/element/{found[_ELEMENT]}"

    def _wait_for_driver(self) -> None:
        deadline = time.monotonic() + _SECONDS
        while True:
            try:
                self._http.get("/status")
                return
            except httpx.TransportError:
                if self._process.poll() is not None or time.monotonic() > deadline:
                    raise
                time.sleep(0.05)

    def _ask(self, method: str, path: str, body: Any) -> Any:
        value = self._http.request(method, path, json=body).json()["value"]
        if isinstance(value, dict) and "stacktrace" in value:
            raise RuntimeError(value["message"])
        return value


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    sys.exit(tell(sys.argv[1:], find, lambda: brought(SYSTEM, find), HELP))
