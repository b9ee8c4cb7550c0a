"""What the report form weighs, how soon it can be used on a bad connection, and what sending a report uploads.

Run from the repository, after `make build`: `python -m bench.weight [--small] [--json FILE]`.

Bytes are counted by a relay between a Chromium and our own server, headers included, TLS not. Times are Chromium's,
which plays the bad connection and the slow phone itself; they are medians of several visits, each in a new browser
profile. Other work on the machine spoils them, so what is aimed at is how they compare with a bare page of the same
weight (bench/bare.py) that is visited in turns with ours.
"""

import os
import statistics
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from a11y_tests import chromium
from app.city.loader import load_city
from app.routes import url
from app.settings import CITY
from bench import bare as bare_page
from bench import photos, servers
from bench.servers import Request, Server
from bench.tables import Figure, options, show, write
from bench.wire import Wire, relay

LOCALES = ("en", "es", "uk")
"""The last is the one in which the form weighs most."""
SERVICE = "pothole"
PHONE = ViewportSize(width=360, height=740)
CONNECTION = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
"""400 kbit/s and 400 milliseconds, in the units of Chromium's DevTools: bytes a second, milliseconds."""
SLOWER = 4
"""How many times slower than this machine's the phone's processor is."""
# The first moment at which a person could begin to answer, asked at every frame.
WATCH = """
  const usable = () => {
    const controls = document.querySelectorAll("main form :is(input:not([type=hidden]), textarea, select, button)");
    const ready = [...controls].find((one) => !one.disabled && one.tabIndex >= 0 && one.getClientRects().length);
    if (ready) window.usableAt = performance.now();
    else requestAnimationFrame(usable);
  };
  requestAnimationFrame(usable);
"""


def main() -> None:
    """Measure, print, write."""
    chosen = options(__doc__)
    visits = chosen.of(1, 5, 7)
    with servers.portal() as server, relay(server.port) as wire, browser() as chrome:
        document = documents(server)
        whole = [first_visit(chrome, wire, locale) for locale in LOCALES]
        tables = {
            "The report form's document (bytes, brotli, as served)": document,
            "A first visit to it (bytes on the wire)": whole,
            f"On 400 kbit/s, 400 ms, processor {SLOWER} times slower (seconds, median of {visits})": times(
                chrome, server.port, visits, int(document[0].value), int(whole[0].value)
            ),
            "Sending a report with one photo of 12 megapixels (bytes on the wire)": sending(chrome, wire),
        }
    for title, figures in tables.items():
        show(title, figures)
    print(f"\nLoad of the machine meanwhile: {os.getloadavg()[1]:.1f}")
    write(chosen.json, tables)


@contextmanager
def browser() -> Iterator[Browser]:
    """A Chromium without a window."""
    path = chromium.find()
    if path is None:
        sys.exit(chromium.HELP)
    arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=arguments)
        yield browser
        browser.close()


@contextmanager
def _page(browser: Browser, port: int) -> Iterator[Page]:
    """A page in a new profile, on a phone."""
    # What the worker fetches for later is counted in bench/offline.py.
    context = browser.new_context(
        base_url=f"http://127.0.0.1:{port}", viewport=PHONE, service_workers="block"
    )
    context.set_default_timeout(60_000)
    yield context.new_page()
    context.close()


def _form(locale: str, service_code: str = SERVICE) -> str:
    return url("report_form", locale=locale, service_code=service_code)


# --- bytes --------------------------------------------------------------------------------------------------


def documents(server: Server) -> list[Figure]:
    """The document of one type in each language, and the heaviest of all types."""
    codes = [service.service_code for service in load_city(CITY).services]
    sizes = {(code, locale): _size(server, _form(locale, code)) for code in codes for locale in LOCALES}
    heaviest = max(sizes, key=lambda form: sizes[form])
    ours = [Figure(f"{SERVICE}, {locale}", sizes[SERVICE, locale], "bytes", 13_000) for locale in LOCALES]
    most = Figure("the heaviest of all types", sizes[heaviest], "bytes", 13_000, note=", ".join(heaviest))
    return [*ours, most]


def _size(server: Server, path: str) -> int:
    return len(server.ask(Request(path))[1])


def first_visit(browser: Browser, wire: Wire, locale: str) -> Figure:
    """Everything that a browser fetches which has never been here."""
    with _page(browser, wire.port) as page:
        requests: list[str] = []
        page.context.on("request", lambda request: requests.append(request.url))
        wire.reset()
        page.goto(_form(locale), wait_until="networkidle")
        # Some browsers without a window fetch no icon. Those that have, have it in their cache now.
        page.evaluate("fetch(document.querySelector('link[rel=icon]').href).then((icon) => icon.text())")
        page.wait_for_load_state("networkidle")
        note = f"in {len(requests)} requests, {wire.up:,} bytes up"
        return Figure(f"{SERVICE}, {locale}: down, headers and all", wire.down, "bytes", 24_000, note=note)


def sending(browser: Browser, wire: Wire) -> list[Figure]:
    """A report with one photo, from pressing "Send" to the page with the number."""
    with tempfile.TemporaryDirectory() as folder, _page(browser, wire.port) as page:
        name, photo = next(iter({**photos.real_ones(), **photos.made_in(Path(folder))}.items()))
        page.goto(_form("en"), wait_until="networkidle")
        _fill(page, photo)
        wire.reset()
        with page.expect_response(lambda answer: answer.request.method == "PUT") as accepted:
            page.get_by_role("button", name="Send report").click()
        sizes = accepted.value.request.sizes()
        page.wait_for_url("**/sent/**", wait_until="networkidle")
        text = sizes["requestHeadersSize"] + sizes["requestBodySize"]
        note = f"{name}, {photo.stat().st_size:,} bytes"
        return [
            Figure("the text, with its headers", text, "bytes", 5_000),
            Figure("up until everything is there", wire.up, "bytes", 250_000, note=note),
        ]


def _fill(page: Page, photo: Path) -> None:
    """Answer what must be answered, step by step, and add the photo."""
    onward = page.get_by_role("button", name="Continue")
    page.locator("input[name=address_string]").fill("1200 SE Main St, across from the school")
    onward.click()
    page.locator('input[name="attribute[SIZE]"]').first.check()
    page.locator("textarea[name=description]").fill("A deep hole in the right lane, before the crosswalk.")
    onward.click()
    page.get_by_label("Add photos").set_input_files(photo)
    page.locator("photo-input img").first.wait_for()
    onward.click()
    onward.click()


# --- times --------------------------------------------------------------------------------------------------


def times(browser: Browser, port: int, visits: int, document: int, whole: int) -> list[Figure]:
    """When the first control of the form can be used, and when everything has been loaded.

    document, whole: bytes of the form's document, and of a first visit.
    """
    form, bare = _form(LOCALES[0]), bare_page.served(document, whole - document)
    with bare as bare_port:
        pairs = [(_visit(browser, port, form), _visit(browser, bare_port, "/")) for _ in range(visits)]
    ours, floor = (Times(*zip(*half, strict=True)) for half in zip(*pairs, strict=True))
    return [
        *compared(f"{SERVICE}: usable", ours.usable, floor.usable, 2.0),
        *compared(f"{SERVICE}: loaded", ours.loaded, floor.loaded, 1.8),
    ]


class Times(NamedTuple):
    """Seconds, one of each visit."""

    usable: Sequence[float]
    loaded: Sequence[float]


def compared(name: str, ours: Sequence[float], floor: Sequence[float], aim: float) -> list[Figure]:
    """The median in seconds, and how the best of each compare: what other programs take is in all the others."""
    note = f"the best of each, {min(ours):.2f} and {min(floor):.2f} s"
    return [
        Figure(name, statistics.median(ours), "s", note=f"{min(ours):.2f} to {max(ours):.2f}"),
        Figure(f"{name}, ours / a bare page", min(ours) / min(floor), "times", aim, note=note),
    ]


def _visit(browser: Browser, port: int, path: str) -> tuple[float, float]:
    with _page(browser, port) as page:
        devtools = page.context.new_cdp_session(page)
        devtools.send("Network.enable")
        devtools.send("Network.emulateNetworkConditions", CONNECTION)
        devtools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        page.add_init_script(WATCH)
        page.goto(path, wait_until="load")
        page.wait_for_function("window.usableAt && performance.timing.loadEventEnd")
        usable, loaded = page.evaluate(
            "[window.usableAt, performance.timing.loadEventEnd - performance.timing.navigationStart]"
        )
    return usable / 1000, loaded / 1000


if __name__ == "__main__":
    main()
