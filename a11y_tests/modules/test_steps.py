"""<step-form>: one step at a time, with focus, history and messages where people need them."""

from playwright.sync_api import Locator, Page, expect

from a11y_tests.modules.conftest import Axe, Form
from a11y_tests.modules.fake_city import FakeCity
from a11y_tests.modules.phone import kept_as_draft


def step(page: Page) -> str:
    """The heading of the step that is shown; there must be one only."""
    shown = page.locator("section[data-step]:visible")
    expect(shown).to_have_count(1)
    return shown.locator("h2").inner_text()


def go_on(page: Page) -> None:
    page.get_by_role("button", name="Continue").click()


def answer_all(page: Page) -> None:
    """Answer what is required in the step for the questions."""
    page.get_by_label("Size 2").first.check()
    page.get_by_label("Which color?").select_option("Color 7")
    page.get_by_role("group", name="Which parts?").get_by_label("Size 1").check()
    page.get_by_role("group", name="Which parts?").get_by_label("Size 3").check()
    page.get_by_label("What is it called?").fill("Old oak")


def to_questions(page: Page) -> None:
    """Say where it is and go on to the questions."""
    page.get_by_label("Address, crossing or place").fill("3912 SE Hawthorne Blvd")
    go_on(page)


def to_check(page: Page) -> None:
    """Fill what is required and go to the last step."""
    to_questions(page)
    from_questions_to_check(page)


def from_questions_to_check(page: Page) -> None:
    answer_all(page)
    for _ in range(3):
        go_on(page)
    expect(page.get_by_role("heading", name="Check and send")).to_be_focused()


def tab_to(page: Page, target: Locator) -> None:
    """Press Tab until the focus is there, as somebody without a mouse does."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if target.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(f"Tab never comes to {target}")


def test_each_step_has_its_own_heading_title_and_entry_of_the_history(form: Form, axe: Axe) -> None:
    page = form("/en/report/anywhere/")
    titles, urls = [], []
    for number, heading in enumerate(
        ["Where is it?", "What is happening?", "Photos", "How can we reach you?", "Check and send"], start=1
    ):
        assert step(page) == heading
        expect(page.locator("section:visible > .progress")).to_have_text(f"Step {number} of 5")
        titles.append(page.title())
        urls.append(page.url)
        axe(page)
        if number < 5:
            go_on(page)
            expect(page.locator("section:visible h2")).to_be_focused()
    assert titles[1] == "What is happening? – Step 2 of 5 – Anywhere – Portland 311"
    assert len(set(titles)) == len(set(urls)) == 5
    assert urls[1].endswith("#step-problem")


def test_the_heading_that_takes_the_focus_says_which_step_it_is(form: Form) -> None:
    page = form("/en/report/anywhere/")
    go_on(page)
    expect(page.locator("section:visible h2")).to_have_accessible_description("Step 2 of 5")


def test_first_step_has_no_back_and_last_no_continue(form: Form) -> None:
    page = form("/en/report/anywhere/")
    expect(page.get_by_role("button", name="Back")).to_be_hidden()
    for _ in range(4):
        go_on(page)
    expect(page.get_by_role("button", name="Continue")).to_be_hidden()
    expect(page.get_by_role("button", name="Send report")).to_be_visible()


def test_back_of_the_page_and_of_the_browser_go_one_step_back_and_keep_what_was_typed(form: Form) -> None:
    page = form("/en/report/anywhere/")
    page.get_by_label("Address").fill("SE 34th and Hawthorne")
    go_on(page)
    page.get_by_label("Describe it").fill("A hole.\nVery deep.")
    go_on(page)
    assert step(page) == "Photos"
    page.go_back()
    expect(page.get_by_role("heading", name="What is happening?")).to_be_focused()
    page.get_by_role("button", name="Back").click()
    expect(page.get_by_role("heading", name="Where is it?")).to_be_focused()
    expect(page.get_by_label("Address")).to_have_value("SE 34th and Hawthorne")
    page.go_forward()
    expect(page.get_by_role("heading", name="What is happening?")).to_be_focused()
    expect(page.get_by_label("Describe it")).to_have_value("A hole.\nVery deep.")


def test_back_on_the_first_step_leaves_the_form(form: Form, fake: FakeCity, page: Page) -> None:
    page.goto("/elsewhere/")
    form("/en/report/anywhere/")
    go_on(page)
    page.go_back()
    assert step(page) == "Where is it?"
    page.go_back()
    expect(page).to_have_url(fake.url + "/elsewhere/")


def test_coming_back_from_another_page_opens_the_same_step_with_what_was_typed(form: Form) -> None:
    page = form("/en/report/anywhere/")
    go_on(page)
    page.get_by_label("Describe it").fill("A hole")
    for _ in range(2):
        go_on(page)
    page.get_by_label("First name").fill("Ada")
    page.get_by_role("link", name="Your privacy").click()
    page.go_back()
    expect(page.get_by_role("heading", name="How can we reach you?")).to_be_visible()
    expect(page.get_by_label("First name")).to_have_value("Ada")
    go_on(page)
    assert dict(answers(page))["Describe it in your own words"] == "A hole"


def test_reload_stays_in_the_step(form: Form) -> None:
    page = form("/en/report/anywhere/")
    go_on(page)
    go_on(page)
    page.reload()
    expect(page.get_by_role("heading", name="Photos")).to_be_visible()
    page.get_by_role("button", name="Back").click()
    assert step(page) == "What is happening?"


def test_a_reload_comes_back_to_the_step_with_everything_in_it(form: Form) -> None:
    page = form()
    to_check(page)
    kept_as_draft(page)
    page.reload()
    expect(page.get_by_role("heading", name="Check and send")).to_be_visible()
    expect(page.locator(".answers")).to_contain_text("3912 SE Hawthorne Blvd")
    expect(page.locator("#errors")).to_have_count(0)


def test_a_link_into_a_form_that_is_still_empty_opens_the_first_step(form: Form) -> None:
    page = form("/en/report/everything/#step-check")
    assert step(page) == "Where is it?"
    expect(page.locator("#errors")).to_have_count(0)


def test_the_skip_link_stays_in_the_step(form: Form) -> None:
    page = form("/en/report/anywhere/")
    go_on(page)
    page.evaluate("document.querySelector('.skip').click()")
    assert step(page) == "What is happening?"
    go_on(page)
    page.go_back()
    assert step(page) == "What is happening?"
    page.get_by_role("button", name="Back").click()
    assert step(page) == "Where is it?"


def test_a_module_that_arrives_late_does_not_take_the_field_away(page: Page, fake: FakeCity) -> None:
    page.route("**/steps.js", lambda route: held.append(route))
    held: list = []  # type: ignore[type-arg]
    with page.expect_request("**/steps.js"):
        page.goto("/en/report/everything/", wait_until="commit")
    page.get_by_label("Describe it").fill("A hole")
    held[0].continue_()
    expect(page.locator(".progress")).to_have_text("Step 2 of 5")
    expect(page.get_by_label("Describe it")).to_be_focused()


# --- what is missing ----------------------------------------------------------------------------------------------


def test_missing_answers_are_said_in_a_summary_and_at_each_question(form: Form, axe: Axe) -> None:
    page = form()
    to_questions(page)
    go_on(page)
    summary = page.get_by_role("group", name="Please check the form")
    expect(summary).to_be_focused()
    assert page.title().startswith("Error: What is happening? – Step 2 of 5")
    expect(summary.get_by_role("link")).to_have_text(
        [
            "Choose an answer: How big is it?",
            "Choose an answer: Which color?",
            "Choose at least one answer: Which parts?",
            "Answer this question: What is it called?",
        ]
    )
    first_radio = page.locator("input[type=radio]").first
    expect(first_radio).to_have_accessible_description("Error: Choose an answer: How big is it?")
    color = page.get_by_label("Which color?")
    expect(color).to_have_accessible_description("Error: Choose an answer: Which color?")
    expect(color).to_have_attribute("aria-invalid", "true")
    axe(page)


def test_lines_of_the_summary_lead_to_their_controls(form: Form) -> None:
    page = form()
    to_questions(page)
    # From then on the address names the draft.
    kept_as_draft(page)
    before = page.url
    for question, control in (
        ("How big", page.locator("input[type=radio]").first),
        ("Which color", page.get_by_label("Which color?")),
        ("Which parts", page.locator("input[type=checkbox]").first),
        ("called", page.get_by_label("What is it called?")),
    ):
        go_on(page)
        page.locator("#errors").get_by_role("link", name=question).press("Enter")
        expect(control).to_be_focused()
    expect(page).to_have_url(before)


def test_mended_answers_lose_their_messages(form: Form) -> None:
    page = form()
    to_questions(page)
    go_on(page)
    answer_all(page)
    page.get_by_label("What is it called?").fill("  ")
    go_on(page)
    expect(page.locator("#errors a")).to_have_text(["Answer this question: What is it called?"])
    expect(page.locator("p.error")).to_have_count(1)
    page.get_by_label("What is it called?").fill("Old oak")
    go_on(page)
    expect(page.locator("#errors, p.error, [aria-invalid]")).to_have_count(0)
    assert page.title().startswith("Photos")


def test_a_place_is_words_or_a_pin(form: Form, axe: Axe) -> None:
    page = form()
    go_on(page)
    expect(page.locator("#errors a")).to_have_text(
        ["Say where it is: write an address or a crossing, or choose the place on the map."]
    )
    page.locator("#errors a").click()
    expect(page.get_by_label("Address")).to_be_focused()
    axe(page)
    page.evaluate("document.querySelector('place-picker').setPin([45.52, -122.66], 'map')")
    go_on(page)
    assert step(page) == "What is happening?"


def test_hints_stay_part_of_the_description(form: Form) -> None:
    page = form()
    go_on(page)
    address = page.get_by_label("Address")
    assert address.get_attribute("aria-describedby") == "address_string-hint address_string-error"
    address.fill("SE 34th")
    go_on(page)
    page.go_back()
    assert address.get_attribute("aria-describedby") == "address_string-hint"


def test_what_is_missing_before_sending_is_shown_where_it_is(form: Form, fake: FakeCity) -> None:
    page = form()
    to_check(page)
    page.get_by_role("link", name="Change Address").click()
    page.get_by_label("Address").fill("")
    page.go_back()
    page.get_by_role("button", name="Send report").click()
    expect(page.locator("#errors")).to_be_focused()
    assert step(page) == "Where is it?"
    page.locator("#errors a").click()
    expect(page.get_by_label("Address")).to_be_focused()
    assert fake.count("PUT") == 0
    page.keyboard.type("SE 34th")
    go_on(page)
    # Whoever was sent back to one step does not have to go through all others again.
    expect(page.get_by_role("heading", name="Check and send")).to_be_focused()


def test_errors_of_the_server_open_the_step_they_are_in(form: Form, axe: Axe) -> None:
    page = form("/en/report/everything/?errors=1")
    assert step(page) == "What is happening?"
    expect(page.locator("#errors")).to_be_focused()
    axe(page)
    page.locator("#errors").get_by_role("link", name="email").click()
    assert step(page) == "How can we reach you?"
    expect(page.get_by_label("E-mail")).to_be_focused()
    expect(page.get_by_label("E-mail")).to_have_accessible_description("Error: Check the email address.")
    page.locator("#errors").get_by_role("link", name="How big").click()
    expect(page.locator("input[type=radio]").first).to_be_focused()
    answer_all(page)
    go_on(page)
    # The other error is still there, and so are its message and the word in the title.
    expect(page.locator("#errors a")).to_have_text(["Check the email address."])
    assert page.title().startswith("Error: ")


# --- keys -----------------------------------------------------------------------------------------------------------


def test_enter_in_a_field_continues_and_sends_only_at_the_end(form: Form, fake: FakeCity) -> None:
    page = form("/en/report/anywhere/")
    page.get_by_label("Address").press("Enter")
    assert step(page) == "What is happening?"
    page.get_by_label("Describe it").fill("A hole")
    go_on(page)
    go_on(page)
    page.get_by_label("First name").press("Enter")
    assert step(page) == "Check and send"
    assert fake.count("PUT") == fake.count("POST") == 0


def test_the_whole_way_by_keyboard_alone(form: Form, fake: FakeCity) -> None:
    page = form()
    keyboard = page.keyboard
    tab_to(page, page.get_by_label("Address"))
    keyboard.type("SE 34th and Hawthorne")
    go_on_by_keyboard(page, "What is happening?")
    tab_to(page, page.get_by_label("Size 1").first)
    keyboard.press("Space")
    tab_to(page, page.get_by_label("Which color?"))
    keyboard.press("ArrowDown")
    tab_to(page, page.get_by_role("group", name="Which parts?").get_by_label("Size 2"))
    keyboard.press("Space")
    tab_to(page, page.get_by_label("What is it called?"))
    keyboard.type("Old oak")
    for heading in ("Photos", "How can we reach you?", "Check and send"):
        go_on_by_keyboard(page, heading)
    tab_to(page, page.get_by_role("button", name="Send report"))
    keyboard.press("Enter")
    page.wait_for_url("**/sent/**")
    (report,) = fake.reports.values()
    assert report.content["attribute[SIZE]"] == "s1"
    assert report.content["address_string"] == "SE 34th and Hawthorne"


def go_on_by_keyboard(page: Page, heading: str) -> None:
    tab_to(page, page.get_by_role("button", name="Continue"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=heading)).to_be_focused()


def test_a_double_click_on_continue_goes_one_step(form: Form) -> None:
    page = form("/en/report/anywhere/")
    page.get_by_role("button", name="Continue").dblclick()
    assert step(page) == "What is happening?"


# --- check your answers -----------------------------------------------------------------------------------------------


def answers(page: Page) -> list[tuple[str, str]]:
    rows = page.locator("dl.answers > div")
    return [
        (row.locator("dt").inner_text(), row.locator("dd").first.evaluate("dd => dd.textContent"))
        for row in rows.all()
    ]


def test_answers_are_listed_in_the_words_that_were_shown(form: Form, axe: Axe) -> None:
    page = form()
    to_questions(page)
    page.get_by_label("Since when?").fill("2026-11-20T08:30")
    page.get_by_label("What happened?").fill("First this.\nThen that.")
    from_questions_to_check(page)
    rows = dict(answers(page))
    # In the order in which they were asked for.
    assert list(rows)[:2] == ["Address, crossing or place", "How big is it?"]
    assert rows["How big is it?"] == "Size 2"
    assert rows["Which color?"] == "Color 7"
    assert rows["Which parts?"] == "Size 1\nSize 3"
    assert rows["Since when?"] == "November 20, 2026, 8:30\u202fAM"
    assert rows["What happened?"] == "First this.\nThen that."
    assert rows["Describe it in your own words"] == "Not answered"
    assert rows["Address, crossing or place"] == "3912 SE Hawthorne Blvd"
    assert rows["Photos"] == "No photos"
    assert "Pin on the map" not in rows
    axe(page)


def test_change_leads_to_the_field_and_straight_back(form: Form) -> None:
    page = form()
    to_check(page)
    page.get_by_role("link", name="Change Address, crossing or place").click()
    expect(page.get_by_label("Address")).to_be_focused()
    page.get_by_label("Address").fill("Holgate Library")
    go_on(page)
    expect(page.get_by_role("heading", name="Check and send")).to_be_focused()
    assert dict(answers(page))["Address, crossing or place"] == "Holgate Library"
    page.go_back()
    page.go_back()
    expect(page.get_by_role("heading", name="Check and send")).to_be_focused()


def test_photos_the_server_has_are_listed_with_their_descriptions(form: Form) -> None:
    page = form("/en/report/anywhere/?kept=1")
    for _ in range(4):
        go_on(page)
    assert ("Photo 1", "A tree") in answers(page)


def test_steps_work_from_right_to_left(form: Form, axe: Axe) -> None:
    page = form("/en/report/everything/?rtl=1")
    to_check(page)
    axe(page)
    # Inserted values are kept apart from the words around them.
    expect(page.locator(".progress")).to_have_text("Step \u20685\u2069 of \u20685\u2069")
