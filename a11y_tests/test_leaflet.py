"""The library of the map on a real page: the policy allows all that it needs, and it weighs what was promised."""

import json
from typing import Any

from a11y_tests.conftest import Contexts
from a11y_tests.resident import Resident
from a11y_tests.server import ROOT
from a11y_tests.wire import Wire
from app.routes import url

OPEN_THE_MAP = 90_000
"""Bytes of everything that opening the map brings."""

_BLOCKED = "Service Worker registration blocked by Playwright"

_OPEN = """async ([module, style]) => {
  const refused = [];
  document.addEventListener("securitypolicyviolation", (event) => refused.push(event.violatedDirective));
  const [L, rules] = await Promise.all([import(module), fetch(style).then((answer) => answer.text())]);
  let unknown = 0;
  for (const rule of rules.trim().split("\\n")) {
    try { document.styleSheets[0].insertRule(rule); } catch { unknown++; }
  }
  const box = document.createElement("div");
  box.style.blockSize = "400px";
  document.querySelector("main").prepend(box);
  const map = L.map(box, { zoomAnimation: false, fadeAnimation: false }).setView([45.5231, -122.6765], 16);
  const tiles = L.tileLayer("/tiles/light/{z}/{x}/{y}.webp?language=en", { minZoom: 10, maxZoom: 18, attribution: "us" });
  const loaded = new Promise((done) => tiles.once("load", done));
  tiles.addTo(map);
  L.marker([45.5231, -122.6765], { icon: L.divIcon({ iconSize: [44, 44] }), draggable: true }).addTo(map);
  await loaded;
  const drawn = [...box.querySelectorAll(".leaflet-tile")];
  return {
    refused, unknown, tiles: drawn.length,
    shown: drawn.filter((tile) => tile.naturalWidth === 256 && getComputedStyle(tile).position === "absolute").length,
    pane: getComputedStyle(box.querySelector(".leaflet-pane")).position,
  };
}"""


def _address(file: str) -> str:
    digests: dict[str, str] = json.loads((ROOT / ".build/static.json").read_text())
    return url("static", version=digests[file], file=file)


def test_the_map_opens_under_the_pages_policy_and_within_its_weight(new_context: Contexts) -> None:
    # Without the service worker, whose own requests the page's log does not count.
    resident = Resident(new_context(service_workers="block", forgiven=(_BLOCKED,)))
    resident.open_form()
    resident.page.wait_for_load_state("networkidle")
    wire = Wire(resident.page)
    found: dict[str, Any] = resident.page.evaluate(_OPEN, [_address("leaflet.js"), _address("leaflet.css")])
    resident.page.wait_for_load_state("networkidle")
    assert found["refused"] == []
    assert found["unknown"] <= 2, "rules of other browsers only"
    assert found["tiles"] == found["shown"] >= 4
    assert found["pane"] == "absolute"
    assert 40_000 < wire.down <= OPEN_THE_MAP, str(wire)


def test_nobody_gets_it_who_does_not_ask(new_context: Contexts) -> None:
    resident = Resident(new_context(service_workers="block", forgiven=(_BLOCKED,)))
    wire = Wire(resident.page)
    resident.open_form()
    resident.page.wait_for_load_state("networkidle")
    assert "leaflet" not in str(wire)
    # Nor does the service worker keep it beforehand.
    pack = resident.page.request.get(url("offline", pack="en"))
    assert pack.ok and "leaflet" not in pack.text()
