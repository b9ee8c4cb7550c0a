"""A phone: a browser whose profile stays when it is closed, or killed."""

import os
import re
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, BrowserType, Locator, Page, expect

from a11y_tests.offline.proxy import FaultProxy
from a11y_tests.photos import payload
from a11y_tests.resident import Resident
from a11y_tests.server import Desk
from a11y_tests.watch import Watch
from app.reports.submissions import make_draft

SAVED = "Saved on this phone. It will be sent when there is a connection."
SECONDS = 40
TIMEOUT_MS = 10_000

# Faults of the network are what these tests are about, and so is 409, with which the portal says where a photo goes on.
# What a page or its policy complains about is never forgiven.
_FORGIVEN = ("net::ERR_", "fetching the script", "ServiceWorker script", ": 409")

Kept = dict[str, Any]


class Phone:
    """Its browser, and what is kept in it.

    proxy: its connection to the portal. locale: of its owner. forgiven: see Watch.
    """

    def __init__(
        self,
        engine: BrowserType,
        options: dict[str, Any],
        profile: Path,
        proxy: FaultProxy,
        *,
        locale: str = "en",
        forgiven: tuple[str, ...] = (),
    ) -> None:
        self.proxy = proxy
        self.locale = locale
        self.watches: list[Watch] = []
        self._engine = engine
        self._options = {**options, "user_data_dir": profile, "base_url": proxy.url, "locale": locale}
        self._forgiven = (*_FORGIVEN, *forgiven)
        self._context: BrowserContext | None = None
        self._process = 0
        self._resident: Resident | None = None

    # --- the browser ------------------------------------------------------------------------------------------

    @property
    def context(self) -> BrowserContext:
        assert self._context is not None, "the browser is closed"
        return self._context

    @property
    def resident(self) -> Resident:
        """Who holds it; their page is opened when it is first asked for."""
        if self._resident is None:
            self._resident = Resident(self.context, self.locale)
        return self._resident

    @property
    def page(self) -> Page:
        """The page in sight."""
        return self.resident.page

    def start(self, *, offline: bool = False) -> "Phone":
        """Start the browser; it opens an empty page."""
        # A worker may be at work before it is told that there is no network: so there really is none.
        self.proxy.away = offline
        context = self._engine.launch_persistent_context(**self._options, offline=offline)
        context.set_default_timeout(TIMEOUT_MS)
        self.watches.append(Watch(context, self.proxy.url, self._forgiven))
        if self._engine.name == "chromium":
            self._process = self._find_process(context)
        self._context = context
        return self

    def _find_process(self, context: BrowserContext) -> int:
        browser = context.browser
        assert browser is not None
        session = browser.new_browser_cdp_session()
        processes = session.send("SystemInfo.getProcessInfo")["processInfo"]
        session.detach()
        return next(one["id"] for one in processes if one["type"] == "browser")

    def close(self) -> None:
        """Close the browser as a person does."""
        if self._context is not None:
            self._context.close()
        self._context = self._resident = None

    def kill(self) -> None:
        """End the browser at once, as a phone does that runs out of memory or power. (Chromium only.)"""
        with self.context.expect_event("close"):
            os.kill(self._process, signal.SIGKILL)
        self._context = self._resident = None

    def restart(self, *, offline: bool = False) -> "Phone":
        """Close the browser and start it again."""
        self.close()
        return self.start(offline=offline)

    def offline(self) -> None:
        """There is no network, and the browser knows it."""
        self.proxy.away = True
        self.context.set_offline(True)

    def online(self) -> None:
        """The network is back."""
        self.proxy.away = False
        self.context.set_offline(False)

    # --- pages ------------------------------------------------------------------------------------------------

    def open(self, path: str) -> Page:
        """Go to a page."""
        self.page.goto(path)
        return self.page

    def visit(self, path: str | None = None) -> Page:
        """Go to a page and stay until the pages of its language are kept and the worker is at work."""
        page = self.open(path or f"/{self.locale}/")
        self.wait_for(lambda: self.keeps(page), "the pages are kept")
        return page

    def keeps(self, page: Page) -> bool:
        """Whether the language of a page is kept."""
        found: bool = page.evaluate(
            """async () => {
              const pages = await caches.open("pages");
              const pack = await pages.match(`/offline/${document.documentElement.lang}.json`);
              return Boolean(pack && navigator.serviceWorker.controller);
            }"""
        )
        return found

    def reads(self, words: str) -> Locator:
        """These words on the page in sight."""
        return self.page.get_by_text(words)

    def wait_for(self, condition: Callable[[], Any], what: str, seconds: float = SECONDS) -> Any:
        """Wait for what no event tells of; returns what the condition is then."""
        deadline = time.monotonic() + seconds
        while not (found := condition()):
            assert time.monotonic() < deadline, f"waited {seconds} seconds in vain until {what}"
            # Unlike time.sleep, it lets the browser's events in.
            self.context.pages[0].wait_for_timeout(50)
        return found

    # --- what is kept -----------------------------------------------------------------------------------------

    def kept(self) -> list[Kept]:
        """All reports in the store, the newest first, each with `photos`; read through the page's own module."""
        reports: list[Kept] = self.page.evaluate(
            """async () => {
              const store = await import(document.querySelector('script[type=module]').src);
              const photos = async ({ id }) =>
                (await store.photosOf(id)).map(({ bytes, type, sha256 }) => ({ size: bytes.byteLength, type, sha256 }));
              const reports = (await store.all()).map(async ({ body, ...kept }) => ({ ...kept, photos: await photos(kept) }));
              return Promise.all(reports);
            }"""
        )
        return reports

    def the_one(self) -> Kept:
        """The only report in the store."""
        (kept,) = self.kept()
        return kept

    def wait_until_all_sent(self, seconds: float = SECONDS) -> list[Kept]:
        """Stay until the city has everything."""

        def all_sent() -> bool:
            states = self.states()
            return bool(states) and states <= {"done"}

        self.wait_for(all_sent, "everything is sent", seconds)
        return self.kept()

    def states(self) -> set[str]:
        """The states in which reports are."""
        return set(
            self.page.evaluate(
                """async () => {
                  const store = await import(document.querySelector('script[type=module]').src);
                  return (await store.all()).map(({ state }) => state);
                }"""
            )
        )

    def let_rest(self, id: str) -> None:
        """Let nothing of a report be on its way, nor be tried by itself for half an hour."""
        self.page.evaluate(
            """id => navigator.locks.request("outbox", async () => {
              const store = await import(document.querySelector('script[type=module]').src);
              await store.change(id, old => ({ ...old, next: Date.now() + 18e5 }));
            })""",
            id,
        )

    def queue(self, count: int) -> None:
        """Put reports that are ready to be sent into the store, each with a photo of its own."""
        self.page.evaluate(
            """async names => {
              const { change } = await import(document.querySelector('script[type=module]').src);
              const digest = async bytes => hex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));
              const hex = bytes => Array.from(bytes, byte => byte.toString(16).padStart(2, "0")).join("");
              for (const [n, [id, reference, token]] of names.entries()) {
                const bytes = await picture(n);
                const sha256 = await digest(bytes);
                const content = {
                  id, reference, manage_token: token, service_code: "pothole", service_name: "Pothole", language: "en",
                  "attribute[SIZE]": "medium", "attribute[LANE]": "bike", description: `Hole number ${n}`,
                  address_string: "SE 34th and Hawthorne", requested_datetime: new Date().toISOString(), channel: "web",
                  media: [{ sha256, bytes: bytes.byteLength, description: "A hole" }],
                };
                const body = new TextEncoder().encode(JSON.stringify(content)).buffer;
                const kept = {
                  id, reference, token, state: "queued", locale: "en", code: "pothole", name: "Pothole", place: "",
                  changed: Date.now(), body, digest: await digest(body), submit: `/requests/${id}`,
                  upload: `/requests/${id}/photos/SHA256`, sent: `/en/requests/${reference}/sent/${token}/`,
                };
                await change(id, () => kept, [{ bytes, type: "image/jpeg", sha256, description: "A hole" }]);
              }

              /** A small JPEG that no other is like. */
              async function picture(n) {
                const canvas = Object.assign(document.createElement("canvas"), { width: 48, height: 48 });
                const context = canvas.getContext("2d");
                for (let i = 0; i < 36; i++) {
                  context.fillStyle = `hsl(${(i * 47 + n * 13) % 360} 70% ${20 + ((i + n) % 60)}%)`;
                  context.fillRect((i % 6) * 8, Math.floor(i / 6) * 8, 8, 8);
                }
                context.fillStyle = "#fff";
                context.fillText(String(n), 4, 24);
                const blob = await new Promise(resolve => canvas.toBlob(resolve, "image/jpeg", 0.9));
                return new Response(blob).arrayBuffer();
              }
            }""",
            [(made.id, made.reference, made.manage_token) for made in (make_draft() for _ in range(count))],
        )

    def cached(self) -> dict[str, list[str]]:
        """The paths of all that is in each cache."""
        found: dict[str, list[str]] = self.page.evaluate(
            """async () => {
              const found = {};
              for (const name of await caches.keys()) {
                const requests = await (await caches.open(name)).keys();
                found[name] = requests.map(({ url }) => new URL(url).pathname + new URL(url).search);
              }
              return found;
            }"""
        )
        return found

    def kept_pages(self) -> list[str]:
        """The paths of all pages of the phone's language that are kept whole."""
        paths: list[str] = self.page.evaluate(
            """async locale => {
              const pack = await (await caches.open("pages")).match(`/offline/${locale}.json`);
              const unpacked = new Response(pack.body.pipeThrough(new DecompressionStream("gzip")));
              return Object.keys((await unpacked.json()).pages);
            }""",
            self.locale,
        )
        return paths

    def let_pack_age(self, hours: float) -> None:
        """Let the kept pages be older than they are. The worker notes it when it is next started."""
        self.page.evaluate(
            """async hours => {
              const pages = await caches.open("pages");
              for (const request of (await pages.keys()).filter(({ url }) => url.endsWith(".json"))) {
                const through = (body, how) => body.pipeThrough(new how("gzip"));
                const pack = await new Response(through((await pages.match(request)).body, DecompressionStream)).json();
                pack.checked -= hours * 36e5;
                const body = new Response(JSON.stringify(pack)).body;
                await pages.put(request, new Response(through(body, CompressionStream)));
              }
            }""",
            hours,
        )

    # --- reports ----------------------------------------------------------------------------------------------

    def send(self) -> str:
        """Press the button of a form that is filled in. Returns the report's id."""
        id = self.page.locator("[name=id]").input_value()
        self.resident.button("Send report").click()
        return id

    def send_offline(self, photo: bytes | None = None) -> str:
        """Fill the form without a network and send: the person has their number at once. Returns the report's id."""
        self.offline()
        self.resident.fill_in(photo)
        id = self.send()
        self.is_told(SAVED)
        panel = self.page.locator(".panel")
        expect(panel).to_contain_text(self.resident.t("You can close this page."))
        number = re.sub(r"\D", "", panel.locator(".number").inner_text())
        assert number == self.find(id)["reference"]
        self.resident.look()
        return id

    def share(self, photo: bytes) -> None:
        """As the system does when a picture is shared with an app: a form is posted (W3C, Web Share Target)."""
        self.page.evaluate(
            """path => {
              const form = Object.assign(document.createElement("form"), { method: "post", action: path });
              form.enctype = "multipart/form-data";
              form.append(Object.assign(document.createElement("input"), { type: "file", name: "media" }));
              document.body.append(form);
            }""",
            f"/{self.locale}/share/",
        )
        form = self.page.locator("body > form")
        form.locator("input").set_input_files(payload(photo))
        form.evaluate("form => form.submit()")

    def find(self, id: str) -> Kept:
        """One of the reports in the store."""
        return next(one for one in self.kept() if one["id"] == id)

    def has_sent_once(self, desk: Desk, before: int, id: str) -> None:
        """The city has that report with exactly its photos, and no other. before: how many there were."""
        assert desk.count() == before + 1
        assert desk.arrived(id) == [photo["sha256"] for photo in self.find(id)["photos"]]

    # --- what is seen -----------------------------------------------------------------------------------------

    def is_told(self, sentence: str, **values: object) -> None:
        """The form says how it stands with sending."""
        words = self.resident.t(sentence)
        for name, value in values.items():
            words = words.replace("{" + name + "}", str(value))
        expect(self.page.locator(".sending")).to_have_text(words)
