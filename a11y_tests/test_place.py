"""The place of a report by device, by map and by photo, as the city gets it in the end."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from a11y_tests.conftest import Contexts
from a11y_tests.engines import unanswered
from a11y_tests.languages import WALKED
from a11y_tests.page_rules import faults_of_focus
from a11y_tests.photos import CAMERA, LAT, LONG, payload, phone_photo
from a11y_tests.resident import Resident
from a11y_tests.sending import send_report
from a11y_tests.server import Desk, PortalServer

HERE = {"latitude": LAT, "longitude": LONG, "accuracy": 12}


def at_the_place(resident: Resident) -> None:
    resident.open_form()


def send_from_the_place(resident: Resident) -> None:
    resident.go_on("What is happening?", 2)
    resident.say_what()
    resident.go_to_the_end(2)
    resident.send()


def words(resident: Resident) -> Locator:
    """Where the pin is, in sight."""
    return resident.page.locator("[data-part=pin-words]")


def place_shown(resident: Resident) -> Locator:
    """Where the request is, on the page that everybody sees."""
    resident.link("The page of your request").click()
    expect(resident.status()).to_be_visible()
    where = resident.page.get_by_role("term").get_by_text(resident.t("Where"), exact=True)
    return where.locator("xpath=following-sibling::dd")


@pytest.mark.parametrize("locale", WALKED)
def test_the_device_says_where_it_is(new_context: Contexts, locale: str) -> None:
    context = new_context(geolocation=HERE, permissions=["geolocation"], locale=locale)
    resident = Resident(context, locale)
    at_the_place(resident)
    resident.button("Use my location").click()
    # In words, with how exact it is in feet and meters, from a place that people know.
    expect(words(resident)).to_contain_text(re.compile(r"\b40\b.*\b10\b.*\b\w+"))
    expect(resident.button("Remove the pin")).to_be_visible()
    resident.look()
    send_from_the_place(resident)
    expect(place_shown(resident)).to_have_text(re.compile(r"\w{3,}"))
    resident.look()


def test_words_are_enough_when_the_device_does_not_tell(new_context: Contexts, desk: Desk) -> None:
    resident = Resident(new_context())
    at_the_place(resident)
    resident.button("Use my location").click()
    denied = "Your phone did not share its location. Please write the place in words."
    expect(resident.page.locator("place-picker .place-status")).to_have_text(denied)
    resident.say_where()
    send_from_the_place(resident)
    desk.look(resident.reference)
    expect(place_shown(resident)).to_have_text(resident.told.address)


@pytest.mark.parametrize("keyboard", [False, True], ids=["finger", "keyboard"])
@pytest.mark.parametrize("locale", WALKED)
def test_a_suggestion_is_taken(new_context: Contexts, desk: Desk, locale: str, keyboard: bool) -> None:
    resident = Resident(new_context(has_touch=not keyboard, locale=locale), locale, keyboard=keyboard)
    page = resident.page
    at_the_place(resident)
    resident.hands.reach(resident.place())
    expect(page.locator("#places-found")).to_be_attached()
    page.keyboard.type("Holgate Libr")
    option = page.get_by_role("option", name=re.compile("^Holgate Library"))
    expect(option).to_be_visible()
    resident.look()
    if keyboard:
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
    else:
        option.tap()
    expect(resident.place()).to_have_value("Holgate Library")
    expect(words(resident)).to_contain_text("Holgate Library")
    resident.look()
    send_from_the_place(resident)
    assert desk.place(resident.reference) == ("found", pytest.approx(45.4904), pytest.approx(-122.5822))
    shown = place_shown(resident)
    expect(shown).to_have_text(resident.t("Very close to %(place)s", place="Holgate Library"))
    desk.look(resident.reference)
    resident.page.reload()
    expect(shown).to_have_text("Holgate Library")


def test_the_pin_is_moved_with_the_keyboard(new_context: Contexts) -> None:
    resident = Resident(new_context(has_touch=False), keyboard=True)
    at_the_place(resident)
    page = resident.page
    pin = resident.open_map()
    page.keyboard.press("Tab")
    resident.hands.reach(pin)
    spoken = []
    for key in ("Enter", "Shift+ArrowDown", "Shift+ArrowRight"):
        with page.expect_response("**/places/near.json*"):
            page.keyboard.press(key)
        assert faults_of_focus(page) == []
        # What is said is what is in sight.
        expect(pin).to_have_attribute("aria-valuetext", re.compile("^The pin: "))
        expect(pin).to_have_attribute("aria-valuetext", words(resident).inner_text())
        spoken.append(pin.get_attribute("aria-valuetext"))
    assert len(set(spoken)) == 3, spoken
    resident.look()
    send_from_the_place(resident)
    expect(place_shown(resident)).to_have_text(re.compile(r"\w{3,}"))


@pytest.mark.parametrize("touch", [False, True], ids=["mouse", "finger"])
def test_the_pin_is_put_on_the_map(new_context: Contexts, desk: Desk, touch: bool) -> None:
    resident = Resident(new_context(has_touch=touch, geolocation=HERE, permissions=["geolocation"]))
    at_the_place(resident)
    page = resident.page
    resident.button("Use my location").click()
    expect(words(resident)).to_be_visible()
    pin = resident.open_map()
    pin.scroll_into_view_if_needed()
    box = pin.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2 + 40, box["y"] + box["height"] - 60
    if touch:
        page.touchscreen.tap(x, y)
    else:
        page.mouse.click(x, y)
    expect(page.locator("[name=place_source]")).to_have_value("map")
    north, east = (float(page.locator(f"[name={name}]").input_value()) for name in ("lat", "long"))
    assert 0.0003 < north - LAT < 0.0013 and 0.0004 < east - LONG < 0.0015
    send_from_the_place(resident)
    assert desk.place(resident.reference) == ("map", pytest.approx(north), pytest.approx(east))


# --- without script -----------------------------------------------------------------------------------------


LIBRARY = "Holgate Library"


def asked_for_the_place(resident: Resident) -> Locator:
    """Send, and be asked which place is meant."""
    resident.open_form()
    resident.say_what()
    resident.hands.write(resident.place(), "holgate")
    resident.hands.press(resident.button("Send report"))
    expect(resident.heading("Which of these places do you mean?")).to_be_visible()
    resident.look()
    return resident.page.locator("#which-place")


@pytest.mark.parametrize("locale", WALKED)
def test_without_script_one_of_the_places_is_chosen(new_context: Contexts, desk: Desk, locale: str) -> None:
    # What a browser puts around a picture that it shows alone has styles that our policy forbids.
    context = new_context(script=False, locale=locale, forgiven=("Applying inline style",))
    resident = Resident(context, locale, script=False)
    drawn: list[str] = []
    resident.page.context.on("request", lambda one: drawn.append(one.url) if "/map/at/" in one.url else None)
    asked = asked_for_the_place(resident)
    resident.page.wait_for_load_state("networkidle")
    # A picture is there for whoever asks for it, and for nobody else.
    assert drawn == []
    show = asked.get_by_role("link", name=re.compile(re.escape(LIBRARY) + "$"))
    with resident.page.context.expect_page() as opened:
        show.first.click()
    expect(opened.value.locator("img")).to_have_js_property("naturalWidth", 360)
    assert len(set(drawn)) == 1
    opened.value.close()
    resident.choose_place(LIBRARY)
    resident.arrive()
    assert desk.place(resident.reference) == (
        "found",
        pytest.approx(45.4904, abs=0.001),
        pytest.approx(-122.5822, abs=0.001),
    )


def test_without_script_none_of_them_is_an_answer_too(new_context: Contexts, desk: Desk) -> None:
    resident = Resident(new_context(script=False), script=False)
    asked_for_the_place(resident)
    resident.choose_place()
    resident.arrive()
    assert desk.place(resident.reference) == ("words", None, None)


def test_without_script_nobody_has_to_answer(new_context: Contexts, desk: Desk) -> None:
    resident = Resident(new_context(script=False), script=False)
    asked = asked_for_the_place(resident)
    resident.hands.press(asked.get_by_role("button"))
    resident.arrive()
    assert desk.place(resident.reference) == ("words", None, None)


# --- small windows ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [320, 256], ids=["320 px", "400 % of 1024 px"])
def test_nothing_scrolls_sideways(new_context: Contexts, server: PortalServer, width: int) -> None:
    send_report(server, at=(LAT, LONG))
    resident = Resident(
        new_context(viewport={"width": width, "height": 256}, geolocation=HERE, permissions=["geolocation"])
    )
    page = resident.page
    at_the_place(resident)
    resident.button("Use my location").click()
    expect(resident.heading("Already reported near here", 3)).to_be_visible()
    resident.open_map()
    resident.place().focus()
    page.keyboard.type("holgate")
    expect(page.get_by_role("option").first).to_be_visible()
    resident.look()
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.fixture
def from_right_to_left(browser: Browser, tmp_path: Path) -> Iterator[Page]:
    """The form of a portal in the invented language that is written from right to left and is longer."""
    portal = PortalServer(tmp_path / "data", settings={"PORTAL_PSEUDO": "1"})
    portal.start()
    send_report(portal, at=(LAT, LONG))
    context = browser.new_context(
        base_url=portal.url,
        viewport={"width": 320, "height": 640},
        geolocation=HERE,
        permissions=["geolocation"],
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.goto("/ar-XB/report/pothole/")
    # As a link of the error summary opens it.
    page.locator("place-picker").dispatch_event("step-open")
    yield page
    context.close()
    portal.stop()


def test_it_is_whole_from_right_to_left(from_right_to_left: Page) -> None:
    page = from_right_to_left
    assert page.evaluate("document.dir") == "rtl"

    def check() -> None:
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        assert unanswered(page) == []

    page.locator("[data-part=locate]").click()
    expect(page.locator("[data-part=pin-words]")).to_be_visible()
    expect(page.locator(".panel [data-part=follow]")).to_be_visible()
    check()
    page.locator("[data-part=show-map]").click()
    expect(page.locator(".leaflet-tile-loaded").first).to_be_attached()
    check()
    page.locator("[name=address_string]").focus()
    expect(page.locator("#places-found")).to_be_attached()
    page.keyboard.type("holgate")
    expect(page.get_by_role("option").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    check()
    page.keyboard.press("Enter")
    expect(page.locator("[name=address_string]")).to_have_value("Holgate Library")
    check()


# --- photos -------------------------------------------------------------------------------------------------


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
        re.compile("^Where your photo was taken: .+ Use that as the place?")
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
    expect(resident.page.locator(".offer")).to_contain_text("The pin: ")
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
