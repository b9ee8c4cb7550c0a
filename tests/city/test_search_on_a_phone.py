"""The list of types is searched on a phone without a network, by the module of the page and the words on the page."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from app.city.loader import load_city, register_catalogs
from app.settings import CITY
from i18n import translator
from tests.city.test_city_search import IN_OTHER_LANGUAGES

ROOT = Path(__file__).parents[2]
# What is there of a browser: items with their text and data-words, and what choose.js asks of the rest.
PAGE = """
import { readFileSync } from "node:fs";
let Found;
globalThis.HTMLElement = class {};
globalThis.location = { search: "" };
globalThis.customElements = { define: (name, element) => (Found = element) };
globalThis.document = {
  querySelector: () => null, querySelectorAll: () => [], getElementById: () => ({}), documentElement: { dataset: {} },
};
await import("./assets/choose.js");
const found = JSON.parse(readFileSync(0, "utf-8")).map(([query, items]) => {
  const shown = items.map(([code, text, words]) => ({ code, textContent: text, dataset: { words }, hidden: false }));
  const list = new Found();
  list.querySelectorAll = (selector) => (selector === ".services li" ? shown : []);
  list.find(query);
  return shown.filter(({ hidden }) => !hidden).map(({ code }) => code);
});
console.log(JSON.stringify(found));
"""
CASES = [
    *((locale, *case) for locale in ("zh-Hans", "zh-Hant") for case in IN_OTHER_LANGUAGES[locale]),
    ("zh-Hans", "路灯", "street-light"),
    ("ar", "حفره", "pothole"),
    ("ar", "الحُفْرَة", "pothole"),
    ("ar", "حفـــرة", "pothole"),
    ("ar", "اناره الشارع", "street-light"),
    ("es", "BACHE", "pothole"),
    ("es", "arbol caido", "tree"),
    ("vi", "o ga", "pothole"),
    ("ro", "groapa", "pothole"),
    ("en", "hole in the road", "pothole"),
]
NOTHING = ("zh-Hans", "xyz", "")


@pytest.fixture(scope="module")
def found() -> dict[tuple[str, str], list[str]]:
    """The types that stay in sight, by language and query."""
    city = load_city(CITY)
    register_catalogs(CITY)

    def items(locale: str) -> list[tuple[str, str, str]]:
        t = translator(locale)
        return [
            (one.service_code, f"{t(one.service_name)} {t(one.description)}", t(one.keyword_list))
            for one in city.services
        ]

    asked = [(query, items(locale)) for locale, query, _ in [*CASES, NOTHING]]
    command = [
        str(Path(sys.executable).with_name("node")),
        "--no-warnings",
        "--input-type=module",
        "--eval",
        PAGE,
    ]
    done = subprocess.run(
        command, cwd=ROOT, input=json.dumps(asked), capture_output=True, text=True, check=False
    )
    assert not done.returncode, done.stderr[-1000:]
    keys = [(locale, query) for locale, query, _ in [*CASES, NOTHING]]
    return dict(zip(keys, json.loads(done.stdout), strict=True))


@pytest.mark.parametrize(("locale", "query", "code"), CASES)
def test_without_a_network_words_find_the_type_too(
    found: dict[tuple[str, str], list[str]], locale: str, query: str, code: str
) -> None:
    assert code in found[locale, query]
    assert len(found[locale, query]) <= 8, "so many that nobody finds it"


def test_what_nothing_fits_hides_nothing(found: dict[tuple[str, str], list[str]]) -> None:
    assert len(found[NOTHING[:2]]) == len(load_city(CITY).services)
