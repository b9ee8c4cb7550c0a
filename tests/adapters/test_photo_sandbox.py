"""What a decoder that was broken into can reach: nothing but the photo it has."""

import multiprocessing
import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pebble import ProcessPool

from app.adapters.photos import sandbox, worker
from app.adapters.photos.worker import limited_shrink
from tests.adapters.heavy_files import picture

REFUSED = sandbox.why_not()
pytestmark = pytest.mark.skipif(bool(REFUSED), reason=f"this kernel lets no process be sealed: {REFUSED}")


@pytest.fixture(scope="module")
def pool() -> Iterator[ProcessPool]:
    with worker.new_pool(workers=1, memory_bytes=2**30) as pool:
        yield pool


def in_worker(pool: ProcessPool, work: Callable[..., Any], *args: Any) -> Any:
    return pool.schedule(work, args=args).result()


@pytest.mark.parametrize(
    ("family", "kind"),
    [
        (socket.AF_INET, socket.SOCK_STREAM),
        (socket.AF_INET, socket.SOCK_DGRAM),
        (socket.AF_INET6, socket.SOCK_STREAM),
        (socket.AF_UNIX, socket.SOCK_STREAM),
        (socket.AF_NETLINK, socket.SOCK_RAW),
    ],
)
def test_no_socket_can_be_opened(pool: ProcessPool, family: int, kind: int) -> None:
    with pytest.raises(PermissionError):
        in_worker(pool, socket.socket, family, kind)


def test_no_file_can_be_opened_made_listed_or_removed(pool: ProcessPool, tmp_path: Path) -> None:
    database = tmp_path / "portal.db"
    database.write_bytes(b"people")
    for work, args in (
        (os.open, (database, os.O_RDONLY)),
        (os.open, (tmp_path / "planted", os.O_WRONLY | os.O_CREAT)),
        (os.listdir, (tmp_path,)),
        (os.unlink, (database,)),
        (os.rename, (database, tmp_path / "elsewhere")),
        (os.mkdir, (tmp_path / "folder",)),
        (os.open, (f"/proc/{os.getpid()}/mem", os.O_RDONLY)),
    ):
        with pytest.raises(PermissionError):
            in_worker(pool, work, *args)
    assert database.read_bytes() == b"people"


def test_no_other_process_can_be_reached_and_no_program_started(pool: ProcessPool) -> None:
    with pytest.raises(PermissionError):
        in_worker(pool, os.kill, os.getpid(), 0)
    with pytest.raises(PermissionError):
        in_worker(pool, os.execv, "/bin/true", ["true"])


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "GIF", "HEIF", "AVIF"])
def test_photos_of_every_format_are_worked_on_all_the_same(pool: ProcessPool, form: str) -> None:
    assert in_worker(pool, limited_shrink, picture(form), 20).width == 300


def test_who_starts_no_worker_keeps_all(tmp_path: Path) -> None:
    """Trying whether the kernel can do it takes nothing from the server itself."""
    assert sandbox.why_not() == ""
    with socket.socket():
        (tmp_path / "file").write_text("still writes")


@pytest.mark.skipif(os.getuid() != 0, reason="only the superuser can become somebody else")
def test_an_ordinary_user_can_be_sealed_too() -> None:
    def as_nobody() -> None:
        os.setgid(65534)
        os.setuid(65534)
        sandbox.seal()

    process = multiprocessing.get_context("fork").Process(target=as_nobody)
    process.start()
    process.join()
    assert process.exitcode == 0


def test_without_a_seal_photos_are_worked_on(tmp_path: Path) -> None:
    with worker.new_pool(workers=1, memory_bytes=2**30, sealed=False) as pool:
        assert in_worker(pool, limited_shrink, picture("JPEG"), 20).width == 300
        assert in_worker(pool, os.listdir, tmp_path) == []


@pytest.mark.parametrize("system", ["darwin", "win32"])
def test_a_system_that_cannot_says_why(monkeypatch: pytest.MonkeyPatch, system: str) -> None:
    monkeypatch.setattr("sys.platform", system)
    assert sandbox.why_not()
    with pytest.raises(OSError, match="not implemented"):
        sandbox.seal()
