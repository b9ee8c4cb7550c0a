"""Phones of earlier releases, opened with the portal of today: nothing is lost, nothing is doubled, old links work.

What is asked of pages that come from such a phone is what they are in any language and wording; only pages of today are
read as a person reads them.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, Playwright, expect

from a11y_tests import chromium
from a11y_tests.conftest import launch_options
from a11y_tests.offline.builds import newer_build
from a11y_tests.offline.phone import Phone
from a11y_tests.offline.profiles import (
    ORIGIN,
    Made,
    city_of,
    made_by,
    profile_of,
    releases,
    settings_for,
    store_of,
    unpack,
)
from a11y_tests.offline.proxy import FaultProxy
from a11y_tests.server import Desk, PortalServer, another_visitor

MENDED = "A second hole, right beside the first one and hidden by leaves."
NEWER_WORKER = "navigator.serviceWorker.controller !== window.untouched"
PACK = """async (locale) => {
  const pack = await (await caches.open("pages")).match(`/offline/${locale}.json`);
  return (await new Response(pack.body.pipeThrough(new DecompressionStream("gzip"))).json()).version;
}"""


@pytest.fixture
def options() -> dict[str, Any]:
    """How to start a full Chromium, as people have one."""
    try:
        return launch_options()
    except pytest.fail.Exception:
        pytest.skip(f"Phones of earlier releases can only be opened by a Chromium. {chromium.HELP}")


@pytest.fixture(params=releases())
def made(request: pytest.FixtureRequest) -> Made:
    """What is on the phone, for each release of which there is one."""
    return made_by(request.param)


@pytest.fixture
def today(made: Made, tmp_path: Path) -> Iterator[PortalServer]:
    """The portal of today with the data of that release's city; its worker differs in any case from what phones have."""
    data = unpack(city_of(made.release), tmp_path / "city")
    portal = PortalServer(data, home=newer_build(tmp_path / "home", "sw.js", "map.js"))
    yield portal
    portal.stop()


@pytest.fixture
def desk(today: PortalServer) -> Iterator[Desk]:
    """The people behind it, who begin when it has begun: that brings the database up to date."""
    today.start()
    desk = Desk(today)
    yield desk
    desk.close()


@pytest.fixture
def phone(
    request: pytest.FixtureRequest, made: Made, today: PortalServer, options: dict[str, Any], tmp_path: Path
) -> Iterator[Phone]:
    """The phone of that release, where there is no network. The test fails if a script did."""
    # Not before it is known that there is a browser for it.
    driver: Playwright = request.getfixturevalue("driver")
    unpack(profile_of(made.release), tmp_path / "phone" / "Default")
    proxy = FaultProxy(today, origin=ORIGIN)
    settings = settings_for(options["executable_path"], proxy.port)
    phone = Phone(driver.chromium, settings, tmp_path / "phone", proxy, locale=made.languages[-1])
    yield phone.start(offline=True)
    said = [words for watch in phone.watches for words in watch.complaints()]
    phone.close()
    proxy.close()
    assert [words for words in said if words.startswith(("a script", "the console"))] == []


def open_away(phone: Phone, path: str) -> Page:
    """Open a page that can only come from the phone."""
    response = phone.page.goto(path)
    assert response is not None
    assert response.from_service_worker, path
    expect(phone.page.locator("html[data-away]")).to_be_attached()
    return phone.page


def test_without_a_network_everything_is_there(phone: Phone, made: Made) -> None:
    for locale in made.languages:
        for name in ("", "report/", "report/pothole/", "privacy/", "mine/", "alerts/"):
            open_away(phone, f"/{locale}/{name}")
    for path in made.seen:
        open_away(phone, path)

    # All that waits, was sent or is followed, each under its number; nothing has changed by being looked at.
    page = open_away(phone, "/en/mine/")
    everything = {one.id: one for one in made.everything()}
    assert phone.context.browser is not None
    versions = f"made with Chromium {made.chromium}, opened with {phone.context.browser.version}"
    assert store_of(phone) == everything, versions
    items = page.locator("my-requests li")
    expect(items).to_have_count(len(everything))
    for one in everything.values():
        digits = re.compile(r"\W*".join(one.reference))
        expect(items.and_(page.locator(f"[id='{one.id}']"))).to_contain_text(digits)

    draft = made.draft
    page = open_away(phone, f"/en/report/pothole/?draft={draft.id}")
    expect(page.locator("form [name=description]")).to_have_value(draft.words)
    expect(page.locator("[name=address_string]")).to_have_value(draft.place)
    expect(page.locator("photo-input img")).to_have_count(1)

    # A form that is opened now takes a report as it did then.
    page = open_away(phone, "/en/report/pothole/")
    page.locator("[name=address_string]").fill(draft.place)
    phone.wait_for(lambda: len(store_of(phone)) == len(everything) + 1, "what is typed now is kept")


def test_the_bare_address_leads_to_the_language_that_was_used_last(phone: Phone, made: Made) -> None:
    phone.page.goto("/")
    expect(phone.page).to_have_url(f"{made.origin}/{made.languages[-1]}/")


def test_with_a_network_everything_arrives_once(phone: Phone, made: Made, desk: Desk) -> None:
    form = open_away(phone, f"/en/report/pothole/?draft={made.draft.id}")
    expect(form.locator("form [name=description]")).to_have_value(made.draft.words)
    form.evaluate("window.untouched = navigator.serviceWorker.controller")
    assert desk.count() == made.city
    phone.online()
    other = phone.context.new_page()
    other.goto("/en/")
    phone.wait_for(lambda: form.evaluate(NEWER_WORKER), "the worker of today is at work")
    version = httpx.get(f"{phone.proxy.portal.url}/offline/en.json", trust_env=False).json()["version"]
    phone.wait_for(lambda: other.evaluate(PACK, "en") == version, "the pages of today are kept")

    # What waited goes by itself: a text that the city did not have, and a photo of one that it had.
    waited = (made.queued, made.accepted)
    phone.wait_for(lambda: {store_of(phone)[one.id].state for one in waited} == {"done"}, "both are sent")
    for one in (*waited, made.sent):
        assert desk.arrived(one.id) == one.photos
    assert desk.count() == made.city + 1

    finish_on_a_page_of_then(phone, form, made, desk)
    phone.locale = "en"
    phone.restart()
    mend_what_was_refused(phone, made, desk)
    finish_what_was_shared(phone, made, desk)

    phone.open("/en/mine/")
    kept = store_of(phone)
    assert {one.id for one in kept.values()} == {one.id for one in made.everything()}
    assert {one.state for one in kept.values()} == {"done"}
    for one in made.everything():
        assert (kept[one.id].reference, kept[one.id].token) == (one.reference, one.token)
    assert desk.count() == made.city + 4


def finish_on_a_page_of_then(phone: Phone, form: Page, made: Made, desk: Desk) -> None:
    """The page was open all the time, and its script knows nothing of today."""
    draft = made.draft
    send = form.locator("offline-form [type=submit]")

    def go_on() -> bool:
        """As Enter in a field: to the next step. Returns whether it is the last one."""
        form.locator("offline-form form").evaluate("form => form.requestSubmit()")
        return send.is_visible()

    go_on()
    form.locator("form [name=description]").fill(MENDED)
    phone.wait_for(lambda: store_of(phone)[draft.id].words == MENDED, "the rest of the sentence is kept")
    phone.wait_for(go_on, "the last step is open")
    send.click()
    expect(form).to_have_url(re.compile(f"/requests/{draft.reference}/sent/"))
    phone.wait_for(lambda: store_of(phone)[draft.id].state == "done", "it has arrived")
    assert desk.arrived(draft.id) == draft.photos


def mend_what_was_refused(phone: Phone, made: Made, desk: Desk) -> None:
    """The city said why; without the pin in another city it takes the report."""
    resident = phone.resident
    phone.open("/en/mine/")
    item = phone.page.locator(f"[id='{made.attention.id}']")
    expect(item).to_contain_text("Needs your attention")
    item.get_by_role("link", name="Continue").click()
    summary = phone.page.get_by_role("group", name="Please check the form")
    summary.get_by_role("link").first.click()
    resident.button("Remove the pin").click()
    resident.go_to_the_end()
    assert phone.send() == made.attention.id
    resident.arrive()
    assert desk.arrived(made.attention.id) == made.attention.photos


def finish_what_was_shared(phone: Phone, made: Made, desk: Desk) -> None:
    """A picture without a word, of which nobody had said what it is about."""
    resident = phone.resident
    phone.open("/en/mine/")
    phone.page.locator(f"[id='{made.shared.id}']").get_by_role("link", name="Continue").click()
    expect(resident.heading("What do you want to report?", 1)).to_be_visible()
    phone.page.get_by_role("main").get_by_role("link", name="Pothole").first.click()
    expect(resident.heading("Pothole", 1)).to_be_visible()
    resident.say_where()
    resident.go_on("What is happening?", 2)
    resident.say_what()
    resident.go_on("Photos", 3)
    expect(phone.page.get_by_text("1 of 5 photos added")).to_be_visible()
    resident.go_on("How can we reach you?", 4)
    resident.go_on("Check and send", 5)
    assert phone.send() == made.shared.id
    resident.arrive()
    assert len(desk.arrived(made.shared.id) or []) == 1


def test_old_links_work(phone: Phone, made: Made, desk: Desk) -> None:
    phone.locale = "en"
    phone.online()
    resident, page = phone.resident, phone.page
    for path in (made.private, made.sent.address):
        phone.open(path)
        photo = page.get_by_role("main").get_by_role("img", name=resident.told.shows)
        photo.scroll_into_view_if_needed()
        expect(photo).not_to_have_js_property("naturalWidth", 0)
    resident.private_link = made.private
    resident.open_private_link()
    # The number as it was printed.
    phone.open(f"/en/requests/{made.sent.reference}/")
    expect(resident.status()).to_contain_text("Received")
    phone.open("/en/mine/")
    expect(page.locator(f"[id='{made.sent.id}']")).to_contain_text("Sent. The city says: Received")

    # Who follows is still counted, and can still leave.
    assert desk.followers(made.followed.reference) == 1
    page.locator(f"[id='{made.followed.id}']").get_by_role("link", name="See the request").click()
    expect(page).to_have_url(made.origin + made.followed.address)
    resident.button("Stop following").click()
    expect(page.get_by_role("status").filter(has_text="You do not follow this request.")).to_be_visible()
    assert desk.followers(made.followed.reference) == 0


def test_all_that_pages_led_to_is_still_there(made: Made, today: PortalServer, desk: Desk) -> None:
    with httpx.Client(
        base_url=today.url,
        headers={"Host": ORIGIN.partition("//")[2], **another_visitor()},
        trust_env=False,
        timeout=30,
    ) as client:
        answers = {path: client.get(path).status_code for path in made.links}
    assert {path: status for path, status in answers.items() if status != 200} == {}
