"""Suggestions for the place: an editable combobox (ARIA Authoring Practices) that never chooses for anybody."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, JSHandle, Locator, Page, Route, expect

from a11y_tests.modules.conftest import Axe
from a11y_tests.modules.fake_city import FakeCity
from a11y_tests.modules.place_step import field, keep_atlas, open_place, pin, put_pin, said, words

LIBRARY = "Holgate Library"
FOUND = "Places found: 8. Use the arrow keys to choose one."


@pytest.fixture
def place(page: Page) -> Page:
    """The step for the place, with the focus in the field."""
    open_place(page)
    # The list comes with the module, when somebody goes to the field.
    field(page).focus()
    expect(listbox(page)).to_have_count(1)
    return page


def listbox(page: Page) -> Locator:
    return page.locator("#places-found")


def options(page: Page) -> Locator:
    return page.get_by_role("option")


def count(page: Page) -> Locator:
    return page.locator("place-picker [data-part=count]")


def type_in(page: Page, text: str) -> None:
    """Type, and wait until there are suggestions."""
    page.keyboard.type(text)
    expect(options(page).first).to_be_visible()


def active(page: Page) -> str | None:
    """The words of the option that the arrow keys are at."""
    chosen = page.evaluate(
        """() => {
          const id = document.activeElement.getAttribute("aria-activedescendant");
          const marked = [...document.querySelectorAll("[role=option][aria-selected=true]")];
          if (marked.length > 1 || (marked[0] ? marked[0].id : null) !== id) return "they differ";
          return id && document.getElementById(id).querySelector("bdi").textContent;
        }"""
    )
    assert chosen != "they differ"
    return None if chosen is None else str(chosen)


def heard(page: Page) -> JSHandle:
    """Everything that the region of the count says from now on."""
    return page.evaluate_handle(
        """() => {
          const said = [];
          const region = document.querySelector("[data-part=count]");
          new MutationObserver(() => said.push(region.textContent)).observe(region, { childList: true, characterData: true, subtree: true });
          return said;
        }"""
    )


def press_unfinished(page: Page, key: str) -> bool:
    """A key that belongs to a word that is being put together; tells whether the page left it alone."""
    return bool(
        page.evaluate(
            """key => document.activeElement.dispatchEvent(
              new KeyboardEvent("keydown", { key, isComposing: true, bubbles: true, cancelable: true }))""",
            key,
        )
    )


def test_what_is_typed_before_the_module_is_there_is_looked_up_when_it_comes(page: Page) -> None:
    held: list[Route] = []
    page.route("**/suggest.js", lambda route: held.append(route))
    open_place(page)
    with page.expect_request("**/suggest.js"):
        field(page).focus()
    page.keyboard.type("holgate")
    held[0].continue_()
    expect(options(page).first).to_contain_text("Holgate")


def test_it_is_a_combobox_before_anybody_types(page: Page, axe: Axe) -> None:
    open_place(page)
    expect(field(page)).to_have_role("combobox")
    expect(field(page)).to_have_attribute("aria-autocomplete", "list")
    expect(field(page)).to_have_attribute("aria-expanded", "false")
    axe(page)


def test_what_was_typed_is_searched_and_counted(place: Page, axe: Axe) -> None:
    type_in(place, "holgate")
    expect(field(place)).to_have_attribute("aria-expanded", "true")
    expect(field(place)).to_have_attribute("aria-controls", "places-found")
    expect(place.get_by_role("listbox", name="Places found")).to_be_visible()
    expect(options(place)).to_have_count(8)
    expect(options(place).first).to_contain_text(f"{LIBRARY} Arleta")
    expect(count(place)).to_have_text(FOUND)
    expect(count(place)).to_have_role("status")
    # Nothing is chosen unless somebody chooses it.
    assert active(place) is None
    assert pin(place)[0] == ""
    axe(place)
    place.keyboard.press("ArrowDown")
    assert active(place) == LIBRARY
    axe(place)
    for option in options(place).all():
        box = option.bounding_box()
        assert box is not None and box["height"] >= 44


def test_arrow_keys_go_round_through_the_field_itself(place: Page) -> None:
    type_in(place, "holgate")
    names = options(place).locator("bdi").all_inner_texts()
    went = []
    for _ in range(10):
        place.keyboard.press("ArrowDown")
        went.append(active(place))
    assert went == [*names, None, names[0]]
    place.keyboard.press("ArrowUp")
    assert active(place) is None
    place.keyboard.press("ArrowUp")
    assert active(place) == names[-1]
    expect(field(place)).to_be_focused()
    expect(field(place)).to_have_value("holgate")


def test_typing_on_leaves_the_option(place: Page) -> None:
    type_in(place, "holgate")
    place.keyboard.press("ArrowDown")
    place.keyboard.press("ArrowLeft")
    assert active(place) is None
    place.keyboard.press("ArrowDown")
    place.keyboard.type("x")
    assert active(place) is None
    expect(field(place)).to_have_value("holgatxe")


def test_enter_takes_the_option_and_does_not_continue(place: Page, axe: Axe) -> None:
    type_in(place, "holgate")
    place.keyboard.press("ArrowDown")
    place.keyboard.press("Enter")
    expect(field(place)).to_have_value(LIBRARY)
    expect(field(place)).to_be_focused()
    expect(listbox(place)).to_be_hidden()
    expect(field(place)).to_have_attribute("aria-expanded", "false")
    assert pin(place) == ("45.490400", "-122.582200", "found", "60")
    sentence = f"The pin: Very close to {LIBRARY}. Neighborhood: Arleta. District: East End."
    expect(words(place)).to_have_text(sentence)
    expect(said(place)).to_have_text(sentence)
    axe(place)
    # Now Enter is what it is in every field.
    place.keyboard.press("Enter")
    expect(field(place)).to_be_hidden()


def test_enter_without_a_choice_continues_with_the_words(place: Page) -> None:
    type_in(place, "holgate")
    place.keyboard.press("Enter")
    expect(field(place)).to_be_hidden()
    assert pin(place)[0] == ""
    assert field(place).input_value() == "holgate"


def test_escape_closes_the_list_and_keeps_what_was_typed(place: Page) -> None:
    type_in(place, "holgate")
    place.keyboard.press("ArrowDown")
    place.keyboard.press("Escape")
    expect(listbox(place)).to_be_hidden()
    expect(field(place)).to_have_value("holgate")
    expect(field(place)).to_have_attribute("aria-expanded", "false")
    expect(count(place)).to_be_empty()
    assert active(place) is None
    place.keyboard.press("ArrowDown")
    expect(listbox(place)).to_be_visible()
    assert active(place) == LIBRARY


def test_tab_leaves_without_choosing(place: Page) -> None:
    type_in(place, "holgate")
    place.keyboard.press("ArrowDown")
    place.keyboard.press("Tab")
    expect(place.get_by_role("button", name="Use my location")).to_be_focused()
    expect(listbox(place)).to_be_hidden()
    expect(field(place)).to_have_value("holgate")
    assert pin(place)[0] == ""


def test_a_click_elsewhere_closes_the_list(place: Page) -> None:
    type_in(place, "holgate")
    place.get_by_role("heading", name="Where is it?").click()
    expect(listbox(place)).to_be_hidden()
    expect(field(place)).to_have_value("holgate")


def test_what_is_below_the_list_can_be_pressed(place: Page) -> None:
    """The list goes only when the press is over: what is pressed stays where it is until then."""
    type_in(place, "3912 SE Hawthorne")
    place.get_by_role("button", name="Continue").scroll_into_view_if_needed()
    box = place.get_by_role("button", name="Continue").bounding_box()
    assert box is not None
    place.mouse.move(box["x"] + 20, box["y"] + 20)
    place.mouse.down()
    place.mouse.up()
    expect(field(place)).to_be_hidden()


def test_what_is_below_the_list_can_be_tapped(
    new_context: Callable[..., BrowserContext], fake: FakeCity
) -> None:
    page = open_place(new_context(base_url=fake.url, has_touch=True, is_mobile=True).new_page())
    field(page).tap()
    expect(listbox(page)).to_have_count(1)
    type_in(page, "3912 SE Hawthorne")
    page.get_by_role("button", name="Continue").scroll_into_view_if_needed()
    box = page.get_by_role("button", name="Continue").bounding_box()
    assert box is not None
    page.touchscreen.tap(box["x"] + 20, box["y"] + 20)
    expect(field(page)).to_be_hidden()


def test_a_click_takes_an_option(place: Page) -> None:
    type_in(place, "holgate")
    options(place).filter(has_text="SE 17th").click()
    expect(field(place)).to_have_value("SE Holgate Boulevard & SE 17th Avenue")
    expect(field(place)).to_be_focused()
    assert pin(place)[2:] == ("found", "20")


def test_a_finger_takes_an_option(new_context: Callable[..., BrowserContext], fake: FakeCity) -> None:
    page = open_place(new_context(base_url=fake.url, has_touch=True, is_mobile=True).new_page())
    field(page).tap()
    expect(listbox(page)).to_have_count(1)
    type_in(page, "holgate")
    options(page).first.tap()
    expect(field(page)).to_have_value(LIBRARY)
    assert pin(page)[2] == "found"


def test_a_rough_find_asks_to_look_at_the_map(place: Page) -> None:
    type_in(place, "3912 SE Hawthorne")
    expect(options(place)).to_contain_text(["approximate: please check the pin"])
    place.keyboard.press("ArrowDown")
    place.keyboard.press("Enter")
    expect(words(place)).to_contain_text("This is approximate: please check the pin on the map.")


def test_other_words_are_another_place(place: Page) -> None:
    type_in(place, "holgate")
    place.keyboard.press("ArrowDown")
    place.keyboard.press("Enter")
    expect(words(place)).to_be_visible()
    place.keyboard.type(" or the park")
    assert pin(place) == ("", "", "", "")
    expect(words(place)).to_be_hidden()
    expect(place.get_by_role("button", name="Remove the pin")).to_be_hidden()


@pytest.mark.parametrize("source", ["map", "device", "photo"])
def test_a_pin_that_was_not_found_by_words_stays_when_they_change(place: Page, source: str) -> None:
    put_pin(place, 45.4915, -122.5822, source)
    type_in(place, "holgate")
    assert pin(place)[:3] == ("45.491500", "-122.582200", source)
    expect(words(place)).to_contain_text(LIBRARY)


def test_the_count_is_said_once_for_what_was_typed_in_one_go(place: Page, fake: FakeCity) -> None:
    said_since = heard(place)
    type_in(place, "holgate")
    place.keyboard.press("ArrowDown")
    place.keyboard.press("ArrowDown")
    assert said_since.json_value() == [FOUND]
    assert fake.count("GET", "search.json") == 1


def test_that_nothing_was_found_is_said(place: Page, axe: Axe) -> None:
    said_since = heard(place)
    place.keyboard.type("xyzzy")
    expect(count(place)).to_contain_text("We found no such place.")
    expect(listbox(place)).to_be_hidden()
    expect(field(place)).to_have_attribute("aria-expanded", "false")
    assert len(said_since.json_value()) == 1
    # Who sees the page reads it, too.
    expect(count(place)).to_be_in_viewport()
    assert count(place).evaluate("region => getComputedStyle(region).position") == "static"
    axe(place)


def test_words_that_are_being_put_together_have_their_keys(place: Page) -> None:
    type_in(place, "holgate")
    for key in ("ArrowDown", "ArrowUp", "Escape"):
        assert press_unfinished(place, key)
        assert active(place) is None
    place.keyboard.press("ArrowDown")
    assert press_unfinished(place, "Enter")
    expect(field(place)).to_have_value("holgate")
    expect(listbox(place)).to_be_visible()


def test_late_answers_of_an_older_search_are_not_shown(place: Page, fake: FakeCity) -> None:
    fake.faults["search"] = ["slow"]
    with place.expect_request("**/places/search.json*"):
        place.keyboard.type("holgate")
    with place.expect_event("requestfailed"):
        field(place).fill("powell")
    expect(options(place).first).to_contain_text("Powell Park")
    fake.slow.set()
    expect(options(place)).not_to_contain_text([LIBRARY])


def test_an_answer_after_the_field_was_left_is_not_shown(place: Page, fake: FakeCity) -> None:
    fake.faults["search"] = ["slow"]
    with place.expect_request("**/places/search.json*"):
        place.keyboard.type("holgate")
    with place.expect_event("requestfailed"):
        place.keyboard.press("Tab")
    fake.slow.set()
    expect(listbox(place)).to_be_hidden()
    expect(count(place)).to_be_empty()


def test_one_letter_is_not_searched_but_one_chinese_word_is(place: Page, fake: FakeCity) -> None:
    place.keyboard.type("h")
    with place.expect_request("**/places/search.json*") as asked:
        place.keyboard.insert_text("园")
    assert "%E5%9B%AD" in asked.value.url
    field(place).fill("")
    with place.expect_request("**/places/search.json*") as asked:
        place.keyboard.insert_text("园")
    searched = [path for _, path, _, _ in fake.seen if "search.json" in path]
    assert not [path for path in searched if "q=h&" in path], searched


@pytest.mark.parametrize("fault", ["500", "hang-up", "portal200"])
def test_without_the_server_the_phone_searches_what_it_knows(place: Page, fake: FakeCity, fault: str) -> None:
    keep_atlas(place)
    # Browsers try a connection that was cut again by themselves, with each that they hold open.
    fake.faults["search"] = [fault] * 10
    type_in(place, "holg libr")
    expect(options(place)).to_have_text([LIBRARY])
    expect(count(place)).to_have_text("Places found: 1. Use the arrow keys to choose one.")
    place.keyboard.press("ArrowDown")
    place.keyboard.press("Enter")
    expect(field(place)).to_have_value(LIBRARY)
    assert pin(place)[:3] == ("45.490400", "-122.582200", "found")


def test_without_anything_the_words_are_enough(place: Page) -> None:
    place.context.set_offline(True)
    with place.expect_event("requestfailed"):
        place.keyboard.type("holgate")
    expect(listbox(place)).to_be_hidden()
    expect(count(place)).to_be_empty()
    place.keyboard.press("Enter")
    expect(field(place)).to_be_hidden()


def test_it_works_from_right_to_left(page: Page, axe: Axe) -> None:
    open_place(page, "?rtl=1")
    field(page).focus()
    expect(listbox(page)).to_have_count(1)
    type_in(page, "holgate")
    place_box, list_box = field(page).bounding_box(), listbox(page).bounding_box()
    assert place_box is not None and list_box is not None
    assert list_box["x"] + list_box["width"] == pytest.approx(place_box["x"] + place_box["width"], abs=2)
    name = options(page).first.locator("bdi").bounding_box()
    # Names begin where the page's lines begin.
    assert name is not None and name["x"] + name["width"] > list_box["x"] + list_box["width"] - 30
    page.keyboard.press("ArrowDown")
    axe(page)
    page.keyboard.press("Enter")
    expect(field(page)).to_have_value(LIBRARY)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_browsers_own_suggestions_do_not_cover_ours_and_it_remembers_what_was_typed(place: Page) -> None:
    expect(field(place)).to_have_attribute("autocomplete", "off")
    place.keyboard.press("Tab")
    assert field(place).get_attribute("autocomplete") is None


def test_a_module_that_does_not_come_is_asked_for_again(page: Page, fake: FakeCity) -> None:
    fake.faults["static"] = ["suggest.js"]
    open_place(page)
    with page.expect_response("**/suggest.js") as answer:
        field(page).focus()
    assert answer.value.status == 404
    field(page).fill("SE 34th")
    page.keyboard.press("Enter")
    expect(field(page)).to_be_hidden()


def test_keys_with_other_meanings_keep_them(place: Page) -> None:
    type_in(place, "holgate")
    place.keyboard.press("Control+a")
    place.keyboard.type("powell")
    expect(options(place).first).to_contain_text("Powell Park")
