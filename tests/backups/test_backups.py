"""Backups: made while the portal runs, whole or not at all, and brought back without undoing what was taken back."""

import asyncio
import hashlib
import os
import shutil
import sqlite3
import subprocess
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from app.alerts.rules import cancel
from app.alerts.store import AlertStore, alerts_not_ended
from app.backups import photos
from app.backups.folder import BackupRefused, open_backup
from app.backups.restoring import Restored, restore
from app.backups.saving import Saved, back_up
from app.db.engine import open_engine, read, write
from app.db.migrate import configuration, revision_of
from app.db.tables import REQUESTS
from app.kit.errors import Rejected
from app.kit.ids import make_id
from app.ledger.file import LedgerUnusable, open_ledger
from app.people.models import Role
from app.people.rules import change_password, create_person, person_of, set_active, sign_in
from app.people.store import PeopleStore
from app.photos.files import open_store
from app.requests.follow_keys import make_key
from app.requests.following import follow, unfollow
from app.requests.rules import Holder, erase_contact, photo_stored
from app.requests.statuses import Status
from app.requests.store import RequestStore
from app.requests.store_nearby import follows as is_followed
from app.retention.holds import hold_address, hold_circle, hold_person, hold_report, lift_hold, set_hold
from app.retention.models import LegalHold
from app.retention.rules import dispose
from app.retention.schedule import Kept
from app.settings import Settings
from tests.alerts.examples import published, publisher
from tests.databases import POSTGRES, migrate
from tests.factories import NOW, report, send, small_city

WHO = "small.example"
FIRST, SECOND, THIRD = (f"a {word} is not easy to guess" for word in ("first", "second", "third"))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """The ledger lies elsewhere, as the documentation advises."""
    return Settings(data=tmp_path / "data", ledger=tmp_path / "ledger")


class City:
    """What a portal does to its data, without its pages."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        settings.make_data_folder()
        migrate(settings.database_url)
        self.engine = open_engine(settings.database_url)
        ledger = open_ledger(settings)
        self.store = RequestStore(self.engine, ledger)
        self.alerts, self.people = AlertStore(self.engine, ledger), PeopleStore(self.engine, ledger)

    def close(self) -> None:
        self.engine.dispose()

    def report(self, **changes: Any) -> dict[str, Any]:
        fields = report(**changes)
        send(self.store, fields)
        return fields

    def photo(self, name: str) -> str:
        """A report with a photo; returns the picture's `content`."""
        files = {size: f"{name} {size}".encode() for size in ("320", "800", "full")}
        content = hashlib.sha256(files["full"]).hexdigest()
        asyncio.run(open_store(self.settings.photo_store).put(content, files))  # type: ignore[arg-type]
        sha256 = hashlib.sha256(name.encode()).hexdigest()
        fields = self.report(media=[{"sha256": sha256}])
        photo_stored(
            store=self.store,
            request_id=fields["id"],
            sha256=sha256,
            content=content,
            width=1,
            height=1,
            now=NOW,
        )
        return content

    def erase(self, fields: dict[str, Any]) -> None:
        erase_contact(
            store=self.store,
            reference=fields["reference"],
            by=Holder(fields["manage_token"]),
            now=NOW + timedelta(hours=1),
        )

    def dispose(self, fields: dict[str, Any]) -> None:
        with write(self.engine) as session:
            closed = REQUESTS.update().where(REQUESTS.c.id == fields["id"])
            session.execute(closed.values(status=Status.CLOSED.value))
        due = NOW + timedelta(days=1)
        assert dispose(store=self.store, request_id=fields["id"], kept=Kept.REPORT, due_before=due, now=due)

    def follow(self, fields: dict[str, Any], key: str, *, counted: bool = True) -> int:
        reference = fields["reference"]
        return follow(
            store=self.store, city=small_city(), reference=reference, key=key, now=NOW, counted=counted
        )

    def unfollow(self, fields: dict[str, Any], key: str) -> int:
        return unfollow(store=self.store, reference=fields["reference"], key=key, now=NOW)

    def emails(self) -> dict[str, str]:
        with read(self.engine) as connection:
            return {row.id: row.email for row in connection.execute(REQUESTS.select())}


@pytest.fixture
def city(settings: Settings) -> Iterator[City]:
    city = City(settings)
    yield city
    city.close()


def save(settings: Settings, to: Path, keys: Path | None = None) -> Saved:
    return back_up(settings, WHO, to, keys)


def bring_back(settings: Settings, source: Path, keys: Path | None = None) -> Restored:
    return restore(settings, WHO, source, keys)


def files_of(place: Path) -> set[str]:
    return {str(file.relative_to(place)) for file in place.rglob("*") if file.is_file()}


# --- making one


def test_a_backup_has_everything_and_is_for_nobody_else(
    city: City, settings: Settings, tmp_path: Path
) -> None:
    city.photo("a")
    city.erase(city.report())
    (settings.data / "places.db").write_bytes(b"places")
    saved = save(settings, tmp_path / "backup", tmp_path / "keys")
    assert (saved.about.requests, saved.about.photos, saved.about.missing) == (2, 1, ())
    assert saved.warnings == ()
    names = files_of(tmp_path / "backup")
    assert {name for name in names if not name.startswith("photos/")} == {
        *("backup.json", "SHA256SUMS", "database.db", "places.db", "ledger.jsonl"),
    }
    assert len(names) == 5 + 3
    assert files_of(tmp_path / "keys") == {"ledger.key"}
    for place in (tmp_path / "backup", tmp_path / "keys"):
        private = [place, *(place / name for name in files_of(place))]
        assert not [path for path in private if path.stat().st_mode & 0o077]
    subprocess.run(["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=tmp_path / "backup", check=True)
    key = (tmp_path / "keys/ledger.key").read_bytes()
    assert all(key.strip() not in (tmp_path / "backup" / name).read_bytes() for name in names)


def test_it_says_that_the_keys_are_missing(city: City, settings: Settings, tmp_path: Path) -> None:
    (warning,) = save(settings, tmp_path / "backup").warnings
    assert "KEYS=" in warning


def test_what_was_acknowledged_while_it_is_made_is_in_the_next_one_and_what_was_before_in_this(
    city: City, settings: Settings, tmp_path: Path
) -> None:
    """Right after 30 receipts they are still in the log beside the database; people go on sending."""
    before = {city.report()["id"] for _ in range(30)}
    stop = threading.Event()
    during: set[str] = set()

    def go_on() -> None:
        while not stop.is_set():
            during.add(city.report()["id"])

    sender = threading.Thread(target=go_on)
    sender.start()
    try:
        save(settings, tmp_path / "backup")
    finally:
        stop.set()
        sender.join()
    with closing(sqlite3.connect(tmp_path / "backup/database.db")) as copy:
        there = {row[0] for row in copy.execute("SELECT id FROM service_request")}
    assert before <= there <= before | during
    save(settings, tmp_path / "next")
    with closing(sqlite3.connect(tmp_path / "next/database.db")) as copy:
        assert {row[0] for row in copy.execute("SELECT id FROM service_request")} == before | during


def test_it_never_overwrites_anything(city: City, settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "backup").mkdir()
    with pytest.raises(BackupRefused, match="never overwrites"):
        save(settings, tmp_path / "backup")
    assert files_of(tmp_path / "backup") == set()
    save(settings, tmp_path / "first", tmp_path / "keys")
    (tmp_path / "keys/ledger.key").write_text("ab" * 32)
    with pytest.raises(BackupRefused, match="another key"):
        save(settings, tmp_path / "second", tmp_path / "keys")
    assert (tmp_path / "keys/ledger.key").read_text() == "ab" * 32


@pytest.mark.parametrize(("to", "keys"), [("data/b", None), ("b", "b/keys"), ("keys/b", "keys")])
def test_places_that_would_be_lost_together_are_refused(
    city: City, settings: Settings, tmp_path: Path, to: str, keys: str | None
) -> None:
    with pytest.raises(BackupRefused):
        save(settings, tmp_path / to, None if keys is None else tmp_path / keys)
    assert not (tmp_path / to).exists()


@pytest.mark.parametrize("error", [OSError("disk full"), KeyboardInterrupt()])
def test_one_that_was_interrupted_leaves_nothing_that_looks_like_one(
    city: City, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    city.photo("a")
    real, written = photos.whole, []

    async def breaks_off(*arguments: Any) -> Any:
        written.append(await real(*arguments))
        raise error

    monkeypatch.setattr(photos, "whole", breaks_off)
    to = tmp_path / "backups"
    with pytest.raises(type(error)):
        save(settings, to / "one")
    assert list(to.iterdir()) == []
    assert written


def test_one_whose_process_died_is_not_taken_for_one(city: City, settings: Settings, tmp_path: Path) -> None:
    save(settings, tmp_path / "backup")
    (tmp_path / "backup/backup.json").unlink()
    with pytest.raises(BackupRefused, match="not have been finished"):
        open_backup(tmp_path / "backup")


@pytest.mark.parametrize(("size", "now"), [("320", None), ("full", None), ("full", b"other bytes")])
def test_photos_that_the_store_has_lost_are_named(
    city: City, settings: Settings, tmp_path: Path, size: str, now: bytes | None
) -> None:
    content, kept = city.photo("a"), city.photo("b")
    (file,) = (settings.data / "photos").glob(f"*/*/{content}/{size}.webp")
    if now is None:
        file.unlink()
    else:
        file.write_bytes(now)
    saved = save(settings, tmp_path / "backup", tmp_path / "keys")
    assert saved.about.missing == (content,)
    assert len(saved.warnings) == 1
    assert {path.name for path in (tmp_path / "backup/photos").glob("*/*/*")} == {kept}


def test_a_damaged_database_makes_no_backup(city: City, settings: Settings, tmp_path: Path) -> None:
    for _ in range(50):
        city.report(description="word " * 200)
    city.close()
    with closing(sqlite3.connect(settings.data / "portal.db")) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with (settings.data / "portal.db").open("r+b") as file:
        file.seek(40 * 4096)
        file.write(os.urandom(8 * 4096))
    with pytest.raises(BackupRefused, match="database"):
        save(settings, tmp_path / "backup")
    assert not (tmp_path / "backup").exists()


# --- bringing it back


def test_losing_everything(city: City, settings: Settings, tmp_path: Path) -> None:
    """What was erased and disposed of since the backup stays so; all else of it is back, and phones bring the rest."""
    content = city.photo("a")
    kept, erased, disposed = city.report(), city.report(email="erased-7731@mail.example"), city.report()
    save(settings, tmp_path / "backup", tmp_path / "keys")
    later, later_erased = city.report(), city.report(email="later-7732@mail.example")
    city.erase(erased)
    city.erase(later_erased)
    city.dispose(disposed)
    city.close()
    shutil.rmtree(settings.data)

    restored = bring_back(settings, tmp_path / "backup", tmp_path / "keys")
    assert (restored.replayed, restored.missing, restored.aside) == (2, 0, None)
    again = City(settings)
    emails = again.emails()
    assert emails[kept["id"]] == "ana@mail.example"
    assert emails[erased["id"]] == ""
    assert disposed["id"] not in emails
    assert asyncio.run(open_store(settings.photo_store).get(content, "full")) == b"a full"
    assert b"erased-7731" not in b"".join(
        (settings.data / name).read_bytes() for name in files_of(settings.data)
    )
    # The phones send what they have.
    states = {
        fields["id"]: send(again.store, fields).status
        for fields in (kept, erased, disposed, later, later_erased)
    }
    assert states == {
        kept["id"]: "known",
        erased["id"]: "known",
        disposed["id"]: "gone",
        later["id"]: "created",
        later_erased["id"]: "created",
    }
    emails = again.emails()
    assert emails[later["id"]] == "ana@mail.example"
    assert emails[later_erased["id"]] == ""
    again.close()
    assert b"later-7732" not in b"".join(
        (settings.data / name).read_bytes() for name in files_of(settings.data)
    )


MANY_YEARS = NOW + timedelta(days=5000)


class Held:
    """What may be done about the reports of a city that has come back, while holds are on."""

    def __init__(self, city: City) -> None:
        self.city = city

    def hold(self, hold: LegalHold) -> str:
        return set_hold(store=self.city.store, hold=hold, reason="Case 26CV99 against Doe", now=NOW)

    def lift(self, id: str) -> None:
        lift_hold(store=self.city.store, id=id, reason="Settled with Doe", now=NOW + timedelta(minutes=1))

    def person(self, contact: str) -> LegalHold:
        ledger = open_ledger(self.city.settings)
        return hold_person(contact, lambda name: ledger.hash_of("person", name))

    def stays(self, fields: dict[str, Any]) -> bool:
        """Whether neither the person nor retention can have it deleted."""
        try:
            self.city.erase(fields)
        except Rejected:
            pass
        else:
            return False
        with write(self.city.engine) as session:
            session.execute(REQUESTS.update().values(status=Status.CLOSED.value))
        for kept in Kept:
            assert not dispose(
                store=self.city.store,
                request_id=fields["id"],
                kept=kept,
                due_before=MANY_YEARS,
                now=MANY_YEARS,
            )
        return True


HOLDS: dict[str, Callable[[Held, dict[str, Any]], LegalHold]] = {
    "a report": lambda held, fields: hold_report(fields["reference"]),
    "a circle": lambda held, fields: hold_circle("45.5", "-122.6", 100),
    "an address": lambda held, fields: hold_address("Elm st."),
    "a person": lambda held, fields: held.person("ANA@mail.example"),
}
WHERE = {"lat": 45.5004, "long": -122.6004, "address_string": "12 Elm St, Unit 3"}
ELSEWHERE = {
    "lat": 45.6,
    "long": -122.6,
    "address_string": "12 Elmwood St",
    "email": "bo@mail.example",
    "phone": None,
}


@pytest.mark.parametrize("lost", ["nothing", "all data"])
@pytest.mark.parametrize("covers", HOLDS)
def test_a_legal_hold_that_was_set_after_the_backup_holds_after_it(
    city: City, settings: Settings, tmp_path: Path, covers: str, lost: str
) -> None:
    fields, other = city.report(**WHERE), city.report(**ELSEWHERE)
    save(settings, tmp_path / "before", tmp_path / "keys")
    held = Held(city)
    held.hold(HOLDS[covers](held, fields))
    city.close()
    if lost != "nothing":
        shutil.rmtree(settings.data)
    bring_back(settings, tmp_path / "before", tmp_path / "keys")
    again = City(settings)
    assert Held(again).stays(fields)
    assert not Held(again).stays(other)
    again.close()


@pytest.mark.parametrize("covers", HOLDS)
def test_a_legal_hold_also_holds_what_phones_bring_back(
    city: City, settings: Settings, tmp_path: Path, covers: str
) -> None:
    save(settings, tmp_path / "backup", tmp_path / "keys")
    fields, held = city.report(**WHERE), Held(city)
    held.hold(HOLDS[covers](held, fields))
    city.close()
    shutil.rmtree(settings.data)
    bring_back(settings, tmp_path / "backup", tmp_path / "keys")
    again = City(settings)
    assert send(again.store, fields).status == "created"
    assert Held(again).stays(fields)
    again.close()


@pytest.mark.parametrize("covers", HOLDS)
@pytest.mark.parametrize("saved", ["before it was set", "while it was on"])
def test_a_legal_hold_that_was_lifted_stays_lifted(
    city: City, settings: Settings, tmp_path: Path, covers: str, saved: str
) -> None:
    fields, held = city.report(**WHERE), Held(city)
    save(settings, tmp_path / "before it was set", tmp_path / "keys")
    id = held.hold(HOLDS[covers](held, fields))
    save(settings, tmp_path / "while it was on")
    held.lift(id)
    city.close()
    bring_back(settings, tmp_path / saved)
    again = City(settings)
    assert not Held(again).stays(fields)
    again.close()


def test_a_hold_that_came_from_the_ledger_is_lifted_for_good_and_another_on_the_same_report_holds_on(
    city: City, settings: Settings, tmp_path: Path
) -> None:
    fields, held = city.report(**WHERE), Held(city)
    save(settings, tmp_path / "backup")
    first, second = held.hold(hold_report(fields["reference"])), held.hold(hold_address("12 Elm St"))
    for number, id in enumerate((first, second)):
        city.close()
        bring_back(settings, tmp_path / "backup")
        city = City(settings)
        assert Held(city).stays(fields)
        Held(city).lift(id)
        assert Held(city).stays(fields) == (number == 0)
    city.close()
    bring_back(settings, tmp_path / "backup")
    again = City(settings)
    assert not Held(again).stays(fields)
    again.close()


def test_the_ledger_knows_neither_why_nor_on_what_a_hold_is(city: City, settings: Settings) -> None:
    fields, held = city.report(**WHERE), Held(city)
    for covers in HOLDS.values():
        held.lift(held.hold(covers(held, fields)))
    ledger = (settings.ledger / "ledger.jsonl").read_text().casefold()
    for word in ("doe", "26cv", "settled", "elm", "45.5", "122.6", "ana", fields["reference"], fields["id"]):
        assert word not in ledger


def test_who_stopped_following_does_not_follow_after_a_restore(
    city: City, settings: Settings, tmp_path: Path
) -> None:
    fields, keys = city.report(), [make_key() for _ in range(5)]
    stopped, stopped_uncounted, again_following, stays, _ = keys

    def follows(city: City, *whose: str) -> list[bool]:
        with read(city.engine) as connection:
            return [is_followed(connection, fields["id"], key) for key in whose]

    for key in (stopped, stopped_uncounted, again_following, stays):
        city.follow(fields, key, counted=key != stopped_uncounted)
    save(settings, tmp_path / "backup")
    assert city.unfollow(fields, stopped) == 2
    assert city.unfollow(fields, stopped_uncounted) == 2
    city.unfollow(fields, again_following)
    assert city.follow(fields, again_following) == 2
    city.close()
    restored = bring_back(settings, tmp_path / "backup")
    assert restored.replayed == 2
    city = City(settings)
    assert follows(city, *keys) == [False, False, True, True, False]
    # What is shown is counted anew, and whoever stopped may begin again.
    assert city.unfollow(fields, stopped) == 2
    assert city.follow(fields, stopped) == 3
    city.close()
    bring_back(settings, tmp_path / "backup")
    city = City(settings)
    assert follows(city, *keys) == [True, False, True, True, False]
    city.close()


def test_an_alert_that_was_ended_stays_ended_and_one_that_was_replaced_does_not_end(
    city: City, settings: Settings, tmp_path: Path
) -> None:
    robin = publisher()
    with city.people.writing() as transaction:
        transaction.add_person(robin)
    ended, replaced, other = (published(city.alerts, robin, NOW) for _ in range(3))
    save(settings, tmp_path / "backup")
    newer = published(city.alerts, robin, NOW, replaces=ended.alert.id)
    cancel(store=city.alerts, id=newer.alert.id, by=robin, now=NOW, key=make_id())
    published(city.alerts, robin, NOW, replaces=replaced.alert.id)
    city.close()
    bring_back(settings, tmp_path / "backup")
    again = City(settings)
    with read(again.engine) as connection:
        on = {one.alert.id for one in alerts_not_ended(connection, NOW)}
    assert on == {replaced.alert.id, other.alert.id}
    again.close()


def test_a_password_that_was_replaced_opens_nothing_after_a_restore(
    city: City, settings: Settings, tmp_path: Path
) -> None:
    for name in ("ana", "bo"):
        create_person(
            store=city.people, email=f"{name}@city.example", name=name, password=FIRST, role=Role.DESK
        )
    save(settings, tmp_path / "backup")
    change_password(store=city.people, email="ana@city.example", password=SECOND, now=NOW)
    city.close()
    bring_back(settings, tmp_path / "backup")
    again = City(settings)

    def enters(name: str, password: str) -> bool:
        email = f"{name}@city.example"
        try:
            sign_in(store=again.people, email=email, password=password, address="192.0.2.1", now=NOW)
        except Rejected:
            return False
        return True

    assert [enters("ana", FIRST), enters("ana", SECOND), enters("bo", FIRST)] == [False, False, True]
    change_password(store=again.people, email="ana@city.example", password=THIRD, now=NOW)
    assert enters("ana", THIRD)
    again.close()
    assert "ana" not in (settings.ledger / "ledger.jsonl").read_text()


def test_who_was_suspended_stays_so_after_a_restore(city: City, settings: Settings, tmp_path: Path) -> None:
    accounts = {name: f"{name}@city.example" for name in ("ana", "bo", "cleo")}
    for name, email in accounts.items():
        create_person(store=city.people, email=email, name=name, password=FIRST, role=Role.DESK)
    set_active(store=city.people, email=accounts["bo"], active=False, now=NOW)
    save(settings, tmp_path / "backup")
    set_active(store=city.people, email=accounts["ana"], active=False, now=NOW)
    set_active(store=city.people, email=accounts["bo"], active=True, now=NOW)
    city.close()
    bring_back(settings, tmp_path / "backup")
    again = City(settings)

    def enters(name: str) -> bool:
        email = accounts[name]
        try:
            sign_in(store=again.people, email=email, password=FIRST, address="192.0.2.1", now=NOW)
        except Rejected:
            return False
        return True

    assert [enters("ana"), enters("bo"), enters("cleo")] == [False, True, True]
    set_active(store=again.people, email=accounts["ana"], active=True, now=NOW)
    assert enters("ana")
    again.close()
    written = (settings.ledger / "ledger.jsonl").read_text()
    assert not [name for name in accounts if name in written]


def test_a_ledger_that_was_lost_too_comes_from_the_backup(
    city: City, settings: Settings, tmp_path: Path
) -> None:
    fields = city.report()
    save(settings, tmp_path / "before")
    city.erase(fields)
    save(settings, tmp_path / "after")
    city.close()
    shutil.rmtree(settings.ledger)
    shutil.copy(tmp_path / "after/ledger.jsonl", tmp_path / "copy.jsonl")
    bring_back(settings, tmp_path / "after")
    assert files_of(settings.ledger) == {"ledger.jsonl"}
    # And an older backup does not take anything out of it.
    bring_back(settings, tmp_path / "before")
    again = City(settings)
    assert again.emails() == {fields["id"]: ""}
    again.close()


def test_what_was_there_is_kept_beside(city: City, settings: Settings, tmp_path: Path) -> None:
    (settings.data / "places.db").write_bytes(b"old places")
    save(settings, tmp_path / "backup")
    (settings.data / "places.db").write_bytes(b"new places")
    fields = city.report()
    city.close()
    aside = bring_back(settings, tmp_path / "backup").aside
    assert aside is not None
    assert aside.stat().st_mode & 0o077 == 0
    with closing(sqlite3.connect(aside / "portal.db")) as before:
        assert before.execute("SELECT id FROM service_request").fetchall() == [(fields["id"],)]
    assert (aside / "places.db").read_bytes() == b"new places"
    assert (settings.data / "places.db").read_bytes() == b"old places"
    assert not list(settings.data.glob(".*restoring*"))


def test_a_database_that_is_damaged_is_replaced_with_its_log(
    city: City, settings: Settings, tmp_path: Path
) -> None:
    fields = city.report()
    save(settings, tmp_path / "backup")
    city.close()
    (settings.data / "portal.db").write_bytes(b"no database " * 1000)
    (settings.data / "portal.db-wal").write_bytes(b"no log")
    aside = bring_back(settings, tmp_path / "backup").aside
    assert aside is not None
    assert files_of(aside) >= {"portal.db", "portal.db-wal"}
    again = City(settings)
    assert set(again.emails()) == {fields["id"]}
    again.close()


@pytest.mark.parametrize("file", ["portal.db", "places.db"])
def test_a_restore_that_was_interrupted_leaves_what_was_there(
    city: City, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file: str
) -> None:
    (settings.data / "places.db").write_bytes(b"places")
    save(settings, tmp_path / "backup")
    fields = city.report()
    city.close()

    class Killed(BaseException):
        pass

    rename = Path.rename

    def killed(self: Path, target: Path) -> Path:
        if Path(target) == settings.data / file:
            raise Killed
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", killed)
    with pytest.raises(Killed):
        bring_back(settings, tmp_path / "backup")
    monkeypatch.undo()
    assert (settings.data / "places.db").read_bytes() == b"places"
    again = City(settings)
    assert (fields["id"] in again.emails()) == (file == "portal.db")
    again.close()


def test_not_while_the_portal_runs(city: City, settings: Settings, tmp_path: Path) -> None:
    save(settings, tmp_path / "backup")
    fields = city.report()
    with pytest.raises(BackupRefused, match="Stop it first"):
        bring_back(settings, tmp_path / "backup")
    assert fields["id"] in city.emails()
    city.close()
    bring_back(settings, tmp_path / "backup")


def test_signing_in_is_asked_anew(city: City, settings: Settings, tmp_path: Path) -> None:
    """A session that was ended since would live again."""
    people, now = PeopleStore(city.engine), datetime.now(UTC)
    account = {"email": "desk@city.example", "password": "correct horse battery"}
    create_person(store=people, name="Desk", role=Role.DESK, **account)
    token = sign_in(store=people, address="127.0.0.1", now=now, **account).token
    assert person_of(store=people, token=token, now=now) is not None
    save(settings, tmp_path / "backup")
    city.close()
    bring_back(settings, tmp_path / "backup")
    again = City(settings)
    assert person_of(store=PeopleStore(again.engine), token=token, now=now) is None
    again.close()


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("database.db", lambda content: content[:-1]),
        ("database.db", lambda content: content[:5000] + b"x" + content[5001:]),
        ("database.db", None),
        ("SHA256SUMS", lambda content: content.splitlines(keepends=True)[0]),
        ("SHA256SUMS", None),
        ("ledger.jsonl", lambda content: b""),
        ("ledger.jsonl", None),
        ("backup.json", lambda content: content[:20]),
        ("backup.json", lambda content: content.replace(b'"format": 1', b'"format": 2')),
        ("backup.json", lambda content: content.replace(b"small.example", b"large.example")),
        ("backup.json", lambda content: content.replace(b'"sqlite"', b'"postgresql"')),
        ("backup.json", lambda content: content.replace(b'"revision": "0', b'"revision": "9')),
        ("backup.json", lambda content: content.replace(b'"key": "', b'"key": "0')),
        ("photos", None),
    ],
)
def test_what_is_damaged_or_does_not_fit_is_refused(
    city: City, settings: Settings, tmp_path: Path, name: str, change: Any
) -> None:
    city.photo("a")
    city.erase(city.report())
    save(settings, tmp_path / "backup")
    fields = city.report()
    city.close()
    place = tmp_path / "backup" / name
    if change is not None:
        place.write_bytes(change(place.read_bytes()))
    elif place.is_dir():
        next(place.rglob("*.webp")).write_bytes(b"other")
    else:
        place.unlink()
    with pytest.raises(BackupRefused):
        bring_back(settings, tmp_path / "backup")
    again = City(settings)
    assert fields["id"] in again.emails()
    again.close()


def test_without_the_keys_it_says_so_and_does_nothing(city: City, settings: Settings, tmp_path: Path) -> None:
    city.erase(city.report())
    save(settings, tmp_path / "backup", tmp_path / "keys")
    city.close()
    shutil.rmtree(settings.keys)
    with pytest.raises(BackupRefused, match="KEYS="):
        bring_back(settings, tmp_path / "backup")
    (tmp_path / "others").mkdir()
    (tmp_path / "others/ledger.key").write_text("ab" * 32)
    with pytest.raises(BackupRefused, match="not the key of this backup"):
        bring_back(settings, tmp_path / "backup", tmp_path / "others")
    assert not (settings.keys / "ledger.key").exists()
    with pytest.raises(LedgerUnusable):
        open_ledger(settings)
    bring_back(settings, tmp_path / "backup", tmp_path / "keys")
    assert open_ledger(settings).lines() != []


def test_an_older_shape_of_the_database_is_brought_up_to_date(
    settings: Settings, tmp_path: Path, city: City
) -> None:
    """A backup of a version before there was a ledger at all."""
    fields, other = city.report(), city.report()
    city.erase(fields)
    with write(city.engine) as session:
        command.downgrade(configuration(session.connection()), "0004")
        session.execute(REQUESTS.update().values(email="back@mail.example", contact_erased_at=None))
    save(settings, tmp_path / "backup")
    city.close()
    assert bring_back(settings, tmp_path / "backup").replayed == 1
    again = City(settings)
    assert again.emails() == {fields["id"]: "", other["id"]: "back@mail.example"}
    with read(again.engine) as connection:
        assert revision_of(connection) not in ("0004", None)
    again.close()


# --- PostgreSQL


@pytest.fixture
def on_postgres(tmp_path: Path) -> Iterator[Settings]:
    """A database of its own, for its tools see only whole ones."""
    pytest.importorskip("psycopg")
    if shutil.which("pg_dump") is None or shutil.which("pg_restore") is None:
        pytest.skip("pg_dump and pg_restore are not installed, so their part is not tested")
    server = create_engine(POSTGRES, isolation_level="AUTOCOMMIT", connect_args={"connect_timeout": 3})
    name = f"portal_{uuid.uuid4().hex}"
    try:
        with server.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
    except OperationalError:
        pytest.skip("no PostgreSQL answers at PORTAL_TEST_POSTGRES, so it is not tested")
    url = server.url.set(database=name).render_as_string(hide_password=False)
    yield Settings(data=tmp_path / "data", ledger=tmp_path / "ledger", database_url=url)
    with server.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    server.dispose()


@pytest.mark.slow
def test_the_same_with_postgresql(on_postgres: Settings, tmp_path: Path) -> None:
    city = City(on_postgres)
    content = city.photo("a")
    kept, erased = city.report(), city.report()
    saved = save(on_postgres, tmp_path / "backup", tmp_path / "keys")
    assert (saved.about.requests, saved.about.photos, saved.warnings) == (3, 1, ())
    city.erase(erased)
    later = city.report()
    with pytest.raises(BackupRefused, match="Stop it first"):
        bring_back(on_postgres, tmp_path / "backup")
    city.close()
    shutil.rmtree(on_postgres.data)
    restored = bring_back(on_postgres, tmp_path / "backup", tmp_path / "keys")
    assert (restored.replayed, restored.missing) == (1, 0)
    assert restored.aside is not None
    assert files_of(restored.aside) == {"database.dump"}
    again = City(on_postgres)
    emails = again.emails()
    assert emails[kept["id"]] == "ana@mail.example"
    assert emails[erased["id"]] == ""
    assert later["id"] not in emails
    assert asyncio.run(open_store(on_postgres.photo_store).get(content, "full")) == b"a full"
    again.close()


def test_a_tool_that_is_not_there_is_named(
    on_postgres: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    city = City(on_postgres)
    city.close()
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BackupRefused, match=r"pg_dump is not installed.*postgresql-client"):
        save(on_postgres, tmp_path / "backup")
    assert not (tmp_path / "backup").exists()
