"""Ended in the midst of it, the browser or the portal: what was written is there, what was sent arrives once."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from a11y_tests.offline.phone import Phone
from a11y_tests.offline.proxy import PHOTOS, TEXTS, FaultProxy, What
from a11y_tests.photos import payload, phone_photo
from a11y_tests.server import Desk, PortalServer

LARGE = phone_photo(2400, 1800)
"""Goes in two steps."""


# --- the browser --------------------------------------------------------------------------------------------


def test_killed_while_writing_everything_typed_and_the_photo_are_back(phone: Phone) -> None:
    resident = phone.resident
    phone.offline()
    resident.open_form()
    resident.say_where()
    resident.go_on("What is happening?", 2)
    resident.say_what()
    resident.go_on("Photos", 3)
    resident.add_photo(payload(LARGE))
    photo = phone.wait_for(
        lambda: [one["photos"] for one in phone.kept() if one["photos"]], "the photo is kept"
    )
    resident.go_on("How can we reach you?", 4)
    resident.say_who()
    phone.wait_for(
        lambda: phone.the_one()["content"]["phone"] == resident.told.phone, "the last word is kept"
    )
    phone.kill()

    phone.start(offline=True)
    resident = phone.resident
    phone.open("/en/")
    expect(phone.page.locator("sync-status")).to_contain_text("Drafts: 1.")
    phone.page.locator("sync-status").get_by_role("link", name="My requests").click()
    item = phone.page.get_by_role("main").get_by_role("listitem")
    expect(item).to_contain_text("Draft, not sent yet.")
    item.get_by_role("link", name="Continue").click()
    expect(resident.field("Address, crossing or place")).to_have_value(resident.told.address)
    resident.go_on("What is happening?", 2)
    expect(phone.page.get_by_role("radio", name=resident.told.size, exact=True)).to_be_checked()
    expect(phone.page.get_by_role("checkbox", name=resident.told.lane, exact=True)).to_be_checked()
    resident.go_to_the_end(2)
    resident.check_is_answered()
    assert [phone.the_one()["photos"]] == photo


def test_killed_while_somebody_types_without_a_pause_only_the_last_letters_are_missing(phone: Phone) -> None:
    words = "The hole is so deep that "
    phone.resident.open_form()
    phone.resident.say_where()
    phone.resident.go_on("What is happening?", 2)
    field = phone.resident.field("Describe it in your own words")
    field.press_sequentially(words, delay=100)
    # Not a moment of rest before the end.
    phone.kill()
    phone.start(offline=True)
    phone.open("/en/mine/")
    kept = [one["content"]["description"] for one in phone.kept()]
    assert len(kept) == 1
    assert len(kept[0]) > len(words) - 10
    assert words.startswith(kept[0])


@pytest.mark.parametrize("when", ["at once", "while the text is on its way"])
def test_killed_after_send_was_pressed_the_report_arrives_once(
    phone: Phone, desk: Desk, proxy: FaultProxy, when: str
) -> None:
    before = desk.count()
    proxy.fault("hold", "PUT", TEXTS)
    phone.resident.fill_in(LARGE)
    # Whoever reads it once more before they send leaves time enough for all of it to be kept.
    said = phone.resident.told.address
    phone.wait_for(
        lambda: [one for one in phone.kept() if one["place"] == said and one["photos"]], "all of it is kept"
    )
    id = phone.send()
    if when != "at once":
        assert proxy.held.wait(10)
    phone.kill()
    proxy.mend()
    assert desk.count() == before

    phone.start()
    phone.open("/en/mine/")
    # Killed at once, it may still be a draft: the person was told nothing, and finds it as it was.
    if phone.find(id)["state"] == "draft":
        assert when == "at once"
        phone.page.get_by_role("link", name="Continue").click()
        phone.resident.go_to_the_end()
        phone.resident.button("Send report").click()
        phone.resident.arrive()
    phone.wait_until_all_sent()
    phone.has_sent_once(desk, before, id)
    assert len(phone.the_one()["photos"]) == 1


def test_killed_between_the_text_and_the_photos_they_follow(
    phone: Phone, desk: Desk, proxy: FaultProxy
) -> None:
    before = desk.count()
    proxy.fault("hold", "HEAD", PHOTOS)
    phone.resident.fill_in(LARGE)
    id = phone.send()
    assert proxy.held.wait(10)
    phone.is_told("The city has your report. Sending photo {n} of {total}…", n=1, total=1)
    phone.kill()
    proxy.mend()
    assert desk.arrived(id) == []

    phone.start()
    phone.open("/en/recent/")
    phone.wait_until_all_sent()
    phone.has_sent_once(desk, before, id)
    assert len(proxy.of("PUT", TEXTS)) == 1, "the text was not sent again"


def test_killed_in_the_midst_of_a_photo_it_goes_on_where_it_was(
    phone: Phone, desk: Desk, proxy: FaultProxy
) -> None:
    before = desk.count()
    proxy.fault("hold", "PATCH", PHOTOS, after=1)
    phone.resident.fill_in(LARGE)
    id = phone.send()
    assert proxy.held.wait(10)
    phone.kill()
    proxy.mend()
    sent = len(proxy.of("PATCH", PHOTOS))

    phone.start()
    phone.open("/en/")
    phone.wait_until_all_sent()
    phone.has_sent_once(desk, before, id)
    later = proxy.of("PATCH", PHOTOS)[sent:]
    size = phone.the_one()["photos"][0]["size"]
    assert later[0].offset == 65536
    assert sum(step.length for step in later) == size - 65536, "no byte that had arrived was sent again"


# --- the portal ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def weak(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PortalServer]:
    """A portal of their own, which the tests may kill."""
    portal = PortalServer(tmp_path_factory.mktemp("weak") / "data")
    portal.start()
    yield portal
    portal.stop()


@pytest.mark.parametrize(
    ("what", "method", "path", "after"),
    [
        ("drop", "PUT", TEXTS, 0),
        ("lose", "HEAD", PHOTOS, 0),
        ("cut", "PATCH", PHOTOS, 1),
        ("drop", "PATCH", PHOTOS, 1),
    ],
    ids=["after-the-commit", "before-the-photo", "within-the-photo", "after-the-photo"],
)
def test_the_portal_is_killed_and_comes_back(
    weak: PortalServer, phone: Phone, proxy: FaultProxy, what: What, method: str, path: str, after: int
) -> None:
    def kill() -> None:
        proxy.away = True
        weak.kill()

    desk = Desk(weak)
    before = desk.count()
    proxy.portal = weak
    proxy.fault(what, method, path, after=after, then=kill)
    phone.resident.fill_in(LARGE)
    id = phone.send()
    phone.wait_for(lambda: any(one.get("tries") for one in phone.kept()), "it was in vain")
    phone.resident.look()
    weak.start()
    proxy.away = False
    # Whoever looks at the page again makes it try again.
    phone.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    phone.resident.arrive()
    phone.has_sent_once(desk, before, id)
    assert len(phone.the_one()["photos"]) == 1
    desk.close()
