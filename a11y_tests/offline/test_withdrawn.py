"""A draft of a type that the city has withdrawn since goes on in another one, whatever the phone knows of that."""

import re

import pytest
from playwright.sync_api import Page, expect

from a11y_tests.offline.phone import Phone
from a11y_tests.offline.proxy import FaultProxy
from a11y_tests.photos import payload, phone_photo
from a11y_tests.server import Desk, PortalServer

from .test_updates import newer as newer  # noqa: PLC0414 - the same portal of next month
from .test_updates import newer_desk as newer_desk  # noqa: PLC0414

FORM = "/en/report/dead-animal/"


@pytest.fixture
def draft(phone: Phone) -> str:
    """A draft with words, a place and a photo; its id."""
    phone.open(FORM)
    resident = phone.resident
    resident.say_where()
    resident.go_on("What is happening?", 2)
    phone.page.get_by_role("radio").first.check()
    resident.field("Describe it in your own words").fill("A hedgehog.")
    resident.go_on("Photos", 3)
    resident.add_photo(payload(phone_photo(800, 600)))
    phone.wait_for(lambda: phone.kept() and phone.the_one()["photos"], "the draft is kept")
    return str(phone.the_one()["id"])


def choose_another(page: Page) -> None:
    """From the list of types."""
    expect(page.get_by_role("heading", name="What do you want to report?")).to_be_visible()
    page.get_by_role("link", name=re.compile("^Graffiti")).first.click()


def send_it(phone: Phone, before: int, desk: Desk, id: str) -> None:
    """All of the draft is in the form of the other type, and goes to the city from there."""
    resident = phone.resident
    expect(phone.page).to_have_url(re.compile(rf"/en/report/graffiti/\?draft={id}"))
    expect(phone.page.locator("[name=description]")).to_have_value("A hedgehog.")
    expect(phone.page.locator("[name=address_string]")).not_to_have_value("")
    kept = phone.the_one()
    assert (kept["id"], len(kept["photos"])) == (id, 1)
    resident.answer_what_is_required()
    phone.send()
    resident.arrive()
    phone.has_sent_once(desk, before, id)
    assert desk.review(resident.reference) == []
