"""Pictures that are shared with the portal from the gallery, and hundreds of reports that wait."""

import pytest
from playwright.sync_api import expect

from a11y_tests.offline.phone import Phone
from a11y_tests.offline.proxy import PHOTOS, TEXTS, FaultProxy
from a11y_tests.photos import phone_photo
from a11y_tests.server import Desk

MANY = 60
"""A phone that was at events for days, and never had a signal. One network may send 120 at one moment, and what is
sent again counts; more follow 12 a minute (app/http/limits.py).
"""
MINUTES = 5


@pytest.mark.parametrize("network", [True, False], ids=["online", "offline"])
def test_a_shared_picture_begins_a_report(phone: Phone, desk: Desk, network: bool) -> None:
    before = desk.count()
    if not network:
        phone.offline()
    resident = phone.resident
    phone.share(phone_photo())
    expect(resident.heading("What do you want to report?", 1)).to_be_visible()
    assert phone.the_one()["photos"][0]["size"] > 1_000_000
    phone.page.get_by_role("main").get_by_role("link", name="Pothole").first.click()
    expect(resident.heading("Pothole", 1)).to_be_visible()
    resident.say_where()
    resident.go_on("What is happening?", 2)
    resident.say_what()
    resident.go_on("Photos", 3)
    expect(phone.page.get_by_text("1 of 5 photos added")).to_be_visible()
    # It is made small, as one that was chosen here.
    phone.wait_for(lambda: phone.the_one()["photos"][0]["size"] < 250_000, "the photo is small")
    resident.hands.write(resident.field("What does photo 1 show?"), resident.told.shows)
    resident.go_on("How can we reach you?", 4)
    resident.go_on("Check and send", 5)
    id = phone.send()
    phone.online()
    resident.arrive()
    phone.has_sent_once(desk, before, id)
    assert len(phone.kept()) == 1


def test_a_shared_picture_that_nobody_goes_on_with_waits_among_the_drafts(phone: Phone) -> None:
    phone.share(phone_photo(800, 600))
    expect(phone.resident.heading("What do you want to report?", 1)).to_be_visible()
    phone.restart(offline=True)
    phone.open("/en/mine/")
    item = phone.page.get_by_role("main").get_by_role("listitem")
    expect(item.get_by_role("heading")).to_have_text("Shared photo")
    item.get_by_role("link", name="Continue").click()
    expect(phone.resident.heading("What do you want to report?", 1)).to_be_visible()
    assert len(phone.the_one()["photos"]) == 1


@pytest.mark.timeout(MINUTES * 60 + 60)
def test_many_reports_each_with_a_photo_arrive_once(phone: Phone, desk: Desk, proxy: FaultProxy) -> None:
    before = desk.count()
    phone.offline()
    phone.open("/en/mine/")
    phone.queue(MANY)
    photos = {one["id"]: [photo["sha256"] for photo in one["photos"]] for one in phone.kept()}
    assert len({hashes[0] for hashes in photos.values()}) == MANY
    # On the way some answers are lost.
    for method, path in (("POST", TEXTS), ("PATCH", PHOTOS)):
        proxy.fault("drop", method, path, after=1)
    phone.open("/en/privacy/")
    phone.online()
    phone.wait_until_all_sent(seconds=MINUTES * 60)
    assert desk.count() == before + MANY
    assert {id: desk.arrived(id) for id in photos} == photos
