"""Every setting of the portal, read from the environment: `PORTAL_*`, and `PORT`."""

import os
import re
import stat
from collections.abc import Iterator
from functools import cache
from ipaddress import ip_address
from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import AliasChoices, Field, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

CITY = Path(__file__).parent / "city" / "portland"

EVERYWHERE = "0.0.0.0"  # noqa: S104 - a phone on the same network must reach it
LOOPBACK = "127.0.0.1"

SHORTEST_PASSWORD = 12
"""Characters of a database's password in production, if the database is reached over a network."""
_PLACEHOLDER = re.compile(
    r"change.?me|change.?this|example|passw(or)?[dt]|postgres|secret|\bportal\b", re.IGNORECASE
)
"""What stands in passwords of examples; with one of these nothing goes into production."""

_TILE_URL = re.compile(r"https?://[a-z0-9.-]+(:[0-9]{1,5})?/[\w{}/.~?&=@%-]*", re.ASCII | re.IGNORECASE)
"""One host, no password, and nothing that could end a word of a policy (CSP)."""

_CONTACT = re.compile(r"(mailto:[^\s@]+@[^\s@]+|https://[^\s/]+\S*|tel:\+?[0-9-]+)", re.ASCII)
"""One URI in one line (RFC 9116 §2.5.3)."""


def _half_of_the_cores() -> int:
    """But two at least, so that one hard photo never holds up all others."""
    return min(8, max(2, (os.cpu_count() or 2) // 2))


class Settings(BaseSettings):
    """What differs between one installation and another: from the environment, else from `.env` in the working folder.

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
    listen: IP address to listen on; by default this machine's own (127.0.0.1) in production, else every one.
    port: TCP port to listen on.
    trusted_proxies: how many reverse proxies of our own stand before the portal; that many entries at the end
    of X-Forwarded-For are believed. Production wants it said, even if it is 0.
    seconds_to_leave: how long `/health/ready` says no before the portal stops taking requests, for a load
    balancer to notice.
    base_url: the address people see, such as `https://311.city.example`; without it, each request's own is
    used.
    nominatim_url: address of a Nominatim server that looks up places, such as `http://127.0.0.1:8088`; without it,
    the portal's own places do.
    tile_url: map tiles of the city's own server instead of ours, such as
    `https://tiles.city.example/streets/{z}/{x}/{y}.png`; browsers of residents ask that server for them.
    tile_attribution: who made those tiles, as shown on the map.
    photo_workers: processes that work on photos; each takes up to 1.2 GB of memory for the largest ones.
    photo_sandbox: whether they give up files and network; `off` only where the kernel cannot do it.
    retire_worker: whether phones are told to give up the service worker and the pages it keeps; reports that
    they keep stay.
    security_contact: where weaknesses of the portal are reported, as `mailto:…`, `https://…` or `tel:…`; it stands in
    `/.well-known/security.txt`. Without one there is no such file.
    metrics_token: what a program must bear that reads `/metrics`; without one there is no such page.
    log: whether log lines are text or JSON objects. log_level: `info` has a line for each request.
    """

    model_config = SettingsConfigDict(
        env_prefix="PORTAL_",
        env_file=".env",
        env_file_encoding="utf-8",
        frozen=True,
        extra="ignore",
        hide_input_in_errors=True,
        env_ignore_empty=True,
    )

    data: Path = Path("var")
    database_url: str = Field(default="", repr=False)
    photo_store: str = Field(default="", repr=False)
    ledger: Path = Path()
    keys: Path = Path()
    city: Path = CITY
    production: bool = False
    listen: str = ""
    port: int = Field(default=3110, ge=0, le=65535, validation_alias=AliasChoices("PORT", "PORTAL_PORT"))
    trusted_proxies: int = Field(default=0, ge=0, le=10)
    seconds_to_leave: int = Field(default=0, ge=0, le=60)
    base_url: str = ""
    tile_url: str = ""
    tile_attribution: str = Field(default="", max_length=200)
    photo_workers: int = Field(default_factory=_half_of_the_cores, ge=1, le=32)
    photo_sandbox: bool = True
    retire_worker: bool = False
    nominatim_url: str = ""
    security_contact: str = Field(default="", max_length=200)
    metrics_token: str = Field(default="", repr=False)
    log: Literal["text", "json"] = "text"
    log_level: Literal["info", "warning"] = "warning"

    @field_validator("data", "city", "ledger", "keys")
    @classmethod
    def _absolute(cls, path: Path) -> Path:
        return path.expanduser().resolve()

    @field_validator("listen")
    @classmethod
    def _is_an_address(cls, address: str) -> str:
        try:
            return str(ip_address(address)) if address else ""
        except ValueError:
            raise ValueError("is not an IP address such as 127.0.0.1") from None

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

    @field_validator("security_contact")
    @classmethod
    def _is_a_contact(cls, contact: str) -> str:
        if contact and not _CONTACT.fullmatch(contact):
            raise ValueError(
                "is not a contact such as mailto:security@city.example or https://city.example/report"
            )
        return contact

    @field_validator("tile_url")
    @classmethod
    def _is_a_template_of_tiles(cls, url: str) -> str:
        if url and not (_TILE_URL.fullmatch(url) and all(url.count(f"{{{name}}}") == 1 for name in "zxy")):
            raise ValueError("is not an address such as https://tiles.city.example/{z}/{x}/{y}.png")
        return url

    @property
    def incoming(self) -> Path:
        """The folder of what forms bring, while they are read."""
        return self.data / "incoming"

    @property
    def address(self) -> str:
        """The IP address to listen on."""
        return self.listen or (LOOPBACK if self.production else EVERYWHERE)

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
        if self.production and (problems := [*self._unfit(database)]):
            raise ValueError("; ".join(problems))
        return self

    def _unfit(self, database: URL) -> Iterator[str]:
        """What people could not rely on."""
        if not self.base_url:
            yield "PORTAL_BASE_URL must say under which address people reach the portal in production"
        elif not self.base_url.startswith("https://"):
            yield "PORTAL_BASE_URL must begin with https:// in production"
        if "trusted_proxies" not in self.model_fields_set:
            yield (
                "PORTAL_TRUSTED_PROXIES must say how many reverse proxies of yours stand before the portal "
                "in production (0 if there is none)"
            )
        if not _is_hard_to_guess(database):
            yield (
                "PORTAL_DATABASE_URL has no password, one from an example, or one of fewer than "
                f"{SHORTEST_PASSWORD} characters"
            )
        if self.tile_url and not self.tile_url.startswith("https://"):
            yield "PORTAL_TILE_URL must begin with https:// in production"
        if self.nominatim_url.startswith("http://") and not _stays_inside(self.nominatim_url):
            yield "PORTAL_NOMINATIM_URL must begin with https:// in production, unless it is in your own network"
        if urlsplit(self.photo_store).username:
            yield "PORTAL_PHOTO_STORE must not hold a password; it comes from the environment (AWS_…)"

    def make_data_folder(self) -> None:
        """Make the data folder. From here on nobody else can read what this process writes: people's reports.

        Raises UnsafeFolder in production if others can read the folder.
        """
        os.umask(0o077)
        self.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        _keep_private(self.data)
        if not self.production:
            return
        found = self.data.stat()
        if found.st_uid != os.geteuid():
            raise UnsafeFolder(
                f"{self.data} belongs to another user (number {found.st_uid}). "
                f"Run this as that user, or give the folder away: chown -R {os.geteuid()} {self.data}"
            )
        if found.st_mode & 0o077:
            raise UnsafeFolder(f"others can read {self.data}: chmod -R go= {self.data}")


def _keep_private(folder: Path) -> None:
    """What earlier versions wrote into a folder that others can read."""
    for name in _OURS:
        for file in folder.glob(name):
            mode = file.stat().st_mode
            if mode & 0o077 and file.stat().st_uid == os.geteuid():
                file.chmod(stat.S_IMODE(mode) & ~0o077)


_OURS = ("portal.db", "portal.db-*", "places.db*", "photos", "uploads", "incoming", "tiles")


def _is_hard_to_guess(database: URL) -> bool:
    """Whether a database that is reached over a network asks for a password worth the name."""
    host = database.host or str(database.query.get("host", ""))
    if database.get_backend_name() == "sqlite" or host.startswith("/"):
        return True
    password = str(database.password or "")
    return (
        len(password) >= SHORTEST_PASSWORD
        and len(set(password)) > SHORTEST_PASSWORD // 3
        and not _PLACEHOLDER.search(password)
    )


def _stays_inside(url: str) -> bool:
    """Whether a server is on this machine or in a private network, by an address that says so."""
    host = urlsplit(url).hostname or ""
    try:
        address = ip_address(host)
    except ValueError:
        return host == "localhost"
    # Link-local is where clouds keep their machines' keys.
    return (address.is_loopback or address.is_private) and not address.is_link_local


class UnsafeFolder(Exception):
    """Others could read what people have written; the message says how to mend it."""


@cache
def get_settings() -> Settings:
    """The settings of this process, read once. Raises pydantic's ValidationError."""
    return Settings()
