"""The outbox with several reports, in several tabs, over a long time: nothing is dropped, nothing arrives twice."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from threading import Event

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from a11y_tests.languages import any_moment
from a11y_tests.modules.conftest import Axe, Form, clean
from a11y_tests.modules.fake_city import FakeCity, Report
from a11y_tests.modules.phone import (
    Store,
    at_the_end,
    connection_comes_and_goes,
    connection_is_back,
    go_on,
    kept_as_draft,
    said,
    send,
    sent,
    unreadable,
    until,
)

# A page that sends nothing by itself, to get everything ready in.
IDLE = "/own/receipt/"
COSTLY = "Object.defineProperty(Navigator.prototype, 'connection', { value: { saveData: true } });"


def item(page: Page, report_id: str) -> Locator:
    """A report in the list of My requests."""
    return page.locator(f'[id="{report_id}"]')


def arrived(fake: FakeCity) -> set[str]:
    """Reports that the city has."""
    return set(fake.reports)


# --- many -------------------------------------------------------------------------------------------------------------


def test_one_report_that_always_fails_holds_up_no_other(page: Page, fake: FakeCity) -> None:
    page.goto(IDLE)
    store = Store(page, fake)
    poisoned, *good = (store.queue(place=f"Place {number}", age=9 - number) for number in range(5))
    fake.poison[poisoned] = "500"
    page.goto("/en/mine/")
    until(lambda: arrived(fake) == set(good))
    store.comes_to(*["done"] * 4, "queued")
    expect(item(page, poisoned)).to_contain_text("The city’s computer is busy.")
    assert all(report.puts == 1 for report in fake.reports.values())
    fake.poison.clear()
    connection_is_back(page)
    store.comes_to(*["done"] * 5)


def test_one_report_that_is_refused_holds_up_no_other(page: Page, fake: FakeCity) -> None:
    page.goto(IDLE)
    store = Store(page, fake)
    refused, *good = (store.queue(age=9 - number) for number in range(5))
    # What the city has under this number already is something else.
    fake.reports[refused] = Report("another digest", {"reference": "1"})
    page.goto("/en/mine/")
    store.comes_to(*["done"] * 4, "attention")
    assert fake.reports[refused].content == {"reference": "1"}
    assert arrived(fake) == {refused, *good}
    expect(item(page, refused)).to_contain_text("Needs your attention: This report was sent before.")


def test_what_the_server_asks_of_one_it_asks_of_all(fresh_page: Page, fake: FakeCity) -> None:
    page = fresh_page
    page.clock.install()
    page.goto(IDLE)
    store = Store(page, fake)
    for _ in range(3):
        store.queue()
    fake.faults["PUT"] = ["503 600"]
    page.goto("/en/mine/")
    until(lambda: [kept.get("tries") for kept in store.reports().values()] == [1, 1, 1])
    before = len(fake.seen)
    page.clock.fast_forward("09:00")
    connection_is_back(page)
    # A request that had left by now would be ahead of this one.
    page.evaluate("fetch('/places.json')")
    assert [method for method, *_ in fake.seen[before:]] == ["GET"]
    page.clock.fast_forward("02:00")
    store.comes_to(*["done"] * 3)


def test_without_a_network_nothing_is_tried_again_and_again(page: Page, fake: FakeCity) -> None:
    page.goto(IDLE)
    store = Store(page, fake)
    for _ in range(30):
        store.queue()
    flush = "async (module) => (await import(module)).flush(true)"
    outbox = str(fake.pages.static("outbox.js"))
    page.evaluate("(module) => import(module).then(() => {})", outbox)
    tried: list[str] = []
    page.on("requestfailed", lambda request: tried.append(request.url))
    page.context.set_offline(True)
    page.evaluate(flush, outbox)
    assert len(tried) == 1
    page.context.set_offline(False)
    page.evaluate(flush, outbox)
    store.comes_to(*["done"] * 30)


def test_a_short_gap_costs_no_more_than_a_moment(fresh_page: Page, fake: FakeCity) -> None:
    page = fresh_page
    page.clock.install()
    page.goto(IDLE)
    store = Store(page, fake)
    reports = {store.queue(place=f"Place {number}") for number in range(3)}
    page.route("**/requests/**", lambda route: route.abort())
    page.goto("/en/mine/")
    until(lambda: [kept.get("tries") for kept in store.reports().values()] == [1, 1, 1])
    page.unroute("**/requests/**")
    # The connection is back, and nothing says so: only time goes on, in small steps.
    failed = page.evaluate("Date.now()")
    while arrived(fake) != reports:
        page.clock.run_for(500)
        # What was due then has been tried.
        page.evaluate("navigator.locks.request('outbox', () => {})")
        assert page.evaluate("Date.now()") - failed < 10_000


# --- tabs -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("missing", ["", "locks"])
def test_two_tabs_send_a_report_once(fresh_page: Page, fake: FakeCity, tmp_path: Path, missing: str) -> None:
    first = fresh_page
    if missing:
        first.context.add_init_script(
            "Object.defineProperty(Navigator.prototype, 'locks', { value: undefined });"
        )
    first.goto("/en/mine/")
    second = first.context.new_page()
    with clean(second):
        second.goto("/en/report/")
        store = Store(first, fake)
        photo = unreadable(tmp_path / "one.heic", 100_000).read_bytes()
        # Both see the report at the same moment, as when the connection comes back.
        report = store.queue(photo)
        first.context.set_offline(True)
        first.context.set_offline(False)
        # Without locks they may stand in each other's way, and try again.
        connection_comes_and_goes(first)
        store.comes_to("done")
        second.evaluate("navigator.locks ? navigator.locks.request('outbox', () => {}) : 0")
    assert arrived(fake) == {report}
    assert [bytes(one) for one in fake.photos.values()] == [photo]
    if not missing:
        assert fake.reports[report].puts == 1


def test_what_one_tab_does_others_show(fresh_page: Page, fake: FakeCity) -> None:
    first = fresh_page
    first.clock.install(time=1_800_000_000)
    first.goto("/en/report/anywhere/")
    at_the_end(first)
    report = first.locator("[name=id]").input_value()
    second = first.context.new_page()
    with clean(second):
        second.goto("/en/mine/")
        expect(item(second, report)).to_contain_text("Draft, not sent yet.")
        fake.poison[report] = "portal"
        # Time stands still: nothing is tried again by itself.
        first.clock.pause_at(1_800_003_600)
        send(first)
        expect(item(second, report)).to_contain_text("This network may want you to sign in first.")
        fake.poison.clear()
        item(second, report).get_by_role("button", name="Try now").click()
        expect(item(second, report)).to_contain_text("Sent, the city has it.")
        # The form that has been waiting goes on to its receipt.
        sent(first)


def test_try_now_is_never_silent(page: Page, fake: FakeCity) -> None:
    page.goto(IDLE)
    store = Store(page, fake)
    far = {"next": page.evaluate("Date.now() + 3e6"), "asked": True}
    # Others fail before it, more often than anybody has patience.
    others = [store.queue(age=9) for _ in range(5)]
    report = store.queue(tries=9, trouble="busy", **far)
    for one in (report, *others):
        fake.poison[one] = "500"
    page.goto("/en/mine/")
    until(lambda: any(store.reports()[one].get("tries") for one in others))
    page.evaluate(
        """id => {
          window.words = [];
          const look = () => words.push(document.getElementById(id).querySelector("strong").textContent);
          new MutationObserver(look).observe(document.getElementById(id), { subtree: true, childList: true, characterData: true });
        }""",
        report,
    )
    item(page, report).get_by_role("button", name="Try now").click()
    until(lambda: store.reports()[report]["tries"] == 10)
    busy = "Saved on this phone. The city’s computer is busy. The report will be sent by itself."
    until(lambda: page.evaluate("words.length > 1 && words[words.length - 1]") == busy)
    assert page.evaluate("words[0]") == "Sending your report…"


def test_whoever_holds_the_turn_and_is_silent_is_not_waited_for_for_ever(
    fresh_page: Page, fake: FakeCity
) -> None:
    frozen = fresh_page
    frozen.goto("/own/status/")
    # As a page that the browser has frozen with the turn in its hands.
    frozen.evaluate(
        "() => new Promise((held) => navigator.locks.request('outbox', () => { held(); return new Promise(() => {}); }).catch(() => {}))"
    )
    page = frozen.context.new_page()
    with clean(page):
        page.clock.install()
        page.goto("/en/mine/")
        store = Store(page, fake)
        report = store.queue()
        connection_is_back(page)
        page.clock.fast_forward("01:30")
        # Whoever has the turn may be slow; what it says gives it more time.
        frozen.evaluate("id => new BroadcastChannel('portal').postMessage({ id })", "somebody")
        assert arrived(fake) == set()
        page.clock.fast_forward("02:10")
        until(lambda: arrived(fake) == {report})
        # Nobody after it has to wait.
        other = store.queue()
        connection_is_back(page)
        until(lambda: arrived(fake) == {report, other})


def test_without_broadcasts_everything_works_in_each_tab(
    new_context: Callable[..., BrowserContext], fake: FakeCity
) -> None:
    page = new_context(base_url=fake.url).new_page()
    page.add_init_script("delete window.BroadcastChannel;")
    with clean(page):
        page.goto("/en/report/anywhere/")
        at_the_end(page)
        fake.faults["PUT"] = ["503"]
        send(page)
        expect(said(page)).to_contain_text("Saved on this phone.")
        sent(page)
        page.goto("/en/mine/")
        store = Store(page, fake)
        report = store.only()["id"]
        expect(item(page, report)).to_contain_text("Sent")


# --- time -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("then", "now"), [(2040, 2026), (2012, 2026), (2026, 2040), (2026, 2012)])
def test_a_clock_that_is_wrong_by_years_stops_no_report(
    fresh_page: Page, fake: FakeCity, then: int, now: int
) -> None:
    page = fresh_page
    page.clock.install(time=f"{then}-06-01T12:00:00Z")
    page.goto("/en/report/anywhere/")
    at_the_end(page)
    fake.faults["PUT"] = ["503 3000"]
    send(page)
    expect(said(page)).to_contain_text("The city’s computer is busy.")
    draft = Store(page, fake).only()
    page.clock.set_system_time(f"{now}-06-01T12:00:00Z")
    page.goto("/en/mine/")
    connection_is_back(page)
    Store(page, fake).comes_to("done")
    assert arrived(fake) == {draft["id"]}
    # It stays in the list, whatever the phone believes about its age.
    page.reload()
    expect(item(page, draft["id"])).to_contain_text("Sent")


def test_neither_age_nor_failures_drop_a_report(page: Page, fake: FakeCity, tmp_path: Path) -> None:
    photo = unreadable(tmp_path / "one.heic", 3000).read_bytes()
    page.goto(IDLE)
    store = Store(page, fake)
    report = store.queue(photo, age=400, tries=1000, trouble="busy")
    fake.poison[report] = "500"
    page.goto("/en/mine/")
    until(lambda: store.only()["tries"] > 1000)
    expect(item(page, report)).to_contain_text("Saved on this phone. The city’s computer is busy.")
    age = re.compile(f"^Reported on this phone on {any_moment('en')}\\.$")
    expect(item(page, report).locator(".hint")).to_have_text(age)
    assert store.photos(report) == [photo]
    fake.poison.clear()
    item(page, report).get_by_role("button", name="Try now").click()
    store.comes_to("done")
    assert [bytes(one) for one in fake.photos.values()] == [photo]


def test_bytes_are_let_go_after_two_weeks_of_use_since_the_city_has_them_all_and_no_earlier(
    page: Page, fake: FakeCity, tmp_path: Path
) -> None:
    photo = unreadable(tmp_path / "one.heic", 3000).read_bytes()
    page.goto("/en/report/")
    store = Store(page, fake)
    old = store.queue(photo, state="done", days=list(range(14)), missing=[])
    # The clock was wrong by years when it was sent; that is no reason to let go of anything.
    young = store.queue(photo, state="done", days=list(range(12)), age=4000, missing=[])
    waits = store.queue(photo, state="attention", age=15, errors=[{"field": "", "message": "No."}])
    connection_is_back(page)
    until(lambda: store.photos(old) == [])
    assert store.photos(young) == store.photos(waits) == [photo]
    # That it was sent, and where it can be looked up, stays.
    assert store.reports()[old]["state"] == "done"
    # Today has been counted, once.
    connection_is_back(page)
    until(lambda: len(store.reports()[young]["days"]) == 13)
    page.evaluate("navigator.locks.request('outbox', () => {})")
    assert len(store.reports()[young]["days"]) == 13


# --- what an earlier version of our pages called sent -----------------------------------------------------------------


def kept_from_before(page: Page, fake: FakeCity, *photos: bytes) -> tuple[Store, str]:
    """A report of which the city has the text, and which an answer that was not the city's has made "Sent"."""
    page.goto(IDLE)
    store = Store(page, fake)
    report = store.queue(
        *photos, state="done", missing=[], refused=["Authentication required"][: len(photos)]
    )
    store.run(
        """await store.get(given).then(({ submit, body }) => fetch(submit, {
          method: "PUT", body, headers: { "Content-Type": "application/json" },
        }))""",
        report,
    )
    return store, report


def test_what_never_arrived_goes_once_the_city_has_been_asked(
    page: Page, fake: FakeCity, tmp_path: Path
) -> None:
    photos = [unreadable(tmp_path / f"{size}.heic", size).read_bytes() for size in (3000, 70_000)]
    store, report = kept_from_before(page, fake, *photos)
    page.goto("/en/report/")
    until(lambda: store.only().get("days"))
    assert {bytes(photo) for photo in fake.photos.values()} == set(photos)
    assert (store.only()["state"], store.only()["refused"]) == ("done", [])
    # Once is enough.
    page.goto("/en/report/")
    page.evaluate("navigator.locks.request('outbox', () => {})")
    connection_is_back(page)
    page.evaluate("navigator.locks.request('outbox', () => {})")
    assert fake.reports[report].puts == 2


def test_whoever_else_answers_the_question_it_is_asked_again(
    page: Page, fake: FakeCity, tmp_path: Path
) -> None:
    photo = unreadable(tmp_path / "one.heic", 3000).read_bytes()
    store, report = kept_from_before(page, fake, photo)
    fake.poison[report] = '200 {"ok": true}'
    page.goto("/en/mine/")
    until(lambda: store.only().get("tries"))
    assert store.only()["state"] == "done"
    assert "days" not in store.only()
    fake.poison.clear()
    connection_is_back(page)
    until(lambda: store.only().get("days"))
    assert [bytes(one) for one in fake.photos.values()] == [photo]


def test_what_is_missing_and_gone_from_the_phone_is_said_first(
    page: Page, fake: FakeCity, tmp_path: Path
) -> None:
    store, report = kept_from_before(page, fake, unreadable(tmp_path / "one.heic", 3000).read_bytes())
    store.run("await store.change(given, (kept) => kept, [])", report)
    page.goto("/en/mine/")
    words = re.compile("^Sent, but not with all photos. One photo did not reach the city.")
    expect(item(page, report).locator("strong")).to_have_text(words)


def test_a_report_that_came_by_the_plain_form_stays_sent(page: Page, fake: FakeCity) -> None:
    store, report = kept_from_before(page, fake)
    fake.reports[report].digest = "of what the form has sent"
    page.goto("/en/mine/")
    until(lambda: store.only().get("days"))
    expect(item(page, report)).to_contain_text("Sent")
    assert store.only()["state"] == "done"


# --- a no that can be mended ------------------------------------------------------------------------------------------


def test_a_report_that_needs_attention_is_mended_and_sent_under_the_same_number(
    form: Form, fake: FakeCity, tmp_path: Path, axe: Axe
) -> None:
    page = at_the_end(form("/en/report/anywhere/"), unreadable(tmp_path / "one.heic", 3000))
    report = page.locator("[name=id]").input_value()
    number = page.locator("[name=reference]").input_value()
    # The answer comes when the person has gone on.
    page.route("**/requests/**", lambda route: route.abort())
    send(page)
    expect(said(page)).to_contain_text("Saved on this phone.")
    page.goto("/en/mine/")
    errors = [
        {"field": "lat", "message": "This place is outside Portland."},
        {"field": "email", "message": "Check the email address."},
    ]
    fake.faults["PUT"] = ["ours 422 " + json.dumps({"errors": errors})]
    page.unroute("**/requests/**")
    connection_is_back(page)
    expect(item(page, report)).to_contain_text(
        "Needs your attention: This place is outside Portland. Check the email address."
    )
    axe(page)
    item(page, report).get_by_role("link", name="Continue").click()
    summary = page.get_by_role("group", name="Please check the form")
    expect(summary).to_be_focused()
    expect(summary.get_by_role("link")).to_have_text([error["message"] for error in errors])
    expect(page.get_by_role("heading", name="Where is it?")).to_be_visible()
    expect(page.get_by_label("Address")).to_have_value("SE 34th and Hawthorne")
    axe(page)
    page.get_by_label("Address").fill("SE 35th and Hawthorne")
    summary.get_by_role("link", name="email").click()
    expect(page.get_by_label("E-mail")).to_be_focused()
    page.get_by_label("E-mail").fill("ada@example.com")
    go_on(page, 1)
    send(page)
    sent(page)
    ((report_id, arrived),) = fake.reports.items()
    assert (report_id, arrived.content["reference"]) == (report, number)
    assert arrived.content["email"] == "ada@example.com"
    assert arrived.content["address_string"] == "SE 35th and Hawthorne"
    assert [len(photo) for photo in fake.photos.values()] == [3000]
    assert Store(page.goto("/en/mine/") and page, fake).states() == ["done"]  # type: ignore[arg-type]


def test_what_the_city_wants_mended_is_said_until_it_is_sent_again(form: Form, fake: FakeCity) -> None:
    page = at_the_end(form("/en/report/anywhere/"))
    errors = [
        {"field": "lat", "message": "This place is outside Portland."},
        {"field": "email", "message": "Check the email address."},
    ]
    fake.faults["PUT"] = ["ours 422 " + json.dumps({"errors": errors})]
    send(page)
    summary = page.get_by_role("group", name="Please check the form")
    expect(summary).to_be_focused()
    page.get_by_label("Address").fill("SE 35th and Hawthorne")
    report = kept_as_draft(page)
    # Somebody looks for the right answer elsewhere, and comes back.
    page.goto("/en/mine/")
    expect(item(page, report)).to_contain_text(
        "Needs your attention: This place is outside Portland. Check the email address."
    )
    with page.expect_download() as download:
        item(page, report).get_by_role("button", name="Save a copy").click()
    (copy,) = json.loads(Path(download.value.path()).read_text())["reports"]
    assert (copy["draft"], "digest" in copy) == (True, False)
    assert json.loads(copy["body"])["address_string"] == "SE 35th and Hawthorne"
    item(page, report).get_by_role("link", name="Continue").click()
    expect(summary).to_be_focused()
    expect(summary.get_by_role("link")).to_have_text([error["message"] for error in errors])
    expect(page.get_by_label("Address")).to_have_value("SE 35th and Hawthorne")
    kept_as_draft(page)
    assert Store(page, fake).only()["errors"] == errors
    go_on(page, 4)
    send(page)
    sent(page)
    assert fake.reports[report].content["address_string"] == "SE 35th and Hawthorne"
    kept = Store(page.goto("/en/mine/") and page, fake).only()  # type: ignore[arg-type]
    assert (kept["state"], kept.get("errors")) == ("done", None)


# --- photos -----------------------------------------------------------------------------------------------------------


def test_a_photo_that_is_gone_from_the_phone_holds_up_nothing(
    page: Page, fake: FakeCity, tmp_path: Path
) -> None:
    page.goto("/en/mine/")
    store = Store(page, fake)
    gone, here = (unreadable(tmp_path / f"{size}.heic", size).read_bytes() for size in (3000, 4000))
    report = store.queue(gone, here)
    store.run(
        "await store.photosOf(given).then((photos) => store.change(given, (kept) => kept, photos.slice(1)))",
        report,
    )
    other = store.queue(here, place="Elsewhere")
    connection_is_back(page)
    store.comes_to("done", "done")
    assert arrived(fake) == {report, other}
    assert here in [bytes(photo) for photo in fake.photos.values()]


def test_a_photo_whose_bytes_the_phone_has_damaged_is_given_up_and_said(
    page: Page, fake: FakeCity, tmp_path: Path
) -> None:
    page.goto("/en/mine/")
    store = Store(page, fake)
    report = store.queue(unreadable(tmp_path / "a.heic", 4000).read_bytes())
    store.run(
        "await store.photosOf(given).then(([photo]) => store.change(given, (kept) => kept, "
        "[{ ...photo, bytes: new ArrayBuffer(5000) }]))",
        report,
    )
    connection_is_back(page)
    store.comes_to("done")
    expect(item(page, report)).to_contain_text("One photo did not reach the city.")


def test_why_the_city_cannot_use_a_photo_stays_to_be_read(page: Page, fake: FakeCity, tmp_path: Path) -> None:
    page.goto("/en/mine/")
    store = Store(page, fake)
    report = store.queue(*(unreadable(tmp_path / f"{size}.heic", size).read_bytes() for size in (3000, 4000)))
    fake.faults["PATCH"] = ["refuse"]
    connection_is_back(page)
    store.comes_to("done")
    expect(item(page, report)).to_contain_text("This is not a photo.")


def in_hand(page: Page, fake: FakeCity) -> tuple[int, int]:
    """How many photos have been asked about, and how many steps have begun, once the page has nothing more to send."""
    # A request that had left by now would be ahead of these.
    for _ in range(3):
        page.evaluate("fetch('/places.json')")
    return fake.count("HEAD"), fake.count("PATCH")


GOOD = "Object.defineProperty(Navigator.prototype, 'connection', { value: { effectiveType: '4g' } });"
UNKNOWN = "Object.defineProperty(Navigator.prototype, 'connection', { value: undefined });"


@pytest.mark.parametrize(
    ("link", "at_first", "then"),
    [(GOOD, 4, 4), (UNKNOWN, 1, 4), (COSTLY, 1, 1)],
    ids=["good", "unknown", "costly"],
)
def test_photos_go_four_at_a_time_over_a_good_link_and_else_one_by_one(
    fresh_page: Page, fake: FakeCity, tmp_path: Path, link: str, at_first: int, then: int
) -> None:
    page = fresh_page
    page.goto(IDLE)
    store = Store(page, fake)
    photos = [unreadable(tmp_path / f"{n}.heic", 3000 + n).read_bytes() for n in range(9)]
    for some in (photos[:5], photos[5:]):
        store.queue(*some, agreed=True)
    fake.faults["PATCH"] = ["slow"] * at_first
    page.add_init_script(link)
    page.goto("/en/report/")
    until(lambda: fake.count("PATCH") == at_first)
    assert in_hand(page, fake) == (at_first, at_first)
    # Texts first.
    assert len(arrived(fake)) == 2
    slow, fake.slow = fake.slow, Event()
    fake.faults["PATCH"] = ["slow"] * then
    slow.set()
    until(lambda: fake.count("PATCH") == at_first + then)
    assert in_hand(page, fake) == (at_first + then, at_first + then)
    fake.slow.set()
    store.comes_to("done", "done")
    assert sorted(bytes(photo) for photo in fake.photos.values()) == sorted(photos)
    assert fake.count("HEAD") == len(photos)


def test_what_sending_costs_is_said_before(form: Form, tmp_path: Path) -> None:
    page = at_the_end(form("/en/report/anywhere/"))
    expect(page.get_by_text("Sending takes about 2 kB of your data.")).to_be_visible()
    page.get_by_role("link", name="Change Photos").click()
    page.get_by_label("Add photos").set_input_files(
        [unreadable(tmp_path / "1.heic", 120_000), unreadable(tmp_path / "2.heic", 80_000)]
    )
    page.evaluate("document.querySelector('photo-input').work")
    go_on(page, 1)
    expect(page.get_by_text("Sending takes about 202 kB of your data.")).to_be_visible()


def test_over_a_costly_connection_words_go_and_photos_wait_for_a_yes(
    fresh_page: Page, fake: FakeCity, tmp_path: Path, axe: Axe
) -> None:
    page = fresh_page
    page.add_init_script(COSTLY)
    page.goto("/en/report/anywhere/")
    photo = unreadable(tmp_path / "one.heic", 100_000)
    at_the_end(page, photo)
    expect(
        page.get_by_text(
            "Sending takes about 102 kB of your data. Photos wait for Wi-Fi unless you say otherwise."
        )
    ).to_be_visible()
    report = page.locator("[name=id]").input_value()
    send(page)
    waits = "The city has your report. Photos that wait for Wi-Fi, or for your yes: 1."
    expect(said(page)).to_have_text(waits)
    axe(page)
    page.locator("offline-form").get_by_role("link", name="My requests").click()
    expect(item(page, report)).to_contain_text(waits)
    connection_is_back(page)
    # A request that had left by now would be ahead of this one.
    page.evaluate("fetch('/places.json')")
    assert arrived(fake) == {report}
    assert fake.count("HEAD") == fake.count("PATCH") == 0
    axe(page)
    item(page, report).get_by_role("button", name="Send the photos now").click()
    expect(item(page, report)).to_contain_text("Sent")
    Store(page, fake).comes_to("done")
    assert [bytes(stored) for stored in fake.photos.values()] == [photo.read_bytes()]


def test_over_another_connection_photos_go_by_themselves(
    new_context: Callable[..., BrowserContext], fake: FakeCity, tmp_path: Path
) -> None:
    context = new_context(base_url=fake.url)
    costly, free = context.new_page(), context.new_page()
    costly.add_init_script(COSTLY)
    with clean(costly), clean(free):
        costly.goto("/en/mine/")
        store = Store(costly, fake)
        store.queue(unreadable(tmp_path / "one.heic", 3000).read_bytes())
        connection_is_back(costly)
        store.comes_to("accepted")
        free.goto("/en/report/")
        store.comes_to("done")
    assert len(fake.photos) == 1
