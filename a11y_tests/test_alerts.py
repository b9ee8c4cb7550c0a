"""An alert from the desk to a phone without a network, and its end: by the desk, by the clock, one after the other."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from a11y_tests.alerts import announce
from a11y_tests.conftest import Contexts
from a11y_tests.desk.colleague import Colleague, Office
from a11y_tests.desk.conftest import at_desk
from a11y_tests.languages import any_moment
from a11y_tests.offline.conftest import Phones, new_phone
from a11y_tests.offline.phone import Phone
from a11y_tests.offline.proxy import FaultProxy
from a11y_tests.page_rules import faults_in_sight
from a11y_tests.server import PortalServer
from app.alerts.words import Severity
from app.city.loader import load_city
from app.settings import CITY
from tests.alerts.examples import ENGLISH, SPANISH

__all__ = ["at_desk", "new_phone"]

ENDED = "What was announced here has ended."


@pytest.fixture
def proxy(own_server: PortalServer) -> Iterator[FaultProxy]:
    """A portal of its own, so that no other test sees its alerts."""
    proxy = FaultProxy(own_server)
    yield proxy
    proxy.close()


@pytest.fixture
def colleague(at_desk: Contexts, own_server: PortalServer) -> Colleague:
    """Somebody at the desk who has the page of alerts open."""
    office = Office(own_server)
    colleague = Colleague(at_desk(portal=own_server), keyboard=False)
    colleague.sign_in(office.account(), to="/en/desk/alerts/")
    office.close()
    expect(colleague.page.get_by_text("There are no alerts right now.")).to_be_visible()
    return colleague


def banner(page: Page) -> Locator:
    return page.locator("city-alerts section")


def publish(colleague: Colleague) -> None:
    """Write a heat alert in two languages, with a mistake on the way; every screen is looked over."""
    page = colleague.page
    with colleague.taken_to(page.get_by_role("region", name="Write an alert")):
        colleague.hands.press(colleague.button("Write an alert"))
    with colleague.taken_to(page.locator("#mistakes")):
        colleague.hands.press(colleague.button("Check it"))
    colleague.look()
    colleague.field("What it is about").select_option("heat")
    colleague.field("How serious is it?").select_option("Severe")
    colleague.field("How soon should people act?").select_option("Expected")
    colleague.field("How sure is it?").select_option("Likely")
    end = (datetime.now(UTC) + timedelta(hours=6)).astimezone(load_city(CITY).zone)
    colleague.field("When it ends").fill(end.strftime("%Y-%m-%dT%H:%M"))
    page.locator("summary", has_text="Español").click()
    for code, words in (("en", ENGLISH), ("es", SPANISH)):
        page.locator(f"#headline-{code}").fill(words.headline)
        page.locator(f"#description-{code}").fill(words.description)
        page.locator(f"#instruction-{code}").fill(words.instruction)
    with colleague.taken_to(page.get_by_role("region", name="Check before you publish")):
        colleague.hands.press(colleague.button("Check it"))
    expect(page.get_by_text("Everybody who uses this site sees it")).to_be_visible()
    expect(page.get_by_text("People who read these languages see the English text")).to_contain_text(
        "Tiếng Việt"
    )
    colleague.look()
    with colleague.taken_to(page.locator("#done")):
        colleague.hands.press(colleague.button("Publish now"))
    expect(page.get_by_role("heading", name=ENGLISH.headline)).to_be_visible()
    colleague.look()


def keeps(phone: Phone, words: str) -> bool:
    """Whether the page of alerts that is kept on the phone says this."""
    found: bool = phone.page.evaluate(
        """async ([path, words]) => {
          const kept = await (await caches.open("seen")).match(path, { ignoreVary: true });
          return Boolean(kept) && (await kept.text()).includes(words);
        }""",
        [f"/{phone.locale}/alerts/", words],
    )
    return found


def test_from_the_desk_to_a_phone_without_a_network_until_it_is_over(
    colleague: Colleague, new_phone: Phones
) -> None:
    publish(colleague)
    phone = new_phone(locale="es")
    page = phone.visit("/es/")
    expect(banner(page)).to_contain_text(SPANISH.headline)
    expect(page.get_by_role("alert")).to_contain_text(phone.resident.t("Great heat"))
    phone.resident.look()
    phone.wait_for(lambda: keeps(phone, SPANISH.headline), "one visit is enough for the alerts to be kept")

    phone.offline()
    page.clock.install()
    for path in ("/es/", "/es/report/pothole/", "/es/alerts/"):
        page.goto(path)
        expect(banner(page)).to_contain_text(SPANISH.headline)
    page.reload()
    expect(page.get_by_role("heading", name=SPANISH.headline)).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text(SPANISH.instruction)
    since = re.escape(phone.resident.filled("This page is from {time}.", time="TIME"))
    expect(page.locator("sync-status")).to_contain_text(re.compile(since.replace("TIME", any_moment("es"))))
    phone.resident.look()

    page.clock.fast_forward("07:00:00")
    expect(banner(page)).to_be_hidden()
    expect(page.get_by_role("heading", name=SPANISH.headline)).to_have_count(0)
    expect(page.get_by_text(phone.resident.t(ENDED))).to_be_visible()
    phone.resident.look()
    for path in ("/es/report/pothole/", "/es/alerts/"):
        page.goto(path)
        expect(banner(page)).to_be_hidden()
    expect(page.get_by_text(phone.resident.t(ENDED))).to_be_visible()


def test_an_alert_that_the_desk_has_ended_is_not_kept_either(colleague: Colleague, new_phone: Phones) -> None:
    publish(colleague)
    phone = new_phone()
    page = phone.visit("/en/")
    phone.wait_for(lambda: keeps(phone, ENGLISH.headline), "the alert is kept")
    with colleague.taken_to(colleague.page.get_by_role("region", name="End this alert?")):
        colleague.hands.press(
            colleague.page.get_by_role("listitem").get_by_role("button", name=re.compile("^End"))
        )
    colleague.look()
    with colleague.taken_to(colleague.page.locator("#done")):
        colleague.hands.press(colleague.button("End it now"))
    page.goto("/en/")
    expect(banner(page)).to_have_count(0)
    phone.wait_for(lambda: not keeps(phone, ENGLISH.headline), "what any page has learned is kept")
    phone.offline()
    page.goto("/en/alerts/")
    expect(page.get_by_text("There are no alerts right now.")).to_be_visible()
    page.goto("/en/report/pothole/")
    expect(phone.resident.heading("Where is it?")).to_be_visible()
    expect(banner(page)).to_have_count(0)


def test_one_after_the_other_ends_while_the_page_is_open(
    new_context: Contexts, own_server: PortalServer
) -> None:
    now = datetime.now(UTC)
    announce(own_server, severity=Severity.EXTREME, event="flood", expires=now + timedelta(hours=1))
    announce(own_server, severity=Severity.MODERATE, event="roads", expires=now + timedelta(hours=3))
    announce(own_server, severity=Severity.MINOR, event="service", expires=now + timedelta(hours=2))
    page = new_context(portal=own_server).new_page()
    page.clock.install()
    page.goto("/en/report/pothole/")
    field = page.get_by_label("Address, crossing or place")
    field.focus()
    lines = banner(page).locator("p:visible")
    expect(lines).to_have_count(2)
    expect(lines.nth(0)).to_contain_text("Flood")
    expect(lines.nth(1)).to_have_text("More alerts: 2")
    page.clock.fast_forward("01:00:01")
    expect(lines.nth(0)).to_contain_text("Roads and transit")
    expect(lines.nth(1)).to_have_text("More alerts: 1")
    page.clock.fast_forward("01:00:01")
    expect(lines).to_have_count(1)
    expect(field).to_be_focused()
    # The link has the focus when its alert ends: whoever is there goes on in the page.
    banner(page).get_by_role("link").first.focus()
    page.clock.fast_forward("01:00:01")
    expect(banner(page)).to_be_hidden()
    expect(page.get_by_role("main")).to_be_focused()
    assert faults_in_sight(page, "en") == []


def test_a_phone_whose_clock_is_wrong_still_shows_what_the_city_says(
    new_context: Contexts, own_server: PortalServer
) -> None:
    announce(own_server)
    page = new_context(portal=own_server).new_page()
    page.clock.install(time=datetime.now(UTC) + timedelta(days=365))
    page.goto("/en/")
    expect(banner(page)).to_contain_text(ENGLISH.headline)
    page.goto("/en/alerts/")
    expect(page.get_by_role("heading", name=ENGLISH.headline)).to_be_visible()
