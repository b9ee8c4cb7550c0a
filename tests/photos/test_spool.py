"""The spool of photos: files that grow, are kept through a restart, and are finished once."""

import asyncio
import io
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from app.db.engine import read
from app.http.portal import Portal
from app.kit.errors import NotFound, Rejected
from app.kit.ids import make_id
from app.photos.models import PhotoClaim, PhotoState
from app.photos.pixels import MAX_BYTES
from app.photos.service import StoredPhoto
from app.photos.spool import Spool
from app.photos.store import upload
from app.photos.tasks import PhotosUnavailable, finish_interrupted, finish_photo
from app.requests.rules import expect_photo
from tests.devices import make_photo
from tests.factories import NOW

PHOTO = make_photo()


def hash_of(photo: bytes) -> str:
    return sha256(photo).hexdigest()


# --- a file that grows --------------------------------------------------------------------------------------


def test_a_photo_grows_through_a_restart_and_is_whole_when_its_digest_says_so(tmp_path: Path) -> None:
    request_id, half = make_id(), len(PHOTO) // 2

    async def begin() -> None:
        part = Spool(tmp_path).part(request_id, hash_of(PHOTO))
        assert await part.size() == 0
        assert await part.append(0, PHOTO[:half], length=len(PHOTO), network=None) == half
        assert not await part.is_intact()
        assert not await part.is_whole(len(PHOTO))

    async def go_on() -> None:
        part = Spool(tmp_path).part(request_id, hash_of(PHOTO))
        assert await part.size() == half
        await part.append(half, PHOTO[half:], length=len(PHOTO), network=None)
        assert await part.is_intact()
        assert await part.is_whole(len(PHOTO))
        assert await part.is_whole(None)
        assert not await part.is_whole(len(PHOTO) + 1)
        await part.remove()
        assert await part.size() == 0

    asyncio.run(begin())
    asyncio.run(go_on())
    assert list(tmp_path.iterdir()) == []


def test_only_a_file_with_the_name_of_a_photo_belongs_to_one(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    part = spool.part(make_id(), hash_of(PHOTO))
    found = spool.part_at(part.path)
    assert found is not None
    assert (found.request_id, found.sha256, found.path) == (part.request_id, part.sha256, part.path)
    for name in ("something else", part.path.stem, part.path.name.upper(), f"{make_id()}.new"):
        assert spool.part_at(tmp_path / name) is None


# --- photos that come with a form ---------------------------------------------------------------------------


async def receive(portal: Portal, request_id: str, content: bytes) -> PhotoClaim:
    return await portal.spool.receive(request_id, io.BytesIO(content), len(content))


def test_a_photo_of_a_form_is_kept_under_its_hash_and_finished_once(
    portal: Portal, counted: list[Path]
) -> None:
    request_id = make_id()

    async def form() -> None:
        claim = await receive(portal, request_id, PHOTO)
        assert (claim.sha256, claim.upload_bytes, claim.description) == (hash_of(PHOTO), len(PHOTO), "")
        part = portal.spool.part(request_id, claim.sha256)
        path = part.path
        assert path.read_bytes() == PHOTO
        assert path.parent == portal.spool.folder
        assert path.stat().st_mode & 0o077 == 0
        with pytest.raises(NotFound):
            await finish_photo(portal, part)
        expect_photo(store=portal.requests, request_id=request_id, claim=claim, now=NOW)
        # A browser that sends its form three times at once (offline.md, 0.1) brings the same photo three times.
        copies = [await receive(portal, request_id, PHOTO) for _ in range(3)]
        finished = await asyncio.gather(
            *(finish_photo(portal, portal.spool.part(request_id, copy.sha256)) for copy in copies)
        )
        assert {outcome.state for outcome in finished} == {PhotoState.STORED}
        late = await receive(portal, request_id, PHOTO)
        assert (
            await finish_photo(portal, portal.spool.part(request_id, late.sha256))
        ).state is PhotoState.STORED

    asyncio.run(form())
    assert len(counted) == 1
    assert list(portal.spool.folder.iterdir()) == []


def test_a_photo_of_a_form_that_is_too_large_is_refused_and_leaves_nothing(portal: Portal) -> None:
    async def form() -> None:
        await receive(portal, make_id(), bytes(MAX_BYTES + 1))

    with pytest.raises(Rejected) as caught:
        asyncio.run(form())
    assert [error.field for error in caught.value.errors] == ["media"]
    assert list(portal.spool.folder.iterdir()) == []


def test_a_photo_of_a_form_waits_when_it_cannot_be_worked_on(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    request_id = make_id()

    async def form() -> None:
        claim = await receive(portal, request_id, PHOTO)
        expect_photo(store=portal.requests, request_id=request_id, claim=claim, now=NOW)
        with pytest.raises(PhotosUnavailable):
            await finish_photo(portal, portal.spool.part(request_id, claim.sha256))

    async def full(path: Path, before: Any) -> StoredPhoto:
        raise OSError("full")

    with monkeypatch.context() as patch:
        patch.setattr(portal.photos, "process", full)
        asyncio.run(form())
    asyncio.run(finish_interrupted(portal))
    with read(portal.engine) as connection:
        known = upload(connection, request_id, hash_of(PHOTO))
    assert known is not None
    assert known.state is PhotoState.STORED
