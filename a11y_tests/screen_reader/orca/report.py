"""The report form, filled in by keys."""

import re

from playwright.sync_api import Locator

from a11y_tests.screen_reader.orca.visitor import Visitor, button, times

FORM = "/en/report/pothole/"
QUESTION = "How big is the hole? panel"


def place(visitor: Visitor) -> Locator:
    """The field for the place in words."""
    return visitor.page.get_by_label(re.compile("^Address, crossing or place"))


def go_on(visitor: Visitor, heading: str, step: int) -> None:
    """To the next step, which says once what it is and how far one has come."""
    said = visitor.use(button(visitor, "Continue"), until=f"Step {step} of 5")
    assert times(f"{heading} heading level 2", said) == 1, said
    assert times(f"Step {step} of 5", said) == 1, said


def say_where(visitor: Visitor) -> None:
    """The first step, in words, and on to the second."""
    visitor.open(FORM)
    visitor.write(place(visitor), "by the bus stop")
    go_on(visitor, "What is happening?", 2)


def say_what(visitor: Visitor) -> None:
    """The second step, which asks before it lists the answers."""
    said = visitor.key("Tab", until="not selected radio button")
    assert said[0].startswith(QUESTION), said
    visitor.key("space", until="selected")


def fill_in(visitor: Visitor) -> None:
    """All that is needed, up to the button that sends it."""
    say_where(visitor)
    say_what(visitor)
    for step, heading in enumerate(("Photos", "How can we reach you?", "Check and send"), 3):
        go_on(visitor, heading, step)
