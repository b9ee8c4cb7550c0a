"""axe-core from the locked npm packages, with every rule of WCAG 2.0 to 2.2 A and AA and its best practices."""

import os
from functools import cache
from pathlib import Path

import pytest
from playwright.sync_api import Page

from a11y_tests.findings import Finding

HERE = Path(__file__).parent
TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")

# Timers never end in a page whose scripts are switched off; axe needs them only to let others have a turn.
_WITHOUT_TIMERS = (
    "void (window.setTimeout = (task, ms) => { if (!ms) Promise.resolve().then(task); return 0; })"
)

_RUN = """
(tags) => axe.run(document, {
  runOnly: { type: "tag", values: tags },
  rules: {
    "target-size": { enabled: true },
    // Forced colors are the person's own choice, and not what the engine reads from the styles.
    "color-contrast": { enabled: !matchMedia("(forced-colors: active)").matches },
  },
  resultTypes: ["violations", "incomplete"],
  preload: false,
}).then(({ violations, incomplete }) => [[violations, true], [incomplete, false]].flatMap(
  ([rules, fails]) => rules.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => (
    { engine: "axe", rule: id, what: html, why: failureSummary.replace(/\\s+/g, " "), fails }
  )))
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


def findings(page: Page, *, script: bool = True) -> list[Finding]:
    """What the engine finds on the page as it is now: what fails, and what it asks a person to look at.

    script: whether the page's scripts are switched on.
    """
    if not page.evaluate("typeof axe === 'object'"):
        if not script:
            page.evaluate(_WITHOUT_TIMERS)
        page.evaluate(source())
    return [Finding(**found) for found in page.evaluate(_RUN, TAGS)]
