"""What somebody with Orca hears who reports and follows: said, and said once. Run by `make test-screen-reader`."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, expect

from a11y_tests.desk.colleague import PASSWORD, Office
from a11y_tests.modules.fake_city import FakeCity
from a11y_tests.modules.test_long import fill
from a11y_tests.photos import payload, phone_photo
from a11y_tests.screen_reader.orca.visitor import Visitor, times
from a11y_tests.sending import send_report
from a11y_tests.server import Desk, PortalServer
from app.requests.statuses import Status

pytestmark = pytest.mark.timeout(300)
both = pytest.mark.parametrize("engine", ["chromium", "firefox"])

FORM = "/en/report/pothole/"
LATER = 20 * 60 * 1000
"""Milliseconds after which an open page has looked again."""


def place(visitor: Visitor) -> Locator:
    return visitor.page.get_by_label(re.compile("^Address, crossing or place"))


def button(visitor: Visitor, name: str) -> Locator:
    return visitor.page.get_by_role("button", name=re.compile("^" + name))


def go_on(visitor: Visitor, heading: str, step: int) -> None:
    """To the next step, which says once what it is and how far one has come."""
    visitor.press(button(visitor, "Continue"))
    said = visitor.hear(f"Step {step} of 5")
    assert times(f"{heading} heading level 2", said) == 1, said
    assert times(f"Step {step} of 5", said) == 1, said


def fill_in(visitor: Visitor) -> None:
    """With what is needed, up to the button that sends it."""
    visitor.open(FORM)
    visitor.write(place(visitor), "by the bus stop")
    go_on(visitor, "What is happening?", 2)
    visitor.reach(visitor.page.get_by_role("radio", name="Like a car tire"))
    visitor.desktop.keys("space")
    visitor.hear("selected")
    for step, heading in enumerate(("Photos", "How can we reach you?", "Check and send"), 3):
        go_on(visitor, heading, step)


@both
def test_a_report_is_sent(visitor: Visitor) -> None:
    fill_in(visitor)
    visitor.press(button(visitor, "Send report"))
    visitor.hear("Your report has arrived")


@both
def test_what_is_missing_is_said_and_leads_there(visitor: Visitor) -> None:
    missing = "Say where it is: write an address or a crossing, or choose the place on the map."
    visitor.open(FORM)
    visitor.press(button(visitor, "Continue"))
    assert times("Please check the form", visitor.hear("Please check the form")) == 1
    visitor.desktop.keys("Tab")
    visitor.hear(f"{missing} link")
    visitor.desktop.keys("Return")
    said = visitor.hear(f"Error: {missing}")
    assert times("Address, crossing or place", said) == 1, said
    # With Firefox, the field's description is read once more when its suggestions have come.
    assert times(missing, said) in (1, 2), said


def test_suggestions_are_counted_read_and_chosen(visitor: Visitor) -> None:
    visitor.open(FORM)
    visitor.reach(place(visitor))
    expect(visitor.page.locator("#places-found")).to_be_attached()
    visitor.desktop.type("Holgate")
    assert times("Places found: 8", visitor.hear("Places found: 8")) == 1
    visitor.desktop.keys("Down")
    assert times("Holgate Library", visitor.hear("Holgate Library")) == 1
    visitor.desktop.keys("Return")
    said = visitor.hear("The pin: Very close to Holgate Library")
    assert times("The pin:", said) == 1, said


@both
def test_the_pin_says_each_stop_once(visitor: Visitor) -> None:
    page = visitor.page
    visitor.open(FORM)
    visitor.press(button(visitor, "Show a map"))
    said = visitor.hear("Tap the map or move the pin")
    assert times("Tap the map", said) == 1, said
    # The pin moves into the map of tiles when that has come.
    expect(page.locator(".leaflet-marker-icon")).to_be_visible()
    pin = page.get_by_role("slider")
    visitor.desktop.hush()
    pin.focus()
    visitor.hear("Pin on the map. Arrow keys move it, with Shift further.")
    for key in ("Right", "shift+Up", "shift+Right", "shift+Down"):
        visitor.desktop.keys(key)
        said = visitor.hear("The pin:")
        assert times(pin.get_attribute("aria-valuetext") or "?", said) == 1, said
        assert times("The pin:", said) == 1, said
    visitor.press(button(visitor, "North"))
    said = visitor.hear("The pin:")
    assert times("The pin:", said) == 1, said
    visitor.press(button(visitor, "Remove the pin"))
    assert times("The pin is gone", visitor.hear("The pin is gone")) == 1
    visitor.press(button(visitor, "Hide the map"))
    assert times("The map is hidden", visitor.hear("The map is hidden")) == 1


def test_a_photo_is_said_when_it_is_added_and_when_it_is_gone(visitor: Visitor) -> None:
    page = visitor.page
    visitor.open(FORM)
    visitor.write(place(visitor), "by the bus stop")
    go_on(visitor, "What is happening?", 2)
    page.get_by_role("radio", name="Like a car tire").check()
    go_on(visitor, "Photos", 3)
    add = page.get_by_label("Add photos")
    add.focus()
    visitor.hear("We remove the hidden location data.")
    # The window that a browser opens for files belongs to the browser.
    add.set_input_files(payload(phone_photo(1600, 1200, place=False)))
    said = visitor.hear("Photo 1 added")
    assert times("Photo 1 added", said) == 1, said
    assert times("We remove the hidden location data", said) == 0, said
    visitor.press(button(visitor, "Remove photo 1"))
    said = visitor.hear("Photo removed. 0 left.")
    assert times("Photo removed", said) == 1, said


@both
def test_offline_and_back(visitor: Visitor) -> None:
    fill_in(visitor)
    visitor.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    visitor.page.context.set_offline(True)
    visitor.press(button(visitor, "Send report"))
    visitor.hear("Saved on this phone. It will be sent when there is a connection.")
    visitor.desktop.hush()
    visitor.page.context.set_offline(False)
    visitor.hear("Your report has arrived")


@both
def test_the_status_that_changes_is_said_once(visitor: Visitor, server: PortalServer, desk: Desk) -> None:
    sent = send_report(server)
    visitor.page.clock.install()
    visitor.open(sent.page)
    visitor.desktop.hush()
    desk.move(sent.reference, Status.IN_PROGRESS, "Crew 12 goes there today.")
    visitor.page.clock.fast_forward(LATER)
    assert visitor.hear("Being worked on") == ["This page has been updated. Status: Being worked on"]


def test_another_language_is_found_and_takes_the_page_there(visitor: Visitor) -> None:
    visitor.open(FORM)
    summary = visitor.page.locator("header summary")
    visitor.desktop.hush()
    summary.focus()
    visitor.hear("English Language toggle button collapsed")
    visitor.desktop.keys("Return")
    visitor.hear("expanded")
    spanish = visitor.page.get_by_role("link", name="Español")
    spanish.focus()
    visitor.hear("Español link")
    visitor.desktop.keys("Return")
    visitor.hear("¿Dónde está? – Paso 1 de 5 – Bache")


def test_a_wrong_number_is_told_at_its_field(visitor: Visitor) -> None:
    visitor.open("/en/requests/")
    visitor.write(visitor.page.get_by_role("textbox", name="Reference number"), "482 913 557 024")
    visitor.desktop.keys("Return")
    said = visitor.hear("Error: A reference number has 13 digits. This one has 12.")
    assert times("invalid entry", said) == 1, said


def test_a_comment_is_said_to_have_been_added(visitor: Visitor, server: PortalServer) -> None:
    visitor.open(send_report(server).private)
    visitor.write(visitor.page.get_by_role("textbox", name="Comment"), "It has grown.")
    visitor.press(button(visitor, "Add the comment"))
    said = visitor.hear("Your comment has been added.")
    # At once, and not after all of the page.
    assert any("Your comment has been added." in phrase for phrase in said[:6]), said


def test_signing_in_at_the_desk(visitor: Visitor, server: PortalServer) -> None:
    office = Office(server)
    email = office.account()
    office.close()
    visitor.open("/en/desk/")
    visitor.write(visitor.page.get_by_label("E-mail"), email)
    visitor.write(visitor.page.get_by_label("Password"), "a wrong password")
    visitor.desktop.keys("Return")
    said = visitor.hear("The email address or the password is wrong.")
    assert times("You are not signed in panel", said) == 1, said
    visitor.write(visitor.page.get_by_label("Password"), PASSWORD)
    visitor.desktop.keys("Return")
    visitor.hear("Reports – desk")


@pytest.fixture
def report_at_the_desk(visitor: Visitor, server: PortalServer, desk: Desk) -> str:
    """A report with words and a photo, which somebody who has signed in has open; its number."""
    sent = send_report(server, photos=(phone_photo(900, 600),))
    desk.stored(sent.reference)
    office = Office(server)
    email = office.account()
    office.close()
    visitor.page.goto("/en/desk/sign-in/")
    visitor.page.get_by_label("E-mail").fill(email)
    visitor.page.get_by_label("Password").fill(PASSWORD)
    visitor.page.get_by_role("button", name="Sign in").click()
    visitor.page.wait_for_url("**/en/desk/")
    visitor.page.goto(f"/en/desk/request/?ref={sent.reference}")
    expect(visitor.page.get_by_role("button", name="Hide all")).to_be_visible()
    visitor.page.bring_to_front()
    visitor.desktop.hush()
    return sent.reference


def decide(visitor: Visitor, tells: str) -> None:
    """Press the button that has the focus; it says once what that has done, and the focus stays."""
    before = visitor.page.evaluate_handle("document.activeElement")
    visitor.desktop.hush()
    visitor.desktop.keys("Return")
    said = visitor.hear(tells)
    assert times(tells, said) == 1, said
    assert visitor.page.evaluate("(before) => document.activeElement === before", before)


@both
def test_each_decision_at_the_desk_is_said(visitor: Visitor, report_at_the_desk: str) -> None:
    page = visitor.page
    said = visitor.tab_to(page.get_by_role("button", name="Show words and photos to everybody"))
    assert times("Not looked at yet. Nobody outside sees it.", said) in (1, 2), said
    decide(visitor, "Shown to everybody: Words · Photo 1")
    # A second press of somebody who is not sure is answered, and a third one, too.
    decide(visitor, "Nothing was changed.")
    decide(visitor, "Nothing was changed.")
    visitor.tab_to(page.get_by_role("button", name="Hide words"))
    decide(visitor, "Hidden from everybody: Words")
    said = visitor.tab_to(page.get_by_role("button", name="Hide this photo"))
    # Firefox says a description twice.
    assert times("A hole as wide as a car tire, full of water Everybody can see it.", said) in (1, 2), said
    decide(visitor, "Hidden from everybody: Photo 1")
    visitor.tab_to(page.get_by_role("button", name="Show this photo"), key="shift+Tab")
    decide(visitor, "Shown to everybody: Photo 1")


def test_what_a_colleague_decides_is_said(visitor: Visitor, desk: Desk, report_at_the_desk: str) -> None:
    visitor.desktop.hush()
    desk.hide(report_at_the_desk)
    said = visitor.hear("Just changed: Hidden from everybody: Words · Photo 1 (Robin).")
    assert times("Just changed", said) == 1, said


@pytest.fixture
def sixty(visitor: Visitor) -> Iterator[Visitor]:
    """Somebody with sixty reports on their phone, three of them of graffiti, before the list of them."""
    fake = FakeCity()
    visitor.page.route("**/requests/**", lambda route: route.abort())
    visitor.page.goto(f"{fake.url}/en/report/")
    fill(visitor.page, fake, *[{}] * 57, *[{"name": "Graffiti"}] * 3)
    visitor.open(f"{fake.url}/en/mine/")
    expect(visitor.page.get_by_role("searchbox")).to_be_visible()
    yield visitor
    visitor.page.goto("about:blank")
    fake.close()


@both
def test_the_search_in_my_requests_says_how_many_it_finds(sixty: Visitor) -> None:
    visitor = sixty
    visitor.tab_to(visitor.page.get_by_role("searchbox"))
    visitor.desktop.type("graffiti")
    said = visitor.hear("Reports found: 3.")
    assert times("Reports found:", said) == 1, said
    # As many as before, and said again: whoever hears nothing does not know whether it searches at all.
    visitor.desktop.keys("BackSpace")
    said = visitor.hear("Reports found: 3.")
    assert times("Reports found:", said) == 1, said
    visitor.desktop.type("x")
    visitor.hear("Reports found: 0.")
    visitor.desktop.keys("ctrl+a", "Delete")
    said = visitor.hear("Reports found: 60.")
    assert times("Reports found:", said) == 1, said


def test_more_of_my_requests_goes_on_with_the_first_new_one(sixty: Visitor) -> None:
    visitor = sixty
    more = visitor.page.get_by_role("button", name="Show more")
    visitor.page.locator("my-requests li").last.get_by_role("button").last.focus()
    said = visitor.tab_to(more)
    assert times("Show more (40) Sent", said) == 1, said
    visitor.desktop.keys("Return")
    said = visitor.hear("heading level 3")
    assert times("heading level 3", said) == 1, said


def test_deleting_asks_of_each_report_and_says_that_it_is_gone(sixty: Visitor) -> None:
    visitor = sixty
    # What was pressed once is called otherwise until something else is pressed.
    delete = visitor.page.get_by_role("button", name=re.compile("^Delete Anywhere")).first
    for _ in range(2):
        visitor.tab_to(delete)
        visitor.desktop.hush()
        visitor.desktop.keys("Return")
        visitor.hear("Press again to delete. It cannot be brought back.")
    visitor.desktop.keys("Return")
    visitor.hear("Deleted from this phone.")


def test_copying_the_number_is_said_each_time(visitor: Visitor, server: PortalServer) -> None:
    visitor.open(send_report(server).receipt)
    visitor.tab_to(button(visitor, "Copy the number"))
    for _ in range(3):
        visitor.desktop.hush()
        visitor.desktop.keys("Return")
        said = visitor.hear("Copied.")
        assert times("Copied.", said) == 1, said
