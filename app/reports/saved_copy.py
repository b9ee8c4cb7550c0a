"""Reads the file that a phone saves of its unsent reports: JSON made by assets/mine.js, or by anybody at all.

`{"format": "city-311-reports", "v": 1, "reports": [{"id", "digest", "body", "draft", "photos": [{"sha256",
"description", "data"}]}]}`: body is the frozen JSON as text, digest its SHA-256 in hex, data base64. A draft is
not frozen yet: it has no digest, and its body does not name its photos.
"""

import json
import re
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from pydantic_core import from_json

from app.http.replies import MOST_BYTES
from app.kit.ids import digest_of, parse_id, parse_sha256
from app.photos.pixels import MAX_BYTES
from i18n import N_, Message

FORMAT = "city-311-reports"
VERSION = 1
MOST_REPORTS = 500
MOST_VALUES = 500_000
"""Values of one file; a few kilobytes of brackets must not become a gigabyte of lists."""
MOST_QUOTES = 4 * MOST_VALUES
MOST_WIDE = 16 * 1024**2
"""Bytes of all texts that are more than ASCII: Python keeps each with up to four bytes for every character, however few
need them. Photos, which make up the rest of a file, are ASCII."""
MOST_ESCAPES = 4_000_000
"""Backslashes of one file. Each takes long to read, and in photos, which are what weighs, there are none."""
LONGEST_DATA = 4 * (MAX_BYTES // 3 + 1)
"""Characters of a photo in base64."""


class NoCopy(Exception):
    """The file cannot be used; `message` says why."""

    def __init__(self, message: Message) -> None:
        super().__init__(message.text)
        self.message = message


@dataclass(frozen=True)
class SavedPhoto:
    """A photo in the file. sha256: as the file says, or None; data: base64, as it stands there."""

    sha256: str | None
    data: str
    description: str

    def content(self) -> bytes | None:
        """The photo itself, or None if it is damaged, or larger than any that can be sent."""
        if len(self.data) > LONGEST_DATA:
            return None
        try:
            content = b64decode(self.data, validate=True)
        except ValueError:  # binascii.Error is one
            return None
        return content if self.sha256 in (None, sha256(content).hexdigest()) else None


@dataclass(frozen=True)
class SavedReport:
    """A report in the file.

    body: exactly what the phone would have sent. photos: by their SHA-256; lost: how many cannot be read.
    """

    id: str
    body: bytes
    draft: bool
    photos: dict[str, SavedPhoto]
    lost: int


@dataclass(frozen=True)
class Damaged:
    """A report in the file that cannot be read. body: what there is of it."""

    body: bytes
    message: Message


def read_copy(content: bytes) -> list[SavedReport | Damaged]:
    """Everything in the file, in its order. Raises NoCopy if there is nothing in it that can be read."""
    if _would_grow(content) or content.count(b"\\") > MOST_ESCAPES:
        raise NoCopy(_NO_COPY)
    try:
        # Some programs put a byte-order mark in front.
        whole = from_json(content.removeprefix(b"\xef\xbb\xbf"))
    except ValueError:
        raise NoCopy(_NO_COPY) from None
    if not isinstance(whole, dict) or whole.get("format") != FORMAT:
        raise NoCopy(_NO_COPY)
    if whole.get("v") != VERSION:
        raise NoCopy(_OTHER_VERSION)
    reports = whole.get("reports")
    if not isinstance(reports, list) or not reports:
        raise NoCopy(N_("There is no report in this file."))
    if len(reports) > MOST_REPORTS:
        raise NoCopy(
            N_(
                "There are %(count)s reports in this file. We can take up to %(limit)s at once. "
                "Save them in several files.",
                count=len(reports),
                limit=MOST_REPORTS,
            )
        )
    return [_report(entry) for entry in reports]


def _would_grow(content: bytes) -> bool:
    """Whether reading the file could take many times its size in memory."""
    if sum(content.count(sign) for sign in (b",", b"[", b"{")) > MOST_VALUES:
        return True
    if content.count(b'"') > MOST_QUOTES:
        return True
    wide = 0
    for start, end in _texts(content):
        text = content[start:end]
        if not text.isascii() or b"\\u" in text:
            wide += len(text)
            if wide > MOST_WIDE:
                return True
    return False


def _texts(content: bytes) -> Iterator[tuple[int, int]]:
    """Where each JSON string begins and ends; one that never ends is left out, with all that comes after it."""
    start = content.find(b'"')
    while start >= 0 and (found := _TEXT.match(content, start)):
        yield start, found.end() - 1
        start = content.find(b'"', found.end())


_TEXT = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"', re.DOTALL)
"""A JSON string. Each part is taken once and never given back, so that the time grows with the length alone."""

_NO_COPY = N_(
    "This is not a saved copy of reports. Choose the file that the phone has saved. Its name ends with .json."
)
_OTHER_VERSION = N_(
    "This copy was saved by another version of the portal. Open “My requests” on the phone while it has a "
    "connection, and save the copy once more."
)
DAMAGED = N_("This report is damaged in the file. Save the copy on the phone once more.")
_TOO_LONG = N_("This report is too long. Make the description shorter and send it again.")


def _report(entry: Any) -> SavedReport | Damaged:
    body = _text(entry, "body").encode()
    request_id, digest = parse_id(_text(entry, "id")), _text(entry, "digest")
    draft = isinstance(entry, dict) and entry.get("draft") is True
    if len(body) > MOST_BYTES:
        return Damaged(b"", _TOO_LONG)
    if request_id is None or not body or not (digest or draft):
        return Damaged(body, DAMAGED)
    photos = _photos(entry.get("photos"))
    if not digest:
        return _frozen_now(request_id, body, photos)
    if digest.lower() != digest_of(body):
        return Damaged(body, DAMAGED)
    named = {photo.sha256: photo for photo in photos if photo.sha256 is not None}
    return SavedReport(request_id, body, draft, named, lost=sum(photo.sha256 is None for photo in photos))


def _frozen_now(request_id: str, body: bytes, photos: list[SavedPhoto]) -> SavedReport | Damaged:
    """A draft as its form would have sent it: with its photos named. The same draft makes the same bytes."""
    try:
        fields = from_json(body)
    except ValueError:
        fields = None
    if not isinstance(fields, dict):
        return Damaged(b"", DAMAGED)
    contents = [photo.content() for photo in photos]
    named = {
        sha256(content).hexdigest(): photo
        for photo, content in zip(photos, contents, strict=True)
        if content is not None
    }
    media = [{"sha256": name, "description": photo.description} for name, photo in named.items()]
    frozen = json.dumps({**fields, "media": media}, ensure_ascii=False, separators=(",", ":")).encode()
    if len(frozen) > MOST_BYTES:
        return Damaged(body, _TOO_LONG)
    return SavedReport(request_id, frozen, True, named, lost=contents.count(None))


def _photos(entries: Any) -> list[SavedPhoto]:
    return [
        SavedPhoto(
            sha256=parse_sha256(_text(entry, "sha256")),
            data=_text(entry, "data"),
            # With more its report is too long in any case.
            description=_text(entry, "description")[:MOST_BYTES],
        )
        for entry in (entries if isinstance(entries, list) else ())
    ]


def _text(entry: Any, key: str) -> str:
    value = entry.get(key) if isinstance(entry, dict) else None
    return value if isinstance(value, str) else ""
