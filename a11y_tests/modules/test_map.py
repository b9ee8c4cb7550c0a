"""The map: one pin that keyboard, buttons, mouse and finger move alike, and that says where it is."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, JSHandle, Locator, Page, expect

from a11y_tests.modules.conftest import Axe
from a11y_tests.modules.fake_city import FakeCity
from a11y_tests.modules.phone import kept_as_draft, until
from a11y_tests.modules.place_step import (
    COSTLY,
    field,
    keep_atlas,
    open_place,
    put_pin,
    said,
    words,
)
from a11y_tests.modules.place_step import (
    pin as kept_pin,
)
from a11y_tests.resident import NO_MAP

START = (45.5152, -122.6784)
"""The pin before it is moved: in front of City Hall."""
METERS_PER_DEGREE = 111195
NARROW = 0.70075
"""How much narrower a degree of longitude is there."""
CITY_HALL = "The pin: About 200 feet (60 meters) east of Portland City Hall. Neighborhood: Downtown. District: West End."
HOLGATE = {"latitude": 45.4915, "longitude": -122.5822, "accuracy": 9}


@pytest.fixture
def opened(page: Page) -> Page:
    """The step for the place with the map open, and the pin at City Hall."""
    open_place(page)
    put_pin(page, *START)
    return open_map(page)


@pytest.fixture
def costly(new_context: Callable[..., BrowserContext], fake: FakeCity) -> Page:
    """The same where data are dear: only a picture."""
    page = new_context(base_url=fake.url, has_touch=True).new_page()
    page.add_init_script(COSTLY)
    open_place(page)
    put_pin(page, *START)
    map_button(page).click()
    expect(picture(page)).to_be_visible()
    return page


def map_button(page: Page) -> Locator:
    return page.get_by_role("button", name=re.compile("^(Show a|Hide the) map"))


def open_map(page: Page) -> Page:
    """Open the map, and wait until it has become one that can be moved."""
    map_button(page).click()
    expect(page.locator(".leaflet-tile-loaded").first).to_be_attached()
    return page


def pin(page: Page) -> Locator:
    return page.get_by_role("slider", name="Pin on the map")


def picture(page: Page) -> Locator:
    return page.locator(".map-picture")


def at(page: Page) -> tuple[float, float]:
    lat, long, _, _ = kept_pin(page)
    return float(lat), float(long)


def moved(page: Page) -> tuple[int, int]:
    """How far the pin is from where it started, in meters north and east."""
    lat, long = at(page)
    return round((lat - START[0]) * METERS_PER_DEGREE), round((long - START[1]) * METERS_PER_DEGREE * NARROW)


def meters(pixels: float, zoom: int = 16) -> Any:
    """What a distance on the screen is on the ground, give or take a little."""
    return pytest.approx(pixels * 360 / 256 / 2**zoom * METERS_PER_DEGREE * NARROW, abs=4)


def tip(page: Page) -> tuple[float, float]:
    """Where the pin points to, on the screen."""
    box = pin(page).bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"]


def view(page: Page) -> str:
    """What the map shows; another word if it has been moved or zoomed."""
    return str(
        page.evaluate(
            """() => [...document.querySelectorAll(".map .leaflet-tile")].map((tile) => {
              const { left, top } = tile.getBoundingClientRect();
              const map = document.querySelector(".map").getBoundingClientRect();
              return [tile.src, Math.round(left - map.left), Math.round(top - map.top)].join();
            }).sort().join("\\n")"""
        )
    )


def rested(page: Page, *text: str) -> None:
    """The pin has come to rest, and what it says is what is in sight."""
    for one in text:
        expect(words(page)).to_contain_text(one)
    expect(pin(page)).to_have_attribute("aria-valuetext", words(page).inner_text())


def spoken(page: Page) -> JSHandle:
    """What the slider says from now on: screen readers read the text when the number changes."""
    return page.evaluate_handle(
        """() => {
          const said = [];
          const pin = document.querySelector("[role=slider]");
          new MutationObserver(() => said.push(pin.getAttribute("aria-valuetext"))).observe(pin, { attributeFilter: ["aria-valuenow"] });
          return said;
        }"""
    )


def heard(page: Page) -> JSHandle:
    """What the region for everybody says from now on."""
    return page.evaluate_handle(
        """() => {
          const said = [];
          const region = document.querySelector("place-picker [data-part=said]");
          new MutationObserver(() => region.textContent && said.push(region.textContent)).observe(region, { childList: true });
          return said;
        }"""
    )


# --- opening it ---------------------------------------------------------------------------------------------


def test_it_says_its_size_and_comes_only_when_it_is_asked_for(page: Page, fake: FakeCity) -> None:
    open_place(page)
    button = page.get_by_role("button", name="Show a map (about 75 kB)", exact=True)
    for part in ("/map.js", "leaflet", "/map/", "/tiles/"):
        assert fake.count("GET", part) == 0
    button.click()
    expect(page.locator(".leaflet-tile-loaded").first).to_be_attached()
    for part in ("/map.js", "leaflet.js", "leaflet.css", "layers.json"):
        assert fake.count("GET", part) == 1
    # It is over the middle of the city, but that is not an answer yet.
    assert kept_pin(page)[0] == ""
    expect(said(page)).to_have_text("Tap the map or move the pin to say where it is.")
    expect(pin(page)).to_have_attribute("aria-valuetext", "Tap the map or move the pin to say where it is.")


def test_a_picture_comes_first(page: Page, fake: FakeCity) -> None:
    open_place(page)
    put_pin(page, *START)
    waiting: list[Any] = []
    page.route("**/leaflet.js", lambda route: waiting.append(route))
    map_button(page).click()
    expect(picture(page)).to_have_attribute(
        "src", f"/map/at/{START[0]:.5f},{START[1]:.5f}/16/light.webp?language=en"
    )
    expect(picture(page)).to_be_visible()
    # The pin can be moved already.
    pin(page).press("ArrowUp")
    rested(page, "Portland City Hall")
    (route,) = waiting
    route.continue_()
    expect(page.locator(".leaflet-tile-loaded").first).to_be_attached()
    expect(picture(page)).to_have_count(0)
    assert moved(page) == (5, 0)


def test_it_can_be_hidden_and_shown_and_the_pin_stays(opened: Page, fake: FakeCity) -> None:
    pin(opened).press("Shift+ArrowUp")
    map_button(opened).click()
    expect(map_button(opened)).to_have_text("Show a map (about 75 kB)")
    expect(said(opened)).to_have_text("The map is hidden.")
    expect(pin(opened)).to_be_hidden()
    assert moved(opened) == (50, 0)
    map_button(opened).click()
    expect(map_button(opened)).to_have_text("Hide the map")
    expect(pin(opened)).to_be_visible()
    rested(opened)
    assert moved(opened) == (50, 0)
    assert fake.count("GET", "/map.js") == 1


def test_a_pin_moved_while_it_was_hidden_is_in_sight_when_it_is_shown(opened: Page) -> None:
    map_button(opened).click()
    put_pin(opened, HOLGATE["latitude"], HOLGATE["longitude"])
    map_button(opened).click()
    rested(opened, "Holgate Library")
    x, y = tip(opened)
    box = opened.locator(".map").bounding_box()
    assert box is not None
    assert box["x"] < x < box["x"] + box["width"]
    assert box["y"] < y < box["y"] + box["height"]


@pytest.mark.parametrize("fault", ["500", "hang-up", "portal200"])
def test_a_map_that_does_not_load_is_no_dead_end(page: Page, fake: FakeCity, fault: str, axe: Axe) -> None:
    fake.faults["layers"] = [fault] * 10
    open_place(page)
    map_button(page).click()
    expect(said(page)).to_have_text(NO_MAP)
    expect(said(page)).to_be_visible()
    # Nothing stands there that does nothing.
    expect(pin(page)).to_be_hidden()
    axe(page)
    fake.faults.clear()
    open_map(page)
    expect(said(page)).not_to_contain_text("could not")


def test_without_a_network_it_says_so(page: Page) -> None:
    open_place(page)
    page.context.set_offline(True)
    map_button(page).click()
    expect(said(page)).to_have_text(NO_MAP)
    expect(map_button(page)).to_have_text("Show a map (about 75 kB)")
    page.context.set_offline(False)
    open_map(page)


def test_that_no_part_of_the_map_came_is_said(page: Page, fake: FakeCity) -> None:
    """All that the browser had kept was there, and then the network was gone."""
    fake.faults["tile"] = ["500"] * 50
    open_place(page)
    map_button(page).click()
    expect(said(page)).to_have_text(NO_MAP)
    # The pin can be moved all the same.
    pin(page).press("Enter")
    rested(page, "The pin: ")
    # The way to try again is the button.
    fake.faults.clear()
    map_button(page).click()
    open_map(page)


def test_that_the_picture_did_not_come_is_said_where_it_is_all(
    new_context: Callable[..., BrowserContext], fake: FakeCity
) -> None:
    page = new_context(base_url=fake.url).new_page()
    page.add_init_script(COSTLY)
    fake.faults["picture"] = ["500"]
    open_place(page)
    map_button(page).click()
    expect(said(page)).to_have_text(NO_MAP)


@pytest.mark.parametrize("file", ["leaflet.js", "leaflet.css"])
def test_without_its_library_the_picture_stays_and_the_buttons_move_the_pin(
    page: Page, fake: FakeCity, file: str, axe: Axe
) -> None:
    fake.faults["static"] = [file]
    open_place(page)
    put_pin(page, *START)
    map_button(page).click()
    expect(said(page)).to_have_text("Only a picture of the map could be loaded. The buttons move the pin.")
    expect(picture(page)).to_be_visible()
    page.get_by_role("button", name="North").click()
    rested(page, "Portland City Hall")
    assert moved(page) == (5, 0)
    axe(page)


def test_where_data_are_dear_there_is_only_a_picture(costly: Page, fake: FakeCity, axe: Axe) -> None:
    map_button(costly).click()
    expect(map_button(costly)).to_have_text("Show a map (about 10 kB)")
    map_button(costly).click()
    first = picture(costly).get_attribute("src")
    pin(costly).press("Shift+ArrowRight")
    rested(costly)
    expect(picture(costly)).not_to_have_attribute("src", str(first))
    assert moved(costly) == (0, 50)
    for part in ("leaflet", "/tiles/", "offline.json"):
        assert fake.count("GET", part) == 0
    # One picture for where it was, one for where it is.
    assert fake.count("GET", "/map/at/") == 2
    costly.get_by_role("button", name="Zoom in").click()
    expect(picture(costly)).to_have_attribute("src", re.compile("/17/light.webp"))
    axe(costly)


def test_a_tap_on_the_picture_puts_the_pin_there(costly: Page) -> None:
    picture(costly).scroll_into_view_if_needed()
    box = picture(costly).bounding_box()
    assert box is not None
    costly.touchscreen.tap(box["x"] + box["width"] / 2 + 60, box["y"] + box["height"] / 2 - 40)
    scale = max(box["width"] / 360, box["height"] / 400)
    assert moved(costly) == (meters(40 / scale), meters(60 / scale))
    rested(costly)


def test_a_picture_without_a_pin_shows_the_city_and_comes_near_with_the_first_step(costly: Page) -> None:
    costly.get_by_role("button", name="Remove the pin").click()
    expect(picture(costly)).to_have_attribute("src", re.compile("/11/light.webp"))
    expect(pin(costly)).to_have_class("map-pin unset")
    costly.get_by_role("button", name="North").click()
    expect(picture(costly)).to_have_attribute("src", re.compile("/16/light.webp"))
    rested(costly)


# --- keys and buttons ---------------------------------------------------------------------------------------


def test_the_pin_says_where_it_is(opened: Page, axe: Axe) -> None:
    rested(opened)
    expect(pin(opened)).to_have_attribute("aria-valuetext", CITY_HALL)
    expect(pin(opened).locator("svg")).to_have_attribute("aria-hidden", "true")
    axe(opened)


def test_arrow_keys_move_it_by_five_and_with_shift_by_fifty_meters(opened: Page) -> None:
    for key, way in (("Up", (5, 0)), ("Right", (5, 5)), ("Down", (0, 5)), ("Left", (0, 0))):
        pin(opened).press(f"Arrow{key}")
        assert moved(opened) == way
    for key, way in (("Up", (50, 0)), ("Right", (50, 50)), ("Down", (0, 50)), ("Left", (0, 0))):
        pin(opened).press(f"Shift+Arrow{key}")
        assert moved(opened) == way
    # A pin moved by hand is as exact as the hand: what the device said of its own exactness is gone.
    assert kept_pin(opened)[2:] == ("map", "")
    expect(pin(opened)).to_be_focused()


def test_every_stop_is_said_once_and_is_what_is_in_sight(opened: Page) -> None:
    rested(opened)
    slider, region = spoken(opened), heard(opened)
    stops: list[str] = []
    for _ in range(3):
        pin(opened).press("Shift+ArrowUp")
        pin(opened).press("Shift+ArrowUp")
        until(lambda: len(slider.json_value()) > len(stops))
        rested(opened)
        stops.append(words(opened).inner_text())
    assert slider.json_value() == stops
    assert len(set(stops)) == 3
    # The slider has said it already.
    assert region.json_value() == []


def test_a_stop_with_the_same_words_is_said_too(opened: Page) -> None:
    rested(opened)
    slider = spoken(opened)
    pin(opened).press("ArrowUp")
    until(lambda: len(slider.json_value()) == 1)
    pin(opened).press("ArrowUp")
    until(lambda: len(slider.json_value()) == 2)
    assert moved(opened) == (10, 0)


@pytest.mark.parametrize("key", ["Enter", " "])
def test_enter_and_space_put_the_pin_where_the_map_is(page: Page, key: str) -> None:
    open_place(page)
    open_map(page)
    assert kept_pin(page)[0] == ""
    expect(pin(page)).to_have_class("map-pin unset")
    pin(page).press(key)
    assert kept_pin(page)[2] == "map"
    rested(page, "The pin: ")
    expect(pin(page)).to_have_class("map-pin")
    expect(pin(page)).to_be_focused()


def test_keys_that_belong_to_the_browser_stay_its_own(opened: Page) -> None:
    for key in ("Control+ArrowUp", "Alt+ArrowDown", "Meta+ArrowUp"):
        pin(opened).press(key)
    assert moved(opened) == (0, 0)
    pin(opened).press("Tab")
    expect(pin(opened)).not_to_be_focused()


def test_buttons_do_what_keys_do(opened: Page, axe: Axe) -> None:
    group = opened.get_by_role("group", name="Move the pin")
    region = heard(opened)
    for name, way in (("North", (5, 0)), ("East", (5, 5)), ("South", (0, 5)), ("West", (0, 0))):
        group.get_by_role("button", name=name).click()
        assert moved(opened) == way
    rested(opened, "The pin: ")
    # Whoever presses a button hears where the pin is from the region, and once.
    until(lambda: region.json_value())
    assert region.json_value() == [words(opened).inner_text()]
    for button in opened.locator("[data-part=map] button").all():
        box = button.bounding_box()
        assert box is not None and box["height"] >= 44 and box["width"] >= 44
    axe(opened)


def test_long_steps_make_each_step_ten_times_as_long(opened: Page) -> None:
    opened.get_by_role("checkbox", name="Long steps: 150 feet instead of 15").check()
    opened.get_by_role("button", name="North").click()
    pin(opened).press("ArrowRight")
    assert moved(opened) == (50, 50)


def test_the_pin_stays_in_sight_when_it_wanders_off(opened: Page) -> None:
    for _ in range(12):
        pin(opened).press("Shift+ArrowRight")
        pin_box, map_box = pin(opened).bounding_box(), opened.locator(".map").bounding_box()
        assert pin_box is not None and map_box is not None
        assert map_box["x"] <= pin_box["x"]
        assert pin_box["x"] + pin_box["width"] <= map_box["x"] + map_box["width"]


def test_it_can_be_zoomed_by_keys_and_buttons(opened: Page) -> None:
    def zooms() -> set[str]:
        return {src.split("/")[3] for src in tiles(opened)}

    until(lambda: zooms() == {"16"})
    opened.get_by_role("button", name="Zoom in").click()
    until(lambda: zooms() == {"17"})
    pin(opened).press("+")
    until(lambda: zooms() == {"18"})
    for _ in range(12):
        pin(opened).press("-")
    until(lambda: zooms() == {"10"})
    opened.get_by_role("button", name="Zoom out").click()
    assert zooms() == {"10"}
    assert moved(opened) == (0, 0)


def tiles(page: Page) -> list[str]:
    return [
        str(src)
        for src in page.locator(".map .leaflet-tile").evaluate_all(
            "tiles => tiles.map((tile) => tile.getAttribute('src'))"
        )
    ]


def test_outside_the_city_is_said_with_whom_to_call(opened: Page, axe: Axe) -> None:
    put_pin(opened, 45.5, -122.43)
    pin(opened).press("ArrowUp")
    rested(opened, "This place is in Gresham, which is not part of Portland.")
    expect(opened.get_by_role("link", name="Call 503-618-2626 (Gresham)")).to_be_visible()
    axe(opened)


def test_without_a_network_the_pin_still_says_where_it_is(opened: Page) -> None:
    keep_atlas(opened)
    opened.context.set_offline(True)
    pin(opened).press("Shift+ArrowUp")
    pin(opened).press("Shift+ArrowUp")
    rested(opened, "north", "of Portland City Hall", "Neighborhood: Downtown.")


def test_the_pin_follows_what_is_said_elsewhere(opened: Page) -> None:
    opened.get_by_role("button", name="Remove the pin").click()
    expect(pin(opened)).to_have_class("map-pin unset")
    expect(pin(opened)).to_have_attribute("aria-valuetext", "Tap the map or move the pin to say where it is.")
    opened.context.grant_permissions(["geolocation"])
    opened.context.set_geolocation(HOLGATE)  # type: ignore[arg-type]
    opened.get_by_role("button", name="Use my location").click()
    rested(opened, "Holgate Library")
    expect(pin(opened)).to_have_class("map-pin")
    expect(pin(opened)).to_be_in_viewport()
    field(opened).focus()
    expect(opened.locator("#places-found")).to_have_count(1)
    opened.keyboard.type("Portland City Hall")
    expect(opened.get_by_role("option").first).to_be_visible()
    opened.keyboard.press("ArrowDown")
    opened.keyboard.press("Enter")
    rested(opened, "Very close to Portland City Hall")


def test_a_pin_that_was_removed_stays_away(opened: Page) -> None:
    pin(opened).press("ArrowUp")
    rested(opened)
    kept_as_draft(opened)
    opened.get_by_role("button", name="Remove the pin").click()
    kept_as_draft(opened)
    opened.reload()
    assert kept_pin(opened)[0] == ""
    expect(words(opened)).to_be_hidden()


# --- the mouse ----------------------------------------------------------------------------------------------


def test_a_click_places_the_pin(opened: Page) -> None:
    pin(opened).scroll_into_view_if_needed()
    x, y = tip(opened)
    region = heard(opened)
    opened.mouse.click(x + 60, y - 70)
    assert moved(opened) == (meters(70), meters(60))
    assert kept_pin(opened)[2] == "map"
    assert tip(opened) == (pytest.approx(x + 60, abs=2), pytest.approx(y - 70, abs=2))
    rested(opened)
    until(lambda: region.json_value())
    assert region.json_value() == [words(opened).inner_text()]


def test_the_pin_can_be_dragged(opened: Page) -> None:
    pin(opened).scroll_into_view_if_needed()
    x, y = tip(opened)
    opened.mouse.move(x, y - 20)
    opened.mouse.down()
    opened.mouse.move(x - 20, y - 30, steps=3)
    opened.mouse.move(x - 50, y - 60, steps=3)
    opened.mouse.up()
    assert moved(opened) == (meters(40), meters(-50))
    rested(opened)


def test_a_drag_beside_the_pin_moves_the_map_and_not_the_pin(opened: Page) -> None:
    pin(opened).scroll_into_view_if_needed()
    x, y = tip(opened)
    before = view(opened)
    opened.mouse.move(x + 80, y)
    opened.mouse.down()
    opened.mouse.move(x + 50, y, steps=3)
    opened.mouse.move(x + 20, y, steps=3)
    opened.mouse.up()
    assert moved(opened) == (0, 0)
    assert view(opened) != before
    assert tip(opened) == (pytest.approx(x - 60, abs=3), pytest.approx(y, abs=3))


def test_the_wheel_scrolls_the_page_and_zooms_with_ctrl(opened: Page) -> None:
    pin(opened).scroll_into_view_if_needed()
    x, y = tip(opened)
    opened.mouse.move(x + 40, y)
    before = view(opened)
    opened.evaluate("addEventListener('scroll', () => (document.title = 'scrolled'), { once: true })")
    opened.mouse.wheel(0, -40)
    expect(opened).to_have_title("scrolled")
    assert view(opened) == before
    opened.keyboard.down("Control")
    opened.mouse.wheel(0, -100)
    opened.keyboard.up("Control")
    until(lambda: any("/17/" in src for src in tiles(opened)))


def test_a_screen_readers_click_on_the_pin_means_here(page: Page) -> None:
    open_place(page)
    open_map(page)
    pin(page).evaluate("pin => pin.click()")
    assert kept_pin(page)[2] == "map"
    expect(said(page)).to_contain_text("The pin: ")


# --- what a person has set ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("media", "theme"),
    [
        ({"color_scheme": "light"}, "light"),
        ({"color_scheme": "dark"}, "dark"),
        ({"color_scheme": "dark", "contrast": "more"}, "contrast"),
        ({"forced_colors": "active"}, "contrast"),
    ],
)
def test_the_map_has_the_colors_that_a_person_has_set(
    new_context: Callable[..., BrowserContext], fake: FakeCity, media: dict[str, Any], theme: str
) -> None:
    page = open_place(new_context(base_url=fake.url, **media).new_page())
    put_pin(page, *START)
    open_map(page)
    assert {src.split("/")[2] for src in tiles(page)} == {theme}
    assert fake.count("GET", f"/16/{theme}.webp") == 1
    color = "pin => getComputedStyle(pin.querySelector('path')).fill"
    ground = "pin => getComputedStyle(pin.closest('.map')).backgroundColor"
    assert pin(page).evaluate(color) != pin(page).evaluate(ground)


@pytest.mark.parametrize("reduced", ["reduce", "no-preference"])
def test_nothing_moves_by_itself_where_that_is_not_wanted(
    new_context: Callable[..., BrowserContext], fake: FakeCity, reduced: str
) -> None:
    page = open_place(new_context(base_url=fake.url, reduced_motion=reduced).new_page())
    put_pin(page, *START)
    open_map(page)
    # What Leaflet moves when it zooms, and the mark of tiles that fade in.
    animated = page.locator(".map .leaflet-proxy, .map.leaflet-fade-anim").count()
    assert animated == (0 if reduced == "reduce" else 2)


def test_large_text_has_a_large_map(new_context: Callable[..., BrowserContext], fake: FakeCity) -> None:
    page = new_context(base_url=fake.url).new_page()
    page.add_init_script(
        "addEventListener('DOMContentLoaded', () => (document.documentElement.style.fontSize = '200%'))"
    )
    open_place(page)
    put_pin(page, *START)
    open_map(page)
    assert {src.split("/")[3] for src in tiles(page)} == {"15"}
    sizes = page.locator(".map .leaflet-tile").evaluate_all("tiles => tiles.map((tile) => tile.offsetWidth)")
    assert set(sizes) == {512}
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_map_is_not_mirrored_from_right_to_left(page: Page, axe: Axe) -> None:
    open_place(page, "?rtl=1")
    put_pin(page, *START)
    open_map(page)
    pin(page).scroll_into_view_if_needed()
    before = tip(page)
    pin(page).press("Shift+ArrowRight")
    assert moved(page) == (0, 50)
    assert tip(page)[0] > before[0] + 20
    rested(page)
    axe(page)


# --- fingers ------------------------------------------------------------------------------------------------


@pytest.fixture
def touched(new_context: Callable[..., BrowserContext], fake: FakeCity) -> Page:
    """The open map on a phone with a touch screen."""
    phone = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Mobile Safari/537.36"
    context = new_context(base_url=fake.url, has_touch=True, is_mobile=True, user_agent=phone)
    page = open_place(context.new_page())
    put_pin(page, *START)
    open_map(page)
    page.locator(".map").evaluate("map => map.scrollIntoView({ block: 'center' })")
    return page


def swipe(page: Page, *paths: list[tuple[float, float]]) -> None:
    """Move one finger along each path, all at once."""
    session = page.context.new_cdp_session(page)

    def touch(kind: str, points: list[tuple[float, float]]) -> None:
        touches = [{"x": x, "y": y, "id": i} for i, (x, y) in enumerate(points)]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})

    touch("touchStart", [path[0] for path in paths])
    for points in list(zip(*paths, strict=True))[1:]:
        touch("touchMove", list(points))
    touch("touchEnd", [])
    session.detach()


def line(start: tuple[float, float], end: tuple[float, float], steps: int = 8) -> list[tuple[float, float]]:
    return [tuple(a + (b - a) * i / steps for a, b in zip(start, end, strict=True)) for i in range(steps + 1)]  # type: ignore[misc]


def test_a_tap_places_the_pin(touched: Page) -> None:
    x, y = tip(touched)
    touched.touchscreen.tap(x - 60, y + 50)
    until(lambda: kept_pin(touched)[2] == "map")
    assert moved(touched) == (meters(-50), meters(-60))


@pytest.mark.parametrize("along", ["up", "down"])
def test_one_finger_scrolls_the_page(touched: Page, along: str) -> None:
    x, y = tip(touched)
    way = -100 if along == "up" else 100
    before, scrolled = view(touched), touched.evaluate("scrollY")
    swipe(touched, line((x + 60, y), (x + 60, y + way)))
    until(lambda: (touched.evaluate("scrollY") > scrolled) == (along == "up"))
    assert touched.evaluate("scrollY") != scrolled
    assert view(touched) == before
    assert moved(touched) == (0, 0)


def test_two_fingers_move_and_zoom_the_map_and_not_the_page(touched: Page) -> None:
    x, y = tip(touched)
    before, scrolled = view(touched), touched.evaluate("scrollY")
    swipe(touched, line((x - 60, y), (x - 60, y - 60)), line((x + 60, y), (x + 60, y - 60)))
    until(lambda: view(touched) != before)
    swipe(touched, line((x - 30, y), (x - 120, y)), line((x + 30, y), (x + 120, y)))
    until(lambda: any("/18/" in src for src in tiles(touched)))
    assert touched.evaluate("scrollY") == scrolled
    assert moved(touched) == (0, 0)


def test_a_finger_drags_the_pin(touched: Page) -> None:
    x, y = tip(touched)
    swipe(touched, line((x, y - 20), (x - 50, y - 60)))
    assert moved(touched) == (meters(40), meters(-50))
