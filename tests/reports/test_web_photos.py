"""Photos from a device: step by step over a connection that breaks, through restarts, and never from a stranger."""

import asyncio
import os
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.types import ASGIApp

from app.city.city import City
from app.db.engine import read
from app.db.turns import Turns
from app.http.built import Build
from app.http.portal import Portal
from app.http.security import guarded
from app.kit.ids import make_id, make_manage_token
from app.photos.models import PhotoState
from app.photos.pixels import MAX_BYTES
from app.photos.service import StoredPhoto
from app.photos.store import upload
from app.photos.tasks import finish_interrupted
from app.routes import url
from app.settings import Settings
from app.site.site import site
from tests.conftest import SHARED_DATA
from tests.devices import STEP, Sender, broken_off, browsing, make_photo, opened
from tests.photos.stand_ins import make

PHOTO = make_photo()
NO_PHOTO = b"This is no photo at all. " * 40


def talk(app: ASGIApp, conversation: Callable[[httpx.AsyncClient], Any], *, language: str = "en") -> Any:
    """Hold a conversation with the application."""

    async def hold() -> Any:
        async with browsing(app, language=language) as browser:
            return await conversation(browser)

    return asyncio.run(hold())


def hash_of(photo: bytes) -> str:
    return sha256(photo).hexdigest()


def path_of(portal: Portal, sender: Sender, photo: bytes) -> Path:
    return portal.spool.part(sender.id, hash_of(photo)).path


def state_of(portal: Portal, sender: Sender, photo: bytes) -> PhotoState | None:
    with read(portal.engine) as connection:
        known = upload(connection, sender.id, hash_of(photo))
    return None if known is None else known.state


def fail(portal: Portal, monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    """From now on no photo can be worked on."""

    async def process(path: Path, before: Any) -> StoredPhoto:
        raise error

    monkeypatch.setattr(portal.photos, "process", process)


# --- the way it should be -----------------------------------------------------------------------------------


def test_a_photo_comes_in_steps_and_is_stored(app: ASGIApp, portal: Portal) -> None:
    sender = Sender(PHOTO)

    async def conversation(browser: httpx.AsyncClient) -> None:
        receipt = await sender.send_text(browser)
        assert receipt["photos_missing"] == [hash_of(PHOTO)]
        before = await sender.head(browser, PHOTO)
        assert (before.status_code, before.content) == (200, b"")
        assert (before.headers["upload-offset"], before.headers["upload-state"]) == ("0", "expected")
        step = await sender.patch(browser, PHOTO, 0)
        assert (step.status_code, step.headers["upload-offset"]) == (204, str(STEP))
        between = await sender.head(browser, PHOTO)
        assert (between.headers["upload-offset"], between.headers["upload-state"]) == (str(STEP), "uploading")
        last = await sender.patch(browser, PHOTO, STEP)
        assert (last.status_code, last.json()) == (200, sender.stored(PHOTO))
        after = await sender.head(browser, PHOTO)
        assert (after.headers["upload-offset"], after.headers["upload-state"]) == (str(len(PHOTO)), "stored")
        assert (await sender.send_text(browser))["photos_missing"] == []

    talk(app, conversation)
    assert list(portal.spool.folder.iterdir()) == []


def test_an_answer_that_was_lost_can_be_asked_for_again(app: ASGIApp, counted: list[Path]) -> None:
    sender = Sender(PHOTO)

    async def conversation(browser: httpx.AsyncClient) -> list[httpx.Response]:
        await sender.send_text(browser)
        return [
            await sender.upload(browser, PHOTO),
            await sender.patch(browser, PHOTO, len(PHOTO)),
            await sender.patch(browser, PHOTO, STEP),
        ]

    answers = talk(app, conversation)
    assert [(answer.status_code, answer.json()) for answer in answers] == [(200, sender.stored(PHOTO))] * 3
    assert {answer.headers["upload-offset"] for answer in answers} == {str(len(PHOTO))}
    assert len(counted) == 1


def test_a_photo_that_cannot_be_used_says_so_in_the_language_of_the_device(app: ASGIApp) -> None:
    sender = Sender(NO_PHOTO)

    async def conversation(browser: httpx.AsyncClient) -> list[httpx.Response]:
        await sender.send_text(browser)
        first = await sender.upload(browser, NO_PHOTO)
        again = await sender.patch(browser, NO_PHOTO, len(NO_PHOTO))
        english = await sender.patch(browser, NO_PHOTO, len(NO_PHOTO), headers={"accept-language": "en"})
        head = await sender.head(browser, NO_PHOTO)
        assert head.headers["upload-state"] == "refused"
        # A device that has forgotten the answer asks for it once more.
        assert (await sender.send_text(browser))["photos_missing"] == [hash_of(NO_PHOTO)]
        return [first, again, english]

    first, again, english = talk(app, conversation, language="es")
    assert (first.status_code, first.json()["state"]) == (200, "refused")
    assert (first.json()["id"], first.json()["sha256"]) == (sender.id, hash_of(NO_PHOTO))
    assert again.json() == first.json()
    assert english.json()["message"].startswith("We cannot read this file as a photo")


# --- over a connection that breaks --------------------------------------------------------------------------


def test_a_step_that_begins_elsewhere_is_told_where_to_go_on(app: ASGIApp, portal: Portal) -> None:
    sender = Sender(PHOTO)

    async def conversation(browser: httpx.AsyncClient) -> None:
        await sender.send_text(browser)
        for offset in (1, STEP, len(PHOTO)):
            answer = await sender.patch(browser, PHOTO, offset)
            assert (answer.status_code, answer.headers["upload-offset"]) == (409, "0")
        await sender.patch(browser, PHOTO, 0)
        repeated = await sender.patch(browser, PHOTO, 0)
        assert (repeated.status_code, repeated.headers["upload-offset"]) == (409, str(STEP))

    talk(app, conversation)
    assert path_of(portal, sender, PHOTO).read_bytes() == PHOTO[:STEP]


def test_bytes_that_came_before_the_connection_broke_are_kept(app: ASGIApp, portal: Portal) -> None:
    sender = Sender(PHOTO)

    async def conversation(browser: httpx.AsyncClient) -> str:
        await sender.send_text(browser)
        pieces = [PHOTO[:1000], PHOTO[1000:5000]]
        await broken_off(app, "PATCH", sender.path(PHOTO), pieces, sender.headers(PHOTO, 0))
        return str((await sender.head(browser, PHOTO)).headers["upload-offset"])

    assert talk(app, conversation) == "5000"
    assert path_of(portal, sender, PHOTO).read_bytes() == PHOTO[:5000]


Cut = tuple[str, int]
CUTS = st.lists(
    st.tuples(st.sampled_from(["whole", "broken", "twice", "restart"]), st.integers(0, len(PHOTO))),
    max_size=12,
)


def test_whatever_happens_on_the_way_the_photo_arrives_as_it_is(portal: Portal, build: Build) -> None:
    server = Server(portal, build)

    # One worker process and one event loop for all examples.
    with asyncio.Runner() as runner:

        @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
        @given(cuts=CUTS)
        def holds(cuts: list[Cut]) -> None:
            runner.run(rough_way(server, cuts))

        holds()
    assert list(portal.spool.folder.iterdir()) == []


async def rough_way(server: "Server", cuts: list[Cut]) -> None:
    sender = Sender(PHOTO)
    async with browsing(server) as browser:
        await sender.send_text(browser)
        for what, size in cuts:
            offset = int((await sender.head(browser, PHOTO)).headers["upload-offset"])
            if what == "broken":
                piece = PHOTO[offset : offset + size]
                await broken_off(server, "PATCH", sender.path(PHOTO), [piece], sender.headers(PHOTO, offset))
            elif what == "restart":
                server.restart()
            else:
                steps = [
                    sender.patch(browser, PHOTO, offset, step=size) for _ in range(1 + (what == "twice"))
                ]
                assert {answer.status_code for answer in await asyncio.gather(*steps)} <= {200, 204, 409}
        last = await sender.upload(browser, PHOTO)
    assert last.json() == sender.stored(PHOTO)


class Server:
    """The application on one data folder; started again, it remembers only what is on the disk."""

    def __init__(self, portal: Portal, build: Build) -> None:
        self._portal, self._build = portal, build
        self.restart()

    def restart(self) -> None:
        self._app = guarded(site(replace(self._portal), self._build), self._portal.settings)

    async def __call__(self, *connection: Any) -> None:
        await self._app(*connection)


def test_every_step_boundary_can_be_the_last_thing_the_server_did(
    settings: Settings, city: City, build: Build
) -> None:
    """Killed after each step, before it could answer, the next server goes on from the file alone."""
    sender = Sender(PHOTO)
    steps = 0
    while True:
        with opened(settings, city) as portal:
            app = guarded(site(portal, build), settings)

            async def one_step(browser: httpx.AsyncClient) -> httpx.Response:
                await sender.send_text(browser)
                offset = int((await sender.head(browser, PHOTO)).headers["upload-offset"])
                return await sender.patch(browser, PHOTO, offset, step=STEP // 2)

            answer = talk(app, one_step)
        steps += 1
        if answer.status_code == 200:
            break
    assert answer.json() == sender.stored(PHOTO)
    assert steps == -(-len(PHOTO) // (STEP // 2))


def test_five_devices_with_the_same_step_write_it_once(app: ASGIApp, portal: Portal) -> None:
    sender = Sender(PHOTO)

    async def conversation(browser: httpx.AsyncClient) -> list[httpx.Response]:
        await sender.send_text(browser)
        return list(await asyncio.gather(*(sender.patch(browser, PHOTO, 0) for _ in range(5))))

    answers = talk(app, conversation)
    assert sorted(answer.status_code for answer in answers) == [204, 409, 409, 409, 409]
    assert {answer.headers["upload-offset"] for answer in answers} == {str(STEP)}
    assert path_of(portal, sender, PHOTO).read_bytes() == PHOTO[:STEP]


def test_five_devices_with_the_last_step_get_the_same_answer(app: ASGIApp, counted: list[Path]) -> None:
    sender = Sender(PHOTO)

    async def conversation(browser: httpx.AsyncClient) -> list[httpx.Response]:
        await sender.send_text(browser)
        await sender.patch(browser, PHOTO, 0)
        return list(await asyncio.gather(*(sender.patch(browser, PHOTO, STEP) for _ in range(5))))

    answers = talk(app, conversation)
    assert [(answer.status_code, answer.json()) for answer in answers] == [(200, sender.stored(PHOTO))] * 5
    assert len(counted) == 1


def test_bytes_that_are_not_what_was_announced_begin_anew(app: ASGIApp, portal: Portal) -> None:
    sender = Sender(PHOTO)
    damaged = PHOTO[:500] + bytes(10) + PHOTO[510:]

    async def conversation(browser: httpx.AsyncClient) -> list[httpx.Response]:
        await sender.send_text(browser)
        await browser.patch(sender.path(PHOTO), content=damaged[:STEP], headers=sender.headers(PHOTO, 0))
        wrong = await browser.patch(
            sender.path(PHOTO), content=damaged[STEP:], headers=sender.headers(PHOTO, STEP)
        )
        assert not path_of(portal, sender, PHOTO).exists()
        return [wrong, await sender.head(browser, PHOTO), await sender.upload(browser, PHOTO)]

    wrong, head, right = talk(app, conversation)
    assert (wrong.status_code, wrong.headers["upload-offset"]) == (422, "0")
    assert wrong.json()["message"]
    assert (wrong.json()["id"], wrong.json()["sha256"]) == (sender.id, hash_of(PHOTO))
    assert head.headers["upload-offset"] == "0"
    assert right.json() == sender.stored(PHOTO)


# --- when the trouble is ours -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "error", [OSError(28, "No space left on device"), RuntimeError("closed"), ValueError("?")]
)
def test_a_photo_that_cannot_be_worked_on_now_is_kept_and_asked_for_later(
    app: ASGIApp, portal: Portal, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    sender = Sender(PHOTO)

    async def first(browser: httpx.AsyncClient) -> httpx.Response:
        await sender.send_text(browser)
        return await sender.upload(browser, PHOTO)

    with monkeypatch.context() as patch:
        fail(portal, patch, error)
        answer = talk(app, first)
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0
    assert path_of(portal, sender, PHOTO).read_bytes() == PHOTO
    assert state_of(portal, sender, PHOTO) is PhotoState.UPLOADING

    async def later(browser: httpx.AsyncClient) -> httpx.Response:
        return await sender.patch(browser, PHOTO, len(PHOTO))

    assert talk(app, later).json() == sender.stored(PHOTO)


def test_a_disk_that_is_nearly_full_takes_texts_but_no_photos(
    app: ASGIApp, portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.kit.disk.KEEP_FREE", 10**18)
    sender = Sender(PHOTO)

    async def conversation(browser: httpx.AsyncClient) -> httpx.Response:
        await sender.send_text(browser)
        return await sender.patch(browser, PHOTO, 0)

    answer = talk(app, conversation)
    assert answer.status_code == 503
    assert "retry-after" in answer.headers
    assert not path_of(portal, sender, PHOTO).exists()


def test_what_was_whole_when_the_server_stopped_is_finished_at_its_next_start(
    app: ASGIApp, portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, half = Sender(PHOTO), Sender(PHOTO)

    async def conversation(browser: httpx.AsyncClient) -> None:
        await whole.send_text(browser)
        await half.send_text(browser)
        await half.patch(browser, PHOTO, 0)
        assert (await whole.upload(browser, PHOTO)).status_code == 503

    with monkeypatch.context() as patch:
        fail(portal, patch, RuntimeError("stopped"))
        talk(app, conversation)
        asyncio.run(finish_interrupted(portal))
        assert path_of(portal, whole, PHOTO).exists()
    asyncio.run(finish_interrupted(portal))
    assert state_of(portal, whole, PHOTO) is PhotoState.STORED
    assert not path_of(portal, whole, PHOTO).exists()
    assert path_of(portal, half, PHOTO).read_bytes() == PHOTO[:STEP]


def age(path: Path, portal: Portal, by: timedelta) -> Path:
    """Make a file as old as that."""
    os.utime(path, ((portal.now() - by).timestamp(),) * 2)
    return path


def test_photos_that_were_never_finished_are_removed_after_seven_days(app: ASGIApp, portal: Portal) -> None:
    old, young = Sender(PHOTO), Sender(PHOTO)

    async def half(browser: httpx.AsyncClient) -> None:
        for sender in (old, young):
            await sender.send_text(browser)
            await sender.patch(browser, PHOTO, 0)

    async def again(browser: httpx.AsyncClient) -> httpx.Response:
        assert (await old.head(browser, PHOTO)).headers["upload-offset"] == "0"
        return await old.upload(browser, PHOTO)

    talk(app, half)
    hour = timedelta(hours=1)
    age(path_of(portal, old, PHOTO), portal, timedelta(days=7) + hour)
    age(path_of(portal, young, PHOTO), portal, timedelta(days=7) - hour)
    asyncio.run(finish_interrupted(portal))
    assert list(portal.spool.folder.iterdir()) == [path_of(portal, young, PHOTO)]
    assert talk(app, again).json()["state"] == "stored"  # nothing is lost by it


def test_files_that_belong_to_no_report_are_removed_within_hours(portal: Portal) -> None:
    names = [f"{make_id()}-{hash_of(PHOTO)}.part", f"{make_id()}.new", "tmpabc.new", "something else"]
    for name in names:
        (portal.spool.folder / name).write_bytes(PHOTO)
    asyncio.run(finish_interrupted(portal))
    assert len(list(portal.spool.folder.iterdir())) == len(names)  # a form may be read just now
    for path in portal.spool.folder.iterdir():
        age(path, portal, timedelta(hours=2))
    asyncio.run(finish_interrupted(portal))
    assert list(portal.spool.folder.iterdir()) == []


@pytest.mark.parametrize("photo", [PHOTO, NO_PHOTO])
def test_what_an_older_release_has_left_of_finished_photos_is_removed_at_once(
    app: ASGIApp, portal: Portal, photo: bytes
) -> None:
    sender = Sender(photo)

    async def whole(browser: httpx.AsyncClient) -> None:
        await sender.send_text(browser)
        await sender.upload(browser, photo)

    talk(app, whole)
    for left in (photo, photo[:100]):
        path_of(portal, sender, photo).write_bytes(left)
        asyncio.run(finish_interrupted(portal))
        assert list(portal.spool.folder.iterdir()) == []


def test_a_photo_that_could_not_be_worked_on_for_seven_days_is_removed(
    app: ASGIApp, portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    sender = Sender(PHOTO)

    async def whole(browser: httpx.AsyncClient) -> None:
        await sender.send_text(browser)
        assert (await sender.upload(browser, PHOTO)).status_code == 503

    fail(portal, monkeypatch, OSError("the store is gone"))
    talk(app, whole)
    asyncio.run(finish_interrupted(portal))
    path = path_of(portal, sender, PHOTO)
    assert path.exists()
    age(path, portal, timedelta(days=7, hours=1))
    asyncio.run(finish_interrupted(portal))
    assert not path.exists()


# --- when many come at once ---------------------------------------------------------------------------------


def test_where_there_is_no_room_to_wait_the_photo_is_kept_and_asked_for_later(
    app: ASGIApp, portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(portal.photos, "turns", Turns(at_once=1, most_each=1, most=0))
    sender = Sender(PHOTO)

    async def conversation(browser: httpx.AsyncClient) -> None:
        await sender.send_text(browser)
        async with portal.photos.turns.turn("somebody else"):
            busy = await sender.upload(browser, PHOTO)
        assert busy.status_code == 503
        assert int(busy.headers["retry-after"]) > 0
        assert path_of(portal, sender, PHOTO).read_bytes() == PHOTO
        assert (await sender.patch(browser, PHOTO, len(PHOTO))).json()["state"] == "stored"

    talk(app, conversation)


def test_photos_of_one_network_do_not_hold_up_another(
    app: ASGIApp, portal: Portal, counted: list[Path]
) -> None:
    """Eight of one wait already; the one of the other comes last, and is worked on second."""
    many, one = [Sender(make_photo(number)) for number in range(8)], Sender(PHOTO)

    async def whole(sender: Sender, client: str) -> None:
        async with browsing(app, client=(client, 4711)) as browser:
            await sender.send_text(browser)
            photo = next(iter(sender.photos.values()))
            assert (await sender.upload(browser, photo)).json()["state"] == "stored"

    async def scene() -> None:
        async with portal.photos.turns.turn(None):
            tasks = [asyncio.create_task(whole(sender, "198.51.100.1")) for sender in many]
            await until_waiting(portal, len(many))
            tasks.append(asyncio.create_task(whole(one, "203.0.113.1")))
            await until_waiting(portal, len(many) + 1)
        await asyncio.gather(*tasks)

    asyncio.run(scene())
    assert counted.index(path_of(portal, one, PHOTO)) == 1


async def until_waiting(portal: Portal, count: int) -> None:
    """Wait until so many photos wait for their turn."""
    while portal.photos.turns.waiting < count:
        await asyncio.sleep(0.01)


def test_a_network_that_fills_the_disk_makes_room_with_its_own_oldest_photos(
    app: ASGIApp, portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.photos.room.MOST_OF_NETWORK", 5 * STEP)
    many, other = [Sender(PHOTO) for _ in range(7)], Sender(PHOTO)

    async def scene() -> None:
        async with browsing(app, client=("203.0.113.1", 4711)) as browser:
            await other.send_text(browser)
            await other.patch(browser, PHOTO, 0)
        async with browsing(app, client=("198.51.100.1", 4711)) as browser:
            for sender in many:
                await sender.send_text(browser)
                assert (await sender.patch(browser, PHOTO, 0)).status_code == 204
            # Who had to make way begins anew, and loses nothing.
            gone = await many[0].patch(browser, PHOTO, STEP)
            assert (gone.status_code, gone.headers["upload-offset"]) == (409, "0")
            assert (await many[0].upload(browser, PHOTO)).json()["state"] == "stored"

    asyncio.run(scene())
    assert path_of(portal, other, PHOTO).read_bytes() == PHOTO[:STEP]
    assert sum(path.stat().st_size for path in portal.spool.folder.iterdir()) <= 6 * STEP


def test_whatever_sends_a_photo_back_names_report_and_photo(app: ASGIApp) -> None:
    """By that a device knows our answer from one of somebody in between."""
    sender, unsent = Sender(PHOTO), Sender(PHOTO)

    async def conversation(browser: httpx.AsyncClient) -> list[httpx.Response]:
        await sender.send_text(browser)
        too_large = {"upload-length": str(MAX_BYTES + 1)}
        return [
            await sender.patch(browser, PHOTO, STEP),
            await sender.patch(browser, PHOTO, 0, headers=too_large),
            await unsent.patch(browser, PHOTO, 0),
        ]

    answers = talk(app, conversation)
    assert [answer.status_code for answer in answers] == [409, 413, 404]
    for answer, one in zip(answers, (sender, sender, unsent), strict=True):
        assert (answer.json()["id"], answer.json()["sha256"]) == (one.id, hash_of(PHOTO))


# --- strangers, and devices that make no sense --------------------------------------------------------------


def test_a_stranger_learns_nothing_and_changes_nothing(app: ASGIApp, portal: Portal) -> None:
    sender, other = Sender(PHOTO), Sender(PHOTO)
    unsent = Sender(PHOTO)

    async def conversation(browser: httpx.AsyncClient) -> list[httpx.Response]:
        await sender.send_text(browser)
        await other.send_text(browser)
        answers = []
        for authorization in (
            None,
            "",
            "Bearer",
            f"Bearer {make_manage_token()}",
            f"Bearer {other.token}",
            f"Basic {sender.token}",
            f"Bearer {sender.token}x",
        ):
            headers = sender.headers(PHOTO, 0)
            del headers["authorization"]
            if authorization is not None:
                headers["authorization"] = authorization
            answers.append(await browser.patch(sender.path(PHOTO), content=PHOTO[:STEP], headers=headers))
            assert (await browser.head(sender.path(PHOTO), headers=headers)).status_code == 404
        answers.append(await unsent.patch(browser, PHOTO, 0))
        answers.append(await sender.patch(browser, NO_PHOTO, 0))
        bad = url("upload", id=sender.id, sha256="x" * 64)
        answers.append(await browser.patch(bad, content=b"x", headers=sender.headers(PHOTO, 0)))
        return answers

    answers = talk(app, conversation)
    assert {answer.status_code for answer in answers} == {404}
    # What was asked for is named as it was asked for, whether it is there or not.
    assert {answer.json().get("id", sender.id) for answer in answers} == {sender.id, unsent.id}
    assert len({(answer.json()["error"], answer.json()["message"]) for answer in answers}) == 1
    assert list(portal.spool.folder.iterdir()) == []
    assert state_of(portal, sender, PHOTO) is PhotoState.EXPECTED


BAD_STEPS: list[tuple[int, dict[str, str]]] = [
    (415, {"content-type": "image/jpeg"}),
    (400, {"upload-offset": "-1"}),
    (400, {"upload-offset": "x"}),
    (400, {"upload-offset": ""}),
    (400, {"upload-offset": "\N{SUPERSCRIPT TWO}"}),
    (400, {"upload-offset": "9" * 400}),
    (400, {"upload-length": ""}),
    (400, {"upload-length": "0"}),
    (400, {"upload-length": "1.5"}),
    (400, {"upload-length": "100"}),
    (400, {"upload-offset": "200", "upload-length": "100"}),
    (413, {"upload-length": str(MAX_BYTES + 1)}),
]


@pytest.mark.parametrize(("status", "changes"), BAD_STEPS)
def test_a_step_that_makes_no_sense_is_told_why(
    app: ASGIApp, portal: Portal, status: int, changes: dict[str, str]
) -> None:
    sender = Sender(PHOTO)
    headers = [(name.encode(), value.encode()) for name, value in sender.headers(PHOTO, 0, **changes).items()]

    async def conversation(browser: httpx.AsyncClient) -> httpx.Response:
        await sender.send_text(browser)
        return await browser.patch(sender.path(PHOTO), content=PHOTO[:STEP], headers=headers)

    answer = talk(app, conversation)
    assert answer.status_code == status
    assert answer.json()["message"]
    assert list(portal.spool.folder.iterdir()) == []


def test_more_than_a_megabyte_at_once_is_refused_and_leaves_nothing(app: ASGIApp, portal: Portal) -> None:
    big = bytes(1024 * 1024 + 1)
    sender = Sender(big)

    async def conversation(browser: httpx.AsyncClient) -> httpx.Response:
        await sender.send_text(browser)
        pieces = [big[:STEP]] * 17
        assert await broken_off(app, "PATCH", sender.path(big), pieces, sender.headers(big, 0)) == 413
        return await sender.patch(browser, big, 0, step=len(big))

    answer = talk(app, conversation)
    assert (answer.status_code, answer.json()["error"]) == (413, "too_large")
    assert list(portal.spool.folder.iterdir()) == []


def test_looking_at_an_upload_with_get_is_not_possible(app: ASGIApp) -> None:
    sender = Sender(PHOTO)

    async def conversation(browser: httpx.AsyncClient) -> int:
        return (await browser.get(sender.path(PHOTO), headers=sender.rights)).status_code

    assert talk(app, conversation) == 405


# --- hostile files ------------------------------------------------------------------------------------------


REAL = SHARED_DATA / "photos"


@pytest.mark.parametrize(
    "real", [False, *[True] * REAL.is_dir()], ids=lambda real: "real" if real else "ours"
)
def test_every_hostile_file_ends_as_a_photo_or_in_a_sentence(
    app: ASGIApp, tmp_path: Path, real: bool
) -> None:
    folder = REAL if real else make(tmp_path / "photos")
    files = [path for path in sorted((folder / "hostile").iterdir()) if path.stat().st_size]
    assert len(files) > 20

    async def conversation(browser: httpx.AsyncClient) -> None:
        for path in files:
            content = path.read_bytes()
            sender = Sender(content)
            await sender.send_text(browser)
            answer = await sender.upload(browser, content, step=1024 * 1024)
            if len(content) > MAX_BYTES:
                assert answer.status_code == 413, path.name
                assert answer.json()["message"]
                continue
            assert answer.status_code == 200, path.name
            became = answer.json()
            assert became == sender.stored(content) or (became["state"] == "refused" and became["message"])
            missing = (await sender.send_text(browser))["photos_missing"]
            assert missing == ([hash_of(content)] if became["state"] == "refused" else [])

    talk(app, conversation)
