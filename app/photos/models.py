"""Photos of a request: which ones are expected, which have arrived, and what became of them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Index, Text, text
from sqlmodel import Field

from app.db.base import Table
from app.kit.errors import FieldError
from app.kit.ids import make_manage_token
from app.kit.text import TooLong, clean_text_within
from app.moderation.looks import Look
from i18n import N_, Message

MAX_PHOTOS = 5
"""Photos that can be sent at once."""
MAX_PHOTOS_EVER = 20
"""Photos that one request can have in the end."""
MAX_PHOTO_DESCRIPTION = 500


class PhotoState(StrEnum):
    """How far a photo has come."""

    EXPECTED = "expected"
    UPLOADING = "uploading"
    STORED = "stored"
    REFUSED = "refused"


class PhotoBy(StrEnum):
    """Who sent a photo."""

    REPORTER = "reporter"
    DESK = "desk"


@dataclass(frozen=True)
class PhotoClaim:
    """A photo that a person says they send.

    sha256: of the bytes that will be uploaded, in hex. upload_bytes: how many there are, or None if unknown.
    description: what can be seen, for people who cannot see it; may be empty.
    """

    sha256: str
    upload_bytes: int | None = None
    description: str = ""


class Photo(Table, table=True):
    """A photo of a request, known by the hash of what the device uploads: no file name is ever a key.

    request_id: no foreign key, because a photo may come before the text it belongs to, when a form is shown
    again.
    attached: whether the text has come; what stays unattached is cleaned up after some days.
    position: place in the person's own order, from 0.
    content: SHA-256 of the cleaned picture, known a moment before it is stored. width, height: of that picture, in
    pixels.
    refused_reason: text and values of the sentence that says why it could not be used.
    key_hash: hash of the private token of the form that brought it before its text; only that form may show it then.
    name: 128 random bits by which everybody may ask for it. Unlike `content` it belongs to this photo of this request
    alone, so that it can be withdrawn.
    look: whether everybody may see it and read its description.
    """

    __tablename__ = "photo"
    __table_args__ = (
        Index("ix_photo_content", "content"),
        Index("ix_photo_name", "name", unique=True),
        Index(
            "ix_photo_unattached",
            "added_at",
            sqlite_where=text("attached = 0"),
            postgresql_where=text("NOT attached"),
        ),
    )

    request_id: str = Field(primary_key=True)
    sha256: str = Field(primary_key=True)
    attached: bool = False
    position: int = 0
    description: str = Field(default="", sa_type=Text)
    upload_bytes: int | None = None
    state: str = PhotoState.EXPECTED.value
    refused_reason: dict[str, Any] | None = Field(default=None, sa_type=JSON)
    content: str | None = None
    width: int | None = None
    height: int | None = None
    added_at: datetime
    by: str = PhotoBy.REPORTER.value
    key_hash: str | None = None
    name: str = Field(default_factory=make_manage_token)
    look: str = Look.WAITING.value

    def refuse(self, reason: Message) -> None:
        """Keep in mind that this photo could not be used, and the sentence that says why."""
        self.state = PhotoState.REFUSED.value
        self.refused_reason = {"text": reason.text, "values": dict(reason.values), "plural": reason.plural}


class UnwantedPhoto(Table, table=True):
    """A picture whose files are to be deleted, unless a photo shows it or is about to.

    content: SHA-256 of the picture. deleting_since: when somebody began to delete the files, UTC; nobody may store the
    same picture meanwhile.
    """

    __tablename__ = "unwanted_photo"

    content: str = Field(primary_key=True)
    deleting_since: datetime | None = None


def refusal(reason: dict[str, Any] | None) -> Message | None:
    """The sentence that says why a photo could not be used, as it was stored."""
    return None if reason is None else Message(reason["text"], reason["values"], reason["plural"])


def read_photo_description(typed: str, errors: list[FieldError]) -> str:
    """The description of a photo, cleaned; one that is too long goes to `errors` and counts as empty."""
    try:
        return clean_text_within(MAX_PHOTO_DESCRIPTION, typed)
    except TooLong:
        message = N_("Describe the photo in at most %(limit)s characters.", limit=MAX_PHOTO_DESCRIPTION)
        errors.append(FieldError("media", message))
        return ""
