"""What is kept on a phone: only what may be, and the portal works when nothing can be."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from a11y_tests.offline.conftest import Phones
from a11y_tests.offline.phone import SAVED, Phone
from a11y_tests.offline.proxy import TEXTS, FaultProxy
from a11y_tests.photos import payload, phone_photo
from a11y_tests.sending import send_report
from a11y_tests.server import Desk, PortalServer

PRIVATE = re.compile(r"/(sent|manage)/|^/requests/|^/photos/|/desk/")
FULL = "This phone is full: what you wrote cannot be kept here. Send it soon."


# --- private things -----------------------------------------------------------------------------------------


def test_private_pages_are_in_no_cache_and_without_a_network_that_is_said(
    phone: Phone, server: PortalServer, proxy: FaultProxy
) -> None:
    sent = send_report(server, photos=(phone_photo(800, 600),))
    for path in (sent.receipt, sent.private):
        phone.open(path)
        expect(phone.page.get_by_role("main")).to_contain_text(re.compile(r"\d{3} \d{3} \d{3} \d{4}"))
    phone.open("/en/desk/sign-in/")
    phone.open(sent.page)
    phone.wait_for(lambda: sent.page in phone.cached().get("seen", []), "the public page is kept")
    kept = [path for paths in phone.cached().values() for path in paths]
    assert [path for path in kept if PRIVATE.search(path)] == []
    everything = phone.page.evaluate(
        """async () => {
          const texts = [];
          for (const name of await caches.keys()) {
            const cache = await caches.open(name);
            for (const request of await cache.keys()) texts.push(await (await cache.match(request)).text());
          }
          return texts.join();
        }"""
    )
    token = sent.private.rstrip("/").rpartition("/")[2]
    assert token not in everything
    assert not [said for said in sent.told.contact if said in everything]

    # Whoever takes the phone where there is no network does not see them either.
    phone.offline()
    for path in (sent.receipt, sent.private):
        phone.page.goto(path)
        expect(phone.page.get_by_role("heading", level=1)).to_have_text("This page needs a connection")


def test_another_phone_gets_nothing_of_it(new_phone: Phones, desk: Desk) -> None:
    first = new_phone()
    first.visit()
    id = first.send_offline()
    first.online()
    first.resident.arrive()
    private = first.page.url
    assert desk.arrived(id) == []

    other = new_phone()
    other.visit()
    assert other.kept() == []
    other.open("/en/mine/")
    expect(other.reads("There is nothing here yet.")).to_be_visible()
    assert not [path for paths in other.cached().values() for path in paths if PRIVATE.search(path)]
    assert private not in other.page.content()


def test_someone_else_uses_this_phone(phone: Phone, server: PortalServer) -> None:
    """One press, and a second one because something would be lost that the city does not have."""
    sent = send_report(server)
    phone.open(sent.page)
    phone.wait_for(lambda: sent.page in phone.cached().get("seen", []), "the page is kept")
    phone.send_offline(phone_photo(800, 600))
    phone.open("/en/mine/")
    wipe = phone.page.get_by_role("button", name="Someone else uses this phone")
    wipe.click()
    again = "Not sent yet: 1. Press again to delete everything, also what was not sent."
    expect(phone.page.get_by_role("status").filter(has_text=again)).to_be_visible()
    assert len(phone.kept()) == 1
    phone.page.get_by_role("button", name=again).click()
    expect(phone.reads("There is nothing here yet.")).to_be_visible()
    assert phone.kept() == []
    assert "seen" not in phone.cached() or phone.cached()["seen"] == []
    phone.restart(offline=True)
    phone.open("/en/mine/")
    expect(phone.reads("There is nothing here yet.")).to_be_visible()


# --- no room ------------------------------------------------------------------------------------------------


def fill_up(phone: Phone) -> None:
    """There is no more room from now on. A browser that has found some lately does not look again so soon."""
    session = phone.context.new_cdp_session(phone.context.pages[0])
    session.send("Storage.overrideQuotaForOrigin", {"origin": phone.proxy.url, "quotaSize": 1})


def test_a_full_phone_says_so_and_sends_all_the_same(phone: Phone, desk: Desk) -> None:
    before = desk.count()
    phone.restart()
    fill_up(phone)
    phone.resident.open_form()
    phone.resident.say_where()
    expect(phone.page.locator("[data-part=draft-note]")).to_have_text(FULL)
    phone.resident.look()
    phone.resident.go_on("What is happening?", 2)
    phone.resident.say_what()
    phone.resident.go_on("Photos", 3)
    phone.resident.add_photo(payload(phone_photo(1600, 1200)))
    phone.resident.go_on("How can we reach you?", 4)
    phone.resident.go_on("Check and send", 5)
    id = phone.send()
    phone.resident.arrive()
    assert desk.count() == before + 1
    assert len(desk.arrived(id) or []) == 1


def test_a_full_phone_without_a_network_asks_to_leave_the_page_open(phone: Phone, desk: Desk) -> None:
    before = desk.count()
    phone.offline()
    phone.open("/en/mine/")
    phone.queue(1)
    earlier = phone.the_one()["id"]
    phone.restart(offline=True)
    fill_up(phone)
    phone.resident.fill_in()
    id = phone.send()
    phone.is_told("This phone cannot keep the report. Leave this page open until it is sent.")
    expect(phone.reads("You can close this page.")).to_be_hidden()
    # What was kept before is whole.
    assert phone.find(earlier)["state"] == "queued"
    with phone.page.expect_event("dialog") as asked:
        phone.page.evaluate("setTimeout(() => location.assign('/en/'))")
    asked.value.dismiss()
    phone.online()
    phone.resident.arrive()
    phone.wait_until_all_sent()
    assert desk.arrived(id) == []
    assert len(desk.arrived(earlier) or []) == 1
    assert desk.count() == before + 2


def test_a_phone_that_has_become_full_sends_what_it_has_with_its_photos(phone: Phone, desk: Desk) -> None:
    before = desk.count()
    phone.offline()
    phone.open("/en/mine/")
    phone.queue(2)
    photos = {one["id"]: [photo["sha256"] for photo in one["photos"]] for one in phone.kept()}
    phone.restart(offline=True)
    fill_up(phone)
    phone.online()
    phone.open("/en/")
    phone.wait_for(
        lambda: {id: desk.arrived(id) for id in photos} == photos, "they have arrived with their photos"
    )
    assert desk.count() == before + 2
    # Nothing was let go that the phone could not note as sent.
    assert {one["id"] for one in phone.kept()} == set(photos)


def test_what_the_browser_has_removed_is_gone_and_everything_works(phone: Phone, desk: Desk) -> None:
    before = desk.count()
    phone.resident.fill_in()
    phone.send()
    phone.resident.arrive()
    page = phone.page.url
    session = phone.context.new_cdp_session(phone.page)
    session.send("Storage.clearDataForOrigin", {"origin": phone.proxy.url, "storageTypes": "all"})
    phone.open("/en/mine/")
    expect(phone.reads("There is nothing here yet.")).to_be_visible()
    phone.resident.look()
    # The city has what it has, and the private link still leads there.
    assert desk.count() == before + 1
    assert phone.open(page).title()
    phone.visit()
    phone.send_offline()
    phone.online()
    phone.resident.arrive()
    assert desk.count() == before + 2


# --- the worker goes ----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def retiring(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PortalServer]:
    """A portal whose city wants to be rid of the worker."""
    portal = PortalServer(
        tmp_path_factory.mktemp("retiring") / "data", settings={"PORTAL_RETIRE_WORKER": "true"}
    )
    portal.start()
    yield portal
    portal.stop()


def test_a_worker_that_is_retired_leaves_nothing_behind_but_the_reports(
    phone: Phone, retiring: PortalServer, proxy: FaultProxy
) -> None:
    desk = Desk(retiring)
    before = desk.count()
    # The network is there, but the portal takes nothing.
    proxy.fault("lose", "PUT", TEXTS, times=float("inf"))
    phone.resident.fill_in(phone_photo(800, 600))
    id = phone.send()
    phone.is_told(SAVED)
    page = phone.page
    page.evaluate("window.untouched = true")
    proxy.portal = retiring
    other = phone.context.new_page()
    other.goto("/en/privacy/")
    gone = "async () => !(await navigator.serviceWorker.getRegistration()) && !(await caches.keys()).length"
    phone.wait_for(lambda: other.evaluate(gone), "the worker and its pages are gone")
    # Whoever has a page open is not interrupted, and the report is where it was.
    assert page.evaluate("window.untouched") is True
    assert phone.find(id)["state"] == "queued"
    proxy.mend()
    other.goto("/en/mine/")
    phone.wait_for(lambda: desk.arrived(id), "the page has sent it, without a worker")
    assert desk.count() == before + 1
    # Each page asks for the worker anew, and is answered in the same way.
    phone.wait_for(lambda: other.evaluate(gone), "nothing has come back")
    desk.close()
