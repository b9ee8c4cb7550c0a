"""What a whole city pack says."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, StringConstraints, field_validator

from app.city.brand import PLAIN_COLORS, Palette
from app.city.contacts import Contact, EmergencyText, PackModel, Phone, Phrase, Rights
from app.city.services import Code, Service, ServiceGroup
from app.city.streets import Neighbor, Streets
from app.places.points import Boundary, MapLine, Place
from app.retention.schedule import RetentionRule


class Bureau(PackModel):
    """A part of the city that does the work."""

    code: Code
    name: Phrase


class Examples(PackModel):
    """What hints show as an example of this city. address: as people write one. search: words to search types by."""

    address: Phrase
    search: Phrase


class City(PackModel):
    """Everything a city pack says: who the city is, what can be reported, where it is.

    emergency_text: how the emergency number takes text messages; None: nobody is told to write there.
    non_emergency_phone: the police when nobody is in danger, if there is such a number.
    folder: the pack's folder on disk, or None for a city made in a test.
    A loaded city is one thing: it equals itself only, so that it can be the key of a cache.
    """

    jurisdiction_id: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9.-]{1,60}$")]
    name: Phrase
    state: Phrase
    time_zone: str
    contact: Contact
    emergency_phone: Phone
    emergency_text: EmergencyText | None = None
    non_emergency_phone: Phone | None = None
    rights: Rights | None = None
    examples: Examples | None = None
    bureaus: tuple[Bureau, ...] = Field(min_length=1, max_length=100)
    groups: tuple[ServiceGroup, ...] = Field(min_length=1, max_length=30)
    services: tuple[Service, ...] = Field(min_length=1, max_length=500)
    places: tuple[Place, ...] = ()
    boundary: Boundary
    lines: tuple[MapLine, ...] = ()
    streets: Streets = Streets()
    neighbors: tuple[Neighbor, ...] = Field(default=(), max_length=200)
    retention: tuple[RetentionRule, ...] = Field(default=(), max_length=3)
    colors: Palette = PLAIN_COLORS
    folder: Path | None = None

    __hash__ = object.__hash__

    def __eq__(self, other: object) -> bool:
        """A city equals itself only."""
        return self is other

    @field_validator("time_zone")
    @classmethod
    def _is_a_time_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError(f'"{name}" is not a time zone, as "America/Los_Angeles" is') from None
        return name

    @property
    def zone(self) -> ZoneInfo:
        """The city's time zone."""
        return ZoneInfo(self.time_zone)

    def service(self, code: str) -> Service | None:
        """Return the request type with this code, or None."""
        return next((service for service in self.services if service.service_code == code), None)

    def has_usual_time(self, code: str) -> bool:
        """Whether it is confirmed how long requests of that type usually take."""
        service = self.service(code)
        return service is not None and service.usual_days is not None

    def services_in(self, group: str) -> tuple[Service, ...]:
        """Return the request types of a group, in the pack's order."""
        return tuple(service for service in self.services if service.group == group)
