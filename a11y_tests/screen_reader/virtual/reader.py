"""The virtual screen reader in a real page, and the transcripts of what it says there.

It knows what names, roles, states and live regions say, the same each time. It is no real one: see screen_reader/orca/.
"""

from functools import cache
from pathlib import Path

import pytest
from playwright.sync_api import Page

from a11y_tests.screen_reader.prose import prose

_HERE = Path(__file__).parent
_SOURCE = _HERE.parents[1] / "node_modules/@guidepup/virtual-screen-reader/lib/esm/index.browser.js"


@cache
def _source() -> str:
    if not _SOURCE.is_file():
        pytest.skip("the virtual screen reader is not installed: run `make tools`")
    return _SOURCE.read_text()


class Listener:
    """Somebody who hears a page, and writes down what it says. The page's context needs `bypass_csp`."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._lines: list[str] = []
        self.transcripts: dict[str, str] = {}
        """By the name of the file."""

    def begin(self, name: str, title: str) -> None:
        """A new transcript. name: of its file. title: what it is about."""
        self._finish()
        self._name = name
        self._lines = [f"# {title}"]

    def end(self) -> dict[str, str]:
        """All transcripts."""
        self._finish()
        return self.transcripts

    def read(self, heading: str, part: str = "main") -> None:
        """Read a part of the page from top to bottom. heading: where one is, in words."""
        self._note(heading, self._ask("read", part))

    def listen(self) -> None:
        """From now on, what the page says by itself counts."""
        self._ask("wait")

    def hear(self, heading: str, *, silence: bool = False) -> None:
        """What was said since `listen`, or since it was asked last. heading: what the person has done."""
        said = self._ask("said")
        assert bool(said["phrases"]) is not silence, (heading, said)
        self._note(heading, said)

    def _note(self, heading: str, said: dict[str, list[str]]) -> None:
        self._lines += ["", f"## {heading}", "", *prose(said["phrases"], said["moments"])]

    def _ask(self, what: str, *arguments: str) -> dict[str, list[str]]:
        if not self._page.evaluate("'listener' in window"):
            make = (_HERE / "reader.js").read_text().rstrip().removesuffix(";")
            self._page.evaluate(f"async (source) => {{ await ({make})(source); }}", _source())
        return self._page.evaluate("([what, given]) => listener[what](...given)", [what, list(arguments)])

    def _finish(self) -> None:
        if self._lines:
            self.transcripts[self._name] = "\n".join(self._lines) + "\n"
        self._lines = []
