"""The command that shows and hides words and photos."""

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.db.engine import open_engine
from app.ledger.file import open_ledger
from app.ledger.rules import catch_up
from app.moderation import command as publication
from app.reports.references import grouped
from app.requests.rules import photo_stored
from app.requests.store import RequestStore
from app.settings import Settings, get_settings
from tests.databases import migrate
from tests.factories import NOW, send


@pytest.fixture(autouse=True)
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Data of this test, and a terminal in English."""
    monkeypatch.setenv("PORTAL_DATA", str(tmp_path))
    monkeypatch.setenv("LC_ALL", "C")
    monkeypatch.delenv("PORTAL_DATABASE_URL", raising=False)
    get_settings.cache_clear()
    return get_settings()


@pytest.fixture
def store(settings: Settings) -> RequestStore:
    """The data of this test."""
    migrate(settings.database_url)
    return RequestStore(open_engine(settings.database_url))


def arrives(store: RequestStore, now: datetime = NOW) -> str:
    """A report with two photos."""
    names = ("a" * 64, "b" * 64)
    receipt = send(store, now=now, media=[{"sha256": name} for name in names])
    for name in names:
        photo_stored(
            store=store, request_id=receipt.id, sha256=name, content=name, width=1, height=1, now=now
        )
    return receipt.reference


def looks(store: RequestStore, reference: str) -> list[str]:
    """How the words and each photo stand."""
    with store.writing() as transaction:
        request = transaction.request_by_reference(reference)
        assert request is not None
        return [request.look, *(photo.look for photo in transaction.photos(request.id))]


def test_a_report_is_hidden_and_shown(store: RequestStore, capsys: pytest.CaptureFixture[str]) -> None:
    reference = arrives(store)
    assert publication.main(["--hide", *grouped(reference).split()]) == 0
    assert looks(store, reference) == ["hidden"] * 3
    assert capsys.readouterr().out == f"Nobody outside sees it any more: {grouped(reference)}\n"
    assert publication.main(["--show", reference, "--photo", "2"]) == 0
    assert looks(store, reference) == ["hidden", "hidden", "shown"]
    assert publication.main(["--show", reference]) == 0
    assert looks(store, reference) == ["shown"] * 3
    assert publication.main(["--show", reference]) == 0
    assert capsys.readouterr().out.endswith("Nothing was changed.\n")


def test_what_is_hidden_stays_so_in_a_database_that_was_put_back(
    store: RequestStore, settings: Settings, tmp_path: Path
) -> None:
    reference = arrives(store)
    backup = tmp_path / "backup.db"
    with sqlite3.connect(tmp_path / "portal.db") as here, sqlite3.connect(backup) as there:
        here.backup(there)
    assert publication.main(["--hide", reference]) == 0
    engine = open_engine(f"sqlite:///{backup}")
    catch_up(engine, open_ledger(settings))
    assert looks(RequestStore(engine), reference) == ["hidden"] * 3


def test_a_day_begins_at_the_citys_midnight(store: RequestStore, capsys: pytest.CaptureFixture[str]) -> None:
    midnight = datetime(2026, 11, 1, 7, tzinfo=UTC)
    before, after = arrives(store, midnight - timedelta(seconds=1)), arrives(store, midnight)
    assert publication.main(["--release-before", "2026-11-01"]) == 0
    assert capsys.readouterr().out == "Reports that are shown now: 1.\n"
    assert (looks(store, before), looks(store, after)) == (["shown"] * 3, ["waiting"] * 3)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--hide", "4829135570242"], "There is no such report"),
        (["--hide", "4829135570242", "--photo", "1"], "There is no such report"),
        (["--hide", "HERE", "--photo", "3"], "The report has no photo with this number."),
        (["--hide", "HERE", "--photo", "0"], "The report has no photo with this number."),
    ],
)
def test_what_is_not_there(
    store: RequestStore, capsys: pytest.CaptureFixture[str], arguments: list[str], sentence: str
) -> None:
    reference = arrives(store)
    assert publication.main([reference if word == "HERE" else word for word in arguments]) == 1
    assert sentence in capsys.readouterr().err
    assert looks(store, reference) == ["waiting"] * 3
