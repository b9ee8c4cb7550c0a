"""Where pictures are kept: whole or not at all, the same in a folder and in an object store."""

import asyncio
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from obstore.exceptions import BaseError
from obstore.store import MemoryStore

from app.photos.files import PhotoStore, open_store
from app.photos.pixels import Size

CONTENT = "ab12" + "0" * 60
FILES: dict[Size, bytes] = {"320": b"small" * 100, "800": b"middle" * 1000, "full": b"large" * 50_000}


@pytest.fixture(params=["folder", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> PhotoStore:
    return open_store(tmp_path / "photos") if request.param == "folder" else PhotoStore(MemoryStore())


def test_what_was_put_can_be_read_until_it_is_deleted(store: PhotoStore) -> None:
    async def scene() -> None:
        await store.put(CONTENT, FILES)
        for size, data in FILES.items():
            assert await store.get(CONTENT, size) == data
        await store.delete(CONTENT)
        for size in FILES:
            with pytest.raises(KeyError):
                await store.get(CONTENT, size)
        await store.delete(CONTENT)

    asyncio.run(scene())


@pytest.mark.parametrize(
    "content", ["../../etc/passwd", "", "AB" * 32, "a" * 63, "a" * 65, "a" * 64 + "\n", "%2e%2e"]
)
def test_a_key_that_is_no_hash_is_unknown(store: PhotoStore, content: str) -> None:
    async def scene() -> None:
        with pytest.raises(KeyError):
            await store.get(content, "full")
        await store.delete(content)

    asyncio.run(scene())


def test_a_size_there_is_not_is_unknown(store: PhotoStore) -> None:
    async def scene() -> None:
        await store.put(CONTENT, FILES)
        with pytest.raises(KeyError):
            await store.get(CONTENT, "640")  # type: ignore[arg-type]

    asyncio.run(scene())


def test_files_lie_where_the_design_says(tmp_path: Path) -> None:
    asyncio.run(open_store(tmp_path).put(CONTENT, FILES))
    found = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()}
    assert found == {f"ab/12/{CONTENT}/{size}.webp" for size in FILES}


def test_a_folder_can_be_given_as_a_url(tmp_path: Path) -> None:
    asyncio.run(open_store((tmp_path / "made").as_uri()).put(CONTENT, FILES))
    assert (tmp_path / "made/ab/12" / CONTENT / "full.webp").read_bytes() == FILES["full"]


def test_deleting_leaves_no_empty_folders_behind(tmp_path: Path) -> None:
    async def scene() -> None:
        store = open_store(tmp_path / "photos")
        await store.put(CONTENT, FILES)
        await store.delete(CONTENT)

    asyncio.run(scene())
    assert list((tmp_path / "photos").iterdir()) == []


def test_readers_and_writers_at_once_never_see_half_a_file(tmp_path: Path) -> None:
    async def scene() -> None:
        store = open_store(tmp_path)
        writers = [asyncio.create_task(store.put(CONTENT, FILES)) for _ in range(20)]
        while not all(writer.done() for writer in writers):
            try:
                assert await store.get(CONTENT, "full") == FILES["full"]
            except KeyError:
                await asyncio.sleep(0)
        await asyncio.gather(*writers)
        assert await store.get(CONTENT, "full") == FILES["full"]

    asyncio.run(scene())
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 3


def test_a_file_torn_by_a_power_failure_is_mended_by_the_next_upload(tmp_path: Path) -> None:
    torn = tmp_path / "ab/12" / CONTENT / "full.webp"
    torn.parent.mkdir(parents=True)
    torn.write_bytes(b"\0" * len(FILES["full"]))
    asyncio.run(open_store(tmp_path).put(CONTENT, FILES))
    assert torn.read_bytes() == FILES["full"]


def test_a_file_that_is_there_and_whole_is_left_alone(tmp_path: Path) -> None:
    async def scene() -> None:
        store = open_store(tmp_path)
        await store.put(CONTENT, FILES)
        before = {path: path.stat().st_ino for path in tmp_path.rglob("*.webp")}
        await store.put(CONTENT, FILES)
        assert {path: path.stat().st_ino for path in tmp_path.rglob("*.webp")} == before

    asyncio.run(scene())


def test_files_and_their_names_are_forced_to_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: set[int] = set()
    monkeypatch.setattr(os, "fsync", lambda handle: synced.add(os.fstat(handle).st_ino))
    asyncio.run(open_store(tmp_path).put(CONTENT, FILES))
    assert synced == {path.stat().st_ino for path in (tmp_path, *tmp_path.rglob("*"))}


def test_a_disk_that_cannot_keep_it_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full_disk(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full_disk)
    with pytest.raises(OSError, match="No space left"):
        asyncio.run(open_store(tmp_path).put(CONTENT, FILES))


def test_an_unknown_kind_of_store_is_refused() -> None:
    with pytest.raises(BaseError, match="gopher"):
        open_store("gopher://photos")


@pytest.fixture
def silent_store(monkeypatch: pytest.MonkeyPatch) -> Iterator[PhotoStore]:
    """An object store that takes every connection and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{silent.getsockname()[1]}")
        for name, value in {"ALLOW_HTTP": "true", "ACCESS_KEY_ID": "a", "SECRET_ACCESS_KEY": "b"}.items():
            monkeypatch.setenv(f"AWS_{name}", value)
        yield open_store("s3://photos")


def test_a_store_that_hangs_is_given_up(silent_store: PhotoStore) -> None:
    """Without a limit each of these takes three minutes: more than any test may take."""

    async def scene() -> tuple[object, ...]:
        doings = (
            silent_store.get(CONTENT, "full"),
            silent_store.put(CONTENT, FILES),
            silent_store.delete(CONTENT),
            silent_store.check(),
        )
        return tuple(await asyncio.gather(*doings, return_exceptions=True))

    assert all(isinstance(error, OSError) for error in asyncio.run(asyncio.wait_for(scene(), 60)))


def test_a_store_says_whether_it_is_there(tmp_path: Path) -> None:
    store = open_store(tmp_path / "photos")
    asyncio.run(store.check())
    (tmp_path / "photos").rmdir()
    with pytest.raises(OSError, match="photos"):
        asyncio.run(store.check())
