"""Large text, strong zoom, large screens: every page stays whole, and nothing has to be read sideways."""

import pytest
from playwright.sync_api import expect

from a11y_tests.conftest import Contexts
from a11y_tests.languages import WALKED
from a11y_tests.page_rules import faults_in_sight
from a11y_tests.photos import phone_photo
from a11y_tests.resident import Resident
from a11y_tests.sending import Sent, send_report
from a11y_tests.server import PortalServer
from app.routes import url

ZOOMED = {"width": 320, "height": 256}
"""A window of 1280 x 1024 at 400 % (WCAG 2.2, 1.4.10)."""
WINDOWS = [
    ZOOMED,
    {"width": 256, "height": 512},
    {"width": 390, "height": 844},
    {"width": 844, "height": 390},
]
WINDOWS += [{"width": 820, "height": 1180}, {"width": 1280, "height": 800}]


@pytest.fixture(scope="module")
def reports() -> dict[str, Sent]:
    return {}


def all_pages(server: PortalServer, reports: dict[str, Sent], locale: str) -> list[str]:
    """Every page that can be reached by address alone."""
    if locale not in reports:
        reports[locale] = send_report(server, locale, photos=(phone_photo(800, 600), phone_photo(600, 800)))
    sent = reports[locale]
    plain = [
        url(name, locale=locale)
        for name in (
            "home",
            "report",
            "requests",
            "recent",
            "alerts",
            "privacy",
            "accessibility",
            "styleguide",
            "sign_in",
        )
    ]
    search = [
        f"{url('report', locale=locale)}?q={sent.told.search}",
        f"{url('requests', locale=locale)}?reference=12",
    ]
    form = url("report_form", locale=locale, service_code="pothole")
    return [*plain, *search, form, sent.page, sent.receipt, sent.private, f"/{locale}/nowhere/"]


@pytest.mark.parametrize("locale", WALKED)
def test_every_page_fits_every_window(
    new_context: Contexts, server: PortalServer, reports: dict[str, Sent], locale: str
) -> None:
    page = Resident(new_context(locale=locale), locale).page
    faults = []
    for path in all_pages(server, reports, locale):
        page.goto(path)
        for window in WINDOWS:
            page.set_viewport_size(window)
            faults += [f"{path} at {window}: {fault}" for fault in faults_in_sight(page, locale)]
    assert not faults, "\n".join(faults)


def test_a_page_that_is_opened_again_looks_and_works_as_before(new_context: Contexts) -> None:
    """The server says that it has not changed; the browser then shows what it has kept."""
    page = Resident(new_context(service_workers="block", forgiven=("blocked by Playwright",))).page
    for path in ("/en/", "/en/report/pothole/"):
        for _ in range(2):
            page.goto(path)
            assert page.evaluate("document.styleSheets.length") == 1
    expect(page.get_by_role("button", name="Continue")).to_be_visible()


@pytest.mark.parametrize("locale", WALKED)
def test_every_page_bears_text_twice_as_large(
    new_context: Contexts, server: PortalServer, reports: dict[str, Sent], locale: str
) -> None:
    context = new_context(locale=locale)
    page = Resident(context, locale).page
    # What a person sets in the browser: text of 32 pixels instead of 16.
    context.new_cdp_session(page).send("Page.setFontSizes", {"fontSizes": {"standard": 32, "fixed": 26}})
    faults = []
    for path in all_pages(server, reports, locale):
        page.goto(path)
        size = page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)")
        assert size >= 32, "the page does not follow the size that the person has set"
        for window in ({"width": 320, "height": 640}, {"width": 640, "height": 900}):
            page.set_viewport_size(window)
            faults += [f"{path} at {window}: {fault}" for fault in faults_in_sight(page, locale)]
    assert not faults, "\n".join(faults)


def test_every_step_of_the_form_bears_zoom_and_large_text(new_context: Contexts) -> None:
    context = new_context(viewport=ZOOMED)
    resident = Resident(context)
    context.new_cdp_session(resident.page).send(
        "Page.setFontSizes", {"fontSizes": {"standard": 24, "fixed": 20}}
    )
    resident.report()


def test_spacing_that_a_person_sets_cuts_nothing_off(
    new_context: Contexts, server: PortalServer, reports: dict[str, Sent]
) -> None:
    """WCAG 2.2, 1.4.12: a style sheet of the person's own."""
    page = Resident(new_context(bypass_csp=True)).page
    faults = []
    for path in all_pages(server, reports, "en"):
        page.goto(path)
        page.add_style_tag(
            content="* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important; }"
            "p { margin-block-end: 2em !important; }"
        )
        faults += [f"{path}: {fault}" for fault in faults_in_sight(page, "en")]
    faults = [fault for fault in faults if "more than one style sheet" not in fault]
    assert not faults, "\n".join(faults)
