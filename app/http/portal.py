"""What the running portal is made of, opened once per process and handed to routes and live screens."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Engine

from app.alerts.current import CurrentAlerts
from app.alerts.store import AlertStore
from app.city.city import City
from app.city.loader import load_city, register_catalogs
from app.db.engine import open_engine
from app.http.limits import Limits
from app.http.readiness import Readiness
from app.ledger.file import Ledger, open_ledger
from app.ledger.rules import catch_up
from app.people.store import PeopleStore
from app.photos.files import open_store
from app.photos.service import PhotoService
from app.photos.spool import Spool
from app.places.data.live import LivePlaces
from app.places.geocoder.embedded import EmbeddedGeocoder
from app.places.geocoder.nominatim import NominatimGeocoder
from app.places.geocoder.protocol import Geocoder
from app.requests.pace import Pace
from app.requests.store import RequestStore
from app.settings import Settings

One = TypeVar("One")


@dataclass(frozen=True)
class Portal:
    """The parts of one running portal."""

    settings: Settings
    city: City
    engine: Engine
    photos: PhotoService
    _ones: dict[Any, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    @cached_property
    def requests(self) -> RequestStore:
        """Where requests are kept."""
        return RequestStore(self.engine, self.ledger)

    @cached_property
    def ledger(self) -> Ledger:
        """What was taken back, outside of the database."""
        return open_ledger(self.settings)

    @cached_property
    def people(self) -> PeopleStore:
        """Who works at the desk."""
        return PeopleStore(self.engine, self.ledger)

    @cached_property
    def alert_store(self) -> AlertStore:
        """Where alerts are kept."""
        return AlertStore(self.engine, self.ledger)

    @cached_property
    def alerts(self) -> CurrentAlerts:
        """The alerts that are on, for every page."""
        return CurrentAlerts(self.engine, self.now)

    @cached_property
    def pace(self) -> Pace:
        """How long reports of a type really took."""
        return Pace(self.engine)

    @cached_property
    def places(self) -> LivePlaces:
        """The database of places; made from the city pack when it is asked for the first time."""
        return LivePlaces(self.settings.data, self.city)

    @cached_property
    def geocoder(self) -> Geocoder:
        """What finds places: our own database, and before it a Nominatim if the settings name one."""
        embedded = EmbeddedGeocoder(self.places)
        url = self.settings.nominatim_url
        return NominatimGeocoder(url, self.city, embedded) if url else embedded

    @cached_property
    def spool(self) -> Spool:
        """Where photos grow until they are whole, readable by nobody else."""
        folder = self.settings.data / "uploads"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return Spool(folder)

    @cached_property
    def incoming(self) -> Path:
        """Folder of what forms bring, while they are read; nothing in it outlives its request."""
        folder = self.settings.incoming
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return folder

    @cached_property
    def limits(self) -> Limits:
        """What networks may still send."""
        return Limits()

    @cached_property
    def readiness(self) -> Readiness:
        """Whether the portal can do what people want of it."""
        return Readiness(self.engine, self.photos, self.settings.data)

    def one(self, kind: Callable[["Portal"], One]) -> One:
        """The one object of this kind that the running portal has, such as `Maps`: made when it is first asked for."""
        if kind not in self._ones:
            self._ones[kind] = kind(self)
        found: One = self._ones[kind]
        return found

    def now(self) -> datetime:
        """The server's clock, UTC."""
        return datetime.now(UTC)


@contextmanager
def open_portal(settings: Settings) -> Iterator[Portal]:
    """Open a portal on its data; the database must be migrated. Closing stops the photo workers.

    Before anybody sees anything, what the ledger says is done: the database may have come back from a backup.
    """
    settings.make_data_folder()
    register_catalogs(settings.city)
    portal = Portal(
        settings=settings,
        city=load_city(settings.city),
        engine=open_engine(settings.database_url),
        photos=PhotoService(
            store=open_store(settings.photo_store),
            workers=settings.photo_workers,
            sealed=settings.photo_sandbox,
        ),
    )
    try:
        catch_up(portal.engine, portal.ledger)
        yield portal
    finally:
        portal.photos.close()
        portal.engine.dispose()
