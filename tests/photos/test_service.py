"""Photos from the upload to the store: what goes wrong with one ends in a sentence, and the next one works."""

import asyncio
import hashlib
import io
import multiprocessing
import os
import random
import resource
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path

import pytest
from obstore.exceptions import BaseError
from obstore.store import MemoryStore
from pebble import ProcessExpired
from PIL import Image

from app.photos import worker
from app.photos.files import PhotoStore, open_store
from app.photos.service import PhotoRefused, PhotoService
from i18n import translator
from tests.photos.heavy_files import interlaced, tiled

WORKER_NAME = "pebble_pool_worker"


@asynccontextmanager
async def running(**options: object) -> AsyncIterator[PhotoService]:
    service = PhotoService(store=PhotoStore(MemoryStore()), **options)  # type: ignore[arg-type]
    try:
        yield service
    finally:
        await asyncio.to_thread(service.close)


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "photo.jpg"
    Image.linear_gradient("L").resize((800, 600)).convert("RGB").save(path)
    return path


@pytest.fixture(scope="module")
def slow_photo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A photo that takes half a second of CPU: long enough to be met in work."""
    path = tmp_path_factory.mktemp("slow") / "slow.png"
    path.write_bytes(interlaced(4000, 3000))
    return path


async def until_in_work(service: PhotoService) -> None:
    """Wait until a worker has taken a photo."""
    while not any(future.running() for future in service._workers._running):
        await asyncio.sleep(0.01)


@contextmanager
def held(process: multiprocessing.process.BaseProcess) -> Iterator[int]:
    """A worker that does nothing for as long as the test likes."""
    assert process.pid
    os.kill(process.pid, signal.SIGSTOP)
    try:
        yield process.pid
    finally:
        with suppress(ProcessLookupError):
            os.kill(process.pid, signal.SIGCONT)


async def refusal(service: PhotoService, path: Path) -> str:
    with pytest.raises(PhotoRefused) as caught:
        await service.process(path)
    return translator("en")(caught.value.message)


def worker_processes() -> list[multiprocessing.process.BaseProcess]:
    return [child for child in multiprocessing.active_children() if child.name == WORKER_NAME]


def test_a_photo_is_stored_under_the_hash_of_its_full_size(photo: Path) -> None:
    async def scene() -> None:
        async with running() as service:
            stored = await service.process(photo)
            full = await service.read(stored.content, "full")
            assert stored.content == hashlib.sha256(full).hexdigest()
            assert (stored.width, stored.height, stored.bytes) == (800, 600, len(full))
            assert len(await service.read(stored.content, "320")) < len(
                await service.read(stored.content, "800")
            )
            assert await service.process(photo) == stored
            await service.delete(stored.content)
            with pytest.raises(KeyError):
                await service.read(stored.content, "full")

    asyncio.run(scene())


def test_other_work_goes_on_while_a_photo_is_in_work(slow_photo: Path) -> None:
    """Would never end if `process` blocked the event loop: this same loop lets the worker go on."""

    async def scene() -> None:
        async with running() as service:
            task = asyncio.create_task(service.process(slow_photo))
            await until_in_work(service)
            [process] = worker_processes()
            with held(process):
                for _ in range(100):
                    await asyncio.sleep(0)
                assert not task.done()
            assert (await task).width == 1600

    asyncio.run(scene())


def test_ticks_arrive_while_pixels_are_worked_on(tmp_path: Path) -> None:
    big = tmp_path / "big.png"
    Image.effect_noise((3000, 2000), 50).save(big, compress_level=1)

    async def scene() -> None:
        async with running() as service:
            task = asyncio.create_task(service.process(big))
            ticks = 0
            while not task.done():
                await asyncio.sleep(0)
                ticks += 1
            assert (await task).width == 1600
            assert ticks > 100  # a blocked loop sees about one for each await within process, some twenty

    asyncio.run(scene())


def test_two_workers_work_at_the_same_time(photo: Path, slow_photo: Path) -> None:
    async def scene() -> None:
        async with running(workers=2) as service:
            slow = asyncio.create_task(service.process(slow_photo))
            await until_in_work(service)
            assert (await service.process(photo)).width == 800
            assert not slow.done()  # overtaken
            assert (await slow).width == 1600

    asyncio.run(scene())


async def refusal_of(task: "asyncio.Task[object]") -> str:
    with pytest.raises(PhotoRefused) as caught:
        await task
    return translator("en")(caught.value.message)


ENDS = pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSEGV, signal.SIGTERM])


async def end_worker(service: PhotoService, how: signal.Signals) -> None:
    """As soon as one has taken a photo; returns when its end has been noticed."""
    await until_in_work(service)
    [process] = worker_processes()
    [work] = service._workers._running
    with held(process) as pid:
        os.kill(pid, how)
    while work.running():
        await asyncio.sleep(0.01)


@pytest.mark.slow
@ENDS
def test_a_photo_whose_worker_was_killed_is_worked_on_by_another(
    slow_photo: Path, how: signal.Signals
) -> None:
    """The system kills somebody where memory is short: that says nothing about the photo."""

    async def scene() -> None:
        async with running() as service:
            task = asyncio.create_task(service.process(slow_photo))
            await end_worker(service, how)
            assert (await task).width == 1600

    asyncio.run(scene())


@pytest.mark.slow
@ENDS
def test_a_photo_of_which_two_workers_die_is_refused_and_costs_no_other(
    photo: Path, slow_photo: Path, how: signal.Signals
) -> None:
    async def scene() -> None:
        async with running() as service:
            task = asyncio.create_task(service.process(slow_photo))
            await end_worker(service, how)
            await end_worker(service, how)
            assert "tried to open this photo" in await refusal_of(task)
            assert (await service.process(photo)).width == 800

    asyncio.run(scene())


@pytest.mark.slow
def test_a_worker_killed_between_photos_costs_none(photo: Path) -> None:
    async def scene() -> None:
        async with running() as service:
            await service.process(photo)
            [process] = worker_processes()
            assert process.pid
            os.kill(process.pid, signal.SIGKILL)
            assert (await service.process(photo)).width == 800

    asyncio.run(scene())


def test_a_photo_that_takes_too_long_is_given_up(photo: Path, slow_photo: Path) -> None:
    async def scene() -> None:
        async with running(seconds=0.1) as service:
            assert "tried to open this photo" in await refusal(service, slow_photo)
        async with running() as service:
            assert (await service.process(photo)).width == 800

    asyncio.run(scene())


def test_a_worker_ends_by_itself_when_its_time_is_up(slow_photo: Path) -> None:
    """Nobody looks at the clock here."""
    with worker.new_pool(workers=1, memory_bytes=2**31) as pool:
        work = pool.schedule(worker.limited_shrink, args=(slow_photo.read_bytes(), 0.1))
        with pytest.raises(ProcessExpired) as caught:
            work.result()
    assert caught.value.exitcode == -signal.SIGPROF


def test_photos_of_48_megapixels_are_taken_in_the_time_there_is(tmp_path: Path) -> None:
    grain = Image.effect_noise((2016, 1512), 20).resize((8064, 6048)).convert("RGB")
    grain.save(tmp_path / "large.jpg", quality=50)
    tile = io.BytesIO()
    grain.crop((0, 0, 512, 512)).save(tile, "HEIF", quality=50)
    heic = tiled(tile.getvalue(), columns=16, rows=12, size=(8064, 6048))
    (tmp_path / "large.heic").write_bytes(heic)

    async def scene() -> None:
        async with running() as service:
            for name in ("large.jpg", "large.heic"):
                assert (await service.process(tmp_path / name)).width == 1600

    asyncio.run(scene())


def test_a_pool_that_is_stuck_is_replaced(
    photo: Path, slow_photo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scene() -> None:
        async with running(seconds=20) as service:
            await service.process(photo)
            with monkeypatch.context() as patch:
                patch.setattr(
                    worker, "_GRACE", 0.2 - 20 * worker.CLOCK
                )  # as if the pool missed its own limit
                assert "tried to open this photo" in await refusal(service, slow_photo)
            assert (await service.process(photo)).width == 800

    asyncio.run(scene())


@pytest.mark.skipif(sys.platform == "darwin", reason="macOS has no limit on a process's memory")
def test_a_photo_that_needs_too_much_memory_is_given_up(photo: Path, tmp_path: Path) -> None:
    large = tmp_path / "large.png"
    Image.new("RGB", (7000, 5000)).save(large, compress_level=1)

    async def scene() -> None:
        async with running(memory_bytes=200 * 1024 * 1024) as service:
            assert "tried to open this photo" in await refusal(service, large)
            assert (await service.process(photo)).width == 800

    asyncio.run(scene())


def test_giving_up_waiting_frees_the_worker(photo: Path, slow_photo: Path) -> None:
    async def scene() -> None:
        async with running() as service:
            task = asyncio.create_task(service.process(slow_photo))
            await until_in_work(service)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert (await service.process(photo)).width == 800

    asyncio.run(scene())


def test_closing_ends_what_is_in_work(slow_photo: Path) -> None:
    async def scene() -> None:
        async with running() as service:
            task = asyncio.create_task(service.process(slow_photo))
            await until_in_work(service)
            await asyncio.to_thread(service.close)
            with pytest.raises(RuntimeError, match="closed"):
                await task
        assert worker_processes() == []

    asyncio.run(scene())


def test_workers_are_replaced_after_a_number_of_photos(photo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "TASKS_PER_WORKER", 2)

    async def scene() -> None:
        async with running() as service:
            await service.process(photo)
            [process] = worker_processes()
            await service.process(photo)
            await asyncio.to_thread(process.join)
            assert process.exitcode == 0
            assert (await service.process(photo)).width == 800

    asyncio.run(scene())


def test_a_worker_holds_nothing_of_the_rest_of_the_portal() -> None:
    with worker.new_pool(workers=1, memory_bytes=2**30) as pool:
        modules = pool.schedule(eval, args=("set(__import__('sys').modules)",)).result()
    assert "app.photos.pixels" in modules
    ours = {name.split(".")[1] for name in modules if name.startswith("app.")}
    assert ours <= {"photos", "kit"}
    assert not {"reflex", "sqlmodel", "sqlalchemy", "starlette", "app.app"} & modules


def test_a_worker_cannot_write_files_even_if_it_is_not_sealed(tmp_path: Path) -> None:
    with worker.new_pool(workers=1, memory_bytes=2**30, sealed=False) as pool:
        writing = pool.schedule(Path.write_bytes, args=(tmp_path / "planted", b"x"))
        with pytest.raises(OSError, match="too large"):
            writing.result()


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "GIF", "HEIF", "AVIF"])
def test_damaged_bytes_end_in_a_picture_or_a_sentence(tmp_path: Path, form: str) -> None:
    whole = io.BytesIO()
    Image.effect_noise((200, 150), 40).convert("RGB").save(whole, form)
    chance = random.Random(form)  # the same damage in every run

    async def scene() -> int:
        refused = 0
        async with running() as service:
            for number in range(40):
                data = bytearray(whole.getvalue())
                for _ in range(chance.randint(1, 20)):
                    data[chance.randrange(len(data) if number % 2 else 200)] = chance.randrange(256)
                upload = tmp_path / str(number)
                upload.write_bytes(data)
                try:
                    assert (await service.process(upload)).content
                except PhotoRefused:
                    refused += 1
        return refused

    assert asyncio.run(scene()) > 0


def test_a_system_without_a_limit_still_takes_photos(photo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(what: int, limits: tuple[int, int]) -> None:
        raise ValueError("current limit exceeds maximum limit")

    monkeypatch.setattr(resource, "setrlimit", unknown)
    assert worker.limited_shrink(photo.read_bytes(), 20).width == 800


# --- not the photo's fault


def test_a_missing_upload_is_not_the_photos_fault(tmp_path: Path) -> None:
    async def scene() -> None:
        async with running() as service:
            with pytest.raises(FileNotFoundError):
                await service.process(tmp_path / "nowhere.jpg")

    asyncio.run(scene())


def test_a_broken_store_is_not_the_photos_fault(photo: Path, tmp_path: Path) -> None:
    async def scene() -> None:
        service = PhotoService(store=open_store(tmp_path / "photos"))
        (tmp_path / "photos").rmdir()
        (tmp_path / "photos").write_text("now a file")
        try:
            with pytest.raises((OSError, BaseError)):
                await service.process(photo)
            (tmp_path / "photos").unlink()
            (tmp_path / "photos").mkdir()
            assert (await service.process(photo)).width == 800
        finally:
            service.close()

    asyncio.run(scene())


def test_every_refusal_says_what_to_do_and_that_the_report_is_safe(tmp_path: Path, photo: Path) -> None:
    uploads = {"text.jpg": b"hello", "half.jpg": photo.read_bytes()[:2000], "heavy.jpg": b"\xff" * 16_000_000}

    async def scene() -> set[str]:
        sentences = set()
        async with running() as service:
            for name, data in uploads.items():
                (tmp_path / name).write_bytes(data)
                sentences.add(await refusal(service, tmp_path / name))
        return sentences

    sentences = asyncio.run(scene())
    assert len(sentences) == 3
    for sentence in sentences:
        assert "lease" in sentence and sentence.endswith("Your report itself is safe.")
