"""What somebody with Orca hears of an alert: who publishes it at the desk, and who opens a page while it is on."""

import pytest

from a11y_tests.alerts import announce
from a11y_tests.desk.colleague import PASSWORD, Office
from a11y_tests.screen_reader.orca.visitor import Visitor, button, times
from a11y_tests.server import PortalServer
from tests.alerts.examples import ENGLISH

pytestmark = [pytest.mark.timeout(300), pytest.mark.parametrize("engine", ["chromium", "firefox"])]

# What stands in a field of the form before somebody goes on; typing it takes minutes.
WRITE = """(written) => {
  for (const [id, value] of Object.entries(written)) document.getElementById(id).value = value;
  document.getElementById("expires").value = new Date(Date.now() + 9e7).toISOString().slice(0, 16);
}"""
WRITTEN = {
    "event": "heat",
    "severity": "Severe",
    "urgency": "Expected",
    "certainty": "Likely",
    "headline-en": ENGLISH.headline,
    "description-en": ENGLISH.description,
    "instruction-en": ENGLISH.instruction,
}


@pytest.fixture
def server(own_server: PortalServer) -> PortalServer:
    """A portal of its own, so that no other test hears its alerts."""
    return own_server


def test_each_step_of_an_alert_is_said(visitor: Visitor, server: PortalServer) -> None:
    office = Office(server)
    form = {"email": office.account(), "password": PASSWORD}
    office.close()
    assert visitor.page.request.post("/en/desk/sign-in/", form=form).ok
    visitor.open("/en/desk/alerts/")
    visitor.use(button(visitor, "Write an alert"), until="Write an alert region")
    said = visitor.use(button(visitor, "Check it"), until="Please check")
    assert times("Please check", said) == 1, said
    visitor.page.evaluate(WRITE, WRITTEN)
    said = visitor.use(button(visitor, "Check it"), until="Check before you publish region")
    # Who publishes has heard whom it reaches.
    assert times("Everybody who uses this site sees it", said + visitor.desktop.rest()) == 1, said
    said = visitor.key("Tab", "Return", until="The alert is on.")
    assert times("The alert is on.", said) == 1, said
    said = visitor.use(button(visitor, "End"), until="End this alert? region")
    assert times(ENGLISH.headline, said + visitor.desktop.rest()) == 1, said
    said = visitor.key("Tab", "Return", until="The alert has been ended.")
    assert times("The alert has been ended.", said) == 1, said


def test_an_alert_is_heard_first_and_whole(visitor: Visitor, server: PortalServer) -> None:
    announce(server)
    said = " ".join(visitor.open("/en/"))
    assert ENGLISH.headline in said
    visitor.key("ctrl+Home")
    said = " ".join(visitor.read_on("Down", "How can the city help?"))
    assert ENGLISH.headline in said
    assert "Until" in said
