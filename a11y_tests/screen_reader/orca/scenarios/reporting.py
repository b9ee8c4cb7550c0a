"""What somebody with Orca hears who reports: said, and said once."""

import pytest
from playwright.sync_api import expect

from a11y_tests.photos import payload, phone_photo
from a11y_tests.screen_reader.orca.report import FORM, QUESTION, fill_in, go_on, place, say_what, say_where
from a11y_tests.screen_reader.orca.visitor import Visitor, button, times

pytestmark = [pytest.mark.timeout(300), pytest.mark.parametrize("engine", ["chromium", "firefox"])]


def test_a_report_is_sent(visitor: Visitor) -> None:
    fill_in(visitor)
    visitor.use(button(visitor, "Send report"), until="Your report has arrived")


def test_a_question_is_spoken_before_its_answers(visitor: Visitor) -> None:
    say_where(visitor)
    say_what(visitor)
    said = visitor.key("Tab", until="check box not checked")
    assert times("Where in the street is it? (optional) panel", said) == 1, said
    # What counts for all of the answers is said with the first.
    assert times("Choose all that fit.", visitor.desktop.rest() + said) == 1, said
    said = visitor.key("shift+Tab", until="selected radio button")
    assert times(QUESTION, said) == 1, said
    # The step is shown a second time.
    go_on(visitor, "Photos", 3)
    visitor.use(button(visitor, "Back"), until="What is happening? heading level 2")
    said = visitor.key("Tab", until="selected radio button")
    assert times(QUESTION, said) == 1, said


def test_what_is_missing_is_said_and_leads_there(visitor: Visitor) -> None:
    missing = "Say where it is: write an address or a crossing, or choose the place on the map."
    visitor.open(FORM)
    said = visitor.use(button(visitor, "Continue"), until="Please check the form")
    assert times("Please check the form", said) == 1
    visitor.key("Tab", until=f"{missing} link")
    said = visitor.key("Return", until=f"Error: {missing}")
    assert times("Address, crossing or place", said) == 1, said
    # With Firefox, the field's description is read once more when its suggestions have come.
    assert times(missing, said) in (1, 2), said


def test_each_line_of_what_is_missing_leads_to_its_field(visitor: Visitor) -> None:
    say_where(visitor)
    visitor.use(button(visitor, "Continue"), until="Please check the form")
    visitor.key("Tab", until="Choose an answer: How big is the hole? link")
    said = visitor.key("Return", until="Error: Choose an answer: How big is the hole?")
    assert times(QUESTION, said) == 1, said
    visitor.key("space", until="selected")
    go_on(visitor, "Photos", 3)


def test_suggestions_are_counted_read_and_chosen(visitor: Visitor) -> None:
    visitor.open(FORM)
    visitor.tab_to(place(visitor))
    expect(visitor.page.locator("#places-found")).to_be_attached()
    visitor.type("Holgate")
    assert times("Places found: 8", visitor.hear("Places found: 8")) == 1
    assert times("Holgate Library", visitor.key("Down", until="Holgate Library")) == 1
    said = visitor.key("Return", until="The pin: Very close to Holgate Library")
    assert times("The pin:", said) == 1, said


def test_the_pin_says_each_stop_once(visitor: Visitor) -> None:
    page = visitor.page
    visitor.open(FORM)
    said = visitor.use(button(visitor, "Show a map"), until="Tap the map or move the pin")
    assert times("Tap the map", said) == 1, said
    # The pin moves into the map of tiles when that has come.
    expect(page.locator(".leaflet-marker-icon")).to_be_visible()
    pin = page.get_by_role("slider")
    said = visitor.tab_to(pin)
    assert times("Pin on the map. Arrow keys move it, with Shift further.", said) == 1, said
    for key in ("Right", "shift+Up", "shift+Right", "shift+Down"):
        said = visitor.key(key, until="The pin:")
        assert times(pin.get_attribute("aria-valuetext") or "?", said) == 1, said
        assert times("The pin:", said) == 1, said
    said = visitor.use(button(visitor, "North"), until="The pin:")
    assert times("The pin:", said) == 1, said
    said = visitor.use(button(visitor, "Remove the pin"), until="The pin is gone", key="shift+Tab")
    assert times("The pin is gone", said) == 1, said
    said = visitor.use(button(visitor, "Hide the map"), until="The map is hidden", key="shift+Tab")
    assert times("The map is hidden", said) == 1, said


def test_a_photo_is_said_when_it_is_added_and_when_it_is_gone(visitor: Visitor) -> None:
    say_where(visitor)
    say_what(visitor)
    go_on(visitor, "Photos", 3)
    add = visitor.page.get_by_label("Add photos")
    said = visitor.tab_to(add)
    assert times("We remove the hidden location data.", said) >= 1, said
    # The window that a browser opens for files belongs to the browser.
    add.set_input_files(payload(phone_photo(1600, 1200, place=False)))
    said = visitor.hear("Photo 1 added")
    assert times("Photo 1 added", said) == 1, said
    assert times("We remove the hidden location data", said) == 0, said
    said = visitor.use(button(visitor, "Remove photo 1"), until="Photo removed. 0 left.")
    assert times("Photo removed", said) == 1, said


def test_offline_and_back(visitor: Visitor) -> None:
    fill_in(visitor)
    visitor.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    visitor.page.context.set_offline(True)
    visitor.use(
        button(visitor, "Send report"),
        until="Saved on this phone. It will be sent when there is a connection.",
    )
    visitor.page.context.set_offline(False)
    visitor.hear("Your report has arrived")


def test_another_language_is_found_and_takes_the_page_there(visitor: Visitor) -> None:
    visitor.open(FORM)
    said = visitor.tab_to(visitor.page.locator("header summary"))
    assert times("English Language", said) == 1, said
    visitor.key("Return", until="expanded")
    said = visitor.tab_to(visitor.page.get_by_role("link", name="Español"))
    assert times("Español link", said) == 1, said
    visitor.key("Return", until="¿Dónde está? – Paso 1 de 5 – Bache")
