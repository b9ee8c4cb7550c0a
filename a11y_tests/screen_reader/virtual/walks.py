"""The walks of somebody who cannot see: reporting and following, screen by screen, each written down."""

import re
from collections.abc import Callable
from functools import partial

from playwright.sync_api import BrowserContext, Locator, expect

from a11y_tests.photos import payload, phone_photo
from a11y_tests.resident import Resident
from a11y_tests.screen_reader.virtual.reader import Listener
from a11y_tests.server import Desk
from app.requests.statuses import Status

LIBRARY = "Holgate Library"
LATER = 20 * 60 * 1000
"""Milliseconds after which an open page has looked again."""


class Hearer(Resident):
    """Goes the same ways; that screens look right is seen by others (test_journey.py)."""

    def look(self) -> None:
        pass


class Walk:
    """One person, one phone; each method begins where the one before it ends."""

    def __init__(self, context: BrowserContext, locale: str, desk: Desk) -> None:
        self.resident = Hearer(context, locale)
        self.page = self.resident.page
        self.desk = desk
        self.listener = Listener(self.page)

    def all(self) -> dict[str, str]:
        """Everything, as transcripts by the names of their files."""
        self.reports()
        self.follows()
        return self.listener.end()

    def reports(self) -> None:
        """From the start page to the receipt."""
        self.start_page()
        self.type_of_report()
        self.error_of_the_place()
        self.place()
        self.map()
        self.questions()
        self.photos()
        self.contact()
        self.check()
        self.receipt()

    def follows(self) -> None:
        """The page of the request, the look-up and the requests of this phone."""
        self.status()
        self.look_up()
        self.my_requests()

    # --- reporting ------------------------------------------------------------------------------------------

    def start_page(self) -> None:
        self.listener.begin("01-start-page", "The start page")
        self.page.goto(f"/{self.resident.locale}/")
        self.listener.read("The whole page (without the switch of languages)", "body")

    def type_of_report(self) -> None:
        resident = self.resident
        self.listener.begin("02-type-of-report", "What somebody wants to report")
        search = self.page.get_by_role("searchbox", name=resident.t("What is it about?"))
        search.fill(resident.told.search)
        resident.button("Search").click()
        expect(resident.heading("What do you want to report?", 1)).to_be_visible()
        self.listener.read("After a search for a pothole", "main")

    def error_of_the_place(self) -> None:
        resident = self.resident
        self.listener.begin("03-place-missing", "The place, when nothing was written")
        resident.open_form()
        self.listener.read("The step as it opens")
        self.listener.listen()
        resident.button("Continue").click()
        expect(self.page.locator("#errors")).to_be_focused()
        self.listener.hear("“Continue” is pressed with nothing written")
        self.listener.read("The summary of what is missing", "#errors")
        self.listener.read("The field now", "place-picker .field")

    def place(self) -> None:
        """By suggestions, with the keyboard."""
        resident, keyboard = self.resident, self.page.keyboard
        self.listener.begin("04-place", "The place, by words and suggestions")
        resident.open_form()
        field = resident.place()
        field.focus()
        options = self.page.locator("#places-found")
        expect(options).to_be_attached()
        self.listener.listen()
        keyboard.type(LIBRARY[:7])
        expect(self.page.get_by_role("option").first).to_be_visible()
        self.listener.hear("The first letters of “Holgate Library” are typed")
        self.listener.read("The list below the field", "place-picker .field")
        field.focus()
        self.listener.listen()
        for times in ("once", "twice"):
            keyboard.press("ArrowDown")
            self.listener.hear(f"Arrow down, {times}")
        self._arrow_to(LIBRARY)
        self.listener.hear("Arrow keys until the library")
        keyboard.press("Enter")
        expect(self._words_of_the_pin()).to_contain_text(LIBRARY)
        self.listener.hear("Enter: the library is chosen")
        self.listener.read("The step now", "place-picker")

    def map(self) -> None:
        """The map is opened and the pin moved, by keys and by buttons."""
        resident, page = self.resident, self.page
        self.listener.begin("05-map", "The map, and the pin that is moved without seeing it")
        self.listener.listen()
        page.get_by_role("button", name=re.compile("^" + re.escape(resident.t("Show a map")))).press("Enter")
        pin = page.get_by_role("slider")
        # The pin moves into Leaflet when that has come, and would lose the focus then.
        expect(page.locator(".leaflet-marker-icon")).to_be_visible()
        self.listener.hear("“Show a map” is pressed")
        self.listener.read("The map and its buttons", "place-picker :has(> [data-part=surface])")
        self.listener.listen()
        pin.focus()
        self.listener.hear("Tab to the pin")
        for key, steps in (("ArrowRight", "5 meters east"), ("Shift+ArrowUp", "50 meters north")):
            self._moves(partial(page.keyboard.press, key))
            self.listener.hear(f"{key}: {steps}")
        north = resident.button("North")
        north.focus()
        self.listener.hear("Tab to the button for north")
        self._moves(partial(page.keyboard.press, "Enter"))
        self.listener.hear("It is pressed")
        page.get_by_role("button", name=resident.t("Remove the pin")).press("Enter")
        self.listener.hear("“Remove the pin” is pressed")
        resident.place().fill(resident.told.address)

    def questions(self) -> None:
        resident = self.resident
        self.listener.begin("06-questions", "What is happening")
        self._goes_on("What is happening?", 2)
        self.listener.read("The step", "[data-step=problem]")
        self.listener.listen()
        resident.button("Continue").click()
        expect(self.page.locator("#errors")).to_be_focused()
        self.listener.hear("“Continue” is pressed with a question left open")
        self.listener.read("The summary of what is missing", "#errors")
        self.listener.listen()
        self.page.locator("#errors a").first.press("Enter")
        self.listener.hear("The link in the summary is followed")
        resident.say_what()

    def photos(self) -> None:
        resident = self.resident
        self.listener.begin("07-photos", "Photos")
        self._goes_on("Photos", 3)
        self.listener.read("The step", "[data-step=photos]")
        self.listener.listen()
        resident.add_photo(payload(phone_photo(1600, 1200, place=False)))
        self.listener.hear("A photo is chosen and described")
        self.listener.read("The list of photos", "photo-input")
        self.listener.listen()
        remove = self.page.get_by_role("button", name=resident.filled("Remove photo {n}", n=1))
        remove.press("Enter")
        self.listener.hear("The photo is removed")
        resident.add_photo(payload(phone_photo(1600, 1200, place=False)))

    def contact(self) -> None:
        self.listener.begin("08-contact", "How to reach the person")
        self._goes_on("How can we reach you?", 4)
        self.listener.read("The step", "[data-step=contact]")
        self.resident.say_who()

    def check(self) -> None:
        self.listener.begin("09-check", "Check and send")
        self._goes_on("Check and send", 5)
        self.listener.read("The step", "[data-step=check]")

    def receipt(self) -> None:
        self.listener.begin("10-receipt", "The report has arrived")
        self.resident.send()
        self.listener.read("The page after sending")

    # --- following ------------------------------------------------------------------------------------------

    def status(self) -> None:
        """The request's page, which says by itself what the desk has done."""
        resident = self.resident
        self.listener.begin("11-status", "The page of the request")
        self.desk.look(resident.reference)
        self.page.clock.install()
        resident.link("The page of your request").click()
        expect(resident.status()).to_contain_text(resident.t("Received"))
        self.listener.read("The page")
        self.desk.move(resident.reference, Status.IN_PROGRESS, "Crew 12 goes there today.")
        self.listener.listen()
        self.page.clock.fast_forward(LATER)
        expect(resident.status()).to_contain_text(resident.t("Being worked on"))
        self.page.clock.resume()
        self.listener.hear("While the page is open, the desk has moved the request on")
        self.listener.read("The page now")

    def look_up(self) -> None:
        resident = self.resident
        self.listener.begin("12-look-up", "Look a number up")
        self.page.goto(f"/{resident.locale}/requests/")
        self.listener.read("The page")
        self.page.get_by_role("textbox", name=resident.t("Reference number")).fill("482 913 557 024")
        resident.button("Look up").click()
        expect(self.page.get_by_role("textbox", name=resident.t("Reference number"))).to_be_focused()
        self.listener.read("After a number with a digit too few")

    def my_requests(self) -> None:
        resident = self.resident
        self.listener.begin("13-my-requests", "What this phone has sent")
        self.page.goto(f"/{resident.locale}/mine/")
        expect(self.page.get_by_role("main")).to_contain_text(resident.t("Being worked on"))
        self.listener.read("The page")

    # --- hands ----------------------------------------------------------------------------------------------

    def _goes_on(self, heading: str, number: int) -> None:
        self.listener.listen()
        self.resident.button("Continue").press("Enter")
        self.resident.open_step(heading, number)
        self.listener.hear("“Continue” is pressed")

    def _words_of_the_pin(self) -> Locator:
        return self.page.locator("[data-part=pin-words]")

    def _arrow_to(self, name: str) -> None:
        for _ in range(10):
            chosen = self.page.locator("[role=option][aria-selected=true]")
            if chosen.count() and name in chosen.inner_text():
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"{name} is not among the suggestions")

    def _moves(self, act: Callable[[], None]) -> None:
        """Do what moves the pin, and wait until the page has said where it is then."""
        self.page.evaluate(
            "() => { window.told = new Promise((done) => document.querySelector('place-picker')"
            ".addEventListener('pin-told', done, { once: true })); }"
        )
        act()
        self.page.evaluate("told.then(() => true)")
