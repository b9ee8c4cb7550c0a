"""What a decoder that was broken into can reach: nothing but the photo it has."""

import multiprocessing
import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pebble import ProcessPool
from pydantic import ValidationError

from app.photos import sandbox, worker
from app.photos.worker import limited_shrink
from app.serve import check_photo_sandbox
from app.settings import Settings
from app.site.starting import CannotStart
from tests.photos.heavy_files import picture

PRODUCTION: dict[str, Any] = {
    "production": True,
    "base_url": "https://311.city.example",
    "trusted_proxies": 0,
}

REFUSED = sandbox.why_not()
needs_a_kernel_that_can = pytest.mark.skipif(
    bool(REFUSED), reason=f"this kernel lets no process be sealed: {REFUSED}"
)


@pytest.fixture(scope="module")
def pool() -> Iterator[ProcessPool]:
    """A worker as it is in production."""
    if REFUSED:
        pytest.skip(f"this kernel lets no process be sealed: {REFUSED}")
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


@needs_a_kernel_that_can
def test_who_starts_no_worker_keeps_all(tmp_path: Path) -> None:
    """Trying whether the kernel can do it takes nothing from the server itself."""
    assert sandbox.why_not() == ""
    with socket.socket():
        (tmp_path / "file").write_text("still writes")


@needs_a_kernel_that_can
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


# --- what whoever runs the portal is told -------------------------------------------------------------------


@pytest.fixture
def refusing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A kernel that does not let a process give anything up."""
    monkeypatch.setattr(sandbox, "why_not", lambda: "Operation not permitted")


@pytest.mark.usefixtures("refusing")
def test_production_does_not_start_without_a_seal_unless_somebody_has_said_so(tmp_path: Path) -> None:
    with pytest.raises(CannotStart, match="PORTAL_PHOTO_SANDBOX=off"):
        check_photo_sandbox(Settings(data=tmp_path, **PRODUCTION))
    check_photo_sandbox(Settings(data=tmp_path, **PRODUCTION, photo_sandbox=False))


@pytest.mark.usefixtures("refusing")
def test_elsewhere_it_is_said_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    check_photo_sandbox(Settings(data=tmp_path))
    [record] = caplog.records
    assert "without a sandbox: Operation not permitted" in record.getMessage()


def test_where_the_kernel_can_nothing_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(sandbox, "why_not", lambda: "")
    check_photo_sandbox(Settings(data=tmp_path, **PRODUCTION))
    assert caplog.records == []


@pytest.mark.parametrize(("said", "on"), [("off", False), ("on", True), ("", True)])
def test_the_seal_is_on_unless_it_is_said_to_be_off(
    monkeypatch: pytest.MonkeyPatch, said: str, on: bool
) -> None:
    monkeypatch.setenv("PORTAL_PHOTO_SANDBOX", said)
    assert Settings().photo_sandbox is on


def test_there_are_two_workers_at_least_and_as_many_as_somebody_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 1)
    assert Settings().photo_workers == 2
    monkeypatch.setenv("PORTAL_PHOTO_WORKERS", "7")
    assert Settings().photo_workers == 7
    for wrong in ("0", "33", "many"):
        monkeypatch.setenv("PORTAL_PHOTO_WORKERS", wrong)
        with pytest.raises(ValidationError, match="photo_workers"):
            Settings()
