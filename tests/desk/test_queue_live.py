"""The desk's queue as open tabs see it."""

from datetime import timedelta
from typing import Any

import pytest

from app.http.portal import Portal
from app.reports.references import grouped
from app.requests.rules import Staff, change_status
from app.requests.statuses import Status
from state.desk.base import Desk
from state.desk.queue import DeskQueue
from tests.desk.conftest import Play
from tests.desk.tabs import Room, Tab, name_of
from tests.factories import send

FILTER = name_of(DeskQueue.filter)
ALL = {"status": "open", "service_code": "", "age": "", "text": "", "order": "newest"}


def arrives(portal: Portal, *, ago: timedelta = timedelta(0), **fields: Any) -> str:
    """A report arrives; its reference number. ago: how long it took its time before it did."""
    return send(portal.requests, now=portal.now() - ago, **fields).reference


def references(tab: Tab) -> list[str]:
    return [row["reference"].replace(" ", "") for row in tab.show(DeskQueue, "rows")]


async def shown(tab: Tab, count: int) -> list[str]:
    """The rows, once there are that many."""
    await tab.until(DeskQueue, "rows", lambda rows: len(rows) == count)
    await tab.until_done()
    return references(tab)


def test_a_queue_in_words(scene: Play) -> None:
    async def look(room: Room) -> None:
        reference = arrives(room.portal)
        tab = await room.open()
        await shown(tab, 1)
        (row,) = tab.show(DeskQueue, "rows")
        assert row["reference"] == grouped(reference)
        assert row["url"] == f"/en/desk/request/?ref={reference}"
        assert (row["service"], row["status"], row["place"]) == ("Pothole", "Received", "1200 Main St")
        assert tab.show(DeskQueue, "found") == "1 report found. Page 1."
        assert tab.show(DeskQueue, "by_status")[0] == {"name": "Received", "number": "1"}
        assert tab.show(Desk, "person") == "Ana"
        spanish = await room.open("/es/desk/")
        await spanish.until(DeskQueue, "rows", lambda rows: rows and rows[0]["status"] == "Recibido")
        assert spanish.show(DeskQueue, "rows")[0]["url"].startswith("/es/desk/request/")

    scene(look)


def test_a_search_says_how_far_it_has_come_and_goes_on(scene: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    """For two letters alone; a word is looked for in all reports at once."""
    monkeypatch.setattr("app.requests.store_queue.SEARCHED", 2)

    async def look(room: Room) -> None:
        wanted = arrives(room.portal, ago=timedelta(days=9), description="A fallen elm tree.")
        for days in (3, 2, 1):
            arrives(room.portal, ago=timedelta(days=days))
        tab = await room.open()
        await shown(tab, 4)
        tab.send(FILTER, form={**ALL, "status": "all", "text": "el"})
        await shown(tab, 0)
        found = tab.show(DeskQueue, "found")
        assert found.startswith("No reports match these filters. Searched back to ")
        assert found.endswith(" so far. The next page searches on.")
        assert tab.show(DeskQueue, "has_next")
        tab.send(name_of(DeskQueue.next_page))
        assert await shown(tab, 1) == [wanted]
        tab.send(FILTER, form={**ALL, "status": "all", "text": "elm"})
        await tab.until(DeskQueue, "found", "1 report found. Page 1.")
        assert await shown(tab, 1) == [wanted]

    scene(look)


def test_the_page_never_learns_what_the_cookie_says(scene: Play) -> None:
    async def look(room: Room) -> None:
        cookie = room.sign_in()
        tab = await room.open(cookie=cookie)
        await tab.until(DeskQueue, "found", "No reports match these filters.")
        assert cookie not in tab.knows()

    scene(look)


def test_new_reports_are_told_and_shown_when_asked_for(scene: Play) -> None:
    async def look(room: Room) -> None:
        first = arrives(room.portal)
        tab = await room.open()
        assert await shown(tab, 1) == [first]
        second = arrives(room.portal)
        await tab.until(DeskQueue, "news", "1 new report")
        # It took its time a minute ago and reached the disk only now.
        third = arrives(room.portal, ago=timedelta(minutes=1))
        await tab.until(DeskQueue, "news", "2 new reports")
        assert references(tab) == [first], "nothing moves under the reader"
        assert tab.show(DeskQueue, "by_status")[0]["number"] == "3"
        tab.send(name_of(DeskQueue.show_new))
        assert set(await shown(tab, 3)) == {first, second, third}
        assert tab.show(DeskQueue, "news") == ""
        assert tab.show(Desk, "focus_on") == "found"

    scene(look)


def test_reports_that_the_filters_hide_are_no_news(scene: Play) -> None:
    async def look(room: Room) -> None:
        tab = await room.open()
        await tab.until(DeskQueue, "found", "No reports match these filters.")
        tab.send(FILTER, form={**ALL, "service_code": "pothole"})
        await tab.until_done()
        arrives(room.portal, service_code="question", service_name="Question")
        await tab.until(DeskQueue, "by_status", lambda counts: counts[0]["number"] == "1")
        assert tab.show(DeskQueue, "news") == ""
        arrives(room.portal)
        await tab.until(DeskQueue, "news", "1 new report")

    scene(look)


def test_rows_follow_what_colleagues_do_and_stay_where_they_are(scene: Play) -> None:
    async def look(room: Room) -> None:
        older = arrives(room.portal, ago=timedelta(minutes=5))
        newer = arrives(room.portal)
        tab = await room.open()
        assert await shown(tab, 2) == [newer, older]
        change_status(
            store=room.portal.requests,
            reference=newer,
            by=Staff(room.person("Bo").id),
            to=Status.CLOSED,
            note="It is one of ours.",
            now=room.portal.now(),
        )
        await tab.until(DeskQueue, "rows", lambda rows: rows[0]["status"] == "Closed")
        assert references(tab) == [newer, older], "it is closed, and still there for who was looking at it"
        assert tab.show(DeskQueue, "by_status")[0]["number"] == "1"

    scene(look)


def test_pages(scene: Play) -> None:
    async def look(room: Room) -> None:
        sent = [arrives(room.portal, ago=timedelta(minutes=minutes)) for minutes in range(60)]
        tab = await room.open()
        assert await shown(tab, 25) == sent[:25]
        assert (tab.show(DeskQueue, "has_previous"), tab.show(DeskQueue, "has_next")) == (False, True)
        tab.send(name_of(DeskQueue.previous_page))
        tab.send(name_of(DeskQueue.next_page))
        await tab.until(DeskQueue, "found", "60 reports found. Page 2.")
        assert references(tab) == sent[25:50]
        tab.send(name_of(DeskQueue.next_page))
        tab.send(name_of(DeskQueue.next_page))
        assert await shown(tab, 10) == sent[50:]
        assert (tab.show(DeskQueue, "has_previous"), tab.show(DeskQueue, "has_next")) == (True, False)
        tab.send(name_of(DeskQueue.previous_page))
        await tab.until(DeskQueue, "found", "60 reports found. Page 2.")
        assert references(tab) == sent[25:50]
        tab.send(FILTER, form={**ALL, "order": "oldest"})
        await tab.until(DeskQueue, "found", "60 reports found. Page 1.")
        assert references(tab) == sent[:-26:-1]

    scene(look)


def test_a_page_that_is_loaded_again_is_as_it_was_left(scene: Play) -> None:
    async def look(room: Room) -> None:
        for minutes in range(30):
            arrives(room.portal, ago=timedelta(minutes=minutes))
        cookie = room.sign_in()
        tab = await room.open(cookie=cookie)
        tab.send(FILTER, form={**ALL, "status": "all"})
        tab.send(name_of(DeskQueue.next_page))
        await tab.until(DeskQueue, "found", "30 reports found. Page 2.")
        await tab.close()
        again = await room.open(cookie=cookie, token=tab.token)
        await again.until(DeskQueue, "found", "30 reports found. Page 2.")
        assert again.show(DeskQueue, "status") == "all"

    scene(look)


def test_filters(scene: Play) -> None:
    async def look(room: Room) -> None:
        hole = arrives(room.portal, description="A hole in front of the bakery.", ago=timedelta(days=8))
        noise = arrives(room.portal, service_code="noise", service_name="Noise", description="Very LOUD")
        change_status(
            store=room.portal.requests,
            reference=noise,
            by=Staff(room.person().id),
            to=Status.FIXED,
            note="",
            now=room.portal.now(),
        )
        tab = await room.open()
        for changed, found in (
            ({}, [hole]),
            ({"status": "all"}, [noise, hole]),
            ({"status": "all", "order": "oldest"}, [hole, noise]),
            ({"status": "fixed"}, [noise]),
            ({"status": "closed"}, []),
            ({"status": "all", "service_code": "noise"}, [noise]),
            ({"status": "all", "service_code": "gone"}, []),
            ({"status": "all", "age": "day"}, [noise]),
            ({"status": "all", "age": "older_week"}, [hole]),
            ({"status": "all", "age": "older_month"}, []),
            ({"status": "all", "text": " BAKERY "}, [hole]),
            ({"status": "all", "text": "loud"}, [noise]),
            ({"status": "closed", "service_code": "pothole", "text": grouped(noise)}, [noise]),
        ):
            tab.send(FILTER, form={**ALL, **changed})
            await tab.until_done()
            assert references(tab) == found, changed
            assert tab.show(Desk, "focus_on") == "found"
        tab.send(name_of(DeskQueue.clear))
        await tab.until_done()
        assert references(tab) == [hole]
        assert tab.show(DeskQueue, "text") == ""

    scene(look)
