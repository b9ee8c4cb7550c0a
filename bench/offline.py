"""What a phone keeps of the portal, how soon that is usable without a network, and what the outbox costs.

Run from the repository, after `make build`: `python -m bench.offline [--small] [--json FILE]`.

How soon is compared with a bare page that its own worker keeps (bench/bare.py), in turns with ours.

Reports are put into the outbox by the page's own modules. What is compared with it are plain forms of the same
content, sent one after the other from the same page to the same server in the same run.
"""

import os
import time
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Browser, BrowserContext, CDPSession, Page

from app.routes import url
from bench import bare, servers
from bench.tables import Figure, options, show, write
from bench.weight import LOCALES, PHONE, SERVICE, SLOWER, WATCH, browser, compared
from bench.wire import Wire, relay

FROM_THE_PHONE = f"The form from the phone itself, processor {SLOWER} times slower"
MANY = 500
FEW = 20
WHAT_IS_KEPT = {"pages", "files", "seen", "places"}
"""Caches of assets/sw.js and assets/atlas.js: pages for forms, our files, the alerts, and the places of the city."""
KEPT = """async () => {
  const sizes = {};
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      const body = await (await cache.match(request)).arrayBuffer();
      sizes[name] = (sizes[name] || 0) + body.byteLength;
    }
  }
  return sizes;
}"""
# A frozen report as draft.js makes it, with the page's own store and outbox (assets/page.js).
QUEUE = """async ([count, content]) => {
  const { change, hex, newNames } = await import(document.querySelector("script[type=module]").src);
  for (let n = 0; n < count; n++) {
    const { id, reference, token } = newNames();
    const text = JSON.stringify({ ...content, id, reference, manage_token: token });
    const body = new TextEncoder().encode(text).buffer;
    const digest = hex(await crypto.subtle.digest("SHA-256", body));
    const kept = { id, reference, token, body, digest, state: "queued", locale: "en", code: content.service_code };
    const rest = { name: "Pothole", place: "", changed: Date.now(), submit: "/requests/" + id, sent: "/en/" };
    await change(id, () => ({ ...kept, ...rest }), []);
  }
}"""
SEND = """async () => {
  const { all, flush } = await import(document.querySelector("script[type=module]").src);
  const began = performance.now();
  await flush(true);
  const seconds = (performance.now() - began) / 1000;
  const reports = await all();
  const bytes = reports.reduce((sum, { body }) => sum + body.byteLength, 0);
  return [seconds, reports.filter(({ state }) => state === "done").length, bytes];
}"""
PLAIN = """async ([count, content, action]) => {
  const { newNames } = await import(document.querySelector("script[type=module]").src);
  const forms = Array.from({ length: count }, () => {
    const { id, reference, token } = newNames();
    const form = new FormData();
    const fields = { ...content, id, reference, manage_token: token };
    for (const [name, value] of Object.entries(fields)) form.append(name, value);
    return form;
  });
  const began = performance.now();
  let arrived = 0;
  for (const body of forms) {
    const answer = await fetch(action, { method: "POST", body, redirect: "manual" });
    arrived += answer.type === "opaqueredirect";
  }
  return [(performance.now() - began) / 1000, arrived];
}"""
MANY_PEOPLE = """
  const send = self.fetch;
  let people = 0;
  self.fetch = (address, { headers, ...request } = {}) => {
    const whose = new Headers(headers);
    people += 1;
    whose.set("X-Forwarded-For", `10.${people & 255}.${(people >> 8) & 255}.2`);
    return send(address, { ...request, headers: whose });
  };
"""
"""What the one proxy before the portal would say: no network may send so many reports at once as are sent here."""
CONTENT = {
    "service_code": SERVICE,
    "service_name": "Pothole",
    "language": "en",
    "question[SIZE]": "How big is the hole?",
    "attribute[SIZE]": "plate",
    "description": "A deep hole in the right lane, before the crosswalk.",
    "address_string": "1200 SE Main St, across from the school",
    "requested_datetime": "2026-11-24T10:00:00.000Z",
    "channel": "web",
}


def main() -> None:
    """Measure, print, write."""
    chosen = options(__doc__)
    visits, many = chosen.of(1, 5, 7), chosen.of(5, 100, MANY)
    with servers.portal() as server, relay(server.port) as wire, browser() as chrome:
        tables = {
            "What a phone keeps of the portal, for one language": [
                figure for locale in LOCALES for figure in keeping(chrome, wire, locale)
            ],
            f"{FROM_THE_PHONE} (seconds, median of {visits})": from_the_phone(chrome, server.port, visits),
            "A text report in the outbox": [overhead(chrome, wire)],
            f"{many} reports from the outbox and as plain forms": together(chrome, server.port, many),
        }
    for title, figures in tables.items():
        show(title, figures)
    print(f"\nLoad of the machine meanwhile: {os.getloadavg()[1]:.1f}")
    write(chosen.json, tables)


def _context(chrome: Browser, port: int, **options: Any) -> BrowserContext:
    context = chrome.new_context(base_url=f"http://127.0.0.1:{port}", viewport=PHONE, **options)
    context.set_default_timeout(60_000)
    return context


def _open(chrome: Browser, port: int, locale: str, **options: Any) -> Page:
    context = _context(chrome, port, **options)
    context.add_init_script(MANY_PEOPLE)
    page = context.new_page()
    page.goto(_form(locale), wait_until="networkidle")
    return page


def _form(locale: str) -> str:
    return url("report_form", locale=locale, service_code=SERVICE)


def _wait_until_kept(page: Page, path: str) -> None:
    _until(page, f"async () => Boolean(await caches.match('{path}'))", bool)


def _until(page: Page, question: str, is_so: Callable[[Any], bool]) -> Any:
    """Ask a page until the answer is right; the answer. Raises TimeoutError."""
    deadline = time.monotonic() + 60
    while not is_so(answer := page.evaluate(question)):
        if time.monotonic() > deadline:
            raise TimeoutError(f"the phone has kept no more than {answer}")
        time.sleep(0.05)
    return answer


def keeping(chrome: Browser, wire: Wire, locale: str) -> list[Figure]:
    """Bytes on the disk once all is there that is kept after the first page, and on the wire until then."""
    wire.reset()
    page = _open(chrome, wire.port, locale)
    sizes = _until(page, KEPT, lambda sizes: sizes.keys() >= WHAT_IS_KEPT)
    page.context.close()
    note = ", ".join(f"{name} {size:,}" for name, size in sizes.items())
    return [
        Figure(f"{locale}: on the phone", sum(sizes.values()), "bytes", 150_000, note=note),
        Figure(f"{locale}: on the wire, once, with the first page", wire.down, "bytes"),
    ]


def from_the_phone(chrome: Browser, port: int, visits: int) -> list[Figure]:
    """When the first control of the form can be used, without a network, worker started anew each time."""
    with bare.served(8_000, 1_000) as bare_port:
        page = _open(chrome, port, LOCALES[0])
        _wait_until_kept(page, f"/offline/{LOCALES[0]}.json")
        floor = _context(chrome, bare_port).new_page()
        floor.goto(f"/{bare.KEPT}")
        _wait_until_kept(floor, "/rest.js")
        stops = [_goes_without_network(page), _goes_without_network(floor)]
        pairs = [
            (_usable(page, stops[0], _form(LOCALES[0])), _usable(floor, stops[1], "/")) for _ in range(visits)
        ]
        page.context.close()
        floor.context.close()
    ours, least = zip(*pairs, strict=True)
    return compared("usable", ours, least, 3.0)


def _goes_without_network(page: Page) -> CDPSession:
    """Take the network away and slow the processor down; what stops its workers."""
    page.context.set_offline(True)
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.add_init_script(WATCH)
    workers = page.context.new_cdp_session(page)
    workers.send("ServiceWorker.enable")
    return workers


def _usable(page: Page, workers: CDPSession, path: str) -> float:
    page.goto("about:blank")
    workers.send("ServiceWorker.stopAllWorkers")
    page.goto(path, wait_until="load")
    return float(page.wait_for_function("window.usableAt").json_value()) / 1000


def overhead(chrome: Browser, wire: Wire) -> Figure:
    """Bytes on the wire for a report besides its own content, up and down, HTTP/1.1 headers included."""
    page = _open(chrome, wire.port, "en", service_workers="block")
    page.evaluate(QUEUE, [FEW, CONTENT])
    wire.reset()
    _, done, content = page.evaluate(SEND)
    assert done == FEW, f"{done} of {FEW} arrived"
    page.context.close()
    each = round((wire.up + wire.down - content) / FEW)
    return Figure(
        "on the wire besides its content", each, "bytes", 600, note=f"{content // FEW} bytes of content"
    )


def together(chrome: Browser, port: int, count: int) -> list[Figure]:
    """Seconds until all have arrived, one after the other in both cases."""
    page = _open(chrome, port, "en", service_workers="block")
    plain, arrived = page.evaluate(PLAIN, [count, CONTENT, _form("en") + "?send"])
    assert arrived == count, f"{arrived} of {count} plain forms arrived"
    page.evaluate(QUEUE, [count, CONTENT])
    outbox, done, _ = page.evaluate(SEND)
    assert done == count, f"{done} of {count} arrived"
    page.context.close()
    return [
        Figure("plain forms", plain, "s"),
        Figure("outbox", outbox, "s"),
        Figure("outbox / plain forms", outbox / plain, "", 1.3),
    ]


if __name__ == "__main__":
    main()
