"""<copy-text>: the number can be taken along."""

from collections.abc import Callable

from playwright.sync_api import BrowserContext, Page, expect

from a11y_tests.modules.fake_city import FakeCity
from a11y_tests.modules.phone import Store, until

NUMBER = "482 913 557 0246"


def test_the_number_is_copied_and_that_is_said(
    new_context: Callable[..., BrowserContext], fake: FakeCity, axe: Callable[[Page], None]
) -> None:
    context = new_context(base_url=fake.url, permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto("/own/receipt/")
    page.get_by_role("button", name="Copy").press("Enter")
    expect(page.get_by_role("status")).to_have_text("Copied.")
    assert page.evaluate("navigator.clipboard.readText()") == NUMBER
    expect(page.get_by_role("button", name="Copy")).to_be_focused()
    axe(page)


def test_the_page_after_sending_takes_no_report_off_whose_photos_have_not_arrived(
    page: Page, fake: FakeCity
) -> None:
    page.goto("/own/status/")
    store = Store(page, fake)
    number = NUMBER.replace(" ", "")
    states = ("accepted", "queued", "draft", "attention")
    reports = {
        store.queue(b"a photo", state=state, reference=number, agreed=False, next=9e15, asked=True): state
        for state in states
    }
    page.goto("/own/receipt/")
    then = {"accepted": "accepted", "queued": "queued", "draft": "done", "attention": "done"}
    until(
        lambda: (
            {id: kept["state"] for id, kept in store.reports().items()}
            == {id: then[reports[id]] for id in reports}
        )
    )


def test_where_nothing_can_be_copied_the_number_is_selected(page: Page) -> None:
    page.goto("/own/receipt/")
    page.evaluate(
        "() => { navigator.clipboard.writeText = () => Promise.reject(); document.execCommand = () => false; }"
    )
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_role("status")).to_have_text("The number is selected. Copy it as you usually do.")
    assert page.evaluate("String(getSelection()).trim()") == NUMBER


def test_print_prints(page: Page) -> None:
    page.goto("/own/receipt/")
    page.evaluate("() => { window.print = () => (document.title = 'printed'); }")
    page.get_by_role("button", name="Print").click()
    expect(page).to_have_title("printed")
