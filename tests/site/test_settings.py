"""Settings from the environment."""

import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from app.settings import Settings, UnsafeFolder


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
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


FIT: dict[str, Any] = {
    "production": True,
    "base_url": "https://311.city.example",
    "trusted_proxies": 1,
}
"""The least that production wants."""


def test_production_starts_with_the_least_and_listens_to_its_proxy_only() -> None:
    assert Settings(**FIT).address == "127.0.0.1"
    assert Settings().address == "0.0.0.0"
    assert Settings(**FIT, listen="0.0.0.0").address == "0.0.0.0"
    assert Settings(listen="::1").address == "::1"


@pytest.mark.parametrize("name", ["base_url", "trusted_proxies"])
def test_production_refuses_what_nobody_has_said(name: str) -> None:
    with pytest.raises(ValidationError, match=f"PORTAL_{name.upper()}"):
        Settings(**{key: value for key, value in FIT.items() if key != name})


def test_no_proxy_at_all_may_be_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTAL_TRUSTED_PROXIES", "0")
    monkeypatch.setenv("PORTAL_BASE_URL", "https://311.city.example")
    assert Settings(production=True).trusted_proxies == 0
    monkeypatch.setenv("PORTAL_TRUSTED_PROXIES", "")
    with pytest.raises(ValidationError, match="PORTAL_TRUSTED_PROXIES"):
        Settings(production=True)


def test_everything_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(ValidationError, match=r"PORTAL_BASE_URL.*PORTAL_TRUSTED_PROXIES"):
        Settings(production=True)


@pytest.mark.parametrize("address", ["everywhere", "127.0.0.1:80", "256.1.1.1", "localhost"])
def test_where_to_listen_is_an_ip_address(address: str) -> None:
    with pytest.raises(ValidationError, match=r"127\.0\.0\.1"):
        Settings(listen=address)


@pytest.mark.parametrize(
    "password",
    [
        "",
        ":postgres",
        ":changeme",
        ":secret",
        ":hunter2",
        ":password1",
        ":ChangeMe12345",
        ":aaaaaaaaaaaaaaaa",
    ],
)
def test_production_refuses_passwords_that_are_easy_to_guess(
    monkeypatch: pytest.MonkeyPatch, password: str
) -> None:
    monkeypatch.setenv("PORTAL_DATABASE_URL", f"postgresql+psycopg://portal{password}@db/portal")
    assert Settings(production=False)
    with pytest.raises(ValidationError, match="PORTAL_DATABASE_URL"):
        Settings(**FIT)


def test_a_password_worth_the_name_and_a_socket_without_one_are_taken() -> None:
    for database in ("portal:x9-Kp2_wq8LmZr@db/portal", "portal@/portal?host=/run/postgresql"):
        assert Settings(**FIT, database_url=f"postgresql+psycopg://{database}")


def test_production_needs_an_encrypted_address() -> None:
    with pytest.raises(ValidationError, match="https"):
        Settings(**{**FIT, "base_url": "http://311.city.example"})


@pytest.mark.parametrize(
    ("url", "taken"),
    [
        ("http://127.0.0.1:8088", True),
        ("http://10.1.2.3", True),
        ("http://localhost:8088", True),
        ("https://nominatim.city.example", True),
        ("http://nominatim.city.example", False),
        ("http://8.8.8.8", False),
        ("http://169.254.169.254", False),
    ],
)
def test_where_people_are_is_not_asked_in_clear_over_other_peoples_networks(url: str, taken: bool) -> None:
    if taken:
        assert Settings(**FIT, nominatim_url=url)
        return
    with pytest.raises(ValidationError, match="PORTAL_NOMINATIM_URL"):
        Settings(**FIT, nominatim_url=url)


def test_the_keys_of_a_photo_store_do_not_stand_in_its_address() -> None:
    with pytest.raises(ValidationError, match="PORTAL_PHOTO_STORE"):
        Settings(**FIT, photo_store="s3://key:word@bucket")


@pytest.fixture
def umask() -> Iterator[None]:
    """As most systems have it, and put back after the test."""
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.mark.usefixtures("umask")
def test_what_is_written_is_private_also_in_a_folder_that_was_there(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir(mode=0o755)
    old = data / "portal.db"
    old.write_text("of an earlier version")
    Settings(data=data).make_data_folder()
    (data / "new").write_text("x")
    (data / "folder").mkdir()
    assert [stat.S_IMODE((data / name).stat().st_mode) for name in ("portal.db", "new", "folder")] == [
        0o600,
        0o600,
        0o700,
    ]


@pytest.mark.usefixtures("umask")
@pytest.mark.parametrize("mode", [0o755, 0o750, 0o701])
def test_production_refuses_a_folder_that_others_can_read_and_says_what_to_do(
    tmp_path: Path, mode: int
) -> None:
    data = tmp_path / "data"
    data.mkdir()
    data.chmod(mode)
    Settings(data=data).make_data_folder()
    with pytest.raises(UnsafeFolder, match="chmod"):
        Settings(**FIT, data=data).make_data_folder()
    data.chmod(0o700)
    Settings(**FIT, data=data).make_data_folder()


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
        Settings(**FIT, tile_url=TILES.replace("https", "http"), tile_attribution="City")


EXAMPLE = (Path(__file__).parents[2] / ".env.example").read_text()
LINES = re.findall(r"^#([A-Z_]+=.*)$", EXAMPLE, re.MULTILINE)
OTHERWISE = {
    "PORT=3110": "PORT=3111",
    "PORTAL_LEDGER=var/ledger": "PORTAL_LEDGER=else/ledger",
    "PORTAL_KEYS=var/keys": "PORTAL_KEYS=else/keys",
    "PORTAL_CITY=app/city/portland": "PORTAL_CITY=app/city/springfield",
    "PORTAL_METRICS_TOKEN=": "PORTAL_METRICS_TOKEN=q7eTzB-2vLm81-xYw0",
}
"""Lines of the example that say what holds anyway, changed."""


@pytest.mark.parametrize("line", LINES, ids=lambda line: line.partition("=")[0])
def test_every_line_of_the_example_changes_a_setting_when_it_stands_in_the_file(
    line: str, tmp_path: Path
) -> None:
    before = Settings()
    line = OTHERWISE.get(line, line).replace("PASSWORD", "u7-Xe_49qmZ-kd")
    # Production wants two others said, and tiles who made them.
    besides = ""
    if "PRODUCTION" in line:
        besides = "PORTAL_BASE_URL=https://a.example\nPORTAL_TRUSTED_PROXIES=2\n"
    elif "TILE_URL" in line:
        besides = "PORTAL_TILE_ATTRIBUTION=A\n"
    (tmp_path / ".env").write_text(f"# A comment\n{besides}{line}\n", encoding="utf-8")
    name = line.partition("=")[0].removeprefix("PORTAL_").lower()
    if name == "photo_workers":
        line = f"PORTAL_PHOTO_WORKERS={before.photo_workers + 1}"
        (tmp_path / ".env").write_text(line, encoding="utf-8")
    after = Settings()
    assert getattr(after, name) != getattr(before, name)


def test_the_environment_wins_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("PORT=8001\nPORTAL_DATA=from-file\n")
    monkeypatch.setenv("PORT", "8002")
    settings = Settings()
    assert (settings.port, settings.data) == (8002, tmp_path / "from-file")


def test_what_is_wrong_in_the_file_is_refused_as_in_the_environment(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("PORTAL_PRODUCTION=true\n")
    with pytest.raises(ValidationError, match=r"PORTAL_BASE_URL.*PORTAL_TRUSTED_PROXIES"):
        Settings()
