"""How the database is opened: what a receipt and an erasure promise depends on it."""

import threading

import pytest
from sqlalchemy import Engine, select

from app.storage.engine import read, write
from app.storage.tables import PEOPLE

ROW = {"email": "a@b.example", "name": "A", "password_hash": "", "role": "desk"}


@pytest.mark.parametrize(
    ("pragma", "value"),
    [
        ("journal_mode", "wal"),
        ("synchronous", 2),  # FULL: a commit is on the disk
        ("secure_delete", 1),  # freed space is overwritten
        ("foreign_keys", 1),
        ("busy_timeout", 15_000),
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
