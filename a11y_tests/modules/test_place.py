"""<place-picker>: the device's location, what is known of a spot and what a photo knows add to the place in words."""

from collections.abc import Callable
from random import Random

import pytest
from playwright.sync_api import BrowserContext, Geolocation, Page, expect

from a11y_tests.modules.conftest import Axe
from a11y_tests.modules.fake_city import FakeCity
from a11y_tests.modules.fake_places import AREAS, TOWNS
from a11y_tests.modules.phone import until
from a11y_tests.modules.place_step import (
    COSTLY,
    field,
    keep_atlas,
    open_place,
    pin,
    put_pin,
    said,
    words,
)
from app.places.points import Point, distance_to_boundary_m

Opened = Callable[..., Page]

# 120 meters north of Holgate Library, the town beside, and Seattle.
HOLGATE: Geolocation = {"latitude": 45.4915, "longitude": -122.5822, "accuracy": 12}
GRESHAM: Geolocation = {"latitude": 45.5, "longitude": -122.43, "accuracy": 12}
SEATTLE: Geolocation = {"latitude": 47.6, "longitude": -122.3, "accuracy": 12}
NOWHERE: Geolocation = {"latitude": 0, "longitude": 0, "accuracy": 12}

BY_THE_LIBRARY = "About 400 feet (120 meters) north of Holgate Library"
AREAS_THERE = "Neighborhood: Arleta. District: East End."


@pytest.fixture
def located(page: Page) -> Opened:
    """Opens the step for the place on a device that is somewhere, and that may or may not share where."""

    def open_step(where: Geolocation, *, allowed: bool = True) -> Page:
        page.context.set_geolocation(where)
        if allowed:
            page.context.grant_permissions(["geolocation"])
        return open_place(page)

    return open_step


def locate(page: Page) -> None:
    page.get_by_role("button", name="Use my location").click()


# --- the device ---------------------------------------------------------------------------------------------


def test_the_device_is_asked_only_on_press(located: Opened, axe: Axe) -> None:
    page = located(HOLGATE)
    assert pin(page) == ("", "", "", "")
    axe(page)
    field(page).fill("Behind the library")
    page.get_by_role("button", name="Use my location").press("Enter")
    sentence = f"Your location, exact to about 40 feet (10 meters): {BY_THE_LIBRARY}. {AREAS_THERE}"
    expect(words(page)).to_have_text(sentence)
    expect(said(page)).to_have_text(sentence)
    assert pin(page) == ("45.491500", "-122.582200", "device", "12")
    expect(field(page)).to_have_value("Behind the library")
    axe(page)


def test_no_device_is_more_exact_than_five_meters(located: Opened) -> None:
    page = located({**HOLGATE, "accuracy": 0})
    locate(page)
    expect(words(page)).to_contain_text("Your location, exact to about 20 feet (5 meters):")
    assert pin(page)[3] == "5"


def test_a_rough_location_says_so(located: Opened) -> None:
    page = located({**HOLGATE, "accuracy": 3200})
    locate(page)
    expect(words(page)).to_contain_text(
        "Your phone knows only roughly where you are, to about 2.0 miles (3.2 kilometers):"
    )
    expect(words(page)).to_contain_text("Please also write the place in words.")


def test_a_town_beside_is_named_with_whom_to_call(located: Opened, axe: Axe) -> None:
    page = located(GRESHAM)
    locate(page)
    expect(words(page)).to_contain_text("This place is in Gresham, which is not part of Portland.")
    call = page.get_by_role("link", name="Call 503-618-2626 (Gresham)")
    expect(call).to_have_attribute("href", "tel:+15036182626")
    # It is for the person to decide: nothing is refused.
    assert pin(page)[2] == "device"
    axe(page)
    page.context.set_geolocation(HOLGATE)
    locate(page)
    expect(words(page)).to_contain_text("Holgate Library")
    expect(page.locator("[data-part=call]")).to_be_hidden()


def test_far_away_is_said_at_once(located: Opened) -> None:
    page = located(SEATTLE)
    locate(page)
    expect(words(page)).to_contain_text("Latitude 47.60000, longitude -122.30000")
    expect(words(page)).to_contain_text("This place is outside of Portland.")
    expect(page.get_by_role("link", name="Call 503-823-4000 (Portland)")).to_be_visible()


def test_a_device_that_says_zero_does_not_know(located: Opened) -> None:
    page = located(NOWHERE)
    locate(page)
    expect(words(page)).to_contain_text("Your device did not say where you are.")


def test_a_device_that_does_not_share_is_no_dead_end(located: Opened, axe: Axe) -> None:
    page = located(HOLGATE, allowed=False)
    locate(page)
    expect(said(page)).to_have_text("Your phone did not share its location. Please write the place in words.")
    expect(said(page)).to_be_visible()
    assert pin(page) == ("", "", "", "")
    axe(page)


def test_a_device_that_does_not_know_is_no_dead_end(located: Opened) -> None:
    page = located(HOLGATE)
    page.evaluate(
        "() => { navigator.geolocation.getCurrentPosition = (_, fail) => fail({ code: 3, PERMISSION_DENIED: 1 }); }"
    )
    locate(page)
    expect(said(page)).to_have_text(
        "Your phone could not find its location. Please write the place in words."
    )


def test_without_geolocation_there_is_no_button(page: Page, fake: FakeCity) -> None:
    page.goto(f"http://portal.example:{fake.port}/en/report/anywhere/#step-place")
    expect(page.get_by_role("button", name="Show a map")).to_be_visible()
    expect(page.get_by_role("button", name="Use my location")).to_be_hidden()


def test_the_pin_can_be_removed_and_the_words_stay(located: Opened, axe: Axe) -> None:
    page = located(GRESHAM)
    field(page).fill("Behind the library")
    locate(page)
    page.get_by_role("button", name="Remove the pin").press("Enter")
    expect(said(page)).to_have_text("The pin is gone. Your words say the place.")
    expect(page.get_by_role("button", name="Show a map")).to_be_focused()
    expect(page.get_by_role("button", name="Remove the pin")).to_be_hidden()
    expect(words(page)).to_be_hidden()
    expect(page.locator("[data-part=call]")).to_be_hidden()
    assert pin(page) == ("", "", "", "")
    expect(field(page)).to_have_value("Behind the library")
    axe(page)


def test_the_check_page_says_where_the_pin_is(located: Opened) -> None:
    page = located(HOLGATE)
    locate(page)
    expect(words(page)).to_contain_text("Holgate Library")
    while not page.get_by_role("heading", name="Check and send").is_visible():
        page.get_by_role("button", name="Continue").click()
    row = page.locator("dl.answers > div", has_text="Pin on the map")
    expect(row.locator("dd").first).to_contain_text(BY_THE_LIBRARY)


def test_a_pin_that_comes_back_with_the_page_is_described_in_silence(page: Page) -> None:
    open_place(page)
    put_pin(page, 45.4915, -122.5822)
    page.evaluate("document.querySelector('offline-form').save()")
    expect(page.locator("[data-part=draft-note]")).to_have_text("Saved on this phone as a draft.")
    page.reload()
    expect(words(page)).to_have_text(f"The pin: {BY_THE_LIBRARY}. {AREAS_THERE}")
    expect(said(page)).to_be_empty()


# --- what is known of a spot --------------------------------------------------------------------------------


def test_an_older_answer_does_not_speak_for_a_newer_pin(page: Page, fake: FakeCity) -> None:
    open_place(page)
    fake.faults["near"] = ["slow"]
    page.evaluate(
        """() => {
          const picker = document.querySelector("place-picker");
          picker.setPin([45.5152, -122.6784], "device");
          window.first = picker.tell();
        }"""
    )
    # Two that are asked at once may arrive in another order.
    until(lambda: not fake.faults["near"])
    put_pin(page, 45.4915, -122.5822)
    fake.slow.set()
    assert page.evaluate("first") == ""
    expect(words(page)).to_contain_text("Holgate Library")


def test_a_server_in_trouble_leaves_it_to_the_phone(page: Page, fake: FakeCity) -> None:
    open_place(page)
    keep_atlas(page)
    fake.faults["near"] = ["500"]
    put_pin(page, 45.4915, -122.5822)
    expect(words(page)).to_have_text(f"The pin: {BY_THE_LIBRARY}. {AREAS_THERE}")


def test_nobody_waits_long_for_words(fresh_page: Page, fake: FakeCity) -> None:
    page = fresh_page
    page.clock.install()
    open_place(page)
    fake.faults["near"] = ["slow"]
    page.evaluate(
        """() => {
          const picker = document.querySelector("place-picker");
          picker.setPin([45.4915, -122.5822], "device");
          picker.tell();
        }"""
    )
    with page.expect_event("requestfailed", lambda request: "near.json" in request.url):
        page.clock.fast_forward(4000)
    expect(words(page)).to_have_text("The pin: Latitude 45.49150, longitude -122.58220.")
    fake.slow.set()


def test_without_a_network_and_without_known_places_the_location_is_taken_all_the_same(
    located: Opened,
) -> None:
    page = located(HOLGATE)
    page.route("**/places/near.json*", lambda route: route.abort())
    locate(page)
    expect(words(page)).to_contain_text("Latitude 45.49150, longitude -122.58220")
    assert pin(page)[2] == "device"


def test_the_phone_says_of_points_what_the_server_says(page: Page, fake: FakeCity) -> None:
    open_place(page)
    keep_atlas(page)
    chance = Random(311)
    points = [
        Point(lat=chance.uniform(45.42, 45.66), long=chance.uniform(-122.85, -122.38)) for _ in range(300)
    ]
    # In the areas, around known places, on them, and far from all.
    for south, west, north, east in [*AREAS["neighborhood"].values(), *TOWNS.values()]:
        points += [
            Point(lat=chance.uniform(south, north), long=chance.uniform(west, east)) for _ in range(50)
        ]
    for place in fake.places.known[:40]:
        points.append(Point(lat=place.lat, long=place.long))
        points.append(Point(lat=place.lat + chance.gauss(0, 0.002), long=place.long + chance.gauss(0, 0.002)))
    points.append(Point(lat=47.6, long=-122.3))
    spots = page.evaluate(
        """async (points) => {
          const picker = document.querySelector("place-picker");
          const atlas = await picker.atlas();
          return points.map((point) => atlas.spotAt(point, picker.dataset));
        }""",
        [[point.lat, point.long] for point in points],
    )
    compared = 0
    for point, spot in zip(points, spots, strict=True):
        there = fake.places.near(point)
        assert spot["words"] == there["words"], point
        # The server takes a rough outline for what it is; the phone has it even rougher.
        if distance_to_boundary_m(fake.city.boundary, point) > fake.city.boundary.outline.tolerance_m + 50:
            compared += 1
            known = {name: spot[name] for name in ("ours", "neighborhood", "district")}
            assert known == {name: there[name] for name in known}, point
            assert bool(spot["sentence"]) == (not spot["ours"])
    assert compared > 300


def test_known_places_come_when_the_page_is_at_rest_and_once(fresh_page: Page, fake: FakeCity) -> None:
    page = fresh_page
    page.clock.install()
    open_place(page)
    assert fake.count("GET", "offline.json") == 0
    with page.expect_response("**/places/offline.json"):
        page.clock.fast_forward(4000)
    until(lambda: page.evaluate("caches.match('/places/offline.json').then(Boolean)"))
    keep_atlas(page)
    assert fake.count("GET", "offline.json") == 1
    # When it is more than a week old, it is fetched again: the browser has let go of the answer by then, too.
    page.clock.set_fixed_time(page.evaluate("Date.now()") + 8 * 86_400_000)
    page.context.new_cdp_session(page).send("Network.clearBrowserCache")
    keep_atlas(page)
    assert fake.count("GET", "offline.json") == 2


def test_where_data_are_dear_nothing_comes_by_itself(
    new_context: Callable[..., BrowserContext], fake: FakeCity
) -> None:
    page = new_context(base_url=fake.url).new_page()
    page.add_init_script(COSTLY)
    page.clock.install()
    open_place(page)
    page.clock.fast_forward(60_000)
    assert page.evaluate("fetch('/map/layers.json').then((answer) => answer.ok)")
    assert fake.count("GET", "offline.json") == 0


# --- a photo ------------------------------------------------------------------------------------------------


def show_photo(page: Page, lat: float, long: float) -> None:
    """As if a photo had been added that was taken there."""
    page.evaluate(
        """([lat, long]) => document.querySelector("photo-input").dispatchEvent(
          new CustomEvent("photo-location", { bubbles: true, detail: [lat, long] }))""",
        [lat, long],
    )


def to_photos(page: Page) -> None:
    while not page.get_by_role("heading", name="Photos", exact=True).is_visible():
        page.get_by_role("button", name="Continue").click()


def test_a_photo_of_the_city_is_offered(page: Page, axe: Axe) -> None:
    open_place(page)
    to_photos(page)
    show_photo(page, 45.4915, -122.5822)
    question = page.locator(".offer [role=status]")
    expect(question).to_have_text(f"Where your photo was taken: {BY_THE_LIBRARY}. Use that as the place?")
    assert pin(page)[0] == ""
    axe(page)
    page.get_by_role("button", name="Yes, use it").press("Enter")
    expect(question).to_be_focused()
    expect(question).to_have_text(f"The pin: {BY_THE_LIBRARY}.")
    assert pin(page) == ("45.491500", "-122.582200", "photo", "")


@pytest.mark.parametrize("place", [SEATTLE, GRESHAM])
def test_a_photo_from_elsewhere_is_nobodys_question(page: Page, place: Geolocation) -> None:
    open_place(page)
    to_photos(page)
    with page.expect_response("**/places/near.json*") as answer:
        show_photo(page, place["latitude"], place["longitude"])
    assert answer.value.json()["ours"] is False
    # A second photo is from here: its question shows that the first had its chance.
    show_photo(page, 45.4915, -122.5822)
    expect(page.locator(".offer")).to_have_count(1)
    expect(page.locator(".offer")).to_contain_text("Holgate Library")
