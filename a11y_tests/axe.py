"""axe-core from the locked npm packages, with every rule of WCAG 2.0 to 2.2 A and AA and its best practices."""

import os
from functools import cache
from pathlib import Path

import pytest
from playwright.sync_api import Page

HERE = Path(__file__).parent
TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")

# Timers never end in a page whose scripts are switched off; axe needs them only to let others have a turn.
_WITHOUT_TIMERS = (
    "void (window.setTimeout = (task, ms) => { if (!ms) Promise.resolve().then(task); return 0; })"
)

_RUN = """
([tags, only]) => axe.run(document, {
  runOnly: only.length ? { type: "rule", values: only } : { type: "tag", values: tags },
  rules: only.length ? {} : { "target-size": { enabled: true } },
  resultTypes: ["violations"],
  preload: false,
}).then(({ violations }) => violations.map(
  ({ id, nodes }) => id + ": " + nodes.map(({ html, failureSummary }) => html + " " + failureSummary).join("; ")
))
"""


@cache
def source() -> str:
    """The script. Skips the test if the npm packages are not there: `make tools` fetches them."""
    places = (Path(os.environ.get("PORTAL_AXE", "")), HERE / "node_modules/axe-core/axe.min.js")
    for file in places:
        if file.is_file():
            return file.read_text()
    pytest.skip("axe-core is not installed: run `make tools`, or set PORTAL_AXE to its axe.min.js")


def findings(page: Page, *, script: bool = True) -> list[str]:
    """What axe finds on the page as it is now, in light and in dark colors.

    script: whether the page's scripts are switched on.
    """
    if not script:
        page.evaluate(_WITHOUT_TIMERS)
    page.evaluate(source())
    light: list[str] = page.evaluate(_RUN, [TAGS, []])
    page.emulate_media(color_scheme="dark")
    dark: list[str] = page.evaluate(_RUN, [TAGS, ["color-contrast"]])
    page.emulate_media(color_scheme="light")
    return [*light, *(f"dark: {finding}" for finding in dark)]
