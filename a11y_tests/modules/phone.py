"""A phone in somebody's hand: what they do with a form, and what the phone keeps of it."""

import json
import re
import time
from base64 import b64decode, b64encode
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any

from playwright.sync_api import Locator, Page, expect

from a11y_tests.modules.fake_city import FakeCity
from app.reports.submissions import make_draft
from app.routes import url

SECONDS = 10

# --- the form ---------------------------------------------------------------------------------------------------------


def at_the_end(page: Page, *photos: Path) -> Page:
    """Fill the form of a type that needs nothing else, and go to the last step."""
    page.get_by_label("Address").fill("SE 34th and Hawthorne")
    describe(page, "Broken glass.\nA lot of it.")
    go_on(page, 1)
    if photos:
        add_photos(page, *photos)
    go_on(page, 2)
    return page


def describe(page: Page, words: str) -> None:
    """Go on from the first step to the second, and write there what is the matter."""
    go_on(page, 1)
    page.get_by_label("Describe it").fill(words)


def add_photos(page: Page, *photos: Path) -> None:
    """Choose files, and wait until all are ready."""
    page.get_by_label("Add photos").set_input_files(photos)
    page.evaluate("document.querySelector('photo-input').work")


def unreadable(file: Path, size: int) -> Path:
    """What looks like a photo and cannot be made smaller."""
    file.write_bytes(b"\0\0\0\x18ftypheic" + Random(size).randbytes(size - 12))
    return file


def go_on(page: Page, times: int) -> None:
    """Press Continue."""
    for _ in range(times):
        page.get_by_role("button", name="Continue").click()


def send(page: Page) -> None:
    """Press what sends the report."""
    page.get_by_role("button", name=re.compile("Send report|Try again")).click()


def said(page: Page) -> Locator:
    """What the form says of its sending."""
    return page.locator(".sending")


def sent(page: Page) -> None:
    """The page after sending is here."""
    expect(page.get_by_role("heading", name="Sent")).to_be_visible()


def kept_as_draft(page: Page) -> str:
    """Wait until all that stands in the form is kept, and it says so; returns the draft's id, which the address names."""
    # It says the same of what was written before.
    until(
        lambda: page.evaluate(
            """async () => {
              const form = document.querySelector("offline-form");
              const { dirty } = form;
              await form.work;
              return !dirty && !form.dirty;
            }"""
        )
    )
    expect(page.locator("[data-part=draft-note]")).to_have_text("Saved on this phone as a draft.")
    return page.url.partition("?draft=")[2].partition("#")[0]


# --- the phone --------------------------------------------------------------------------------------------------------


def connection_is_back(page: Page) -> None:
    """Tell the page so, whether it is true or not."""
    page.evaluate("window.dispatchEvent(new Event('online'))")


def connection_comes_and_goes(page: Page) -> None:
    """Tell the page again and again that the connection is back, so that it never waits long."""
    page.evaluate("() => { setInterval(() => window.dispatchEvent(new Event('online')), 50); }")


class Store:
    """What a phone keeps, read and changed through the portal's own module, in any page of the portal."""

    def __init__(self, page: Page, fake: FakeCity) -> None:
        self._page = page
        self._module = str(fake.pages.static("store.js"))

    def reports(self) -> dict[str, dict[str, Any]]:
        """All reports by id, without their bytes."""
        listed = self.run("(await store.all()).map((kept) => ({ ...kept, body: undefined }))")
        return {kept["id"]: kept for kept in listed}

    def only(self) -> dict[str, Any]:
        """The only report there is."""
        (kept,) = self.reports().values()
        return kept

    def states(self) -> list[str]:
        """The states of all reports, sorted."""
        return sorted(kept["state"] for kept in self.reports().values())

    def comes_to(self, *states: str) -> None:
        """Wait until these are the states of all reports."""
        try:
            until(lambda: self.states() == sorted(states))
        except AssertionError:
            raise AssertionError(f"{states} expected, but there is {self.reports()}") from None

    def photos(self, report_id: str) -> list[bytes]:
        """The photos of a report, in their order."""
        urls = self.run(
            """await Promise.all((await store.photosOf(given)).map(({ bytes }) => new Promise((resolve) => {
              const reader = new FileReader();
              reader.onload = () => resolve(reader.result);
              reader.readAsDataURL(new Blob([bytes]));
            })))""",
            report_id,
        )
        return [b64decode(url.partition("base64,")[2]) for url in urls]

    def set(self, report_id: str, **values: Any) -> None:
        """Change what is kept of a report."""
        self.run(
            "await store.change(given.id, (old) => ({ ...old, ...given.values }))",
            {"id": report_id, "values": values},
        )

    def queue(self, *photos: bytes, place: str = "SE 34th", **values: Any) -> str:
        """Put a report where a form would have put it, which takes longer; returns its id.

        values: what is otherwise with it, such as `state="accepted"`; age: how many days ago it was sent.
        """
        draft, code = make_draft(), "anywhere"
        hashes = [sha256(photo).hexdigest() for photo in photos]
        body = json.dumps(
            {
                "id": draft.id,
                "reference": draft.reference,
                "manage_token": draft.manage_token,
                "service_code": code,
                "address_string": place,
                "language": "en",
                "media": [
                    {"sha256": one, "bytes": len(photo)} for one, photo in zip(hashes, photos, strict=True)
                ],
            }
        )
        kept = {
            "id": draft.id,
            "reference": draft.reference,
            "token": draft.manage_token,
            "state": "queued",
            "locale": "en",
            "code": code,
            "name": "Anywhere",
            "place": place,
            "changed": self._page.evaluate("Date.now()") - 86_400_000 * values.pop("age", 0),
            "content": {"address_string": place},
            "submit": url("submit", id=draft.id),
            "upload": url("upload", id=draft.id, sha256="SHA256"),
            "sent": url("sent", locale="en", reference=draft.reference, token=draft.manage_token),
            "digest": sha256(body.encode()).hexdigest(),
            "missing": hashes,
            **values,
        }
        self.run(
            """await store.change(given.kept.id, () => ({ ...given.kept, body: new TextEncoder().encode(given.body).buffer }),
              given.photos.map(([sha256, base64]) => ({
                bytes: Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0)).buffer,
                type: "image/heic",
                sha256,
              })))""",
            {
                "kept": kept,
                "body": body,
                "photos": list(zip(hashes, (b64encode(photo).decode() for photo in photos), strict=True)),
            },
        )
        return draft.id

    def run(self, expression: str, given: Any = None) -> Any:
        """The value of a JavaScript expression that may use `store` and `given`."""
        code = (
            f"async ({{ module, given }}) => {{ const store = await import(module); return {expression}; }}"
        )
        return self._page.evaluate(code, {"module": self._module, "given": given})


def until(is_so: Callable[[], Any]) -> Any:
    """Ask until something is so; returns the answer."""
    deadline = time.monotonic() + SECONDS
    while not (answer := is_so()):
        assert time.monotonic() < deadline, f"this did not become true within {SECONDS} s"
        time.sleep(0.02)
    return answer
