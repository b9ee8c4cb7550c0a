"""Whatever happens between phones and the city: every report arrives exactly once, or is still on the phone."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.offline.city import CityServer
from tests.offline.machine import PHOTOS, QUIET, Sequence, run, sequence
from tests.offline.phones import FAKE_INDEXEDDB, Patch, Phones

pytestmark = [
    pytest.mark.skipif(not FAKE_INDEXEDDB.exists(), reason="not set up; run: make tools"),
    # Only a failure takes that long: Hypothesis looks for the shortest way to it for up to five minutes.
    pytest.mark.timeout(600),
    pytest.mark.slow,
]


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CityServer]:
    server = CityServer(tmp_path_factory.mktemp("city"))
    yield server
    server.close()


@pytest.fixture
def phones() -> Iterator[Phones]:
    these = Phones(PHOTOS)
    yield these
    these.close()


def test_every_report_arrives_exactly_once_or_is_still_on_the_phone(city: CityServer, phones: Phones) -> None:
    run(city, phones, sequences=60)


def test_a_photo_that_is_changed_on_the_way_is_sent_again_until_it_arrives(
    city: CityServer, phones: Phones
) -> None:
    journey = begun(city, phones, [0])
    # The text, how far the photo is, and the photo itself.
    journey.flush(**once("", "", "changed", "changed", "changed"))
    journey.check()
    journey.settle()
    [photo] = city.photos_of(journey.reports[0].id).values()
    assert photo["state"] == "stored"


@pytest.mark.parametrize(
    ("patch", "photos", "faults", "complaint"),
    [
        pytest.param(
            (
                "outbox.js",
                "const outcomes =",
                "for (const { id } of reports) await change(id, () => null); const outcomes =",
            ),
            [[]],
            ["unreachable"],
            "^gone from the phone while queued",
            id="removed before the city has answered",
        ),
        pytest.param(
            ("outbox.js", "return { ...old, tries,", "if (tries > 0) return null; return { ...old, tries,"),
            [[]],
            ["unreachable"],
            "^gone from the phone while queued",
            id="given up after a try",
        ),
        pytest.param(
            (
                "deliver.js",
                "const ours = answer && answer.id === id && answer.digest === digest;",
                "const ours = true;",
            ),
            [[]],
            ["portal:json"],
            "^done on the phone, but not on the server",
            id="a hotel's answer taken for a receipt",
        ),
        pytest.param(
            (
                "outbox.js",
                "sendPhoto(kept, bytes, heard)",
                "sendPhoto(kept, bytes, heard).catch(() => undefined)",
            ),
            [[0]],
            ["", "", "unreachable"],
            "^sent, it says, but a photo is expected",
            id="a photo that did not get through counted as sent",
        ),
        pytest.param(
            ("outbox.js", "await change(id, step, photos).catch", "await change(id, step, []).catch"),
            [[0]],
            [],
            "^sent, it says, but a photo is expected",
            id="photos removed with the first step that is noted",
        ),
        pytest.param(
            ("deliver.js", "if (ours && status >= 400", "if (status >= 400"),
            [[]],
            ["changed"],
            "^refused although nothing is wrong with it",
            id="what was changed on the way taken for a no",
        ),
        pytest.param(
            ("deliver.js", "if (ours && status >= 400", "if (status >= 400"),
            [[]],
            ["portal:blocked"],
            "^refused although nothing is wrong with it",
            id="a firewall's no taken for the city's",
        ),
        pytest.param(
            (
                "deliver.js",
                "const ours = answer && answer.id === id && answer.sha256 === sha256;",
                "const ours = answer;",
            ),
            [[0]],
            ["", "", "portal:okay"],
            "^sent, it says, but a photo is expected",
            id="a gateway's answer taken for the receipt of a photo",
        ),
        pytest.param(
            ("deliver.js", 'headers("x-ndjson", whole)', '{ "Content-Type": "application/x-ndjson" }'),
            [[], []],
            ["changed:Hole"],
            "^other content than was sent",
            id="a batch without a digest",
        ),
    ],
)
def test_an_outbox_with_a_fault_is_found_out(
    city: CityServer, patch: Patch, photos: list[list[int]], faults: list[str], complaint: str
) -> None:
    """What is checked after each step sees the fault. Without it nothing is wrong with the same journey."""
    sound, faulty = Phones(PHOTOS), Phones(PHOTOS, [patch])
    try:
        journey = begun(city, sound, *photos)
        journey.flush(**once(*faults))
        journey.check()
        journey.settle()
        journey = begun(city, faulty, *photos)
        journey.flush(**once(*faults))
        with pytest.raises(AssertionError, match=complaint):
            journey.check()
    finally:
        sound.close()
        faulty.close()


# --- what journeys have shown to be wrong -------------------------------------------------------------------


def test_a_photo_that_the_phone_lost_too_is_said_to_be_missing_after_a_restore(
    city: CityServer, phones: Phones
) -> None:
    for chosen, evicted in ([0], 0), ([0, 1], 1):
        journey = begun(city, phones, chosen)
        [report] = journey.reports
        # The city has the text, and none of the photos.
        journey.flush(**once("", "unreachable"))
        journey.city_does(0, "backup")
        journey.settle()
        journey.damage(report, evicted, "lose")
        journey.city_does(0, "restore")
        journey.settle()
        kept = journey.look()[report.id]
        assert (kept["state"], kept["refused"]) == ("done", [""])


def test_photos_that_were_disposed_of_do_not_come_back_with_the_report(
    city: CityServer, phones: Phones
) -> None:
    journey = begun(city, phones, [0, 1])
    journey.settle()
    journey.city_does(0, "photos")
    journey.city_does(0, "restore")
    journey.settle()
    [report] = journey.reports
    assert not report.lost
    assert city.photos_of(report.id) == {}


def test_a_report_that_is_disposed_of_before_its_photo_comes_waits_for_nothing(
    city: CityServer, phones: Phones
) -> None:
    journey = begun(city, phones, [0])
    [report] = journey.reports
    journey.flush(**once("", "unreachable"))
    journey.city_does(0, "dispose")
    # The photo, and then the text, are told so.
    for _ in range(2):
        journey.happens(0, "elapse 3600000")
        journey.flush(**once())
    kept = journey.look()[report.id]
    assert (kept["state"], kept["gone"]) == ("done", True)
    assert (kept["body"], kept["photos"]) == ("", [])


def test_a_strangers_answer_about_what_was_sent_changes_nothing(city: CityServer) -> None:
    """And a phone that would believe it is found out."""
    patch = ("lost.js", "if (areOurs(some, answers))", "if (answers.length === some.length)")
    for patches in ([], [patch]):
        phones = Phones(PHOTOS, patches)
        try:
            # Two, for a single one is asked about by itself.
            journey = begun(city, phones, [], [])
            journey.settle()
            for body in (
                "ok",
                "gateway",
                "foreign",
                "html",
                "empty",
                "null",
                "short",
                "long",
                "nulls",
                "echo",
            ):
                # Then the phone asks about each report by itself.
                journey.ask(0, [f"strange:200-{body}"] * 2, None)
                journey.check()
            journey.ask(0, ["strange:200-foreigners", "unreachable"], None)
            if not patches:
                journey.check()
            else:
                with pytest.raises(AssertionError, match=r"^queued after done"):
                    journey.check()
        finally:
            phones.close()


def begun(city: CityServer, phones: Phones, *photos: list[int]) -> Sequence:
    """A journey that begins with one phone, on which reports with these photos wait to be sent."""
    one = {"phone": 0, "email": "ana@mail.example", "taken": False, "only_a_draft": False}
    journey = sequence(city, phones)()
    journey.begin(
        phones=[{"locks": True, "costly": False, "storage": True}],
        first=[{**one, "chosen": chosen, "full": False, "crash": None} for chosen in photos],
    )
    return journey


def once(*faults: str) -> dict[str, Any]:
    """A page sends all that it has, and these things happen to its requests."""
    return {**QUIET, "n": 0, "tabs": 1, "now": True, "faults": list(faults)}
