"""What is deleted by itself: what the city pack's table says and nothing else, with its files, and for good."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import obstore
import pytest
from obstore.exceptions import GenericError
from sqlalchemy import select

from app.backups.photos import whole
from app.city.city import City
from app.city.loader import load_city
from app.db.engine import read, write
from app.db.tables import HOLDS, HOUSEKEEPING, PHOTOS, REQUESTS, TAKEN, UNWANTED, UPDATES, WORDS
from app.http.portal import Portal, open_portal
from app.http.security import guarded
from app.photos.files import PhotoStore, open_store
from app.requests.rules import Staff, add_internal_note
from app.requests.statuses import Status
from app.retention.holds import hold_report, set_hold
from app.retention.schedule import RetentionRule
from app.retention.store import due
from app.settings import CITY, Settings
from app.site.site import site
from app.site.upkeep import (
    complete_erasures,
    delete_unwanted_photos,
    dispose_of_what_is_due,
    forget_unsent_photos,
)
from tests.devices import Sender, browsing, make_photo, opened, send_json
from tests.factories import report, send, small_city
from tests.visitor import Visitor, visit

YEARS = timedelta(days=3 * 365)


def city_with(*rules: tuple[str, str]) -> City:
    table = tuple(RetentionRule(kind=kind, period=period, schedule="8001") for kind, period in rules)  # type: ignore[arg-type]
    return small_city().model_copy(update={"retention": table})


def finish(portal: Portal, id: str, ago: timedelta = YEARS, status: Status = Status.CLOSED) -> None:
    with write(portal.engine) as session:
        change = REQUESTS.update().where(REQUESTS.c.id == id)
        session.execute(change.values(status=status.value, updated_at=portal.now() - ago))


def count(portal: Portal, table: Any) -> int:
    with read(portal.engine) as connection:
        return len(connection.execute(select(table)).all())


def stored(portal: Portal) -> int:
    return len(list((portal.settings.data / "photos").rglob("*.webp")))


def upkeep(portal: Portal) -> None:
    async def once() -> None:
        await dispose_of_what_is_due(portal)
        await delete_unwanted_photos(portal)
        await complete_erasures(portal)

    asyncio.run(once())


def with_photos(portal: Portal, build: Any, *seeds: int) -> list[str]:
    """Reports with a photo each; returns their ids."""
    senders = [Sender(make_photo(seed)) for seed in seeds]

    async def scene() -> None:
        async with browsing(guarded(site(portal, build), portal.settings)) as browser:
            for sender in senders:
                await sender.send_text(browser)
                for photo in sender.photos.values():
                    assert (await sender.upload(browser, photo)).status_code == 200

    asyncio.run(scene())
    return [sender.id for sender in senders]


@pytest.mark.parametrize(
    "rules", [[], [("report", "10 years")], [("contact", "4 years"), ("photos", "1200 days")]]
)
def test_nothing_is_deleted_that_the_table_does_not_name_or_that_is_not_due(
    settings: Settings, rules: list[tuple[str, str]]
) -> None:
    with opened(settings, city_with(*rules)) as portal:
        finish(portal, send(portal.requests).id)
        upkeep(portal)
        with read(portal.engine) as connection:
            assert connection.execute(select(REQUESTS.c.email)).scalars().all() == ["ana@mail.example"]
        assert not portal.ledger.file.exists()


def test_a_report_goes_with_all_that_belongs_to_it(settings: Settings, build: Any) -> None:
    with opened(settings, city_with(("report", "2 years"))) as portal:
        gone, same_picture, still_open, held, recent = with_photos(portal, build, 1, 1, 2, 3, 4)
        with read(portal.engine) as connection:
            references = dict(connection.execute(select(REQUESTS.c.id, REQUESTS.c.reference)).all())
        add_internal_note(
            store=portal.requests, reference=references[gone], by=Staff("p"), text="Hm.", now=portal.now()
        )
        set_hold(store=portal.requests, hold=hold_report(references[held]), reason="x", now=portal.now())
        for id in (gone, held):
            finish(portal, id)
        finish(portal, still_open, status=Status.IN_PROGRESS)
        finish(portal, recent, ago=timedelta(days=300))
        assert stored(portal) == 4 * 3
        upkeep(portal)
        left = {same_picture, still_open, held, recent}
        for table, column in (
            (REQUESTS, "id"),
            (UPDATES, "request_id"),
            (WORDS, "request_id"),
            (PHOTOS, "request_id"),
        ):
            with read(portal.engine) as connection:
                assert set(connection.execute(select(table.c[column])).scalars()) == left
        # Another report shows the same picture.
        assert stored(portal) == 4 * 3
        finish(portal, same_picture)
        upkeep(portal)
        assert stored(portal) == 3 * 3
        assert count(portal, UNWANTED) == 0
        assert [line.kind for line in portal.ledger.lines()] == ["hold", "dispose", "dispose"]


def test_photos_alone(settings: Settings, build: Any) -> None:
    with opened(settings, city_with(("photos", "90 days"))) as portal:
        (id,) = with_photos(portal, build, 1)
        finish(portal, id, ago=timedelta(days=91))
        upkeep(portal)
        assert (count(portal, REQUESTS), count(portal, PHOTOS), stored(portal)) == (1, 0, 0)
        upkeep(portal)
        assert [(line.kind, line.thing) for line in portal.ledger.lines()] == [("dispose", "photo")]


def test_contact_details_alone_and_only_where_there_are_any(settings: Settings) -> None:
    with opened(settings, city_with(("contact", "1 month"))) as portal:
        with_contact = send(portal.requests, email="gone-5521@mail.example").id
        without = send(portal.requests, first_name=None, last_name=None, email=None, phone=None).id
        for id in (with_contact, without):
            finish(portal, id, ago=timedelta(days=32))
        upkeep(portal)
        upkeep(portal)
        assert [(line.kind, line.hash) for line in portal.ledger.lines()] == [
            ("erase", portal.ledger.hash_of("request", with_contact))
        ]
        assert portal.requests.scrub()
        files = [file for file in settings.data.rglob("*") if file.is_file()]
        assert files
        assert not [file.name for file in files if b"gone-5521" in file.read_bytes()]


def test_many_are_disposed_of_past_those_that_are_held(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(settings, city_with(("report", "2 years"))) as portal:
        ids = [send(portal.requests).id for _ in range(8)]
        with read(portal.engine) as connection:
            references = dict(connection.execute(select(REQUESTS.c.id, REQUESTS.c.reference)).all())
        for number, id in enumerate(ids):
            finish(portal, id, ago=YEARS + timedelta(days=8 - number))
        for id in ids[:4]:
            set_hold(store=portal.requests, hold=hold_report(references[id]), reason="x", now=portal.now())
        monkeypatch.setattr("app.site.upkeep.due", partial(due, limit=3))
        upkeep(portal)
        with read(portal.engine) as connection:
            assert set(connection.execute(select(REQUESTS.c.id)).scalars()) == set(ids[:4])


def test_a_hold_of_which_only_the_ledger_knows_is_on_before_anything_is_disposed_of(
    settings: Settings,
) -> None:
    """Somebody has put an older copy of the database in place by hand, and the portal starts."""
    city = city_with(("report", "2 years"), ("contact", "1 month"))
    with opened(settings, city) as portal:
        receipts = [send(portal.requests) for _ in range(2)]
        for receipt in receipts:
            finish(portal, receipt.id)
        held = hold_report(receipts[0].reference)
        set_hold(store=portal.requests, hold=held, reason="x", now=portal.now())
        with write(portal.engine) as session:
            for table in (HOLDS, TAKEN, HOUSEKEEPING):
                session.execute(table.delete())
    with open_portal(settings) as started:
        portal = replace(started, city=city)
        upkeep(portal)
        with read(portal.engine) as connection:
            left = connection.execute(select(REQUESTS.c.id, REQUESTS.c.email)).all()
        assert left == [(receipts[0].id, "ana@mail.example")]


def test_words_of_a_disposed_report_are_in_no_file(settings: Settings, build: Any) -> None:
    """Database, log, search, photos on their way: nothing of it is left anywhere."""
    with opened(settings, city_with(("report", "2 years"))) as portal:
        app = guarded(site(portal, build), portal.settings)
        for _ in range(20):
            send(portal.requests)
        marks = {
            "description": "Zyxwordone by the bridge",
            "address_string": "77 Zyxaddress St",
            "email": "zyxmail@mail.example",
            "attribute[PLATE]": "ZYXPLATE",
        }
        fields = report(**marks)
        send_json(app, fields)

        def found() -> set[bytes]:
            content = b"".join(
                file.read_bytes() for file in settings.data.rglob("*") if file.is_file()
            ).lower()
            return {mark for mark in (b"zyxword", b"zyxaddress", b"zyxmail", b"zyxplate") if mark in content}

        assert len(found()) == 4
        finish(portal, fields["id"])
        upkeep(portal)
        assert portal.requests.scrub()
        assert found() == set()


def test_the_page_about_privacy_says_what_the_table_says(settings: Settings) -> None:
    with opened(settings, city_with(("contact", "1 month"), ("report", "2 years"))) as portal:

        async def scene(visitor: Visitor) -> None:
            page = await visitor.get("/en/privacy/")
            assert "Contact details are deleted 1 month after a report is finished" in page.text
            assert (
                "The whole report is deleted 2 years after it is finished (retention schedule 8001)."
                in page.text
            )
            assert "Nothing else is deleted" not in page.text

        visit(portal, scene)
    with opened(settings, small_city()) as portal:

        async def without(visitor: Visitor) -> None:
            page = await visitor.get("/en/privacy/")
            assert "Nothing else is deleted by itself." in page.text
            # A backup from before still has it, and a restore deletes it again.
            assert "gone from this portal for good" in page.text
            assert (
                "Copies that the city made for emergencies before that day still hold what was" in page.text
            )
            assert "retention schedule" not in page.text

        visit(portal, without)


def test_a_table_is_checked_before_anything_is_deleted_by_it() -> None:
    for rule in ({"period": "0 days"}, {"period": "29 days"}, {"period": "101 years"}, {"period": "2"}):
        with pytest.raises(ValueError, match="must be a time"):
            RetentionRule(**{"kind": "report", "schedule": "1", **rule})  # type: ignore[arg-type]
    assert load_city(CITY).retention == ()


# --- somebody sends the same picture at that very moment


class SamePicture:
    """Nobody shows a picture any more; meanwhile somebody else photographs the same."""

    def __init__(self, portal: Portal, build: Any) -> None:
        self.portal, self.app = portal, guarded(site(portal, build), portal.settings)
        self.photo = make_photo(1)
        self.late = Sender(self.photo)

    def content(self) -> str:
        with read(self.portal.engine) as connection:
            return str(connection.execute(select(PHOTOS.c.content)).scalars().one())

    async def send(self) -> int:
        """One try of the phone; returns the status."""
        async with browsing(self.app) as browser:
            await self.late.send_text(browser)
            return (await self.late.upload(browser, self.photo)).status_code

    async def is_whole(self) -> None:
        """The phone tries until it hears that the photo is stored; then it is."""
        if await self.send() != 200:
            assert await self.send() == 200
        assert await whole(open_store(self.portal.settings.photo_store), self.content())


def disposed_of(portal: Portal, build: Any) -> None:
    (id,) = with_photos(portal, build, 1)
    finish(portal, id)
    asyncio.run(dispose_of_what_is_due(portal))


def never_sent(portal: Portal, build: Any) -> None:
    (id,) = with_photos(portal, build, 1)
    with write(portal.engine) as session:
        session.execute(
            PHOTOS.update()
            .where(PHOTOS.c.request_id == id)
            .values(attached=False, added_at=portal.now() - YEARS)
        )


async def remove_all(portal: Portal) -> None:
    await forget_unsent_photos(portal)
    await delete_unwanted_photos(portal)


@pytest.mark.parametrize("gone", [disposed_of, never_sent])
@pytest.mark.parametrize("moment", ["before the files go", "between two of the files", "after they went"])
def test_a_picture_that_comes_again_while_it_is_deleted_is_kept(
    settings: Settings, build: Any, monkeypatch: pytest.MonkeyPatch, gone: Any, moment: str
) -> None:
    with opened(settings, city_with(("report", "2 years"))) as portal:
        gone(portal, build)
        same = SamePicture(portal, build)
        delete = obstore.delete_async
        deleted = 0

        async def deleting(backend: Any, key: str) -> None:
            nonlocal deleted
            if deleted == {"before the files go": 0, "between two of the files": 1}.get(moment):
                await same.send()
            await delete(backend, key)
            deleted += 1
            if deleted == 3 and moment == "after they went":
                await same.send()

        async def scene() -> None:
            with monkeypatch.context() as patch:
                patch.setattr("app.photos.files.obstore.delete_async", deleting)
                await remove_all(portal)
            assert deleted == 3
            await same.is_whole()
            await remove_all(portal)
            await same.is_whole()

        asyncio.run(scene())
        assert stored(portal) == 3
        assert count(portal, UNWANTED) == 0


@pytest.mark.parametrize("gone", [disposed_of, never_sent])
def test_a_picture_is_not_deleted_while_it_is_being_stored(
    settings: Settings, build: Any, monkeypatch: pytest.MonkeyPatch, gone: Any
) -> None:
    """Its files are there already, so they are left as they are; only then does the database hear of it."""
    with opened(settings, city_with(("report", "2 years"))) as portal:
        gone(portal, build)
        same = SamePicture(portal, build)
        put = PhotoStore.put

        async def putting(store: PhotoStore, content: str, files: Any) -> None:
            await put(store, content, files)
            await remove_all(portal)

        async def scene() -> None:
            monkeypatch.setattr(PhotoStore, "put", putting)
            await same.is_whole()

        asyncio.run(scene())


def test_a_picture_whose_deletion_failed_can_come_again_and_is_deleted_later_if_it_does_not(
    settings: Settings, build: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(settings, city_with(("report", "2 years"))) as portal:
        disposed_of(portal, build)
        same = SamePicture(portal, build)

        async def fails(backend: Any, key: str) -> None:
            raise GenericError("the store does not answer")

        async def scene() -> None:
            with monkeypatch.context() as patch:
                patch.setattr("app.photos.files.obstore.delete_async", fails)
                with pytest.raises(OSError, match="GenericError"):
                    await delete_unwanted_photos(portal)
            assert await same.send() == 200
            await delete_unwanted_photos(portal)
            await same.is_whole()

        asyncio.run(scene())


def test_a_process_that_died_while_it_deleted_is_not_waited_for(
    settings: Settings, build: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        """Nothing of the process runs any more."""

    with opened(settings, city_with(("report", "2 years"))) as portal:
        disposed_of(portal, build)
        same = SamePicture(portal, build)

        async def dies(content: str) -> None:
            raise Killed

        async def scene() -> None:
            with monkeypatch.context() as patch:
                patch.setattr(portal.photos, "delete", dies)
                patch.setattr("app.site.upkeep.keep_picture", lambda *_: None)
                with pytest.raises(Killed):
                    await delete_unwanted_photos(portal)
            await delete_unwanted_photos(portal)
            assert stored(portal) == 3, "another process may just be deleting it"
            assert await same.send() == 503
            monkeypatch.setattr("app.retention.store.ABANDONED", timedelta())
            await delete_unwanted_photos(portal)
            assert stored(portal) == 0
            await same.is_whole()

        asyncio.run(scene())
