"""Reports sent without a browser, for tests that are about what comes afterwards."""

import re
from dataclasses import dataclass

import httpx

from a11y_tests.resident import Pothole, pothole
from a11y_tests.server import PortalServer
from app.routes import url

_HIDDEN = re.compile(r'<input\b[^>]*\btype="hidden"[^>]*>')
_ATTRIBUTE = re.compile(r'\b(name|value)="([^"]*)"')


@dataclass(frozen=True)
class Sent:
    """A report that has arrived, with the paths of its pages."""

    reference: str
    told: Pothole
    receipt: str
    page: str
    private: str


def send_report(
    server: PortalServer,
    locale: str = "en",
    *,
    photos: tuple[bytes, ...] = (),
    at: tuple[float, float] | None = None,
) -> Sent:
    """Send the plain form as a browser without script does. at: latitude and longitude of a pin."""
    told, form = pothole(locale), url("report_form", locale=locale, service_code="pothole")
    with httpx.Client(base_url=server.url, trust_env=False, timeout=30) as client:
        fields = hidden_fields(client.get(form).raise_for_status().text) | {
            "attribute[SIZE]": "medium",
            "attribute[LANE]": "bike",
            "description": told.description,
            "address_string": told.address,
            "first_name": told.first_name,
            "email": told.email,
            "media_description": told.shows,
            # Otherwise the form comes back once with what is reported there already.
            "reported_asked": "1",
        }
        if at is not None:
            fields |= {"lat": str(at[0]), "long": str(at[1]), "place_source": "map"}
        files = [("media", (f"IMG_{number}.jpg", photo, "image/jpeg")) for number, photo in enumerate(photos)]
        answer = client.post(form, data=fields, files=files or [("media", ("", b""))])
    assert answer.status_code == 303, (answer.status_code, answer.text[:300])
    receipt = answer.headers["location"]
    _, _, _, reference, _, token, _ = receipt.split("/")
    return Sent(
        reference=reference,
        told=told,
        receipt=receipt,
        page=url("request", locale=locale, reference=reference),
        private=url("manage", locale=locale, reference=reference, token=token),
    )


def hidden_fields(html: str) -> dict[str, str]:
    """Names and values of a page's hidden fields."""
    pairs = (dict(_ATTRIBUTE.findall(field)) for field in _HIDDEN.findall(html))
    return {pair["name"]: pair.get("value", "") for pair in pairs if "name" in pair}
