"""Without JavaScript and with a stylesheet of which ten years are missing, a page is plainer and nothing is lost."""

import re

import pytest
from playwright.sync_api import Page, Route, expect

from a11y_tests.conftest import Contexts
from a11y_tests.css_of_2016 import of_2016
from a11y_tests.page_rules import faults_in_sight
from a11y_tests.sending import Sent
from a11y_tests.server import PortalServer
from a11y_tests.test_reading import all_pages

_STYLE = re.compile(r"(?<=<style>)[^<]*(?=</style>)")


@pytest.fixture(scope="module")
def reports() -> dict[str, Sent]:
    return {}


def old_phone(new_context: Contexts, locale: str = "en") -> Page:
    """A small phone that knows neither scripts nor the styles of the last ten years."""

    def answer(route: Route) -> None:
        if route.request.resource_type != "document":
            route.continue_()
            return
        answered = route.fetch()
        html = _STYLE.sub(lambda style: of_2016(style[0]), answered.text())
        route.fulfill(response=answered, body=html)

    context = new_context(script=False, locale=locale, bypass_csp=True)
    context.route("**/*", answer)
    return context.new_page()


@pytest.mark.parametrize("locale", ["en", "ar"])
def test_nothing_is_cut_off_or_out_of_reach(
    new_context: Contexts, server: PortalServer, reports: dict[str, Sent], locale: str
) -> None:
    page = old_phone(new_context, locale)
    faults = []
    for path in all_pages(server, reports, "en"):
        page.goto(path.replace("/en/", f"/{locale}/", 1))
        faults += [f"{path}: {fault}" for fault in faults_in_sight(page, locale, targets=16)]
    assert not faults, "\n".join(faults)


def test_what_is_for_the_ears_alone_covers_nothing(new_context: Contexts) -> None:
    page = old_phone(new_context)
    page.goto("/en/report/pothole/?draft=")
    skip = page.locator(".skip")
    assert skip.evaluate("one => one.getBoundingClientRect().bottom") <= 0
    page.keyboard.press("Tab")
    expect(skip).to_be_focused()
    assert skip.evaluate("one => one.getBoundingClientRect().top") >= 0
    assert page.locator(".sr").evaluate_all("all => all.every(one => getComputedStyle(one).clip !== 'auto')")


def test_the_focus_can_be_seen(new_context: Contexts) -> None:
    page = old_phone(new_context)
    page.goto("/en/")
    page.locator("#q").focus()
    assert page.locator("#q").evaluate("one => getComputedStyle(one).outlineStyle") != "none"


def test_the_styles_of_today_are_left_out() -> None:
    style = "a{margin-inline:1rem;color:red}:focus-visible,b{color:red}.c{width:min(1px,2px)}@media print{p{inset:0;margin:0}}"
    assert of_2016(style) == "a{color:red}.c{}@media print{p{margin:0}}"
