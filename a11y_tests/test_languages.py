"""Another language in the midst of a report: nothing that was typed is lost, with or without script."""

import re

from playwright.sync_api import Route, expect

from a11y_tests.conftest import Contexts
from a11y_tests.hands import Keyboard
from a11y_tests.photos import payload, phone_photo
from a11y_tests.resident import Resident

TYPED = "Deep hole by the bus stop"


def test_a_draft_comes_along_with_nothing_but_the_keyboard(new_context: Contexts) -> None:
    resident = Resident(new_context(has_touch=False), keyboard=True)
    page = resident.page
    resident.open_form()
    resident.place().fill(TYPED)
    expect(page.locator("[data-part=draft-note]")).to_have_text("Saved on this phone as a draft.")
    assert isinstance(resident.hands, Keyboard)
    box = page.locator(".languages summary")
    expect(page.locator(".languages a").first).to_be_hidden()
    resident.hands.reach(box)
    page.keyboard.press("Enter")
    resident.hands.press(page.get_by_role("link", name="Tiếng Việt", exact=True))
    expect(page).to_have_url(re.compile("/vi/report/pothole/"))
    expect(page.locator("#address_string")).to_have_value(TYPED)


def _as_where_scripts_are_off(route: Route) -> None:
    """Chromium parses a noscript as text also when a test has switched scripts off."""
    answer = route.fetch()
    route.fulfill(response=answer, body=answer.text().replace("noscript>", "div>"))


def test_without_script_the_list_sends_the_form_along(new_context: Contexts) -> None:
    resident = Resident(new_context(script=False), script=False)
    page = resident.page
    page.route("**/en/report/pothole/", _as_where_scripts_are_off)
    resident.open_form()
    page.unroute_all()
    page.locator("#description").fill(TYPED)
    page.locator("#media-1").set_input_files(payload(phone_photo(800, 600)))
    page.locator(".languages summary").click()
    expect(page.locator(".languages")).to_contain_text("What you typed comes along:")
    page.get_by_role("button", name="Español").click()
    expect(page.locator("html")).to_have_attribute("lang", "es")
    expect(page.locator("#description")).to_have_value(TYPED)
    expect(page.locator("#errors")).to_have_count(0)
    expect(page.locator("[data-part=kept] img")).to_be_visible()
