"""<offline-form>: what somebody has begun is kept as they write, and comes back whole."""

from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from a11y_tests.modules.conftest import Axe, Form, clean
from a11y_tests.modules.fake_city import FakeCity
from a11y_tests.modules.phone import (
    Store,
    add_photos,
    at_the_end,
    describe,
    go_on,
    kept_as_draft,
    said,
    send,
    sent,
    unreadable,
    until,
)


@pytest.fixture
def photos(tmp_path: Path) -> list[Path]:
    """Three photos as a phone names them, each with its own bytes."""
    files = []
    for number in (1, 2, 3):
        (tmp_path / str(number)).mkdir()
        files.append(unreadable(tmp_path / str(number) / "image.heic", 5000 + number))
    return files


def answers(page: Page) -> list[list[str]]:
    """Everything that would be sent of a form, except photos."""
    filled: list[list[str]] = page.evaluate(
        "Array.from(new FormData(document.querySelector('form'))).filter(([, value]) => typeof value === 'string')"
    )
    return filled


def photos_in(page: Page) -> list[int]:
    """The sizes of the photos that would be sent."""
    sizes: list[int] = page.evaluate(
        "() => Array.from(document.querySelectorAll('[name=media]'), ({ files }) => files[0].size)"
    )
    return sizes


def write_everything(page: Page, photos: list[Path]) -> None:
    """Answer every kind of question, with a pin and photos; ends in the step for photos."""
    page.get_by_label("Address").fill("SE 34th")
    page.evaluate("document.querySelector('place-picker').setPin([45.52, -122.66], 'device', 12.4)")
    go_on(page, 1)
    page.get_by_label("Size 2").first.check()
    page.get_by_label("Which color?").select_option("Color 7")
    page.get_by_role("group", name="Which parts?").get_by_label("Size 1").check()
    page.get_by_role("group", name="Which parts?").get_by_label("Size 3").check()
    page.get_by_label("What is it called?").fill("Árbol <b>&")
    page.get_by_label("Since when?").fill("2026-11-20T08:30")
    page.get_by_label("What happened?").fill("First this.\nThen that.")
    page.get_by_label("How many are there?").fill("12")
    page.get_by_label("Describe it").fill("Broken glass.\nA lot of it.")
    go_on(page, 1)
    add_photos(page, *photos)
    page.get_by_label("What does photo 1 show?").fill("A tree")
    page.get_by_label("What does photo 3 show?").fill("Its roots")


def everything_is_back(page: Page, before: list[list[str]], photos: list[Path], axe: Axe) -> None:
    """The same step with the same answers and photos; nothing has to be said twice."""
    expect(page.locator(".progress")).to_have_text("Step 3 of 5")
    expect(page.locator(".photo-list > li")).to_have_count(3)
    assert answers(page) == before
    assert photos_in(page) == [photo.stat().st_size for photo in photos]
    expect(page.get_by_label("What does photo 1 show?")).to_have_value("A tree")
    expect(page.get_by_label("What does photo 3 show?")).to_have_value("Its roots")
    axe(page)
    for _ in range(2):
        page.get_by_role("button", name="Back").click()
    expect(page.get_by_text("The pin:")).to_be_visible()
    go_on(page, 4)
    expect(page.get_by_role("heading", name="Check and send")).to_be_visible()


# --- keeping ----------------------------------------------------------------------------------------------------------


def test_what_is_typed_is_kept_and_the_address_names_it(form: Form, fake: FakeCity, axe: Axe) -> None:
    page = form("/en/report/anywhere/")
    go_on(page, 1)
    page.get_by_label("Describe it").press_sequentially("Broken")
    draft = kept_as_draft(page)
    assert draft == page.locator("[name=id]").input_value()
    kept = Store(page, fake).only()
    assert (kept["id"], kept["state"]) == (draft, "draft")
    assert kept["reference"] == page.locator("[name=reference]").input_value()
    axe(page)


@pytest.mark.parametrize(
    "leave",
    [
        "document.activeElement.blur()",
        "document.dispatchEvent(new Event('visibilitychange'))",
        "window.dispatchEvent(new Event('pagehide'))",
    ],
    ids=["the-field", "the-app", "the-page"],
)
def test_what_was_typed_is_kept_at_once_when_somebody_goes_on(
    fresh_page: Page, fake: FakeCity, leave: str
) -> None:
    page = fresh_page
    # As on iPhones.
    page.add_init_script(
        "addEventListener('beforeunload', (event) => event.stopImmediatePropagation(), true)"
    )
    page.clock.install(time=1_800_000_000)
    page.goto("/en/report/anywhere/")
    go_on(page, 1)
    # Time stands still: nothing is kept because somebody rests.
    page.clock.pause_at(1_800_003_600)
    page.get_by_label("Describe it").press_sequentially("Broken")
    page.evaluate(leave)
    until(lambda: "Broken" in str(Store(page, fake).reports()))


def test_an_answer_and_a_photo_are_kept_at_once(fresh_page: Page, fake: FakeCity, photos: list[Path]) -> None:
    page = fresh_page
    page.clock.install(time=1_800_000_000)
    page.goto("/en/report/everything/")
    page.get_by_label("Address").fill("By the old oak")
    go_on(page, 1)
    page.clock.pause_at(1_800_003_600)
    page.get_by_label("Size 2").first.check()
    store = Store(page, fake)
    until(lambda: "'s2'" in str(store.reports()))
    page.get_by_label("Add photos").set_input_files(photos[0])
    until(lambda: store.photos(store.only()["id"]) == [photos[0].read_bytes()])


def test_a_photo_alone_is_kept(form: Form, fake: FakeCity, photos: list[Path]) -> None:
    page = form("/en/report/anywhere/")
    go_on(page, 2)
    add_photos(page, photos[0])
    assert Store(page, fake).photos(kept_as_draft(page)) == [photos[0].read_bytes()]


def test_opening_a_form_and_looking_around_keeps_nothing(fresh_page: Page, fake: FakeCity) -> None:
    page = fresh_page
    page.clock.install()
    page.goto("/en/report/anywhere/")
    go_on(page, 4)
    page.get_by_role("button", name="Back").click()
    page.clock.fast_forward(60_000)
    assert Store(page, fake).reports() == {}
    assert "draft" not in page.url


def test_after_sending_no_draft_is_left(form: Form, fake: FakeCity) -> None:
    page = at_the_end(form("/en/report/anywhere/"))
    page.get_by_role("link", name="Change First name").click()
    page.get_by_label("First name").fill("Ada")
    go_on(page, 1)
    # At once: what was written last has not been kept yet.
    send(page)
    sent(page)
    page = form("/en/report/anywhere/")
    assert page.get_by_label("Describe it").input_value() == ""
    assert Store(page, fake).states() == ["done"]
    expect(page.locator("sync-status")).to_be_hidden()


def test_photos_and_words_that_change_at_the_same_moment_are_all_kept(form: Form, fake: FakeCity) -> None:
    page = form("/en/report/anywhere/")
    page.evaluate(
        """() => {
          const transfer = new DataTransfer();
          const head = [0, 0, 0, 24, 102, 116, 121, 112, 104, 101, 105, 99];
          for (const n of [1, 2, 3]) {
            // As phones do: all bear the same name.
            transfer.items.add(new File([new Uint8Array([...head, ...Array(2000 + n).fill(n)])], "image.jpg", { type: "image/jpeg" }));
          }
          const choose = document.querySelector("[data-part=choose]");
          choose.files = transfer.files;
          choose.dispatchEvent(new Event("change", { bubbles: true }));
          for (const [name, value] of [["description", "One"], ["address_string", "Two"], ["first_name", "Three"]]) {
            const field = document.querySelector(`form [name=${name}]`);
            field.value = value;
            field.dispatchEvent(new Event("input", { bubbles: true }));
          }
        }"""
    )
    page.evaluate("document.querySelector('photo-input').work")
    store = Store(page, fake)
    until(lambda: len(store.reports()) == 1 and len(store.photos(store.only()["id"])) == 3)
    page.goto(f"/en/report/anywhere/?draft={store.only()['id']}")
    expect(page.locator(".photo-list > li")).to_have_count(3)
    assert photos_in(page) == [2013, 2014, 2015]
    for name, value in (("description", "One"), ("address_string", "Two"), ("first_name", "Three")):
        assert page.locator(f"form [name={name}]").input_value() == value


# --- coming back ------------------------------------------------------------------------------------------------------


def test_a_reload_brings_everything_back(form: Form, fake: FakeCity, photos: list[Path], axe: Axe) -> None:
    page = form()
    write_everything(page, photos)
    kept_as_draft(page)
    before = answers(page)
    page.reload()
    everything_is_back(page, before, photos, axe)
    send(page)
    sent(page)
    (report,) = fake.reports.values()
    assert report.content["attribute[PARTS]"] == ["s1", "s3"]
    assert [item.get("description") for item in report.content["media"]] == ["A tree", None, "Its roots"]
    assert sorted(map(len, fake.photos.values())) == [5001, 5002, 5003]


def test_what_is_typed_before_the_draft_is_there_is_newer(form: Form, fake: FakeCity) -> None:
    """The same holds for what a browser puts back when somebody goes back to the page."""
    page = form("/en/report/anywhere/")
    page.get_by_label("Address").fill("By the old oak")
    go_on(page, 1)
    page.get_by_label("Describe it").fill("Broken")
    draft = kept_as_draft(page)
    until(lambda: "Broken" in str(Store(page, fake).only()))
    held: list[Route] = []
    page.route("**/draft.js", lambda route: held.append(route))
    with page.expect_request("**/draft.js"):
        page.goto(f"/en/report/anywhere/?draft={draft}", wait_until="commit")
    page.get_by_label("Address").fill("By the young oak")
    held[0].continue_()
    until(lambda: "young" in str(Store(page, fake).only()))
    expect(page.get_by_label("Address")).to_have_value("By the young oak")
    go_on(page, 1)
    expect(page.get_by_label("Describe it")).to_have_value("Broken")


def test_a_tab_that_was_closed_brings_everything_back(
    fresh_page: Page, fake: FakeCity, photos: list[Path], axe: Axe
) -> None:
    first = fresh_page
    first.goto("/en/report/everything/")
    write_everything(first, photos)
    kept_as_draft(first)
    before, address = answers(first), first.url
    context = first.context
    first.close()
    second = context.new_page()
    with clean(second):
        # Browsers open a closed tab again at its address.
        second.goto(address)
        everything_is_back(second, before, photos, axe)


def test_what_was_typed_right_before_a_reload_is_kept(fresh_page: Page, fake: FakeCity) -> None:
    page = fresh_page
    page.clock.install(time=1_800_000_000)
    page.goto("/en/report/anywhere/")
    describe(page, "Broken")
    kept_as_draft(page)
    # Time stands still: nothing is kept because somebody rests. But an answer from the city takes its time.
    page.clock.pause_at(1_800_003_600)
    page.get_by_label("Describe it").fill("Broken glass")
    # Another tab sees what is kept.
    witness = page.context.new_page()
    witness.goto("/own/receipt/")
    page.route("**/report/anywhere/*", partial(answer_when_kept, Store(witness, fake)))
    page.reload()
    expect(page.get_by_label("Describe it")).to_have_value("Broken glass")


def answer_when_kept(store: Store, route: Route) -> None:
    until(lambda: "Broken glass" in str(store.reports()))
    route.continue_()


def test_a_browser_that_may_not_fill_file_inputs_keeps_photos_all_the_same(
    fresh_page: Page, fake: FakeCity, photos: list[Path]
) -> None:
    page = fresh_page
    page.add_init_script("delete window.DataTransfer")
    page.goto("/en/report/anywhere/")
    describe(page, "Broken glass.")
    go_on(page, 1)
    page.locator("#media-1").set_input_files(photos[0])
    page.get_by_label("What does photo 1 show?").fill("A hole")
    page.get_by_label("What does photo 1 show?").blur()
    store = Store(page, fake)
    until(lambda: [len(store.photos(id)) for id in store.reports()] == [1])
    page.reload()
    expect(page.get_by_text("1 of 5 photos added")).to_be_visible()
    for _ in range(2):
        page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Send report").click()
    sent(page)
    (report,) = fake.reports.values()
    (medium,) = report.content["media"]
    assert (medium["sha256"] in fake.photos, medium["description"]) == (True, "A hole")


def test_another_language_goes_on_with_the_draft(form: Form, fake: FakeCity, photos: list[Path]) -> None:
    page = form("/en/report/anywhere/")
    describe(page, "Vidrio roto")
    go_on(page, 1)
    add_photos(page, photos[0])
    draft = kept_as_draft(page)
    page.locator("header summary").click()
    page.get_by_role("link", name="Español").click()
    expect(page.locator("html")).to_have_attribute("lang", "es")
    expect(page.locator("#description")).to_have_value("Vidrio roto")
    expect(page.locator(".photo-list > li")).to_have_count(1)
    for _ in range(4):
        page.get_by_role("button", name="Continuar").click()
    page.locator("[type=submit]").click()
    sent(page)
    ((report_id, report),) = fake.reports.items()
    assert report_id == draft
    assert (report.content["language"], report.content["description"]) == ("es", "Vidrio roto")


def test_several_drafts_stand_side_by_side(form: Form, fake: FakeCity) -> None:
    ids = []
    for words in ("First", "Second", "Third"):
        page = form("/en/report/anywhere/")
        expect(page.get_by_label("Describe it")).to_have_value("")
        page.get_by_label("Address").fill(f"{words} street")
        describe(page, words)
        ids.append(kept_as_draft(page))
    page.goto("/en/mine/")
    drafts = page.locator("section", has=page.get_by_role("heading", name="Drafts")).locator("li")
    expect(drafts).to_have_count(3)
    for words in ("First", "Second", "Third"):
        page.goto("/en/mine/")
        page.get_by_role("link", name=f"Continue Anywhere {words} street").click()
        expect(page.get_by_label("Describe it")).to_have_value(words)
    assert set(Store(page, fake).reports()) == set(ids)


def test_another_form_begins_empty(form: Form) -> None:
    page = form()
    page.get_by_label("Address").fill("SE 34th")
    describe(page, "Broken")
    page.get_by_label("How many are there?").fill("12")
    kept_as_draft(page)
    page = form("/en/report/pothole/")
    assert page.get_by_label("Describe it").input_value() == ""
    assert page.get_by_label("How many holes are there?").input_value() == ""


def test_a_draft_taken_to_another_type_keeps_its_words_but_no_answer_to_another_question(form: Form) -> None:
    page = form()
    page.get_by_label("Address").fill("SE 34th")
    describe(page, "Broken")
    page.get_by_label("How many are there?").fill("12")
    draft = kept_as_draft(page)
    # Both types ask a question COUNT, and they are not the same question.
    page = form(f"/en/report/pothole/?draft={draft}")
    expect(page.get_by_label("Describe it")).to_have_value("Broken")
    assert page.get_by_label("How many holes are there?").input_value() == ""


def test_a_draft_that_is_not_here_any_more_is_an_empty_form(form: Form, fake: FakeCity) -> None:
    page = form("/en/report/anywhere/?draft=01a20d24-0000-7000-8000-000000000000")
    describe(page, "Broken")
    draft = kept_as_draft(page)
    assert draft == page.locator("[name=id]").input_value() != "01a20d24-0000-7000-8000-000000000000"
    assert list(Store(page, fake).reports()) == [draft]


# --- two tabs -----------------------------------------------------------------------------------------------------------


def test_the_same_draft_in_two_tabs_becomes_two_reports_and_nothing_is_overwritten(
    fresh_page: Page, fake: FakeCity, photos: list[Path]
) -> None:
    first = fresh_page
    first.goto("/en/report/anywhere/")
    at_the_end(first, photos[0])
    draft = kept_as_draft(first)
    second = first.context.new_page()
    with clean(second):
        second.goto(f"/en/report/anywhere/?draft={draft}")
        expect(second.locator(".photo-list > li")).to_have_count(1)
        describe(second, "Seen by B")
        until(lambda: "B" in str(Store(second, fake).reports()))
        first.get_by_role("link", name="Change Describe").click()
        first.get_by_label("Describe it").fill("Seen by A")
        go_on(first, 1)
        until(lambda: len(Store(second, fake).reports()) == 2)
        send(first)
        sent(first)
        go_on(second, 3)
        send(second)
        sent(second)
    assert {report.content["description"] for report in fake.reports.values()} == {"Seen by A", "Seen by B"}
    assert len({report.content["reference"] for report in fake.reports.values()}) == 2
    # The photo goes with both.
    assert [len(report.content["media"]) for report in fake.reports.values()] == [1, 1]


def test_a_tab_with_a_draft_that_another_has_sent_goes_on_as_a_report_of_its_own(
    fresh_page: Page, fake: FakeCity
) -> None:
    first = fresh_page
    first.clock.install(time=1_800_000_000)
    first.goto("/en/report/anywhere/")
    at_the_end(first)
    draft = kept_as_draft(first)
    second = first.context.new_page()
    with clean(second):
        second.goto(f"/en/report/anywhere/?draft={draft}")
        expect(second.get_by_label("Describe it")).to_have_value("Broken glass.\nA lot of it.")
        kept_as_draft(second)
        go_on(second, 4)
        send(second)
        sent(second)
        assert fake.reports[draft].content["description"] == "Broken glass.\nA lot of it."
        # Time stands still: what is written now is not kept before it is sent.
        first.clock.pause_at(1_800_003_600)
        first.get_by_role("link", name="Change Describe").click()
        first.get_by_label("Describe it").fill("And one more")
        go_on(first, 1)
        send(first)
        sent(first)
    assert len(fake.reports) == 2
    assert fake.reports[draft].content["description"] == "Broken glass.\nA lot of it."


def test_a_draft_that_waits_to_be_sent_is_not_opened_again(form: Form, fake: FakeCity) -> None:
    page = at_the_end(form("/en/report/anywhere/"))
    draft = kept_as_draft(page)
    page.route("**/requests/**", lambda route: route.abort())
    send(page)
    expect(said(page)).to_contain_text("Saved on this phone.")
    page.goto(f"/en/report/anywhere/?draft={draft}")
    expect(page.get_by_role("heading", name="My requests", level=1)).to_be_visible()
    expect(page.get_by_text("Saved on this phone.")).to_be_visible()
    assert Store(page, fake).states() == ["queued"]
