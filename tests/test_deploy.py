"""What people run the portal by: the files of docs/deploy, and pages that name its settings."""

import fnmatch
import os
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

from app.people.command import PASSWORD
from app.settings import Settings
from app.site.supervisor import FILES_BESIDES, MOST_CONNECTIONS, SECONDS_TO_END

ROOT = Path(__file__).parents[1]
DEPLOY = ROOT / "docs/deploy"
UNIT = DEPLOY / "portal-311.service"
CONTAINER = DEPLOY / "Containerfile"

TEST_DATA = "PORTAL_TEST_DATA"
"""Where tests and benchmarks find real data, if they are there; the portal knows nothing of it."""
SETTINGS = {"PORT" if name == "port" else f"PORTAL_{name.upper()}" for name in Settings.model_fields}
PAGES = [ROOT / "README.md", ROOT / ".env.example", *DEPLOY.iterdir(), *(ROOT / "docs").glob("*.md")]


def named_in(text: str) -> set[str]:
    """Settings by their names; `PORTAL_…` is none."""
    return set(re.findall(r"\bPORTAL_[A-Z][A-Z_]*[A-Z]\b|\bPORT\b(?=[`=])", text))


# --- settings -----------------------------------------------------------------------------------------------


def test_the_page_for_who_runs_it_has_a_row_for_every_setting() -> None:
    rows = re.findall(r"^\| `([A-Z_]+)` \|", (ROOT / "docs/run-it.md").read_text(), re.MULTILINE)
    assert sorted(rows) == sorted(SETTINGS)


def test_the_file_of_settings_has_a_line_for_every_setting() -> None:
    lines = re.findall(r"^#([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)
    assert sorted(lines) == sorted(SETTINGS)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_no_page_names_a_setting_that_does_not_exist(page: Path) -> None:
    assert named_in(page.read_text()) - SETTINGS - {PASSWORD, TEST_DATA} == set()


def test_the_values_of_the_file_are_good_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [*os.environ]:
        if name.startswith("PORTAL_") or name == "PORT":
            monkeypatch.delenv(name)
    text = (ROOT / ".env.example").read_text().replace("PASSWORD", "u7-Xe_49qmZ-kd")
    values = dict(re.findall(r"^#([A-Z_]+)=(.*)$", text, re.MULTILINE))
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    settings = Settings()
    assert settings.production
    said = {name.removeprefix("PORTAL_").lower() for name, value in values.items() if value}
    assert settings.model_fields_set >= said


def test_its_example_of_a_password_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    found = re.search(r"^#PORTAL_DATABASE_URL=(.*)$", (ROOT / ".env.example").read_text(), re.MULTILINE)
    assert found
    with pytest.raises(ValueError, match="PORTAL_DATABASE_URL"):
        Settings(
            production=True,
            base_url="https://311.city.example",
            trusted_proxies=1,
            database_url=found[1],
        )


def test_the_page_leads_to_pages_that_are_there() -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", (ROOT / "docs/run-it.md").read_text())
    assert "backup.md" in links
    assert [link for link in links if not (ROOT / "docs" / link).exists()] == []


def test_the_figures_to_watch_are_there() -> None:
    named = set(re.findall(r"`(portal_[a-z_]+)`", (ROOT / "docs/run-it.md").read_text()))
    there = (ROOT / "app/http/metrics.py").read_text()
    assert named
    assert [name for name in named if f'"{name.removesuffix("_total")}"' not in there] == []


# --- systemd ------------------------------------------------------------------------------------------------


def unit() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r"^(\w+)=(.*)$", UNIT.read_text(), re.MULTILINE):
        found.setdefault(name, []).append(value)
    return found


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not on this machine")
def test_systemd_understands_the_unit_and_finds_it_safe(tmp_path: Path) -> None:
    # The program that it starts is not installed here.
    text = UNIT.read_text().replace("/opt/portal-311/current/.venv/bin/python", "/bin/true")
    file = tmp_path / UNIT.name
    file.write_text(text)
    checked = subprocess.run(["systemd-analyze", "verify", str(file)], capture_output=True, text=True)
    complaints = [line for line in checked.stderr.splitlines() if UNIT.name in line]
    assert (checked.returncode, complaints) == (0, [])
    # Of 100; below 20 is "OK" in systemd's words, and 96 is what a unit has that says nothing.
    safe = subprocess.run(
        ["systemd-analyze", "security", "--offline=yes", "--threshold=20", str(file)],
        capture_output=True,
        text=True,
    )
    assert safe.returncode == 0, safe.stdout[-300:]


def test_the_unit_leaves_the_portal_time_to_end_and_room_for_its_connections() -> None:
    said = unit()
    longest = next(
        rule.le for rule in Settings.model_fields["seconds_to_leave"].metadata if hasattr(rule, "le")
    )
    assert int(said["TimeoutStopSec"][0]) > longest + SECONDS_TO_END
    # To the one that watches over the others: it tells them.
    assert said["KillMode"] == ["mixed"]
    assert int(said["LimitNOFILE"][0]) >= MOST_CONNECTIONS + FILES_BESIDES


def test_the_photo_workers_may_lock_themselves_in() -> None:
    """Else the portal would not start: `@system-service` of systemd 252 (Debian 12) has no Landlock."""
    (allowed,) = unit()["SystemCallFilter"]
    assert {"landlock_create_ruleset", "landlock_restrict_self"} <= set(allowed.split())


def test_one_photo_that_takes_too_much_memory_does_not_end_the_portal() -> None:
    assert unit()["OOMPolicy"] == ["continue"]


# --- container ----------------------------------------------------------------------------------------------


def copied() -> tuple[set[str], set[str]]:
    """What goes from this folder into the first stage, and from there into the image."""
    first: set[str] = set()
    second: set[str] = set()
    for words in re.findall(r"^COPY (.*)$", CONTAINER.read_text(), re.MULTILINE):
        *sources, _ = words.split()
        if sources[0].startswith("--from="):
            second |= {source.removeprefix("/srv/portal-311/") for source in sources[1:]}
        else:
            first |= set(sources)
    return first, second


def let_through() -> list[str]:
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    assert "*" in lines  # nothing that is not named
    return [line.removeprefix("!") for line in lines if line.startswith("!")]


def test_the_container_copies_what_there_is() -> None:
    first, second = copied()
    names = let_through()
    for name in [*names, *(first - {"."})]:
        assert (ROOT / name).exists(), name
    assert first - {"."} <= set(names)
    made = {".venv", ".web/build", ".web/backend", ".build"}
    assert made <= second
    assert second - made <= set(names)


def test_the_container_has_every_package_of_the_portal() -> None:
    packages = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["packages"]
    assert set(packages) <= copied()[1]


@pytest.mark.parametrize("private", ["var", ".env", ".git", "portal.db", "tests", ".venv"])
def test_nothing_private_gets_near_the_container(private: str) -> None:
    assert not any(fnmatch.fnmatch(private, name) for name in let_through())


def test_the_container_runs_as_nobody_in_particular() -> None:
    last = CONTAINER.read_text().rpartition("\nFROM ")[2]
    users = re.findall(r"^USER (\d+):(\d+)$", last, re.MULTILINE)
    assert users and all(int(user) >= 10_000 for user in users[-1])
