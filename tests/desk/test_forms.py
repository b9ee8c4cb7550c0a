"""What the desk's forms may send, and what it means."""

from datetime import timedelta
from typing import Any

import pytest

from app.desk.forms import Filters, Note, StatusChange
from app.desk.sent import LONGEST_TYPED, read
from app.kit.errors import Rejected
from app.reports.references import grouped, make_reference
from app.requests.statuses import Status
from tests.factories import NOW


@pytest.mark.parametrize(
    ("sent", "wanted"),
    [
        ({}, Filters()),
        ({"text": "  water  ", "more": "x"}, Filters(text="water")),
        ({"status": "in_progress", "order": "oldest"}, Filters(status="in_progress", order="oldest")),
        ({"status": "lost"}, None),
        ({"status": 1}, None),
        ({"age": "year"}, None),
        ({"language": "so"}, Filters(language="so")),
        ({"language": "tlh"}, None),
        ({"text": "x" * 201}, None),
        ({"text": ["x"]}, None),
        ("text", None),
        (None, None),
        (7, None),
        ([("status", "all")], Filters(status="all")),
    ],
)
def test_filters_are_read(sent: Any, wanted: Filters | None) -> None:
    assert read(Filters, sent) == wanted


def test_a_version_comes_as_digits_and_nothing_else() -> None:
    assert read(StatusChange, {"version": "12"}) == StatusChange(version=12)
    wrong: tuple[Any, ...] = ("", "x", "-1", "1e3", "1.5", "9" * 30, None, [])
    for version in wrong:
        assert read(StatusChange, {"version": version}) is None, version


def test_a_note_in_other_languages_is_gathered_from_its_fields() -> None:
    sent = {
        "note": "Done.",
        "also_so": "Waa dhammaatay.",
        "also_": "",
        "version": "1",
        "also": {"es": "forged"},
    }
    found = read(StatusChange, sent)
    assert found is not None
    assert found.also == {"so": "Waa dhammaatay.", "": ""}
    assert found.languages == {"so": "Waa dhammaatay.", "": ""}
    assert read(StatusChange, {"also_so": 7}) is None
    assert read(StatusChange, {"also_so": "x" * (LONGEST_TYPED + 1)}) is None
    assert read(StatusChange, {f"also_{number}": "x" for number in range(60)}) is None


def test_a_language_in_two_fields_loses_neither() -> None:
    for also, found in (("", "Haa."), ("Haa.", "Haa.")):
        change = read(StatusChange, {"own_so": "Haa.", "also_so": also})
        assert change is not None
        assert change.languages == {"so": found}
    change = read(StatusChange, {"own_so": "Haa.", "also_so": "Maya."})
    assert change is not None
    with pytest.raises(Rejected):
        _ = change.languages
    change = read(StatusChange, {"own_so": " ", "also_so": "Maya."})
    assert change is not None
    assert change.languages == {"so": "Maya."}


def test_a_note_of_a_megabyte_is_not_even_looked_at() -> None:
    assert read(Note, {"note": "x" * LONGEST_TYPED}) is not None
    assert read(Note, {"note": "x" * (LONGEST_TYPED + 1)}) is None


def test_open_means_everything_the_city_still_has_to_do() -> None:
    assert set(Filters().query(NOW).statuses) == {Status.SUBMITTED, Status.IN_PROGRESS, Status.ON_HOLD}
    assert Filters(status="all").query(NOW).statuses == ()
    assert Filters(status="fixed").query(NOW).statuses == (Status.FIXED,)


@pytest.mark.parametrize(
    ("age", "since", "until"),
    [
        ("", None, None),
        ("day", 1, None),
        ("week", 7, None),
        ("older_week", None, 7),
        ("older_month", None, 30),
    ],
)
def test_ages_are_counted_from_now(age: Any, since: int | None, until: int | None) -> None:
    query = Filters(age=age).query(NOW)
    assert query.received_from == (None if since is None else NOW - timedelta(days=since))
    assert query.received_before == (None if until is None else NOW - timedelta(days=until))


def test_a_reference_number_is_looked_for_everywhere() -> None:
    reference = make_reference()
    query = Filters(
        status="fixed", service_code="pothole", age="day", text=f"No. {grouped(reference)}"
    ).query(NOW)
    assert (query.text, query.statuses, query.service_codes, query.received_from) == (reference, (), (), None)
    assert Filters(text="1200 Main St").query(NOW).text == "1200 Main St"
