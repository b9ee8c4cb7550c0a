"""The map on the real page: the policy allows all that it needs, it weighs what was promised, and it comes when asked."""

import re

from playwright.sync_api import expect

from a11y_tests.conftest import Contexts
from a11y_tests.resident import Resident
from a11y_tests.wire import Wire
from app.routes import url

OPEN_THE_MAP = 90_000
"""Bytes of everything that opening the map brings."""
OPEN_THE_PICTURE = 20_000
"""The same where data are dear."""

_BLOCKED = "Service Worker registration blocked by Playwright"
_COSTLY = "Object.defineProperty(Navigator.prototype, 'connection', { value: { saveData: true } });"
_REFUSED = """() => {
  window.refused = [];
  document.addEventListener("securitypolicyviolation", (event) => window.refused.push(event.violatedDirective));
}"""
_SHOWN = """tiles => [tiles.filter(
  (tile) => tile.naturalWidth === 256 && getComputedStyle(tile).position === "absolute").length, tiles.length]"""


def _at_the_place(resident: Resident) -> None:
    resident.open_form()


def test_the_map_opens_under_the_pages_policy_and_within_its_weight(new_context: Contexts) -> None:
    # Without the service worker, whose own requests the page's log does not count.
    resident = Resident(new_context(service_workers="block", forgiven=(_BLOCKED,)))
    page = resident.page
    wire = Wire(page)
    _at_the_place(resident)
    # What makes places known without a network comes when the page is at rest; it is not the map's.
    page.wait_for_function("caches.match('/places/offline.json')")
    page.wait_for_load_state("networkidle")
    for name in ("leaflet", "map.js", "/map/", "/tiles/"):
        assert name not in str(wire)
    before = wire.down
    page.evaluate(_REFUSED)
    resident.open_map()
    page.wait_for_load_state("networkidle")
    assert page.evaluate("refused") == []
    tiles = page.locator(".map .leaflet-tile-loaded")
    shown, loaded = tiles.evaluate_all(_SHOWN)
    assert shown == loaded >= 2
    assert 40_000 < wire.down - before <= OPEN_THE_MAP, str(wire)
    resident.look()


def test_where_data_are_dear_it_is_a_picture(new_context: Contexts) -> None:
    resident = Resident(new_context(service_workers="block", forgiven=(_BLOCKED,)))
    page = resident.page
    page.add_init_script(_COSTLY)
    _at_the_place(resident)
    wire = Wire(page)
    page.get_by_role("button", name=re.compile(r"^Show a map \(about 10 kB\)")).click()
    expect(page.locator(".map-picture")).to_have_js_property("naturalWidth", 360)
    assert "leaflet" not in str(wire)
    assert wire.down <= OPEN_THE_PICTURE, str(wire)
    resident.look()


def test_the_map_is_not_kept_for_those_who_do_not_ask(new_context: Contexts) -> None:
    resident = Resident(new_context(service_workers="block", forgiven=(_BLOCKED,)))
    resident.open_form()
    pack = resident.page.request.get(url("offline", pack="en"))
    assert pack.ok and "leaflet.js" not in pack.text()
