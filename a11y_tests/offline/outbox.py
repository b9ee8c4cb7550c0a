"""The outbox as a page's own modules are, without a form and without hands."""

from base64 import b64encode
from time import monotonic, sleep
from typing import Any, Protocol

from a11y_tests.conftest import TIMEOUT_MS
from app.routes import url

# Reports as <offline-form> queues them, and the page's own store and outbox (assets/page.js), which do the rest.
_OURS = """async () => {
  const own = await import(document.querySelector("script[type=module]").src);
  const { change, hex, newNames } = own;
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
    await change(id, () => kept, photos);
    return id;
  };
  window.ours = { ...own, queue };
}"""


class Tab(Protocol):
    """A page of any browser."""

    def goto(self, path: str, /) -> object:
        """Open a page of the portal."""

    def evaluate(self, function: str, argument: Any = None, /) -> Any:
        """What a function of JavaScript returns."""


class Outbox:
    """What the page's own modules keep and send."""

    def __init__(self, page: Tab) -> None:
        self._page = page
        page.goto(url("report_form", locale="en", service_code="pothole"))
        page.evaluate(_OURS)

    def queue(self, photo: bytes = b"", **more: str) -> str:
        """Put a report into the outbox; more: what it says besides. Returns its id."""
        return self._page.evaluate("more => ours.queue(more)", {"photo": b64encode(photo).decode(), **more})

    def flush(self, now: bool = True) -> None:
        self._page.evaluate("now => ours.flush(now)", now)

    def flush_in_passing(self) -> None:
        """Begin to send, and wait for nothing."""
        self._page.evaluate("() => void ours.flush(true)")

    def kept(self, id: str) -> dict[str, Any]:
        return self._page.evaluate("id => ours.get(id)", id)

    def go_to(self, path: str) -> None:
        """Open another page of the portal, which does by itself what every page does."""
        self._page.goto(path)

    def now(self) -> float:
        return self._page.evaluate("() => Date.now()")


def wait_until_kept(tab: Tab, locale: str) -> None:
    """Wait for the worker to have all pages of a language."""
    pack = url("offline", pack=locale)
    deadline = monotonic() + TIMEOUT_MS / 1000
    while not tab.evaluate("async (pack) => Boolean(await (await caches.open('pages')).match(pack))", pack):
        assert monotonic() < deadline, f"the pages of {locale} are not kept"
        sleep(0.05)
