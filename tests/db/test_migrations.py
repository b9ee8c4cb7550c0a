"""The migrations make exactly the tables the classes describe, however often and by however many they are
run.
"""

import ast
import multiprocessing
from collections.abc import Iterator
from datetime import timedelta
from multiprocessing.synchronize import Barrier
from pathlib import Path

import pytest
import sqlalchemy as sql
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine

from app.db.engine import open_engine, read, write
from app.db.migrate import configuration, revision_of, upgrade, upgrade_engine
from app.db.tables import METADATA, TERMS
from app.requests.follow_keys import make_key
from app.requests.following import follow
from app.requests.store import RequestStore
from app.requests.store_filters import QueueFilter
from app.requests.store_queue import queue
from tests.factories import NOW, send, small_city

ROOT = Path(__file__).parents[2]
VERSIONS = ROOT / "app/db/migrations/versions"
OURS = {"app", "components", "state", "i18n", "tests"}


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    """A database that the migrations themselves have made, of each kind in turn; other tests get a copy."""
    engine = open_engine(url)
    upgrade_engine(engine)
    yield engine
    engine.dispose()


def test_tables_and_classes_agree(engine: Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "include_name": _is_ours}
        )
        assert compare_metadata(context, METADATA) == []


def _is_ours(name: str | None, kind: str, _parents: object) -> bool:
    """The index of terms is not a table that a class describes, nor is what FTS5 keeps behind it."""
    return kind != "table" or not str(name).startswith(TERMS)


def test_a_second_run_changes_nothing(url: str) -> None:
    upgrade(url)
    engine = open_engine(url)
    with engine.connect() as connection:
        first = revision_of(connection)
    upgrade(url)
    with engine.connect() as connection:
        assert revision_of(connection) == first is not None
    engine.dispose()


def test_what_was_stored_before_is_followed_by_nobody_yet_and_survives_the_way_back(engine: Engine) -> None:
    store = RequestStore(engine)
    with write(engine) as session:
        command.downgrade(configuration(session.connection()), "0001")
        session.execute(sql.text(_AS_FIRST_STORED), {"now": NOW, "answers": "[]"})
    upgrade_engine(engine)
    assert follow(store=store, city=small_city(), reference="4829135570243", key=make_key(), now=NOW) == 1
    with write(engine) as session:
        command.downgrade(configuration(session.connection()), "0001")
        assert session.execute(sql.text("SELECT reference FROM service_request")).scalar() == "4829135570243"


_AS_FIRST_STORED = """
INSERT INTO service_request (
    id, reference, version, status, service_code, service_name, received_at, updated_at, language, address_string,
    description, answers, manage_token_hash, digest, channel, review, first_name, last_name, email, phone
) VALUES (
    'x', '4829135570243', 1, 'submitted', 'pothole', '', :now, :now, 'en', '', '', :answers, '', '', 'web', :answers,
    '', '', '', ''
)
"""


def test_what_was_public_before_counts_as_not_looked_at(engine: Engine) -> None:
    with write(engine) as session:
        command.downgrade(configuration(session.connection()), "0004")
        session.execute(sql.text(_AS_FIRST_STORED), {"now": NOW, "answers": "[]"})
        for sha256 in ("a" * 64, "b" * 64):
            session.execute(sql.text(_PHOTO), {"now": NOW, "sha256": sha256})
    upgrade_engine(engine)
    with engine.connect() as connection:
        looks = connection.execute(sql.text("SELECT look FROM service_request UNION SELECT look FROM photo"))
        assert looks.scalars().all() == ["waiting"]
        names = set(connection.execute(sql.text("SELECT name FROM photo")).scalars())
        assert len(names) == 2 and all(len(name) == 22 for name in names)


def test_what_was_sent_before_there_was_an_index_is_found_and_found_after_the_way_back(
    engine: Engine,
) -> None:
    """Also of one moment, and of another one that comes later than its place in the table says."""
    store = RequestStore(engine)
    sent = [
        (now, send(store, now=now, description=f"A fallen elm {number}").reference)
        for number, now in enumerate([NOW + timedelta(minutes=3), NOW, NOW, NOW + timedelta(seconds=1)])
    ]
    with write(engine) as session:
        command.downgrade(configuration(session.connection()), "0007")
        tables = sql.inspect(session.connection()).get_table_names()
        assert not [name for name in tables if name.startswith(TERMS)]
    upgrade_engine(engine)
    sent.append(
        (NOW + timedelta(minutes=4), send(store, now=NOW + timedelta(minutes=4), description="elm").reference)
    )
    with read(engine) as connection:
        for newest_first in (True, False):
            page = queue(connection, QueueFilter(text="elm", newest_first=newest_first), limit=9)
            expected = [reference for _, reference in sorted(sent, reverse=newest_first)]
            assert [item.reference for item in page.items] == expected


_PHOTO = """
INSERT INTO photo (request_id, sha256, attached, position, description, state, content, added_at, by)
VALUES ('x', :sha256, TRUE, 0, '', 'stored', :sha256, :now, 'reporter')
"""


def _upgrade_together(url: str, start: Barrier) -> None:
    start.wait(60)
    upgrade(url)


@pytest.mark.slow
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


@pytest.mark.parametrize("file", sorted(VERSIONS.glob("*.py")), ids=lambda file: file.stem)
def test_a_migration_knows_nothing_of_ours_that_may_change(file: Path) -> None:
    modules = {
        name
        for node in ast.walk(ast.parse(file.read_text()))
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [str(node.module)]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert {name.partition(".")[0] for name in modules} & OURS == set()
