"""Sent without a network, or over a bad one: a report arrives by itself, once, with its photos."""

import pytest
from playwright.sync_api import Page, expect

from a11y_tests.offline.conftest import Phones
from a11y_tests.offline.phone import Phone
from a11y_tests.offline.proxy import PHOTOS, TEXTS, FaultProxy, Link
from a11y_tests.photos import phone_photo
from a11y_tests.server import Desk

STRANGE = (
    "Saved on this phone. This network may want you to sign in first. The report will be sent by itself."
)


def test_sent_without_a_network_it_arrives_when_any_page_is_opened_later(phone: Phone, desk: Desk) -> None:
    before = desk.count()
    id = phone.send_offline(phone_photo(1600, 1200))
    assert desk.count() == before
    phone.restart()
    phone.open("/en/privacy/")
    phone.wait_until_all_sent()
    phone.has_sent_once(desk, before, id)
    assert len(phone.the_one()["photos"]) == 1
    phone.open("/en/mine/")
    item = phone.page.get_by_role("main").get_by_role("listitem")
    expect(item).to_contain_text("Sent. The city says: Received")
    desk.look(phone.the_one()["reference"])
    item.get_by_role("link", name="See the request").click()
    expect(phone.page.get_by_role("img", name=phone.resident.told.shows)).to_be_visible()


def test_sent_without_a_network_it_arrives_with_no_page_of_ours_open(phone: Phone, desk: Desk) -> None:
    """Background Sync: the browser wakes the worker when the network is back."""
    before = desk.count()
    id = phone.send_offline(phone_photo(800, 600))
    phone.page.close()
    assert [page.url for page in phone.context.pages] == ["about:blank"]
    phone.online()
    phone.wait_for(lambda: desk.arrived(id), "the report and its photo have arrived")
    assert [page.url for page in phone.context.pages] == ["about:blank"]
    assert desk.count() == before + 1


def test_a_form_that_stays_open_sees_its_report_arrive(phone: Phone, desk: Desk) -> None:
    before = desk.count()
    id = phone.send_offline()
    phone.online()
    phone.resident.arrive()
    phone.has_sent_once(desk, before, id)


def test_two_pages_and_the_worker_at_once_send_each_report_once(
    phone: Phone, desk: Desk, proxy: FaultProxy
) -> None:
    before = desk.count()
    phone.offline()
    phone.open("/en/mine/")
    phone.queue(3)
    others = [phone.context.new_page() for _ in range(2)]
    for page, path in zip(others, ("/en/mine/", "/en/"), strict=True):
        page.goto(path)
    register_sync(phone.page)
    phone.online()
    reports = phone.wait_until_all_sent()
    assert desk.count() == before + 3
    for kept in reports:
        assert desk.arrived(kept["id"]) == [kept["photos"][0]["sha256"]]
        assert len(proxy.of("PATCH", kept["id"])) == 1
    assert len(proxy.of("PUT", TEXTS)) + len(proxy.of("POST", TEXTS)) == 1


def register_sync(page: Page) -> None:
    page.evaluate("async () => (await navigator.serviceWorker.ready).sync.register('outbox')")


@pytest.mark.parametrize(
    ("method", "path", "after"),
    [("PUT", TEXTS, 0), ("HEAD", PHOTOS, 0), ("PATCH", PHOTOS, 0), ("PATCH", PHOTOS, 1)],
    ids=["text", "offset", "first-step", "second-step"],
)
def test_an_answer_that_is_lost_makes_nothing_twice(
    phone: Phone, desk: Desk, proxy: FaultProxy, method: str, path: str, after: int
) -> None:
    """Browsers send such a request again by themselves, twice or more; then we do."""
    before = desk.count()
    proxy.fault("drop", method, path, after=after, times=3)
    phone.resident.fill_in(phone_photo(2400, 1800))
    id = phone.send()
    phone.resident.arrive()
    phone.has_sent_once(desk, before, id)
    assert len(phone.the_one()["photos"]) == 1
    assert len(proxy.of(method, path)) > 3


def test_a_photo_that_is_cut_off_goes_on_where_it_was(phone: Phone, desk: Desk, proxy: FaultProxy) -> None:
    before = desk.count()
    proxy.fault("cut", "PATCH", PHOTOS, after=1, times=2)
    phone.resident.fill_in(phone_photo(2400, 1800))
    id = phone.send()
    phone.resident.arrive()
    phone.has_sent_once(desk, before, id)
    (photo,) = phone.the_one()["photos"]
    steps = proxy.of("PATCH", PHOTOS)
    assert steps[-1].offset > 0
    assert sum(step.offset == 0 for step in steps) == 1, "what had arrived was not sent again"
    assert photo["size"] > 65536


def test_a_network_that_wants_a_sign_in_for_everything_loses_nothing(
    new_phone: Phones, desk: Desk, proxy: FaultProxy
) -> None:
    """A hotel answers 200 with its own page, whatever is asked."""
    phone = new_phone(forgiven=("Manifest:",))
    phone.visit()
    before = desk.count()
    proxy.fault("portal", times=float("inf"))
    phone.resident.fill_in(phone_photo(800, 600))
    id = phone.send()
    phone.is_told(STRANGE)
    assert phone.the_one()["state"] == "queued"
    # Whatever is opened now, the hotel's page takes the place of nothing that is kept.
    phone.open("/en/mine/")
    expect(phone.page.get_by_role("main").get_by_role("listitem")).to_contain_text(STRANGE)
    proxy.mend()
    phone.wait_until_all_sent()
    phone.has_sent_once(desk, before, id)
    assert "Sign in to use this network" not in phone.open("/en/").content()


def test_a_very_bad_link_brings_a_report_with_a_photo_once(
    phone: Phone, desk: Desk, proxy: FaultProxy
) -> None:
    """50 kbit/s, two seconds until anything comes back, and every twentieth piece breaks the connection."""
    before = desk.count()
    proxy.worsen(Link(bytes_per_second=6250, latency=2, resets=0.05, seed=1113))
    phone.resident.fill_in(phone_photo(640, 480))
    id = phone.send()
    phone.wait_for(lambda: desk.arrived(id), "the report and its photo have arrived", 90)
    assert proxy.resets > 0
    proxy.mend()
    phone.resident.arrive()
    phone.has_sent_once(desk, before, id)
