"""The figures that whoever runs the portal watches, and the lines of its log."""

import asyncio
import json
import logging
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.types import ASGIApp

from app.http.metrics import LINES, Lines
from app.http.portal import Portal
from app.http.security import guarded
from app.settings import Settings
from app.site.logs import set_up_logs
from app.site.site import site
from tests import devices
from tests.devices import opened
from tests.factories import send, small_city
from tests.real_pages import real_build

TOKEN = "a token for a program"


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Portal]:
    with opened(Settings(data=tmp_path / "data", metrics_token=TOKEN), small_city()) as portal:
        yield portal


def ask(portal: Portal, *paths: str, token: str = TOKEN) -> httpx.Response:
    """Ask for each page in turn; the last answer."""

    async def scene(app: ASGIApp) -> httpx.Response:
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app), base_url="http://portal.example"
        ) as client:
            for path in paths:
                answer = await client.get(path, headers={"authorization": f"Bearer {token}"})
        return answer

    return asyncio.run(scene(guarded(site(portal, real_build()), portal.settings)))


def figures(text: str) -> dict[tuple[str, str], float]:
    return {
        (sample.name, sample.labels.get("route", "")): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


@pytest.mark.parametrize("token", ["", "another", TOKEN + "x"])
def test_nobody_else_reads_them(watched: Portal, token: str) -> None:
    assert ask(watched, "/metrics", token=token).status_code == 404


def test_without_a_token_in_the_settings_there_are_none(portal: Portal) -> None:
    assert ask(portal, "/metrics", token="").status_code == 404


def test_requests_are_counted_by_route_and_never_by_path(watched: Portal) -> None:
    before = figures(ask(watched, "/metrics").text)
    answer = ask(watched, "/en/", "/es/", "/en/requests/zebra-secret/", "/nowhere/zebra-secret", "/metrics")
    after = figures(answer.text)
    key = ("portal_request_seconds_count", "home")
    assert after[key] - before.get(key, 0) == 2
    assert "zebra" not in answer.text


def test_photos_that_wait_are_counted_with_their_age(watched: Portal) -> None:
    assert figures(ask(watched, "/metrics").text)[("portal_photos_waiting", "")] == 0
    send(watched.requests, now=watched.now(), media=[{"sha256": "ab" * 32, "bytes": 10, "description": ""}])
    found = figures(ask(watched, "/metrics").text)
    assert found[("portal_photos_waiting", "")] == 1
    assert 0 <= found[("portal_photo_oldest_seconds", "")] < 600
    assert found[("portal_database_up", "")] == 1


def test_without_the_database_they_say_so(watched: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    with watched.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE photo RENAME TO away")
    answer = ask(watched, "/metrics")
    assert answer.status_code == 200
    assert figures(answer.text)[("portal_database_up", "")] == 0


@pytest.fixture
def restored() -> Iterator[None]:
    """Logs as before, afterwards."""
    root, portal = logging.getLogger(), logging.getLogger("portal")
    before = root.handlers[:], root.level, portal.level
    yield
    root.handlers[:], root.level, portal.level = before


@pytest.mark.usefixtures("restored")
def test_a_log_of_json_has_one_object_a_line(watched: Portal, capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logs(Settings(log="json", log_level="info"), Lines())
    ask(watched, "/en/?secret=zebra")
    logging.getLogger("portal.errors").error("it broke\nin two lines")
    written = capsys.readouterr().err
    first, second = [json.loads(line) for line in written.splitlines()]
    assert (first["route"], first["status"], first["method"]) == ("home", 200, "GET")
    assert second["message"] == "it broke\nin two lines"
    assert "zebra" not in written


@pytest.mark.usefixtures("restored")
def test_only_warnings_are_written_unless_asked_for(
    watched: Portal, capsys: pytest.CaptureFixture[str]
) -> None:
    set_up_logs(Settings(), Lines())
    ask(watched, "/en/")
    logging.getLogger("portal.errors").error("it broke")
    assert capsys.readouterr().err == "ERROR portal.errors: it broke\n"


@pytest.mark.usefixtures("restored")
def test_sign_ins_are_written_down_whatever_else_is(
    watched: Portal, capsys: pytest.CaptureFixture[str]
) -> None:
    set_up_logs(Settings(log="json"), Lines())
    app = guarded(site(watched, real_build()), watched.settings)
    devices.ask(app, "POST", "/en/desk/sign-in/", data={"email": "zebra@mail.example", "password": "zebra"})
    line = json.loads(capsys.readouterr().err)
    assert (line["outcome"], line["person"], line["failures"]) == ("failed", None, 1)
    assert line["at"]


@pytest.mark.usefixtures("restored")
def test_warnings_and_errors_are_counted(watched: Portal) -> None:
    set_up_logs(Settings(), Lines())
    before = LINES.labels("error")._value.get()
    logging.getLogger("portal.errors").error("it broke")
    logging.getLogger("portal.errors").info("nothing")
    assert f'portal_log_lines_total{{level="error"}} {before + 1}' in ask(watched, "/metrics").text
