"""Somebody who works at the desk, with a browser: what they do, and what must hold of every screen they see."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, Locator, Page, Request, expect

from a11y_tests.engines import in_colors, unanswered
from a11y_tests.hands import Finger, Hands, Keyboard
from a11y_tests.languages import words
from a11y_tests.page_rules import faults_in_sight, faults_of_focus
from a11y_tests.server import PortalServer
from a11y_tests.watch import Watch
from app.city.loader import load_city
from app.db.engine import open_engine
from app.kit.ids import digest_of
from app.kit.written_in import written_in
from app.people.models import Role
from app.people.rules import create_person
from app.people.store import PeopleStore
from app.reports.rules import submit
from app.reports.submissions import Submission
from app.requests.store import RequestStore
from app.settings import CITY
from app.site.live import DOCUMENTS
from tests.factories import frozen, report

PASSWORD = "correct horse battery staple"
CONTACT = ("Quintanilla", "marisol@mail.example", "503-555-0147")
# What page_rules.js asks of published pages, and live screens do otherwise: their forms are sent by Reflex,
# Reflex writes scripts into its documents, and who works at the desk needs no help line.
OTHERWISE = (
    "there are 0 <footer>",
    "no help by phone",
    "has no action of ours",
    "has no method",
    "is a script in the page",
)


class LiveWatch(Watch):
    """Watches what live screens do; their documents are looked at on the screen instead, see `Colleague.look`."""

    def _finished(self, request: Request) -> None:
        if urlsplit(request.url).path not in DOCUMENTS:
            super()._finished(request)


class Office:
    """The desk of a running portal: accounts are made here, and reports arrive."""

    def __init__(self, server: PortalServer) -> None:
        self._engine = open_engine(f"sqlite:///{server.data / 'portal.db'}")
        self._city = load_city(CITY)

    def account(self, name: str = "Robin") -> str:
        """A new account; its e-mail address."""
        email = f"{uuid.uuid4()}@city.example"
        create_person(
            store=PeopleStore(self._engine), email=email, name=name, password=PASSWORD, role=Role.DESK
        )
        return email

    def arrives(self, description: str = "A deep hole by the bus stop.", *, language: str = "en") -> str:
        """A report arrives from somewhere else than this server; its reference number."""
        content = frozen(
            report(
                **{"attribute[SIZE]": "large", "question[SIZE]": None, "question[PLATE]": None},
                description=description,
                first_name="Marisol",
                last_name="Quintanilla",
                email="marisol@mail.example",
                phone="503-555-0147",
                requested_datetime=None,
                language=language,
            )
        )
        receipt = submit(
            store=RequestStore(self._engine),
            city=self._city,
            submission=Submission.from_json(content),
            digest=digest_of(content),
            now=datetime.now(UTC),
            recognize=written_in,
        )
        return receipt.reference

    def close(self) -> None:
        """Let the database go."""
        self._engine.dispose()


class Colleague:
    """Works through the desk's screens; every screen is looked over on the way."""

    def __init__(self, context: BrowserContext, locale: str = "en", *, keyboard: bool = False) -> None:
        self.page: Page = context.new_page()
        self.locale = locale
        self.t = words(locale)
        self.hands: Hands = Keyboard(self.page) if keyboard else Finger()

    def sign_in(self, email: str, password: str = PASSWORD, *, to: str = "") -> None:
        """Open a page of the desk, which asks who it is."""
        self.page.goto(to or f"/{self.locale}/desk/")
        self.write_password(email, password)

    def write_password(self, email: str, password: str = PASSWORD) -> None:
        """Fill the sign-in form in."""
        self.hands.write(self.field("E-mail"), email)
        self.hands.write(self.field("Password"), password)
        self.hands.press(self.button("Sign in"))

    def open(self, reference: str) -> None:
        """Open a request by its address."""
        self.page.goto(f"/{self.locale}/desk/request/?ref={reference}")
        expect(self.button("Change the status")).to_be_visible()

    def row(self, reference: str) -> Locator:
        """The row of a request in the queue."""
        return self.page.get_by_role("row").filter(has=self.page.locator(f"a[href$='ref={reference}']"))

    def button(self, sentence: str) -> Locator:
        return self.page.get_by_role("button", name=self.t(sentence), exact=True)

    def link(self, sentence: str) -> Locator:
        return self.page.get_by_role("link", name=self.t(sentence), exact=True)

    def field(self, sentence: str) -> Locator:
        return self.page.get_by_label(self.t(sentence), exact=True)

    def choice(self, sentence: str) -> Locator:
        return self.page.get_by_role("radio", name=self.t(sentence))

    def look(self) -> None:
        """Look the whole screen over: in sight, with both engines, in light and dark."""
        faults = [
            fault for fault in faults_in_sight(self.page, self.locale) if not fault.startswith(OTHERWISE)
        ]
        assert not faults, "\n".join(faults)
        findings = unanswered(self.page, looks=in_colors(self.page, "light", "dark"))
        assert not findings, "\n".join(findings)

    @contextmanager
    def taken_to(self, target: Locator) -> Iterator[None]:
        """What is done inside takes the focus there, and it can be seen."""
        yield
        expect(target).to_be_focused()
        assert faults_of_focus(self.page) == []
