"""The portal loses everything, as after a fire without a backup: what phones still have comes back by itself."""

import shutil
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from time import monotonic, sleep

import pytest

from a11y_tests.offline.conftest import Phones
from a11y_tests.offline.outbox import Outbox
from a11y_tests.offline.phone import Phone
from a11y_tests.offline.proxy import FaultProxy
from a11y_tests.photos import phone_photo
from a11y_tests.server import Desk, PortalServer

REPORTS = 32
SECONDS = 180
"""For so many photos, on a busy machine."""
STANDINGS = r"^/requests/standing$"


@pytest.fixture
def mortal(tmp_path: Path) -> Iterator[PortalServer]:
    """A portal of its own."""
    portal = PortalServer(tmp_path / "data")
    portal.start()
    yield portal
    portal.stop()


@pytest.fixture
def phone(new_phone: Phones, proxy: FaultProxy, mortal: PortalServer) -> Phone:
    """A phone of that portal."""
    proxy.portal = mortal
    phone = new_phone()
    phone.visit()
    return phone


def send(phone: Phone, count: int) -> None:
    """Send reports, each with a photo of its own."""
    phone.queue(count)
    phone.open("/en/")
    phone.wait_until_all_sent(SECONDS)


def lose_everything(portal: PortalServer) -> None:
    portal.stop()
    shutil.rmtree(portal.data)
    portal.start()


def test_all_of_it_comes_back_from_the_start_page_with_photos_and_once(
    phone: Phone, proxy: FaultProxy, mortal: PortalServer
) -> None:
    send(phone, REPORTS)
    photos = {one["id"]: [photo["sha256"] for photo in one["photos"]] for one in phone.kept()}
    assert len(photos) == REPORTS
    phone.close()
    lose_everything(mortal)
    desk = Desk(mortal)
    assert desk.count() == 0
    phone.start()
    phone.open("/en/")
    phone.wait_for(
        lambda: {id: desk.arrived(id) for id in photos} == photos, "all is back, with its photos", SECONDS
    )
    assert desk.count() == REPORTS
    phone.wait_until_all_sent(SECONDS)
    # Nobody asks again today, and what is there is not sent again.
    proxy.asked.clear()
    phone.restart()
    phone.open("/en/privacy/")
    phone.open("/en/mine/")
    phone.wait_for(lambda: proxy.of("POST", STANDINGS), "the list has asked")
    assert len(proxy.of("POST", STANDINGS)) == 1
    assert proxy.of("POST", "^/requests/$") == proxy.of("PUT") == proxy.of("PATCH") == []
    desk.close()


def test_a_network_that_wants_a_sign_in_makes_nothing_go_again(
    phone: Phone, proxy: FaultProxy, mortal: PortalServer
) -> None:
    send(phone, 3)
    phone.close()
    lose_everything(mortal)
    desk = Desk(mortal)
    proxy.fault("portal", "POST", STANDINGS, times=float("inf"))
    phone.start()
    phone.open("/en/")
    phone.wait_for(lambda: proxy.of("POST", STANDINGS), "the phone has asked")
    phone.open("/en/privacy/")
    assert phone.states() == {"done"}
    assert desk.count() == 0
    # On the next day, or rather the next page, the network is better.
    proxy.mend()
    phone.open("/en/")
    phone.wait_for(lambda: desk.count() == 3, "all is back", SECONDS)
    desk.close()


def test_it_comes_back_in_other_browsers_too(
    outbox: Outbox, proxy: FaultProxy, mortal: PortalServer, desk: Desk
) -> None:
    photo = phone_photo(400, 300)
    id = outbox.queue(photo)
    outbox.flush()
    assert outbox.kept(id)["state"] == "done"
    assert desk.arrived(id) == [sha256(photo).hexdigest()]
    # The portal behind the same address that has nothing yet.
    proxy.portal = mortal
    outbox.go_to("/en/")
    after = Desk(mortal)
    deadline = monotonic() + SECONDS
    while after.arrived(id) != [sha256(photo).hexdigest()]:
        assert monotonic() < deadline, "it has not come back"
        sleep(0.05)
    assert after.count() == 1
    after.close()
