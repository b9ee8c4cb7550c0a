"""Who sees what of a request."""

from dataclasses import asdict
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.city.answers import AnswerValue
from app.city.services import PublicRule, Service
from app.photos.models import Photo, PhotoState
from app.requests.models import RequestUpdate, ServiceRequest, StoredAnswer
from app.requests.nearby import near_view
from app.requests.rows import PhotoRow, UpdateRow, WholeRow
from app.requests.statuses import Status
from app.requests.views import desk_view, holder_view, listed_view, public_view
from i18n import N_, Message
from tests.factories import NOW, as_if_read, small_city

CONTACT = ("first_name", "last_name", "email", "phone")


def service(**rule: Any) -> Service:
    found = small_city().service("pothole")
    assert found is not None
    return found.model_copy(update={"public": PublicRule(**rule)})


def request(**changes: Any) -> WholeRow:
    """A request with a mark of its own in every field that holds text."""
    answers = [
        StoredAnswer("SIZE", "m-size?", "singlevaluelist", (AnswerValue("big", "m-size"),), language="en"),
        StoredAnswer("PLATE", "m-plate?", "string", text="m-plate", language="en"),
        StoredAnswer("OLD", "m-old?", "text", text="m-old", language="en", as_asked=False),
    ]
    fields: dict[str, Any] = {
        "reference": "4829135570243",
        "received_at": NOW,
        "updated_at": NOW,
        "language": "en",
        "service_code": "pothole",
        "status": "submitted",
        "lat": 45.523456,
        "long": -122.676543,
        "review": ["clock"],
        "channel": "web",
        "answers": [asdict(answer) for answer in answers],
        **{
            name: f"m-{name}"
            for name in (
                *("id", "digest", "manage_token_hash", "description", "address_string", "service_name"),
                *CONTACT,
            )
        },
    }
    return as_if_read(WholeRow, ServiceRequest(**{**fields, **changes}))


def line(kind: str, author: str = "desk", *, public: bool = True, status: str | None = None) -> UpdateRow:
    kept = RequestUpdate(
        id=f"m-line-{kind}",
        request_id="m-id",
        at=NOW,
        kind=kind,
        author=author,
        status=status,
        text=f"m-{kind}",
        person_id="m-person",
        public=public,
    )
    return as_if_read(UpdateRow, kept)


UPDATES = [
    line("submitted", "reporter", status="submitted"),
    line("status", status="in_progress"),
    line("comment", "reporter"),
    line("internal_note", public=False),
    line("contact_erased", "reporter", public=False),
]


def photo(state: PhotoState, refused: Message | None = None) -> PhotoRow:
    kept = Photo(
        request_id="m-id",
        sha256=f"m-sha-{state}",
        description=f"m-photo-{state}",
        state=state.value,
        content=f"content-{state}" if state is PhotoState.STORED else None,
        added_at=NOW,
    )
    if refused is not None:
        kept.refuse(refused)
    return as_if_read(PhotoRow, kept)


PHOTOS = [photo(state) for state in PhotoState]


def marks(view: Any) -> set[str]:
    """All marks that stand anywhere in a view."""
    found: set[str] = set()

    def look(value: Any) -> None:
        if isinstance(value, str):
            found.update({value} if value.startswith("m-") else ())
        elif isinstance(value, dict):
            look([*value, *value.values()])
        elif isinstance(value, list | tuple):
            for item in value:
                look(item)

    look(asdict(view))
    return found


EVERYTHING_PUBLIC = {
    *("m-description", "m-address_string", "m-service_name"),
    *("m-size", "m-size?"),
    *("m-submitted", "m-status", "m-comment", "m-photo-stored"),
}

rules = st.fixed_dictionaries(
    {
        "description": st.booleans(),
        "photos": st.booleans(),
        "place": st.sampled_from(["exact", "approximate", "hidden"]),
        "answers": st.booleans(),
    }
)


@given(rules)
def test_the_public_page_shows_what_the_rule_allows_and_nothing_else(rule: dict[str, Any]) -> None:
    view = public_view(request(), UPDATES, PHOTOS, service(**rule))
    expected = EVERYTHING_PUBLIC.copy()
    if not rule["description"]:
        expected -= {"m-description", "m-comment", "m-submitted"}
    if not rule["photos"]:
        expected -= {"m-photo-stored"}
    if not rule["answers"]:
        expected -= {"m-size", "m-size?"}
    if rule["place"] != "exact":
        expected -= {"m-address_string"}
    assert marks(view) == expected


@given(rules)
def test_what_is_offered_near_by_shows_nothing_that_the_public_page_hides(rule: dict[str, Any]) -> None:
    of_type = service(**rule)
    shown = marks(near_view(request(), PHOTOS[0], 30, of_type))
    assert shown <= marks(public_view(request(), UPDATES, PHOTOS, of_type))
    assert ("m-description" in shown) == rule["description"]


@given(rule=rules, contact=st.lists(st.text(min_size=6), min_size=4, max_size=4))
def test_contact_details_are_never_public(rule: dict[str, Any], contact: list[str]) -> None:
    details = {name: f"\N{SNOWMAN}{text}" for name, text in zip(CONTACT, contact, strict=True)}
    view = public_view(request(**details), UPDATES, PHOTOS, service(**rule))
    assert "\N{SNOWMAN}" not in repr(asdict(view))


def test_a_type_that_is_gone_shows_only_the_status() -> None:
    view = public_view(request(), UPDATES, PHOTOS, None)
    assert marks(view) == {"m-status"}
    assert view.status is Status.SUBMITTED
    assert view.status.words.text == "Received"


def test_places() -> None:
    exact = public_view(request(), [], [], service(place="exact")).place
    assert (exact.precision, exact.lat, exact.long) == ("exact", 45.523456, -122.676543)
    block = public_view(request(), [], [], service(place="approximate")).place
    assert (block.precision, block.address_string) == ("approximate", "")
    assert block.lat is not None
    assert block.lat != 45.523456
    assert block.lat == pytest.approx(45.523456, abs=0.001)
    for hidden in (
        public_view(request(), [], [], service(place="hidden")).place,
        public_view(request(lat=None, long=None), [], [], service(place="approximate")).place,
    ):
        assert (hidden.precision, hidden.address_string, hidden.lat, hidden.long) == (
            "hidden",
            "",
            None,
            None,
        )


def test_the_public_list() -> None:
    shown = listed_view(request(), photo(PhotoState.STORED), service(), described=True)
    assert shown.photo is not None
    assert marks(shown) == {"m-address_string", "m-photo-stored"}
    assert listed_view(request(), photo(PhotoState.REFUSED), service()).photo is None
    hidden = listed_view(request(), photo(PhotoState.STORED), service(photos=False, place="hidden"))
    assert marks(hidden) == set()
    assert marks(listed_view(request(), photo(PhotoState.STORED), None)) == set()


def test_the_holder_sees_all_they_sent_but_no_internal_note() -> None:
    refused = photo(PhotoState.REFUSED, N_("At most %(limit)s MB.", limit=15))
    view = holder_view(request(), UPDATES, [*PHOTOS[:3], refused])
    seen = marks(view)
    assert {f"m-{name}" for name in CONTACT} <= seen
    assert {"m-old", "m-plate", "m-description", "m-address_string", "m-contact_erased"} <= seen
    assert not seen & {"m-internal_note", "m-person", "m-manage_token_hash", "m-digest"}
    assert view.photos_missing == 2
    assert view.photos[-1].refused == N_("At most %(limit)s MB.", limit=15)
    assert not view.contact.is_empty
    empty = dict.fromkeys(CONTACT, "")
    assert holder_view(request(**empty), [], []).contact.is_empty


def test_the_desk_sees_everything_but_secrets() -> None:
    seen = marks(desk_view(request(), UPDATES, PHOTOS))
    assert {"m-internal_note", "m-person", "m-email", "m-old", "m-contact_erased"} <= seen
    assert not seen & {"m-manage_token_hash", "m-digest"}


def test_the_devices_clock_is_shown_only_if_it_can_be_believed() -> None:
    claim = NOW - timedelta(days=3)
    assert public_view(request(requested_datetime=claim), [], [], service()).requested_at == claim
    for wrong in (NOW - timedelta(days=4000), NOW + timedelta(hours=1), None):
        assert public_view(request(requested_datetime=wrong), [], [], service()).requested_at == NOW


def test_headings_say_who_did_what() -> None:
    updates = [line("status", "reporter", status="fixed"), line("status", "desk", status="fixed")]
    by_reporter, by_desk = public_view(request(), updates, [], service()).updates
    assert by_reporter.heading.text == "Fixed, says the person who reported it"
    assert by_desk.heading.text == "Fixed"
