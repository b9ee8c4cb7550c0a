"""<live-status>: the page of a request shows by itself what is new, without taking anybody's place away."""

from collections.abc import Callable
from math import inf

import pytest
from playwright.sync_api import Page, expect

from a11y_tests.modules.fake_city import FakeCity


@pytest.fixture
def watched(fresh_page: Page) -> Page:
    """The page of a request, on a clock that the test moves."""
    page = fresh_page
    page.clock.install()
    page.goto("/own/status/")
    page.evaluate("customElements.whenDefined('live-status')")
    return page


def looks(fake: FakeCity) -> int:
    return fake.count("GET", "/own/status/") - 1


def minute(page: Page, time: str = "01:01") -> None:
    """Let time pass; the request that this causes has been answered and dealt with afterwards."""
    with page.expect_response("**/own/status/"):
        page.clock.fast_forward(time)
    expect(page.locator("live-status")).not_to_have_js_property("due", inf)


def said(page: Page) -> str:
    return page.locator("[data-part=said]").inner_text()


def test_an_unchanged_page_stays_silent_and_costs_next_to_nothing(watched: Page, fake: FakeCity) -> None:
    minute(watched)
    minute(watched)
    assert looks(fake) == 2
    # Both were asked with the ETag and answered 304.
    assert all("if-none-match" in headers for _, path, headers, _ in fake.seen[-2:] if "status" in path)
    assert said(watched) == ""


def test_a_new_status_is_shown_and_said_once(
    watched: Page, fake: FakeCity, axe: Callable[[Page], None]
) -> None:
    fake.status = "In progress"
    minute(watched)
    expect(watched.locator("[data-part=said]")).to_have_text("The page has been updated: In progress")
    expect(watched.locator("ol")).to_contain_text("In progress")
    axe(watched)
    watched.evaluate("() => { document.querySelector('[data-part=said]').textContent = ''; }")
    minute(watched)
    assert said(watched) == ""


def test_the_focus_stays_where_it_is(watched: Page, fake: FakeCity) -> None:
    kept, replaced = watched.get_by_role("link", name="Somewhere"), watched.get_by_role("link", name="Photo")
    for number, link in enumerate((kept, replaced)):
        link.focus()
        fake.status = f"Step {number}"
        minute(watched)
        expect(watched.locator("strong")).to_have_text(fake.status)
        expect(link).to_be_focused()


def test_failures_are_silent_and_make_it_ask_less_often(watched: Page, fake: FakeCity) -> None:
    fake.faults["GET"] = ["503", "503"]
    minute(watched)
    watched.clock.fast_forward("01:01")
    watched.evaluate("fetch('/places.json')")
    assert looks(fake) == 1
    minute(watched)
    minute(watched, "04:01")
    assert looks(fake) == 3
    fake.status = "Done"
    minute(watched)
    expect(watched.locator("strong")).to_have_text("Done")
    assert said(watched) == "The page has been updated: Done"


def test_a_hidden_page_does_not_ask_until_it_is_seen_again(watched: Page, fake: FakeCity) -> None:
    watched.evaluate(
        """() => {
          Object.defineProperty(document, "visibilityState", { get: () => window.seen || "hidden" });
          document.dispatchEvent(new Event("visibilitychange"));
        }"""
    )
    watched.clock.fast_forward("30:00")
    watched.evaluate("fetch('/places.json')")
    assert looks(fake) == 0
    fake.status = "Done"
    with watched.expect_response("**/own/status/"):
        watched.evaluate(
            "() => { window.seen = 'visible'; document.dispatchEvent(new Event('visibilitychange')); }"
        )
    expect(watched.locator("strong")).to_have_text("Done")
