"""A device's JSON in the shape of a form, so that both doors share every rule behind it."""

from typing import Any

from pydantic_core import from_json

from app.kit.errors import FieldError, Rejected
from app.photos.models import PhotoClaim
from app.reports.fields import ORDER
from app.reports.photo_claims import photos_of_json
from i18n import N_

_UNREADABLE = N_("We could not read this. Write it again.")


def fields_of_json(content: bytes) -> tuple[dict[str, list[str]], list[PhotoClaim], list[FieldError]]:
    """Turn the JSON object into the shape of a form, so that both doors share every rule behind it."""
    try:
        whole = from_json(content, allow_inf_nan=False)
    except ValueError:
        whole = None
    if not isinstance(whole, dict):
        raise Rejected([FieldError("", N_("The report could not be read. Send it again."))])
    errors: list[FieldError] = []
    photos = photos_of_json(whole.pop("media", None), errors)
    fields: dict[str, list[str]] = {}
    for name, value in whole.items():
        texts = _texts(value)
        if texts is not None:
            fields[name] = texts
        elif name.partition("[")[0] in ORDER:
            errors.append(FieldError(name, _UNREADABLE))
    return fields, photos, errors


def _texts(value: Any) -> list[str] | None:
    """A JSON value as the texts a form would send; None if no form could send it."""
    if value is None:
        return []
    if isinstance(value, str):
        return [value]
    if isinstance(value, bool):
        return ["true" if value else "false"]
    if isinstance(value, int | float):
        return [_digits(value)]
    if isinstance(value, list) and not any(isinstance(item, list | dict) for item in value):
        return [text for item in value for text in _texts(item) or ()]
    return None


def _digits(number: float) -> str:
    """A number written without an exponent where it can be one: 1e-05 degrees is 0.00001."""
    text = repr(number)
    return f"{number:.10f}" if "e" in text and isinstance(number, float) and abs(number) < 1e15 else text
