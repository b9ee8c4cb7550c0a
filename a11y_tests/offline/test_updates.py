"""The portal changes while phones have it: nobody is interrupted, nothing is lost, and little is fetched."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from a11y_tests.offline.builds import files_with, newer_build, newer_city
from a11y_tests.offline.conftest import Phones
from a11y_tests.offline.phone import Phone
from a11y_tests.offline.proxy import FaultProxy
from a11y_tests.photos import payload, phone_photo
from a11y_tests.resident import NO_MAP
from a11y_tests.server import Desk, PortalServer

NEWER_WORKER = "navigator.serviceWorker.controller !== window.untouched"


@pytest.fixture(scope="module")
def newer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PortalServer]:
    """The portal of next month: other modules, another worker, another city pack."""
    folder = tmp_path_factory.mktemp("newer")
    home = newer_build(folder / "home", "map.js", "sw.js")
    portal = PortalServer(
        folder / "data", home=home, settings={"PORTAL_CITY": str(newer_city(folder / "city"))}
    )
    portal.start()
    yield portal
    portal.stop()


@pytest.fixture
def newer_desk(newer: PortalServer) -> Iterator[Desk]:
    desk = Desk(newer)
    yield desk
    desk.close()


def static(proxy: FaultProxy) -> set[str]:
    """Names of our own files that the proxy was asked for."""
    return {one.path.rpartition("/")[2] for one in proxy.of("GET", "^/static/")}


def test_an_update_in_the_midst_of_a_form_interrupts_nobody_and_fetches_only_what_is_new(
    phone: Phone, proxy: FaultProxy, newer: PortalServer, newer_desk: Desk
) -> None:
    before = newer_desk.count()
    old = phone.cached()["files"]
    # The phone was in a drawer for a while, and comes out where there is no network.
    phone.let_pack_age(hours=20)
    phone.restart(offline=True)
    resident, form = phone.resident, phone.page
    resident.open_form()
    resident.say_where()
    resident.go_on("What is happening?", 2)
    resident.say_what()
    form.evaluate("window.untouched = navigator.serviceWorker.controller")
    proxy.portal = newer
    proxy.asked.clear()
    phone.online()

    other = phone.context.new_page()
    other.goto("/en/")
    phone.wait_for(lambda: phone.cached()["files"] != old, "the newer files are kept")
    phone.wait_for(lambda: form.evaluate(NEWER_WORKER), "the newer worker is at work")
    icons = {"icon.svg", "icon-192.png"}
    assert static(proxy) - icons == files_with("map.js")
    assert proxy.of("GET", r"^/places\.json") == []

    # Nothing happens to who is writing: the page is the same one, with all that was typed.
    assert form.evaluate("Boolean(window.untouched)")
    expect(form.get_by_role("radio", name=resident.told.size, exact=True)).to_be_checked()
    # What the old page loads late is still there, also without a network.
    phone.offline()
    resident.button("Back").click()
    form.get_by_role("button", name="Show a map").click()
    expect(form.locator(".place-status")).to_have_text(NO_MAP)
    expect(resident.field("Address, crossing or place")).to_have_value(resident.told.address)
    resident.go_to_the_end()
    assert form.evaluate("Boolean(window.untouched)")
    # A page that is opened now is the newer one.
    other.goto("/en/report/pothole/")
    other.get_by_label("Address, crossing or place").fill(resident.told.address)
    other.get_by_role("button", name="Continue").click()
    expect(other.get_by_text("How wide is the hole?").first).to_be_visible()

    phone.online()
    id = phone.send()
    resident.arrive()
    phone.has_sent_once(newer_desk, before, id)


def test_an_update_keeps_what_open_pages_need_and_removes_what_no_page_does(
    phone: Phone, proxy: FaultProxy, newer: PortalServer
) -> None:
    before = phone.cached()["files"]
    phone.page.evaluate(
        "async () => (await caches.open('files')).put('/static/0123456789/old.js', new Response('of last year'))"
    )
    phone.let_pack_age(hours=1)
    phone.restart()
    proxy.portal = newer
    phone.open("/en/privacy/")
    phone.wait_for(
        lambda: not any(path.endswith("/old.js") for path in phone.cached()["files"]), "it is gone"
    )
    after = phone.cached()["files"]
    assert set(after) > set(before)
    assert {path.rpartition("/")[2] for path in set(after) - set(before)} == files_with("map.js")


def test_a_form_that_has_changed_since_is_kept_and_marked_for_a_person(
    phone: Phone, proxy: FaultProxy, newer: PortalServer, newer_desk: Desk
) -> None:
    before = newer_desk.count()
    id = phone.send_offline()
    proxy.portal = newer
    phone.online()
    phone.resident.arrive()
    phone.has_sent_once(newer_desk, before, id)
    assert newer_desk.review(phone.resident.reference) == ["form_changed"]


def test_a_type_that_is_not_offered_any_more_is_kept_and_marked_for_a_person(
    phone: Phone, proxy: FaultProxy, newer: PortalServer, newer_desk: Desk
) -> None:
    before = newer_desk.count()
    phone.offline()
    phone.open("/en/report/dead-animal/")
    resident = phone.resident
    resident.say_where()
    resident.go_on("What is happening?", 2)
    phone.page.get_by_role("radio").first.check()
    resident.field("Describe it in your own words").fill(resident.told.description)
    resident.go_to_the_end(2)
    id = phone.send()
    phone.is_told("Saved on this phone. It will be sent when there is a connection.")
    proxy.portal = newer
    phone.online()
    resident.arrive()
    phone.has_sent_once(newer_desk, before, id)
    assert newer_desk.review(resident.reference) == ["service_withdrawn"]


@pytest.fixture
def draft(phone: Phone) -> str:
    """A draft with words, a place and a photo, of a type that is not offered any more next month; its id."""
    resident = phone.resident
    resident.open_form("dead-animal")
    resident.say_where()
    resident.go_on("What is happening?", 2)
    phone.page.get_by_role("radio").first.check()
    resident.field("Describe it in your own words").fill("A hedgehog.")
    resident.go_on("Photos", 3)
    resident.add_photo(payload(phone_photo(800, 600)))
    phone.wait_for(lambda: phone.kept() and phone.the_one()["photos"], "the draft is kept")
    # It was in a drawer for a while, and comes out where there is no network.
    phone.let_pack_age(hours=1)
    phone.restart(offline=True)
    return str(phone.open("/en/mine/").locator("my-requests li").get_attribute("id"))


def learn_of_it(phone: Phone, proxy: FaultProxy, newer: PortalServer) -> None:
    """The phone keeps the pages of next month, while the page in sight is still of this one."""
    proxy.portal = newer
    phone.online()
    other = phone.context.new_page()
    other.goto("/en/privacy/")
    phone.wait_for(lambda: "/en/report/dead-animal/" not in phone.kept_pages(), "the new pages are kept")
    other.close()


def go_on_in_another_type(phone: Phone, id: str) -> None:
    """From the list of types into a form that has all that was written."""
    expect(phone.resident.heading("What do you want to report?", 1)).to_be_visible()
    phone.page.locator(".services a[href*='/en/report/animal/']").first.click()
    expect(phone.page).to_have_url(re.compile(f"/en/report/animal/.draft={id}"))
    expect(phone.page.locator("textarea[name=description]")).to_have_value("A hedgehog.")
    expect(phone.page.locator("[name=address_string]")).to_have_value(phone.resident.told.address)
    phone.wait_for(lambda: phone.the_one()["code"] == "animal", "it is a draft of the other type")
    assert (phone.the_one()["id"], len(phone.the_one()["photos"])) == (id, 1)


def test_a_page_of_before_leads_a_draft_of_a_withdrawn_type_to_all_others(
    phone: Phone, proxy: FaultProxy, newer: PortalServer, draft: str
) -> None:
    learn_of_it(phone, proxy, newer)
    phone.page.get_by_role("link", name="Continue").click()
    expect(phone.reads("We do not have this type of report")).to_be_visible()
    go_on_in_another_type(phone, draft)


def test_without_a_network_too_a_draft_of_a_withdrawn_type_goes_on_in_another(
    phone: Phone, proxy: FaultProxy, newer: PortalServer, newer_desk: Desk, draft: str
) -> None:
    before = newer_desk.count()
    learn_of_it(phone, proxy, newer)
    phone.offline()
    phone.open("/en/mine/")
    expect(phone.reads("This type of report is no longer offered.")).to_be_visible()
    phone.page.get_by_role("link", name="Continue").click()
    go_on_in_another_type(phone, draft)
    phone.online()
    resident = phone.resident
    step = 2 if resident.heading("What is happening?").is_visible() else 1
    if step == 1:
        resident.go_on("What is happening?", 2)
    phone.page.get_by_role("radio").first.check()
    resident.go_to_the_end(2)
    phone.send()
    resident.arrive()
    phone.has_sent_once(newer_desk, before, draft)
    assert newer_desk.review(resident.reference) == []


def test_what_the_city_refuses_later_says_why_and_can_be_mended(new_phone: Phones, desk: Desk) -> None:
    phone = new_phone(forgiven=(": 422",))
    phone.visit()
    before = desk.count()
    phone.offline()
    phone.resident.fill_in()
    phone.page.evaluate("document.querySelector('place-picker').setPin([47.6062, -122.3321], 'map')")
    phone.send()
    phone.is_told("Saved on this phone. It will be sent when there is a connection.")
    phone.restart()
    phone.open("/en/privacy/")
    expect(phone.page.locator("sync-status")).to_contain_text("Reports that need your attention: 1.")
    phone.page.locator("sync-status").get_by_role("link", name="My requests").click()
    item = phone.page.get_by_role("main").get_by_role("listitem")
    expect(item).to_contain_text(re.compile("Needs your attention: .*(not|outside)"))
    phone.resident.look()
    item.get_by_role("link", name="Continue").click()
    summary = phone.page.get_by_role("group", name="Please check the form")
    expect(summary).to_be_visible()
    phone.resident.look()
    summary.get_by_role("link").first.click()
    phone.resident.button("Remove the pin").click()
    phone.resident.go_to_the_end()
    id = phone.send()
    phone.resident.arrive()
    phone.has_sent_once(desk, before, id)
    assert len(phone.kept()) == 1
