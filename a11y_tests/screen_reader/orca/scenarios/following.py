"""What somebody with Orca hears who follows a report: its page, its private page, its receipt, the reports of the phone."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from a11y_tests.modules.fake_city import FakeCity
from a11y_tests.modules.test_long import fill
from a11y_tests.screen_reader.orca.visitor import Visitor, button, times
from a11y_tests.sending import send_report
from a11y_tests.server import Desk, PortalServer
from app.requests.statuses import Status

pytestmark = [pytest.mark.timeout(300), pytest.mark.parametrize("engine", ["chromium", "firefox"])]

LATER = 20 * 60 * 1000
"""Milliseconds after which an open page has looked again."""


def test_the_status_that_changes_is_said_once(visitor: Visitor, server: PortalServer, desk: Desk) -> None:
    sent = send_report(server)
    visitor.page.clock.install()
    visitor.open(sent.page)
    visitor.desktop.hush()
    desk.move(sent.reference, Status.IN_PROGRESS, "Crew 12 goes there today.")
    visitor.page.clock.fast_forward(LATER)
    assert visitor.hear("Being worked on") == ["This page has been updated. Status: Being worked on"]


def test_a_wrong_number_is_told_at_its_field(visitor: Visitor) -> None:
    visitor.open("/en/requests/")
    visitor.write(visitor.page.get_by_role("textbox", name="Reference number"), "482 913 557 024")
    said = visitor.key("Return", until="Error: A reference number has 13 digits. This one has 12.")
    assert times("invalid entry", said) == 1, said


def test_a_comment_is_said_to_have_been_added(visitor: Visitor, server: PortalServer) -> None:
    visitor.open(send_report(server).private)
    visitor.write(visitor.page.get_by_role("textbox", name="Comment"), "It has grown.")
    said = visitor.use(button(visitor, "Add the comment"), until="Your comment has been added.")
    # At once, and not after all of the page.
    assert any("Your comment has been added." in phrase for phrase in said[:6]), said


def test_copying_the_number_is_said_each_time(visitor: Visitor, server: PortalServer) -> None:
    visitor.open(send_report(server).receipt)
    visitor.tab_to(button(visitor, "Copy the number"))
    for _ in range(3):
        said = visitor.key("Return", until="Copied.")
        assert times("Copied.", said) == 1, said


@pytest.fixture
def sixty(visitor: Visitor) -> Iterator[Visitor]:
    """Somebody with sixty reports on their phone, three of them of graffiti, before the list of them."""
    fake = FakeCity()
    visitor.page.route("**/requests/**", lambda route: route.abort())
    visitor.page.goto(f"{fake.url}/en/report/")
    fill(visitor.page, fake, *[{}] * 57, *[{"name": "Graffiti"}] * 3)
    visitor.open(f"{fake.url}/en/mine/")
    expect(visitor.page.get_by_role("searchbox")).to_be_visible()
    yield visitor
    visitor.page.goto("about:blank")
    fake.close()


def test_the_search_in_my_requests_says_how_many_it_finds(sixty: Visitor) -> None:
    sixty.tab_to(sixty.page.get_by_role("searchbox"))
    sixty.type("graffiti")
    said = sixty.hear("Reports found: 3.")
    assert times("Reports found:", said) == 1, said
    # As many as before, and said again: whoever hears nothing does not know whether it searches at all.
    said = sixty.key("BackSpace", until="Reports found: 3.")
    assert times("Reports found:", said) == 1, said
    sixty.type("x")
    sixty.hear("Reports found: 0.")
    said = sixty.key("ctrl+a", "Delete", until="Reports found: 60.")
    assert times("Reports found:", said) == 1, said


def test_more_of_my_requests_goes_on_with_the_first_new_one(sixty: Visitor) -> None:
    # From the end of the page backwards: the list is long.
    sixty.tab_to(sixty.page.locator("footer a").first)
    said = sixty.tab_to(button(sixty, "Show more"), key="shift+Tab")
    assert times("Show more (40) Sent", said) == 1, said
    said = sixty.key("Return", until="heading level 3")
    assert times("heading level 3", said) == 1, said


def test_deleting_asks_of_each_report_and_says_that_it_is_gone(sixty: Visitor) -> None:
    # What was pressed once is called otherwise until something else is pressed.
    delete = sixty.page.get_by_role("button", name=re.compile("^Delete Anywhere")).first
    for _ in range(2):
        sixty.use(delete, until="Press again to delete. It cannot be brought back.")
    sixty.key("Return", until="Deleted from this phone.")
