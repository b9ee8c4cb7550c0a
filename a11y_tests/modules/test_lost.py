"""What the city has lost: a phone sends it again from any page, and believes nobody but the city."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from a11y_tests.modules.conftest import clean
from a11y_tests.modules.fake_city import FakeCity
from a11y_tests.modules.phone import Store, connection_is_back, unreadable, until
from app.routes import url

AT_ONCE = "Math.random = () => 0;"
"""All that is left to chance happens at once."""
DAY = 86_400_000


@pytest.fixture
def start(new_context: Callable[..., BrowserContext], fake: FakeCity) -> Any:
    """A phone with the list of types open, which asks without waiting."""
    page = new_context(base_url=fake.url).new_page()
    page.add_init_script(AT_ONCE)
    with clean(page):
        page.goto("/en/report/")
        yield page


def sent(page: Page, fake: FakeCity, *photos: bytes) -> tuple[Store, str]:
    """A report that the city has, and that nobody has asked about."""
    store = Store(page, fake)
    report = store.queue(*photos)
    connection_is_back(page)
    until(lambda: store.reports()[report]["state"] == "done")
    return store, report


def photo(folder: Path, size: int = 3000) -> bytes:
    return unreadable(folder / f"{size}.heic", size).read_bytes()


def test_any_page_brings_back_what_the_city_has_lost_with_its_photo(
    start: Page, fake: FakeCity, tmp_path: Path
) -> None:
    picture = photo(tmp_path)
    store, report = sent(start, fake, picture)
    store.set(report, agreed=True, refused=["Request blocked by firewall"], standing="In progress")
    fake.reports.clear()
    fake.photos.clear()
    start.reload()
    until(lambda: report in fake.reports)
    store.comes_to("done")
    assert [bytes(one) for one in fake.photos.values()] == [picture]
    assert fake.reports[report].puts == 1
    kept = store.only()
    # A yes to data that cost money, and what went wrong, were of the first time.
    assert (kept["agreed"], kept["refused"], kept["standing"]) == (False, [], "")


def test_it_is_asked_once_a_day_and_not_on_each_page(start: Page, fake: FakeCity) -> None:
    store, report = sent(start, fake)
    start.reload()
    until(lambda: store.only().get("looked"))
    assert fake.asked == [[report]]
    for _ in range(2):
        start.reload()
        expect(start.locator("sync-status")).to_be_hidden()
        start.evaluate(
            "async () => { await import(document.querySelector('script[type=module]').src); await fetch('/places.json'); }"
        )
    assert fake.asked == [[report]]
    store.set(report, looked=start.evaluate("Date.now()") - DAY - 1000)
    start.reload()
    until(lambda: len(fake.asked) == 2)
    # A clock that was ahead holds nothing up.
    until(lambda: abs(store.only()["looked"] - start.evaluate("Date.now()")) < DAY / 2)
    store.set(report, looked=start.evaluate("Date.now()") + 3 * DAY)
    start.reload()
    until(lambda: len(fake.asked) == 3)


def test_where_nothing_could_be_sent_again_nobody_asks_and_nothing_is_loaded(
    start: Page, fake: FakeCity
) -> None:
    store = Store(start, fake)
    old = store.queue(state="done", age=30)
    store.run("await store.change(given, (old) => ({ ...old, body: undefined }))", old)
    store.queue(state="draft")
    fake.seen.clear()
    start.reload()
    expect(start.locator("sync-status")).to_contain_text("Drafts: 1.")
    assert fake.count("GET", "/lost.js") == 0
    assert fake.asked == []


def test_many_are_asked_about_together_the_newest_first(start: Page, fake: FakeCity) -> None:
    store = Store(start, fake)
    reports = [store.queue(state="done", days=[], age=n / 100) for n in range(60)]
    start.reload()
    until(lambda: len(fake.reports) == 60)
    until(lambda: set(store.states()) == {"done"})
    assert fake.asked == [reports[:50], reports[50:]]
    assert {one.puts for one in fake.reports.values()} == {1}


def test_the_first_failure_is_the_last_try_on_a_page(start: Page, fake: FakeCity) -> None:
    store = Store(start, fake)
    reports = {store.queue(state="done", age=n / 100) for n in range(60)}
    fake.faults["standing"] = ["503 30"]
    start.reload()
    until(lambda: fake.asked)
    start.evaluate("fetch('/places.json')")
    assert len(fake.asked) == 1
    # The next page goes on.
    start.reload()
    until(lambda: set(fake.reports) == reports)


def answers(report: str, other: str) -> list[tuple[str, object]]:
    """What others say than the city."""
    lost = {"id": report, "error": "not_found"}
    return [
        ("nothing", []),
        ("one too many", [lost, lost]),
        ("without an id", [{"error": "not_found"}]),
        ("of another", [{"id": other, "error": "not_found"}]),
        ("in another form", lost),
        ("no more than null", [None]),
        ("another error", [{"id": report, "error": "forbidden"}]),
        ("the question again", [{"id": report, "token": "x"}]),
        ("words", "not_found"),
    ]


@pytest.mark.parametrize("n", range(9))
@pytest.mark.parametrize("status", [200, 404])
def test_only_the_citys_own_word_makes_a_report_go_again(
    start: Page, fake: FakeCity, n: int, status: int
) -> None:
    store, report = sent(start, fake)
    fake.reports.clear()
    name, answer = answers(report, "01890000-0000-7000-8000-000000000000")[n]
    start.route(f"**{url('standings')}", lambda route: route.fulfill(status=status, body=json.dumps(answer)))
    with start.expect_response(f"**{url('standings')}"):
        start.reload()
    start.evaluate("fetch('/places.json')")
    assert store.only()["state"] == "done", name
    assert fake.reports == {}, name


def test_a_photo_that_the_city_waits_for_is_sent_if_it_is_still_here(
    start: Page, fake: FakeCity, tmp_path: Path
) -> None:
    first, second = photo(tmp_path), photo(tmp_path, 4000)
    store, report = sent(start, fake, first, second)
    hashes = list(fake.photos)
    # One was told as sent and never came; the other one is not on the phone any more.
    fake.photos.clear()
    store.run(
        "await store.change(given, (old) => ({ ...old }), (await store.photosOf(given)).slice(0, 1))", report
    )
    start.reload()
    until(lambda: {name: bytes(one) for name, one in fake.photos.items()} == {hashes[0]: first})
    store.comes_to("done")


def test_on_a_costly_connection_photos_wait_for_a_new_yes(
    start: Page, fake: FakeCity, tmp_path: Path
) -> None:
    store, report = sent(start, fake, photo(tmp_path))
    store.set(report, agreed=True)
    fake.reports.clear()
    fake.photos.clear()
    start.add_init_script(
        "Object.defineProperty(navigator, 'connection', { value: { saveData: true, effectiveType: '4g' } });"
    )
    start.reload()
    until(lambda: report in fake.reports)
    store.comes_to("accepted")
    assert fake.photos == {}


def test_what_is_deleted_meanwhile_stays_deleted(start: Page, fake: FakeCity) -> None:
    store, report = sent(start, fake)
    fake.reports.clear()
    fake.faults["standing"] = ["slow"]
    start.reload()
    until(lambda: fake.asked)
    store.run("await store.change(given, () => null)", report)
    with start.expect_response(f"**{url('standings')}"):
        fake.slow.set()
    start.evaluate("fetch('/places.json')")
    assert store.reports() == {}
    assert fake.reports == {}


def test_two_tabs_send_it_once(start: Page, fake: FakeCity) -> None:
    store, report = sent(start, fake)
    fake.reports.clear()
    fake.faults["standing"] = ["slow", "slow"]
    start.reload()
    other = start.context.new_page()
    other.goto("/en/report/")
    until(lambda: len(fake.asked) == 2)
    fake.slow.set()
    until(lambda: report in fake.reports)
    store.comes_to("done")
    other.evaluate("fetch('/places.json')")
    assert fake.reports[report].puts == 1
