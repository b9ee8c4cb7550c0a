"""<my-requests>: all that this phone will send or has sent, in words, with what can be done about each."""

import json
import re
from base64 import b64decode
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, Route, expect

from a11y_tests.modules.conftest import Axe, Form, clean
from a11y_tests.modules.fake_city import FakeCity
from a11y_tests.modules.phone import (
    Store,
    add_photos,
    connection_is_back,
    describe,
    go_on,
    kept_as_draft,
    unreadable,
    until,
)
from app.reports.references import grouped

SMALL = {"width": 320, "height": 640}
STATES: list[tuple[dict[str, Any], str, str, list[str]]] = [
    ({"state": "draft"}, "Drafts", "Draft, not sent yet.", ["Continue", "Save a copy", "Delete"]),
    (
        {"state": "queued", "next": 9e15, "asked": True},
        "Not with the city yet",
        "Saved on this phone. It will be sent when there is a connection.",
        ["Try now", "Save a copy", "Delete"],
    ),
    (
        {"state": "queued", "next": 9e15, "asked": True, "tries": 3, "trouble": "strange"},
        "Not with the city yet",
        "Saved on this phone. This network may want you to sign in first. The report will be sent by itself.",
        ["Try now", "Save a copy", "Delete"],
    ),
    (
        {"state": "accepted", "missing": ["ab" * 32] * 2, "next": 9e15, "asked": True},
        "Not with the city yet",
        "The city has your report. Photos that follow when there is a connection: 2.",
        [
            *("Send the photos now", "Save a copy", "See the request", "Your private link"),
            *("Share the private link", "Delete"),
        ],
    ),
    (
        {"state": "attention", "errors": [{"field": "email", "message": "Check the email address."}]},
        "Not with the city yet",
        "Needs your attention: Check the email address.",
        ["Continue", "Save a copy", "Delete"],
    ),
    (
        {"state": "attention", "errors": [{"field": "", "message": ""}]},
        "Not with the city yet",
        "Needs your attention: The city could not take it. Open it, check it and send it again.",
        ["Continue", "Save a copy", "Delete"],
    ),
    (
        {"state": "done"},
        "Sent",
        "Sent, the city has it.",
        ["See the request", "Your private link", "Share the private link", "Delete"],
    ),
    (
        {"state": "done", "standing": "In progress", "refused": ["This is not a photo."]},
        "Sent",
        "Sent, but not with all photos. This is not a photo. The city says: In progress",
        ["See the request", "Your private link", "Share the private link", "Delete"],
    ),
]


@pytest.fixture
def mine(page: Page) -> Page:
    """The list of a phone that has nothing yet and cannot send."""
    page.route("**/requests/**", lambda route: route.abort())
    page.goto("/en/mine/")
    return page


def item(page: Page, report_id: str) -> Locator:
    """A report in the list."""
    return page.locator(f'[id="{report_id}"]')


def status(page: Page) -> Locator:
    """What the page says of what was done last."""
    return page.locator("my-requests [data-part=said]")


def has_focus(page: Page) -> bool:
    """Whether the focus is on something that can be seen."""
    there: bool = page.evaluate(
        "() => document.activeElement !== document.body && document.activeElement.offsetHeight > 0"
    )
    return there


# --- what is shown ----------------------------------------------------------------------------------------------------


def test_an_empty_list_says_so(mine: Page, axe: Axe) -> None:
    expect(mine.get_by_text("There is nothing here yet.")).to_be_visible()
    expect(mine.get_by_role("button", name="delete everything")).to_be_hidden()
    axe(mine)


@pytest.mark.parametrize(
    ("kept", "heading", "words", "controls"),
    STATES,
    ids=[f"{kept['state']}-{n}" for n, (kept, *_) in enumerate(STATES)],
)
def test_each_state_is_said_in_words_with_what_can_be_done(
    new_context: Callable[..., BrowserContext],
    fake: FakeCity,
    axe: Axe,
    kept: dict[str, Any],
    heading: str,
    words: str,
    controls: list[str],
) -> None:
    page = new_context(base_url=fake.url, viewport=SMALL).new_page()
    # The clock stands, so that nothing is due.
    page.clock.install()
    page.route("**/requests/**", lambda route: route.abort())
    with clean(page):
        page.goto("/en/report/")
        # A little ahead of now: further than we ever wait would be due.
        if "next" in kept:
            kept = {**kept, "next": page.evaluate("Date.now() + 1e6")}
        store = Store(page, fake)
        report = store.queue(place="Under the very long Sellwood–Moreland–Westmoreland viaduct", **kept)
        page.goto("/en/mine/")
        one = item(page, report)
        expect(one.locator("strong")).to_have_text(words)
        section = page.locator("section", has=page.get_by_role("heading", name=heading, exact=True))
        expect(section.locator("li")).to_have_count(1)
        expect(one.get_by_role("heading", name="Anywhere")).to_be_visible()
        expect(one).to_contain_text(f"Reference number {grouped(store.only()['reference'])}")
        shown = one.locator("[data-act]:visible")
        expect(shown.locator("[data-part=words]")).to_have_text(controls)
        # Whoever hears only the control knows which report it is about.
        for control in shown.all():
            expect(control).to_have_accessible_name(re.compile("Anywhere Under the very long"))
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "wider than the phone"
        axe(page)


def test_the_newest_stands_first(mine: Page, fake: FakeCity) -> None:
    store = Store(mine, fake)
    ids = [store.queue(state="done", age=age) for age in (3, 1, 2)]
    mine.reload()
    expect(mine.locator("my-requests li")).to_have_count(3)
    shown = [one.get_attribute("id") for one in mine.locator("my-requests li").all()]
    assert shown == [ids[1], ids[2], ids[0]]


def test_words_of_others_do_not_become_markup(mine: Page, fake: FakeCity) -> None:
    report = Store(mine, fake).queue(place="<img src=x onerror=alert(1)>", state="draft")
    expect(item(mine, report)).to_contain_text("<img src=x onerror=alert(1)>")


def test_it_says_how_long_the_browser_keeps_it(
    new_context: Callable[..., BrowserContext], fake: FakeCity
) -> None:
    page = new_context(base_url=fake.url).new_page()
    with clean(page):
        page.goto("/en/mine/")
        expect(page.get_by_text("This browser may delete what is here")).to_be_visible()
        page.add_init_script("StorageManager.prototype.persisted = () => Promise.resolve(true);")
        page.reload()
        expect(page.get_by_text("This browser has promised to keep what is here.")).to_be_visible()


# --- trying and continuing --------------------------------------------------------------------------------------------


def test_try_now_sends_and_the_focus_stays(page: Page, fake: FakeCity, axe: Axe) -> None:
    page.goto("/en/report/")
    report = Store(page, fake).queue(
        tries=5, trouble="busy", next=page.evaluate("Date.now() + 3e5"), asked=True
    )
    page.goto("/en/mine/")
    button = item(page, report).get_by_role("button", name="Try now")
    button.press("Enter")
    Store(page, fake).comes_to("done")
    expect(button).to_be_hidden()
    assert has_focus(page)
    axe(page)


def test_continue_opens_the_draft(form: Form, fake: FakeCity) -> None:
    page = form("/en/report/anywhere/")
    describe(page, "Broken")
    draft = kept_as_draft(page)
    page.goto("/en/mine/")
    item(page, draft).get_by_role("link", name="Continue").click()
    expect(page.get_by_label("Describe it")).to_have_value("Broken")
    expect(page.locator("[name=id]")).to_have_value(draft)


def test_a_shared_picture_without_a_type_goes_on_to_the_choice_of_one(mine: Page, fake: FakeCity) -> None:
    report = Store(mine, fake).queue(state="draft", code="", name="", place="")
    expect(item(mine, report).get_by_role("heading", name="Shared photo")).to_be_visible()
    expect(item(mine, report).get_by_role("link", name="Continue")).to_have_attribute(
        "href", f"/en/report/?draft={report}"
    )


@pytest.mark.parametrize("state", ["draft", "attention"])
def test_a_draft_of_a_withdrawn_type_goes_on_in_another_with_all_that_it_has(
    page: Page, fake: FakeCity, tmp_path: Path, axe: Axe, state: str
) -> None:
    page.goto("/en/report/")
    store = Store(page, fake)
    photo = unreadable(tmp_path / "one.heic", 3000).read_bytes()
    report = store.queue(
        photo,
        state=state,
        code="withdrawn",
        name="Old type",
        content={
            "address_string": "SE 34th",
            "description": "Broken",
            "email": "me@example.org",
            "attribute[X]": "y",
            "media_description": "A hole",
            "service_code": "withdrawn",
        },
        errors=[{"field": "", "message": "No."}] if state == "attention" else [],
    )
    page.goto("/en/mine/")
    one = item(page, report)
    expect(one).to_contain_text(
        "This type of report is no longer offered. Choose another one: what you wrote comes along."
    )
    axe(page)
    one.get_by_role("link", name="Continue").click()
    expect(page.get_by_role("heading", name="What do you want to report?")).to_be_visible()
    # Also if it is searched for; the answer comes from the server.
    expect(page.locator("form.search [name=draft]")).to_have_value(report)
    page.get_by_role("searchbox").fill("anywhere")
    page.get_by_role("button", name="Search").click()
    expect(page).to_have_url(re.compile("q=anywhere"))
    link = page.get_by_role("link", name=re.compile("^Anywhere")).first
    expect(link).to_have_attribute("href", re.compile(f"draft={report}"))
    link.click()
    expect(page.locator("[name=id]")).to_have_value(report)
    expect(page.get_by_label("Address")).to_have_value("SE 34th")
    expect(page.get_by_label("Describe it")).to_have_value("Broken")
    expect(page.locator("[name=email]")).to_have_value("me@example.org")
    kept_as_draft(page)
    kept = store.only()
    assert (kept["id"], kept["state"], kept["code"], kept["name"]) == (report, state, "anywhere", "Anywhere")
    assert "attribute[X]" not in kept["content"]
    assert store.photos(report) == [photo]
    assert kept["content"]["media_description"] == "A hole"


# --- deleting ---------------------------------------------------------------------------------------------------------


def test_deleting_is_asked_twice_and_takes_the_photos_along(
    mine: Page, fake: FakeCity, tmp_path: Path, axe: Axe
) -> None:
    store = Store(mine, fake)
    photo = unreadable(tmp_path / "one.heic", 3000).read_bytes()
    report, other = store.queue(photo), store.queue(photo, place="Elsewhere")
    item(mine, report).get_by_role("button", name="Delete").press("Enter")
    question = "Press again to delete. It cannot be brought back."
    expect(status(mine)).to_have_text(question)
    sure = item(mine, report).get_by_role("button", name=question)
    expect(sure).to_be_focused()
    axe(mine)
    assert set(store.reports()) == {report, other}
    sure.press("Enter")
    expect(item(mine, report)).to_have_count(0)
    expect(status(mine)).to_have_text("Deleted from this phone.")
    assert has_focus(mine)
    assert set(store.reports()) == {other}
    assert store.photos(report) == []
    assert store.photos(other) == [photo]
    axe(mine)


def test_a_second_press_elsewhere_deletes_nothing(mine: Page, fake: FakeCity) -> None:
    store = Store(mine, fake)
    first, second = store.queue(), store.queue(place="Elsewhere")
    item(mine, first).get_by_role("button", name="Delete").click()
    item(mine, second).get_by_role("button", name="Delete").click()
    expect(item(mine, first).get_by_role("button", name="Delete")).to_be_visible()
    mine.get_by_role("heading", name="My requests", level=1).click()
    item(mine, second).get_by_role("button", name="Delete").click()
    assert set(store.reports()) == {first, second}


def test_a_deleted_report_is_not_sent(page: Page, fake: FakeCity) -> None:
    page.route("**/requests/**", lambda route: route.abort())
    page.goto("/en/mine/")
    report = Store(page, fake).queue()
    for _ in range(2):
        item(page, report).locator("[data-act=delete]").click()
    expect(item(page, report)).to_have_count(0)
    page.unroute("**/requests/**")
    connection_is_back(page)
    # A request that had left by now would be ahead of this one.
    page.evaluate("fetch('/places.json')")
    assert fake.reports == {}


def test_when_all_is_sent_one_press_deletes_everything(mine: Page, fake: FakeCity, axe: Axe) -> None:
    store = Store(mine, fake)
    for _ in range(3):
        store.queue(state="done")
    mine.evaluate("async () => (await caches.open('seen')).put('/en/requests/1/', new Response('seen'))")
    mine.get_by_role("button", name="delete everything").press("Enter")
    expect(status(mine)).to_have_text(
        "Everything has been deleted from this phone. The city keeps what was sent."
    )
    expect(mine.get_by_text("There is nothing here yet.")).to_be_visible()
    assert has_focus(mine)
    assert store.reports() == {}
    assert mine.evaluate("caches.match('/en/requests/1/').then(Boolean)") is False
    axe(mine)


def test_while_something_is_unsent_deleting_everything_is_asked_twice(mine: Page, fake: FakeCity) -> None:
    store = Store(mine, fake)
    store.queue(state="done")
    store.queue(state="draft", place="A draft")
    store.queue(place="Elsewhere")
    mine.get_by_role("button", name="delete everything").click()
    question = "Not sent yet: 2. Press again to delete everything, also what was not sent."
    expect(status(mine)).to_have_text(question)
    assert len(store.reports()) == 3
    mine.get_by_role("button", name=question).click()
    expect(mine.get_by_text("There is nothing here yet.")).to_be_visible()
    assert store.reports() == {}


# --- taking it elsewhere ----------------------------------------------------------------------------------------------


def saved(page: Page, press: Locator) -> dict[str, Any]:
    """The file that a press of a button saves."""
    with page.expect_download() as download:
        press.click()
    assert download.value.suggested_filename.startswith("311-20")
    assert download.value.suggested_filename.endswith(".json")
    content: dict[str, Any] = json.loads(Path(download.value.path()).read_text())
    assert (content["format"], content["v"]) == ("city-311-reports", 1)
    return content


def test_a_copy_of_a_draft_holds_all_answers_and_photos(form: Form, fake: FakeCity, tmp_path: Path) -> None:
    page = form()
    page.get_by_label("Address").fill("SE 34th")
    page.evaluate("document.querySelector('place-picker').setPin([45.52, -122.66], 'map')")
    go_on(page, 1)
    page.get_by_label("Size 2").first.check()
    page.get_by_role("group", name="Which parts?").get_by_label("Size 1").check()
    page.get_by_role("group", name="Which parts?").get_by_label("Size 3").check()
    page.get_by_label("Which color?").select_option("Color 7")
    page.get_by_label("What is it called?").fill("Árbol <b>&")
    go_on(page, 1)
    photo = unreadable(tmp_path / "one.heic", 3000)
    add_photos(page, photo)
    # It is kept before anybody has said what it shows.
    draft = kept_as_draft(page)
    page.get_by_label("What does photo 1 show?").fill("A tree")
    kept_as_draft(page)
    page.goto("/en/mine/")
    (copy,) = saved(page, item(page, draft).get_by_role("button", name="Save a copy"))["reports"]
    expect(status(page)).to_have_text("A copy has been saved as a file.")
    body = json.loads(copy["body"])
    assert (copy["id"], copy["draft"], body["id"]) == (draft, True, draft)
    assert body["service_code"] == "everything"
    assert body["attribute[SIZE]"] == "s2"
    assert body["attribute[PARTS]"] == ["s1", "s3"]
    assert body["attribute[COLOR]"] == "c7"
    assert body["attribute[NAME]"] == "Árbol <b>&"
    assert (body["address_string"], body["lat"], body["long"]) == ("SE 34th", "45.520000", "-122.660000")
    (kept,) = copy["photos"]
    assert b64decode(kept["data"]) == photo.read_bytes()
    assert kept["description"] == "A tree"


def test_a_copy_of_a_report_holds_the_very_bytes_that_would_be_sent(
    mine: Page, fake: FakeCity, tmp_path: Path
) -> None:
    photos = [unreadable(tmp_path / f"{size}.heic", size).read_bytes() for size in (3000, 70_000)]
    report = Store(mine, fake).queue(*photos, place="Café ☕")
    (copy,) = saved(mine, item(mine, report).get_by_role("button", name="Save a copy"))["reports"]
    assert sha256(copy["body"].encode()).hexdigest() == copy["digest"]
    assert json.loads(copy["body"])["address_string"] == "Café ☕"
    assert copy["token"] == json.loads(copy["body"])["manage_token"]
    assert "draft" not in copy
    assert [b64decode(photo["data"]) for photo in copy["photos"]] == photos
    assert [photo["sha256"] for photo in copy["photos"]] == [sha256(photo).hexdigest() for photo in photos]


def test_one_copy_holds_all_that_was_not_sent(mine: Page, fake: FakeCity) -> None:
    store = Store(mine, fake)
    store.queue(state="done")
    unsent = {
        store.queue(),
        store.queue(state="draft"),
        store.queue(state="attention", errors=[{"field": "", "message": "No."}]),
    }
    copies = saved(mine, mine.get_by_role("button", name="Save a copy of all that was not sent"))["reports"]
    assert {copy["id"] for copy in copies} == unsent
    # A copy takes nothing away.
    assert len(store.reports()) == 4


def test_the_private_link_is_shared_or_copied(
    new_context: Callable[..., BrowserContext], fake: FakeCity
) -> None:
    page = new_context(base_url=fake.url, permissions=["clipboard-read", "clipboard-write"]).new_page()
    with clean(page):
        page.goto("/en/mine/")
        store = Store(page, fake)
        report = store.queue()
        connection_is_back(page)
        store.comes_to("done")
        kept = store.only()
        link = f"{fake.url}/en/requests/{kept['reference']}/manage/{kept['token']}/"
        expect(item(page, report).get_by_role("link", name="Your private link")).to_have_attribute(
            "href", link.removeprefix(fake.url)
        )
        page.evaluate("() => { navigator.share = undefined; }")
        item(page, report).get_by_role("button", name="Share the private link").click()
        expect(status(page)).to_have_text("The private link has been copied.")
        assert page.evaluate("navigator.clipboard.readText()") == link
        page.evaluate(
            "() => { navigator.share = async (shared) => (document.title = JSON.stringify(shared)); }"
        )
        item(page, report).get_by_role("button", name="Share the private link").click()
        expect(page).to_have_title(json.dumps({"title": "Anywhere", "url": link}, separators=(",", ":")))


# --- what the city says -----------------------------------------------------------------------------------------------


def test_what_has_become_of_requests_is_asked_and_kept(page: Page, fake: FakeCity) -> None:
    page.goto("/en/report/")
    store = Store(page, fake)
    reports = [store.queue(place=f"Place {n}") for n in range(3)]
    connection_is_back(page)
    store.comes_to("done", "done", "done")
    fake.asked.clear()
    fake.status = "In progress"
    page.goto("/en/mine/")
    for report in reports:
        expect(item(page, report)).to_contain_text("Sent. The city says: In progress")
    assert [set(asked) for asked in fake.asked] == [set(reports)]
    # Without a network the last that is known is shown.
    page.route("**/requests/**", lambda route: route.abort())
    page.goto("/en/mine/")
    for report in reports:
        expect(item(page, report)).to_contain_text("Sent. The city says: In progress")


def test_the_only_report_goes_again_at_once_if_the_city_has_lost_it(page: Page, fake: FakeCity) -> None:
    """It is asked about alone; nobody waits half a minute for the next try."""
    page.goto("/en/report/")
    store = Store(page, fake)
    report = store.queue()
    connection_is_back(page)
    store.comes_to("done")
    fake.reports.clear()
    held: list[Route] = []
    page.route("**/lost.js", lambda route: held.append(route))
    with page.expect_request("**/lost.js"):
        page.goto("/en/mine/")
    # What the page sends as it opens is over.
    page.evaluate("navigator.locks.request('outbox', () => true)")
    for one in held:
        one.continue_()
    until(lambda: report in fake.reports)
    store.comes_to("done")


def test_nobody_is_asked_about_a_report_that_has_no_address(page: Page, fake: FakeCity) -> None:
    page.goto("/en/report/")
    store = Store(page, fake)
    older = [store.queue(state="done", age=age, days=[]) for age in (2, 1)]
    newer = store.queue(state="done", days=[])
    store.run("await store.change(given, ({ submit, ...kept }) => kept)", newer)
    fake.asked.clear()
    page.goto("/en/mine/")
    until(lambda: fake.asked)
    assert [sorted(asked) for asked in fake.asked] == [sorted(older)]


@pytest.mark.parametrize("fault", ["405", "404", "hang-up"])
def test_a_portal_of_the_last_release_is_asked_one_by_one(page: Page, fake: FakeCity, fault: str) -> None:
    page.goto("/en/report/")
    store = Store(page, fake)
    reports = [store.queue(), store.queue()]
    connection_is_back(page)
    store.comes_to("done", "done")
    fake.status = "In progress"
    fake.faults["standing"] = [fault] * 9
    page.goto("/en/mine/")
    for report in reports:
        expect(item(page, report)).to_contain_text("Sent. The city says: In progress")


@pytest.mark.parametrize("fault", ["429 60", "503 60", "500"])
def test_a_city_that_is_busy_is_asked_no_more(page: Page, fake: FakeCity, fault: str) -> None:
    page.goto("/en/report/")
    store = Store(page, fake)
    report, _ = (store.queue(state="done", standing="In progress", place=place) for place in ("A", "B"))
    # The city has confirmed them, as far as this phone can ask.
    connection_is_back(page)
    until(lambda: all(one.get("days") for one in store.reports().values()))
    before = store.reports()
    fake.faults["standing"] = [fault] * 9
    page.goto("/en/mine/")
    until(lambda: fake.asked)
    page.evaluate("fetch('/places.json')")
    assert fake.count("GET", f"/requests/{report}") == 0
    assert len(fake.asked) == 1
    assert store.reports() == before


def test_what_the_city_keeps_no_longer_is_said_so_and_is_not_sent_again(
    page: Page, fake: FakeCity, tmp_path: Path, axe: Axe
) -> None:
    page.goto("/en/report/")
    store = Store(page, fake)
    report = store.queue(unreadable(tmp_path / "one.heic", 3000).read_bytes())
    connection_is_back(page)
    store.comes_to("done")
    puts = fake.count("PUT")
    fake.reports.clear()
    fake.gone.add(report)
    page.goto("/en/mine/")
    expect(item(page, report).locator("strong")).to_have_text("The city no longer keeps this report.")
    expect(item(page, report).locator("[data-act]:visible [data-part=words]")).to_have_text(["Delete"])
    axe(page)
    # Nothing is left that could be sent, whoever asks for it.
    assert store.only()["gone"] is True
    assert store.run("(await store.get(given)).body === undefined", report)
    assert store.photos(report) == []
    page.goto("/en/mine/")
    connection_is_back(page)
    expect(item(page, report).locator("strong")).to_have_text("The city no longer keeps this report.")
    assert fake.count("PUT") == puts
    assert fake.reports == {}
