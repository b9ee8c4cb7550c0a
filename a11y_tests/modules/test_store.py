"""What is on the phone stays there: full disks, closed connections, other versions, browsers that cannot keep anything."""

import time
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from a11y_tests.modules.conftest import Axe, Form, clean
from a11y_tests.modules.fake_city import FakeCity
from a11y_tests.modules.phone import (
    Store,
    add_photos,
    at_the_end,
    connection_is_back,
    describe,
    go_on,
    kept_as_draft,
    said,
    send,
    sent,
    unreadable,
    until,
)

KEEPS_NOTHING = "This browser keeps no drafts. Send your report before you close the page."
FULL = "This phone is full: what you wrote cannot be kept here. Send it soon."
HELD = "This phone cannot keep the report. Leave this page open until it is sent."


def note(page: Page, sentence: str) -> None:
    """What the form says of keeping the draft."""
    expect(page.locator("[data-part=draft-note]")).to_have_text(sentence)


# --- the connection to the database -----------------------------------------------------------------------------------


def test_a_connection_that_the_system_closes_is_opened_again(fresh_page: Page, fake: FakeCity) -> None:
    page = fresh_page
    page.add_init_script(
        """{
          const { open } = IDBFactory.prototype;
          window.connections = [];
          IDBFactory.prototype.open = function (...given) {
            const request = open.apply(this, given);
            request.addEventListener("success", () => window.connections.push(request.result));
            return request;
          };
        }"""
    )
    page.goto("/en/report/anywhere/")
    describe(page, "Before")
    kept_as_draft(page)
    page.evaluate("() => window.connections.forEach((db) => db.close())")
    page.get_by_label("Describe it").fill("After")
    store = Store(page, fake)
    until(lambda: "After" in str(store.reports()))
    page.evaluate("() => window.connections.forEach((db) => db.close())")
    go_on(page, 3)
    send(page)
    sent(page)
    assert store.states() == ["done"]


def with_one_more_step(route: Route) -> None:
    """The store's module as a later version of the portal has it: it adds a store of its own."""
    answer = route.fetch()
    module = answer.text()
    end = 'keyPath: ["report", "n"] });\n  },\n'
    assert end in module
    route.fulfill(response=answer, body=module.replace(end, end + '(db) => db.createObjectStore("later"),'))


def version(page: Page) -> int:
    """The version of the database."""
    number: int = page.evaluate(
        "async () => (await indexedDB.databases()).find(({ name }) => name === 'portal').version"
    )
    return number


def test_a_newer_version_finds_everything_and_an_older_page_goes_on(
    page: Page, fake: FakeCity, tmp_path: Path
) -> None:
    photos = [unreadable(tmp_path / f"{size}.heic", size).read_bytes() for size in (3000, 4000)]
    page.goto("/en/privacy/")
    store = Store(page, fake)
    today = int(time.time() // 86_400)
    reports = [
        # The city has confirmed it and was asked about it just now, and today has been counted.
        store.queue(*photos, state="done", place="First", days=[today], looked=time.time() * 1000),
        store.queue(photos[0], state="attention", place="Second", errors=[{"field": "", "message": "No."}]),
        store.queue(state="draft", place="Third"),
    ]
    before = store.reports()
    assert version(page) == 1
    page.route("**/store.js", with_one_more_step)
    page.goto("/en/report/")
    expect(page.locator("sync-status")).to_contain_text("Reports that need your attention: 1. Drafts: 1.")
    assert version(page) == 2
    assert store.reports() == before
    assert [store.photos(report) for report in reports] == [photos, photos[:1], []]
    # A page of before the update, as one that was open all the time, or comes from the phone's own memory.
    page.unroute("**/store.js")
    page.goto("/en/report/anywhere/")
    describe(page, "An older page")
    kept_as_draft(page)
    assert version(page) == 2
    assert {one: kept for one, kept in store.reports().items() if one in before} == before
    assert len(store.reports()) == 4


def test_an_open_page_makes_way_for_a_newer_version_and_goes_on_saving(
    fresh_page: Page, fake: FakeCity
) -> None:
    old = fresh_page
    old.goto("/en/report/anywhere/")
    describe(old, "Before")
    kept_as_draft(old)
    new = old.context.new_page()
    with clean(new):
        new.route("**/store.js", with_one_more_step)
        new.goto("/en/report/")
        expect(new.locator("sync-status")).to_contain_text("Drafts: 1.")
        assert version(new) == 2
        old.get_by_label("Describe it").fill("After")
        until(lambda: "After" in str(Store(new, fake).reports()))


# --- where nothing can be kept ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "broken",
    [
        pytest.param(
            "IDBFactory.prototype.open = () => { throw new DOMException('no', 'SecurityError'); };",
            id="forbidden",
        ),
        pytest.param("Object.defineProperty(window, 'indexedDB', { value: undefined });", id="absent"),
        pytest.param(
            """IDBFactory.prototype.open = () => {
              const request = { error: new DOMException("Internal error opening backing store", "UnknownError") };
              setTimeout(() => request.onerror());
              return request;
            };""",
            id="corrupt",
        ),
    ],
)
def test_where_nothing_can_be_kept_that_is_said_and_the_report_is_sent(
    fresh_page: Page, fake: FakeCity, tmp_path: Path, axe: Axe, broken: str
) -> None:
    page = fresh_page
    page.add_init_script(broken)
    page.goto("/en/report/anywhere/")
    at_the_end(page, unreadable(tmp_path / "one.heic", 3000))
    note(page, KEEPS_NOTHING)
    assert "draft" not in page.url
    axe(page)
    fake.faults["PUT"] = ["503"]
    send(page)
    expect(said(page)).to_have_text(HELD)
    sent(page)
    (report,) = fake.reports.values()
    assert report.content["description"] == "Broken glass.\nA lot of it."
    assert [len(photo) for photo in fake.photos.values()] == [3000]


def test_a_database_that_never_answers_holds_nobody_up(fresh_page: Page, fake: FakeCity) -> None:
    page = fresh_page
    page.add_init_script("IDBFactory.prototype.open = () => ({});")
    page.clock.install()
    page.goto("/en/report/anywhere/")
    # Once for the whole page: after that it does not wait for it any more.
    page.clock.fast_forward(5_500)
    at_the_end(page)
    page.clock.fast_forward(1_000)
    note(page, KEEPS_NOTHING)
    send(page)
    sent(page)
    assert len(fake.reports) == 1


def test_my_requests_say_that_nothing_is_there_where_nothing_can_be_kept(fresh_page: Page, axe: Axe) -> None:
    page = fresh_page
    page.add_init_script("IDBFactory.prototype.open = () => { throw new Error('no'); };")
    page.goto("/en/mine/")
    expect(page.get_by_text("There is nothing here yet.")).to_be_visible()
    axe(page)


# --- a full disk ------------------------------------------------------------------------------------------------------


def test_a_full_phone_says_so_and_loses_nothing_it_had(
    fresh_page: Page, fake: FakeCity, tmp_path: Path, axe: Axe
) -> None:
    page = fresh_page
    early, late = (
        unreadable(tmp_path / name, size) for name, size in (("1.heic", 50_000), ("2.heic", 2_000_000))
    )
    # Before anything is written: Chromium remembers for a while how much room there was.
    session = page.context.new_cdp_session(page)
    session.send("Storage.overrideQuotaForOrigin", {"origin": fake.url, "quotaSize": 1_000_000})
    page.goto("/en/report/anywhere/")
    describe(page, "Early")
    go_on(page, 1)
    add_photos(page, early)
    first = kept_as_draft(page)
    page.goto("/en/report/anywhere/")
    at_the_end(page, late)
    note(page, FULL)
    axe(page)
    store = Store(page, fake)
    second = page.locator("[name=id]").input_value()
    # Text and photos together, or neither.
    assert set(store.reports()) - {second} == {first}
    assert store.photos(second) == []
    assert store.photos(first) == [early.read_bytes()]
    # It is sent all the same, and until then the page says that it must stay open.
    page.route("**/requests/**", lambda route: route.abort())
    send(page)
    expect(said(page)).to_have_text(HELD)
    assert store.photos(first) == [early.read_bytes()]
    page.unroute("**/requests/**")
    connection_is_back(page)
    sent(page)
    assert [bytes(photo) for photo in fake.photos.values()] == [late.read_bytes()]
    session.send("Storage.overrideQuotaForOrigin", {"origin": fake.url})
    page.goto(f"/en/report/anywhere/?draft={first}")
    expect(page.get_by_label("Describe it")).to_have_value("Early")
    expect(page.locator(".photo-list > li")).to_have_count(1)


def test_a_full_phone_with_room_again_keeps_what_it_could_not(
    fresh_page: Page, fake: FakeCity, tmp_path: Path
) -> None:
    page = fresh_page
    page.goto("/en/report/anywhere/")
    session = page.context.new_cdp_session(page)
    session.send("Storage.overrideQuotaForOrigin", {"origin": fake.url, "quotaSize": 1_000_000})
    large = unreadable(tmp_path / "large.heic", 2_000_000)
    at_the_end(page, large)
    note(page, FULL)
    session.send("Storage.overrideQuotaForOrigin", {"origin": fake.url})
    page.get_by_role("link", name="Change First name").click()
    page.get_by_label("First name").fill("Ada")
    assert Store(page, fake).photos(kept_as_draft(page)) == [large.read_bytes()]


def test_a_receipt_that_cannot_be_noted_makes_no_second_report(form: Form, fake: FakeCity) -> None:
    page = at_the_end(form("/en/report/anywhere/"))
    kept_as_draft(page)
    # The note that the city has it does not get onto the disk, once.
    page.evaluate(
        """() => {
          const { put } = IDBObjectStore.prototype;
          let failures = 1;
          IDBObjectStore.prototype.put = function (value) {
            const request = put.call(this, value);
            if (value.state === "done" && failures-- > 0) this.transaction.abort();
            return request;
          };
        }"""
    )
    send(page)
    sent(page)
    # The phone does not know any more that it was sent, and asks: it is the same report.
    page.goto("/en/mine/")
    Store(page, fake).comes_to("done")
    (report,) = fake.reports.values()
    assert report.puts == 2
