"""A long list in <my-requests>: a page at a time, searched, and how much of it has been sent."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from a11y_tests.modules.conftest import Axe, clean
from a11y_tests.modules.fake_city import FakeCity
from a11y_tests.modules.phone import Store, connection_is_back, until

_FILL = """await (async () => {
  for (const [n, values] of given.entries()) {
    const digits = String(n).padStart(4, "0");
    const id = `01890000-0000-7000-8000-00000000${digits}`;
    await store.change(id, () => ({
      id, reference: "482913557" + digits, token: "A".repeat(22), state: "done", locale: "en", code: "anywhere",
      name: "Anywhere", place: `Place ${n}`, changed: Date.now() - n * 1000, content: {}, ...values,
    }));
  }
})()"""


def fill(page: Page, fake: FakeCity, *reports: dict[str, Any]) -> list[str]:
    """Keep these on the phone, the first one as the newest; returns their ids."""
    Store(page, fake).run(_FILL, list(reports))
    return [f"01890000-0000-7000-8000-00000000{n:04}" for n in range(len(reports))]


@pytest.fixture
def phone(page: Page, fake: FakeCity) -> Page:
    """A phone that cannot send, with a page open that lists nothing."""
    page.route("**/requests/**", lambda route: route.abort())
    page.goto("/en/report/")
    return page


def items(page: Page) -> Locator:
    return page.locator("my-requests li")


def more(page: Page) -> Locator:
    return page.get_by_role("button", name="Show more")


def search(page: Page) -> Locator:
    return page.get_by_role("searchbox", name="Search by type, place, number or words")


def status(page: Page) -> Locator:
    return page.locator("my-requests [data-part=said]")


# --- pages ------------------------------------------------------------------------------------------------------------


def test_of_200_reports_twenty_are_shown_and_more_at_each_press(
    phone: Page, fake: FakeCity, axe: Axe
) -> None:
    fill(phone, fake, *[{}] * 200)
    phone.goto("/en/mine/")
    expect(items(phone)).to_have_count(20)
    expect(items(phone).first).to_contain_text("Place 0")
    button = more(phone)
    expect(button).to_have_accessible_name("Show more (180) Sent")
    assert phone.locator("button:visible, a.button:visible").count() <= 100
    assert phone.evaluate("document.documentElement.scrollHeight") < 12_000
    axe(phone)
    for shown in range(40, 201, 20):
        button.press("Enter")
        expect(items(phone)).to_have_count(shown)
        # On goes whoever reads or hears it, with the first one that is new.
        expect(items(phone).nth(shown - 20).get_by_role("heading")).to_be_focused()
    expect(button).to_be_hidden()
    places = items(phone).locator("[data-part=place]").all_inner_texts()
    assert places == [f"Place {n}" for n in range(200)]


def test_each_list_has_its_own_pages(phone: Page, fake: FakeCity) -> None:
    states = ["queued", "draft", "done"]
    later = phone.evaluate("Date.now() + 1e6")
    kept = [{"state": state, "next": later, "asked": True} for state in states for _ in range(25)]
    fill(phone, fake, *kept)
    phone.goto("/en/mine/")
    expect(items(phone)).to_have_count(60)
    expect(more(phone)).to_have_count(3)
    more(phone).nth(1).click()
    expect(items(phone)).to_have_count(65)
    expect(more(phone)).to_have_count(2)


def test_what_needs_somebody_stands_on_top(phone: Page, fake: FakeCity) -> None:
    later = phone.evaluate("Date.now() + 1e6")
    waiting = [{"state": "queued", "next": later, "asked": True}] * 30
    stuck = {"state": "attention", "errors": [{"field": "", "message": "Not this."}]}
    ids = fill(phone, fake, *waiting, stuck)
    phone.goto("/en/mine/")
    expect(items(phone)).to_have_count(20)
    expect(items(phone).first).to_contain_text("Needs your attention: Not this.")
    # What becomes stuck while somebody looks comes up, too.
    Store(phone, fake).set(ids[29], state="attention", errors=[{"field": "", "message": "Nor that."}])
    expect(items(phone).first).to_contain_text("Nor that.")
    expect(items(phone)).to_have_count(20)


def test_without_the_module_all_of_it_is_there(phone: Page, fake: FakeCity) -> None:
    fill(phone, fake, *[{}] * 45)
    fake.faults["static"] = ["long.js"]
    phone.goto("/en/mine/")
    expect(items(phone)).to_have_count(45)
    expect(more(phone)).to_have_count(0)
    expect(search(phone)).to_be_hidden()


def test_the_focus_stays_where_somebody_reads(phone: Page, fake: FakeCity) -> None:
    later = phone.evaluate("Date.now() + 1e6")
    sent = [{"changed": phone.evaluate("Date.now()")}] * 30
    waiting = [
        {"state": "queued", "next": later, "asked": True, "changed": 1000 * n} for n in (5, 4, 3, 2, 1)
    ]
    ids = fill(phone, fake, *sent, *waiting)
    phone.goto("/en/mine/")
    here = phone.locator(f'[id="{ids[-1]}"]')
    button = here.get_by_role("button", name="Save a copy")
    button.focus()
    store = Store(phone, fake)
    # Others go.
    store.set(ids[-2], state="done")
    expect(phone.locator(f'[id="{ids[-2]}"]')).to_have_count(0)
    expect(button).to_be_focused()
    # It is sent, and older than all that is shown: it stays in sight as long as somebody is there.
    store.set(ids[-1], state="done")
    expect(phone.locator("[data-list=done]").locator(f'[id="{ids[-1]}"]')).to_be_visible()
    expect(here.get_by_role("heading")).to_be_focused()
    expect(items(phone)).to_have_count(3 + 21)


# --- search -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("count", "there"), [(9, False), (10, True)])
def test_a_short_list_needs_no_search(phone: Page, fake: FakeCity, count: int, there: bool) -> None:
    fill(phone, fake, *[{}] * count)
    phone.goto("/en/mine/")
    expect(items(phone)).to_have_count(count)
    expect(search(phone)).to_be_visible(visible=there)


@pytest.mark.parametrize(
    "typed",
    [
        *("graffiti", "GRAFFITI  ", "cafe", "Café", "482 913 557 0030", "4829135570030", "0030"),
        *("purple dragon", "dragon café", "垃圾", "graf"),
    ],
)
def test_it_finds_by_type_place_number_and_words(phone: Page, fake: FakeCity, typed: str) -> None:
    kept: list[dict[str, Any]] = [{} for _ in range(60)]
    wanted = {
        "name": "Graffiti",
        "place": "Behind the Cafe\u0301 ☕",
        "content": {"description": "A purple dragon. 街上有垃圾"},
    }
    kept[30] = wanted
    ids = fill(phone, fake, *kept)
    phone.goto("/en/mine/")
    search(phone).fill(typed)
    expect(items(phone)).to_have_count(1)
    expect(items(phone)).to_have_attribute("id", ids[30])
    expect(status(phone)).to_have_text("Reports found: 1.")
    expect(search(phone)).to_be_focused()


def test_the_search_finds_in_all_states_and_pages_and_gives_everything_back(
    phone: Page, fake: FakeCity, axe: Axe
) -> None:
    kept = [
        {"state": "draft" if n % 2 else "done", "name": "Graffiti" if n < 60 else "Pothole"}
        for n in range(90)
    ]
    fill(phone, fake, *kept)
    phone.goto("/en/mine/")
    expect(items(phone)).to_have_count(40)
    search(phone).fill("graffiti")
    expect(status(phone)).to_have_text("Reports found: 60.")
    expect(items(phone)).to_have_count(40)
    more(phone).first.click()
    expect(items(phone)).to_have_count(50)
    search(phone).fill("no such thing")
    expect(status(phone)).to_have_text("Reports found: 0.")
    expect(items(phone)).to_have_count(0)
    expect(phone.get_by_text("There is nothing here yet.")).to_be_hidden()
    axe(phone)
    search(phone).fill("")
    expect(status(phone)).to_have_text("Reports found: 90.")
    expect(items(phone)).to_have_count(60)


def test_a_copy_of_all_is_of_all_whatever_is_shown(phone: Page, fake: FakeCity) -> None:
    ids = fill(phone, fake, *[{"state": "draft"}] * 30)
    phone.goto("/en/mine/")
    search(phone).fill("nothing like it")
    expect(items(phone)).to_have_count(0)
    with phone.expect_download() as download:
        phone.get_by_role("button", name="Save a copy of all that was not sent").click()
    assert all(one in download.value.path().read_text() for one in ids)
    wipe = phone.get_by_role("button", name="Someone else uses this phone")
    wipe.click()
    expect(status(phone)).to_have_text(re.compile("Not sent yet: 30."))


# --- progress ---------------------------------------------------------------------------------------------------------


def test_it_says_how_much_has_been_sent(
    new_context: Callable[..., BrowserContext], fake: FakeCity, axe: Axe
) -> None:
    page = new_context(base_url=fake.url).new_page()
    with clean(page):
        page.route("**/requests/**", lambda route: route.abort())
        page.goto("/en/report/")
        store = Store(page, fake)
        for n in range(30):
            store.queue(place=f"Place {n}")
        page.goto("/en/mine/")
        bar = page.get_by_role("progressbar", name="0 of 30 sent")
        expect(bar).to_be_visible()
        axe(page)
        page.unroute("**/requests/**")
        connection_is_back(page)
        done = page.get_by_role("progressbar", name="30 of 30 sent")
        expect(done).to_be_visible()
        expect(status(page)).to_have_text("30 of 30 sent")
        assert len(fake.reports) == 30
        expect(items(page)).to_have_count(20)


def test_what_is_stuck_is_not_counted_as_sent(phone: Page, fake: FakeCity) -> None:
    later = phone.evaluate("Date.now() + 1e6")
    ids = fill(phone, fake, *[{"state": "queued", "next": later, "asked": True}] * 12)
    phone.goto("/en/mine/")
    expect(phone.get_by_role("progressbar", name="0 of 12 sent")).to_be_visible()
    store = Store(phone, fake)
    for one in ids[1:]:
        store.set(one, state="done")
    store.set(ids[0], state="attention", errors=[{"field": "", "message": "No."}])
    expect(phone.get_by_role("progressbar", name="11 of 12 sent")).to_be_visible()
    expect(status(phone)).to_have_text("")


def test_nothing_is_counted_where_nothing_waits(phone: Page, fake: FakeCity) -> None:
    fill(phone, fake, *[{}] * 12)
    phone.goto("/en/mine/")
    expect(search(phone)).to_be_visible()
    expect(phone.get_by_role("progressbar")).to_have_count(0)
    assert until(lambda: items(phone).count()) == 12
