"""Large text, strong zoom, large screens: every page stays whole, and nothing has to be read sideways."""

import re
from typing import Literal

import pytest
from playwright.sync_api import Page, expect

from a11y_tests.conftest import Contexts
from a11y_tests.languages import WALKED
from a11y_tests.page_rules import faults_in_sight
from a11y_tests.photos import phone_photo
from a11y_tests.resident import Resident
from a11y_tests.sending import Sent, send_report
from a11y_tests.server import Desk, PortalServer
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


def least_contrast(page: Page) -> tuple[float, str]:
    """The least contrast of text on what lies behind it (WCAG 2.2, 1.4.3), and the text."""
    return tuple(
        page.evaluate(
            """() => {
              const rgb = (color) => (color.match(/[\\d.]+/g) || []).map(Number);
              const part = (value) => (value /= 255) <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
              const light = ([red, green, blue]) => 0.2126 * part(red) + 0.7152 * part(green) + 0.0722 * part(blue);
              const behind = (one) => {
                if (!one) return [255, 255, 255];
                const [red, green, blue, alpha = 1] = rgb(getComputedStyle(one).backgroundColor);
                return alpha ? [red, green, blue] : behind(one.parentElement);
              };
              const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
              const found = [];
              while (words.nextNode()) {
                const one = words.currentNode.parentElement;
                if (!words.currentNode.data.trim() || !one.checkVisibility() || one.closest(".sr, .skip, option")) continue;
                const [more, less] = [light(rgb(getComputedStyle(one).color)), light(behind(one))].sort((a, b) => b - a);
                found.push([(more + 0.05) / (less + 0.05), words.currentNode.data.trim()]);
              }
              return found.sort(([a], [b]) => a - b)[0];
            }"""
        )
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_who_asks_for_more_contrast_gets_seven_to_one_and_plain_frames(
    new_context: Contexts, server: PortalServer, reports: dict[str, Sent], scheme: Literal["light", "dark"]
) -> None:
    page = Resident(new_context(contrast="more", color_scheme=scheme)).page
    for path in all_pages(server, reports, "en"):
        page.goto(path)
        contrast, text = least_contrast(page)
        assert contrast >= 7, f"{path}: {contrast:.1f} : 1, {text!r}"
    page.goto(url("requests", locale="en"))
    field = page.get_by_role("textbox", name="Reference number")
    ink = page.evaluate("getComputedStyle(document.body).color")
    assert field.evaluate("one => getComputedStyle(one).borderTopColor") == ink


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_is_printed_is_dark_on_white_and_without_what_nobody_can_press(
    new_context: Contexts,
    server: PortalServer,
    desk: Desk,
    reports: dict[str, Sent],
    scheme: Literal["light", "dark"],
) -> None:
    all_pages(server, reports, "en")
    desk.look("".join(reports["en"].reference))
    page = Resident(new_context(color_scheme=scheme)).page
    for path in (reports["en"].receipt, reports["en"].page):
        page.goto(path)
        page.emulate_media(media="print")
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        contrast, text = least_contrast(page)
        assert contrast >= 4.5, f"{path}: {contrast:.1f} : 1, {text!r}"
        number = re.compile(r" ?".join(reports["en"].reference))
        expect(page.get_by_role("main").get_by_text(number).first).to_be_visible()
        expect(page.get_by_role("img").first).to_be_visible()
        for useless in ("button", "form", "footer", ".languages"):
            expect(page.locator(f"{useless}:visible")).to_have_count(0)
