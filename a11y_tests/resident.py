"""A resident with a phone, in one language, with or without script: what they do, and what they must see then."""

import re
from dataclasses import dataclass

from playwright.sync_api import BrowserContext, FilePayload, Locator, Page, expect

from a11y_tests.hands import Finger, Hands, Keyboard
from a11y_tests.languages import words
from a11y_tests.page_rules import faults_in_sight, faults_of_focus
from a11y_tests.photos import payload, phone_photo
from a11y_tests.watch import Watch
from app.reports.references import is_reference

STEPS = ("Where is it?", "What is happening?", "Photos", "How can we reach you?", "Check and send")

NO_MAP = (
    "The map cannot be shown now. What you entered is kept. Write the place in words, use your location, "
    "or try the map again."
)


@dataclass(frozen=True)
class Pothole:
    """What somebody has to say of a pothole, in their language. Contact details are no other words of the page."""

    search: str
    service: str
    size: str
    lane: str
    description: str
    address: str
    shows: str
    comment: str
    first_name: str = "Marisol"
    last_name: str = "Quintanilla"
    email: str = "marisol@mail.example"
    phone: str = "503-555-0147"

    @property
    def contact(self) -> tuple[str, ...]:
        """What nobody but the city may see."""
        return (self.first_name, self.last_name, self.email, self.phone)


def beginning(text: str) -> re.Pattern[str]:
    """Fits whatever begins with this text."""
    return re.compile("^" + re.escape(text))


def pothole(locale: str) -> Pothole:
    """One pothole at a place that no database knows, told in the languages that browser tests speak (WALKED, SAMPLE).

    Where the page is English in disguise it is told in Spanish, so that no English is left that a page has forgotten.
    """
    t = words(locale)
    own = {
        "en": {
            "search": "pothole",
            "description": "Deep hole by the bus stop. Bikes swerve into traffic.",
            "address": "By the blue mailbox behind the bakery",
            "shows": "A hole as wide as a car tire, full of water",
            "comment": "It rained and the hole has grown.",
        },
        "es": {
            "search": "bache",
            "description": "Hoyo profundo junto a la parada. Las bicicletas se meten al tráfico.",
            "address": "Junto al buzón azul detrás de la panadería",
            "shows": "Un hoyo tan ancho como una llanta, lleno de agua",
            "comment": "Llovió y el hoyo creció.",
        },
        "ar": {
            "search": "حفرة",
            "description": "حفرة عميقة عند موقف الحافلة. تنحرف الدراجات إلى وسط الطريق.",
            "address": "خلف المخبز، بجانب صندوق البريد الأزرق",
            "shows": "حفرة بعرض إطار سيارة مليئة بالماء",
            "comment": "هطل المطر وكبرت الحفرة.",
        },
        "vi": {
            "search": "ổ gà",
            "description": "Hố sâu cạnh trạm xe buýt. Xe đạp phải lách ra giữa đường.",
            "address": "Cạnh hộp thư màu xanh sau tiệm bánh",
            "shows": "Một cái hố rộng bằng bánh xe hơi, đầy nước",
            "comment": "Trời mưa và hố đã to hơn.",
        },
        "zh-Hant": {
            "search": "坑洞",
            "description": "公車站旁有個很深的坑，單車都要閃到車道上。",
            "address": "麵包店後面的藍色郵筒旁邊",
            "shows": "跟汽車輪胎一樣寬的坑，裡面都是水",
            "comment": "下過雨，坑變大了。",
        },
    }
    own["en-XA"] = own["ar-XB"] = own["es"] | {"search": "pothole"}
    return Pothole(service=t("Pothole"), size=t("Like a car tire"), lane=t("Bike lane"), **own[locale])


class Resident:
    """Goes through the portal's screens one after the other; every screen is checked on the way."""

    def __init__(
        self, context: BrowserContext, locale: str = "en", *, script: bool = True, keyboard: bool = False
    ) -> None:
        self.page: Page = context.new_page()
        self.locale = locale
        self.script = script
        self.keyboard = keyboard
        self.t = words(locale)
        self.told = pothole(locale)
        self.hands: Hands = Keyboard(self.page) if keyboard else Finger()
        self.reference = ""
        self.private_link = ""

    # --- finding things as a person does --------------------------------------------------------------------

    def button(self, sentence: str) -> Locator:
        """The button with this name, which is an English source sentence."""
        return self.page.get_by_role("button", name=self.t(sentence), exact=True)

    def link(self, sentence: str) -> Locator:
        """The link of the page's own part with this name."""
        return self.page.get_by_role("main").get_by_role("link", name=self.t(sentence), exact=True)

    def field(self, label: str, **values: object) -> Locator:
        """The field whose label begins with this sentence ("(optional)" may follow)."""
        name = beginning(self.filled(label, **values))
        # With suggestions, the field of the place is a combobox.
        return self.page.get_by_role("textbox", name=name).or_(self.page.get_by_role("combobox", name=name))

    def heading(self, sentence: str, level: int = 2) -> Locator:
        """The heading with this text."""
        return self.page.get_by_role("heading", name=self.t(sentence), level=level, exact=True)

    def filled(self, sentence: str, **values: object) -> str:
        """A sentence as the page shows it: from right to left, scripts keep each value to itself (assets/words.js)."""
        if not self.script:
            return self.t(sentence, **values)
        text = self.t(sentence)
        for name, value in values.items():
            isolated = f"\u2068{value}\u2069" if self.t.locale.direction == "rtl" else str(value)
            text = text.replace("{" + name + "}", isolated).replace(f"%({name})s", isolated)
        return text

    # --- what must be true of every screen ------------------------------------------------------------------

    def look(self) -> None:
        """See that the screen is whole: nothing cut off or too small, no English where there should be none."""
        Watch.of(self.page.context).note(self.page.title(), faults_in_sight(self.page, self.locale))

    def look_for_focus(self) -> None:
        """See that a change within the page has not lost the focus."""
        if self.keyboard and self.script:
            Watch.of(self.page.context).note(self.page.title(), faults_of_focus(self.page))

    # --- screens --------------------------------------------------------------------------------------------

    def find_the_type(self) -> None:
        """From the start page by search to the form."""
        page = self.page
        page.goto(f"/{self.locale}/")
        expect(self.heading("How can the city help?", 1)).to_be_visible()
        self.look()
        self.hands.write(page.get_by_role("searchbox", name=self.t("What is it about?")), self.told.search)
        self.hands.press(self.button("Search"))
        expect(self.heading("What do you want to report?", 1)).to_be_visible()
        self.look()
        first = page.locator("main .callout").get_by_role("link", name=beginning(self.told.service))
        self.hands.press(first)
        expect(self.heading("Pothole", 1)).to_be_visible()
        self.open_step("Where is it?", 1)
        # Before anything is asked, and not in a step that somebody in danger comes to later.
        expect(self.heading("Call instead if", 3)).to_be_visible()

    def open_form(self, service_code: str = "pothole") -> None:
        """Straight to the form of a type."""
        self.page.goto(f"/{self.locale}/report/{service_code}/")
        expect(self.button("Continue" if self.script else "Send report")).to_be_visible()

    def fill_in(self, photo: bytes | None = None) -> None:
        """The form with all that is needed, up to the button that sends it."""
        self.open_form()
        self.say_where()
        self.go_on("What is happening?", 2)
        self.say_what()
        self.go_on("Photos", 3)
        if photo is not None:
            self.add_photo(payload(photo))
        self.go_on("How can we reach you?", 4)
        self.go_on("Check and send", 5)

    def go_to_the_end(self, step: int = 1) -> None:
        """From a step of a form that is filled in to the button that sends it."""
        for number, heading in enumerate(STEPS[step:], step + 1):
            self.go_on(heading, number)

    def open_step(self, heading: str, number: int) -> None:
        """The step is there; with script it is the only one, says which it is and has the focus after a move."""
        expect(self.heading(heading)).to_be_visible()
        if self.script:
            said = self.filled("Step {n} of {total}", n=number, total=5)
            expect(self.page.get_by_text(said, exact=True)).to_be_visible()
            expect(self.page.locator("section[data-step]:visible")).to_have_count(1)
            if number > 1:
                expect(self.heading(heading)).to_be_focused()
                self.look_for_focus()
        self.look()

    def go_on(self, heading: str, number: int) -> None:
        """Continue to the next step; without script the page shows all of them already."""
        if self.script:
            self.hands.press(self.button("Continue"))
        self.open_step(heading, number)

    def try_without_answers(self) -> None:
        """The form says what is missing, above and at each field, and leads there; with script, step by step."""
        summary = self._try_to_go_on()
        wanted = self.t("Say where it is: write an address or a crossing, or choose the place on the map.")
        expect(summary.get_by_role("link").first).to_have_text(wanted)
        field = self.place()
        expect(field).to_have_accessible_description(re.compile(re.escape(wanted)))
        if not self.script:
            self._misses_the_size(summary)
        self._go_to_the_first(summary, field)

    def try_without_a_choice(self) -> None:
        """The same of a question with radio buttons, in the step where it is."""
        summary = self._try_to_go_on()
        expect(summary.get_by_role("link")).to_have_count(1)
        group = self._misses_the_size(summary)
        self._go_to_the_first(summary, group.get_by_role("radio").first)

    def _try_to_go_on(self) -> Locator:
        """Returns the summary that appears instead of what comes next."""
        self.hands.press(self.button("Continue" if self.script else "Send report"))
        summary = self.page.get_by_role("group", name=self.t("Please check the form"))
        expect(summary).to_be_visible()
        expect(self.page).to_have_title(beginning(self.t("Error:") + " "))
        expect(summary).to_be_focused()
        return summary

    def _misses_the_size(self, summary: Locator) -> Locator:
        """It is said above and at the question. Returns the question."""
        wanted = self.filled("Choose an answer: %(question)s", question=self.t("How big is the hole?"))
        expect(summary.get_by_role("link", name=wanted, exact=True)).to_be_visible()
        group = self.page.get_by_role("group", name=beginning(self.t("How big is the hole?")))
        expect(group).to_contain_text(wanted)
        return group

    def _go_to_the_first(self, summary: Locator, control: Locator) -> None:
        self.look()
        self.look_for_focus()
        self.hands.press(summary.get_by_role("link").first)
        if self.script:
            expect(control).to_be_focused()
            self.look_for_focus()

    def say_what(self) -> None:
        """The questions and the description."""
        self.hands.choose(self.page.get_by_role("radio", name=self.told.size, exact=True))
        self.hands.choose(self.page.get_by_role("checkbox", name=self.told.lane, exact=True))
        self.hands.write(self.field("How many holes are there?"), "2")
        self.hands.write(self.field("Describe it in your own words"), self.told.description)

    def say_where(self) -> None:
        """The place in words."""
        self.hands.write(self.place(), self.told.address)

    def place(self) -> Locator:
        """The field for the place, which has suggestions where script can bring them."""
        return self.page.get_by_label(beginning(self.t("Address, crossing or place")))

    def open_map(self) -> Locator:
        """Open the map, wait until it can be moved, and return its pin."""
        self.hands.press(self.page.get_by_role("button", name=beginning(self.t("Show a map"))))
        expect(self.page.locator(".leaflet-tile-loaded").first).to_be_attached()
        return self.page.get_by_role("slider")

    def choose_place(self, choice: str = "None of these. My words are enough.") -> None:
        """Without script: on the next page, say which of the places that were found is meant, and send."""
        asked = self.page.locator("#which-place")
        expect(self.heading("Which of these places do you mean?")).to_be_visible()
        self.look()
        self.hands.choose(asked.get_by_role("radio", name=self.t(choice)))
        self.hands.press(asked.get_by_role("button"))

    def add_photo(self, photo: FilePayload | None = None) -> None:
        """A photo and what it shows. With script it is made small and may offer its place."""
        photo = photo or payload(phone_photo(1600, 1200))
        if not self.script:
            self.hands.attach(self.page.get_by_label(beginning(self.t("Photo %(n)s", n=1))).first, photo)
            self.hands.write(self._shown_by(1), self.told.shows)
            return
        self.hands.attach(self.page.get_by_label(self.t("Add photos")), photo)
        added = re.escape(self.filled("Photo {n} added, {size} kB.", n=1, size="SIZE")).replace(
            "SIZE", r"\d+"
        )
        expect(self.page.locator("photo-input [role=status]").first).to_have_text(re.compile(added))
        self.hands.write(self._shown_by(1), self.told.shows)

    def _shown_by(self, number: int) -> Locator:
        return self.field("What does photo %(n)s show? For people who cannot see it.", n=number)

    def say_who(self) -> None:
        """Contact details, which nobody has to give."""
        for label, value in (
            ("First name", self.told.first_name),
            ("Last name", self.told.last_name),
            ("E-mail", self.told.email),
            ("Phone", self.told.phone),
        ):
            self.hands.write(self.field(label), value)

    def check_answers(self) -> None:
        """What was said, to read once more (with script; without it, all of it is on the page)."""
        self.go_on("Check and send", 5)
        if self.script:
            self.check_is_answered()

    def check_is_answered(self) -> None:
        """The last step repeats everything that was said."""
        told = self.told
        answers = self.page.locator(".answers")
        for said in (told.size, told.lane, told.description, told.address, told.shows, *told.contact):
            expect(answers).to_contain_text(said)

    def send(self) -> None:
        """Send, and read the receipt."""
        self.hands.press(self.button("Send report"))
        self.arrive()

    def arrive(self) -> None:
        """The page after sending: the number, what happens next, how to follow.

        Without script, other tests' reports of the same thing may be asked about before.
        """
        arrived, no = self.heading("Your report has arrived", 1), self.button("No, send my report")
        expect(arrived.or_(no).first).to_be_visible(timeout=30_000)
        if not self.script and no.is_visible():
            self.hands.press(no)
        expect(arrived).to_be_visible(timeout=30_000)
        self.reference = self.page.locator(".panel .number").inner_text()
        assert is_reference(self.reference.replace(" ", "")), self.reference
        expect(self.heading("What happens next")).to_be_visible()
        self.private_link = self.link("Your private link").get_attribute("href") or ""
        self.look()

    def report(self) -> None:
        """The whole way from the start page to the receipt."""
        self.find_the_type()
        self.try_without_answers()
        self.say_where()
        self.go_on("What is happening?", 2)
        if self.script:
            self.try_without_a_choice()
        self.say_what()
        self.go_on("Photos", 3)
        self.add_photo()
        self.go_on("How can we reach you?", 4)
        self.say_who()
        self.check_answers()
        self.send()

    def look_up(self, typed: str) -> None:
        """From any page to the look-up, and on with a number as somebody types it."""
        self.hands.press(
            self.page.get_by_role("contentinfo").get_by_role("link", name=self.t("Check a request"))
        )
        expect(self.heading("Check a request", 1)).to_be_visible()
        self.look()
        self.hands.write(self.page.get_by_role("textbox", name=self.t("Reference number")), typed)
        self.hands.press(self.button("Look up"))

    def open_private_link(self) -> None:
        """The page of the person who reported."""
        self.page.goto(self.private_link)
        expect(self.heading("Tell the city more")).to_be_visible()
        self.look()

    def status(self) -> Locator:
        """Where the request stands, in words."""
        return self.page.locator("main .status")
