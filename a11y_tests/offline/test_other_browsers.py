"""Reports that wait on the phone, in browsers that wake no worker when a connection comes back, as on iPhones.

They have their own ways with storage and with connections: Firefox sends what got no answer up to six times by itself.
"""

from math import inf

from playwright.sync_api import BrowserContext, expect

from a11y_tests.offline.outbox import Outbox
from a11y_tests.offline.proxy import PHOTOS, TEXTS, FaultProxy
from a11y_tests.photos import phone_photo
from a11y_tests.server import Desk
from app.routes import url

STEP = 65536


def test_a_text_whose_answer_is_lost_is_sent_again_and_is_one_report(
    outbox: Outbox, proxy: FaultProxy, desk: Desk
) -> None:
    before = desk.count()
    # Before there is a report: the page sends by itself, too.
    proxy.fault("drop", "PUT", TEXTS, times=inf)
    id = outbox.queue()
    outbox.flush()
    kept = outbox.kept(id)
    assert (kept["state"], kept["trouble"]) == ("queued", "network")
    # The city has it already, and the phone cannot know.
    assert desk.count() == before + 1
    proxy.mend()
    outbox.flush()
    assert outbox.kept(id)["state"] == "done"
    assert desk.count() == before + 1


def test_without_a_connection_it_waits_longer_each_time_and_is_never_dropped(
    outbox: Outbox, proxy: FaultProxy, desk: Desk
) -> None:
    before = desk.count()
    proxy.away = True
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
    proxy.away = False
    outbox.flush()
    assert outbox.kept(id)["state"] == "done"
    assert desk.count() == before + 1


def test_what_the_city_refuses_waits_for_the_person_and_holds_up_nothing(
    outbox: Outbox, proxy: FaultProxy, desk: Desk
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
    sent = len(proxy.of("PUT", TEXTS) + proxy.of("POST", TEXTS))
    outbox.flush()
    assert len(proxy.of("PUT", TEXTS) + proxy.of("POST", TEXTS)) == sent, "trying again would not help"
    assert desk.count() == before + 1


def test_a_photo_goes_on_where_its_answer_was_lost(outbox: Outbox, proxy: FaultProxy, desk: Desk) -> None:
    photo = phone_photo(1200, 900)
    proxy.fault("drop", "PATCH", PHOTOS, times=inf)
    id = outbox.queue(photo=photo)
    outbox.flush()
    kept = outbox.kept(id)
    assert (kept["state"], kept["trouble"]) == ("accepted", "network")
    lost = len(proxy.of("PATCH", PHOTOS))
    # How much has arrived is not ours to say: whoever hears no answer asks how far it is, and sends the next step.
    (arrived,) = proxy.arrived.values()
    assert arrived >= STEP
    proxy.mend()
    outbox.flush()
    assert outbox.kept(id)["state"] == "done"
    steps = proxy.of("PATCH", PHOTOS)[lost:]
    assert [step.offset for step in steps] == [step.had for step in steps], (
        "nothing is sent that the city has"
    )
    assert list(proxy.arrived.values()) == [len(photo)], "all of it has arrived, once"
    assert len(proxy.of("PUT", TEXTS)) == 1
    assert desk.photo_states(kept["reference"]) == ["stored"]


def test_two_tabs_send_each_report_once_and_tell_each_other(
    in_firefox: BrowserContext, proxy: FaultProxy, desk: Desk
) -> None:
    outbox = Outbox(in_firefox.new_page())
    list_of_mine = in_firefox.new_page()
    list_of_mine.goto(url("mine", locale="en"))
    expect(list_of_mine.get_by_text("There is nothing here yet.")).to_be_visible()
    other = Outbox(in_firefox.new_page())
    before = desk.count()
    proxy.away = True
    ids = [outbox.queue() for _ in range(3)]
    expect(list_of_mine.get_by_text("Saved on this phone.")).to_have_count(3)
    proxy.away = False
    asked = len(proxy.asked)
    outbox.flush_in_passing()
    other.flush()
    for id in ids:
        assert outbox.kept(id)["state"] == "done"
    expect(list_of_mine.get_by_role("heading", name="Not with the city yet")).to_be_hidden()
    expect(list_of_mine.get_by_text("Sent, the city has it.")).to_have_count(3)
    assert [one.path for one in proxy.asked[asked:] if one.method in ("PUT", "POST")] == ["/requests/"]
    assert desk.count() == before + 3
