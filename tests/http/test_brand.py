"""Two cities, one build: each shows its own mark and colors on pages, in the app's manifest and at the desk."""

import shutil
from pathlib import Path

import pytest
from starlette.types import ASGIApp

from app.city.brand import images
from app.city.city import City
from app.city.loader import load_city
from app.http.addresses import digest
from app.http.brand import overrides, recolored
from app.http.built import Build
from app.http.pages import Pages
from app.routes import url
from app.settings import CITY
from app.site.live import DOCUMENTS, LivePages
from tests.city.helpers import guide_files
from tests.devices import ask

STYLE = (
    ":root{--paper:#fbf8f2;--accent:#2b4459;--on-accent:#fff;--tint:#e6edf3;--bar:#2b4459}"
    "@media screen and (prefers-color-scheme:dark){:root{--accent:#a8cbea;--on-accent:#0f1c27;--tint:#24323e;"
    "--bar:#1d2f3e}}@media (prefers-contrast:more){:root{--quiet:var(--ink)}}p{color:var(--accent)}"
)
BLUE = """
colors:
  light: {bar: "#1d3f72", accent: "#1d3f72", on_accent: "#ffffff", tint: "#e5ebf5"}
  dark: {bar: "#14294a", accent: "#a9c6f5", on_accent: "#0d1a30", tint: "#202c40"}
"""
MARK = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><circle cx="4" cy="4" r="4" fill="#1d3f72"/></svg>'


@pytest.fixture
def city(tmp_path: Path) -> City:
    """A second city: the guide's pack with a mark and colors of its own."""
    folder = tmp_path / "springfield"
    for name, text in guide_files().items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    shutil.copytree(CITY / "brand", folder / "brand")
    (folder / "brand/colors.yaml").write_text(BLUE)
    (folder / "brand/mark.svg").write_text(MARK)
    return load_city(folder)


@pytest.fixture
def build(build: Build) -> Build:
    """A build with a stylesheet that knows colors."""
    templates = {name: f"<style>{STYLE}</style>{text}" for name, text in build.templates.items()}
    return Build(templates, STYLE, build.folder)


def test_a_city_changes_its_colors_and_nothing_else(city: City) -> None:
    style = recolored(STYLE, city.colors)
    assert style == (
        ":root{--paper:#fbf8f2;--accent:#1d3f72;--on-accent:#fff;--tint:#e5ebf5;--bar:#1d3f72}"
        "@media screen and (prefers-color-scheme:dark){:root{--accent:#a9c6f5;--on-accent:#0d1a30;--tint:#202c40;"
        "--bar:#14294a}}@media (prefers-contrast:more){:root{--quiet:var(--ink)}}p{color:var(--accent)}"
    )
    assert len(style) == len(STYLE), "the first visit must not grow"


def test_pages_of_another_city_look_otherwise(app: ASGIApp, build: Build, city: City) -> None:
    page = ask(app, "GET", "/en/nothing/", headers={"accept": "text/html"})
    assert recolored(STYLE, city.colors) in page.text
    ours, theirs = Pages(build, load_city(CITY)), Pages(build, city)
    assert ours.version != theirs.version
    assert ours.security_policy != theirs.security_policy
    assert page.headers["content-security-policy"] == theirs.security_policy
    assert ours.static("icon.svg") != theirs.static("icon.svg")


def test_its_app_has_its_mark_and_its_color(app: ASGIApp, city: City) -> None:
    manifest = ask(app, "GET", url("manifest", locale="en")).json()
    assert manifest["theme_color"] == "#1d3f72"
    mark = ask(app, "GET", manifest["icons"][-1]["src"])
    assert mark.text == MARK
    for icon, content in zip(manifest["icons"], list(images(city.folder).values())[1:], strict=False):
        assert ask(app, "GET", icon["src"]).content == content


def test_so_has_its_desk(tmp_path: Path, city: City) -> None:
    for path in DOCUMENTS:
        file = tmp_path / "client" / path.strip("/") / "index.html"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("<html><head><title>Desk</title></head></html>")
    (tmp_path / "client/assets").mkdir()
    pages = LivePages(tmp_path / "client", city)
    document = next(iter(pages._documents.values())).identity.decode()
    assert f'href="/static/{digest(MARK.encode())}/icon.svg"' in document
    assert overrides(city.colors) in document
    assert "--bar:#1d3f72" in document
    assert all("'sha256-" in policy.partition("style-src")[2] for policy in pages._policies.values())
