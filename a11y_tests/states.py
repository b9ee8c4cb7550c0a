"""Every page in every one of its states: empty, filled in, with errors, sent, not found, without a network, stuck.

Each state is a function that brings the page there; what must then be true of it, test_engines.py and others say.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import Page, expect

from a11y_tests.engines import LOOKS, Look, unanswered
from a11y_tests.photos import LAT, LONG, not_a_photo, payload, phone_photo
from a11y_tests.resident import Resident, beginning
from a11y_tests.sending import Sent, send_report
from a11y_tests.server import Desk, PortalServer
from app.requests.statuses import Status
from app.routes import url
from i18n.locales import LOCALES


@dataclass
class Stage:
    """Where a state is brought about. looks: in which each of its screens is checked.

    found: what is wrong. paths: of the pages that were checked.
    """

    resident: Resident
    server: PortalServer
    desk: Desk
    reports: dict[str, Sent]
    looks: Iterable[Look] = LOOKS
    found: list[str] = field(default_factory=list)
    paths: set[str] = field(default_factory=set)

    @property
    def page(self) -> Page:
        return self.resident.page

    @property
    def locale(self) -> str:
        return self.resident.locale

    @property
    def report(self) -> Sent:
        """A report with a photo that nobody has worked on."""
        if self.locale not in self.reports:
            self.reports[self.locale] = send_report(self.server, self.locale, photos=(phone_photo(800, 600),))
        return self.reports[self.locale]

    def go(self, name: str, query: str = "", **values: str) -> None:
        self.page.goto(url(name, locale=self.locale, **values) + query)

    def check(self) -> None:
        """Look the screen over; called in the midst of a state that has more than one."""
        self.paths.add(urlsplit(self.page.url).path)
        for look in self.looks:
            look.put_on(self.page)
            self.resident.look()
        self.found += unanswered(self.page, script=self.resident.script, looks=self.looks)


State = Callable[[Stage], None]
BROUGHT_ABOUT = ("net::ERR_INTERNET_DISCONNECTED", ": 422")


# --- pages that are only read -------------------------------------------------------------------------------


def start(stage: Stage) -> None:
    stage.go("home")


def types(stage: Stage) -> None:
    stage.go("report")


def types_found(stage: Stage) -> None:
    stage.go("report", f"?q={stage.report.told.search}")
    expect(stage.page.locator("main .callout a").first).to_be_visible()


def types_not_found(stage: Stage) -> None:
    stage.go("report", "?q=qwxyz")
    expect(stage.page.locator("main .callout")).to_be_visible()


def receipt(stage: Stage) -> None:
    stage.page.goto(stage.report.receipt)
    expect(stage.page.get_by_role("img", name=stage.report.told.shows)).to_be_visible()


def receipt_with_a_photo_that_was_none(stage: Stage) -> None:
    sent = send_report(stage.server, stage.locale, photos=(not_a_photo()["buffer"],))
    stage.page.goto(sent.receipt)
    expect(stage.resident.heading("About your photos")).to_be_visible()


def request_open(stage: Stage) -> None:
    stage.page.goto(stage.report.page)


def request_followed(stage: Stage) -> None:
    resident = stage.resident
    stage.page.goto(stage.report.page)
    resident.button("Follow").click()
    said = stage.page.get_by_role("status")
    expect(said.filter(has_text=resident.t("You follow this request."))).to_be_focused()
    stage.check()
    resident.button("Stop following").click()
    expect(said.filter(has_text=resident.t("You do not follow this request."))).to_be_focused()


def request_fixed(stage: Stage) -> None:
    sent = send_report(stage.server, stage.locale, photos=(phone_photo(800, 600), phone_photo(600, 800)))
    stage.desk.move(sent.reference, Status.IN_PROGRESS, "Crew 12 goes there today.")
    stage.page.goto(sent.private)
    stage.resident.field("Comment").fill(sent.told.comment)
    stage.resident.button("Add the comment").click()
    expect(
        stage.page.get_by_role("status").filter(has_text=stage.resident.t("Your comment has been added."))
    ).to_be_visible()
    stage.desk.look(sent.reference)
    stage.desk.move(sent.reference, Status.FIXED, "Filled.")
    stage.page.goto(sent.page)
    expect(stage.resident.status()).to_contain_text(stage.resident.t("Fixed"))


def request_unknown(stage: Stage) -> None:
    stage.go("request", reference="4829135570246")


def look_up(stage: Stage) -> None:
    stage.go("requests")


def look_up_with_a_wrong_digit(stage: Stage) -> None:
    number = stage.report.reference
    wrong = number[:-1] + str((int(number[-1]) + 1) % 10)
    stage.go("requests", f"?reference={wrong}")
    expect(stage.page.get_by_role("textbox", name=stage.resident.t("Reference number"))).to_be_focused()


def look_up_with_too_few_digits(stage: Stage) -> None:
    stage.go("requests", "?reference=482%20913")


def recent(stage: Stage) -> None:
    assert stage.report
    stage.go("recent")
    expect(stage.page.get_by_role("main").get_by_role("listitem").first).to_be_visible()


def privacy(stage: Stage) -> None:
    stage.go("privacy")


def accessibility(stage: Stage) -> None:
    stage.go("accessibility")


def rights(stage: Stage) -> None:
    stage.go("rights")


def alerts(stage: Stage) -> None:
    stage.go("alerts")
    expect(stage.page.get_by_text(stage.resident.t("There are no alerts right now."))).to_be_visible()


def alert_on(stage: Stage) -> None:
    """Where something urgent is on, something calm, and something in English only: pages with a banner, and all of it."""
    for name, values in (("home", {}), ("report_form", {"service_code": "pothole"})):
        stage.go(name, **values)
        expect(stage.page.get_by_role("alert")).to_be_visible()
        stage.check()
    stage.go("alerts")
    expect(stage.page.locator("main .alert")).to_have_count(3)


def styleguide(stage: Stage) -> None:
    """Every component in every state."""
    stage.go("styleguide")


def not_there(stage: Stage) -> None:
    stage.page.goto(f"/{stage.locale}/nowhere/")


def type_not_there(stage: Stage) -> None:
    stage.go("report_form", service_code="unicorns")


def private_link_that_is_wrong(stage: Stage) -> None:
    stage.page.goto(stage.report.private[:-3] + "x/")


# --- the private page ---------------------------------------------------------------------------------------


def private(stage: Stage) -> None:
    stage.page.goto(stage.report.private)


def private_done(stage: Stage) -> None:
    stage.page.goto(stage.report.private)
    stage.resident.button("Erase my contact details").click()
    expect(
        stage.page.get_by_role("status").filter(
            has_text=stage.resident.t("Your contact details have been erased.")
        )
    ).to_be_visible()


def private_with_errors(stage: Stage) -> None:
    stage.page.goto(stage.report.private)
    stage.resident.button("Add the comment").click()
    expect(stage.page.get_by_role("group", name=stage.resident.t("Please check the form"))).to_be_visible()
    stage.check()
    stage.resident.button("Send the photo").click()
    expect(stage.page.locator("#media-error")).to_be_visible()


# --- the form, step by step ---------------------------------------------------------------------------------


def first_step(stage: Stage) -> None:
    """The form with the list of languages open."""
    stage.resident.open_form()
    stage.page.locator(".languages summary").click()
    expect(stage.page.locator(".languages a")).to_have_count(len(LOCALES))


def form(stage: Stage) -> None:
    """Every step as it comes, with what it can show besides."""
    resident, page = stage.resident, stage.page
    resident.open_form()
    stage.check()
    resident.try_without_answers()
    stage.check()
    resident.say_where()
    resident.go_on("What is happening?", 2)
    stage.check()
    resident.try_without_a_choice()
    stage.check()
    resident.say_what()
    resident.go_on("Photos", 3)
    stage.check()
    resident.add_photo()
    expect(resident.button("Yes, use it")).to_be_visible()
    stage.check()
    resident.button("No").click()
    resident.go_on("How can we reach you?", 4)
    stage.check()
    resident.say_who()
    resident.check_answers()
    stage.check()
    page.get_by_role("link", name=stage.resident.t("Change")).first.click()
    expect(resident.heading("Where is it?")).to_be_visible()


def form_with_a_map(stage: Stage) -> None:
    resident, page = stage.resident, stage.page
    resident.open_form()
    resident.button("Use my location").click()
    expect(resident.button("Remove the pin")).to_be_visible()
    stage.check()
    expect(resident.open_map()).to_be_visible()
    stage.check()
    page.get_by_role("slider").press("Shift+ArrowUp")
    expect(page.get_by_role("slider")).to_have_class("map-pin")


def form_with_suggestions(stage: Stage) -> None:
    resident, page = stage.resident, stage.page
    resident.open_form()
    resident.place().focus()
    expect(page.locator("#places-found")).to_be_attached()
    page.keyboard.type("xyzzy")
    sentence = "We found no such place. Try a crossing of two streets, a park, or the ZIP code."
    expect(page.get_by_text(resident.t(sentence))).to_be_visible()
    stage.check()
    resident.place().fill("holgate")
    expect(page.get_by_role("option").first).to_be_visible()
    stage.check()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("option", selected=True)).to_be_visible()


def form_with_what_is_reported_already(stage: Stage) -> None:
    """A request near by, and then that it is followed."""
    resident, page = stage.resident, stage.page
    send_report(stage.server, stage.locale, photos=(phone_photo(800, 600),), at=(LAT, LONG))
    resident.open_form()
    resident.button("Use my location").click()
    expect(resident.heading("Already reported near here", 3)).to_be_visible()
    stage.check()
    page.get_by_role("button", name=beginning(resident.t("Yes, that is it: follow it"))).first.click()
    followed = page.get_by_role("status").get_by_role("link", name=resident.t("My requests"))
    expect(followed).to_be_visible()
    stage.check()
    followed.click()
    mine = page.get_by_role("main").get_by_role("listitem")
    expect(mine.filter(has_text=resident.t("You follow this request."))).to_be_visible()


def form_with_a_file_that_is_no_photo(stage: Stage) -> None:
    resident = stage.resident
    resident.open_form()
    resident.say_where()
    resident.go_on("What is happening?", 2)
    resident.say_what()
    resident.go_on("Photos", 3)
    stage.page.get_by_label(resident.t("Add photos")).set_input_files(not_a_photo())
    expect(stage.page.locator("photo-input [role=status]")).to_contain_text("street.jpg")


# --- what this phone keeps ----------------------------------------------------------------------------------


def mine_empty(stage: Stage) -> None:
    stage.go("mine")
    expect(stage.page.get_by_text(stage.resident.t("There is nothing here yet."))).to_be_visible()


def mine_draft(stage: Stage) -> None:
    stage.resident.open_form()
    stage.resident.say_where()
    expect(stage.page.get_by_text(stage.resident.t("Saved on this phone as a draft."))).to_be_visible()
    stage.go("mine")
    expect(stage.page.get_by_role("link", name=stage.resident.t("Continue"))).to_be_visible()


def mine_waiting(stage: Stage) -> None:
    """Saved and not sent; on the form first, then on the page of its own, about to be deleted."""
    resident, page = stage.resident, stage.page
    page.context.route("**/requests/*", lambda route: route.abort("internetdisconnected"))
    resident.fill_in()
    resident.button("Send report").click()
    saved = resident.t("Saved on this phone. It will be sent when there is a connection.")
    expect(page.locator(".sending")).to_have_text(saved)
    expect(page.get_by_text(resident.t("You can close this page."))).to_be_visible()
    stage.check()
    page.locator(".panel").get_by_role("link", name=resident.t("My requests")).click()
    expect(page.get_by_role("button", name=resident.t("Try now"))).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text(saved)
    stage.check()
    page.get_by_role("button", name=resident.t("Delete"), exact=False).first.click()
    sentence = resident.t("Press again to delete. It cannot be brought back.")
    expect(page.get_by_role("status").filter(has_text=sentence)).to_be_visible()


def mine_attention(stage: Stage) -> None:
    """The city has said no: the place is in Seattle. The form says so, and the list."""
    resident, page = stage.resident, stage.page
    resident.fill_in()
    page.evaluate("document.querySelector('place-picker').setPin([47.6062, -122.3321], 'map')")
    resident.button("Send report").click()
    expect(page.get_by_role("group", name=resident.t("Please check the form"))).to_be_visible()
    stage.check()
    stage.go("mine")
    needs = resident.t("Needs your attention: {why}").partition("{")[0].strip()
    expect(page.get_by_role("main").get_by_role("listitem")).to_contain_text(needs)


def mine_sent(stage: Stage) -> None:
    stage.resident.fill_in(phone_photo(800, 600))
    stage.resident.send()
    stage.go("mine")
    said = stage.resident.filled("Sent. The city says: {status}", status=stage.resident.t("Received"))
    expect(stage.page.get_by_role("main").get_by_text(said)).to_be_visible()


def mine_many(stage: Stage) -> None:
    """More than a page of them: some wait, some cannot be gone on with as they are, one is kept no longer."""
    resident, page = stage.resident, stage.page
    page.context.route("**/requests/*", lambda route: route.abort("internetdisconnected"))
    stage.go("mine")
    page.evaluate(
        """async ({ name, place }) => {
          const { change } = await import(document.querySelector('script[type=module]').src);
          const rest = [{ state: "draft", code: "withdrawn" }, { state: "done", gone: true }];
          for (let n = 0; n < 25; n++) {
            const digits = String(n).padStart(4, "0");
            const id = `01890000-0000-7000-8000-00000000${digits}`;
            const kept = { id, reference: "482913557" + digits, token: "A".repeat(22), state: "queued", code: "pothole", next: Date.now() + 1e6, asked: true };
            await change(id, () => ({ ...kept, locale: "en", name, place, changed: Date.now() - n, ...rest[n] }));
          }
        }""",
        {"name": resident.told.service, "place": resident.told.address},
    )
    page.reload()
    expect(page.get_by_role("button", name=beginning(resident.t("Show more")))).to_be_visible()
    expect(
        page.get_by_role("progressbar", name=resident.filled("{n} of {total} sent", n=0, total=23))
    ).to_be_visible()
    expect(page.get_by_role("searchbox")).to_be_visible()


def away(stage: Stage) -> None:
    stage.go("away")


# --- the form as one page -----------------------------------------------------------------------------------


def plain_form(stage: Stage) -> None:
    stage.resident.open_form()


def plain_form_with_errors(stage: Stage) -> None:
    stage.resident.open_form()
    stage.resident.try_without_answers()


def plain_form_that_asks_for_the_place(stage: Stage) -> None:
    resident = stage.resident
    resident.open_form()
    resident.say_what()
    resident.place().fill("holgate")
    resident.button("Send report").click()
    expect(resident.heading("Which of these places do you mean?")).to_be_visible()


def plain_form_that_asks_about_what_is_reported(stage: Stage) -> None:
    # Where the city pack says that the library is: words that mean one place.
    at_the_library = (45.4904, -122.5822)
    send_report(stage.server, stage.locale, photos=(phone_photo(800, 600),), at=at_the_library)
    resident = stage.resident
    resident.open_form()
    resident.say_what()
    resident.place().fill("Holgate Library")
    resident.button("Send report").click()
    expect(resident.heading("Already reported near here", 2)).to_be_visible()


def plain_form_that_has_kept_a_photo(stage: Stage) -> None:
    resident = stage.resident
    resident.open_form()
    resident.add_photo(payload(phone_photo(800, 600)))
    resident.button("Send report").click()
    kept = stage.page.get_by_role("img", name=resident.t("Photo %(n)s, already received", n=1))
    expect(kept).to_be_visible()
    stage.check()
    stage.page.get_by_role("checkbox", name=resident.t("Leave photo %(n)s out", n=1)).check()


# --- sending a saved copy ---------------------------------------------------------------------------------------


def saved_copy(stage: Stage) -> None:
    stage.go("import_reports")


def saved_copy_unreadable(stage: Stage) -> None:
    stage.go("import_reports")
    stage.page.locator("input[type=file]").set_input_files(not_a_photo())
    stage.page.locator("main button[type=submit]").click()
    expect(stage.page.locator("main .error").first).to_be_visible()


# --- the desk's door ----------------------------------------------------------------------------------------


def sign_in(stage: Stage) -> None:
    stage.go("sign_in")


def sign_in_failed(stage: Stage) -> None:
    stage.go("sign_in")
    stage.resident.field("E-mail").fill("nobody@city.example")
    stage.page.get_by_label(stage.resident.t("Password")).fill("not this one")
    stage.resident.button("Sign in").click()
    expect(stage.page.locator("#errors")).to_be_focused()


SCRIPTED: tuple[State, ...] = (
    *(
        start,
        types,
        types_found,
        types_not_found,
        privacy,
        accessibility,
        rights,
        alerts,
        alert_on,
        styleguide,
        not_there,
        type_not_there,
        away,
    ),
    *(receipt, receipt_with_a_photo_that_was_none, request_open, request_followed, request_fixed),
    *(request_unknown, look_up, look_up_with_a_wrong_digit, look_up_with_too_few_digits, recent),
    *(private, private_done, private_with_errors, private_link_that_is_wrong),
    first_step,
    *(form, form_with_a_map, form_with_suggestions, form_with_what_is_reported_already),
    form_with_a_file_that_is_no_photo,
    *(mine_empty, mine_draft, mine_waiting, mine_attention, mine_sent, mine_many),
    *(saved_copy, saved_copy_unreadable, sign_in, sign_in_failed),
)
PLAIN: tuple[State, ...] = (
    *(plain_form, plain_form_with_errors, plain_form_that_has_kept_a_photo),
    *(plain_form_that_asks_for_the_place, plain_form_that_asks_about_what_is_reported),
)
"""With scripts switched off."""
STATES: tuple[State, ...] = (*SCRIPTED, *PLAIN)
ALARMED: tuple[State, ...] = (alert_on,)
"""On a portal of their own, where alerts are on."""
