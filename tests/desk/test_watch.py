"""Open screens hear of every change, whoever made it, and leave nothing behind when they go."""

import asyncio
import gc
from collections.abc import Callable
from pathlib import Path
from threading import Thread
from weakref import ref

import pytest
from sqlalchemy import Engine

from app.db.engine import open_engine
from app.desk.watch import Changes, changes_of
from app.people.models import Role
from app.people.rules import create_person
from app.people.store import PeopleStore
from app.requests.rules import Staff, change_status
from app.requests.statuses import Status
from app.requests.store import RequestStore
from tests.factories import NOW, send

pytestmark = pytest.mark.timeout(60)

NEVER = 3600.0
"""Seconds between looks of a watcher that is to look only when it is told to."""


class Answers:
    """What a watcher sees; counts how often it looked."""

    def __init__(self) -> None:
        self.answer = 0
        self.looks = 0
        self.broken = False

    def __call__(self) -> int:
        self.looks += 1
        if self.broken:
            raise OSError("the words of a person")
        return self.answer


async def started(changes: Changes) -> int:
    """The number after the first look, which always counts as a change."""
    return await changes.wait(changes.number)


async def listening(changes: Changes, count: int) -> None:
    """Until that many listeners wait."""
    while changes.listeners != count:
        await asyncio.sleep(0)


def test_listeners_hear_of_a_change_in_another_process() -> None:
    answers = Answers()
    changes = Changes(answers, every=0.01)

    async def listen() -> None:
        number = await started(changes)
        waiting = [asyncio.create_task(changes.wait(number)) for _ in range(3)]
        await listening(changes, 3)
        answers.answer += 1
        assert await asyncio.gather(*waiting) == [number + 1] * 3

    asyncio.run(listen())


def test_a_change_of_this_process_is_heard_at_once() -> None:
    answers = Answers()
    changes = Changes(answers, every=NEVER)

    async def listen() -> None:
        number = await started(changes)
        waiting = asyncio.create_task(changes.wait(number))
        await listening(changes, 1)
        answers.answer += 1
        Thread(target=changes.notify).start()
        assert await waiting == number + 1

    asyncio.run(listen())


def test_nothing_is_missed_while_nobody_waits() -> None:
    answers = Answers()
    changes = Changes(answers, every=NEVER)

    async def listen() -> None:
        number = await started(changes)
        answers.answer += 1
        changes.notify()
        assert await changes.wait(number) == number + 1
        assert await changes.wait(number) == number + 1, "an old number is answered without waiting"

    asyncio.run(listen())


def test_a_notice_without_a_change_wakes_nobody() -> None:
    answers = Answers()
    changes = Changes(answers, every=NEVER)

    async def listen() -> None:
        number = await started(changes)
        waiting = asyncio.create_task(changes.wait(number))
        await listening(changes, 1)
        looks = answers.looks
        changes.notify()
        while answers.looks == looks:
            await asyncio.sleep(0)
        assert not waiting.done()
        answers.answer += 1
        changes.notify()
        assert await waiting == number + 1

    asyncio.run(listen())


def test_many_come_and_go_and_nothing_stays_behind() -> None:
    answers = Answers()
    changes = Changes(answers, every=0.001)

    async def come_and_go() -> None:
        number = await started(changes)
        for _ in range(20):
            crowd = [asyncio.create_task(changes.wait(number)) for _ in range(100)]
            await listening(changes, 100)
            watchers = [task for task in asyncio.all_tasks() if task.get_name() == "changes"]
            assert len(watchers) == 1, "however many listen, one watcher looks"
            for task in crowd:
                task.cancel()
            await asyncio.gather(*crowd, return_exceptions=True)
            assert changes.listeners == 0
        await asyncio.gather(*watchers)
        assert len(asyncio.all_tasks()) == 1, "the last listener has gone, so nobody looks any more"

    asyncio.run(come_and_go())


def test_a_database_that_does_not_answer_for_a_while(caplog: pytest.LogCaptureFixture) -> None:
    answers = Answers()
    changes = Changes(answers, every=0.001)

    async def listen() -> None:
        number = await started(changes)
        answers.broken = True
        waiting = asyncio.create_task(changes.wait(number))
        looks = answers.looks
        while answers.looks < looks + 3:
            await asyncio.sleep(0)
        answers.broken, answers.answer = False, 1
        assert await waiting == number + 1

    asyncio.run(listen())
    assert "OSError" in caplog.text
    assert "words of a person" not in caplog.text


def test_it_works_in_one_event_loop_after_another() -> None:
    answers = Answers()
    changes = Changes(answers, every=0.001)
    for _ in range(3):
        answers.answer += 1
        asyncio.run(started(changes))
    changes.notify()


def test_new_reports_and_changed_ones(sqlite: Engine) -> None:
    store = RequestStore(sqlite)
    person = create_person(
        store=PeopleStore(sqlite),
        email="a@city.example",
        name="Ana",
        password="a long password",
        role=Role.DESK,
    )
    changes = changes_of(sqlite)
    assert changes_of(sqlite) is changes
    first = send(store, now=NOW)

    def late_one() -> None:
        """It took its time before the newest change and reaches the disk after it."""
        send(store, now=NOW.replace(year=2025))

    def moved_on() -> None:
        change_status(
            store=store,
            reference=first.reference,
            by=Staff(person.id),
            to=Status.IN_PROGRESS,
            note="",
            now=NOW,
        )

    asyncio.run(_each_is_heard(changes, [lambda: send(store, now=NOW), late_one, moved_on]))


async def _each_is_heard(changes: Changes, happenings: list[Callable[[], object]]) -> None:
    number = await started(changes)
    for happening in happenings:
        waiting = asyncio.create_task(changes.wait(number))
        await listening(changes, 1)
        await asyncio.to_thread(happening)
        changes.notify()
        number = await waiting


def test_a_closed_database_is_let_go(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path}/test.db")
    changes_of(engine)
    there = ref(engine)
    engine.dispose()
    del engine
    gc.collect()
    assert there() is None
