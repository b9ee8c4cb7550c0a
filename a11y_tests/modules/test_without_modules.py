"""The form without some or all of its modules: plainer, and just as usable."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from a11y_tests.modules.fake_city import ASSETS, FakeCity

MODULES = sorted(ASSETS.glob("*.js"))
# These come when somebody goes to the field, sets a pin, or opens the map, which says its size first; with an alert; or
# once something has been sent, and in a list of it. (How the form does without its one file: test_breaking.py.)
LATE = (
    *("alerts.js", "map.js", "suggest.js", "atlas.js", "reported.js", "exif.js", "copies.js"),
    *("lost.js", "long.js", "acts.js", "receipt.js", "choose.js", "fold.js", "status.js", "mine.js"),
)
FORM_MODULES = [
    *("page.js", "element.js", "errors.js", "words.js", "fields.js", "steps.js", "photo.js", "place.js"),
    *("names.js", "draft.js", "store.js", "deliver.js", "outbox.js", "sync.js"),
]


def fill(page: Page) -> None:
    """Answer what is required, in one step or in two."""
    page.get_by_label("Address").fill("SE 34th")
    go_on(page)
    page.get_by_label("Size 2").first.check()
    page.get_by_label("Which color?").select_option("Color 7")
    page.get_by_role("group", name="Which parts?").get_by_label("Size 1").check()
    page.get_by_label("What is it called?").fill("Old oak")


def go_on(page: Page) -> None:
    """To the next step, if there are steps."""
    button = page.get_by_role("button", name="Continue")
    if button.count() and button.is_visible():
        button.click()


def send(page: Page) -> None:
    """Go through all the steps that are left, and send."""
    for _ in range(3):
        go_on(page)
    page.get_by_role("button", name="Send report").click()
    expect(page.get_by_role("heading", name="Sent")).to_be_visible()


def test_without_script_the_form_is_one_page_that_works(
    new_context: Callable[..., BrowserContext], fake: FakeCity
) -> None:
    page = new_context(base_url=fake.url, java_script_enabled=False).new_page()
    page.goto("/en/report/everything/")
    expect(page.locator("section[data-step]:visible")).to_have_count(5)
    # Nothing that only a script could fill stands there empty.
    expect(page.locator("dl:visible, .row:visible, .progress:visible")).to_have_count(0)
    fill(page)
    page.locator("#media-2").set_input_files(
        {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": b"\xff\xd8\xff"}
    )
    send(page)
    (form,) = fake.forms
    assert form["attribute[SIZE]"] == ["s2"]
    assert form["media"][1] == ("a.jpg", b"\xff\xd8\xff")


@pytest.mark.parametrize("missing", [*FORM_MODULES, *LATE])
def test_a_module_that_does_not_load_takes_only_its_own_comfort_away(
    page: Page, fake: FakeCity, missing: str
) -> None:
    fake.faults["static"] = [missing]
    page.goto("/en/report/everything/", wait_until="load")
    fill(page)
    send(page)
    answered = fake.forms[0] if fake.forms else next(iter(fake.reports.values())).content
    assert "Old oak" in answered["attribute[NAME]"]


NO_PHOTO_INPUT = """
  const { define } = customElements;
  customElements.define = (name, ...rest) => name === "photo-input" || define.call(customElements, name, ...rest);
"""


def test_photos_go_with_the_report_even_if_their_element_does_not_work(
    fresh_page: Page, fake: FakeCity
) -> None:
    page = fresh_page
    page.add_init_script(NO_PHOTO_INPUT)
    page.goto("/en/report/anywhere/")
    for _ in range(2):
        page.get_by_role("button", name="Continue").click()
    page.locator("#media-3").set_input_files(
        {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": b"\xff\xd8\xff"}
    )
    page.get_by_label("What does photo 3 show?").fill("A hole")
    for _ in range(2):
        page.get_by_role("button", name="Continue").click()
    expect(page.locator("dl.answers > div", has_text="Photo 3")).to_contain_text("A hole")
    page.get_by_role("button", name="Send report").click()
    expect(page.get_by_role("heading", name="Sent")).to_be_visible()
    (form,) = fake.forms
    assert form["media"][2] == ("a.jpg", b"\xff\xd8\xff")
    assert form["media_description"][2] == "A hole"


@pytest.mark.parametrize("file", MODULES, ids=lambda file: file.name)
def test_browsers_of_2019_can_read_the_modules(file: Path) -> None:
    """Chrome 78 and Safari 13.0 know ES2019; some names that came later are not to be used either."""
    code = file.read_text()
    assert not re.search(r"\?\.[^\d]|\?\?|\|\|=|&&=|static\s*\{|\bimport\.meta", code)
    assert not re.search(
        r"replaceAll|replaceChildren|\.at\(|\.flat\(|\.flatMap\(|matchAll|allSettled|hasOwn\(", code
    )
    # Fields of classes, private and public: Safari 14.1.
    classes = "".join(re.findall(r"^(?:export )?class .*?^}", code, re.MULTILINE | re.DOTALL))
    assert not re.search(r"this\.#|^  \w+( = .*)?;$", classes, re.MULTILINE)
    # Our security policy forbids these, so they would do nothing but complain.
    assert not re.search(
        r"innerHTML\s*=[^=]|insertAdjacentHTML|eval\(|new Function|setAttribute\(\"style", code
    )
