"""The map: one pin that keyboard, buttons, mouse and finger move alike, and that says where it is."""

import itertools
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, Route, expect

from a11y_tests.modules.fake_city import FakeCity

FORM = Callable[..., Page]
AXE = Callable[[Page], None]
START = (45.5152, -122.6784)
"""The pin before it is moved: in front of City Hall."""


@pytest.fixture
def opened(form: FORM) -> Page:
    """The step for the place with the map open, and the pin at City Hall."""
    page = form("/en/report/anywhere/")
    page.evaluate("point => document.querySelector('place-picker').setPin(point, 'device', 10)", START)
    page.get_by_role("button", name="Show a map").click()
    expect(pin(page)).to_be_visible()
    return page


def pin(page: Page) -> Locator:
    return page.get_by_role("slider", name="Pin on the map")


def said(page: Page) -> Locator:
    return page.locator(".place-status")


def at(page: Page) -> tuple[float, float]:
    lat, long = (float(page.locator(f"[name={name}]").input_value()) for name in ("lat", "long"))
    return lat, long


def moved(page: Page) -> tuple[int, int]:
    """How far the pin is from where it started, in meters north and east."""
    lat, long = at(page)
    return round((lat - START[0]) * 111195), round((long - START[1]) * 111195 * 0.7007)


def meters(page: Page, pixels: float) -> Any:
    """What a distance on the screen is on the ground, give or take a little."""
    width = page.locator(".map").evaluate("map => map.clientWidth")
    return pytest.approx(pixels * view(page)[2] / width, abs=15)


def middle(page: Page) -> tuple[float, float]:
    page.locator(".map").scroll_into_view_if_needed()
    box = page.locator(".map").bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_the_map_module_comes_only_when_it_is_asked_for(form: FORM, fake: FakeCity) -> None:
    page = form("/en/report/anywhere/")
    assert fake.count("GET", "map.js") == 0
    page.get_by_role("button", name="Show a map").click()
    expect(pin(page)).to_be_visible()
    assert fake.count("GET", "map.js") == 1
    # It is over the middle of the city, but that is not an answer yet.
    assert page.locator("[name=lat]").input_value() == ""
    expect(said(page)).to_have_text("Tap the map or move the pin to say where it is.")


def test_the_button_says_how_much_there_is_to_load(page: Page, fake: FakeCity) -> None:
    def say_size(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(
            response=answer, body=answer.text().replace("data-map=", 'data-map-kb="7" data-map=', 1)
        )

    page.route("**/en/report/anywhere/", say_size)
    page.goto("/en/report/anywhere/")
    button = page.get_by_role("button", name="Show a map (about 7 kB)")
    button.click()
    page.get_by_role("button", name="Hide the map").click()
    expect(pin(page)).to_be_hidden()
    button.click()
    expect(pin(page)).to_be_visible()
    assert fake.count("GET", "map.js") == 1


def test_a_map_that_does_not_load_is_no_dead_end(form: FORM, axe: AXE) -> None:
    page = form("/en/report/anywhere/")
    page.route("**/places.json*", lambda route: route.abort())
    page.get_by_role("button", name="Show a map").click()
    expect(said(page)).to_have_text("The map could not be loaded. Words are enough.")
    axe(page)
    page.unroute("**/places.json*")
    page.get_by_role("button", name="Show a map").click()
    expect(pin(page)).to_be_visible()


def test_the_pin_says_where_it_is(opened: Page, axe: AXE) -> None:
    expect(pin(opened)).to_have_attribute(
        "aria-valuetext", "The pin is about 190 feet east of Portland City Hall."
    )
    expect(opened.locator(".map svg").first).to_have_attribute("aria-hidden", "true")
    axe(opened)


def test_arrow_keys_move_the_pin(opened: Page) -> None:
    pin(opened).press("ArrowUp")
    north, east = moved(opened)
    assert 8 <= north <= 70 and east == 0
    pin(opened).press("ArrowDown")
    pin(opened).press("ArrowLeft")
    assert moved(opened) == (0, -north)
    pin(opened).press("Shift+ArrowRight")
    assert moved(opened) == (0, pytest.approx(9 * north, abs=12))
    assert opened.locator("[name=place_source]").input_value() == "map"
    # A pin moved by hand is as exact as the hand: what the device said of its own exactness is gone.
    assert opened.locator("[name=accuracy_m]").input_value() == ""


def test_every_key_press_changes_what_the_slider_says(opened: Page) -> None:
    values = []
    for _ in range(4):
        pin(opened).press("ArrowUp")
        values.append(
            (pin(opened).get_attribute("aria-valuetext"), pin(opened).get_attribute("aria-valuenow"))
        )
    assert all(one != other for one, other in itertools.pairwise(values))


def test_the_place_is_shown_once_the_keys_rest_and_not_read_out_twice(opened: Page) -> None:
    for _ in range(3):
        pin(opened).press("Shift+ArrowUp")
    text = pin(opened).get_attribute("aria-valuetext")
    expect(opened.locator("[data-part=pin-words]")).to_have_text(str(text))
    # The slider has said it already.
    expect(said(opened)).to_have_text("")


def test_buttons_do_what_keys_do(opened: Page, axe: AXE) -> None:
    group = opened.get_by_role("group", name="Move the pin")
    for name, sign in (("North", (1, 0)), ("East", (0, 1)), ("South", (-1, 0)), ("West", (0, -1))):
        before = moved(opened)
        group.get_by_role("button", name=name).click()
        after = moved(opened)
        assert [(new > old) - (new < old) for old, new in zip(before, after, strict=True)] == list(sign)
    expect(said(opened)).to_contain_text("The pin is")
    expect(opened.locator("[data-part=pin-words]")).to_have_text(said(opened).inner_text())
    for button in group.get_by_role("button").all():
        box = button.bounding_box()
        assert box is not None and box["height"] >= 44 and box["width"] >= 44
    axe(opened)


def test_zooming_changes_the_size_of_a_step(opened: Page) -> None:
    pin(opened).press("ArrowUp")
    (far, _) = moved(opened)
    opened.get_by_role("button", name="Zoom in").click()
    pin(opened).press("+")
    pin(opened).press("ArrowUp")
    near = moved(opened)[0] - far
    assert near == pytest.approx(far / 4, abs=3)
    for _ in range(12):
        pin(opened).press("-")
    # The whole city is in sight now: one more step out would show nothing more.
    assert view(opened)[2] < 50_000


def js_number(value: float) -> str:
    """A number as JavaScript writes it."""
    return str(int(value)) if value.is_integer() else repr(value)


def view(page: Page) -> list[float]:
    """What the map shows: left, top, width and height in meters."""
    return [float(value) for value in str(page.locator(".map-ground").get_attribute("viewBox")).split()]


def test_the_pin_stays_in_sight_when_it_wanders_off(opened: Page) -> None:
    for _ in range(6):
        pin(opened).press("Shift+ArrowRight")
        pin_box, map_box = pin(opened).bounding_box(), opened.locator(".map").bounding_box()
        assert pin_box is not None and map_box is not None
        assert (
            map_box["x"] <= pin_box["x"]
            and pin_box["x"] + pin_box["width"] <= map_box["x"] + map_box["width"]
        )


def test_outside_the_city_is_said(opened: Page, axe: AXE) -> None:
    for _ in range(8):
        pin(opened).press("-")
    for _ in range(4):
        pin(opened).press("Shift+ArrowLeft")
    assert "That is outside the city." in str(pin(opened).get_attribute("aria-valuetext"))
    expect(opened.locator("[data-part=pin-words]")).to_contain_text("That is outside the city.")
    axe(opened)


def test_a_click_places_the_pin(opened: Page) -> None:
    x, y = middle(opened)
    opened.mouse.click(x + 60, y - 40)
    assert moved(opened) == (meters(opened, 40), meters(opened, 60))
    expect(said(opened)).to_contain_text("The pin is")


def test_a_drag_moves_the_map_and_not_the_pin(opened: Page) -> None:
    x, y = middle(opened)
    before = view(opened)
    opened.mouse.move(x, y)
    opened.mouse.down()
    opened.mouse.move(x - 30, y - 20)
    opened.mouse.move(x - 60, y - 40)
    opened.mouse.up()
    assert moved(opened) == (0, 0)
    after = view(opened)
    assert (after[0] - before[0], after[1] - before[1]) == (meters(opened, 60), meters(opened, 40))
    # The next click is a click again.
    opened.mouse.click(x, y)
    assert moved(opened) == (meters(opened, -40), meters(opened, 60))


def test_press_and_slide_off_places_nothing(opened: Page) -> None:
    x, y = middle(opened)
    opened.mouse.move(x + 50, y)
    opened.mouse.down()
    opened.mouse.move(x + 400, y + 400)
    opened.mouse.up()
    assert moved(opened) == (0, 0)


def test_the_wheel_scrolls_the_page_and_zooms_with_ctrl(opened: Page) -> None:
    x, y = middle(opened)
    opened.mouse.move(x, y)
    before = view(opened)
    opened.evaluate("addEventListener('scroll', () => (document.title = 'scrolled'), { once: true })")
    opened.mouse.wheel(0, -40)
    expect(opened).to_have_title("scrolled")
    assert view(opened) == before
    opened.keyboard.down("Control")
    opened.mouse.wheel(0, -100)
    opened.keyboard.up("Control")
    expect(opened.locator(".map-ground")).not_to_have_attribute("viewBox", " ".join(map(js_number, before)))
    assert view(opened)[2] < before[2]


def test_a_screen_readers_click_on_the_pin_means_here(form: FORM) -> None:
    page = form("/en/report/anywhere/")
    page.get_by_role("button", name="Show a map").click()
    pin(page).evaluate("pin => pin.click()")
    assert page.locator("[name=place_source]").input_value() == "map"
    expect(said(page)).to_contain_text("The pin is")


def test_removing_the_pin_and_finding_the_device_move_the_map_too(opened: Page) -> None:
    pin(opened).press("ArrowUp")
    opened.get_by_role("button", name="Remove the pin").click()
    expect(pin(opened)).to_have_class("map-pin unset")
    opened.context.grant_permissions(["geolocation"])
    opened.context.set_geolocation({"latitude": 45.4915, "longitude": -122.5822, "accuracy": 9})
    opened.get_by_role("button", name="Use my location").click()
    expect(pin(opened)).to_have_attribute(
        "aria-valuetext", "The pin is about 400 feet north of Holgate Library."
    )
    expect(pin(opened)).to_have_class("map-pin")


@pytest.mark.parametrize("spacing", ["0", "0.2em"])
def test_names_thin_out_so_that_none_covers_another(opened: Page, spacing: str) -> None:
    # The fonts of another device may be wider than those of this one.
    opened.locator(".map-labels").evaluate("(labels, wide) => (labels.style.letterSpacing = wide)", spacing)
    for _ in range(4):
        opened.get_by_role("button", name="Zoom out").click()
        boxes = opened.locator(".map-labels text").evaluate_all(
            "texts => texts.map((text) => text.getBoundingClientRect())"
        )
        assert boxes, "there are no names on the map"
        for i, one in enumerate(boxes):
            for other in boxes[i + 1 :]:
                beside = one["right"] <= other["left"] or other["right"] <= one["left"]
                assert beside or one["bottom"] <= other["top"] or other["bottom"] <= one["top"]


def test_a_pin_moved_while_the_map_was_hidden_is_drawn_when_it_is_shown(opened: Page) -> None:
    opened.get_by_role("button", name="Hide the map").click()
    opened.context.grant_permissions(["geolocation"])
    opened.context.set_geolocation({"latitude": 45.4915, "longitude": -122.5822, "accuracy": 9})
    opened.get_by_role("button", name="Use my location").click()
    expect(said(opened)).to_contain_text("Holgate Library")
    opened.get_by_role("button", name="Show a map").click()
    expect(opened.locator(".map-labels text").filter(has_text="Holgate Library")).to_be_visible()
    box = pin(opened).bounding_box()
    assert box is not None and box["x"] + box["width"] / 2 == pytest.approx(middle(opened)[0], abs=2)


# --- fingers ------------------------------------------------------------------------------------------------------


@pytest.fixture
def touched(new_context: Callable[..., BrowserContext], fake: FakeCity) -> Page:
    """The open map on a phone with a touch screen."""
    page = new_context(base_url=fake.url, has_touch=True, is_mobile=True).new_page()
    page.goto("/en/report/anywhere/")
    page.evaluate("point => document.querySelector('place-picker').setPin(point, 'device', 10)", START)
    page.get_by_role("button", name="Show a map").tap()
    expect(pin(page)).to_be_visible()
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
    x, y = middle(touched)
    touched.touchscreen.tap(x - 40, y + 50)
    assert moved(touched) == (meters(touched, -50), meters(touched, -40))


def test_one_finger_up_or_down_scrolls_the_page(touched: Page) -> None:
    x, y = middle(touched)
    before, scrolled = view(touched), touched.evaluate("scrollY")
    swipe(touched, line((x, y + 100), (x, y - 100)))
    assert touched.evaluate("scrollY") > scrolled
    assert view(touched) == before
    assert moved(touched) == (0, 0)


def test_one_finger_sideways_moves_the_map(touched: Page) -> None:
    x, y = middle(touched)
    before = view(touched)
    swipe(touched, line((x, y), (x - 100, y)))
    assert view(touched)[0] > before[0] + 150
    assert moved(touched) == (0, 0)


def test_two_fingers_zoom_and_move_the_map_and_not_the_page(touched: Page) -> None:
    x, y = middle(touched)
    before, scrolled = view(touched), touched.evaluate("scrollY")
    swipe(touched, line((x - 30, y), (x - 90, y)), line((x + 30, y), (x + 90, y)))
    closer = view(touched)
    assert closer[2] == pytest.approx(before[2] / 3, rel=0.15)
    swipe(touched, line((x - 30, y), (x - 30, y - 80)), line((x + 30, y), (x + 30, y - 80)))
    assert view(touched)[1] > closer[1]
    assert touched.evaluate("scrollY") == scrolled
    assert moved(touched) == (0, 0)
