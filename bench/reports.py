"""Reports as residents send them, for benchmarks: as a device's JSON, and as a form without script."""

import json
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime

from app.city.loader import load_city
from app.city.services import Service
from app.reports.submissions import make_draft
from app.routes import url
from app.settings import CITY
from bench.servers import Request

DESCRIPTION = (
    "There is a deep hole in the right lane just before the crosswalk. It has grown since last week, "
    "and cars swerve into the bike lane to get around it. You see it best when you come from the north."
)


def as_json() -> Iterator[tuple[str, Request]]:
    """Reports without photos, each with its id."""
    service = _service()
    while True:
        fields = _fields(service)
        body = json.dumps({**fields, "channel": "web", "media": []}).encode()
        headers = {"content-type": "application/json"}
        yield fields["id"], Request(url("submit", id=fields["id"]), "PUT", 201, headers, body)


def as_form() -> Iterator[tuple[str, Request]]:
    """The same reports, from a browser without script."""
    service, boundary = _service(), uuid.uuid4().hex
    # Otherwise the form comes back once with what is reported there already.
    asked = {"reported_asked": "1"}
    headers = {"content-type": f"multipart/form-data; boundary={boundary}"}
    path = url("report_form", locale="en", service_code=service.service_code)
    while True:
        fields = _fields(service)
        parts = [
            f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
            for name, value in {**fields, **asked}.items()
        ]
        body = "".join([*parts, f"--{boundary}--\r\n"]).encode()
        yield fields["id"], Request(path, "POST", 303, headers, body)


def _service() -> Service:
    return next(service for service in load_city(CITY).services if service.service_code == "pothole")


def _fields(service: Service) -> dict[str, str]:
    draft = make_draft()
    fields = {
        "id": draft.id,
        "reference": draft.reference,
        "manage_token": draft.manage_token,
        "service_code": service.service_code,
        "service_name": service.service_name,
        "description": DESCRIPTION,
        "address_string": "1200 SE Main St, across from the school",
        "lat": "45.513912",
        "long": "-122.653417",
        "place_source": "map",
        "first_name": "Ana",
        "last_name": "García",
        "email": "ana@mail.example",
        "requested_datetime": datetime.now(UTC).isoformat(),
        "language": "en",
    }
    for attribute in service.attributes:
        fields[f"question[{attribute.code}]"] = attribute.description
        fields[attribute.field] = attribute.values[0].key if attribute.values else "3"
    return fields
