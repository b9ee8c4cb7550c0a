"""The command that gives people an account at the desk."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.db.engine import open_engine
from app.kit.errors import Rejected
from app.people import command as desk_user
from app.people import rules as people
from app.people.rules import password_matches
from app.people.store import PeopleStore
from app.settings import Settings, get_settings

PASSWORD = "correct horse battery staple"


@pytest.fixture(autouse=True)
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Data of this test, and a terminal in English."""
    monkeypatch.setenv("PORTAL_DATA", str(tmp_path))
    monkeypatch.setenv("LC_ALL", "C")
    monkeypatch.delenv("PORTAL_DESK_PASSWORD", raising=False)
    monkeypatch.delenv("PORTAL_DATABASE_URL", raising=False)
    get_settings.cache_clear()
    return get_settings()


def has_password(settings: Settings, email: str, password: str) -> bool:
    engine = open_engine(settings.database_url)
    try:
        with PeopleStore(engine).writing() as transaction:
            person = transaction.person_by_email(email)
            return person is not None and password_matches(password, person.password_hash)
    finally:
        engine.dispose()


def types(monkeypatch: pytest.MonkeyPatch, *answers: str, passwords: tuple[str, ...] = ()) -> None:
    """Somebody at the terminal; what is typed as a password is not shown."""
    said, hidden = list(answers), list(passwords)
    monkeypatch.setattr("builtins.input", lambda _: said.pop(0))
    monkeypatch.setattr(desk_user, "getpass", lambda _: hidden.pop(0))


def test_a_person_at_the_terminal(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    types(monkeypatch, "Ana@City.example", "Ana Díaz", passwords=(PASSWORD, PASSWORD))
    assert desk_user.main([]) == 0
    assert capsys.readouterr().out == "Ana Díaz can sign in now.\n"
    assert has_password(settings, "ana@city.example", PASSWORD)

    types(monkeypatch, "ana@city.example", passwords=("another long password",) * 2)
    assert desk_user.main([]) == 0
    said = capsys.readouterr().out
    assert "Ana Díaz has an account already" in said
    assert "The password is changed." in said
    assert has_password(settings, "ana@city.example", "another long password")


def test_a_script(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTAL_DESK_PASSWORD", PASSWORD)
    assert desk_user.main(["--email", "bo@city.example", "--name", "Bo", "--role", "admin"]) == 0
    assert has_password(settings, "bo@city.example", PASSWORD)


def test_what_is_wrong_is_said_in_the_language_of_the_terminal(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PORTAL_DESK_PASSWORD", "short")
    arguments = ["--email", "bo@city.example", "--name", "Bo"]
    assert desk_user.main(arguments) == 1
    english = capsys.readouterr().err
    assert english == "Choose a password of 12 to 200 characters.\n"
    monkeypatch.setenv("LC_ALL", "es_MX.UTF-8")
    assert desk_user.main(arguments) == 1
    assert "12" in (spanish := capsys.readouterr().err)
    assert spanish != english


def test_without_the_key_of_the_ledger_no_password_is_replaced(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody could tell after a restore that the old one opens nothing any more."""
    monkeypatch.setenv("PORTAL_DESK_PASSWORD", PASSWORD)
    arguments = ["--email", "bo@city.example", "--name", "Bo"]
    assert desk_user.main(arguments) == desk_user.main(arguments) == 0
    (settings.keys / "ledger.key").unlink()
    monkeypatch.setenv("PORTAL_DESK_PASSWORD", f"another {PASSWORD}")
    with pytest.raises(SystemExit, match="its key"):
        desk_user.main(arguments)
    assert has_password(settings, "bo@city.example", PASSWORD)


def test_two_passwords_that_differ(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    types(monkeypatch, passwords=(PASSWORD, PASSWORD + "x"))
    assert desk_user.main(["--email", "bo@city.example", "--name", "Bo"]) == 1
    assert "not the same" in capsys.readouterr().err
    assert not has_password(settings, "bo@city.example", PASSWORD)


def test_somebody_who_goes_away(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def leave(_: str) -> str:
        raise EOFError

    monkeypatch.setattr("builtins.input", leave)
    assert desk_user.main([]) == 1
    assert "Nothing was changed." in capsys.readouterr().err


NOW = datetime(2026, 8, 1, 8, tzinfo=UTC)


def try_to_sign_in(settings: Settings, password: str = PASSWORD) -> str:
    """The token, or the sentence with which it was refused."""
    engine = open_engine(settings.database_url)
    try:
        return people.sign_in(
            store=PeopleStore(engine),
            email="bo@city.example",
            password=password,
            address="192.0.2.1",
            now=NOW,
        ).token
    except Rejected as rejected:
        return rejected.errors[0].message.text
    finally:
        engine.dispose()


def is_signed_in(settings: Settings, token: str) -> bool:
    engine = open_engine(settings.database_url)
    try:
        return people.person_of(store=PeopleStore(engine), token=token, now=NOW) is not None
    finally:
        engine.dispose()


def test_somebody_is_suspended_and_comes_back(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PORTAL_DESK_PASSWORD", PASSWORD)
    desk_user.main(["--email", "bo@city.example", "--name", "Bo"])
    token = try_to_sign_in(settings)
    assert is_signed_in(settings, token)
    capsys.readouterr()

    assert desk_user.main(["--suspend", "Bo@City.example"]) == 0
    assert "Bo is suspended" in capsys.readouterr().out
    assert not is_signed_in(settings, token)
    assert try_to_sign_in(settings) == try_to_sign_in(settings, "a wrong password")
    assert desk_user.main(["--list"]) == 0
    said = capsys.readouterr().out
    assert "Bo\t2026-08-01 08:00 UTC\tsuspended" in said
    assert "argon2" not in said and token not in said

    assert desk_user.main(["--resume", "bo@city.example"]) == 0
    assert not is_signed_in(settings, token), "the old sign-in has ended for good"
    assert is_signed_in(settings, try_to_sign_in(settings))
    capsys.readouterr()
    desk_user.main(["--list"])
    assert "suspended" not in capsys.readouterr().out


def test_nobody_is_suspended_by_mistake(capsys: pytest.CaptureFixture[str]) -> None:
    assert desk_user.main(["--suspend", "nobody@city.example"]) == 1
    assert "There is no account with this email address." in capsys.readouterr().err
    with pytest.raises(SystemExit):
        desk_user.main(["--suspend", "a@city.example", "--resume", "a@city.example"])
