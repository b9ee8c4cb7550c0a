"""Whatever happens between phones and the city: every report arrives exactly once, or is still on the phone."""

from collections.abc import Iterator

import pytest
from hypothesis import Phase

from tests.offline.city import CityServer
from tests.offline.machine import PHOTOS, run
from tests.offline.phones import FAKE_INDEXEDDB, Patch, Phones

pytestmark = [
    pytest.mark.skipif(not FAKE_INDEXEDDB.exists(), reason="not set up; run: make tools"),
    # Only a failure takes that long: Hypothesis looks for the shortest way to it for up to five minutes.
    pytest.mark.timeout(600),
]


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CityServer]:
    server = CityServer(tmp_path_factory.mktemp("city"))
    yield server
    server.close()


def test_every_report_arrives_exactly_once_or_is_still_on_the_phone(city: CityServer) -> None:
    phones = Phones(PHOTOS)
    try:
        run(city, phones, sequences=60)
    finally:
        phones.close()


@pytest.mark.parametrize(
    ("patch", "complaint"),
    [
        (
            # Removed before the city has answered.
            (
                "outbox.js",
                "const outcomes = await sendTexts(reports);",
                "for (const one of reports) await change(one.id, () => null); const outcomes = await sendTexts([]);",
            ),
            "gone from the phone",
        ),
        (
            # Given up after some tries.
            ("outbox.js", "return { ...old, tries,", "if (tries > 1) return null; return { ...old, tries,"),
            "gone from the phone",
        ),
        (
            # Whatever says 200 is taken for a receipt.
            (
                "deliver.js",
                "if (status > 201 || !answer || answer.id !== id || answer.digest !== digest)",
                "if (status > 201)",
            ),
            "on the phone, but not on the server|another reference",
        ),
        (
            # A photo that did not get through is counted as sent.
            (
                "outbox.js",
                "sendPhoto(kept, photo).catch(refused)",
                "sendPhoto(kept, photo).catch(() => undefined)",
            ),
            "sent, it says, but a photo is",
        ),
        (
            # Photos are let go of when the text is with the city.
            (
                "outbox.js",
                'state: missing.length ? "accepted" : "done", sent: sent_url || old.sent });',
                'state: missing.length ? "accepted" : "done", sent: sent_url || old.sent }, []);',
            ),
            "photos gone while accepted|sent, it says, but a photo is",
        ),
    ],
    ids=["removed too soon", "given up", "hotel", "photo forgotten", "photos removed too soon"],
)
def test_an_outbox_with_a_fault_is_found_out(city: CityServer, patch: Patch, complaint: str) -> None:
    phones = Phones(PHOTOS, [patch])
    try:
        with pytest.raises(AssertionError, match=complaint):
            run(city, phones, sequences=400, phases=[Phase.generate])
    finally:
        phones.close()
