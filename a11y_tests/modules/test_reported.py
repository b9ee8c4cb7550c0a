"""What is reported already near the pin: to be followed instead of reported again, and never in the way."""

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from a11y_tests.modules.conftest import Axe
from a11y_tests.modules.fake_city import FakeCity
from a11y_tests.modules.phone import Store, kept_as_draft, until
from a11y_tests.modules.place_step import field, keep_atlas, open_place, pin, put_pin
from app.routes import url

HERE = (45.5152, -122.6784)


def request(reference: str, **values: Any) -> dict[str, Any]:
    """An open request, as app/reports/web_nearby.py says it."""
    return {
        "reference": reference,
        "grouped": reference,
        "title": "Pothole",
        "description": "Un hoyo profundo junto a la parada.",
        "language": "es",
        "place": "SW 4th Avenue",
        "date": "November 20, 2026",
        "distance": "About 100 feet (30 meters)",
        "followed": "Followed by 3 people",
        "photo_url": "/media/ab.webp",
        "alt": "A hole full of water",
        "url": f"/en/requests/{reference}/",
        "follow_url": url("follow", reference=reference),
        **values,
    }


ONE = request("4829135570246")
OTHER = request(
    "5829135570241", title="Road damage", photo_url=None, alt="", distance="About 300 feet (90 meters)"
)


@pytest.fixture
def near(page: Page, fake: FakeCity) -> Page:
    """A pin with two requests around it."""
    fake.near += [ONE, OTHER]
    open_place(page)
    put_pin(page, *HERE)
    expect(box(page)).to_be_visible()
    return page


def box(page: Page) -> Locator:
    return page.locator(".panel[data-part=reported]")


def items(page: Page) -> Locator:
    return box(page).get_by_role("listitem")


def counted(page: Page) -> Locator:
    return page.locator("place-picker [data-part=count]")


def follow(page: Page, n: int = 0) -> None:
    box(page).get_by_role("button", name=re.compile("^Yes, that is it")).nth(n).click()


def followed(page: Page) -> Locator:
    return box(page).locator("[data-part=followed]")


def test_each_is_shown_with_picture_words_and_date(near: Page, axe: Axe) -> None:
    expect(box(near).get_by_role("heading", name="Already reported near here")).to_be_visible()
    expect(items(near)).to_have_count(2)
    first, second = items(near).all()
    expect(first.get_by_role("img", name="A hole full of water")).to_be_visible()
    expect(second.locator("img")).to_have_count(0)
    # Somebody else's words: read in their own language, from their own side.
    words = first.locator("[data-part=description]")
    expect(words).to_have_text("Un hoyo profundo junto a la parada.")
    expect(words).to_have_attribute("lang", "es")
    expect(words).to_have_attribute("dir", "auto")
    expect(first).to_contain_text(
        "About 100 feet (30 meters) · SW 4th Avenue · November 20, 2026 · Followed by 3 people"
    )
    expect(first.get_by_role("link", name="Pothole")).to_have_attribute("href", str(ONE["url"]))
    # Whoever hears only the buttons can tell them apart.
    name = "Yes, that is it: follow it Road damage, About 300 feet (90 meters)"
    expect(second.get_by_role("button", name=name)).to_be_visible()
    expect(counted(near)).to_have_text("Already reported near here: 2. They are listed below.")
    axe(near)


def test_the_city_is_asked_for_this_type_and_this_place(page: Page) -> None:
    open_place(page)
    with page.expect_request("**/places/reported.json*") as asked:
        put_pin(page, *HERE)
    for part in ("service_code=anywhere", "lat=45.5152", "long=-122.6784", "locale=en"):
        assert part in asked.value.url


def test_following_it_is_enough(near: Page, fake: FakeCity, axe: Axe) -> None:
    follow(near, 1)
    expect(followed(near)).to_be_focused()
    expect(followed(near)).to_contain_text("You follow this request now.")
    expect(box(near).get_by_role("button")).to_have_count(0)
    axe(near)
    ((reference, key),) = fake.followed
    assert reference == OTHER["reference"]
    assert re.fullmatch(r"[\w-]{22}", key)
    kept = [one for one in Store(near, fake).reports().values() if one["state"] == "done"]
    assert [(one["reference"], one["token"], one["name"]) for one in kept] == [
        (reference, key, "Road damage")
    ]

    box(near).get_by_role("link", name="My requests").click()
    mine = near.locator("main").get_by_role("listitem").filter(has_text="Road damage")
    expect(mine).to_contain_text("You follow this request.")
    expect(mine).to_contain_text("Followed on this phone on ")
    see = mine.get_by_role("link", name=re.compile("^See the request"))
    # With the key, so that its page knows whose it is, and it can be left again.
    expect(see).to_have_attribute("href", f"{OTHER['url']}?key={key}")
    # It is not this person's request: there is no private link to it.
    expect(mine.get_by_role("link", name=re.compile("private link"))).to_have_count(0)
    expect(mine.get_by_role("button", name=re.compile("private link"))).to_have_count(0)
    axe(near)
    # Nor is the city asked what it keeps for those who reported.
    assert not [path for method, path, headers, _ in fake.seen if "authorization" in headers]


def test_two_presses_are_one(near: Page, fake: FakeCity) -> None:
    fake.faults["follow"] = ["slow"]
    button = box(near).get_by_role("button", name=re.compile("^Yes, that is it")).first
    button.click()
    button.click()
    fake.slow.set()
    expect(followed(near)).to_contain_text("You follow this request now.")
    assert len({key for _, key in fake.followed}) == 1


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        ("500", "That did not work. Try again, or go on with your report."),
        ("hang-up", "That did not work. Try again, or go on with your report."),
        (
            '409 {"error": "finished", "message": "This request is finished."}',
            "This request is finished.",
        ),
    ],
)
def test_that_following_failed_is_said_and_it_can_be_tried_again(
    near: Page, fake: FakeCity, fault: str, sentence: str, axe: Axe
) -> None:
    fake.faults["follow"] = [fault] * 10
    follow(near)
    expect(followed(near)).to_have_text(sentence)
    expect(followed(near)).to_be_focused()
    assert not [one for one in Store(near, fake).reports().values() if one["state"] == "done"]
    axe(near)
    fake.faults.clear()
    follow(near)
    expect(followed(near)).to_contain_text("You follow this request now.")


def test_it_is_never_in_the_way(near: Page) -> None:
    field(near).fill("In front of the city hall")
    near.get_by_role("button", name="Continue").click()
    expect(field(near)).to_be_hidden()
    assert kept_as_draft(near)


def test_what_somebody_reads_stays_while_the_same_is_near(near: Page, fake: FakeCity) -> None:
    box(near).evaluate("box => { box.id = 'the-same'; }")
    link = items(near).first.get_by_role("link")
    link.focus()
    with near.expect_response("**/places/reported.json*"):
        put_pin(near, HERE[0] + 0.0001, HERE[1])
    expect(near.locator("#the-same")).to_be_visible()
    expect(link).to_be_focused()
    fake.near[:] = [OTHER]
    put_pin(near, HERE[0] + 0.0002, HERE[1])
    expect(items(near)).to_have_count(1)
    expect(near.locator("#the-same")).to_have_count(0)
    fake.near.clear()
    put_pin(near, HERE[0] + 0.0003, HERE[1])
    expect(box(near)).to_have_count(0)
    expect(counted(near)).to_be_empty()


def test_it_goes_with_the_pin(near: Page) -> None:
    near.get_by_role("button", name="Remove the pin").click()
    expect(box(near)).to_have_count(0)
    assert pin(near)[0] == ""


@pytest.mark.parametrize("fault", ["500", "hang-up", "portal200", '400 {"error": "place", "message": "No."}'])
def test_nothing_is_shown_if_the_city_does_not_answer(page: Page, fake: FakeCity, fault: str) -> None:
    fake.near += [ONE]
    fake.faults["reported"] = [fault] * 10
    open_place(page)
    put_pin(page, *HERE)
    until(lambda: fake.count("GET", "reported.json"))
    expect(box(page)).to_have_count(0)
    expect(counted(page)).to_be_empty()


def test_nothing_is_shown_without_a_network(page: Page, fake: FakeCity) -> None:
    fake.near += [ONE]
    open_place(page)
    keep_atlas(page)
    page.evaluate("(module) => import(module).then(() => {})", str(fake.pages.static("reported.js")))
    page.context.set_offline(True)
    with page.expect_event("requestfailed", lambda one: "reported.json" in one.url):
        put_pin(page, *HERE)
    expect(page.locator("[data-part=pin-words]")).to_contain_text("Portland City Hall")
    expect(box(page)).to_have_count(0)


def test_types_that_are_not_told_apart_by_place_ask_nothing(page: Page, fake: FakeCity) -> None:
    code = next(service.service_code for service in fake.city.services if not service.offered_within_m)
    fake.near += [ONE]
    page.goto(f"/en/report/{code}/")
    put_pin(page, *HERE)
    assert page.evaluate("fetch('/map/layers.json').then((answer) => answer.ok)")
    assert fake.count("GET", "reported") == 0


def test_from_right_to_left(page: Page, fake: FakeCity, axe: Axe) -> None:
    fake.near += [ONE, OTHER]
    open_place(page, "?rtl=1")
    put_pin(page, *HERE)
    expect(box(page)).to_be_visible()
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
