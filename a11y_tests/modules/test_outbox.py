"""<offline-form>: a report arrives once, whatever the connection does, and nobody has to write it twice."""

import base64
import hashlib
import json
import re
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Dialog, Page, Route, expect

from a11y_tests.modules.conftest import Axe, Form
from a11y_tests.modules.fake_city import STEP, FakeCity, Report
from a11y_tests.modules.phone import (
    Store,
    at_the_end,
    connection_comes_and_goes,
    connection_is_back,
    describe,
    go_on,
    said,
    send,
    sent,
    unreadable,
    until,
)
from app.reports.references import grouped

SAVED = "Saved on this phone. It will be sent when there is a connection."
BUSY = "Saved on this phone. The city’s computer is busy. The report will be sent by itself."
STRANGE = (
    "Saved on this phone. This network may want you to sign in first. The report will be sent by itself."
)


@pytest.fixture
def ready(form: Form) -> Page:
    """A report without photos, ready to be sent."""
    return at_the_end(form("/en/report/anywhere/"))


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """What looks like a photo, cannot be made smaller, and goes in four steps."""
    return unreadable(tmp_path / "one.heic", 3 * STEP + 20_000)


# --- what is sent -----------------------------------------------------------------------------------------------------


def test_the_report_is_the_forms_own_names_and_values(form: Form, fake: FakeCity) -> None:
    page = form()
    page.get_by_label("Address").fill("SE 34th")
    page.evaluate("document.querySelector('place-picker').setPin([45.52, -122.66], 'device', 12.4)")
    go_on(page, 1)
    page.get_by_label("Size 2").first.check()
    page.get_by_label("Which color?").select_option("Color 7")
    page.get_by_role("group", name="Which parts?").get_by_label("Size 1").check()
    page.get_by_role("group", name="Which parts?").get_by_label("Size 3").check()
    page.get_by_label("What is it called?").fill("Árbol <b>&")
    go_on(page, 2)
    page.get_by_label("E-mail").fill("ada@example.com")
    go_on(page, 1)
    hidden = {
        name: page.locator(f"[name={name}]").input_value() for name in ("id", "reference", "manage_token")
    }
    send(page)
    page.wait_for_url("**/sent/**")
    ((report_id, report),) = fake.reports.items()
    content = dict(report.content)
    assert report_id == hidden["id"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", content.pop("requested_datetime"))
    assert content == {
        **hidden,
        "service_code": "everything",
        "service_name": "Everything",
        "language": "en",
        "question[SIZE]": "How big is it?",
        "question[COLOR]": "Which color?",
        "question[PARTS]": "Which parts?",
        "question[NAME]": "What is it called?",
        "question[WHEN]": "Since when?",
        "question[STORY]": "What happened?",
        "question[COUNT]": "How many are there?",
        "attribute[SIZE]": "s2",
        "attribute[COLOR]": "c7",
        "attribute[PARTS]": ["s1", "s3"],
        "attribute[NAME]": "Árbol <b>&",
        "address_string": "SE 34th",
        "lat": "45.520000",
        "long": "-122.660000",
        "place_source": "device",
        "accuracy_m": "12",
        "email": "ada@example.com",
        "channel": "web",
        "media": [],
    }


def test_the_bytes_bear_their_digest_and_are_few(ready: Page, fake: FakeCity) -> None:
    bodies: list[bytes] = []
    ready.on(
        "request",
        lambda request: bodies.append(request.post_data_buffer or b"") if request.method == "PUT" else None,
    )
    send(ready)
    sent(ready)
    ((_, _, headers, length),) = [seen for seen in fake.seen if seen[0] == "PUT"]
    digest = base64.b64encode(hashlib.sha256(bodies[0]).digest()).decode()
    assert headers["content-digest"] == f"sha-256=:{digest}:"
    assert headers["content-type"] == "application/json"
    assert headers["accept-language"] == "en"
    assert length <= 5000


def test_text_goes_first_and_photos_after_in_small_steps(form: Form, fake: FakeCity, photo: Path) -> None:
    page = at_the_end(form("/en/report/anywhere/"), photo)
    token = page.locator("[name=manage_token]").input_value()
    send(page)
    sent(page)
    writes = [seen for seen in fake.seen if seen[0] in ("PUT", "HEAD", "PATCH")]
    assert [seen[0] for seen in writes[:3]] == ["PUT", "HEAD", "PATCH"]
    patches = [seen for seen in writes if seen[0] == "PATCH"]
    assert len(patches) == 4
    assert all(length <= STEP for _, _, _, length in patches)
    for _, _, headers, _ in patches:
        assert headers["authorization"] == f"Bearer {token}"
        assert headers["content-type"] == "application/offset+octet-stream"
        assert headers["upload-length"] == str(photo.stat().st_size)
    sha256 = hashlib.sha256(photo.read_bytes()).hexdigest()
    assert bytes(fake.photos[sha256]) == photo.read_bytes()
    (report,) = fake.reports.values()
    assert report.content["media"] == [{"sha256": sha256, "bytes": photo.stat().st_size}]


def test_with_photos_of_an_earlier_plain_try_the_plain_form_goes_on(form: Form, fake: FakeCity) -> None:
    page = form("/en/report/anywhere/?kept=1")
    go_on(page, 2)
    page.get_by_label("What does photo 1 show?").fill("An old tree")
    go_on(page, 2)
    send(page)
    sent(page)
    (sent_form,) = fake.forms
    assert sent_form[f"media[{'ab' * 32}]"] == ["An old tree"]


# --- a bad connection -------------------------------------------------------------------------------------------------


def test_an_answer_that_never_comes_makes_no_second_report(ready: Page, fake: FakeCity) -> None:
    fake.faults["PUT-answer"] = ["drop"]
    send(ready)
    sent(ready)
    (report,) = fake.reports.values()
    assert report.puts > 1


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("500", BUSY),
        ("503", BUSY),
        ("429", BUSY),
        ("hang-up", SAVED),
        ("portal", STRANGE),
        ("portal 302", STRANGE),
        ("portal 403", STRANGE),
        ("portal 404", STRANGE),
        ("422 {}", STRANGE),
        # Somebody else's words in our form; who they are is said by nothing.
        ('422 {"errors": [{"field": "email", "message": "Blocked"}]}', STRANGE),
        ('200 {"ok": true, "state": "login", "photos_missing": []}', STRANGE),
        ('400 {"error": "no"}', STRANGE),
        ('401 {"error": "unauthorized", "message": "Authentication required"}', STRANGE),
        ('403 {"error": "forbidden", "message": "Request blocked by firewall"}', STRANGE),
        ('404 {"error": "not_found", "message": "no route"}', STRANGE),
        ('409 {"error": "conflict", "id": "another", "digest": "00"}', STRANGE),
        ('410 {"error": "gone"}', STRANGE),
        ('413 {"error": "too_large", "message": "This is too long."}', STRANGE),
        ("200 {}", STRANGE),
        ('400 {"error": "digest", "message": "The report did not arrive whole."}', STRANGE),
        ("strange-receipt", STRANGE),
    ],
)
def test_what_is_no_receipt_keeps_the_report_and_is_tried_again(
    ready: Page, fake: FakeCity, fault: str, words: str
) -> None:
    fake.poison[ready.locator("[name=id]").input_value()] = fault
    send(ready)
    expect(said(ready)).to_have_text(words)
    assert Store(ready, fake).states() == ["queued"]
    fake.poison.clear()
    sent(ready)
    (report,) = fake.reports.values()
    assert report.puts == 1


def test_whoever_does_not_want_to_wait_presses_once_more(fresh_page: Page, fake: FakeCity) -> None:
    page = fresh_page
    page.clock.install(time=1_800_000_000)
    page.goto("/en/report/anywhere/")
    at_the_end(page)
    # Time stands still: nothing is due again.
    page.clock.pause_at(1_800_003_600)
    fake.faults["PUT"] = ["503"]
    send(page)
    expect(said(page)).to_have_text(BUSY)
    page.get_by_role("button", name="Try again").click()
    sent(page)
    assert fake.count("PUT") == 2


def test_without_a_connection_it_is_safe_has_its_number_and_goes_by_itself(
    ready: Page, fake: FakeCity, axe: Axe
) -> None:
    ready.context.set_offline(True)
    send(ready)
    expect(said(ready)).to_have_text(SAVED)
    number = ready.locator("[name=reference]").input_value()
    panel = ready.locator("offline-form .panel")
    expect(panel.locator(".number")).to_have_text(f"{number[:3]} {number[3:6]} {number[6:9]} {number[9:]}")
    expect(panel).to_contain_text("You can close this page.")
    link = panel.get_by_role("link", name="My requests")
    expect(link).to_have_attribute("href", "/en/mine/")
    expect(ready.get_by_role("button", name="Try again")).to_be_focused()
    axe(ready)
    assert fake.count("PUT") == 0
    ready.context.set_offline(False)
    sent(ready)
    assert len(fake.reports) == 1


def test_leaving_is_not_questioned_and_the_report_goes_from_any_page(ready: Page, fake: FakeCity) -> None:
    ready.route("**/requests/*", lambda route: route.abort())
    send(ready)
    expect(said(ready)).to_have_text(SAVED)
    ready.get_by_role("link", name="All report types").click()
    expect(ready.get_by_role("heading", name="What do you want to report?")).to_be_visible()
    expect(ready.locator("sync-status")).to_contain_text("Reports that wait to be sent: 1.")
    ready.unroute("**/requests/*")
    connection_is_back(ready)
    Store(ready, fake).comes_to("done")
    expect(ready.locator("sync-status")).to_be_hidden()
    assert len(fake.reports) == 1


def test_the_server_says_how_long_to_wait(fresh_page: Page, fake: FakeCity) -> None:
    page = fresh_page
    page.clock.install()
    page.goto("/en/report/anywhere/")
    at_the_end(page)
    fake.faults["PUT"] = ["429 600"]
    send(page)
    expect(said(page)).to_have_text(BUSY)
    page.clock.fast_forward("09:30")
    connection_is_back(page)
    # A request that had left by now would be ahead of this one.
    page.evaluate("fetch('/places.json')")
    assert fake.count("PUT") == 1
    page.clock.fast_forward("00:40")
    sent(page)
    assert fake.count("PUT") == 2


def tried(store: Store, times: int) -> bool:
    return bool(store.only().get("tries") == times)


def test_it_waits_longer_each_time_but_never_for_ever(fresh_page: Page, fake: FakeCity) -> None:
    page = fresh_page
    page.clock.install(time=1_800_000_000)
    page.goto("/en/report/anywhere/")
    at_the_end(page)
    page.clock.pause_at(1_800_003_600)
    store = Store(page, fake)
    waits = []
    fake.faults["PUT"] = ["503"] * 10
    send(page)
    for number in range(1, 11):
        until(partial(tried, store, number))
        kept = store.only()
        waits.append((kept["next"] - page.evaluate("Date.now()")) / 1000)
        connection_is_back(page)
    sent(page)
    for number, wait in enumerate(waits, start=1):
        longest = min(300, 2**number)
        assert longest / 2 <= wait <= longest


def test_a_second_press_while_sending_does_nothing(ready: Page, fake: FakeCity) -> None:
    held: list[Route] = []
    ready.route("**/requests/*", lambda route: held.append(route))
    send(ready)
    expect(said(ready)).to_have_text("Sending your report…")
    send(ready)
    ready.get_by_role("button", name="Send report").press("Enter")
    assert len(held) == 1
    held[0].continue_()
    sent(ready)
    assert fake.count("PUT") == 1


def test_what_is_on_its_way_cannot_be_changed(ready: Page, fake: FakeCity, axe: Axe) -> None:
    held: list[Route] = []
    ready.route("**/requests/*", lambda route: held.append(route))
    send(ready)
    expect(said(ready)).to_have_text("Sending your report…")
    axe(ready)
    ready.get_by_role("button", name="Back").click()
    ready.get_by_role("link", name="Change Address").click()
    expect(ready.get_by_role("heading", name="Check and send")).to_be_visible()
    held[0].continue_()
    sent(ready)


# --- photos on a bad connection ---------------------------------------------------------------------------------------


def patched(fake: FakeCity) -> int:
    return sum(length for method, _, _, length in fake.seen if method == "PATCH")


def test_a_photo_cut_in_the_middle_goes_on_where_it_was(form: Form, fake: FakeCity, photo: Path) -> None:
    page = at_the_end(form("/en/report/anywhere/"), photo)
    fake.faults["PATCH"] = ["", "cut", "", "cut"]
    connection_comes_and_goes(page)
    send(page)
    sent(page)
    ((_, stored),) = fake.photos.items()
    assert bytes(stored) == photo.read_bytes()
    assert fake.count("PUT") == 1
    # Of each step that was cut at most that one step went twice.
    assert patched(fake) <= photo.stat().st_size + 2 * STEP


def test_the_servers_offset_wins(form: Form, fake: FakeCity, photo: Path) -> None:
    page = at_the_end(form("/en/report/anywhere/"), photo)
    sha256 = hashlib.sha256(photo.read_bytes()).hexdigest()
    fake.photos[sha256] = bytearray(photo.read_bytes()[:100_000])
    send(page)
    sent(page)
    assert bytes(fake.photos[sha256]) == photo.read_bytes()
    assert patched(fake) == photo.stat().st_size - 100_000


@pytest.mark.parametrize(
    "fault", ["500", "lose", "garble", "429", "portal", "portal 302", "portal 403", "portal 404"]
)
def test_a_step_that_fails_is_tried_again(form: Form, fake: FakeCity, photo: Path, fault: str) -> None:
    page = at_the_end(form("/en/report/anywhere/"), photo)
    fake.faults["PATCH"] = ["", fault]
    connection_comes_and_goes(page)
    send(page)
    sent(page)
    ((_, stored),) = fake.photos.items()
    assert bytes(stored) == photo.read_bytes()


@pytest.mark.parametrize("fault", ["500", "portal 302"])
def test_a_photo_that_cannot_be_asked_about_is_tried_again(
    form: Form, fake: FakeCity, photo: Path, fault: str
) -> None:
    page = at_the_end(form("/en/report/anywhere/"), photo)
    fake.faults["HEAD"] = [fault]
    send(page)
    expect(said(page)).to_contain_text("Photos that follow when there is a connection: 1.")
    sent(page)
    assert [bytes(stored) for stored in fake.photos.values()] == [photo.read_bytes()]


def test_a_no_without_words_is_nobodys(form: Form, fake: FakeCity, photo: Path) -> None:
    page = at_the_end(form("/en/report/anywhere/"), photo)
    # To HEAD a hotel and the city say no alike.
    fake.faults["HEAD"] = ['403 {"captive": true}']
    fake.faults["PATCH"] = ['403 {"captive": true}']
    send(page)
    expect(said(page)).to_contain_text("Photos that follow when there is a connection: 1.")
    sent(page)
    assert [bytes(stored) for stored in fake.photos.values()] == [photo.read_bytes()]


@pytest.mark.parametrize("fault", ['ours 413 {"error": "too_large", "message": "Too large."}', "refuse"])
def test_a_photo_the_city_refuses_does_not_stop_the_others(
    form: Form, fake: FakeCity, tmp_path: Path, photo: Path, fault: str
) -> None:
    other = unreadable(tmp_path / "two.heic", 5000)
    page = at_the_end(form("/en/report/anywhere/"), other, photo)
    fake.faults["PATCH"] = [fault]
    send(page)
    sent(page)
    # Either may have been the first on its way.
    whole = {photo.read_bytes(), other.read_bytes()}
    assert len(whole & {bytes(content) for content in fake.photos.values()}) == 1


OTHERS = [
    '200 {"ok": true, "state": "login"}',
    '200 {"state": "stored"}',
    '200 {"state": "stored", "id": "another", "sha256": "00"}',
    '200 {"state": "refused", "message": "Blocked"}',
    "200 {}",
    '401 {"error": "unauthorized", "message": "Authentication required"}',
    '403 {"error": "forbidden", "message": "Request blocked by firewall"}',
    '404 {"error": "not_found", "message": "no route"}',
    '410 {"error": "gone"}',
    '413 {"error": "too_large"}',
    '422 {"error": "invalid"}',
]


@pytest.mark.parametrize("fault", OTHERS)
def test_what_others_answer_to_a_photo_is_neither_a_yes_nor_a_no(
    form: Form, fake: FakeCity, photo: Path, fault: str
) -> None:
    page = at_the_end(form("/en/report/anywhere/"), photo)
    sha256 = hashlib.sha256(photo.read_bytes()).hexdigest()
    fake.faults["PATCH"] = [fault] * 99
    fake.faults["HEAD"] = [fault] * 99
    send(page)
    store = Store(page, fake)
    until(lambda: store.only().get("trouble") == "strange")
    kept = store.only()
    assert (kept["state"], kept["missing"], kept["refused"]) == ("accepted", [sha256], [])
    expect(said(page)).to_contain_text("Photos that follow when there is a connection: 1.")
    fake.faults.clear()
    sent(page)
    assert [bytes(stored) for stored in fake.photos.values()] == [photo.read_bytes()]


def test_a_report_that_the_city_does_not_know_any_more_goes_once_more_before_its_photos(
    form: Form, fake: FakeCity, photo: Path
) -> None:
    page = at_the_end(form("/en/report/anywhere/"), photo)
    report = page.locator("[name=id]").input_value()
    fake.faults["PATCH"] = ['ours 404 {"error": "not_found", "message": "There is nothing here."}']
    send(page)
    sent(page)
    assert fake.reports[report].puts == 2
    assert [bytes(stored) for stored in fake.photos.values()] == [photo.read_bytes()]


@pytest.mark.parametrize("offset", ["1", "65536", "216608", "99999999999", "-5", "1e3", "x"])
def test_a_wrong_offset_skips_no_bytes(form: Form, fake: FakeCity, photo: Path, offset: str) -> None:
    page = at_the_end(form("/en/report/anywhere/"), photo)
    # Somebody in between answers how far it has come, and then to the first step.
    asked: list[str] = []

    def lie(route: Route) -> None:
        asked.append(route.request.method)
        if asked.count(route.request.method) > 1:
            route.continue_()
        else:
            route.fulfill(status=200 if asked[-1] == "HEAD" else 204, headers={"Upload-Offset": offset})

    page.route("**/photos/*", lie)
    send(page)
    sent(page)
    assert [bytes(stored) for stored in fake.photos.values()] == [photo.read_bytes()]


def test_a_photo_that_is_whole_but_not_yet_judged_is_asked_after(
    form: Form, fake: FakeCity, photo: Path
) -> None:
    page = at_the_end(form("/en/report/anywhere/"), photo)
    fake.photos[hashlib.sha256(photo.read_bytes()).hexdigest()] = bytearray(photo.read_bytes())
    page.route("**/requests/*", lambda route: answer_with_missing(route, photo))
    send(page)
    sent(page)
    assert [length for method, _, _, length in fake.seen if method == "PATCH"] == [0]


def answer_with_missing(route: Route, photo: Path) -> None:
    """The photo's bytes are there, but the server has not looked at them yet."""
    answer = route.fetch()
    missing = [hashlib.sha256(photo.read_bytes()).hexdigest()]
    route.fulfill(response=answer, json={**answer.json(), "photos_missing": missing})


def test_the_same_photo_twice_goes_once(form: Form, fake: FakeCity, photo: Path) -> None:
    page = at_the_end(form("/en/report/anywhere/"), photo, photo)
    send(page)
    sent(page)
    assert patched(fake) == photo.stat().st_size


def test_when_photos_do_not_get_through_the_person_can_go_on(
    form: Form, fake: FakeCity, photo: Path, axe: Axe
) -> None:
    page = at_the_end(form("/en/report/anywhere/"), photo)
    fake.faults["PATCH"] = ["500"] * 99
    page.get_by_role("button", name="Send report").press("Enter")
    expect(said(page)).to_have_text(
        "The city has your report. Photos that follow when there is a connection: 1."
    )
    panel = page.locator("offline-form .panel")
    number = page.locator("[name=reference]").input_value()
    expect(panel.locator(".number")).to_have_text(f"{number[:3]} {number[3:6]} {number[6:9]} {number[9:]}")
    # The button is gone; whoever has pressed it is where it goes on.
    expect(panel.get_by_role("link", name="My requests")).to_be_focused()
    axe(page)
    # It goes on all the same.
    fake.faults.clear()
    sent(page)
    assert len(fake.photos) == 1


def test_photos_are_counted_while_they_are_sent(form: Form, tmp_path: Path, photo: Path, axe: Axe) -> None:
    page = at_the_end(form("/en/report/anywhere/"), photo, unreadable(tmp_path / "two.heic", 5000))
    held: list[Route] = []
    page.route("**/photos/*", lambda route: route.continue_() if held else held.append(route))
    send(page)
    expect(said(page)).to_have_text("The city has your report. Sending photo 1 of 2…")
    axe(page)
    held[0].continue_()
    sent(page)


# --- a clear no -------------------------------------------------------------------------------------------------------


def test_fields_the_server_refuses_open_their_step_with_everything_kept(
    ready: Page, fake: FakeCity, axe: Axe
) -> None:
    errors = [
        {"field": "lat", "message": "This place is outside Portland."},
        {"field": "email", "message": "Check the email address."},
    ]
    fake.faults["PUT"] = ["ours 422 " + json.dumps({"errors": errors})]
    send(ready)
    summary = ready.get_by_role("group", name="Please check the form")
    expect(summary).to_be_focused()
    expect(ready.get_by_role("heading", name="Where is it?")).to_be_visible()
    expect(summary.get_by_role("link")).to_have_text([error["message"] for error in errors])
    assert ready.title().startswith("Error: Where is it?")
    axe(ready)
    summary.get_by_role("link", name="outside").click()
    expect(ready.get_by_label("Address")).to_be_focused()
    expect(ready.get_by_label("Address")).to_have_accessible_description(
        re.compile("This place is outside Portland")
    )
    summary.get_by_role("link", name="email").click()
    expect(ready.get_by_label("E-mail")).to_be_focused()
    expect(ready.get_by_label("E-mail")).to_have_accessible_description("Error: Check the email address.")
    axe(ready)
    ready.get_by_label("E-mail").fill("ada@example.com")
    go_on(ready, 1)
    expect(ready.get_by_role("heading", name="Check and send")).to_be_visible()
    expect(said(ready)).to_have_text("")
    send(ready)
    sent(ready)
    (report,) = fake.reports.values()
    assert report.content["email"] == "ada@example.com"
    assert report.content["description"] == "Broken glass.\nA lot of it."


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ('ours 400 {"error": "no"}', "Your report has not been sent yet. Everything is still here."),
        ('ours 413 {"error": "too_large", "message": "This is too long."}', "This is too long."),
    ],
)
def test_a_no_that_names_no_field_loses_nothing_and_the_plain_form_is_tried_next(
    ready: Page, fake: FakeCity, fault: str, words: str, axe: Axe
) -> None:
    fake.faults["PUT"] = [fault]
    send(ready)
    expect(said(ready)).to_have_text(words)
    axe(ready)
    ready.get_by_role("button", name="Back").click()
    ready.get_by_role("button", name="Continue").click()
    ready.get_by_role("button", name="Try again").click()
    sent(ready)
    (form,) = fake.forms
    assert form["description"] == ["Broken glass.\r\nA lot of it."]


def test_other_content_under_a_number_that_is_taken_overwrites_nothing(ready: Page, fake: FakeCity) -> None:
    report_id = ready.locator("[name=id]").input_value()
    fake.reports[report_id] = Report("another digest", {"reference": "1"})
    send(ready)
    expect(said(ready)).to_have_text("This report was sent before.")
    assert fake.reports[report_id].content == {"reference": "1"}


# --- after sending ----------------------------------------------------------------------------------------------------


def test_the_page_after_sending_is_the_one_the_receipt_names(ready: Page, fake: FakeCity) -> None:
    fake.sent_url = "/en/requests/4829135570246/sent/abc/"
    send(ready)
    expect(ready).to_have_url(f"{fake.url}{fake.sent_url}")


def test_back_after_sending_gives_a_new_form(ready: Page, fake: FakeCity) -> None:
    first = ready.locator("[name=id]").input_value()
    send(ready)
    sent(ready)
    ready.go_back()
    expect(ready.locator(".progress")).to_be_visible()
    assert ready.locator("[name=id]").input_value() != first
    at_the_end(ready.goto("/en/report/anywhere/") and ready)  # type: ignore[arg-type]
    send(ready)
    sent(ready)
    assert len(fake.reports) == 2


# --- where it cannot work ---------------------------------------------------------------------------------------------


def test_leaving_is_questioned_while_the_phone_cannot_keep_what_is_unsent(
    fresh_page: Page, fake: FakeCity, axe: Axe
) -> None:
    page = fresh_page
    page.add_init_script("IDBFactory.prototype.open = () => { throw new Error('no'); };")
    page.goto("/en/report/anywhere/")
    at_the_end(page)
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    page.context.set_offline(True)
    send(page)
    expect(said(page)).to_have_text(
        "This phone cannot keep the report. Leave this page open until it is sent."
    )
    number = grouped(page.locator("[name=reference]").input_value())
    expect(page.get_by_text(f"Your reference number {number}")).to_be_visible()
    expect(page.get_by_text("You can close this page.")).to_be_hidden()
    axe(page)
    page.get_by_role("link", name="All report types").click()
    assert asked == ["beforeunload"]
    expect(said(page)).to_be_visible()
    page.context.set_offline(False)
    sent(page)
    assert asked == ["beforeunload"]
    assert len(fake.reports) == 1


def test_without_a_secure_context_the_plain_form_is_sent(page: Page, fake: FakeCity) -> None:
    page.goto(f"http://portal.example:{fake.port}/en/report/anywhere/")
    at_the_end(page)
    send(page)
    sent(page)
    assert fake.count("PUT") == 0
    assert fake.forms[0]["address_string"] == ["SE 34th and Hawthorne"]


def test_if_anything_breaks_the_plain_form_is_sent(ready: Page, fake: FakeCity) -> None:
    ready.evaluate("() => { crypto.subtle.digest = () => Promise.reject(new Error('no')); }")
    send(ready)
    sent(ready)
    assert len(fake.forms) == 1


def test_errors_of_the_plain_form_come_back_into_the_steps(page: Page, fake: FakeCity) -> None:
    fake.faults["POST"] = ["errors"]
    page.goto(f"http://portal.example:{fake.port}/en/report/everything/")
    page.get_by_label("Address").fill("SE 34th")
    describe(page, "Broken glass.")
    page.evaluate("document.querySelector('form').submit()")
    expect(page.locator("#errors")).to_be_focused()
    expect(page.locator(".progress")).to_have_text("Step 2 of 5")
    expect(page.get_by_label("Describe it")).to_have_value("Broken glass.")
    expect(page.get_by_label("Address")).to_have_value("SE 34th")
