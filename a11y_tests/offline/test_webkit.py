"""A report without a connection in WebKitGTK, whose engine is that of iPhones: form, photo, outbox, worker."""

from math import inf
from pathlib import Path
from time import monotonic, sleep

from a11y_tests.offline.outbox import Outbox, wait_until_kept
from a11y_tests.offline.proxy import TEXTS, FaultProxy
from a11y_tests.offline.webkit import WebKit
from a11y_tests.photos import phone_photo
from a11y_tests.server import Desk
from app.routes import url

CONTINUE = "[data-part=next]"
# A portal's first photo starts the process that reads photos.
SECONDS = 30


def wait_for(window: WebKit, selector: str, words: str) -> str:
    """Wait until what a selector finds first shows these words; returns all of its words."""
    deadline = monotonic() + SECONDS
    while True:
        shown = window.evaluate("(selector) => document.querySelector(selector)?.innerText || ''", selector)
        if words in shown:
            return str(shown)
        assert monotonic() < deadline, f"{selector} shows {shown!r}, and not {words!r}"
        sleep(0.05)


def test_a_report_without_a_connection_waits_and_is_sent_when_somebody_looks(
    window: WebKit, proxy: FaultProxy, desk: Desk, tmp_path: Path
) -> None:
    before = desk.count()
    photo = tmp_path / "IMG_2041.jpg"
    photo.write_bytes(phone_photo(800, 600))
    form = url("report_form", locale="en", service_code="pothole")
    window.goto(form)
    wait_until_kept(window, "en")
    proxy.away = True

    window.goto(form)
    wait_for(window, "#progress", "Step 1 of 5")
    window.type("[name=address_string]", "SE 34th and Hawthorne")
    window.click(CONTINUE)
    window.click("[name='attribute[SIZE]']")
    window.click(CONTINUE)
    window.type("[data-part=choose]", str(photo))
    wait_for(window, "photo-input [role=status]", "Photo 1 added")
    window.click(CONTINUE)
    window.click(CONTINUE)
    window.click("[type=submit]")
    wait_for(window, ".sending", "Saved on this phone.")
    number = wait_for(window, "offline-form .number", " ")

    window.goto(url("mine", locale="en"))
    wait_for(window, ".mine li", "Saved on this phone.")
    assert number in wait_for(window, ".mine li", number)
    proxy.away = False
    window.goto(url("mine", locale="en"))
    wait_for(window, "[data-list=done] li", "Sent")
    assert desk.count() == before + 1
    assert desk.photo_states(number) == ["stored"]


def test_a_page_in_the_back_forward_memory_holds_up_no_report(
    window: WebKit, proxy: FaultProxy, desk: Desk
) -> None:
    before = desk.count()
    outbox = Outbox(window)
    proxy.fault("hold", "PUT", TEXTS, times=inf)
    outbox.queue()
    outbox.flush_in_passing()
    # The page leaves in the middle of its try, with the turn in its hands; nobody lets go of what is on its way.
    assert proxy.held.wait(SECONDS)
    proxy.forget()
    window.goto(url("mine", locale="en"))
    wait_for(window, "[data-list=done] li", "Sent")
    assert desk.count() == before + 1
