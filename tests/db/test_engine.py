"""How the database is opened: what a receipt and an erasure promise depends on it."""

import asyncio
import socket
import sqlite3
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as WaitedTooLong

from app.db.engine import PATIENCE_OF_SERVER, open_engine, read, write
from app.db.tables import PEOPLE
from app.db.threads import TooBusy, reading, writing
from app.people.store import PeopleStore

ROW = {"email": "a@b.example", "name": "A", "password_hash": "", "role": "desk"}


@pytest.mark.parametrize(
    ("pragma", "value"),
    [
        ("journal_mode", "wal"),
        ("synchronous", 2),  # FULL: a commit is on the disk
        ("secure_delete", 1),  # freed space is overwritten
        ("foreign_keys", 1),
        ("journal_size_limit", 16 * 1024**2),
        ("busy_timeout", 2_000),  # whoever sends hears of it within three seconds
    ],
)
def test_every_connection_keeps_the_promises(sqlite: Engine, pragma: str, value: object) -> None:
    with sqlite.connect() as first, sqlite.connect() as second:
        for connection in (first, second):
            assert connection.exec_driver_sql(f"PRAGMA {pragma}").scalar() == value


def test_a_failed_write_leaves_nothing(engine: Engine) -> None:
    def fail_half_way() -> None:
        with write(engine) as session:
            session.execute(PEOPLE.insert(), {"id": "1", **ROW})
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_half_way()
    with read(engine) as connection:
        assert connection.execute(select(PEOPLE.c.id)).all() == []


def test_a_reader_sees_one_moment(sqlite: Engine) -> None:
    with read(sqlite) as connection:
        assert connection.execute(select(PEOPLE.c.id)).all() == []
        with write(sqlite) as session:
            session.execute(PEOPLE.insert(), {"id": "1", **ROW})
        assert connection.execute(select(PEOPLE.c.id)).all() == []
    with read(sqlite) as connection:
        assert connection.execute(select(PEOPLE.c.id)).scalars().all() == ["1"]


@pytest.fixture
def locked(sqlite: Engine) -> Iterator[None]:
    """Another process writes to the database, and does not come to an end."""
    other = sqlite3.connect(str(sqlite.url.database), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    yield
    other.close()


@pytest.mark.usefixtures("locked")
def test_sixty_senders_hear_of_it_and_readers_are_answered_meanwhile(sqlite: Engine) -> None:
    """Waiting is bounded in all: for a thread, for the turn in this process, for the lock of another one."""

    def send() -> None:
        with write(sqlite) as session:
            session.execute(PEOPLE.insert(), {"id": "1", **ROW})

    def look() -> int:
        with read(sqlite) as connection:
            return len(connection.execute(select(PEOPLE.c.id)).all())

    async def scene() -> list[Any]:
        senders = [asyncio.ensure_future(writing(send)) for _ in range(60)]
        await asyncio.sleep(0)
        # Nobody has given up yet when all the looks have been answered.
        assert await asyncio.gather(*(reading(look) for _ in range(20))) == [0] * 20
        assert not any(sender.done() for sender in senders)
        return await asyncio.gather(*senders, return_exceptions=True)

    # In a row, two seconds each, they would take a minute: no bound on time is needed to tell.
    refused = asyncio.run(asyncio.wait_for(scene(), 30))
    assert all(isinstance(error, OperationalError | WaitedTooLong | TooBusy) for error in refused)


@pytest.mark.usefixtures("locked")
def test_who_is_only_looking_does_not_wait_for_the_lock(
    sqlite: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would wait for an hour, and this test for ever."""
    monkeypatch.setattr("app.db.engine.BUSY_SECONDS", 3600.0)
    engine = open_engine(str(sqlite.url))
    PeopleStore(engine).remember_seen("nobody", datetime.now(UTC))
    with pytest.raises(OperationalError), write(engine, patience=0) as session:
        session.execute(PEOPLE.insert(), {"id": "1", **ROW})
    engine.dispose()


def test_a_turn_that_never_comes_is_given_up(sqlite: Engine) -> None:
    """Within this process writers queue up before they ask the database."""

    def try_meanwhile() -> None:
        with pytest.raises(WaitedTooLong), write(sqlite, patience=0):
            pass

    with write(sqlite), ThreadPoolExecutor(1) as other:
        other.submit(try_meanwhile).result(30)


@pytest.mark.slow
def test_postgresql_is_told_how_long_visitors_wait(postgres_url: str) -> None:
    engine = open_engine(postgres_url)
    with read(engine) as connection:
        for name, value in PATIENCE_OF_SERVER.items():
            assert connection.exec_driver_sql(f"SHOW {name}").scalar() == value
    engine.dispose()


def test_a_server_that_never_answers_is_given_up() -> None:
    """Its port accepts a connection and then says nothing, as behind a firewall that drops everything."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        engine = open_engine(f"postgresql+psycopg://portal@127.0.0.1:{silent.getsockname()[1]}/portal")
        with pytest.raises(OperationalError), read(engine):
            pass
        engine.dispose()


def test_writers_take_turns(engine: Engine) -> None:
    """Each adds a mark to what it has read; none may be lost."""
    with write(engine) as session:
        session.execute(PEOPLE.insert(), {"id": "1", **ROW, "name": ""})

    def add_marks() -> None:
        for _ in range(10):
            with write(engine) as session:
                row = select(PEOPLE.c.name).where(PEOPLE.c.id == "1").with_for_update()
                name = session.execute(row).scalar_one()
                session.execute(PEOPLE.update().where(PEOPLE.c.id == "1").values(name=name + "x"))

    threads = [threading.Thread(target=add_marks) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with read(engine) as connection:
        assert connection.execute(select(PEOPLE.c.name)).scalar_one() == "x" * 80
