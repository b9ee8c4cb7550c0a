"""The place of a report by device, by map and by photo, as the city gets it in the end."""

import re

import pytest
from playwright.sync_api import Locator, expect

from a11y_tests.conftest import Contexts
from a11y_tests.hands import Keyboard
from a11y_tests.page_rules import faults_of_focus
from a11y_tests.photos import CAMERA, LAT, LONG, payload, phone_photo
from a11y_tests.resident import Resident
from i18n.locales import LOCALES

HERE = {"latitude": LAT, "longitude": LONG, "accuracy": 12}


def at_the_place(resident: Resident) -> None:
    resident.open_form()


def send_from_the_place(resident: Resident) -> None:
    resident.go_on("What is happening?", 2)
    resident.say_what()
    resident.go_to_the_end(2)
    resident.send()


def place_shown(resident: Resident) -> Locator:
    """Where the request is, on the page that everybody sees."""
    resident.link("The page of your request").click()
    expect(resident.status()).to_be_visible()
    where = resident.page.get_by_role("term").get_by_text(resident.t("Where"), exact=True)
    return where.locator("xpath=following-sibling::dd")


@pytest.mark.parametrize("locale", LOCALES)
def test_the_device_says_where_it_is(new_context: Contexts, locale: str) -> None:
    context = new_context(geolocation=HERE, permissions=["geolocation"], locale=locale)
    resident = Resident(context, locale)
    at_the_place(resident)
    resident.button("Use my location").click()
    said = resident.page.locator("place-picker [role=status]")
    # In words, with how exact it is, from a place that people know.
    expect(said).to_contain_text(re.compile(r"\b40\b.*\b\w+"))
    expect(resident.button("Remove the pin")).to_be_visible()
    resident.look()
    send_from_the_place(resident)
    expect(place_shown(resident)).to_have_text(re.compile(r"\w{3,}"))
    resident.look()


def test_words_are_enough_when_the_device_does_not_tell(new_context: Contexts) -> None:
    resident = Resident(new_context())
    at_the_place(resident)
    resident.button("Use my location").click()
    denied = "Your phone did not share its location. Please write the place in words."
    expect(resident.page.locator("place-picker [role=status]")).to_have_text(denied)
    resident.say_where()
    send_from_the_place(resident)
    expect(place_shown(resident)).to_have_text(resident.told.address)


def test_the_pin_is_moved_with_the_keyboard(new_context: Contexts) -> None:
    resident = Resident(new_context(has_touch=False), keyboard=True)
    at_the_place(resident)
    page = resident.page
    resident.hands.press(page.get_by_role("button", name="Show a map"))
    pin = page.get_by_role("slider")
    expect(pin).to_be_visible()
    assert isinstance(resident.hands, Keyboard)
    page.keyboard.press("Tab")
    resident.hands.reach(pin)
    spoken = []
    for key in ("ArrowRight", "ArrowDown", "Shift+ArrowRight"):
        page.keyboard.press(key)
        assert faults_of_focus(page) == []
        spoken.append(pin.get_attribute("aria-valuetext"))
    assert len(set(spoken)) == 3, spoken
    assert all(spoken)
    expect(page.locator("place-picker").get_by_text(spoken[-1] or "", exact=True).first).to_be_visible()
    resident.look()
    send_from_the_place(resident)
    expect(place_shown(resident)).to_have_text(re.compile(r"\w{3,}"))


def test_a_photo_offers_its_place_and_keeps_it_to_itself_otherwise(new_context: Contexts) -> None:
    resident = Resident(new_context())
    resident.open_form()
    resident.say_where()
    resident.go_on("What is happening?", 2)
    resident.say_what()
    resident.go_on("Photos", 3)
    resident.add_photo(payload(phone_photo(1600, 1200)))
    offer = resident.page.locator(".offer")
    expect(offer.get_by_role("status")).to_contain_text(
        re.compile("^Your photo says it was taken .+ Use that as the place?")
    )
    resident.look()
    with resident.page.expect_request(lambda request: request.method == "PUT") as put:
        resident.button("No").click()
        resident.go_on("How can we reach you?", 4)
        resident.go_on("Check and send", 5)
        resident.send()
    sent = put.value.post_data_json
    assert "lat" not in sent
    assert "long" not in sent


def test_a_photo_s_place_is_taken_when_the_person_agrees(new_context: Contexts) -> None:
    resident = Resident(new_context())
    resident.open_form()
    resident.say_where()
    resident.go_on("What is happening?", 2)
    resident.say_what()
    resident.go_on("Photos", 3)
    resident.add_photo(payload(phone_photo(1600, 1200)))
    resident.button("Yes, use it").press("Enter")
    expect(resident.page.locator(".offer")).to_contain_text("The pin is")
    assert faults_of_focus(resident.page) == []
    resident.go_on("How can we reach you?", 4)
    resident.go_on("Check and send", 5)
    expect(resident.page.locator(".answers")).to_contain_text("Pin on the map")
    with resident.page.expect_request(lambda request: request.method == "PUT") as put:
        resident.send()
    sent = put.value.post_data_json
    assert (float(sent["lat"]), float(sent["long"])) == pytest.approx((LAT, LONG), abs=1e-4)
    assert sent["place_source"] == "photo"
    small = resident.page.request.get(
        resident.page.get_by_role("img", name=resident.told.shows).get_attribute("src") or ""
    )
    assert small.ok
    for secret in (b"Exif", b"GPS", CAMERA.encode()):
        assert secret not in small.body()
