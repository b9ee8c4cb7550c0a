"""A request in words, piece by piece."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from app.moderation.looks import Look
from app.photos.models import PhotoState
from app.requests import labels
from app.requests.models import ServiceRequest
from app.requests.rows import WholeRow
from app.requests.views import holder_view
from app.requests.views_shown import ContactShown, PhotoShown, RequestHeld
from i18n import translator
from tests.factories import NOW, as_if_read, small_city

CITY = small_city()
EN, ES = translator("en"), translator("es")


def held(**changes: Any) -> RequestHeld:
    kept = ServiceRequest(
        id="1",
        reference="4829135570243",
        service_code="pothole",
        received_at=NOW,
        updated_at=NOW,
        expected_at=NOW + timedelta(days=5),
        language="es",
        manage_token_hash="",
        digest="",
        channel="web",
    )
    answers: list[dict[str, Any]] = [
        {"code": "A", "label": "¿Dónde?", "datatype": "string", "values": [], "text": "здесь"},
        {
            "code": "B",
            "label": "¿Qué?",
            "datatype": "singlevaluelist",
            "values": [{"key": "x", "name": "Uno"}],
        },
    ]
    asked = [{"text": None, "language": "es", "as_asked": True, **answer} for answer in answers]
    row = as_if_read(WholeRow, kept)
    return holder_view(replace(row, **{"answers": asked, **changes}), [], [], CITY.service("pothole"))


def test_a_type_is_called_as_today_and_one_that_is_gone_as_it_was_seen() -> None:
    assert labels.type_name(CITY, "pothole", "Bache", EN) == "Pothole"
    assert labels.type_name(CITY, "gone", "Bache", EN) == "Bache"
    assert labels.type_name(CITY, "gone", "", EN) == "Report"
    assert labels.bureau(CITY, "gone", EN) == ""
    assert labels.bureau(CITY, "pothole", EN) != ""


def test_what_is_late_is_never_usually_done_and_the_other_way_round_once_it_is_finished() -> None:
    day = timedelta(days=1)
    assert labels.usually_done(CITY, held(), EN) == "Usually done by November 27, 2026."
    assert labels.late(CITY, held(), EN, NOW + 5 * day) == ""
    assert labels.late(CITY, held(), EN, NOW + 6 * day) == "Late: usually done by November 27, 2026."
    for nothing in (held(status="fixed"), held(expected_at=None), held(service_code="gone")):
        assert (labels.usually_done(CITY, nothing, EN), labels.late(CITY, nothing, EN, NOW + 6 * day)) == (
            "",
            "",
        )


def test_words_of_the_person_are_in_their_language_and_what_was_offered_is_in_the_pages() -> None:
    assert labels.own_language(held()) == "es", "too short to tell: the language of the page"
    assert labels.own_language(held(written_in="uk")) == "uk"
    assert labels.answers(held(written_in="uk")) == [("¿Dónde?", "здесь", "uk"), ("¿Qué?", "Uno", "es")]


def test_a_photo_is_named_by_what_its_person_says_of_it() -> None:
    assert labels.alt(photo("A hole"), 1, EN) == "A hole"
    assert labels.alt(photo(""), 2, EN) == "Photo 2, not described"


def test_only_what_there_is_to_see_counts_as_a_photo() -> None:
    there, missing = photo(""), replace(photo(""), content=None)
    refused = replace(photo(""), state=PhotoState.REFUSED)
    assert labels.stored([missing, there, refused]) == [there]


def test_a_name_of_which_only_a_part_is_known() -> None:
    assert [
        labels.full_name(ContactShown(*names, "", "", None)) for names in (("Ana", "Ruiz"), ("", "Ruiz"))
    ] == [
        "Ana Ruiz",
        "Ruiz",
    ]
    assert labels.full_name(ContactShown("", "", "", "", None)) == ""


def photo(description: str) -> PhotoShown:
    return PhotoShown("c" * 64, "name", Look.WAITING, 3, 2, description, PhotoState.STORED, None)
