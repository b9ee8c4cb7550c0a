"""<place-picker>: the device's location and the map add to the place in words, and never take anything away."""

from collections.abc import Callable
from random import Random

import pytest
from playwright.sync_api import Geolocation, Locator, Page, expect

from a11y_tests.modules.fake_city import FakeCity
from app.domain.places import Point, contains, nearest_place

AXE = Callable[[Page], None]
Opened = Callable[..., Page]

# 120 meters north of Holgate Library, and Seattle.
HOLGATE: Geolocation = {"latitude": 45.4915, "longitude": -122.5822, "accuracy": 12}
SEATTLE: Geolocation = {"latitude": 47.6, "longitude": -122.3, "accuracy": 12}


@pytest.fixture
def located(page: Page) -> Opened:
    """Opens the step for the place on a device that is somewhere, and that may or may not share where."""

    def open_step(where: Geolocation, *, allowed: bool = True) -> Page:
        page.context.set_geolocation(where)
        if allowed:
            page.context.grant_permissions(["geolocation"])
        page.goto("/en/report/anywhere/")
        return page

    return open_step


def pin(page: Page) -> tuple[str, ...]:
    return tuple(
        page.locator(f"[name={name}]").input_value() for name in ("lat", "long", "place_source", "accuracy_m")
    )


def said(page: Page) -> Locator:
    return page.locator(".place-status")


def test_the_device_is_asked_only_on_press(located: Opened, axe: AXE) -> None:
    page = located(HOLGATE)
    assert pin(page) == ("", "", "", "")
    axe(page)
    page.get_by_label("Address").fill("Behind the library")
    page.get_by_role("button", name="Use my location").press("Enter")
    expect(said(page)).to_have_text(
        "Your location, exact to about 40 feet: about 400 feet north of Holgate Library."
    )
    expect(page.locator("[data-part=pin-words]")).to_have_text(said(page).inner_text())
    assert pin(page) == ("45.491500", "-122.582200", "device", "12")
    expect(page.get_by_label("Address")).to_have_value("Behind the library")
    axe(page)


def test_a_rough_location_says_so(located: Opened) -> None:
    page = located({**HOLGATE, "accuracy": 3200})
    page.get_by_role("button", name="Use my location").click()
    expect(said(page)).to_contain_text("Your phone knows only roughly where you are, to about 2.0 miles")
    expect(said(page)).to_contain_text("Please also write the place in words.")


def test_outside_the_city_is_said_at_once(located: Opened) -> None:
    page = located(SEATTLE)
    page.get_by_role("button", name="Use my location").click()
    expect(said(page)).to_contain_text("at latitude 47.60000, longitude -122.30000")
    expect(said(page)).to_contain_text("That is outside the city.")


def test_a_device_that_does_not_share_is_no_dead_end(located: Opened, axe: AXE) -> None:
    page = located(HOLGATE, allowed=False)
    page.get_by_role("button", name="Use my location").click()
    expect(said(page)).to_have_text("Your phone did not share its location. Please write the place in words.")
    assert pin(page) == ("", "", "", "")
    axe(page)


def test_a_device_that_does_not_know_is_no_dead_end(located: Opened) -> None:
    page = located(HOLGATE)
    page.evaluate(
        "() => { navigator.geolocation.getCurrentPosition = (_, fail) => fail({ code: 3, PERMISSION_DENIED: 1 }); }"
    )
    page.get_by_role("button", name="Use my location").click()
    expect(said(page)).to_have_text(
        "Your phone could not find its location. Please write the place in words."
    )


def test_without_geolocation_there_is_no_button(page: Page, fake: FakeCity) -> None:
    page.goto(f"http://portal.example:{fake.port}/en/report/anywhere/")
    expect(page.get_by_role("button", name="Show a map")).to_be_visible()
    expect(page.get_by_role("button", name="Use my location")).to_be_hidden()


def test_the_pin_can_be_removed_and_the_words_stay(located: Opened, axe: AXE) -> None:
    page = located(HOLGATE)
    page.get_by_label("Address").fill("Behind the library")
    page.get_by_role("button", name="Use my location").click()
    page.get_by_role("button", name="Remove the pin").press("Enter")
    expect(said(page)).to_have_text("The pin is gone. Your words say the place.")
    expect(page.get_by_role("button", name="Show a map")).to_be_focused()
    expect(page.get_by_role("button", name="Remove the pin")).to_be_hidden()
    assert pin(page) == ("", "", "", "")
    expect(page.get_by_label("Address")).to_have_value("Behind the library")
    axe(page)


def test_the_check_page_says_where_the_pin_is(located: Opened) -> None:
    page = located(HOLGATE)
    page.get_by_role("button", name="Use my location").click()
    expect(said(page)).to_contain_text("Holgate Library")
    for _ in range(4):
        page.get_by_role("button", name="Continue").click()
    row = page.locator("dl.answers > div", has_text="Pin on the map")
    expect(row.locator("dd").first).to_have_text(
        "Your location, exact to about 40 feet: about 400 feet north of Holgate Library."
    )


def test_places_are_fetched_only_when_they_are_needed(located: Opened, fake: FakeCity) -> None:
    page = located(HOLGATE)
    assert fake.count("GET", "places.json") == 0
    page.get_by_role("button", name="Use my location").click()
    expect(said(page)).to_contain_text("Holgate Library")
    page.get_by_role("button", name="Use my location").click()
    expect(said(page)).to_contain_text("Holgate Library")
    assert fake.count("GET", "places.json") == 1


def test_without_known_places_the_location_is_taken_all_the_same(located: Opened) -> None:
    page = located(HOLGATE)
    page.route("**/places.json*", lambda route: route.abort())
    page.get_by_role("button", name="Use my location").click()
    expect(said(page)).to_contain_text("at latitude 45.49150, longitude -122.58220")
    assert pin(page)[2] == "device"


def test_points_are_described_as_the_server_describes_them(form: Callable[..., Page], fake: FakeCity) -> None:
    page = form("/en/report/anywhere/")
    chance = Random(311)
    points = [
        Point(lat=chance.uniform(45.42, 45.66), long=chance.uniform(-122.85, -122.46)) for _ in range(300)
    ]
    points += [Point(lat=place.lat + 0.0001, long=place.long) for place in fake.city.places[:5]]
    described = page.evaluate(
        """async (points) => {
          const picker = document.querySelector("place-picker");
          await picker.places();
          return points.map((point) => [picker.describe(point), picker.isOutside(point)]);
        }""",
        [[point.lat, point.long] for point in points],
    )
    for point, (words, outside) in zip(points, described, strict=True):
        found = nearest_place(fake.city.places, point)
        assert found is not None
        place, meters, direction = found
        name = direction.name.lower()
        assert outside == (not contains(fake.city.boundary, point))
        if meters < 25:
            assert words == f"at {place.name}"
        elif meters < 500:
            assert words.endswith(f"feet {name} of {place.name}")
            assert int(words.split()[1]) == pytest.approx(meters * 3.28084, abs=28)
        elif meters < 5000:
            assert words.endswith(f" miles {name} of {place.name}")
            # One decimal, and two ways to reckon with the shape of the Earth, which differ by a thousandth.
            assert float(words.split()[1]) == pytest.approx(meters / 1609.344, abs=0.06)
        else:
            assert words == f"at latitude {point.lat:.5f}, longitude {point.long:.5f}"


def test_known_holes_are_outside(form: Callable[..., Page], fake: FakeCity) -> None:
    page = form("/en/report/anywhere/")
    (park,) = [hole for hole in fake.city.boundary.holes if hole.name == "Maywood Park"]
    middle = [sum(values) / len(park.points) for values in zip(*park.points, strict=True)]
    outside = "async (point) => { const p = document.querySelector('place-picker'); await p.places(); return p.isOutside(point); }"
    assert page.evaluate(outside, middle) is True
    assert page.evaluate(outside, [45.5152, -122.6784]) is False
