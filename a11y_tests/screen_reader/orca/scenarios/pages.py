"""What somebody with Orca hears at the end of each page, and on the page of their rights, to which it leads."""

import pytest

from a11y_tests.screen_reader.orca.visitor import Visitor, times

pytestmark = [pytest.mark.timeout(300), pytest.mark.parametrize("engine", ["chromium", "firefox"])]


def test_help_is_at_the_end_of_a_page(visitor: Visitor) -> None:
    visitor.open("/en/report/pothole/")
    visitor.key("ctrl+End")
    # From the end, line by line.
    said = " ".join(visitor.read_on("Up", "Call 311 / 503-823-4000 link"))
    assert "If someone is in danger, call 911." in said
    assert "Relay 711: free help with calls" in said
    assert "Say your language: an interpreter joins. It is free." in said


def test_your_rights_are_found_and_read_by_headings(visitor: Visitor) -> None:
    visitor.open("/en/")
    # The last link of every page.
    visitor.key("ctrl+End", until="Your rights")
    visitor.key("Return", until="Your rights – Portland 311")
    said = visitor.read_on("h", "If you have a disability heading level 2")
    assert times("Your rights heading level 1", said) == 1, said
    assert times("In an emergency heading level 2", said) == 1, said
    assert times("Talk to a person heading level 2", said) == 1, said
    assert visitor.key("Tab", until="link")
