"""Several reports of one outbox in one request: each is accepted or refused by itself."""

import asyncio
from typing import Any

import httpx
import pytest
from starlette.types import ASGIApp

from app.http import limits
from app.http.buckets import MemoryBuckets
from app.http.built import Build
from app.http.limits import RATES
from app.http.portal import Portal
from app.http.security import guarded
from app.kit.ids import digest_of
from app.reports.web_devices import MOST_AT_ONCE
from app.routes import url
from app.site.site import site
from tests.devices import ask, content_digest, send_json, stored_requests
from tests.factories import frozen, report

LINES = "application/x-ndjson"
FAR_AWAY = ("203.0.113.7", 4711)


def send_lines(
    app: ASGIApp,
    lines: list[bytes],
    *,
    kind: str = LINES,
    headers: dict[str, str] | None = None,
    **more: Any,
) -> httpx.Response:
    content = b"".join(line + b"\n" for line in lines)
    headers = {"content-type": kind, **(headers or {})}
    return ask(app, "POST", url("submit_several"), content=content, headers=headers, **more)


def test_each_report_gets_the_receipt_that_it_would_get_alone(app: ASGIApp, portal: Portal) -> None:
    reports = [report() for _ in range(3)]
    first = send_lines(app, [frozen(one) for one in reports])
    assert first.status_code == 200
    answers = first.json()
    assert [one.pop("status") for one in answers] == [201] * 3
    assert answers == [send_json(app, one).json() for one in reports]
    assert [one["digest"] for one in answers] == [digest_of(frozen(one)) for one in reports]
    again = send_lines(app, [frozen(one) for one in reports]).json()
    assert [one["status"] for one in again] == [200] * 3
    assert len(stored_requests(portal)) == 3


def test_one_that_is_refused_holds_up_nobody(app: ASGIApp, portal: Portal) -> None:
    good, spanish, taken = report(), report(language="es", email="nobody"), report()
    send_json(app, taken)
    lines = [
        frozen(good),
        frozen(spanish),
        b"{not JSON",
        b'["a list"]',
        frozen({**taken, "description": "other"}),
    ]
    answers = send_lines(app, lines).json()
    assert [one["status"] for one in answers] == [201, 422, 422, 422, 409]
    (error,) = answers[1]["errors"]
    assert error["field"] == "email"
    assert "correo" in error["message"].lower()
    assert answers[4]["error"] == "conflict"
    assert len(stored_requests(portal)) == 2


def test_a_report_twice_in_one_batch_is_one_request(app: ASGIApp, portal: Portal) -> None:
    line = frozen(report())
    assert [one["status"] for one in send_lines(app, [line, line]).json()] == [201, 200]
    assert len(stored_requests(portal)) == 1


@pytest.mark.parametrize("lines", [[], [b"  "], [b"{}"] * (MOST_AT_ONCE + 1)])
def test_nothing_and_too_many_are_refused_whole(app: ASGIApp, portal: Portal, lines: list[bytes]) -> None:
    assert send_lines(app, lines).status_code == 400
    assert stored_requests(portal) == []


def test_what_is_not_one_report_a_line_is_refused(app: ASGIApp) -> None:
    assert send_lines(app, [frozen(report())], kind="application/json").status_code == 415
    assert send_lines(app, [b"x" * 70_000]).status_code == 413


def test_a_batch_that_did_not_arrive_whole_is_not_taken(app: ASGIApp, portal: Portal) -> None:
    lines = [frozen(report()), frozen(report())]
    whole = b"".join(line + b"\n" for line in lines)
    for wrong in (content_digest(whole[:-1]), "sha-256=:AAAA:"):
        answer = send_lines(app, lines, headers={"content-digest": wrong})
        assert (answer.status_code, answer.json()["error"]) == (400, "digest")
    assert stored_requests(portal) == []
    answers = send_lines(app, lines, headers={"content-digest": content_digest(whole)}).json()
    assert [one["status"] for one in answers] == [201, 201]


def test_each_report_counts_for_the_limit_and_is_told_when_to_come_again(
    portal: Portal, build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Nothing fills again meanwhile, however slow the machine.
    monkeypatch.setattr(limits, "MemoryBuckets", lambda _: MemoryBuckets(lambda: 0.0))
    app = guarded(site(portal, build), portal.settings)
    rate = RATES["report"].network.at_once
    statuses = []
    for start in range(0, rate + 20, 20):
        lines = [frozen(report()) for _ in range(start, start + 20)]
        answer = send_lines(app, lines, client=FAR_AWAY)
        if answer.status_code == 429:
            assert int(answer.headers["retry-after"]) > 0
            break
        statuses += [(one["status"], one.get("after", 0) > 0) for one in answer.json()]
    assert statuses == [(201, False)] * rate


def test_twenty_phones_at_once_with_the_same_batch(app: ASGIApp, portal: Portal) -> None:
    lines = b"\n".join(frozen(report()) for _ in range(4))

    async def all_at_once() -> list[httpx.Response]:
        transport = httpx.ASGITransport(app=app, client=("127.0.0.1", 1))
        async with httpx.AsyncClient(transport=transport, base_url="http://portal.example") as phone:
            headers = {"content-type": LINES}
            tries = [phone.post(url("submit_several"), content=lines, headers=headers) for _ in range(20)]
            return list(await asyncio.gather(*tries))

    answers = [answer.json() for answer in asyncio.run(all_at_once())]
    assert sorted(one["status"] for answer in answers for one in answer) == [*[200] * 76, *[201] * 4]
    assert len(stored_requests(portal)) == 4
