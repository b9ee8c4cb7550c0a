"""What goes wrong on the way: a report arrives once, and whoever sends it is never left without a next step."""

import re

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from a11y_tests.conftest import Contexts
from a11y_tests.photos import bomb, not_a_photo, payload, phone_photo
from a11y_tests.resident import Resident
from a11y_tests.server import Desk, PortalServer

BROKEN_ON_PURPOSE = ("net::ERR_", "503", "blob:")
SAVED = "Saved on this phone. It will be sent when there is a connection."
PHOTO_LATER = "The city has your report. Photos that follow when there is a connection: 1."
WAYS = [pytest.param(True, id="script"), pytest.param(False, id="no-script")]


# --- sent more than once ------------------------------------------------------------------------------------


@pytest.mark.parametrize("script", WAYS)
def test_a_double_tap_sends_one_report(new_context: Contexts, desk: Desk, script: bool) -> None:
    resident = Resident(new_context(script=script), script=script)
    before = desk.count()
    resident.fill_in()
    resident.button("Send report").dblclick()
    resident.arrive()
    assert desk.count() == before + 1


def test_going_back_and_sending_again_is_the_same_report(new_context: Contexts, desk: Desk) -> None:
    resident = Resident(new_context(script=False), script=False)
    before = desk.count()
    resident.fill_in()
    resident.send()
    first = resident.reference
    resident.page.go_back()
    resident.send()
    assert resident.reference == first
    assert desk.count() == before + 1


def test_going_back_and_sending_something_else_is_another_report(new_context: Contexts, desk: Desk) -> None:
    resident = Resident(new_context(script=False), script=False)
    before = desk.count()
    resident.fill_in()
    resident.send()
    first = resident.reference
    resident.page.go_back()
    resident.field("Describe it in your own words").fill("Another hole, on the other side.")
    resident.button("Send report").click()
    # Nothing is overwritten and nothing is lost: the form says so, with all that was typed.
    summary = resident.page.get_by_role("group", name="Please check the form")
    expect(summary).to_contain_text("This report has been sent already.")
    expect(resident.field("Describe it in your own words")).to_have_value("Another hole, on the other side.")
    assert desk.count() == before + 1
    resident.look()
    resident.send()
    assert resident.reference != first
    assert desk.count() == before + 2


def test_going_back_with_script_begins_a_new_report(new_context: Contexts, desk: Desk) -> None:
    resident = Resident(new_context())
    before = desk.count()
    resident.fill_in()
    resident.send()
    first = resident.reference
    resident.page.go_back()
    expect(resident.button("Continue")).to_be_visible()
    id = resident.page.locator("input[name=id]").input_value()
    resident.page.goto("/en/")
    resident.fill_in()
    resident.send()
    assert id
    assert resident.reference != first
    assert desk.count() == before + 2


@pytest.mark.parametrize("script", WAYS)
def test_two_tabs_are_two_reports(new_context: Contexts, desk: Desk, script: bool) -> None:
    context = new_context(script=script)
    before = desk.count()
    tabs = [Resident(context, script=script) for _ in range(2)]
    for tab in tabs:
        tab.fill_in()
    for tab in tabs:
        tab.page.bring_to_front()
        tab.send()
    assert len({tab.reference for tab in tabs}) == 2
    assert desk.count() == before + 2


def test_a_duplicated_tab_is_a_report_of_its_own(new_context: Contexts, desk: Desk) -> None:
    """Browsers copy a tab with its address, which names the draft; whoever writes on in both has two reports."""
    context = new_context()
    before = desk.count()
    one, other = Resident(context), Resident(context)
    one.fill_in()
    expect(one.page).to_have_url(re.compile("draft="))
    other.page.goto(one.page.url.partition("#")[0])
    expect(other.button("Continue")).to_be_visible()
    other.go_on("What is happening?", 2)
    other.field("Describe it in your own words").fill("Another hole, on the other side.")
    other.go_to_the_end(2)
    for tab in (one, other):
        tab.page.bring_to_front()
        tab.send()
    assert other.reference != one.reference
    assert desk.count() == before + 2


@pytest.mark.parametrize("script", WAYS)
def test_a_copied_form_does_not_overwrite_the_report(new_context: Contexts, desk: Desk, script: bool) -> None:
    """Browsers copy a tab with all that stands in its form; one that keeps nothing knows of no other tab."""
    context = new_context(script=script, forgiven=("409",))
    context.add_init_script("Object.defineProperty(window, 'indexedDB', {value: undefined})")
    before = desk.count()
    one, other = (Resident(context, script=script) for _ in range(2))
    one.fill_in()
    other.fill_in()
    copy_draft(one.page, other.page)
    one.send()
    page = other.page
    page.bring_to_front()
    if script:
        page.get_by_role("link", name="Change Describe it in your own words").click()
        other.field("Describe it in your own words").fill("Another hole, on the other side.")
        other.button("Continue").click()
    else:
        other.field("Describe it in your own words").fill("Another hole, on the other side.")
    other.button("Send report").click()
    if script:
        expect(page.locator(".sending")).to_contain_text("This report was sent before with other content.")
        other.button("Try again").click()
    # The form comes back with all that was typed; sent once more, it is a report of its own.
    summary = page.get_by_role("group", name="Please check the form")
    expect(summary).to_contain_text("This report has been sent already.")
    expect(other.heading("Where is it?")).to_be_visible()
    other.go_to_the_end()
    other.button("Send report").click()
    other.arrive()
    assert other.reference != one.reference
    assert desk.count() == before + 2


def copy_draft(source: Page, target: Page) -> None:
    names = ("id", "reference", "manage_token")
    values = {name: source.locator(f"input[name={name}]").input_value() for name in names}
    target.evaluate(
        """values => {
          for (const name in values) document.querySelector(`input[name=${name}]`).value = values[name];
        }""",
        values,
    )


# --- cut off on the way -------------------------------------------------------------------------------------


def test_the_server_dies_between_the_text_and_the_photo(
    new_context: Contexts, own_server: PortalServer
) -> None:
    resident = Resident(new_context(portal=own_server, forgiven=BROKEN_ON_PURPOSE))
    resident.fill_in(phone_photo(1600, 1200))
    held: list[Route] = []
    resident.page.route("**/photos/*", lambda route: held.append(route))
    with resident.page.expect_response(lambda answer: answer.request.method == "PUT") as accepted:
        resident.button("Send report").click()
    assert accepted.value.status == 201
    expect(resident.page.locator(".sending")).to_have_text(
        re.compile("^The city has your report. Sending photo 1 of 1")
    )
    own_server.kill()
    for route in held:
        route.abort("connectionfailed")
    resident.page.unroute("**/photos/*")
    expect(resident.page.locator(".sending")).to_have_text(PHOTO_LATER)
    resident.look()
    own_server.start()
    # Whoever looks at the page again makes it try again.
    resident.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    resident.arrive()
    expect(resident.page.get_by_role("img", name=resident.told.shows)).to_be_visible()
    desk = Desk(own_server)
    assert desk.count() == 1
    assert desk.photo_states(resident.reference) == ["stored"]
    desk.close()


def test_the_server_is_away_when_a_plain_form_is_sent(
    new_context: Contexts, own_server: PortalServer
) -> None:
    """Whoever sends meets a page of the browser; back, and everything is still there."""
    resident = Resident(
        new_context(portal=own_server, script=False, forgiven=BROKEN_ON_PURPOSE), script=False
    )
    resident.fill_in()
    own_server.kill()
    with resident.page.expect_event("requestfailed"):
        resident.button("Send report").click(no_wait_after=True)
    own_server.start()
    resident.page.go_back()
    expect(resident.field("Describe it in your own words")).to_have_value(resident.told.description)
    resident.send()
    desk = Desk(own_server)
    assert desk.count() == 1
    desk.close()


def test_the_network_is_cut_in_the_midst_of_a_photo(new_context: Contexts, desk: Desk) -> None:
    # The worker would go on with the photo behind the page's back, where the cut cannot be seen.
    context = new_context(service_workers="block", forgiven=(*BROKEN_ON_PURPOSE, "blocked by Playwright"))
    resident = Resident(context)
    before = desk.count()
    resident.fill_in(phone_photo(2400, 1800))
    offsets: list[int] = []

    def cut_the_second(route: Route) -> None:
        if route.request.method == "PATCH":
            offsets.append(int(route.request.headers["upload-offset"]))
            if len(offsets) == 2:
                context.set_offline(True)
                route.abort("internetdisconnected")
                return
        route.continue_()

    resident.page.route("**/photos/*", cut_the_second)
    with resident.page.expect_event("requestfailed"):
        resident.button("Send report").click()
    expect(resident.page.locator(".sending")).to_have_text(PHOTO_LATER)
    context.set_offline(False)
    resident.arrive()
    assert len(offsets) >= 3
    assert offsets[2] == offsets[1] > 0, "what had arrived was not sent again"
    assert desk.count() == before + 1
    assert desk.photo_states(resident.reference) == ["stored"]


def test_no_network_at_all_loses_nothing(new_context: Contexts, desk: Desk) -> None:
    context = new_context(forgiven=BROKEN_ON_PURPOSE)
    resident = Resident(context)
    before = desk.count()
    resident.fill_in()
    context.set_offline(True)
    resident.button("Send report").click()
    expect(resident.page.locator(".sending")).to_have_text(SAVED)
    expect(resident.button("Try again")).to_be_visible()
    resident.look()
    assert desk.count() == before
    context.set_offline(False)
    resident.arrive()
    assert desk.count() == before + 1


# --- what is no photo ---------------------------------------------------------------------------------------


def hostile(context: BrowserContext) -> Resident:
    resident = Resident(context)
    resident.open_form()
    resident.say_where()
    resident.go_on("What is happening?", 2)
    resident.say_what()
    resident.go_on("Photos", 3)
    return resident


def test_a_web_page_that_calls_itself_a_photo(new_context: Contexts) -> None:
    resident = hostile(new_context())
    title = resident.page.title()
    resident.page.get_by_label("Add photos").set_input_files(not_a_photo())
    said = "street.jpg is not a photo we can read. The rest of your report is fine."
    expect(resident.page.locator("photo-input [role=status]")).to_have_text(said)
    expect(resident.page.get_by_role("list").filter(has=resident.page.get_by_role("img"))).to_have_count(0)
    assert resident.page.title() == title
    resident.go_on("How can we reach you?", 4)
    resident.go_on("Check and send", 5)
    resident.send()
    expect(resident.heading("About your photos")).to_have_count(0)


def test_a_picture_that_would_fill_the_memory(new_context: Contexts) -> None:
    resident = hostile(new_context())
    resident.page.get_by_label("Add photos").set_input_files(payload(bomb(), "bomb.png", "image/png"))
    expect(resident.page.locator("photo-input [role=status]")).not_to_be_empty()
    resident.go_on("How can we reach you?", 4)
    resident.go_on("Check and send", 5)
    resident.send()
    expect(resident.heading("About your photos")).to_be_visible()
    resident.look()


def test_without_script_the_server_says_it(new_context: Contexts) -> None:
    resident = Resident(new_context(script=False), script=False)
    resident.fill_in()
    resident.page.locator("input[type=file]").first.set_input_files(not_a_photo())
    resident.button("Send report").click()
    resident.arrive()
    expect(resident.heading("About your photos")).to_be_visible()
    expect(resident.page.locator("main")).to_contain_text("The page of your request")


# --- a device that is wrong ---------------------------------------------------------------------------------


@pytest.mark.parametrize("year", [1999, 2041])
def test_a_report_from_a_device_with_a_wrong_clock(new_context: Contexts, year: int) -> None:
    resident = Resident(new_context())
    resident.page.clock.install(time=f"{year}-05-04T10:00:00Z")
    resident.fill_in()
    resident.send()
    expect(resident.page.get_by_role("main")).not_to_contain_text(str(year))


def test_a_form_whose_modules_never_arrive_is_sent_as_it_is(new_context: Contexts) -> None:
    context = new_context(forgiven=("net::ERR_FAILED",))
    context.route("**/*.js", lambda route: route.abort())
    resident = Resident(context, script=False)
    resident.fill_in(phone_photo(1600, 1200))
    resident.send()
    expect(resident.page.get_by_role("img", name=resident.told.shows)).to_be_visible()


ALL_SENT = """async () => {
  const { all } = await import(document.querySelector("script[type=module]").src);
  return (await all()).every(({ state }) => state === "done");
}"""


def test_a_form_for_which_nothing_comes_that_comes_late_is_sent_all_the_same(new_context: Contexts) -> None:
    context = new_context(forgiven=("net::ERR_FAILED",))
    context.route(re.compile(r"/static/\w+/(?!page\.js)[\w-]+\.js"), lambda route: route.abort())
    resident = Resident(context)
    resident.open_form()
    resident.say_where()
    resident.go_on("What is happening?", 2)
    resident.say_what()
    resident.go_on("Photos", 3)
    page = resident.page
    page.get_by_label("Add photos").set_input_files(payload(phone_photo(1600, 1200)))
    expect(page.locator("photo-input [role=status]").first).to_contain_text("Photo 1 will be sent as it is")
    resident.field("What does photo 1 show? For people who cannot see it.").fill(resident.told.shows)
    resident.go_on("How can we reach you?", 4)
    resident.say_who()
    resident.go_on("Check and send", 5)
    resident.send()
    page.wait_for_function(ALL_SENT)
    page.goto(resident.private_link)
    expect(page.get_by_role("img", name=resident.told.shows)).to_be_visible()
