"""What is deleted by itself: what the city pack's table says and nothing else, with its files, and for good."""

import asyncio
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select

from app.city.loader import load_city
from app.domain.changes import Staff, add_internal_note
from app.domain.holds import hold_report, set_hold
from app.domain.retention import RetentionRule
from app.domain.services import City
from app.domain.statuses import Status
from app.settings import CITY, Settings
from app.storage.engine import read, write
from app.storage.retention import due
from app.storage.tables import PHOTOS, REQUESTS, UNWANTED, UPDATES, WORDS
from app.web.portal import Portal
from app.web.security import guarded
from app.web.site import site
from app.web.upkeep import complete_erasures, delete_unwanted_photos, dispose_of_what_is_due
from tests.factories import report, send, small_city
from tests.web.devices import Sender, browsing, make_photo, opened, send_json
from tests.web.visitor import Visitor, visit

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
        assert [line.kind for line in portal.ledger.lines()] == ["dispose", "dispose"]


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
        monkeypatch.setattr("app.web.upkeep.due", partial(due, limit=3))
        upkeep(portal)
        with read(portal.engine) as connection:
            assert set(connection.execute(select(REQUESTS.c.id)).scalars()) == set(ids[:4])


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
            assert "retention schedule" not in page.text

        visit(portal, without)


def test_a_table_is_checked_before_anything_is_deleted_by_it() -> None:
    for rule in ({"period": "0 days"}, {"period": "29 days"}, {"period": "101 years"}, {"period": "2"}):
        with pytest.raises(ValueError, match="must be a time"):
            RetentionRule(**{"kind": "report", "schedule": "1", **rule})  # type: ignore[arg-type]
    assert load_city(CITY).retention == ()
