"""What keeps the portal from starting is a sentence that says what to do, and exit status 1."""

import os
import shutil
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

from app import serve
from app.people import command as desk_user
from app.places import command as import_places
from app.settings import get_settings
from app.site import supervisor
from app.site.starting import in_words
from app.site.supervisor import Plan

Break = Callable[[Path, pytest.MonkeyPatch], None]


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The data folder of a portal whose pages have been built, on a port of its own."""
    for name in os.environ:
        if name.startswith("PORTAL_"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".build").mkdir()
    (tmp_path / ".build/static.json").write_text("{}")
    (tmp_path / ".web/build/client/assets").mkdir(parents=True)
    monkeypatch.setenv("PORTAL_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("PORTAL_LISTEN", "127.0.0.1")
    monkeypatch.setenv("PORT", str(free_port()))
    monkeypatch.setattr(serve, "SECONDS_TO_HAND_OVER", 0)
    umask = os.umask(0o022)
    get_settings.cache_clear()
    yield tmp_path / "data"
    get_settings.cache_clear()
    os.umask(umask)


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Plan]]:
    """Everything up to the moment when it would serve."""
    plans: list[Plan] = []
    monkeypatch.setattr(Plan, "carry_out", lambda plan: plans.append(plan))
    yield plans
    for plan in plans:
        os.close(plan.lock)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start() -> str:
    """Start it and return what it says instead."""
    get_settings.cache_clear()
    with pytest.raises(SystemExit) as ended:
        serve.main()
    assert isinstance(ended.value.code, str)  # printed to stderr, and the status is 1
    return ended.value.code


def test_with_nothing_in_the_way_it_starts(data: Path, started: list[Plan]) -> None:
    serve.main()
    assert started[0].address == "127.0.0.1"
    assert (data / "portal.db").stat().st_mode & 0o077 == 0


def no_pages(data: Path, patch: pytest.MonkeyPatch) -> None:
    shutil.rmtree(data.parent / ".web")


def no_database(data: Path, patch: pytest.MonkeyPatch) -> None:
    data.mkdir()
    (data / "portal.db").write_bytes(b"these are no pages of a database " * 300)


def damaged(data: Path, patch: pytest.MonkeyPatch) -> None:
    """Its first page is whole; others are not."""
    patch.setattr(Plan, "carry_out", lambda plan: os.close(plan.lock))
    serve.main()
    file = data / "portal.db"
    whole = file.read_bytes()
    file.write_bytes(whole[:8192] + os.urandom(len(whole) - 8192))


def newer(data: Path, patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Plan, "carry_out", lambda plan: os.close(plan.lock))
    serve.main()
    with sqlite3.connect(data / "portal.db") as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    database.close()


def folder_is_a_file(data: Path, patch: pytest.MonkeyPatch) -> None:
    data.write_text("not a folder")


def full(data: Path, patch: pytest.MonkeyPatch) -> None:
    patch.setenv("PORTAL_DATABASE_URL", "sqlite:////dev/full")


def no_folder_for_the_database(data: Path, patch: pytest.MonkeyPatch) -> None:
    patch.setenv("PORTAL_DATABASE_URL", f"sqlite:///{data}/nowhere/portal.db")


def nobody_answers(data: Path, patch: pytest.MonkeyPatch) -> None:
    patch.setenv("PORTAL_DATABASE_URL", f"postgresql+psycopg://portal@127.0.0.1:{free_port()}/portal")


def no_address(data: Path, patch: pytest.MonkeyPatch) -> None:
    patch.setenv("PORTAL_DATABASE_URL", "my database")


def no_number(data: Path, patch: pytest.MonkeyPatch) -> None:
    patch.setenv("PORTAL_TRUSTED_PROXIES", "many")
    patch.setenv("PORT", "http")


def unfit(data: Path, patch: pytest.MonkeyPatch) -> None:
    patch.setenv("PORTAL_PRODUCTION", "true")


def open_to_all(data: Path, patch: pytest.MonkeyPatch) -> None:
    patch.setenv("PORTAL_PRODUCTION", "true")
    patch.setenv("PORTAL_BASE_URL", "https://311.city.example")
    patch.setenv("PORTAL_TRUSTED_PROXIES", "1")
    data.mkdir()
    data.chmod(0o755)


def bad_city(data: Path, patch: pytest.MonkeyPatch) -> None:
    patch.setenv("PORTAL_CITY", str(data))


def no_store(data: Path, patch: pytest.MonkeyPatch) -> None:
    patch.setenv("PORTAL_PHOTO_STORE", "gopher://photos")


def silent_store(data: Path, patch: pytest.MonkeyPatch) -> None:
    patch.setenv("PORTAL_PHOTO_STORE", "s3://photos")
    patch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{free_port()}")
    for name, value in {"ALLOW_HTTP": "true", "ACCESS_KEY_ID": "a", "SECRET_ACCESS_KEY": "b"}.items():
        patch.setenv(f"AWS_{name}", value)


@pytest.mark.parametrize(
    ("in_the_way", "said"),
    [
        (no_pages, ["make build"]),
        (no_database, ["no SQLite database", "backup"]),
        (damaged, ["damaged", "backup"]),
        (newer, ["newer version"]),
        (folder_is_a_file, ["PORTAL_DATA must name a folder"]),
        (full, ["start again"]),
        (no_folder_for_the_database, ["cannot be opened"]),
        (nobody_answers, ["PORTAL_DATABASE_URL"]),
        (no_address, ["PORTAL_DATABASE_URL is not a database address"]),
        (no_number, ["PORTAL_TRUSTED_PROXIES: ", "PORT: "]),
        (unfit, ["PORTAL_BASE_URL", "PORTAL_TRUSTED_PROXIES"]),
        (open_to_all, ["others can read", "chmod"]),
        (bad_city, ["PORTAL_CITY"]),
        (no_store, ["PORTAL_PHOTO_STORE"]),
        (silent_store, ["PORTAL_PHOTO_STORE"]),
    ],
)
def test_what_is_in_the_way_is_said_in_words(
    data: Path, monkeypatch: pytest.MonkeyPatch, in_the_way: Break, said: list[str]
) -> None:
    in_the_way(data, monkeypatch)
    sentence = start()
    assert all(words in sentence for words in said), sentence
    assert "Traceback" not in sentence


def test_a_taken_port_and_a_taken_folder_are_refused(
    data: Path, monkeypatch: pytest.MonkeyPatch, started: list[Plan]
) -> None:
    serve.main()
    assert f"process {os.getpid()}" in start()
    monkeypatch.setenv("PORTAL_DATA", str(data.with_name("another")))
    with socket.create_server(("127.0.0.1", 0)) as other:
        monkeypatch.setenv("PORT", str(other.getsockname()[1]))
        assert "PORTAL_LISTEN" in start()


def test_commands_run_beside_a_portal(
    data: Path, monkeypatch: pytest.MonkeyPatch, started: list[Plan]
) -> None:
    serve.main()
    monkeypatch.setenv("PORTAL_DESK_PASSWORD", "correct horse battery")
    assert desk_user.main(["--email", "a@city.example", "--name", "Ana"]) == 0


@pytest.mark.parametrize("command", [desk_user.main, import_places.main])
def test_other_commands_say_it_in_words_too(
    data: Path, monkeypatch: pytest.MonkeyPatch, command: Callable[[list[str]], int]
) -> None:
    monkeypatch.setenv("PORTAL_DATABASE_URL", "my database")
    with pytest.raises(SystemExit) as ended:
        command([])
    assert "PORTAL_DATABASE_URL" in str(ended.value.code)


def test_a_wrong_password_of_postgresql_is_told_from_a_silent_server() -> None:
    from sqlalchemy.exc import OperationalError

    refused = OperationalError("", {}, Exception('password authentication failed for user "portal"'))
    with pytest.raises(SystemExit, match="refuses the password"), in_words():
        raise refused


def test_a_fault_of_ours_stays_one() -> None:
    with pytest.raises(KeyError), in_words():
        raise KeyError("x")


def test_the_process_that_watches_stays_small() -> None:
    """It holds nothing of the portal, whatever was needed to look whether it can start."""
    code = (
        "import sys, app.site.supervisor; print([name for name in sys.modules if name.split('.')[0] in %r])"
    )
    heavy = ("reflex", "sqlalchemy", "pydantic", "PIL", "numpy", "starlette", "httpx")
    said = subprocess.run([sys.executable, "-c", code % (heavy,)], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"


# --- who watches --------------------------------------------------------------------------------------------

PLAN = Plan("127.0.0.1", 0, "Portland", 0, 0)


def dying(monkeypatch: pytest.MonkeyPatch, *, comes_up: bool, lives: int = 1000) -> list[int]:
    """A server that ends by itself, so many times; returns one entry for each start."""
    starts: list[int] = []

    class Dying:
        interrupt_signal = is_leaving = False

        def __init__(self, plan: Plan, connections: int, *, spawned: Callable[[], None]) -> None:
            starts.append(len(starts))
            self._spawned = spawned

        def serve(self) -> None:
            self._spawned()
            if len(starts) < lives:
                raise SystemExit(1)

    class Outlook:
        """Sees at once whether it is up."""

        def __init__(self, plan: Plan, *, aloud: bool) -> None:
            self.is_up = False

        def start(self) -> None:
            self.is_up = comes_up

        def end(self) -> None:
            pass

    monkeypatch.setattr(supervisor, "Portal", Dying)
    monkeypatch.setattr(supervisor, "Outlook", Outlook)
    monkeypatch.setattr(supervisor, "room_for_connections", lambda: 1000)
    return starts


def test_a_portal_that_dies_once_is_started_again(monkeypatch: pytest.MonkeyPatch) -> None:
    starts = dying(monkeypatch, comes_up=True, lives=3)
    supervisor.supervise(PLAN)
    assert len(starts) == 3


def test_one_that_dies_again_and_again_is_given_up_with_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    starts = dying(monkeypatch, comes_up=True)
    with pytest.raises(SystemExit, match="given up"):
        supervisor.supervise(PLAN)
    assert len(starts) == supervisor.MOST_DEATHS


def test_deaths_that_lie_far_apart_are_forgiven(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = count(0, supervisor.WITHIN_SECONDS)
    monkeypatch.setattr(supervisor, "monotonic", lambda: next(clock))
    starts = dying(monkeypatch, comes_up=True, lives=20)
    supervisor.supervise(PLAN)
    assert len(starts) == 20


def test_one_that_never_came_up_is_not_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    starts = dying(monkeypatch, comes_up=False)
    with pytest.raises(SystemExit, match="could not start"):
        supervisor.supervise(PLAN)
    assert len(starts) == 1
