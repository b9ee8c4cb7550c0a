"""A report comes in exactly once, whatever happens on the way."""

import os
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select

from app.db.engine import open_engine, read
from app.db.tables import PHOTOS, REQUESTS, UPDATES
from app.kit.errors import Conflict, NotFound
from app.photos.models import PhotoClaim, PhotoState
from app.photos.store import forget_unattached, upload, with_content
from app.reports.references import is_reference
from app.reports.rules import receipt_of, submit
from app.reports.submissions import Submission
from app.requests.rules import Holder, add_photos, erase_contact, expect_photo, photo_refused, photo_stored
from app.requests.store import RequestStore
from app.requests.store_request import whole_request
from app.retention.store import claim_picture, next_to_delete, note_unwanted, picture_deleted
from i18n import N_
from tests.factories import NOW, frozen, report, send, small_city

SHA = [letter * 64 for letter in "abcdef0123456789"]


def count(engine: Engine, table: object) -> int:
    with read(engine) as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()  # type: ignore[arg-type]


def test_the_same_report_gets_the_same_receipt_for_ever(store: RequestStore, engine: Engine) -> None:
    fields = report(media=[{"sha256": SHA[0], "bytes": 1000, "description": "the hole"}])
    first = send(store, fields)
    assert first.status == "created"
    assert first.reference == fields["reference"]
    assert first.photos_missing == (SHA[0],)

    again = send(store, fields, now=NOW.replace(year=2036))
    assert again == replace(first, status="known")
    assert again.body() == first.body()
    assert count(engine, REQUESTS) == count(engine, UPDATES) == count(engine, PHOTOS) == 1


def test_a_known_report_is_not_judged_by_newer_rules(store: RequestStore) -> None:
    fields = report(service_name=None)
    receipt = send(store, fields)
    stricter = small_city().model_copy(update={"services": small_city().services[1:]})
    again = submit(
        store=store,
        city=stricter,
        submission=Submission.from_json(frozen(fields)),
        digest=receipt.digest,
        now=NOW,
    )
    assert again == replace(receipt, status="known")
    assert receipt_of(store=store, id=fields["id"], digest=receipt.digest) == replace(receipt, status="known")
    assert receipt_of(store=store, id=report()["id"], digest=receipt.digest) is None


def test_twenty_at_once_make_one_request(store: RequestStore, engine: Engine) -> None:
    fields = report(media=[{"sha256": SHA[0]}, {"sha256": SHA[1]}])
    start = threading.Barrier(20)

    def one(_: int) -> tuple[str, dict[str, object]]:
        start.wait()
        receipt = send(store, fields)
        return receipt.status, receipt.body()

    with ThreadPoolExecutor(20) as threads:
        answers = list(threads.map(one, range(20)))
    assert sorted(status for status, _ in answers) == ["created"] + ["known"] * 19
    assert all(body == answers[0][1] for _, body in answers)
    assert count(engine, REQUESTS) == count(engine, UPDATES) == 1
    assert count(engine, PHOTOS) == 2


def test_other_content_under_the_same_id_overwrites_nothing(store: RequestStore, engine: Engine) -> None:
    fields = report()
    receipt = send(store, fields)
    with pytest.raises(Conflict):
        send(store, {**fields, "description": "Something else."})
    with read(engine) as connection:
        kept = whole_request(connection, receipt.reference)
    assert kept is not None
    assert kept.request.description == fields["description"]
    assert kept.request.version == 1


def test_a_taken_reference_stays_with_its_first_owner(store: RequestStore, engine: Engine) -> None:
    first = send(store)
    fields = report(reference=first.reference)
    second = send(store, fields)
    assert second.status == "created"
    assert second.reference != first.reference
    assert is_reference(second.reference)
    assert send(store, fields).reference == second.reference
    assert count(engine, REQUESTS) == 2


def test_a_reference_that_cannot_be_read_is_replaced(store: RequestStore) -> None:
    assert is_reference(send(store, reference="1234").reference)
    assert is_reference(send(store, reference=None).reference)


@pytest.mark.slow
def test_killed_right_after_the_receipt(sqlite: Engine, sqlite_url: str, tmp_path: Path) -> None:
    script = (
        "import os, signal, sys\n"
        "from app.db.engine import open_engine\n"
        "from app.requests.store import RequestStore\n"
        "from tests.factories import send\n"
        "receipt = send(RequestStore(open_engine(sys.argv[1])))\n"
        "os.write(1, receipt.reference.encode())\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    root = Path(__file__).parents[2]
    environment = {**os.environ, "PYTHONPATH": str(root)}
    done = subprocess.run(
        [sys.executable, "-c", script, sqlite_url], cwd=root, env=environment, capture_output=True, timeout=60
    )
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()
    reopened = open_engine(sqlite_url)
    with read(reopened) as connection:
        assert whole_request(connection, done.stdout.decode()) is not None
    reopened.dispose()


# --- photos
# ---------------------------------------------------------------------------------------------------


def to_delete(engine: Engine) -> list[str]:
    """The pictures whose files are to be deleted; they are, then."""
    contents = []
    while content := next_to_delete(engine, NOW):
        contents.append(content)
        picture_deleted(engine, content)
    return contents


def test_photos_follow_the_text(store: RequestStore, engine: Engine) -> None:
    fields = report(media=[{"sha256": SHA[0]}, {"sha256": SHA[1], "description": "from the left"}])
    receipt = send(store, fields)
    photo_stored(
        store=store, request_id=receipt.id, sha256=SHA[0], content=SHA[5], width=1600, height=1200, now=NOW
    )
    assert send(store, fields).photos_missing == (SHA[1],)
    reason = N_("This file is not a photo.")
    photo_refused(store=store, request_id=receipt.id, sha256=SHA[1], reason=reason, now=NOW)
    assert send(store, fields).photos_missing == (SHA[1],)
    with read(engine) as connection:
        loaded = whole_request(connection, receipt.reference)
        assert loaded is not None
        assert [photo.state for photo in loaded.photos] == [PhotoState.STORED, PhotoState.REFUSED]
        assert loaded.request.version == 3
        assert len(loaded.updates) == 1
        assert [photo.service_code for photo in with_content(connection, SHA[5])] == ["pothole"]
        assert with_content(connection, SHA[6]) == []


def test_a_photo_may_come_before_its_text(store: RequestStore, engine: Engine) -> None:
    """As when a form without script is shown again: one photo is kept, one was taken away by the person."""
    fields = report(media=[{"sha256": SHA[0], "description": "the hole"}])
    for sha256 in SHA[:2]:
        expect_photo(store=store, request_id=fields["id"], claim=PhotoClaim(sha256, 1234), now=NOW)
        expect_photo(store=store, request_id=fields["id"], claim=PhotoClaim(sha256, 1234), now=NOW)
    photo_stored(
        store=store, request_id=fields["id"], sha256=SHA[0], content=SHA[5], width=1, height=1, now=NOW
    )
    photo_stored(
        store=store, request_id=fields["id"], sha256=SHA[1], content=SHA[4], width=1, height=1, now=NOW
    )
    receipt = send(store, fields)
    assert receipt.photos_missing == ()
    assert to_delete(engine) == [SHA[4]], "the picture that was taken away does not stay for ever"
    with read(engine) as connection:
        loaded = whole_request(connection, receipt.reference)
        assert loaded is not None
        (shown,) = loaded.photos
        assert (shown.sha256, shown.description) == (SHA[0], "the hole")
    with store.writing() as transaction:
        (kept,) = transaction.photos(receipt.id)
        assert (kept.sha256, kept.upload_bytes, kept.attached) == (SHA[0], 1234, True)


def test_only_announced_photos_are_taken_afterwards(store: RequestStore, engine: Engine) -> None:
    fields = report()
    receipt = send(store, fields)
    stranger = PhotoClaim(SHA[3])
    with pytest.raises(NotFound):
        expect_photo(store=store, request_id=receipt.id, claim=stranger, now=NOW)
    with pytest.raises(NotFound):
        photo_stored(
            store=store, request_id=receipt.id, sha256=SHA[3], content=SHA[3], width=1, height=1, now=NOW
        )
    holder = Holder(fields["manage_token"])
    later = NOW.replace(hour=20)
    add_photos(store=store, reference=receipt.reference, by=holder, photos=[stranger], now=later)
    with read(engine) as connection:
        found = upload(connection, receipt.id, SHA[3])
    assert found is not None
    assert found.state is PhotoState.EXPECTED
    for _ in range(2):
        photo_stored(
            store=store, request_id=receipt.id, sha256=SHA[3], content=SHA[4], width=1, height=1, now=later
        )
    with read(engine) as connection:
        loaded = whole_request(connection, receipt.reference)
    assert loaded is not None
    assert [update.kind for update in loaded.updates] == ["submitted", "photo"]


def test_photos_of_reports_never_sent_are_forgotten(store: RequestStore, engine: Engine) -> None:
    sent, unsent = report(media=[{"sha256": SHA[0]}]), report()["id"]
    receipt = send(store, sent)
    for request_id, sha256, content in ((unsent, SHA[1], SHA[5]), (unsent, SHA[2], SHA[6])):
        expect_photo(store=store, request_id=request_id, claim=PhotoClaim(sha256), now=NOW)
        photo_stored(
            store=store, request_id=request_id, sha256=sha256, content=content, width=1, height=1, now=NOW
        )
    # The same picture as one of the unsent ones.
    photo_stored(
        store=store, request_id=receipt.id, sha256=SHA[0], content=SHA[5], width=1, height=1, now=NOW
    )
    forget_unattached(engine, before=NOW)
    assert (count(engine, PHOTOS), to_delete(engine)) == (3, [])
    forget_unattached(engine, before=NOW.replace(day=30))
    assert (count(engine, PHOTOS), to_delete(engine)) == (1, [SHA[6]])


def test_whoever_stores_a_picture_and_whoever_deletes_it_never_do_so_at_once(
    store: RequestStore, engine: Engine
) -> None:
    fields = report()
    expect_photo(store=store, request_id=fields["id"], claim=PhotoClaim(SHA[0]), now=NOW)
    note_unwanted(engine, SHA[5])
    assert claim_picture(engine, fields["id"], SHA[0], SHA[5])
    assert next_to_delete(engine, NOW) is None
    with read(engine) as connection:
        known = upload(connection, fields["id"], SHA[0])
    assert known is not None
    assert known.content is None, "nobody is shown a picture that is not there yet"
    # Another way to work on it makes another picture of it: the first one is not needed any more.
    assert claim_picture(engine, fields["id"], SHA[0], SHA[6])
    assert next_to_delete(engine, NOW) == SHA[5]
    assert not claim_picture(engine, fields["id"], SHA[0], SHA[5])
    assert next_to_delete(engine, NOW) is None
    picture_deleted(engine, SHA[5])
    assert claim_picture(engine, fields["id"], SHA[0], SHA[5])


# --- erasing
# --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("length", [1, 300, 4000])
def test_erased_contact_details_are_nowhere_in_the_files(sqlite: Engine, tmp_path: Path, length: int) -> None:
    store = RequestStore(sqlite)
    marks = {
        "first_name": "Xaviera-4471",
        "last_name": "Quillfeather-4472",
        "email": "4473@mail.example",
        "phone": "503-555-4474",
    }
    fields = report(**marks, description="x" * length)
    for _ in range(30):
        send(store)
    receipt = send(store, fields)
    for _ in range(30):
        send(store)

    def found() -> set[str]:
        content = b"".join(file.read_bytes() for file in tmp_path.iterdir())
        return {name for name, mark in marks.items() if mark.encode() in content}

    assert found() == set(marks)
    holder = Holder(fields["manage_token"])
    erase_contact(store=store, reference=receipt.reference, by=holder, now=NOW)
    assert found() == set()
    with read(sqlite) as connection:
        loaded = whole_request(connection, receipt.reference)
    assert loaded is not None
    assert loaded.request.contact_erased_at == NOW
    assert loaded.request.description == fields["description"]
    # The device's outbox may still send the whole report again: it must not bring the details back.
    assert send(store, fields).status == "known"
    assert found() == set()
