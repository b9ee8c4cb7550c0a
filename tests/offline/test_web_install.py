"""The portal on a phone: its manifest, pictures shared with it, its worker and the way to be rid of that."""

import json
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from starlette.types import ASGIApp

from app.city.brand import PLAIN_COLORS
from app.city.city import City
from app.http.built import Build
from app.http.portal import Portal
from app.http.security import guarded
from app.routes import url
from app.settings import Settings
from app.site.site import site
from i18n.locales import LOCALES
from tests.devices import ask, opened
from tests.factories import small_city

ROOT = Path(__file__).parents[2]


@pytest.fixture
def build(build: Build) -> Build:
    """A build with both workers."""
    static = build.folder / "static"
    (static / "retire.js").write_text((ROOT / "assets/retire.js").read_text())
    (static / "sw.js").write_text("// the worker\n")
    (build.folder / "static.json").write_text(json.dumps({file.name: "abc123" for file in static.iterdir()}))
    return build


def manifest(app: ASGIApp, locale: str = "en") -> dict[str, Any]:
    answer = ask(app, "GET", url("manifest", locale=locale))
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/manifest+json"
    return dict(answer.json())


# --- the manifest -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("locale", sorted(LOCALES))
def test_there_is_one_app_that_speaks_every_language(app: ASGIApp, locale: str) -> None:
    content = manifest(app, locale)
    assert (content["id"], content["scope"]) == ("/", "/")
    assert (content["lang"], content["dir"]) == (locale, LOCALES[locale].direction)
    assert content["start_url"] == f"/{locale}/"
    assert content["name"] == "Smallville 311"
    assert len(content["short_name"]) <= 12
    assert content["display"] == "standalone"
    assert "orientation" not in content
    assert [shortcut["url"] for shortcut in content["shortcuts"]] == [
        f"/{locale}/report/",
        f"/{locale}/mine/",
    ]


def test_its_words_are_translated(app: ASGIApp) -> None:
    english, spanish = manifest(app, "en"), manifest(app, "es")
    assert english["description"] != spanish["description"]
    assert [one["name"] for one in english["shortcuts"]] == ["Report a problem", "My requests"]
    assert not {one["name"] for one in english["shortcuts"]} & {one["name"] for one in spanish["shortcuts"]}


def test_every_icon_is_there_and_is_what_it_says(app: ASGIApp) -> None:
    icons = manifest(app)["icons"]
    assert [(icon["sizes"], icon.get("purpose")) for icon in icons] == [
        ("192x192", None),
        ("512x512", None),
        ("512x512", "maskable"),
        ("any", None),
    ]
    for icon in icons:
        answer = ask(app, "GET", icon["src"])
        assert answer.status_code == 200
        assert answer.headers["content-type"] == icon["type"]
        assert "immutable" in answer.headers["cache-control"]


def test_it_costs_nothing_when_nothing_has_changed(app: ASGIApp) -> None:
    path = url("manifest", locale="en")
    first = ask(app, "GET", path, headers={"accept-encoding": "br"})
    assert first.headers["content-encoding"] == "br"
    assert len(first.content) < 1_500
    again = ask(app, "GET", path, headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert ask(app, "GET", "/tlh/manifest.webmanifest").status_code == 404


class TestLongName:
    @pytest.fixture
    def city(self) -> City:
        return small_city().model_copy(update={"name": "Winston-Salem"})

    def test_a_long_name_is_short_beneath_the_icon(self, app: ASGIApp) -> None:
        assert manifest(app)["name"] == "Winston-Salem 311"
        assert manifest(app)["short_name"] == "311"


def test_its_colors_are_those_of_the_pages(app: ASGIApp) -> None:
    style = (ROOT / "assets/site.css").read_text()
    light = style[: style.index("@media")]
    content = manifest(app)
    assert f"--paper: {content['background_color']};" in light
    assert f"--bar: {content['theme_color']};" in light, "this small city has no colors of its own"
    assert content["theme_color"] == PLAIN_COLORS.light.bar


# --- what is shared -----------------------------------------------------------------------------------------


def test_a_shared_picture_leads_to_the_form_and_leaves_nothing(app: ASGIApp, portal: Portal) -> None:
    target = manifest(app, "es")["share_target"]
    assert (target["method"], target["enctype"]) == ("POST", "multipart/form-data")
    [field] = target["params"]["files"]
    assert field == {"name": "media", "accept": ["image/*"]}
    # What Chromium says of itself when the person chooses the portal in another app.
    headers = {"origin": "null", "sec-fetch-site": "none"}
    files = {field["name"]: ("a.jpg", b"x" * 3_000_000, "image/jpeg")}
    answer = ask(app, "POST", target["action"], files=files, headers=headers)
    assert (answer.status_code, answer.headers["location"]) == (303, "/es/report/")
    assert list(portal.spool.folder.iterdir()) == []


def test_another_site_cannot_share(app: ASGIApp) -> None:
    headers = {"origin": "https://evil.example", "sec-fetch-site": "cross-site"}
    assert ask(app, "POST", url("share", locale="en"), headers=headers).status_code == 403


def test_more_than_a_form_can_hold_is_too_much(app: ASGIApp) -> None:
    answer = ask(
        app,
        "POST",
        url("share", locale="en"),
        content=b"x",
        headers={"content-length": str(10**9), "content-type": "multipart/form-data; boundary=x"},
    )
    assert answer.status_code == 413
    assert BeautifulSoup(answer.text, "html.parser").h1 is not None


# --- the worker ---------------------------------------------------------------------------------------------


def test_the_worker_is_asked_for_anew_each_time_and_may_only_talk_to_us(app: ASGIApp) -> None:
    answer = ask(app, "GET", "/sw.js")
    assert (answer.status_code, answer.text) == (200, "// the worker\n")
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["cache-control"] == "no-cache"
    assert "connect-src 'self'" in answer.headers["content-security-policy"]
    again = ask(app, "GET", "/sw.js", headers={"if-none-match": answer.headers["etag"]})
    assert again.status_code == 304


class TestRetired:
    @pytest.fixture
    def settings(self, tmp_path: Path) -> Settings:
        return Settings(data=tmp_path / "data", retire_worker=True)

    def test_phones_get_a_worker_that_removes_itself_and_no_report(self, app: ASGIApp) -> None:
        answer = ask(app, "GET", "/sw.js")
        assert answer.text == (ROOT / "assets/retire.js").read_text()
        assert answer.headers["cache-control"] == "no-cache"
        for does in ("skipWaiting()", "caches.delete(", "registration.unregister()"):
            assert does in answer.text
        for never in ("indexedDB", "fetch", "navigate", "claim"):
            assert never not in answer.text


def test_the_setting_is_off_unless_somebody_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Settings().retire_worker is False
    monkeypatch.setenv("PORTAL_RETIRE_WORKER", "true")
    assert Settings().retire_worker is True
    assert "`PORTAL_RETIRE_WORKER`" in (ROOT / "README.md").read_text()


def test_a_build_without_a_worker_says_so(settings: Settings, city: City, build: Build) -> None:
    (build.folder / "static/sw.js").unlink()
    with opened(settings, city) as portal:
        assert ask(guarded(site(portal, build), settings), "GET", "/sw.js").status_code == 404
