"""IBM Equal Access (accessibility-checker-engine) from the locked npm packages, with all of its rules for WCAG 2.2."""

from functools import cache
from pathlib import Path

import pytest
from playwright.sync_api import Page

from a11y_tests.findings import Finding

SCRIPT = Path(__file__).parent / "node_modules/accessibility-checker-engine/ace-window.js"

# The engine's rules run only for what is there, and it says of each rule on each element how that came out.
_RUN = """
() => new ace.Checker().check(document, ["WCAG_2_2"]).then(({ results }) => results
  .filter(({ value }) => value[1] !== "PASS")
  .map(({ ruleId, value, snippet, message }) => ({
    engine: "ace", rule: ruleId, what: snippet, why: message, fails: value[1] === "FAIL",
  })))
"""


@cache
def source() -> str:
    """The script. Skips the test if the npm packages are not there: `make tools` fetches them."""
    if not SCRIPT.is_file():
        pytest.skip("IBM Equal Access is not installed: run `make tools`")
    return SCRIPT.read_text()


def findings(page: Page) -> list[Finding]:
    """What the engine finds on the page as it is now: what fails, and what it asks a person to look at."""
    if not page.evaluate("typeof ace === 'object'"):
        page.evaluate(f"{source()}; 0")
    return [Finding(**found) for found in page.evaluate(_RUN)]
