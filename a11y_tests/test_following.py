"""Following a request: what is new on an open page is shown and said; numbers are read with kindness."""

import pytest
from playwright.sync_api import expect

from a11y_tests.conftest import Contexts
from a11y_tests.languages import WALKED
from a11y_tests.page_rules import faults_of_focus
from a11y_tests.photos import phone_photo
from a11y_tests.resident import Resident
from a11y_tests.sending import send_report
from a11y_tests.server import Desk, PortalServer
from app.requests.statuses import Status

LATER = 20 * 60 * 1000
"""Milliseconds after which an open page has looked again, even if it has failed before."""


@pytest.mark.parametrize("locale", WALKED)
def test_an_open_page_shows_and_says_what_the_desk_has_done(
    new_context: Contexts, server: PortalServer, desk: Desk, locale: str
) -> None:
    sent = send_report(server, locale)
    resident = Resident(new_context(has_touch=False, locale=locale), locale, keyboard=True)
    page, t = resident.page, resident.t
    page.clock.install()
    page.goto(sent.page)
    expect(resident.status()).to_contain_text(t("Received"))
    resident.hands.reach(resident.link("Check another request"))

    desk.move(sent.reference, Status.IN_PROGRESS, "Crew 12 goes there today.")
    page.clock.fast_forward(LATER)
    expect(resident.status()).to_contain_text(t("Being worked on"))
    expect(page.get_by_role("listitem").filter(has_text="Crew 12 goes there today.")).to_have_count(1)
    # Said once, politely, and nobody is moved from where they are.
    expect(page.get_by_role("status")).to_contain_text(t("Being worked on"))
    expect(page.get_by_role("status")).to_have_attribute("role", "status")
    assert faults_of_focus(page) == []
    expect(resident.link("Check another request")).to_be_focused()
    resident.look()


def test_what_only_the_desk_may_read_is_neither_shown_nor_said(
    new_context: Contexts, server: PortalServer, desk: Desk
) -> None:
    sent = send_report(server)
    resident = Resident(new_context())
    resident.page.clock.install()
    resident.page.goto(sent.page)
    desk.note(sent.reference, "Ask the water bureau first.")
    with resident.page.expect_response(lambda answer: answer.url.endswith(sent.page)):
        resident.page.clock.fast_forward(LATER)
    expect(resident.page.get_by_text("Ask the water bureau first.")).to_have_count(0)
    expect(resident.page.get_by_role("status")).to_be_empty()


def test_a_page_that_was_open_offline_goes_on(
    new_context: Contexts, server: PortalServer, desk: Desk
) -> None:
    sent = send_report(server)
    context = new_context(forgiven=("net::ERR_INTERNET_DISCONNECTED", "fetching the script"))
    resident = Resident(context)
    resident.page.clock.install()
    resident.page.goto(sent.page)
    context.set_offline(True)
    with resident.page.expect_event("requestfailed"):
        resident.page.clock.fast_forward(LATER)
    desk.move(sent.reference, Status.FIXED)
    context.set_offline(False)
    resident.page.clock.fast_forward(LATER)
    expect(resident.status()).to_contain_text("Fixed")


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
@pytest.mark.parametrize("write", ["{} {} {} {}", "{}-{}-{}-{}", " #{}.{}.{}.{}. ", "No {}{}{}{}"])
def test_numbers_are_read_as_people_write_them(
    new_context: Contexts, server: PortalServer, write: str, script: bool
) -> None:
    sent = send_report(server)
    number = sent.reference
    resident = Resident(new_context(script=script), script=script)
    resident.page.goto("/en/requests/")
    typed = write.format(number[:3], number[3:6], number[6:9], number[9:])
    resident.page.get_by_role("textbox", name="Reference number").fill(typed)
    resident.button("Look up").click()
    expect(resident.heading("Pothole", 1)).to_be_visible()


def test_a_number_with_two_digits_swapped_is_not_another_request(
    new_context: Contexts, server: PortalServer
) -> None:
    sent = send_report(server)
    number = sent.reference
    at = next(i for i in range(len(number) - 1) if number[i] != number[i + 1])
    swapped = number[:at] + number[at + 1] + number[at] + number[at + 2 :]
    resident = Resident(new_context())
    resident.page.goto("/en/requests/")
    resident.page.get_by_role("textbox", name="Reference number").fill(swapped)
    resident.button("Look up").click()
    field = resident.page.get_by_role("textbox", name="Reference number")
    expect(field).to_be_focused()
    expect(field).to_have_value(swapped)
    expect(field).to_have_accessible_description(
        "13 digits, for example 482 913 557 0246. Spaces and dashes do not matter. "
        "Error: One digit seems to be wrong. Often two digits next to each other are swapped. "
        "Compare the number with your receipt."
    )


def test_a_photo_added_later_is_on_the_public_page_once_it_was_looked_at(
    new_context: Contexts, server: PortalServer, desk: Desk
) -> None:
    sent = send_report(server)
    resident = Resident(new_context(script=False), script=False)
    page = resident.page
    page.goto(sent.private)
    page.get_by_label("Photo", exact=True).set_input_files(
        {"name": "later.jpg", "mimeType": "image/jpeg", "buffer": phone_photo(900, 600)}
    )
    page.get_by_label("What does it show? For people who cannot see it.").fill(
        "The hole with a cone beside it"
    )
    resident.button("Send the photo").click()
    expect(page.get_by_text("Your photos have been added.")).to_be_visible()
    page.goto(sent.page)
    later = page.get_by_role("img", name="The hole with a cone beside it")
    expect(later).to_have_count(0)
    desk.look(sent.reference)
    page.reload()
    expect(later).to_be_visible()


def test_an_open_page_loses_what_the_desk_hides(
    new_context: Contexts, server: PortalServer, desk: Desk
) -> None:
    sent = send_report(server, photos=(phone_photo(900, 600),))
    desk.look(sent.reference)
    page = Resident(new_context()).page
    page.clock.install()
    page.goto(sent.page)
    main = page.get_by_role("main")
    expect(main).to_contain_text(sent.told.description)
    desk.hide(sent.reference)
    page.clock.fast_forward(LATER)
    expect(main).to_contain_text("The city does not show some of the words or photos.")
    expect(main).not_to_contain_text(sent.told.description)
    expect(main.get_by_role("img")).to_have_count(0)


def test_a_wrong_private_link_shows_and_changes_nothing(new_context: Contexts, server: PortalServer) -> None:
    sent, other = send_report(server), send_report(server)
    stolen = sent.private.replace(sent.reference, other.reference)
    resident = Resident(new_context(script=False), script=False)
    resident.page.goto(stolen)
    expect(resident.heading("This private link does not work", 1)).to_be_visible()
    for said in other.told.contact:
        assert said not in resident.page.content()
