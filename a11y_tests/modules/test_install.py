"""<install-offer>: a quiet offer, where the browser makes one possible; nothing needs it."""

import pytest
from playwright.sync_api import Locator, Page, expect

from a11y_tests.modules.conftest import Axe

NO, YES = "No, thank you", "Put it there"


def offer(page: Page) -> Locator:
    """The offer, whether it can be seen or not."""
    return page.locator("install-offer")


def browser_offers(page: Page) -> bool:
    """The browser could put the portal on the home screen; returns whether it asks by itself."""
    asks: bool = page.evaluate(
        """() => {
          const event = new Event("beforeinstallprompt", { cancelable: true });
          event.prompt = () => (window.asked = (window.asked || 0) + 1);
          return window.dispatchEvent(event);
        }"""
    )
    return asks


def asked(page: Page) -> int:
    """How often the browser's own question was asked."""
    times: int = page.evaluate("window.asked || 0")
    return times


@pytest.fixture
def mine(page: Page) -> Page:
    """The page that bears the offer."""
    page.goto("/en/mine/")
    page.evaluate("customElements.whenDefined('install-offer')")
    return page


def test_where_the_browser_offers_nothing_nothing_is_seen(mine: Page) -> None:
    expect(mine.get_by_text("There is nothing here yet.")).to_be_visible()
    expect(offer(mine)).to_be_hidden()


def test_the_offer_is_quiet_and_the_browser_asks_only_when_it_is_wanted(mine: Page, axe: Axe) -> None:
    home = mine.get_by_role("link", name="Portland 311")
    home.focus()
    assert not browser_offers(mine)
    expect(offer(mine)).to_be_visible()
    expect(offer(mine).get_by_role("heading", name="On your home screen")).to_be_visible()
    # Nobody is interrupted: the focus stays, nothing speaks, nothing covers the page.
    expect(home).to_be_focused()
    expect(offer(mine).locator("[role=status], [role=alert], [aria-live], dialog")).to_have_count(0)
    assert asked(mine) == 0
    axe(mine)
    offer(mine).get_by_role("button", name=YES).click()
    assert asked(mine) == 1
    expect(offer(mine)).to_have_count(0)


def test_the_browser_asks_once_however_often_it_has_offered(mine: Page) -> None:
    for _ in range(3):
        browser_offers(mine)
    offer(mine).get_by_role("button", name=YES).click()
    assert asked(mine) == 1


@pytest.mark.parametrize("answer", [NO, YES])
def test_after_an_answer_it_is_never_made_again(mine: Page, answer: str) -> None:
    """Who says yes and then no to the browser has said no."""
    browser_offers(mine)
    offer(mine).get_by_role("button", name=answer).press("Enter")
    expect(offer(mine)).to_have_count(0)
    # Whoever has pressed it is not sent back to the top of the page.
    expect(mine.get_by_role("main")).to_be_focused()
    mine.reload()
    mine.evaluate("customElements.whenDefined('install-offer')")
    assert not browser_offers(mine)
    expect(offer(mine)).to_be_hidden()


def test_where_nothing_can_be_remembered_nothing_is_offered(page: Page) -> None:
    """An offer that comes again after each no would be worse than none."""
    page.add_init_script(
        "Object.defineProperty(window, 'localStorage', { get() { throw new Error('not allowed'); } });"
    )
    page.goto("/en/mine/")
    page.evaluate("customElements.whenDefined('install-offer')")
    assert not browser_offers(page)
    expect(offer(page)).to_be_hidden()
