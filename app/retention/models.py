"""Legal holds as they are kept."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Text
from sqlmodel import Field

from app.db.base import Table


class HoldKind(StrEnum):
    """What a hold covers: one report, all of a place, all of a person."""

    REPORT = "report"
    PLACE = "place"
    PERSON = "person"


class LegalHold(Table, table=True):
    """A hold. Set and lifted at: UTC.

    reference: of the report. lat, long, radius_m: a circle, WGS84 degrees and meters. address: folded words.
    person: keyed hash of an e-mail address or telephone number, which is itself not kept.
    scheme, marks: of one that was set again after a restore, as the ledger knows it; marks with spaces between.
    reason, lifted_reason: for those who run the portal; no page shows them.
    """

    __tablename__ = "legal_hold"

    id: str = Field(primary_key=True)
    kind: str
    reference: str = ""
    lat: float | None = None
    long: float | None = None
    radius_m: float | None = None
    address: str = Field(default="", sa_type=Text)
    person: str = ""
    scheme: str = ""
    marks: str = Field(default="", sa_type=Text)
    reason: str = Field(sa_type=Text)
    set_at: datetime
    lifted_at: datetime | None = None
    lifted_reason: str = Field(default="", sa_type=Text)
