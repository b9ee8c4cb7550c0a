"""How much a first visit and a report weigh: people pay for each kilobyte, and wait for it."""

from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Browser, Playwright, expect

from a11y_tests.conftest import Contexts, launch_options
from a11y_tests.photos import payload, phone_photo
from a11y_tests.resident import Resident
from a11y_tests.server import PortalServer
from a11y_tests.wire import Wire
from app.city.loader import load_city
from app.routes import url
from app.settings import CITY
from i18n.locales import LOCALES

DOCUMENT = 13_000
"""Bytes of a document with its style; 14,600 fit into the first round trip of a new connection (RFC 6928)."""
FIRST_VISIT = 24_000
"""Bytes down, headers and all, of all that a full browser fetches until it is idle; the worker's own come after that."""
MOST_REQUESTS = 7
WITH_A_PHOTO = 250_000
OFFLINE_PACK = 150_000
TEXT_ALONE = 5_000

PHONE_ABROAD = {"Accept-Encoding": "br", "Accept": "text/html"}


FORMS = [one.service_code for one in load_city(CITY).services]


@pytest.fixture(scope="session")
def browser(driver: Playwright) -> Iterator[Browser]:
    """As people have one: unlike a headless shell, it fetches the icon, too."""
    browser = driver.chromium.launch(**launch_options())
    yield browser
    browser.close()


def weight_of(client: httpx.Client, path: str) -> int:
    """Of a document as it travels, without its headers."""
    with client.stream("GET", path) as answer:
        assert answer.headers["content-encoding"] == "br", path
        assert answer.status_code == 200, path
        return len(b"".join(answer.iter_raw()))


@pytest.mark.parametrize("locale", LOCALES)
def test_the_first_visit_of_the_form(new_context: Contexts, server: PortalServer, locale: str) -> None:
    """Of the most usual type and of the heaviest one in this language: so of all."""
    with httpx.Client(base_url=server.url, headers=PHONE_ABROAD, trust_env=False) as client:
        forms = [url("report_form", locale=locale, service_code=code) for code in FORMS]
        heaviest = max(forms, key=lambda path: weight_of(client, path))
    for path in (url("report_form", locale=locale, service_code="pothole"), heaviest):
        page = new_context(locale=locale).new_page()
        wire = Wire(page)
        page.goto(path)
        page.wait_for_load_state("networkidle")
        # A full browser fetches the icon by itself, when it is at rest.
        wire.wait_for("/icon.svg")
        document = wire.exchanges[0]
        assert document.down <= DOCUMENT, str(wire)
        assert wire.down <= FIRST_VISIT, str(wire)
        assert len(wire.exchanges) <= MOST_REQUESTS, str(wire)
        # The document makes the form usable; everything else comes at once after it, nothing waits for something else.
        assert {one.depth for one in wire.exchanges[1:]} == {2}, str(wire)


@pytest.mark.parametrize("locale", LOCALES)
def test_no_page_is_heavier(server: PortalServer, locale: str) -> None:
    forms = [url("report_form", locale=locale, service_code=code) for code in FORMS]
    others = [
        url(name, locale=locale)
        for name in (
            *("home", "report", "requests", "recent", "alerts", "privacy", "accessibility", "rights"),
            "sign_in",
        )
    ]
    with httpx.Client(base_url=server.url, headers=PHONE_ABROAD, trust_env=False) as client:
        for path in (*forms, *others):
            weight = weight_of(client, path)
            assert weight <= DOCUMENT, f"{path}: {weight} bytes"


@pytest.mark.parametrize("locale", LOCALES)
def test_all_pages_of_a_language_for_a_phone_without_a_network(server: PortalServer, locale: str) -> None:
    with httpx.Client(base_url=server.url, headers=PHONE_ABROAD, trust_env=False) as client:
        with client.stream("GET", url("offline", pack=locale)) as answer:
            weight = len(b"".join(answer.iter_raw()))
        assert answer.headers["content-encoding"] == "br"
    assert weight <= OFFLINE_PACK, f"{weight} bytes"


def test_a_report_with_a_photo_of_12_megapixels(new_context: Contexts) -> None:
    resident = Resident(new_context())
    wire = Wire(resident.page)
    resident.open_form()
    resident.say_where()
    resident.go_on("What is happening?", 2)
    resident.say_what()
    resident.go_on("Photos", 3)
    photo = phone_photo()
    assert len(photo) > 1_000_000, "a photo of 12 megapixels weighs more than this"
    resident.add_photo(payload(photo))
    resident.go_on("How can we reach you?", 4)
    resident.say_who()
    resident.go_on("Check and send", 5)
    before = wire.up
    with resident.page.expect_response(lambda answer: answer.request.method == "PUT") as accepted:
        resident.button("Send report").click()
    assert accepted.value.status == 201
    resident.arrive()
    text = wire.of("PUT")
    assert len(text) == 1
    assert text[0].up <= TEXT_ALONE, str(wire)
    assert wire.exchanges.index(text[0]) < min(wire.exchanges.index(one) for one in wire.of("PATCH"))
    assert 20_000 < wire.up - before <= WITH_A_PHOTO, str(wire)
    assert wire.up <= WITH_A_PHOTO, str(wire)


def test_nothing_is_asked_for_that_was_there_before(new_context: Contexts) -> None:
    resident = Resident(new_context())
    resident.open_form()
    resident.page.wait_for_load_state("load")
    resident.page.goto("/en/")
    wire = Wire(resident.page)
    resident.open_form("graffiti")
    expect(resident.heading("Where is it?")).to_be_visible()
    assert [one.url for one in wire.exchanges if one.down and "/static/" in one.url] == []
