"""Which photos a report says it has, before any of their bytes are here."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from app.kit.errors import FieldError
from app.kit.ids import parse_sha256
from app.photos.models import MAX_PHOTOS, PhotoClaim, read_photo_description
from app.reports.fields import first
from i18n import N_

MAX_CLAIMS = 60
"""Photos of one report that are looked at at all; how many it may have is said to people."""

TOO_MANY_PHOTOS = N_("Choose at most %(limit)s photos.", limit=MAX_PHOTOS)
_MEDIA = re.compile(r"media\[([0-9A-Fa-f]{64})\]")


def photos_of_form(fields: Mapping[str, Sequence[str]], errors: list[FieldError]) -> list[PhotoClaim]:
    """Photos that came with an earlier try of a plain form: `media[SHA256]=description`."""
    claims = []
    for name in fields:
        if match := _MEDIA.fullmatch(name):
            description = read_photo_description(first(fields, name), errors)
            claims.append(PhotoClaim(sha256=match[1].lower(), description=description))
    return claims


def photos_of_json(media: Any, errors: list[FieldError]) -> list[PhotoClaim]:
    """Photos of a device's JSON: a list of `{"sha256", "bytes", "description"}`."""
    items = media if isinstance(media, list) else [] if media is None else [media]
    if len(items) > MAX_CLAIMS:
        errors.append(FieldError("media", TOO_MANY_PHOTOS))
    claims = []
    for item in items[:MAX_CLAIMS]:
        sha256 = parse_sha256(item["sha256"]) if _has_text(item, "sha256") else None
        if sha256 is None:
            errors.append(
                FieldError("media", N_("A photo could not be read. Remove it and choose it again."))
            )
            continue
        size = item.get("bytes")
        claims.append(
            PhotoClaim(
                sha256=sha256,
                upload_bytes=size
                if isinstance(size, int) and not isinstance(size, bool) and 0 < size < 2**31
                else None,
                description=read_photo_description(item["description"], errors)
                if _has_text(item, "description")
                else "",
            )
        )
    return claims


def _has_text(item: Any, key: str) -> bool:
    return isinstance(item, dict) and isinstance(item.get(key), str)


def each_once(photos: Iterable[PhotoClaim]) -> tuple[PhotoClaim, ...]:
    """Every photo once; of two descriptions of the same photo, the first that says something."""
    by_hash: dict[str, PhotoClaim] = {}
    for photo in photos:
        known = by_hash.get(photo.sha256)
        if known is None or (photo.description and not known.description):
            by_hash[photo.sha256] = photo
    return tuple(by_hash.values())
