"""A text browser reads the pages in a sensible order, and finds a request by keystrokes alone."""

import os
import re
import subprocess
from pathlib import Path

import httpx
import pytest
from bs4 import BeautifulSoup

from a11y_tests import text_browser
from a11y_tests.sending import send_report
from a11y_tests.server import PortalServer

SECONDS = 30
# What Lynx stops at, in the order of the page.
STOPS = "a[href], input:not([type=hidden]), textarea, select, button"


@pytest.fixture(scope="module")
def lynx() -> str:
    found = text_browser.find()
    if found is None:
        pytest.skip(text_browser.HELP)
    return str(found)


def run(lynx: str, *arguments: str) -> str:
    """What Lynx writes, spaces folded."""
    done = subprocess.run(
        [lynx, "-nopause", "-accept_all_cookies", *arguments],
        capture_output=True,
        check=True,
        timeout=SECONDS,
        env={**os.environ, "TERM": "vt100", "LINES": "60", "COLUMNS": "100", "LANG": "C.UTF-8"},
    )
    screen = re.sub(r"\x1b[\[(][0-9;?]*[A-Za-z]", " ", done.stdout.decode(errors="replace"))
    return " ".join(screen.split())


def test_the_form_is_read_in_the_order_of_its_steps(lynx: str, server: PortalServer) -> None:
    read = run(lynx, "-dump", "-nolist", f"{server.url}/en/report/pothole/")
    order = ["Pothole", "Where is it?", "Call instead if", "Address, crossing or place"]
    order += ["How big is the hole?", "Describe it in your own words", "Photo 1", "First name", "Send report"]
    places = [read.find(words) for words in order]
    assert -1 not in places, dict(zip(order, places, strict=True))
    assert places == sorted(places)


def test_a_request_is_found_by_keystrokes(lynx: str, server: PortalServer, tmp_path: Path) -> None:
    sent = send_report(server)
    page = f"{server.url}/en/requests/"
    soup = BeautifulSoup(httpx.get(page, trust_env=False).text, "html.parser")
    (position,) = [n for n, stop in enumerate(soup.select(STOPS)) if stop.get("name") == "reference"]
    keys = ["<tab>"] * position + list(sent.reference) + ["<tab>", "^J", "q", "y"]
    script = tmp_path / "keys"
    script.write_text("".join(f"key {key}\n" for key in keys))
    seen = run(lynx, f"-cmd_script={script}", page)
    assert "Received" in seen
    assert "How big is the hole?" in seen
