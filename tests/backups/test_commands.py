"""The commands that make a backup, bring it back, and set legal holds: what they say, and their exit status."""

import shutil
from pathlib import Path

import pytest

from app.backups import command as backup
from app.backups import restore
from app.db.engine import open_engine
from app.requests.store import RequestStore
from app.retention import command as holds
from app.settings import Settings, get_settings
from tests.databases import migrate
from tests.factories import send

Said = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    for name in ("DATABASE_URL", "PHOTO_STORE", "LEDGER", "KEYS", "CITY"):
        monkeypatch.delenv(f"PORTAL_{name}", raising=False)
    monkeypatch.setenv("PORTAL_DATA", str(tmp_path / "data"))
    get_settings.cache_clear()
    return get_settings()


@pytest.fixture
def reference(settings: Settings) -> str:
    """The number of a report that is kept."""
    settings.make_data_folder()
    migrate(settings.database_url)
    engine = open_engine(settings.database_url)
    try:
        return send(RequestStore(engine)).reference
    finally:
        engine.dispose()


def test_there_and_back(settings: Settings, reference: str, tmp_path: Path, capsys: Said) -> None:
    to, keys = str(tmp_path / "backup"), str(tmp_path / "keys")
    assert backup.main([to, "--keys", keys]) == 0
    assert capsys.readouterr() == (f"{to} is made and checked. Reports: 1. Photos: 0.\n", "")
    assert backup.main([to]) == 1
    assert "never overwrites" in capsys.readouterr().err
    shutil.rmtree(settings.data)
    assert restore.main([to]) == 1
    assert "Nothing was brought back: The keys are not in" in capsys.readouterr().err
    assert restore.main([to, "--keys", keys]) == 0
    assert "Reports: 1. Photos: 0." in capsys.readouterr().out
    assert restore.main([str(tmp_path)]) == 1
    assert "is no backup" in capsys.readouterr().err


def test_without_a_second_place_it_says_so(reference: str, tmp_path: Path, capsys: Said) -> None:
    assert backup.main([str(tmp_path / "backup")]) == 0
    assert "The keys in" in capsys.readouterr().err


def test_a_hold_that_came_from_the_ledger_is_listed_without_its_reason(
    settings: Settings, reference: str, tmp_path: Path, capsys: Said
) -> None:
    to = str(tmp_path / "backup")
    assert backup.main([to]) == 0
    for covers in (["--report", reference], ["--place", "45.52,-122.66"], ["--person", "ana@mail.example"]):
        assert holds.main(["set", *covers, "--reason", "Case 26CV1234"]) == 0
    ids = [line.split()[-1] for line in capsys.readouterr().out.splitlines() if "hold is set" in line]
    assert restore.main([to]) == 0
    assert "Done again, as the ledger says: 3." in capsys.readouterr().out
    assert holds.main(["list"]) == 0
    listed = capsys.readouterr().out.splitlines()
    for id, line, what in zip(ids, listed, ("a report", "a place", "a person"), strict=True):
        assert line.startswith(id)
        assert line.endswith(
            f"  {what}: set again after a restore; the reason is with whoever has noted this ID"
        )
    assert holds.main(["lift", ids[0], "--reason", "Settled"]) == 0


def test_a_hold_is_set_listed_and_lifted(reference: str, capsys: Said) -> None:
    assert holds.main(["set", "--report", reference, "--reason", "Case 26CV1234"]) == 0
    assert holds.main(["set", "--person", "ana@mail.example", "--reason", "Case 26CV1235"]) == 0
    first = capsys.readouterr().out.splitlines()[0].split()[-1]
    assert holds.main(["list"]) == 0
    listed = capsys.readouterr().out
    assert f"report {reference}: Case 26CV1234" in listed
    assert "a person: Case 26CV1235" in listed
    assert "ana@" not in listed
    assert holds.main(["lift", first, "--reason", "Settled"]) == 0
    assert holds.main(["lift", first, "--reason", "Settled"]) == 1
    assert holds.main(["set", "--report", "123", "--reason", "x"]) == 1
    assert "This is no number of a report." in capsys.readouterr().err
    assert holds.main(["list"]) == 0
    assert reference not in capsys.readouterr().out
