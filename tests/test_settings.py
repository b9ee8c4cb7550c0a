"""Settings from the environment."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from app.settings import Settings


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import os

    for name in os.environ:
        if name.startswith("PORTAL_") or name == "PORT":
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def test_without_any_setting_everything_is_kept_in_one_folder(tmp_path: Path) -> None:
    settings = Settings()
    assert settings.data == tmp_path / "var"
    assert settings.database_url == f"sqlite:///{tmp_path}/var/portal.db"
    assert settings.photo_store == f"file://{tmp_path}/var/photos"
    assert (settings.ledger, settings.keys) == (tmp_path / "var/ledger", tmp_path / "var/keys")
    assert settings.port == 3110
    assert not settings.production
    settings.make_data_folder()
    assert settings.data.stat().st_mode & 0o077 == 0


def test_the_environment_decides(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PORTAL_DATA", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("PORT", "8080")
    monkeypatch.setenv("PORTAL_PHOTO_STORE", "s3://photos")
    monkeypatch.setenv("PORTAL_LEDGER", "second/ledger")
    monkeypatch.setenv("PORTAL_KEYS", str(tmp_path / "keys"))
    monkeypatch.setenv("PORTAL_BASE_URL", "https://311.city.example/")
    settings = Settings()
    assert settings.database_url == f"sqlite:///{tmp_path}/elsewhere/portal.db"
    assert settings.port == 8080
    assert settings.photo_store == "s3://photos"
    assert (settings.ledger, settings.keys) == (tmp_path / "second/ledger", tmp_path / "keys")
    assert settings.base_url == "https://311.city.example"


@pytest.mark.parametrize("password", ["", ":postgres", ":changeme", ":secret"])
def test_production_refuses_passwords_from_examples(monkeypatch: pytest.MonkeyPatch, password: str) -> None:
    monkeypatch.setenv("PORTAL_DATABASE_URL", f"postgresql+psycopg://portal{password}@db/portal")
    assert Settings(production=False)
    with pytest.raises(ValidationError, match="PORTAL_DATABASE_URL"):
        Settings(production=True)


def test_production_needs_an_encrypted_address() -> None:
    with pytest.raises(ValidationError, match="https"):
        Settings(production=True, base_url="http://311.city.example")


@pytest.mark.parametrize("base_url", ["311.city.example", "ftp://x", "https://x/path"])
def test_an_address_that_is_none_is_refused(base_url: str) -> None:
    with pytest.raises(ValidationError):
        Settings(base_url=base_url)


def test_secrets_do_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTAL_DATABASE_URL", "postgresql+psycopg://portal:tr0ub4dor@db/portal")
    assert "tr0ub4dor" not in repr(Settings())
    monkeypatch.setenv("PORTAL_DATABASE_URL", "tr0ub4dor")
    with pytest.raises(ValidationError) as refused:
        Settings()
    assert "tr0ub4dor" not in str(refused.value)


TILES = "https://tiles.city.example/streets/{z}/{x}/{y}.png"


def test_no_tiles_of_others_unless_somebody_says_so() -> None:
    assert Settings().tile_url == Settings().tile_origin == ""


def test_a_city_may_name_its_own_tiles(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTAL_TILE_URL", TILES)
    monkeypatch.setenv("PORTAL_TILE_ATTRIBUTION", "City of Example")
    assert Settings().tile_url == TILES
    assert Settings().tile_origin == "https://tiles.city.example"


@pytest.mark.parametrize(
    "url",
    [
        "https://tiles.city.example/",
        "https://tiles.city.example/{z}/{x}.png",
        "https://{s}.city.example/{z}/{x}/{y}.png",
        "https://user:word@city.example/{z}/{x}/{y}.png",
        "https://a.example; script-src * /{z}/{x}/{y}.png",
        "https://a.example,b.example/{z}/{x}/{y}.png",
        "https://*/{z}/{x}/{y}.png",
        "//city.example/{z}/{x}/{y}.png",
        "data:image/png,{z}/{x}/{y}",
        TILES + "\nx",
    ],
)
def test_tiles_that_are_no_template_of_one_host_are_refused(url: str) -> None:
    with pytest.raises(ValidationError, match=r"tiles\.city\.example"):
        Settings(tile_url=url, tile_attribution="City")


def test_tiles_of_others_are_refused_without_their_makers_name_and_in_production_without_https() -> None:
    with pytest.raises(ValidationError, match="PORTAL_TILE_ATTRIBUTION"):
        Settings(tile_url=TILES)
    with pytest.raises(ValidationError, match="https"):
        Settings(tile_url=TILES.replace("https", "http"), tile_attribution="City", production=True)
