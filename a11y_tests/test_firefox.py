"""Reports that wait on the phone, in Firefox: like iPhones it wakes no worker when a connection comes back, and it has
its own ways with storage, connections and private windows. Skipped where there is no Firefox.
"""

import os
from base64 import b64encode
from collections.abc import Callable, Iterator
from math import ceil
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect

from a11y_tests import firefox
from a11y_tests.conftest import PHONE, TIMEOUT_MS
from a11y_tests.link import Link
from a11y_tests.photos import payload, phone_photo
from a11y_tests.resident import Resident
from a11y_tests.server import Desk, PortalServer
from a11y_tests.watch import Watch
from app.domain.references import is_reference
from app.routes import url

STEP = 65536
TEXTS = r"/requests/[\w-]*"
PHOTOS = r"/requests/.*/photos/\w+"

# Reports as <offline-form> queues them, and the modules of the page that do the rest.
OURS = """async () => {
  const load = (name) => import(document.querySelector(`script[src$="/${name}.js"]`).src);
  const [store, outbox, { newNames, hex }] = await Promise.all(["store", "outbox", "names"].map(load));
  const digest = async (bytes) => hex(await crypto.subtle.digest("SHA-256", bytes));
  const queue = async ({ photo, ...more }) => {
    const { id, reference, token } = newNames();
    const photos = [];
    if (photo) {
      const bytes = Uint8Array.from(atob(photo), (byte) => byte.charCodeAt(0)).buffer;
      photos.push({ bytes, type: "image/jpeg", sha256: await digest(bytes) });
    }
    const media = photos.map(({ sha256, bytes }) => ({ sha256, bytes: bytes.byteLength }));
    const content = {
      id, reference, manage_token: token, service_code: "pothole", language: "en", description: "A hole.",
      address_string: "SE 34th and Hawthorne", "attribute[SIZE]": "medium", media, ...more,
    };
    const body = new TextEncoder().encode(JSON.stringify(content)).buffer;
    const kept = {
      id, reference, token, state: "queued", locale: "en", code: "pothole", name: "Pothole", place: "", body,
      digest: await digest(body), changed: Date.now(), submit: "/requests/" + id,
      upload: `/requests/${id}/photos/SHA256`,
    };
    await store.change(id, () => kept, photos);
    return id;
  };
  window.ours = { ...store, ...outbox, queue };
}"""


@pytest.fixture(scope="session")
def _firefox() -> Path:
    path = os.environ.get("PORTAL_FIREFOX") or firefox.find()
    if path is None:
        pytest.skip(firefox.HELP)
    return Path(path)


@pytest.fixture(scope="module")
def fox(driver: Playwright, _firefox: Path) -> Iterator[Browser]:
    """One Firefox for all that needs no settings and no second start."""
    browser = driver.firefox.launch(channel="moz-firefox", executable_path=_firefox)
    yield browser
    browser.close()


@pytest.fixture
def link(server: PortalServer) -> Iterator[Link]:
    link = Link(server.url)
    yield link
    link.cut()


@pytest.fixture
def context(fox: Browser, link: Link) -> Iterator[BrowserContext]:
    context = fox.new_context(base_url=link.url, viewport=PHONE)
    context.set_default_timeout(TIMEOUT_MS)
    yield context
    context.close()


class Phone:
    """A Firefox of somebody's own: what it keeps is on the disk, and it can be ended and started again."""

    def __init__(
        self, launch: Callable[[], BrowserContext], link: Link, blank: Page, forgiven: tuple[str, ...]
    ) -> None:
        self._launch = launch
        self._link = link
        self._blank = blank
        # That there is no connection is what the tests are about.
        self._forgiven = ("NS_ERROR_CONNECTION_REFUSED", *forgiven)
        self._context: BrowserContext | None = None
        self.faults: list[str] = []

    def start(self, locale: str) -> Resident:
        """Somebody opens it."""
        self._context = self._launch()
        self._context.set_default_timeout(TIMEOUT_MS)
        self._watch = Watch(self._context, self._link.url, self._forgiven)
        return Resident(self._context, locale)

    def end(self) -> None:
        """Close it."""
        if self._context:
            self.faults += self._watch.faults(self._blank)
            self._context.close()
        self._context = None


@pytest.fixture
def new_phone(
    driver: Playwright, _firefox: Path, link: Link, tmp_path: Path, _blank: Page
) -> Iterator[Callable[..., Phone]]:
    """Makes phones, watched as all browsers are. settings: those of about:config. forgiven: see Watch."""
    made: list[Phone] = []

    def make(settings: dict[str, str | float | bool] | None = None, forgiven: tuple[str, ...] = ()) -> Phone:
        def launch() -> BrowserContext:
            return driver.firefox.launch_persistent_context(
                tmp_path / "profile",
                channel="moz-firefox",
                executable_path=_firefox,
                firefox_user_prefs=settings,
                base_url=link.url,
                viewport=PHONE,
            )

        made.append(Phone(launch, link, _blank, forgiven))
        return made[-1]

    yield make
    for phone in made:
        phone.end()
    faults = [fault for phone in made for fault in phone.faults]
    assert not faults, "\n".join(faults)


class Outbox:
    """What the page's own modules keep and send."""

    def __init__(self, page: Page) -> None:
        self._page = page
        page.goto(url("report_form", locale="en", service_code="pothole"))
        page.evaluate(OURS)

    def queue(self, **more: str) -> str:
        """Put a report into the outbox; more: what it says besides, and a photo. Returns its id."""
        return self._page.evaluate("more => ours.queue(more)", more)

    def flush(self, now: bool = True) -> None:
        self._page.evaluate("now => ours.flush(now)", now)

    def flush_in_passing(self) -> None:
        """Begin to send, and wait for nothing."""
        self._page.evaluate("() => void ours.flush(true)")

    def kept(self, id: str) -> dict[str, Any]:
        return self._page.evaluate("id => ours.get(id)", id)

    def now(self) -> float:
        return self._page.evaluate("() => Date.now()")


@pytest.fixture
def outbox(context: BrowserContext) -> Outbox:
    return Outbox(context.new_page())


def encoded(photo: bytes) -> str:
    return b64encode(photo).decode()


# --- what the modules do ----------------------------------------------------------------------------------------------


def test_a_text_whose_answer_is_lost_is_sent_again_and_is_one_report(
    outbox: Outbox, link: Link, desk: Desk
) -> None:
    before = desk.count()
    # Before there is a report: the page sends by itself, too.
    link.lose.add("PUT")
    id = outbox.queue()
    outbox.flush()
    kept = outbox.kept(id)
    assert (kept["state"], kept["trouble"]) == ("queued", "network")
    # The city has it already, and the phone cannot know.
    assert desk.count() == before + 1
    link.lose.clear()
    outbox.flush()
    assert outbox.kept(id)["state"] == "done"
    assert desk.count() == before + 1


def test_without_a_connection_it_waits_longer_each_time_and_is_never_dropped(
    outbox: Outbox, link: Link, desk: Desk
) -> None:
    before = desk.count()
    link.cut()
    id = outbox.queue()
    tries = 0
    for _ in range(5):
        outbox.flush()
        kept = outbox.kept(id)
        assert (kept["state"], kept["trouble"]) == ("queued", "network")
        # The page itself may have tried as well, at its beginning.
        assert kept["tries"] > tries
        tries = kept["tries"]
        wait = (kept["next"] - outbox.now()) / 1000
        assert 2**tries / 2 - 1 < wait <= 2**tries
    outbox.flush(now=False)
    assert outbox.kept(id)["tries"] == tries, "it was not due yet"
    link.mend()
    outbox.flush()
    assert outbox.kept(id)["state"] == "done"
    assert desk.count() == before + 1


def test_what_the_city_refuses_waits_for_the_person_and_holds_up_nothing(
    outbox: Outbox, link: Link, desk: Desk
) -> None:
    before = desk.count()
    wrong, right = outbox.queue(email="nobody"), outbox.queue()
    outbox.flush()
    kept = outbox.kept(wrong)
    assert kept["state"] == "attention"
    (error,) = kept["errors"]
    assert error["field"] == "email"
    assert error["message"].startswith("Check the email address")
    assert outbox.kept(right)["state"] == "done"
    sent = link.count("PUT", TEXTS) + link.count("POST", TEXTS)
    outbox.flush()
    assert link.count("PUT", TEXTS) + link.count("POST", TEXTS) == sent, "trying again would not help"
    assert desk.count() == before + 1


def test_a_photo_goes_on_where_its_answer_was_lost(outbox: Outbox, link: Link, desk: Desk) -> None:
    photo = phone_photo(1200, 900)
    link.lose.add("PATCH")
    id = outbox.queue(photo=encoded(photo))
    outbox.flush()
    kept = outbox.kept(id)
    assert (kept["state"], kept["trouble"]) == ("accepted", "network")
    sent = link.count("PATCH", PHOTOS)
    link.lose.clear()
    outbox.flush()
    assert outbox.kept(id)["state"] == "done"
    # The first step has arrived, and is not sent again.
    assert link.count("PATCH", PHOTOS) - sent == ceil(len(photo) / STEP) - 1
    assert link.count("PUT", TEXTS) == 1
    assert desk.photo_states(kept["reference"]) == ["stored"]


def test_two_tabs_send_each_report_once_and_tell_each_other(
    context: BrowserContext, outbox: Outbox, link: Link, desk: Desk
) -> None:
    list_of_mine = context.new_page()
    list_of_mine.goto(url("mine", locale="en"))
    expect(list_of_mine.get_by_text("There is nothing here yet.")).to_be_visible()
    other = Outbox(context.new_page())
    before = desk.count()
    link.cut()
    ids = [outbox.queue() for _ in range(3)]
    expect(list_of_mine.get_by_text("Saved on this phone.")).to_have_count(3)
    link.mend()
    asked = len(link.asked)
    outbox.flush_in_passing()
    other.flush()
    for id in ids:
        assert outbox.kept(id)["state"] == "done"
    expect(list_of_mine.get_by_role("heading", name="Not with the city yet")).to_be_hidden()
    expect(list_of_mine.get_by_text("Sent, the city has it.")).to_have_count(3)
    assert [path for method, path in link.asked[asked:] if method in ("PUT", "POST")] == ["/requests/"]
    assert desk.count() == before + 3


# --- what a person sees -----------------------------------------------------------------------------------------------


def fill_in(resident: Resident) -> None:
    """Open the form and go through it to its last step."""
    resident.open_form()
    resident.say_what()
    resident.go_on("Where is it?", 2)
    resident.say_where()
    resident.go_on("Photos", 3)
    resident.add_photo(payload(phone_photo(800, 600)))
    resident.go_on("How can we reach you?", 4)
    resident.say_who()
    resident.check_answers()


def wait_until_kept(page: Page, locale: str) -> None:
    """Wait for the worker to have all pages of a language."""
    pack = url("offline", pack=locale)
    deadline = monotonic() + TIMEOUT_MS / 1000
    while not page.evaluate("async (pack) => Boolean(await (await caches.open('pages')).match(pack))", pack):
        assert monotonic() < deadline, f"the pages of {locale} are not kept"


def test_a_report_without_a_connection_outlives_the_browser_and_is_sent_once_by_itself(
    new_phone: Callable[..., Phone], link: Link, desk: Desk
) -> None:
    before = desk.count()
    phone = new_phone()
    resident = phone.start("es")
    resident.page.goto("/es/")
    wait_until_kept(resident.page, "es")
    link.cut()
    saved = resident.t("Saved on this phone. It will be sent when there is a connection.")

    fill_in(resident)
    resident.hands.press(resident.button("Send report"))
    expect(resident.page.locator(".sending")).to_have_text(saved)
    number = resident.page.locator("offline-form .number").inner_text()
    assert is_reference(number.replace(" ", ""))
    phone.end()

    resident = phone.start("es")
    resident.page.clock.install()
    resident.page.goto(url("mine", locale="es"))
    report = resident.page.get_by_role("listitem").filter(has_text=number)
    expect(report).to_contain_text(saved)
    resident.look()
    link.mend()
    # The page stays as it is; nothing but its clock goes on.
    resident.page.clock.fast_forward("00:31")
    expect(report).to_contain_text(resident.t("Sent, the city has it."))
    resident.look()
    assert desk.count() == before + 1
    assert desk.photo_states(number) == ["stored"]
    # Once more from the beginning: the list has learned what the city says, and nothing is sent again.
    asked = len(link.asked)
    resident.page.goto(url("mine", locale="es"))
    expect(report).to_contain_text(resident.t("Sent. The city says: {status}").partition("{")[0])
    assert not [path for method, path in link.asked[asked:] if method != "GET"]


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        # A private window keeps things as long as it is open.
        (
            {"browser.privatebrowsing.autostart": True},
            "Saved on this phone. It will be sent when there is a connection.",
        ),
        # Who blocks all cookies has neither IndexedDB nor caches, workers, locks and channels.
        (
            {"network.cookie.cookieBehavior": 2},
            "This phone cannot keep the report. Leave this page open until it is sent.",
        ),
    ],
    ids=["private-window", "cookies-blocked"],
)
def test_where_nothing_is_kept_for_long_a_report_is_sent_all_the_same(
    new_phone: Callable[..., Phone], link: Link, desk: Desk, settings: dict[str, Any], said: str
) -> None:
    before = desk.count()
    resident = new_phone(settings, forgiven=("Storage access is restricted",)).start("en")
    fill_in(resident)
    link.cut()
    resident.hands.press(resident.button("Send report"))
    expect(resident.page.locator(".sending")).to_have_text(said)
    link.mend()
    resident.hands.press(resident.button("Try again"))
    resident.arrive()
    assert desk.count() == before + 1
    assert desk.photo_states(resident.reference) == ["stored"]
