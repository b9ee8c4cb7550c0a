"""What the city no longer keeps: phones that send it again get their receipt, and nothing of it is stored."""

import asyncio
import sqlite3
from contextlib import closing
from datetime import timedelta

import httpx
import pytest
from starlette.types import ASGIApp

from app.db.engine import write
from app.db.tables import REQUESTS
from app.http.portal import Portal, open_portal
from app.ledger.models import Kind, Taken, Thing
from app.reports.fields import MAX_DESCRIPTION
from app.requests.statuses import Status
from app.retention.holds import hold_report, set_hold
from app.retention.rules import dispose
from app.retention.schedule import Kept
from app.routes import url
from app.settings import Settings
from app.site.upkeep import complete_erasures
from tests.devices import Sender, ask, browsing, make_photo, put, send_json, stored_requests
from tests.factories import frozen, report, send
from tests.visitor import Visitor, visit


def dispose_of(portal: Portal, id: str) -> None:
    """As retention does it, long after the report was finished."""
    with write(portal.engine) as session:
        session.execute(REQUESTS.update().where(REQUESTS.c.id == id).values(status=Status.CLOSED.value))
    now = portal.now()
    assert dispose(
        store=portal.requests, request_id=id, kept=Kept.REPORT, due_before=now + timedelta(days=1), now=now
    )


def standing(app: ASGIApp, fields: dict[str, str], token: str = "") -> httpx.Response:
    rights = {"authorization": f"Bearer {token or fields['manage_token']}"}
    return ask(app, "GET", url("standing", id=fields["id"]), headers=rights)


def test_a_report_that_was_disposed_of_gets_its_receipt_and_is_not_stored(
    app: ASGIApp, portal: Portal
) -> None:
    fields = report()
    first = send_json(app, fields).json()
    dispose_of(portal, fields["id"])
    assert stored_requests(portal) == []
    for _ in range(2):
        again = send_json(app, fields)
        assert again.status_code == 200
        assert again.json() == {
            "id": fields["id"],
            "digest": first["digest"],
            "reference": fields["reference"],
            "photos_missing": [],
            "state": "gone",
        }
    assert stored_requests(portal) == []


def test_several_at_once_are_told_apart(app: ASGIApp, portal: Portal) -> None:
    gone, new = report(), report()
    send_json(app, gone)
    dispose_of(portal, gone["id"])
    answer = ask(
        app,
        "POST",
        url("submit_several"),
        content=frozen(gone) + b"\n" + frozen(new),
        headers={"content-type": "application/x-ndjson"},
    )
    assert [(one["status"], one.get("state")) for one in answer.json()] == [(200, "gone"), (201, None)]
    assert [row["id"] for row in stored_requests(portal)] == [new["id"]]


@pytest.mark.parametrize(
    "change", [{"description": "Other words."}, {"description": "x" * (MAX_DESCRIPTION + 1)}, {"lat": 47.6}]
)
def test_whatever_it_says_and_however_strict_the_rules_are_now(
    app: ASGIApp, portal: Portal, change: dict[str, object]
) -> None:
    fields = report()
    send_json(app, fields)
    dispose_of(portal, fields["id"])
    again = put(app, fields["id"], frozen({**fields, **change}))
    assert (again.status_code, again.json()["state"]) == (200, "gone")
    assert again.json()["reference"] == fields["reference"]


def test_how_it_stands_and_its_photos_are_answered_for_good(app: ASGIApp, portal: Portal) -> None:
    photo = make_photo()
    sender = Sender(photo)

    async def scene() -> None:
        async with browsing(app) as browser:
            await sender.send_text(browser)
            assert (await sender.upload(browser, photo)).json()["state"] == "stored"
            dispose_of(portal, sender.id)
            head = await sender.head(browser, photo)
            assert (head.status_code, head.headers["upload-state"], head.headers["upload-offset"]) == (
                200,
                "gone",
                "0",
            )
            for offset in (0, len(photo)):
                step = await sender.patch(browser, photo, offset)
                assert step.status_code == 200
                assert step.json()["state"] == "gone"
                assert step.json()["id"] == sender.id
                assert step.headers["cache-control"] == "private, no-store"

    asyncio.run(scene())
    answer = standing(app, sender.fields)
    assert (answer.status_code, answer.json()) == (200, {"id": sender.id, "state": "gone"})
    assert list(portal.spool.folder.iterdir()) == []


def test_what_is_kept_or_was_never_here_is_answered_as_ever(app: ASGIApp, portal: Portal) -> None:
    kept, unknown = report(), report()
    send_json(app, kept)
    assert standing(app, kept).json()["status"] == "submitted"
    assert standing(app, kept, token="A" * 22).status_code == 404
    assert standing(app, unknown).status_code == 404


def test_a_portal_does_what_the_ledger_says_before_it_answers_anybody(
    settings: Settings, portal: Portal
) -> None:
    fields = report()
    send(portal.requests, fields)
    with portal.ledger.adding([Taken(Kind.ERASE, Thing.REQUEST, fields["id"], portal.now())]):
        pass
    with open_portal(settings) as opened:
        assert [row["email"] for row in stored_requests(opened)] == [""]


# --- erasing, on the private page


def test_under_a_legal_hold_the_page_says_why_nothing_was_erased(portal: Portal) -> None:
    fields = report()
    reference = send(portal.requests, fields).reference
    set_hold(
        store=portal.requests, hold=hold_report(reference), reason="Case 26CV99 against Doe", now=portal.now()
    )
    path = url("manage", locale="en", reference=reference, token=fields["manage_token"])

    async def scene(visitor: Visitor) -> None:
        page = await visitor.post(path, data={"action": "erase"})
        assert page.status == 422
        assert "The law requires the city to keep this report for now" in page.text
        assert "ana@mail.example" in page.text
        assert "26CV99" not in page.response.text
        assert "Doe" not in page.response.text

    visit(portal, scene)


def test_an_erasure_is_told_as_done_only_when_it_is(
    portal: Portal, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody reads the database while it happens; the next round of upkeep completes it."""
    monkeypatch.setattr("app.db.engine.SCRUB_SECONDS", 0)
    fields = report()
    reference = send(portal.requests, fields).reference
    path = url("manage", locale="en", reference=reference, token=fields["manage_token"])

    async def scene(visitor: Visitor) -> None:
        with closing(sqlite3.connect(settings.data / "portal.db", isolation_level=None)) as reader:
            reader.execute("BEGIN")
            reader.execute("SELECT count(*) FROM service_request").fetchall()
            done = await visitor.post(path, data={"action": "erase"})
            page = await visitor.follow(done)
            assert "Their last traces are removed within minutes." in page.text
            assert "have been erased" not in page.text
            await complete_erasures(portal)
            page = await visitor.follow(done)
            assert "Their last traces" in page.text
        await complete_erasures(portal)
        page = await visitor.follow(done)
        assert "Your contact details have been erased." in page.text

    visit(portal, scene)
