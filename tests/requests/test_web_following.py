"""Following a request, with a phone's key and with a plain form: counted once, undone at any time."""

import asyncio
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.types import ASGIApp

from app.db.engine import read
from app.http.built import BUILD
from app.http.limits import FOLLOWERS, FOLLOWERS_WIDER
from app.http.portal import Portal
from app.http.security import guarded
from app.reports.references import make_reference
from app.requests.follow_keys import make_key
from app.requests.rules import Staff, add_internal_note, change_status, erase_contact
from app.requests.statuses import Status
from app.requests.store_nearby import follows, id_of
from app.requests.store_request import version_of
from app.routes import url
from app.site.site import site
from tests.devices import ask, browsing, portland
from tests.factories import report, send
from tests.real_pages import real_build
from tests.visitor import Visitor

KEY = "WCTxcaHAF823ElLTFOU0OQ"


def follow(app: ASGIApp, reference: str, key: object = KEY, **more: Any) -> httpx.Response:
    return ask(app, "POST", url("follow", reference=reference), json={"key": key}, **more)


def unfollow(app: ASGIApp, reference: str, key: str = KEY) -> httpx.Response:
    headers = {"authorization": f"Bearer {key}"}
    return ask(app, "DELETE", url("follow", reference=reference), headers=headers)


def close(portal: Portal, reference: str) -> None:
    change_status(
        store=portal.requests, reference=reference, by=Staff("p"), to=Status.FIXED, note="", now=portal.now()
    )


@pytest.fixture
def reference(portal: Portal) -> str:
    """An open request."""
    return send(portal.requests, now=portal.now()).reference


def test_a_phone_follows_and_stops(app: ASGIApp, portal: Portal, reference: str) -> None:
    expected = {
        "reference": reference,
        "following": True,
        "followers": 1,
        "followed": "Followed by 1 person",
    }
    for _ in range(2):
        answer = follow(app, reference)
        assert (answer.status_code, answer.json()) == (200, expected)
        assert answer.headers["cache-control"] == "private, no-store"
    assert version_of(portal.engine, reference) == 2
    spanish = follow(app, reference, make_key(), headers={"accept-language": "es"}).json()
    assert (spanish["followers"], spanish["followed"]) == (2, "2 personas lo siguen")
    assert unfollow(app, reference).json()["followers"] == 1
    assert unfollow(app, reference).json() == {**expected, "following": False}
    close(portal, reference)
    finished = follow(app, reference)
    assert (finished.status_code, finished.json()["error"]) == (409, "finished")
    assert "finished this request" in finished.json()["message"]


def followers_of(app: ASGIApp, reference: str, hosts: Iterable[str]) -> list[int]:
    """Somebody follows from each of these addresses, with a new key; the numbers they are told."""
    answers = [follow(app, reference, make_key(), client=(host, 1)) for host in hosts]
    assert {answer.status_code for answer in answers} == {200}
    assert all(answer.json()["following"] for answer in answers), "nobody is refused"
    return [answer.json()["followers"] for answer in answers]


def test_made_up_keys_make_no_weight(app: ASGIApp, portal: Portal, reference: str) -> None:
    *_, many = followers_of(app, reference, ["203.0.113.9"] * 60)
    assert many == FOLLOWERS.at_once < 10
    assert version_of(portal.engine, reference) == 1 + many
    *_, neighbors = followers_of(app, reference, [f"2001:db8:1:{number:x}::1" for number in range(60)])
    assert neighbors == many + FOLLOWERS_WIDER.at_once
    assert followers_of(app, reference, ["198.51.100.7"]) == [neighbors + 1]
    other = send(portal.requests, now=portal.now()).reference
    assert followers_of(app, other, ["203.0.113.9"]) == [1], "each request is counted by itself"


def test_who_is_not_counted_follows_all_the_same_and_can_stop(
    app: ASGIApp, portal: Portal, reference: str
) -> None:
    *_, counted = followers_of(app, reference, ["127.0.0.1"] * FOLLOWERS.at_once)
    late, later = make_key(), make_key()
    for _ in range(2):
        for key in (late, later):
            assert follow(app, reference, key).json()["followers"] == counted
    with read(portal.engine) as connection:
        request_id = id_of(connection, reference)
        assert request_id is not None
        assert follows(connection, request_id, late)
    assert unfollow(app, reference, late).json()["followers"] == counted
    with read(portal.engine) as connection:
        assert not follows(connection, request_id, late)
        assert follows(connection, request_id, later)


def test_the_same_key_again_takes_nothing_from_the_household(app: ASGIApp, reference: str) -> None:
    for _ in range(20):
        follow(app, reference)
    *_, counted = followers_of(app, reference, ["127.0.0.1"] * 10)
    assert counted == FOLLOWERS.at_once


@pytest.mark.parametrize("key", ["", "x", 5, None, ["x"], KEY * 2, "é" * 22, "' OR 1=1; --          "])
def test_what_is_no_key_is_refused(app: ASGIApp, reference: str, key: object) -> None:
    assert follow(app, reference, key).status_code == 400
    assert unfollow(app, reference, "not-a-key").status_code == 404


def test_hostile_bodies_and_addresses(app: ASGIApp, portal: Portal, reference: str) -> None:
    path, json = url("follow", reference=reference), {"content-type": "application/json"}
    for body in (b"", b"{", b"[]", b"null", b"\xff", b'{"key": ' + b"[" * 9_000, b"x" * 70_000):
        assert ask(app, "POST", path, content=body, headers=json).status_code == 400
    assert ask(app, "POST", path, data={"key": KEY}).status_code == 415
    assert ask(app, "DELETE", path, headers={"authorization": f"Basic {KEY}"}).status_code == 404
    assert ask(app, "DELETE", path).status_code == 404
    for unknown in (make_reference(), "1", "'; DROP TABLE follower; --"):
        assert follow(app, unknown).status_code == 404
        assert unfollow(app, unknown).status_code == 404
    elsewhere = {"origin": "https://elsewhere.example", "sec-fetch-site": "cross-site"}
    assert follow(app, reference, headers=elsewhere).status_code == 403
    assert version_of(portal.engine, reference) == 1


# --- the page, without script -------------------------------------------------------------------------------


@pytest.fixture
def published(tmp_path: Path) -> Iterator[Portal]:
    """A portal with the pages as they are built."""
    if not BUILD.exists():
        pytest.skip("the pages are not built; run: make build")
    with portland(tmp_path) as opened:
        yield opened


def test_the_button_of_the_page_counts_each_browser_once_and_can_be_taken_back(published: Portal) -> None:
    reference = send(published.requests, now=published.now()).reference
    path = f"/en/requests/{reference}/"

    async def scene(browser: httpx.AsyncClient) -> None:
        visitor = Visitor(browser)
        page = await visitor.get(path)
        assert "Followed by" not in page.text
        form = page.form("main form")
        for _ in range(2):
            after = await visitor.follow(await visitor.post(path, data={**form, "action": "follow"}))
            assert "You follow this request." in after.text
            assert "Followed by 1 person" in after.text
        assert after.response.headers["cache-control"] == "private, no-store"
        stop = after.form("main form")
        assert stop["key"] == form["key"]
        other = (await visitor.get(path)).form("main form")
        assert other["key"] != form["key"], "each browser has its own key"
        both = await visitor.follow(await visitor.post(path, data={**other, "action": "follow"}))
        assert "Followed by 2 people" in both.text
        stopped = await visitor.follow(await visitor.post(path, data={**stop, "action": "unfollow"}))
        assert "You do not follow this request." in stopped.text
        assert "Followed by 1 person" in stopped.text
        again = await visitor.follow(
            await visitor.post(path, data={**stopped.form("main form"), "action": "follow"})
        )
        assert "Followed by 2 people" in again.text
        spanish = await visitor.get(path.replace("/en/", "/es/"), params={"key": form["key"]})
        assert "2 personas lo siguen" in spanish.text
        assert "Usted sigue este reporte." in spanish.text

    play(published, scene)


def test_the_page_is_kept_by_one_browser_and_by_nobody_in_between(published: Portal) -> None:
    reference = send(published.requests, now=published.now()).reference
    path = f"/en/requests/{reference}/"

    async def scene(browser: httpx.AsyncClient) -> None:
        first = await browser.get(path)
        for answer in (first, await browser.get(path, headers={"if-none-match": first.headers["etag"]})):
            # The worker keeps it for when there is no network, because it says "must-revalidate" (assets/sw.js).
            assert answer.headers["cache-control"] == "private, max-age=0, must-revalidate"
        assert answer.status_code == 304
        await browser.post(url("follow", reference=reference), json={"key": KEY})
        news = await browser.get(path, headers={"if-none-match": first.headers["etag"]})
        assert news.status_code == 200

    play(published, scene)


def test_nobody_can_see_that_staff_talk_about_it(published: Portal) -> None:
    sent = report()
    reference, staff = send(published.requests, sent, now=published.now()).reference, Staff("p")
    by: dict[str, Any] = {"store": published.requests, "reference": reference, "now": published.now()}

    async def scene(browser: httpx.AsyncClient) -> None:
        bearer = {"authorization": f"Bearer {sent['manage_token']}"}
        looks = [(f"/en/requests/{reference}/", {}), (url("standing", id=str(sent["id"])), bearer)]
        first = [await browser.get(path, headers=headers) for path, headers in looks]
        for number in range(3):
            add_internal_note(**by, by=staff, text=f"He calls every day, {number}")
        erase_contact(**by, by=staff)
        for (path, headers), before in zip(looks, first, strict=True):
            etag = before.headers["etag"]
            again = await browser.get(path, headers=headers)
            kept = await browser.get(path, headers={**headers, "if-none-match": etag})
            assert (again.headers["etag"], kept.status_code) == (etag, 304)
        change_status(**by, by=staff, to=Status.IN_PROGRESS, note="")
        for (path, headers), before in zip(looks, first, strict=True):
            news = await browser.get(path, headers={**headers, "if-none-match": before.headers["etag"]})
            assert news.status_code == 200

    play(published, scene)


def test_what_is_finished_has_no_button_and_an_old_page_gets_a_sentence(published: Portal) -> None:
    reference = send(published.requests, now=published.now()).reference
    path = f"/en/requests/{reference}/"

    async def scene(browser: httpx.AsyncClient) -> None:
        visitor = Visitor(browser)
        form = (await visitor.get(path)).form("main form")
        await visitor.post(path, data={**form, "action": "follow"})
        close(published, reference)
        refused = await visitor.post(path, data={"key": make_key(), "action": "follow"})
        assert refused.status == 409
        assert "has finished this request" in refused.text
        assert not (await visitor.get(path)).soup.select("main form")
        mine = await visitor.get(path, params={"key": form["key"]})
        stopped = await visitor.follow(
            await visitor.post(path, data={**mine.form("main form"), "action": "unfollow"})
        )
        assert "Followed by" not in stopped.text

    play(published, scene)


def test_bad_forms(published: Portal) -> None:
    reference = send(published.requests, now=published.now()).reference
    path = f"/en/requests/{reference}/"

    async def scene(browser: httpx.AsyncClient) -> None:
        visitor = Visitor(browser)
        for data in (
            {},
            {"key": "<script>", "action": "follow"},
            {"key": KEY, "action": "drop"},
            {"key": KEY},
            {f"field{number}": "x" for number in range(500)},
        ):
            assert (await visitor.post(path, data=data)).status == 400
        assert (await visitor.post(path, files={"key": ("x.txt", b"x")})).status == 400
        unknown = path.replace(reference, make_reference())
        gone = await visitor.follow(await visitor.post(unknown, data={"key": KEY, "action": "follow"}))
        assert gone.status == 404
        strange = await visitor.get(path, params={"key": '"><script>alert(1)</script>'})
        assert strange.status == 200

    play(published, scene)
    assert version_of(published.engine, reference) == 1


def play(portal: Portal, scene: Any) -> None:
    async def everything() -> None:
        async with browsing(guarded(site(portal, real_build()), portal.settings)) as browser:
            await scene(browser)

    asyncio.run(everything())
