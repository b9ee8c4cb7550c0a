"""Reports without a connection, in Firefox, as people see them: over the end of the browser, and in private."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from a11y_tests.elsewhere.conftest import Phone
from a11y_tests.elsewhere.link import Link
from a11y_tests.elsewhere.outbox import wait_until_kept
from a11y_tests.photos import payload, phone_photo
from a11y_tests.resident import Resident
from a11y_tests.server import Desk
from app.domain.references import is_reference
from app.routes import url


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
    # A portal's first photo takes longest: it starts the process that reads photos.
    expect(report).to_contain_text(resident.t("Sent, the city has it."), timeout=30_000)
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
