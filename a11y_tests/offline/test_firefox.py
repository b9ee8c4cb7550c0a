"""Reports without a connection, in Firefox, as people see them: over the end of the browser, and in private.

Like iPhones it wakes no worker when a connection comes back.
"""

from math import inf

import pytest
from playwright.sync_api import expect

from a11y_tests.offline.conftest import Phones
from a11y_tests.offline.phone import SAVED
from a11y_tests.offline.proxy import TEXTS, FaultProxy, What
from a11y_tests.photos import phone_photo
from a11y_tests.server import Desk


def test_a_report_outlives_the_browser_and_is_sent_once_by_itself(
    new_firefox_phone: Phones, proxy: FaultProxy, desk: Desk
) -> None:
    before = desk.count()
    phone = new_firefox_phone(locale="es")
    phone.visit()
    id = phone.send_offline(phone_photo(800, 600))
    number = phone.page.locator("offline-form .number").inner_text()

    phone.restart()
    proxy.away = True
    phone.page.clock.install()
    phone.open("/es/mine/")
    report = phone.page.get_by_role("listitem").filter(has_text=number)
    expect(report).to_contain_text(phone.resident.t(SAVED))
    phone.resident.look()
    # The network is back, and the browser does not say so: nothing goes on but the page's clock.
    proxy.away = False
    phone.page.clock.fast_forward("00:31")
    phone.wait_until_all_sent()
    expect(report).to_contain_text(phone.resident.t("Sent, the city has it."))
    phone.resident.look()
    phone.has_sent_once(desk, before, id)
    # Opened once more, the list learns what the city says, and nothing is sent again.
    asked = len(proxy.asked)
    phone.open("/es/mine/")
    expect(report).to_contain_text(phone.resident.t("Sent. The city says: {status}").partition("{")[0])
    assert not [one for one in proxy.asked[asked:] if one.method != "GET"]


MEMORY = {"browser.sessionhistory.max_total_viewers": 8, "fission.bfcacheInParent": True}
NOTE_RETURN = (
    "() => window.addEventListener('pageshow', ({ persisted }) => sessionStorage.setItem('kept', persisted))"
)


@pytest.mark.parametrize("what", ["lose", "hold"])
def test_a_page_in_the_back_forward_memory_holds_up_no_report(
    new_firefox_phone: Phones, proxy: FaultProxy, desk: Desk, what: What
) -> None:
    before = desk.count()
    phone = new_firefox_phone(**MEMORY)
    phone.visit()
    phone.resident.fill_in(phone_photo(800, 600))
    proxy.fault(what, "PUT", TEXTS, times=inf)
    id = phone.send()
    if what == "hold":
        # The page leaves in the middle of its try, with the turn in its hands.
        phone.wait_for(proxy.held.is_set, "the text is on its way")
    else:
        phone.is_told(SAVED)
    # What is on its way stays there: nobody lets go of it.
    proxy.forget()
    phone.open("/en/mine/")
    phone.wait_until_all_sent()
    phone.has_sent_once(desk, before, id)


def test_a_page_that_comes_back_from_that_memory_sends_by_itself(
    new_firefox_phone: Phones, proxy: FaultProxy, desk: Desk
) -> None:
    before = desk.count()
    phone = new_firefox_phone(**MEMORY)
    phone.visit()
    phone.resident.fill_in(phone_photo(800, 600))
    proxy.fault("lose", "PUT", TEXTS, times=inf)
    id = phone.send()
    phone.is_told(SAVED)
    # Firefox does not keep a page that leaves in the middle of a request.
    phone.let_rest(id)
    phone.page.evaluate(NOTE_RETURN)
    # No page of ours: whatever is sent, the one that comes back sends it.
    phone.open("about:blank")
    proxy.mend()
    asked = len(proxy.of("PUT", TEXTS))
    phone.page.go_back()
    phone.resident.arrive()
    assert phone.page.evaluate("sessionStorage.getItem('kept')") == "true", "it was not in memory"
    assert len(proxy.of("PUT", TEXTS)) == asked + 1
    phone.has_sent_once(desk, before, id)


@pytest.mark.parametrize(
    ("setting", "value", "said"),
    [
        # A private window keeps things as long as it is open.
        ("browser.privatebrowsing.autostart", True, SAVED),
        # Who blocks all cookies has neither IndexedDB nor caches, workers, locks and channels.
        (
            "network.cookie.cookieBehavior",
            2,
            "This phone cannot keep the report. Leave this page open until it is sent.",
        ),
    ],
    ids=["private-window", "cookies-blocked"],
)
def test_where_nothing_is_kept_for_long_a_report_is_sent_all_the_same(
    new_firefox_phone: Phones, proxy: FaultProxy, desk: Desk, setting: str, value: int, said: str
) -> None:
    before = desk.count()
    phone = new_firefox_phone(forgiven=("Storage access is restricted",), **{setting: value})
    phone.resident.fill_in(phone_photo(800, 600))
    proxy.away = True
    id = phone.send()
    phone.is_told(said)
    proxy.away = False
    phone.resident.arrive()
    assert desk.count() == before + 1
    assert len(desk.arrived(id)) == 1
