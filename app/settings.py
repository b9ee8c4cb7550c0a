"""Every setting of the portal, read from the environment: `PORTAL_*`, and `PORT`."""

import re
from functools import cache
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from pydantic import AliasChoices, Field, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

CITY = Path(__file__).parent / "city" / "portland"

_PLACEHOLDERS = {
    "",
    "change-me",
    "changeme",
    "changethis",
    "example",
    "password",
    "postgres",
    "secret",
    "test",
}
"""Passwords that stand in examples; with one of these nothing goes into production."""

_TILE_URL = re.compile(r"https?://[a-z0-9.-]+(:[0-9]{1,5})?/[\w{}/.~?&=@%-]*", re.ASCII | re.IGNORECASE)
"""One host, no password, and nothing that could end a word of a policy (CSP)."""


class Settings(BaseSettings):
    """What differs between one installation and another.

    data: folder for everything that is kept when nothing else is said. Relative paths start at the working
    folder.
    database_url: SQLAlchemy URL of SQLite or PostgreSQL (`postgresql+psycopg://…`); by default a file in
    `data`.
    ledger: folder of the ledger of what was taken back (docs/backup.md), best on another disk; by default in `data`.
    Portals that share a database share it, too.
    keys: folder of the keys that the portal makes for itself; by default in `data`.
    photo_store: where photos are kept, as `file:///…`, `s3://…` and the like; by default a folder in `data`.
    city: folder of the city pack.
    production: whether people rely on it; then settings that are only good for trying out are refused.
    port: TCP port to listen on.
    trusted_proxies: how many reverse proxies of our own stand before the portal; that many entries at the end
    of X-Forwarded-For are believed.
    base_url: the address people see, such as `https://311.city.example`; without it, each request's own is
    used.
    nominatim_url: address of a Nominatim server that looks up places, such as `http://127.0.0.1:8088`; without it,
    the portal's own places do.
    tile_url: map tiles of the city's own server instead of ours, such as
    `https://tiles.city.example/streets/{z}/{x}/{y}.png`; browsers of residents ask that server for them.
    tile_attribution: who made those tiles, as shown on the map.
    retire_worker: whether phones are told to give up the service worker and the pages it keeps; reports that
    they keep stay.
    """

    model_config = SettingsConfigDict(
        env_prefix="PORTAL_", frozen=True, extra="ignore", hide_input_in_errors=True, env_ignore_empty=True
    )

    data: Path = Path("var")
    database_url: str = Field(default="", repr=False)
    photo_store: str = Field(default="", repr=False)
    ledger: Path = Path()
    keys: Path = Path()
    city: Path = CITY
    production: bool = False
    port: int = Field(default=3110, ge=0, le=65535, validation_alias=AliasChoices("PORT", "PORTAL_PORT"))
    trusted_proxies: int = Field(default=0, ge=0, le=10)
    base_url: str = ""
    tile_url: str = ""
    tile_attribution: str = Field(default="", max_length=200)
    retire_worker: bool = False
    nominatim_url: str = ""

    @field_validator("data", "city", "ledger", "keys")
    @classmethod
    def _absolute(cls, path: Path) -> Path:
        return path.expanduser().resolve()

    @field_validator("base_url")
    @classmethod
    def _is_an_origin(cls, url: str) -> str:
        parts = urlsplit(url.rstrip("/"))
        if url and (parts.scheme not in ("http", "https") or not parts.netloc or parts.path or parts.query):
            raise ValueError("is not an address such as https://311.city.example")
        return url.rstrip("/")

    @field_validator("nominatim_url")
    @classmethod
    def _is_a_server(cls, url: str) -> str:
        parts = urlsplit(url.rstrip("/"))
        if url and (
            parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.username
        ):
            raise ValueError("is not an address such as http://127.0.0.1:8088")
        return url.rstrip("/")

    @field_validator("tile_url")
    @classmethod
    def _is_a_template_of_tiles(cls, url: str) -> str:
        if url and not (_TILE_URL.fullmatch(url) and all(url.count(f"{{{name}}}") == 1 for name in "zxy")):
            raise ValueError("is not an address such as https://tiles.city.example/{z}/{x}/{y}.png")
        return url

    @property
    def tile_origin(self) -> str:
        """The origin of `tile_url`, or "" if the tiles are ours."""
        parts = urlsplit(self.tile_url)
        return f"{parts.scheme}://{parts.netloc}" if self.tile_url else ""

    @model_validator(mode="before")
    @classmethod
    def _places_in_data(cls, values: dict[str, object]) -> dict[str, object]:
        data = Path(str(values.get("data", "var"))).expanduser().resolve()
        values.setdefault("database_url", f"sqlite:///{data / 'portal.db'}")
        values.setdefault("photo_store", (data / "photos").as_uri())
        values.setdefault("ledger", data / "ledger")
        values.setdefault("keys", data / "keys")
        return values

    @model_validator(mode="after")
    def _names_who_made_the_tiles(self) -> Self:
        if self.tile_url and not self.tile_attribution.strip():
            raise ValueError("PORTAL_TILE_ATTRIBUTION must say who made the tiles of PORTAL_TILE_URL")
        return self

    @model_validator(mode="after")
    def _fit_for_production(self) -> Self:
        try:
            database = make_url(self.database_url)
        except ArgumentError:
            raise ValueError("PORTAL_DATABASE_URL is not a database address") from None
        if not self.production:
            return self
        if database.get_backend_name() != "sqlite" and str(database.password or "") in _PLACEHOLDERS:
            raise ValueError("PORTAL_DATABASE_URL has no password or one from an example")
        if self.tile_url and not self.tile_url.startswith("https://"):
            raise ValueError("PORTAL_TILE_URL must begin with https:// in production")
        if self.base_url and not self.base_url.startswith("https://"):
            raise ValueError("PORTAL_BASE_URL must begin with https:// in production")
        return self

    def make_data_folder(self) -> None:
        """Make the data folder, readable by nobody else: it holds people's reports."""
        self.data.mkdir(mode=0o700, parents=True, exist_ok=True)


@cache
def get_settings() -> Settings:
    """The settings of this process, read once."""
    return Settings()
