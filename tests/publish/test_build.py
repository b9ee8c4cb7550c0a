"""The published pages, made of their components: all of them, without React, and anew when a file has changed."""

import asyncio
import os
import re
import shutil
import subprocess
import sys
from dataclasses import fields
from pathlib import Path
from typing import cast

import pytest
from jinja2 import meta
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.http.built import Build
from app.http.portal import Portal
from app.http.templates import environment
from app.pages import fresh
from app.pages.fresh import FreshSite
from app.pages.published import sources
from app.publish.registry import PUBLISHED
from app.publish.tree import VOID
from tests.real_pages import real_build

ROOT = Path(__file__).parents[2]
TEMPLATES = real_build().templates
SHARED_NAMES = {"_", "ngettext", "url", "frame", "static"}
"""What every template may name besides the fields of its own view."""

EACH = pytest.mark.parametrize("page", TEMPLATES)


def test_every_file_of_a_page_is_published() -> None:
    modules = {PUBLISHED[page].draw.__module__.removeprefix("app.pages.") for page in TEMPLATES}
    files = {f"resident.{file.stem}" for file in (ROOT / "app/pages/resident").glob("*.py")}
    assert modules - files == {"desk.sign_in", "styleguide"}
    # The rest are parts of pages.
    assert files - modules == {"resident.__init__", "resident.report_near", "resident.report_place"}


@EACH
def test_a_page_names_only_what_its_view_has(page: str) -> None:
    known = SHARED_NAMES | {field.name for field in fields(PUBLISHED[page].view)}
    assert meta.find_undeclared_variables(environment().parse(TEMPLATES[page])) <= known


@EACH
def test_a_page_is_whole_and_holds_nothing_of_react(page: str) -> None:
    template = TEMPLATES[page]
    assert template.startswith("<!doctype html>\n<html lang=") and template.endswith("</body></html>")
    assert template.count("<h1") >= 1 and template.count("<main") == 1
    body = template.partition("<body>")[2]
    assert not re.search(
        r"<(?:script|style|link)\b| (?:style|on\w+)=|className|css-|jinja-block|data-if-", body
    )


@EACH
def test_every_element_that_opens_closes(page: str) -> None:
    body = re.sub(r"\{\{.*?\}\}|\{%.*?%\}", "", TEMPLATES[page], flags=re.DOTALL)
    is_open: list[str] = []
    for closes, tag in re.findall(r"<(/?)([a-z][\w-]*)", body.partition("</style>")[2]):
        if closes:
            if tag not in ("head", "html"):
                assert is_open.pop() == tag
        elif tag not in VOID:
            is_open.append(tag)
    assert is_open == []


# --- while somebody changes them ----------------------------------------------------------------------------

CHANGE = """
import pathlib, reflex
from app.pages.published import published, published_anew, sources
before, seen = published(workshop=True), sources()
for file, old, new in (
    ("app/pages/resident/home.py", "rx.el.h1(", "rx.el.h1('A changed page', "),
    ("components/layout.py", "rx.el.footer(", "rx.el.footer('A changed component', "),
):
    file = pathlib.Path(file)
    assert old in file.read_text()
    file.write_text(file.read_text().replace(old, new))
changed = [str(file) for file, when in sources().items() if seen[file] != when]
after = published_anew()
assert "A changed page" in after.templates["home"]
assert "A changed page" not in after.templates["report"]
assert all("A changed component" in page for page in after.templates.values())
assert not any("A changed" in page for page in before.templates.values())
assert set(after.templates) == set(before.templates)
print(len(changed))
"""


def test_changed_pages_and_components_are_there_without_a_new_start(tmp_path: Path) -> None:
    for name in ("i18n", "assets", "rxconfig.py"):
        (tmp_path / name).symlink_to(ROOT / name)
    shutil.copytree(
        ROOT / "components", tmp_path / "components", ignore=shutil.ignore_patterns("__pycache__")
    )
    (tmp_path / "app").mkdir()
    for part in (ROOT / "app").iterdir():
        if part.name not in ("pages", "__pycache__"):
            (tmp_path / "app" / part.name).symlink_to(part)
    shutil.copytree(ROOT / "app/pages", tmp_path / "app/pages", ignore=shutil.ignore_patterns("__pycache__"))
    said = subprocess.run(
        [sys.executable, "-c", CHANGE],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.stderr == ""
    assert said.stdout == "2\n"


def test_a_site_is_made_anew_only_when_a_file_has_changed_and_stays_while_that_is_broken(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    asked: list[str] = []
    files = {ROOT / "a.py": 1}
    texts = iter(["second", "broken", "third"])

    def site(portal: Portal, build: Build) -> ASGIApp:
        async def application(scope: Scope, receive: Receive, send: Send) -> None:
            asked.append(build.style)

        return application

    def anew() -> Build:
        text = next(texts)
        if text == "broken":
            raise SyntaxError("a line is not finished")
        return Build({}, text)

    monkeypatch.setattr(fresh, "site", site)
    monkeypatch.setattr(fresh, "sources", lambda: dict(files))
    monkeypatch.setattr(fresh, "published", lambda workshop: Build({}, "first"))
    monkeypatch.setattr(fresh, "published_anew", anew)
    application = FreshSite(cast(Portal, None))

    async def receive() -> Message:
        raise AssertionError

    async def send(message: Message) -> None:
        raise AssertionError

    for when in (1, 2, 2, 3, 3, 4):
        files[ROOT / "a.py"] = when
        asyncio.run(application({"type": "http"}, receive, send))
    assert asked == ["first", "second", "second", "second", "second", "third"]
    assert [record.getMessage() for record in caplog.records] == [
        "the pages stay as they were: SyntaxError: a line is not finished"
    ]


def test_what_is_looked_at_is_what_pages_are_made_of() -> None:
    names = {str(file.relative_to(ROOT)) for file in sources() if file.is_absolute()}
    assert {"app/pages/resident/report_near.py", "app/pages/desk/sign_in.py", "components/layout.py"} <= names
    assert not any("desk" in name for name in names - {"app/pages/desk/sign_in.py"})
