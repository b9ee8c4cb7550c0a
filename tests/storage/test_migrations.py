"""The migrations make exactly the tables the classes describe, however often and by however many they are
run.
"""

import multiprocessing
from multiprocessing.synchronize import Barrier

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine

from app.storage.engine import open_engine
from app.storage.migrate import revision_of, upgrade
from app.storage.tables import METADATA


def test_tables_and_classes_agree(engine: Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, METADATA) == []


def test_a_second_run_changes_nothing(url: str) -> None:
    upgrade(url)
    engine = open_engine(url)
    with engine.connect() as connection:
        first = revision_of(connection)
    upgrade(url)
    with engine.connect() as connection:
        assert revision_of(connection) == first is not None
    engine.dispose()


def _upgrade_together(url: str, start: Barrier) -> None:
    start.wait(60)
    upgrade(url)


def test_several_processes_at_once(url: str) -> None:
    spawn = multiprocessing.get_context("spawn")
    start = spawn.Barrier(3)
    processes = [spawn.Process(target=_upgrade_together, args=(url, start)) for _ in range(3)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0, 0, 0]
    engine = open_engine(url)
    with engine.connect() as connection:
        assert revision_of(connection) is not None
    engine.dispose()
