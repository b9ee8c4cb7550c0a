"""A browser that is there and cannot be used is said to be so; nothing else fails because of it."""

from pathlib import Path

import pytest
from playwright.sync_api import Playwright

from a11y_tests import chromium, firefox
from a11y_tests.programs import tell

# Of Ubuntu's package: it only leads to a snap.
LEADS_NOWHERE = """#!/bin/sh
echo "Command '$0' requires the firefox snap to be installed." >&2
exit 1
"""
# Of a snap that is there and may not see our folders.
STARTS_NOT = """#!/bin/sh
[ "$1" = --version ] && { echo "Mozilla Firefox 145.0"; exit 0; }
echo "cannot open the profile" >&2
exit 1
"""


def program(folder: Path, script: str) -> Path:
    """A Firefox as these packages have it."""
    file = folder / "firefox"
    file.write_text(script)
    file.chmod(0o755)
    return file


def test_a_firefox_that_only_leads_to_a_snap_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(tmp_path, LEADS_NOWHERE)
    monkeypatch.setenv("PATH", f"{tmp_path}:/nowhere")
    monkeypatch.delenv("FIREFOX", raising=False)
    monkeypatch.setattr(firefox, "MAC_APPS", ())
    assert firefox.find() is None


def test_a_firefox_that_does_not_start_is_left_out_and_it_is_said_why(
    driver: Playwright, tmp_path: Path
) -> None:
    file = program(tmp_path, STARTS_NOT)
    problem = firefox.why_not(driver, file)
    assert problem is not None
    assert problem.startswith(f"{file} does not start under Playwright: ")
    assert "sudo apt install firefox-esr" in problem


def test_one_that_somebody_names_and_is_not_there_is_said_to_be_missing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CHROMIUM", "/nowhere/chromium")
    assert chromium.main([]) == 1
    assert capsys.readouterr().err == "CHROMIUM is /nowhere/chromium, and there is no such program\n"


@pytest.mark.parametrize(("needed", "status"), [(False, 0), (True, 1)])
def test_that_there_is_none_fails_only_where_tests_cannot_do_without(
    needed: bool, status: int, capsys: pytest.CaptureFixture[str]
) -> None:
    def nothing() -> None:
        return None

    assert tell(["--install"], nothing, nothing, "Get one.", needed=needed) == status
    assert capsys.readouterr() == ("", "Get one.\n")
