"""The ledger: what was taken back stays so when the database comes back from a backup, whatever else happens."""

import multiprocessing
import os
import resource
import signal
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.exc import OperationalError

from app.db.engine import open_engine, read
from app.db.tables import REQUESTS
from app.kit.ids import make_id
from app.ledger import file as module
from app.ledger.file import Ledger, LedgerUnusable, Line, in_force, is_unbroken, open_ledger
from app.ledger.models import Kind, Taken, Thing
from app.ledger.rules import AGAIN, Again, catch_up
from app.requests.rules import Holder, erase_contact
from app.requests.store import RequestStore
from app.settings import Settings
from tests.databases import migrated
from tests.factories import NOW, report, send

KEY = b"k" * 32


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(tmp_path / "ledger", KEY)


def add(ledger: Ledger, kind: Kind, id: str = "x", minutes: int = 0, thing: Thing = Thing.REQUEST) -> None:
    with ledger.adding([Taken(kind, thing, id, NOW + timedelta(minutes=minutes))]):
        pass


def last(ledger: Ledger) -> dict[str, str]:
    return {line.hash: line.kind for line in in_force(ledger.lines())}


# --- the file


def test_a_line_says_what_was_decided_and_nothing_about_whom(ledger: Ledger) -> None:
    id = make_id()
    add(ledger, Kind.ERASE, id)
    (line,) = ledger.lines()
    assert (line.kind, line.thing, line.at, line.voids) == ("erase", "request", NOW, None)
    assert id not in ledger.file.read_text()
    assert (
        line.hash
        == ledger.hash_of("request", id)
        != Ledger(ledger.file.parent, b"z" * 32).hash_of("request", id)
    )
    assert ledger.file.stat().st_mode & 0o077 == ledger.file.parent.stat().st_mode & 0o077 == 0


def test_the_last_line_about_a_thing_holds(ledger: Ledger) -> None:
    for minute, kind in enumerate([Kind.HIDE, Kind.SHOW, Kind.HIDE, Kind.ERASE, Kind.STOP, Kind.CONSENT]):
        add(ledger, kind, minutes=minute)
    add(ledger, Kind.SHOW, "y", 9)
    assert sorted(
        (line.kind, line.hash == ledger.hash_of("request", "x")) for line in in_force(ledger.lines())
    ) == [
        ("consent", True),
        ("erase", True),
        ("hide", True),
        ("show", False),
    ]


def test_a_clock_that_was_set_back_does_not_turn_the_order_round(ledger: Ledger) -> None:
    add(ledger, Kind.HIDE, minutes=60)
    add(ledger, Kind.SHOW, minutes=0)
    assert list(last(ledger).values()) == ["show"]


def test_what_was_not_carried_out_does_not_count(ledger: Ledger) -> None:
    add(ledger, Kind.HIDE)
    with pytest.raises(ZeroDivisionError), ledger.adding([Taken(Kind.SHOW, Thing.REQUEST, "x", NOW)]):
        raise ZeroDivisionError
    assert list(last(ledger).values()) == ["hide"]
    assert is_unbroken(ledger.lines())


def test_what_may_have_been_carried_out_counts(ledger: Ledger) -> None:
    """The connection broke while the database committed: nobody can tell. The next start sees to it."""
    lost = OperationalError("COMMIT", {}, Exception("gone"), connection_invalidated=True)
    with pytest.raises(OperationalError), ledger.adding([Taken(Kind.ERASE, Thing.REQUEST, "x", NOW)]):
        raise lost
    assert list(last(ledger).values()) == ["erase"]


@pytest.mark.parametrize("torn", [b"{", b'{"id":"', b"\xff\x00", b"{}", b"[]", b"null", b'{"at":"x"}'])
@pytest.mark.parametrize("ended", [False, True])
def test_a_line_that_was_not_written_to_its_end_is_left_out(ledger: Ledger, torn: bytes, ended: bool) -> None:
    add(ledger, Kind.HIDE, "x")
    with ledger.file.open("ab") as file:
        file.write(torn + b"\n" * ended)
    add(ledger, Kind.HIDE, "y")
    add(ledger, Kind.HIDE, "z")
    assert len(last(ledger)) == 3
    assert is_unbroken(ledger.lines())


def test_every_end_of_a_torn_line_is_left_out(ledger: Ledger) -> None:
    add(ledger, Kind.HIDE, "x")
    whole = ledger.file.read_bytes()
    add(ledger, Kind.HIDE, "y")
    second = ledger.file.read_bytes()[len(whole) :]
    for length in range(len(second) - 1):
        ledger.file.write_bytes(whole + second[:length])
        add(ledger, Kind.HIDE, "z")
        assert last(ledger) == {ledger.hash_of("request", id): "hide" for id in "xz"}, length
        assert is_unbroken(ledger.lines())


def test_lines_that_were_changed_or_lost_are_noticed(ledger: Ledger) -> None:
    for id in "abcd":
        add(ledger, Kind.HIDE, id)
    lines = ledger.file.read_bytes().splitlines(keepends=True)
    for changed in (lines[:1] + lines[2:], lines[1:], [lines[0].replace(b"hide", b"show"), *lines[1:]]):
        ledger.file.write_bytes(b"".join(changed))
        assert not is_unbroken(ledger.lines())
    ledger.file.write_bytes(b"".join(lines))
    assert is_unbroken(ledger.lines())


def test_another_copy_is_added_and_nothing_is_lost(ledger: Ledger, tmp_path: Path) -> None:
    add(ledger, Kind.HIDE, "both", 0)
    other = Ledger(tmp_path / "other", KEY)
    other.add_missing(ledger.lines())
    add(other, Kind.SHOW, "both", 5)
    add(ledger, Kind.HIDE, "both", 3)
    add(ledger, Kind.ERASE, "here", 4)
    assert ledger.add_missing(other.lines()) == 1
    assert ledger.add_missing(other.lines()) == 0
    assert last(ledger) == {
        ledger.hash_of("request", "both"): "show",
        ledger.hash_of("request", "here"): "erase",
    }
    assert is_unbroken(ledger.lines())


def _add_many(folder: Path, name: str) -> None:
    ledger = Ledger(folder, KEY)
    for number in range(25):
        add(ledger, Kind.HIDE, f"{name}{number}")


@pytest.mark.slow
def test_several_processes_write_at_once(ledger: Ledger) -> None:
    spawn = multiprocessing.get_context("spawn")
    processes = [spawn.Process(target=_add_many, args=(ledger.file.parent, name)) for name in "ab"]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0, 0]
    assert len(last(ledger)) == 50
    assert is_unbroken(ledger.lines())


@contextmanager
def _room_for(size: int) -> Iterator[None]:
    """No file may grow beyond these bytes, as on a full disk: what does not fit is written in part, then refused."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("room", [0, 1, 50, 399])
def test_what_does_not_fit_on_the_disk_is_not_carried_out_and_leaves_nothing(
    ledger: Ledger, room: int
) -> None:
    add(ledger, Kind.HIDE, "x")
    before = ledger.file.read_bytes()
    two = [Taken(Kind.HIDE, Thing.REQUEST, id, NOW) for id in "yz"]
    with _room_for(len(before) + room), pytest.raises(OSError, match="large"), ledger.adding(two):
        pytest.fail("it was carried out")
    assert ledger.file.read_bytes() == before
    add(ledger, Kind.SHOW, "x")
    assert list(last(ledger).values()) == ["show"]
    assert is_unbroken(ledger.lines())


def test_what_was_not_carried_out_does_not_count_on_a_full_disk_either(ledger: Ledger) -> None:
    """There is room for the line, and none to say that it is void."""
    add(ledger, Kind.HIDE, "x")
    before = ledger.file.read_bytes()

    def fill_the_disk() -> None:
        full.enter_context(_room_for(ledger.file.stat().st_size + 20))
        raise ZeroDivisionError

    show = [Taken(Kind.SHOW, Thing.REQUEST, "x", NOW)]
    with ExitStack() as full, pytest.raises(ZeroDivisionError), ledger.adding(show):
        fill_the_disk()
    assert ledger.file.read_bytes() == before


def test_whoever_reads_waits_until_a_line_is_carried_out_or_void(ledger: Ledger) -> None:
    with ThreadPoolExecutor() as threads:
        begun = threading.Event()

        def read_all() -> list[Line]:
            begun.set()
            return ledger.lines()

        def fail(reading: Future[list[Line]]) -> None:
            begun.wait()
            readings.append(reading)
            raise ZeroDivisionError

        readings: list[Future[list[Line]]] = []
        hide = [Taken(Kind.HIDE, Thing.REQUEST, "x", NOW)]
        with pytest.raises(ZeroDivisionError), ledger.adding(hide):
            fail(threads.submit(read_all))
        assert in_force(readings[0].result()) == []


# --- the key


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path / "data")


def test_the_key_is_made_once_and_for_nobody_else(settings: Settings) -> None:
    first = open_ledger(settings)
    add(first, Kind.HIDE)
    key = settings.keys / module.KEY_FILE
    assert key.stat().st_mode & 0o777 == 0o600
    assert open_ledger(settings).lines() == first.lines() != []
    assert list(settings.keys.iterdir()) == [key]


def test_without_its_key_a_ledger_is_not_begun_anew(settings: Settings) -> None:
    add(open_ledger(settings), Kind.HIDE)
    (settings.keys / module.KEY_FILE).unlink()
    with pytest.raises(LedgerUnusable, match=r"ledger\.key"):
        open_ledger(settings)
    (settings.keys / module.KEY_FILE).write_text("ab" * 32)
    with pytest.raises(LedgerUnusable, match="another key"):
        open_ledger(settings).lines()


def test_a_portal_with_another_key_does_not_start_even_if_nothing_is_new(
    settings: Settings, older: Engine
) -> None:
    """Else it would go on with lines that the other key cannot read."""
    ledger = open_ledger(settings)
    fields = report()
    send(RequestStore(older, ledger), fields)
    erase(RequestStore(older, ledger), fields)
    assert catch_up(older, ledger) == 0
    (settings.keys / module.KEY_FILE).write_text("ab" * 32)
    with pytest.raises(LedgerUnusable, match="another key"):
        catch_up(older, open_ledger(settings))


# --- and the database


@pytest.fixture
def kept(engine: Engine, ledger: Ledger) -> RequestStore:
    return RequestStore(engine, ledger)


@pytest.fixture
def older(sqlite_url: str, tmp_path: Path) -> Iterator[Engine]:
    """Another database, as a backup would bring it."""
    with migrated(f"sqlite:///{tmp_path / 'older.db'}") as engine:
        yield engine


def emails(engine: Engine) -> dict[str, str]:
    with read(engine) as connection:
        return {row.id: row.email for row in connection.execute(select(REQUESTS.c.id, REQUESTS.c.email))}


def erase(store: RequestStore, fields: dict[str, str], minutes: int = 1) -> None:
    erase_contact(
        store=store,
        reference=fields["reference"],
        by=Holder(fields["manage_token"]),
        now=NOW + timedelta(minutes=minutes),
    )


def test_what_was_erased_stays_erased_in_a_database_that_comes_back(
    kept: RequestStore, engine: Engine, ledger: Ledger, older: Engine
) -> None:
    erased, other = report(), report()
    for store in (kept, RequestStore(older, ledger)):
        send(store, erased)
        send(store, other)
    erase(kept, erased)
    assert emails(older) == {erased["id"]: "ana@mail.example", other["id"]: "ana@mail.example"}
    assert catch_up(older, ledger) == 1
    assert emails(older) == emails(engine) == {erased["id"]: "", other["id"]: "ana@mail.example"}
    with read(older) as connection:
        at = connection.execute(
            select(REQUESTS.c.contact_erased_at).where(REQUESTS.c.id == erased["id"])
        ).scalar()
    assert at == NOW + timedelta(minutes=1)
    assert catch_up(older, ledger) == 0


def test_a_report_that_comes_again_after_the_city_lost_it_comes_without_what_was_erased(
    kept: RequestStore, ledger: Ledger, older: Engine, tmp_path: Path
) -> None:
    fields = report(email="secret-4473@mail.example")
    send(kept, fields)
    erase(kept, fields)
    catch_up(older, ledger)
    lost = RequestStore(older, ledger)
    assert send(lost, fields).status == "created"
    assert emails(older) == {fields["id"]: ""}
    assert b"secret-4473" not in b"".join(file.read_bytes() for file in tmp_path.glob("older.db*"))


def test_a_database_that_knows_everything_is_not_read_through(
    kept: RequestStore, engine: Engine, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    fields = report()
    send(kept, fields)
    erase(kept, fields)
    monkeypatch.setattr(Ledger, "lines", lambda self: pytest.fail("the ledger was read"))
    assert catch_up(engine, ledger) == 0


def test_an_erasure_that_failed_leaves_nothing_behind(
    kept: RequestStore, engine: Engine, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    fields = report()
    send(kept, fields)
    with monkeypatch.context() as patch:
        patch.setattr("app.ledger.store.note_seen", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            erase(kept, fields)
    assert emails(engine) == {fields["id"]: "ana@mail.example"}
    catch_up(engine, ledger)
    assert emails(engine) == {fields["id"]: "ana@mail.example"}
    erase(kept, fields)
    assert emails(engine) == {fields["id"]: ""}


def test_what_a_process_left_undone_is_done_at_the_next_start(
    kept: RequestStore, engine: Engine, ledger: Ledger
) -> None:
    """It died after it had written the line. Others went on, so the database must not believe it knows all."""
    left, other = report(), report()
    send(kept, left)
    send(kept, other)
    add(ledger, Kind.ERASE, left["id"])
    erase(kept, other)
    assert catch_up(engine, ledger) == 1
    assert set(emails(engine).values()) == {""}


def _die(*_: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _write_half(file: BinaryIO, lines: Sequence[Line], chain: str) -> str:
    written = lines[0].chained(chain).encoded()
    file.write(written[: len(written) // 2])
    _die()
    return ""


def _url(engine: Engine) -> str:
    """For another process."""
    return engine.url.render_as_string(hide_password=False)


def _erase_and_die(url: str, folder: Path, fields: dict[str, str], moment: str) -> None:
    patch = pytest.MonkeyPatch()
    match moment:
        case "before the line":
            patch.setattr(module, "_append", _die)
        case "within the line":
            patch.setattr(module, "_append", _write_half)
        case "before the commit":
            patch.setattr("app.ledger.store.note_seen", _die)
    erase(RequestStore(open_engine(url), Ledger(folder, KEY)), fields)
    _die()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("moment", "left", "erased"),
    [
        ("before the line", 0, False),
        ("within the line", 0, False),
        ("before the commit", 1, True),
        ("after the commit", 0, True),
    ],
)
def test_a_process_may_be_killed_at_any_moment(
    kept: RequestStore, engine: Engine, ledger: Ledger, moment: str, left: int, erased: bool
) -> None:
    """First the line, then the commit, then the person hears of it: nobody is told of what the ledger does not know."""
    fields = report()
    send(kept, fields)
    child = multiprocessing.get_context("spawn").Process(
        target=_erase_and_die, args=(_url(engine), ledger.file.parent, fields, moment)
    )
    child.start()
    child.join()
    assert child.exitcode == -signal.SIGKILL
    assert emails(engine)[fields["id"]] == ("" if moment == "after the commit" else "ana@mail.example")
    assert catch_up(engine, ledger) == left
    assert emails(engine)[fields["id"]] == ("" if erased else "ana@mail.example")
    erase(kept, fields)
    assert emails(engine)[fields["id"]] == ""
    assert is_unbroken(ledger.lines())
    assert [line.kind for line in in_force(ledger.lines())] == ["erase"]


def _erase_all(url: str, folder: Path, all_fields: list[dict[str, str]]) -> None:
    engine = open_engine(url)
    for fields in all_fields:
        erase(RequestStore(engine, Ledger(folder, KEY)), fields)
    engine.dispose()


@pytest.mark.slow
def test_several_portals_take_things_back_at_once(kept: RequestStore, engine: Engine, ledger: Ledger) -> None:
    reports = [report() for _ in range(12)]
    for fields in reports:
        send(kept, fields)
    spawn = multiprocessing.get_context("spawn")
    processes = [
        spawn.Process(target=_erase_all, args=(_url(engine), ledger.file.parent, reports[half::2]))
        for half in (0, 1)
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0, 0]
    assert set(emails(engine).values()) == {""}
    assert len(in_force(ledger.lines())) == 12
    assert is_unbroken(ledger.lines())
    assert catch_up(engine, ledger) == 0


def test_what_stands_in_the_ledger_is_on_the_disk_before_the_database_has_it(
    kept: RequestStore, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    fields = report()
    send(kept, fields)

    def full(_: int) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("app.ledger.file.os.fsync", full)
    with pytest.raises(OSError, match="disk full"):
        erase(kept, fields)
    assert set(emails(engine).values()) == {"ana@mail.example"}


def test_a_ledger_that_is_not_there_any_more_is_not_begun_anew(
    kept: RequestStore, engine: Engine, ledger: Ledger
) -> None:
    """A disk that was not mounted, most probably."""
    fields = report()
    send(kept, fields)
    erase(kept, fields)
    ledger.file.rename(ledger.file.with_name("elsewhere"))
    with pytest.raises(LedgerUnusable, match="Is its disk there"):
        catch_up(engine, ledger)
    assert not ledger.file.exists()
    ledger.file.touch()
    assert catch_up(engine, ledger) == 0


def test_a_ledger_that_has_lost_lines_is_told_to_whoever_runs_the_portal(
    kept: RequestStore, engine: Engine, ledger: Ledger, caplog: pytest.LogCaptureFixture
) -> None:
    for fields in (report(), report()):
        send(kept, fields)
        erase(kept, fields)
    first, _ = ledger.file.read_bytes().splitlines(keepends=True)
    ledger.file.write_bytes(first)
    catch_up(engine, ledger)
    assert "has lost lines" in caplog.text


@pytest.mark.parametrize(
    ("kinds", "hidden"),
    [(["hide"], True), (["hide", "show"], False), (["hide", "show", "hide"], True), (["show"], False)],
)
def test_a_replay_follows_what_lifts_a_decision(
    engine: Engine, ledger: Ledger, monkeypatch: pytest.MonkeyPatch, kinds: list[str], hidden: bool
) -> None:
    """A kind that is added to the table is carried out with the id of the thing, the last decision only."""
    fields = report()
    send(RequestStore(engine), fields)
    seen = []

    def again(kind: Kind) -> Again:
        return lambda transaction, id, at: seen.append((kind, id))

    for kind in (Kind.HIDE, Kind.SHOW):
        monkeypatch.setitem(AGAIN, (kind, Thing.REQUEST), again(kind))
    for name in kinds:
        add(ledger, Kind(name), fields["id"])
    catch_up(engine, ledger)
    assert seen == [(Kind.HIDE if hidden else Kind.SHOW, fields["id"])]
    with RequestStore(engine, ledger).writing() as transaction:
        assert (Kind.HIDE in transaction.taken_back(Thing.REQUEST, fields["id"])) == hidden


def test_the_ledger_of_a_later_version_is_read(engine: Engine, ledger: Ledger) -> None:
    add(ledger, Kind.HIDE)
    line = ledger.lines()[0]
    ledger.file.write_text(ledger.file.read_text().replace('"hide"', '"something new"'))
    assert ledger.lines()[0].hash == line.hash
    assert catch_up(engine, ledger) == 0


# --- erased from the files, too


def test_an_erasure_is_complete_only_when_its_last_trace_is_gone(
    sqlite: Engine, ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody reads while it happens: the log keeps the words until the next try."""
    monkeypatch.setattr("app.db.engine.SCRUB_SECONDS", 0)
    store = RequestStore(sqlite, ledger)
    fields = report(email="trace-5591@mail.example")
    send(store, fields)

    def traces() -> list[str]:
        return [
            file.name
            for file in sorted(tmp_path.rglob("*"))
            if file.is_file() and b"trace-5591" in file.read_bytes()
        ]

    reader = sqlite3.connect(tmp_path / "test.db", isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM service_request").fetchall()
    erase(store, fields)
    assert traces() != []
    assert not store.scrub()
    reader.execute("COMMIT")
    assert store.scrub()
    assert traces() == []
    reader.close()


def test_one_erasure_is_not_taken_for_another(
    sqlite: Engine, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One comes between the emptying of the log and the note that it is empty: that note is not about it."""
    store = RequestStore(sqlite, ledger)
    first, second = report(), report()
    send(store, first)
    send(store, second)

    def another_comes(engine: Engine) -> bool:
        monkeypatch.setattr("app.requests.store.scrub", lambda engine: False)
        erase(store, second)
        return True

    monkeypatch.setattr("app.requests.store.scrub", another_comes)
    erase(store, first)
    assert not store.scrub()
    monkeypatch.undo()
    assert store.scrub()
