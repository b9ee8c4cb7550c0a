"""After one visit everything is there without a network, in the language of the person."""

import re

import pytest
from playwright.sync_api import Page, Response, expect

from a11y_tests.languages import any_moment
from a11y_tests.offline.conftest import Phones
from a11y_tests.offline.phone import Phone
from a11y_tests.resident import NO_MAP, pothole
from a11y_tests.sending import Sent, send_report
from a11y_tests.server import Desk, PortalServer
from app.routes import url

BOTH_WAYS = ("en", "ar", pytest.param("es", marks=pytest.mark.matrix))
"""From left to right and from right to left; what a phone keeps does not depend on the language."""


def heading(phone: Phone, sentence: str) -> None:
    expect(phone.resident.heading(sentence, 1)).to_be_visible()


def open_away(phone: Phone, path: str) -> Response:
    """Open a page without a network: it comes from the phone, says so, and is under the portal's own policy."""
    response = phone.page.goto(path)
    assert response is not None
    assert response.from_service_worker
    policy = response.header_value("content-security-policy") or ""
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    return response


def says_away(phone: Phone) -> None:
    notice = phone.resident.t("There is no connection. You can still report: it is sent later.")
    expect(phone.page.locator("sync-status")).to_contain_text(notice)


def everything_is_there(phone: Phone, sent: Sent) -> None:
    """Every resident page, as somebody on a train goes through them."""
    locale, t, told = phone.locale, phone.resident.t, pothole(phone.locale)
    open_away(phone, f"/{locale}/")
    heading(phone, "How can the city help?")
    says_away(phone)
    phone.resident.look()

    phone.page.get_by_role("searchbox").fill(told.search)
    phone.resident.button("Search").click()
    heading(phone, "What do you want to report?")
    expect(phone.page.get_by_role("searchbox")).to_have_value(told.search)
    found = phone.page.get_by_role("main").get_by_role("listitem")
    expect(found.filter(visible=True)).to_have_count(1)
    phone.resident.look()
    found.get_by_role("link", name=re.compile("^" + re.escape(told.service))).click()

    expect(phone.page).to_have_url(re.compile(f"/{locale}/report/pothole/$"))
    phone.resident.say_where()
    phone.resident.go_on("What is happening?", 2)
    phone.resident.say_what()

    for path, title in (
        ("mine", "My requests"),
        ("requests", "Check a request"),
        ("privacy", "Your privacy"),
        ("accessibility", "Accessibility"),
        ("recent", "Recent requests"),
    ):
        open_away(phone, f"/{locale}/{path}/")
        heading(phone, title)
        says_away(phone)
        phone.resident.look()

    open_away(phone, sent.page)
    expect(phone.page.get_by_role("main")).to_contain_text(told.description)
    expect(phone.resident.status()).to_contain_text(t("Received"))
    says_away(phone)
    since = re.escape(phone.resident.filled("This page is from {time}.", time="TIME"))
    since = since.replace("TIME", any_moment(phone.resident.locale))
    expect(phone.page.locator("sync-status")).to_contain_text(re.compile(since))
    reload(phone.page)
    expect(phone.page.get_by_role("main")).to_contain_text(told.description)

    for unknown in (f"/{locale}/requests/4829135570246/", f"/{locale}/nowhere/"):
        open_away(phone, unknown)
        heading(phone, "This page needs a connection")
        phone.resident.look()

    # The bare address is on the poster at the bus stop.
    phone.page.goto("/")
    expect(phone.page).to_have_url(re.compile(f"/{locale}/$"))
    heading(phone, "How can the city help?")


def test_the_bare_address_leads_to_the_language_that_was_chosen(new_phone: Phones) -> None:
    phone = new_phone(locale="en")
    phone.visit()
    phone.visit("/vi/")
    phone.page.goto("/")
    expect(phone.page).to_have_url(re.compile("/vi/$"))
    # Whoever uses the phone next may choose otherwise.
    phone.visit("/es/report/")
    phone.page.goto("/")
    expect(phone.page).to_have_url(re.compile("/es/$"))


def reload(page: Page) -> None:
    response = page.reload()
    assert response is not None
    assert response.from_service_worker


@pytest.mark.parametrize("locale", BOTH_WAYS)
def test_after_one_visit_everything_is_there_without_a_network(
    server: PortalServer, new_phone: Phones, desk: Desk, locale: str
) -> None:
    sent = send_report(server, locale)
    desk.look(sent.reference)
    phone = new_phone(locale=locale)
    phone.visit()
    # What changes is there as it was seen last.
    for path in (f"/{locale}/recent/", sent.page):
        phone.open(path)
    seen = {f"/{locale}/recent/", sent.page}
    phone.wait_for(lambda: seen <= set(phone.cached().get("seen", [])), "both are kept")
    phone.offline()
    everything_is_there(phone, sent)
    phone.restart(offline=True)
    everything_is_there(phone, sent)


@pytest.mark.parametrize("locale", BOTH_WAYS)
def test_every_kept_page_is_whole_after_a_reload_without_a_network(
    server: PortalServer, new_phone: Phones, locale: str
) -> None:
    phone = new_phone(locale=locale)
    phone.visit()
    phone.offline()
    paths = phone.kept_pages()
    assert url("report_form", locale=locale, service_code="pothole") in paths
    for path in paths:
        open_away(phone, path)
        reload(phone.page)
        says_away(phone)
        phone.resident.look()


def test_the_bare_address_leads_to_the_language_that_was_used_last(phone: Phone) -> None:
    """It is on the poster at the bus stop, and no server is there to choose."""
    phone.visit("/es/")
    phone.offline()
    for used in ("es", "en", "es"):
        phone.visit(f"/{used}/privacy/")
        phone.page.goto("/")
        expect(phone.page).to_have_url(re.compile(f"/{used}/$"))
    phone.restart(offline=True)
    phone.page.goto("/")
    expect(phone.page).to_have_url(re.compile("/es/$"))


def test_without_a_network_a_map_says_that_it_cannot_come_and_words_are_enough(phone: Phone) -> None:
    phone.offline()
    resident = phone.resident
    resident.open_form()
    phone.page.get_by_role("button", name="Show a map").click()
    expect(phone.page.locator(".place-status")).to_have_text(NO_MAP)
    expect(phone.page.get_by_role("slider")).to_have_count(0)
    resident.say_where()
    resident.go_on("What is happening?", 2)


def test_a_page_that_was_open_before_the_worker_came_is_served_after_a_reload(phone: Phone) -> None:
    phone.offline()
    reload(phone.page)
    heading(phone, "How can the city help?")
    says_away(phone)
    phone.online()
    phone.page.reload()
    heading(phone, "How can the city help?")
    expect(phone.page.locator("sync-status")).to_be_hidden()


def test_what_is_hidden_leaves_a_phone_at_its_next_contact(
    server: PortalServer, new_phone: Phones, desk: Desk
) -> None:
    """Also where nobody opens the page again: another page is enough."""
    hidden, other = send_report(server), send_report(server)
    for sent in (hidden, other):
        desk.look(sent.reference)
    phone = new_phone()
    phone.visit()
    for path in (hidden.page, other.page, "/en/recent/"):
        phone.open(path)
    kept = {hidden.page, other.page, "/en/recent/"}
    phone.wait_for(lambda: kept <= set(phone.cached().get("seen", [])), "all are kept")
    desk.hide(hidden.reference)
    phone.let_pack_age(hours=1)
    phone.restart()
    phone.open("/en/privacy/")
    phone.wait_for(lambda: hidden.page not in phone.cached()["seen"], "it is gone from the phone")
    phone.wait_for(lambda: "/en/recent/" not in phone.cached()["seen"], "and from the list")
    assert other.page in phone.cached()["seen"]
