"""How a report stands, asked by the device that has sent it: cheap, in its language, and nothing for strangers."""

import asyncio
import json
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import httpx
import pytest
from starlette.types import ASGIApp

from app.http.buckets import Rate
from app.http.limits import RATES
from app.http.portal import Portal
from app.kit.ids import make_id, make_manage_token
from app.requests.rules import Staff, add_internal_note, change_status
from app.requests.statuses import Status
from app.requests.web_standing import MOST_AT_ONCE
from app.routes import url
from tests.devices import Sender, ask, browsing, make_photo, put, send_json
from tests.factories import report

NO_PHOTO = b"This is no photo at all. " * 40


def look(app: ASGIApp, id: object, token: object, **headers: str) -> httpx.Response:
    rights = {"authorization": f"Bearer {token}"}
    return ask(app, "GET", url("standing", id=str(id)), headers={**rights, **headers})


def look_at_several(app: ASGIApp, asked: Any, **headers: str) -> httpx.Response:
    content = asked if isinstance(asked, bytes) else json.dumps(asked).encode()
    headers = {"content-type": "application/json", **headers}
    return ask(app, "POST", url("standings"), content=content, headers=headers)


def keys_of(fields: dict[str, Any]) -> dict[str, str]:
    """What a phone asks with."""
    return {"id": fields["id"], "token": fields["manage_token"]}


def sent(app: ASGIApp, **changes: Any) -> dict[str, Any]:
    fields = report(**changes)
    assert send_json(app, fields).status_code == 201
    return fields


def change(portal: Portal, reference: object, to: Status = Status.IN_PROGRESS) -> datetime:
    now = portal.now() + timedelta(minutes=5)
    change_status(
        store=portal.requests, reference=str(reference), by=Staff("somebody"), to=to, note="Soon.", now=now
    )
    return now


def test_the_device_learns_how_its_report_stands(app: ASGIApp, portal: Portal) -> None:
    fields = sent(app)
    answer = look(app, fields["id"], fields["manage_token"])
    assert answer.status_code == 200
    body = answer.json()
    received = datetime.fromisoformat(body.pop("updated"))
    assert timedelta(0) <= portal.now() - received < timedelta(minutes=1)
    assert body == {
        "id": fields["id"],
        "reference": fields["reference"],
        "status": "submitted",
        "status_words": "Received",
        "photos_missing": [],
        "photos_refused": [],
    }
    assert answer.headers["cache-control"] == "private, no-cache"
    assert answer.headers["vary"] == "accept-language, authorization"
    changed = change(portal, fields["reference"])
    news = look(app, fields["id"], fields["manage_token"]).json()
    assert (news["status"], news["status_words"]) == ("in_progress", "Being worked on")
    assert datetime.fromisoformat(news["updated"]) == changed


def test_sending_again_still_works_beside_it(app: ASGIApp) -> None:
    fields = sent(app)
    assert send_json(app, fields).status_code == 200
    assert ask(app, "DELETE", url("standing", id=fields["id"])).status_code == 405


def test_the_words_are_in_the_language_of_the_device(app: ASGIApp) -> None:
    fields = sent(app, language="en")
    answer = look(app, fields["id"], fields["manage_token"], **{"accept-language": "es-MX"})
    assert answer.json()["status_words"] == "Recibido"
    assert answer.headers["content-language"] == "es"


def test_what_has_not_changed_is_not_sent_again(app: ASGIApp, portal: Portal) -> None:
    fields = sent(app)
    etag = look(app, fields["id"], fields["manage_token"]).headers["etag"]
    assert etag.startswith("W/")

    def again(**headers: str) -> httpx.Response:
        return look(app, fields["id"], fields["manage_token"], **{"if-none-match": etag, **headers})

    unchanged = again()
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    assert unchanged.headers["etag"] == etag
    assert unchanged.headers["vary"] == "accept-language, authorization"
    assert again(**{"accept-language": "es"}).status_code == 200
    change(portal, fields["reference"])
    assert again().status_code == 200


def test_what_only_staff_read_is_no_news(app: ASGIApp, portal: Portal) -> None:
    fields = sent(app)
    before = look(app, fields["id"], fields["manage_token"]).json()
    add_internal_note(
        store=portal.requests,
        reference=str(fields["reference"]),
        by=Staff("somebody"),
        text="Ask the bureau.",
        now=portal.now() + timedelta(hours=1),
    )
    assert look(app, fields["id"], fields["manage_token"]).json() == before


def test_photos_that_are_missing_and_photos_that_cannot_be_used_are_named(app: ASGIApp) -> None:
    photo, other = make_photo(1), make_photo(2)
    sender = Sender(photo, NO_PHOTO, other)
    names = {name: sha256(content).hexdigest() for name, content in [("good", photo), ("bad", NO_PHOTO)]}

    async def conversation() -> list[httpx.Response]:
        async with browsing(app) as browser:
            await sender.send_text(browser)
            answers = [await browser.get(url("standing", id=sender.id), headers=sender.rights)]
            for content in (photo, NO_PHOTO):
                await sender.upload(browser, content)
                etag = answers[-1].headers["etag"]
                headers = {**sender.rights, "if-none-match": etag}
                answers.append(await browser.get(url("standing", id=sender.id), headers=headers))
            return answers

    first, second, third = asyncio.run(conversation())
    missing = sha256(other).hexdigest()
    assert first.json()["photos_missing"] == [names["good"], names["bad"], missing]
    assert second.json()["photos_missing"] == [names["bad"], missing]
    assert third.json()["photos_missing"] == [missing]
    [refused] = third.json()["photos_refused"]
    assert refused["sha256"] == names["bad"]
    assert "cannot read this file" in refused["message"]


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", "Basic {token}", "{token}", "Bearer {token}x", "é"]
)
def test_without_the_right_token_there_is_nothing(app: ASGIApp, header: str) -> None:
    fields = sent(app)
    value = header.format(token=fields["manage_token"]).encode("latin-1")
    stranger = ask(app, "GET", url("standing", id=fields["id"]), headers={"authorization": value})
    unknown = look(app, make_id(), make_manage_token())
    assert stranger.status_code == unknown.status_code == 404
    assert {**stranger.json(), "id": ""} == {**unknown.json(), "id": ""}
    assert dict(stranger.headers) == dict(unknown.headers)


@pytest.mark.parametrize("id", ["x", "1", "00000000-0000-0000-0000-000000000000", "'; --", "%00"])
def test_what_is_no_id_is_not_found(app: ASGIApp, id: str) -> None:
    assert look(app, id, make_manage_token()).status_code == 404


def test_an_id_in_capitals_is_the_same_id(app: ASGIApp) -> None:
    fields = sent(app)
    assert look(app, str(fields["id"]).upper(), fields["manage_token"]).json()["id"] == fields["id"]


def test_trouble_of_ours_asks_to_come_again(app: ASGIApp, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any) -> None:
        raise OSError("the disk does not answer")

    monkeypatch.setattr("app.requests.web_standing.standing_of", full)
    fields = sent(app)
    answer = look(app, fields["id"], fields["manage_token"])
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0
    assert put(app, fields["id"], b"nonsense").status_code == 409


# --- many at once -----------------------------------------------------------------------------------------------------


def test_a_phone_asks_about_all_of_its_reports_at_once(app: ASGIApp, portal: Portal) -> None:
    photo = make_photo(1)
    media = [{"sha256": sha256(photo).hexdigest(), "bytes": len(photo)}]
    first, second, third = sent(app), sent(app, media=media), sent(app)
    change(portal, third["reference"])
    answer = look_at_several(app, [keys_of(one) for one in (third, first, second)])
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "private, no-store"
    alone = [look(app, one["id"], one["manage_token"]).json() for one in (third, first, second)]
    assert answer.json() == alone
    assert [one["status_words"] for one in alone] == ["Being worked on", "Received", "Received"]
    assert alone[2]["photos_missing"] == [media[0]["sha256"]]


def test_what_is_not_here_is_told_with_its_id_and_so_is_what_belongs_to_somebody_else(app: ASGIApp) -> None:
    mine, others = sent(app), sent(app)
    unknown = {"id": make_id(), "token": make_manage_token()}
    wrong = {"id": others["id"], "token": mine["manage_token"]}
    nonsense = {"id": "x", "token": ""}
    answers = look_at_several(app, [unknown, keys_of(mine), wrong, nonsense]).json()
    assert answers[1]["id"] == mine["id"] and "error" not in answers[1]
    for given, answer in zip((unknown, wrong, nonsense), (answers[0], answers[2], answers[3]), strict=True):
        assert answer == {"id": given["id"], "error": "not_found"}


def test_many_are_told_in_the_language_of_the_phone(app: ASGIApp) -> None:
    fields = sent(app)
    answer = look_at_several(app, [keys_of(fields)], **{"accept-language": "es-MX"})
    assert answer.json()[0]["status_words"] == "Recibido"
    assert answer.headers["content-language"] == "es"


@pytest.mark.parametrize(
    "body",
    [
        *(b"", b"{", b"[]", b"null", b"{}", b"[1]", b'["x"]', b"[{}]", b"\xff", b"[" * 9_000),
        b'[{"id": 1, "token": "x"}]',
        b'[{"id": "x"}]',
        b'[{"id": "x", "token": null}]',
        json.dumps([{"id": "x" * 41, "token": "x"}]).encode(),
        json.dumps([{"id": make_id(), "token": "x" * 41}]).encode(),
        json.dumps([{"id": make_id(), "token": "x"}] * (MOST_AT_ONCE + 1)).encode(),
    ],
)
def test_what_is_no_list_of_reports_is_not_answered(app: ASGIApp, body: bytes) -> None:
    answer = look_at_several(app, body)
    assert answer.status_code == 400
    assert answer.json()["error"] == "reports"


def test_a_list_is_json_and_bounded(app: ASGIApp) -> None:
    assert look_at_several(app, [keys_of(sent(app))], **{"content-type": "text/plain"}).status_code == 415
    assert look_at_several(app, b" " * 70_000).status_code == 413
    assert look_at_several(app, [{"id": make_id(), "token": "x"}] * MOST_AT_ONCE).status_code == 200


def test_one_network_asks_so_often_and_no_more(app: ASGIApp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(RATES, "standing", replace(RATES["standing"], network=Rate(at_once=2, per_minute=1)))
    asked = json.dumps([{"id": make_id(), "token": "x"}])
    headers = {"content-type": "application/json"}
    answers = [
        ask(app, "POST", url("standings"), client=("203.0.113.7", 1), content=asked, headers=headers)
        for _ in range(3)
    ]
    assert [one.status_code for one in answers] == [200, 200, 429]
    assert int(answers[2].headers["retry-after"]) > 0


def test_trouble_of_ours_is_no_word_about_any_report(app: ASGIApp, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any) -> None:
        raise OSError("the disk does not answer")

    fields = sent(app)
    monkeypatch.setattr("app.requests.web_standing.standing_of", full)
    answer = look_at_several(app, [keys_of(fields)])
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0
