"""When something fails behind a live screen: a sentence on the page, a line in the log, and nobody's words in it."""

import logging
from collections.abc import Iterator
from typing import Any

import pytest

from state import failures
from state.desk import queue as desk_queue
from state.desk.base import Desk
from state.desk.queue import DeskQueue
from tests.desk.conftest import Play
from tests.desk.tabs import ROOT, Room, name_of

SECRET = "Ana García, 12 Elm St"


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Logs as the server keeps them."""
    ordinary = logging.getLogRecordFactory()
    failures.keep_words_out_of_logs()
    yield
    logging.setLogRecordFactory(ordinary)


def broken(*_: Any) -> Any:
    raise LookupError(SECRET)


def test_what_fails_is_said_in_the_language_of_the_page(
    scene: Play, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail(room: Room) -> None:
        tab = await room.open("/es/desk/")
        await tab.until(DeskQueue, "found", lambda found: found)
        with monkeypatch.context() as patch:
            patch.setattr(desk_queue, "queue_page", broken)
            tab.send(name_of(DeskQueue.clear))
            await tab.until(Desk, "problem", lambda problem: problem.startswith("Algo"))
        assert not tab.events, "no alert, no script"
        assert SECRET not in tab.knows()
        tab.send(name_of(DeskQueue.clear))
        await tab.until(Desk, "problem", "")

    scene(fail)
    assert "an event failed: LookupError at" in caplog.text
    assert SECRET not in caplog.text


def test_a_database_that_does_not_answer_signs_nobody_out(
    scene: Play, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail(room: Room) -> None:
        tab = await room.open()
        await tab.until(DeskQueue, "found", "No reports match these filters.")
        with monkeypatch.context() as patch:
            patch.setattr("state.desk.base.signed_in_as", broken)
            patch.setattr("state.desk.base.person_with", broken)
            tab.send(name_of(DeskQueue.clear))
            await tab.until(Desk, "problem", lambda problem: problem.startswith("Something went wrong"))
        assert tab.show(Desk, "signed_out") is False
        tab.send(name_of(DeskQueue.clear))
        await tab.until(Desk, "problem", "")

    scene(fail)
    assert SECRET not in caplog.text


def test_nothing_that_is_sent_stands_in_a_log(scene: Play, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    cookies: list[str] = []

    async def send(room: Room) -> None:
        cookies.append(room.sign_in())
        tab = await room.open(cookie=cookies[0], query=f"q={SECRET.replace(' ', '')}")
        await tab.until(DeskQueue, "found", "No reports match these filters.")
        tab.send(SECRET, form={"text": SECRET})
        tab.send(f"{ROOT}.nothing", value=SECRET)
        tab.send(name_of(DeskQueue.filter), form=SECRET)
        tab.send(name_of(DeskQueue.filter), secret=SECRET)
        tab.send(f"{DeskQueue.get_full_name()}.setvar", var_name=SECRET, value=SECRET)
        tab.emit("event", SECRET)
        tab.emit("event", [SECRET])
        tab.emit("event", {"name": {SECRET: SECRET}, "payload": SECRET})
        tab.emit("client_error", {"error_type": SECRET, "message": SECRET})
        tab.emit(SECRET, SECRET)
        tab.send(
            f"{ROOT}.reflex___state____frontend_event_exception_state.handle_frontend_exception",
            info=SECRET,
            component_stack=SECRET,
        )
        await tab.until_done()

    async def send_nonsense(room: Room) -> None:
        for nonsense in (
            SECRET,
            f"42/_event,{SECRET}",
            f'42/_event,["event",{{"{SECRET}"',
            f"4{SECRET}",
            f"9{SECRET}",
        ):
            tab = await room.open(cookie=cookies[0])
            tab.raw(nonsense)
            tab.raw("1")
            await tab.close()

    scene(send)
    scene(send_nonsense)
    said = caplog.text + "".join(str(record.__dict__) for record in caplog.records)
    assert caplog.records, "something is said, or nobody could find out what is wrong"
    for secret in (SECRET, SECRET.replace(" ", ""), "García", cookies[0]):
        assert secret not in said, said[max(0, said.index(secret) - 600) : said.index(secret) + 200]


@pytest.mark.parametrize(
    ("report", "kept"),
    [
        ("[SID: x] TypeError: Cannot read Ana García", "TypeError"),
        ("Ana García, 12 Elm St", "unknown"),
        ("x" * 10_000 + "TypeError", "unknown"),
    ],
)
def test_of_a_page_that_failed_only_the_kind_is_kept(
    caplog: pytest.LogCaptureFixture, report: str, kept: str
) -> None:
    failures.in_browser(Exception(report))
    assert caplog.messages == [f"a live page failed in a browser: {kept}"]


def test_other_logs_are_left_as_they_are(caplog: pytest.LogCaptureFixture) -> None:
    failures.keep_words_out_of_logs()
    logging.getLogger("portal.something").warning("%s at %s", "here", "noon")
    assert caplog.messages == ["here at noon"]
