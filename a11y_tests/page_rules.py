"""What must be true of every page that any test opens (the rules themselves: page_rules.js)."""

from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from a11y_tests.joined import joined_words
from a11y_tests.languages import english_left, words
from i18n.locales import LOCALES

TARGET = 44
"""Least side of a target in CSS pixels (WCAG 2.2, 2.5.5)."""


@cache
def _rules() -> str:
    # One expression, of which the formatter makes a statement.
    return (Path(__file__).parent / "page_rules.js").read_text().rstrip().removesuffix(";")


def _expected(locale: str, *, live: bool) -> dict[str, Any]:
    return {"lang": locale, "dir": LOCALES[locale].direction, "error": words(locale)("Error:"), "live": live}


def faults_of_document(blank: Page, html: str, locale: str) -> list[str]:
    """What is wrong with a page as the server sent it. blank: a page that is only there to parse it."""
    rules = f"const {{ markup, texts }} = {_rules()};"
    faults, texts = blank.evaluate(
        f"""([html, expected]) => {{
          {rules}
          const parsed = new DOMParser().parseFromString(html, "text/html");
          return [markup(parsed, expected), texts(parsed)];
        }}""",
        [html, _expected(locale, live=False)],
    )
    return [*faults, *(f"is English: {text}" for text in english_left(texts, locale))]


def faults_in_sight(page: Page, locale: str, *, targets: int = TARGET) -> list[str]:
    """What is wrong with a page as a person sees it now."""
    faults, texts = page.evaluate(
        f"""([expected, least]) => {{
          const {{ markup, texts, sight }} = {_rules()};
          return [[...markup(document, expected), ...sight(least)], texts(document)];
        }}""",
        [_expected(locale, live=True), targets],
    )
    if page.context.browser and page.context.browser.browser_type.name == "chromium":
        faults += joined_words(page)
    return [*faults, *(f"is English: {text}" for text in english_left(texts, locale))]


def faults_of_focus(page: Page) -> list[str]:
    """What is wrong with where the focus is now."""
    faults: list[str] = page.evaluate(f"() => ({_rules()}).focus()")
    return faults
