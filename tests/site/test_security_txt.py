"""`/.well-known/security.txt`: whoever finds a weakness learns at once whom to tell (RFC 9116)."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from pydantic import ValidationError
from starlette.types import ASGIApp

from app.http.built import Build
from app.http.portal import Portal
from app.http.security import guarded
from app.settings import Settings
from app.site.site import site
from app.site.web_security_txt import security_txt
from tests.devices import opened
from tests.factories import small_city

PATH = "/.well-known/security.txt"
CONTACT = "mailto:security@city.example"
BASE = "https://311.city.example"


def get(app: ASGIApp) -> httpx.Response:
    async def asked() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=BASE) as client:
            return await client.get(PATH)

    return asyncio.run(asked())


def fields_of(text: str) -> dict[str, str]:
    assert text.endswith("\n")
    return dict(line.split(": ", 1) for line in text.splitlines())


def test_it_says_whom_to_tell_in_which_language_until_when(tmp_path: Path, build: Build) -> None:
    settings = Settings(data=tmp_path / "data", security_contact=CONTACT, base_url=BASE)
    with opened(settings, small_city()) as portal:
        answer = get(guarded(site(portal, build), settings))
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    fields = fields_of(answer.text)
    expires = datetime.fromisoformat(fields.pop("Expires"))
    assert fields == {"Contact": CONTACT, "Preferred-Languages": "en", "Canonical": BASE + PATH}
    assert timedelta(days=30) < expires - datetime.now(UTC) < timedelta(days=365)


def test_a_portal_that_runs_for_years_never_shows_one_that_has_expired() -> None:
    settings = Settings(security_contact=CONTACT)
    for year in range(2026, 2031):
        now = datetime(year, 12, 31, 23, 59, 59, tzinfo=UTC)
        assert datetime.fromisoformat(fields_of(security_txt(settings, now))["Expires"]) > now + timedelta(
            days=30
        )


def test_without_a_contact_there_is_no_such_file(portal: Portal, app: ASGIApp) -> None:
    assert not portal.settings.security_contact
    assert get(app).status_code == 404


@pytest.mark.parametrize(
    "contact",
    ["security@city.example", "http://city.example", "mailto:a@b\nContact: mailto:c@d", "tel:", "x"],
)
def test_what_is_no_contact_is_refused_at_the_start(contact: str) -> None:
    with pytest.raises(ValidationError, match="is not a contact such as mailto:"):
        Settings(security_contact=contact)


@pytest.mark.parametrize("contact", ["https://city.example/report-a-hole", "tel:+1-503-823-4000", CONTACT])
def test_mail_a_page_and_a_telephone_are_contacts(contact: str) -> None:
    assert Settings(security_contact=contact).security_contact == contact
