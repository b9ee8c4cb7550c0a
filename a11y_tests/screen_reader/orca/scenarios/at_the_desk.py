"""What somebody with Orca hears who works at the desk."""

import pytest
from playwright.sync_api import expect

from a11y_tests.desk.colleague import PASSWORD, Office
from a11y_tests.photos import phone_photo
from a11y_tests.screen_reader.orca.visitor import Visitor, button, times
from a11y_tests.sending import send_report
from a11y_tests.server import Desk, PortalServer

pytestmark = [pytest.mark.timeout(300), pytest.mark.parametrize("engine", ["chromium", "firefox"])]


@pytest.fixture
def email(server: PortalServer) -> str:
    """Of somebody who works at the desk."""
    office = Office(server)
    email = office.account()
    office.close()
    return email


@pytest.fixture
def signed_in(visitor: Visitor, email: str) -> Visitor:
    """Somebody who has signed in."""
    answer = visitor.page.request.post("/en/desk/sign-in/", form={"email": email, "password": PASSWORD})
    assert answer.ok, answer.text()
    return visitor


def test_signing_in(visitor: Visitor, email: str) -> None:
    visitor.open("/en/desk/")
    visitor.write(visitor.page.get_by_label("E-mail"), email)
    visitor.write(visitor.page.get_by_label("Password"), "a wrong password")
    said = visitor.key("Return", until="The email address or the password is wrong.")
    assert times("You are not signed in panel", said) == 1, said
    visitor.write(visitor.page.get_by_label("Password"), PASSWORD)
    visitor.key("Return", until="Reports – desk")


# --- words and photos -------------------------------------------------------------------------------------------


@pytest.fixture
def report_at_the_desk(signed_in: Visitor, server: PortalServer, desk: Desk) -> str:
    """A report with words and a photo, which somebody who has signed in has open; its number."""
    sent = send_report(server, photos=(phone_photo(900, 600),))
    desk.stored(sent.reference)
    signed_in.page.goto(f"/en/desk/request/?ref={sent.reference}")
    expect(button(signed_in, "Hide all")).to_be_visible()
    signed_in.page.bring_to_front()
    signed_in.desktop.hush()
    return sent.reference


def decide(visitor: Visitor, tells: str) -> None:
    """Press the button that has the focus; it says once what that has done, and the focus stays."""
    before = visitor.page.evaluate_handle("document.activeElement")
    said = visitor.key("Return", until=tells)
    assert times(tells, said) == 1, said
    assert visitor.page.evaluate("(before) => document.activeElement === before", before)


def test_each_decision_is_said(visitor: Visitor, report_at_the_desk: str) -> None:
    said = visitor.tab_to(button(visitor, "Show words and photos to everybody"))
    assert times("Not looked at yet. Nobody outside sees it.", said) in (1, 2), said
    decide(visitor, "Shown to everybody: Words · Photo 1")
    # A second press of somebody who is not sure is answered, and a third one, too.
    decide(visitor, "Nothing was changed.")
    decide(visitor, "Nothing was changed.")
    visitor.tab_to(button(visitor, "Hide words"))
    decide(visitor, "Hidden from everybody: Words")
    said = visitor.tab_to(button(visitor, "Hide this photo"))
    # Firefox says a description twice.
    assert times("A hole as wide as a car tire, full of water Everybody can see it.", said) in (1, 2), said
    decide(visitor, "Hidden from everybody: Photo 1")
    visitor.tab_to(button(visitor, "Show this photo"), key="shift+Tab")
    decide(visitor, "Shown to everybody: Photo 1")


def test_what_a_colleague_decides_is_said(visitor: Visitor, desk: Desk, report_at_the_desk: str) -> None:
    visitor.desktop.hush()
    desk.hide(report_at_the_desk)
    said = visitor.hear("Just changed: Hidden from everybody: Words · Photo 1 (Robin).")
    assert times("Just changed", said) == 1, said
