"""What a report may say, and what becomes of it when the city or the clock has moved on."""

import json
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kit.errors import FieldError, Rejected
from app.reports.rules import submit
from app.reports.submissions import Channel, Submission, make_draft
from app.requests.models import RequestUpdate, ReviewReason, ServiceRequest
from app.requests.statuses import Status
from tests.factories import INSIDE, NEAR, NOW, OUTSIDE, Form, frozen, report, small_city
from tests.memory import MemoryStore


def read(**changes: Any) -> Submission:
    return Submission.from_json(frozen(report(**changes)))


def errors_of(**changes: Any) -> dict[str, str]:
    with pytest.raises(Rejected) as rejected:
        read(**changes)
    return as_dict(rejected.value.errors)


def as_dict(errors: tuple[FieldError, ...]) -> dict[str, str]:
    assert len({error.field for error in errors}) == len(errors)
    return {error.field: error.message.text for error in errors}


def accept(channel: Channel | None = None, /, **changes: Any) -> ServiceRequest:
    store = MemoryStore()
    fields = report(**changes)
    submission = (
        Submission.from_form(Form(fields), channel=channel)
        if channel
        else Submission.from_json(frozen(fields))
    )
    submit(store=store, city=small_city(), submission=submission, digest="d" * 64, now=NOW)
    return store.requests[fields["id"]]


def refused(channel: Channel | None = None, /, **changes: Any) -> dict[str, str]:
    with pytest.raises(Rejected) as rejected:
        accept(channel, **changes)
    return as_dict(rejected.value.errors)


# --- both doors
# -----------------------------------------------------------------------------------------------


def test_a_form_and_a_device_say_the_same() -> None:
    fields = report(media=None)
    by_device = Submission.from_json(frozen({**fields, "channel": "outbox"}))
    by_form = Submission.from_form(Form({name: str(value) for name, value in fields.items()}))
    assert by_device.channel is Channel.OUTBOX
    assert by_form.channel is Channel.WEB_NOSCRIPT
    assert by_form.model_dump(exclude={"channel"}) == by_device.model_dump(exclude={"channel"})


def test_a_form_sent_twice_has_the_same_digest_and_a_changed_one_another() -> None:
    fields = report()
    first = Submission.from_form(Form(fields)).digest
    assert Submission.from_form(Form(fields)).digest == first
    assert Submission.from_form(Form({**fields, "description": "Other words."})).digest != first


def test_several_answers_to_one_question() -> None:
    form = Submission.from_form(
        Form({**report(), "attribute[PARTS][]": ["a", "b"], "attribute[NONE]": [" "]})
    )
    assert form.answers["PARTS"] == ("a", "b")
    assert "NONE" not in form.answers
    assert read(**{"attribute[PARTS][]": ["a", "b"]}).answers["PARTS"] == ("a", "b")


def test_a_new_draft_is_what_a_report_needs() -> None:
    draft = make_draft()
    sent = Submission.from_form(Form({**report(), **asdict(draft)}), channel=Channel.OPEN311)
    assert (sent.id, sent.reference, sent.manage_token) == (draft.id, draft.reference, draft.manage_token)
    assert sent.channel is Channel.OPEN311
    assert make_draft() != draft


def test_unknown_names_are_left_alone() -> None:
    assert read(utm_source="mail", __extension={"deep": [1, 2]}, api_key="x") is not None


def test_photos_in_a_form_are_known_by_their_hash() -> None:
    sha256 = "A" * 64
    form = Submission.from_form(Form({**report(), f"media[{sha256}]": " a hole ", "media": object()}))
    assert [(photo.sha256, photo.description) for photo in form.photos] == [("a" * 64, "a hole")]


# --- what must be mended
# --------------------------------------------------------------------------------------


def test_every_error_is_said_at_once_in_the_order_of_the_form() -> None:
    with pytest.raises(Rejected) as rejected:
        read(phone="call me", email="nobody", description="x" * 5001, lat="north", service_code="")
    fields = [error.field for error in rejected.value.errors]
    assert fields == ["service_code", "lat", "description", "email", "phone"]


def test_a_report_must_say_something() -> None:
    empty = {"description": " \n", "attribute[SIZE]": ""}
    assert list(errors_of(**empty)) == ["description"]
    assert read(**empty, media=[{"sha256": "a" * 64}])
    assert read(**{**empty, "attribute[SIZE]": "big"})


def test_description_is_counted_kindly() -> None:
    assert len(read(description="é" * 5000).description) == 5000
    assert read(description="e\u0301" * 5000).description == "é" * 5000
    assert read(description="a\r\nb" * 1250)
    with pytest.raises(Rejected) as rejected:
        read(description="x" * 5001)
    assert rejected.value.errors[0].message.values == {"num": 1, "limit": 5000}


def test_control_characters_are_removed_everywhere() -> None:
    sent = read(description="a\x00b\u202e", address_string="1\n2\x1b", first_name="A\tB")
    assert (sent.description, sent.address_string, sent.first_name) == ("ab", "1 2", "A B")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("description", {"not": "text"}),
        ("description", [["deep"]]),
        ("first_name", "x" * 101),
        ("address_string", "x" * 301),
        ("email", "@"),
        ("phone", "x"),
        ("lat", "91"),
        ("lat", 1e300),
        ("lat", {"degrees": 45}),
        ("long", True),
        ("service_code", "../../etc"),
        ("service_code", "x" * 61),
        ("id", "1"),
        ("manage_token", "short"),
        ("manage_token", None),
        ("media", [{"sha256": f"{number:064x}"} for number in range(6)]),
        ("media", [{"sha256": "x"}]),
        ("media", "photo.jpg"),
        ("media", [1, 2]),
        ("media", [{"sha256": "a" * 64, "description": "x" * 501}]),
    ],
)
def test_what_a_person_can_mend_is_said_at_its_field(field: str, value: Any) -> None:
    assert list(errors_of(**{field: value})) == ["lat" if field == "long" else field]


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"null", b"\xff\xfe", b'"x"', b"[" * 100_000, b'{"lat": NaN}']
)
def test_what_is_no_report_at_all(content: bytes) -> None:
    with pytest.raises(Rejected) as rejected:
        Submission.from_json(content)
    assert [error.field for error in rejected.value.errors] == [""]


@given(
    st.dictionaries(
        st.sampled_from([*report(), "media", "accuracy_m", "place_source", "attribute[X]", "question[X]"]),
        st.recursive(
            st.none()
            | st.booleans()
            | st.integers()
            | st.floats(allow_nan=False, allow_infinity=False)
            | st.text(),
            lambda inner: (
                st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
            ),
            max_leaves=6,
        ),
        max_size=6,
    )
)
def test_any_json_is_either_read_or_answered(changes: dict[str, Any]) -> None:
    content = json.dumps({**report(), **changes}).encode()
    try:
        submission = Submission.from_json(content)
    except Rejected as rejected:
        said = rejected.errors
    else:
        said = ()
        assert submission.model_dump_json()
    assert all(error.message.text for error in said)


def test_what_a_person_wrote_is_in_no_text_of_an_exception() -> None:
    mark = "Zanzibar-77"
    with pytest.raises(Rejected) as rejected:
        read(description=mark * 1000, email=mark, phone=mark, first_name=mark * 100)
    assert mark not in repr(rejected.value)
    assert mark not in f"{read(description=mark)!r} {read(description=mark)}"
    assert mark not in repr(accept(description=mark))


# --- what nobody can mend is accepted
# -------------------------------------------------------------------------


def test_a_clean_report_needs_no_review() -> None:
    request = accept()
    assert request.review == []
    assert request.status == Status.SUBMITTED
    assert request.received_at == request.updated_at == NOW
    assert request.expected_at == NOW + timedelta(days=5)
    (answer,) = request.answers
    assert answer["label"] == "How big is it?"
    assert answer["as_asked"]
    assert [value["name"] for value in answer["values"]] == ["Like a car wheel"]


@pytest.mark.parametrize(
    "claim",
    ["1901-01-01T00:00:00Z", "2031-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "yesterday", "9" * 5000, 7],
)
def test_a_wrong_clock_is_flagged(claim: Any) -> None:
    request = accept(requested_datetime=claim)
    assert request.review == [ReviewReason.CLOCK]
    assert request.received_at == NOW


@pytest.mark.parametrize("age", [timedelta(0), timedelta(days=29), timedelta(minutes=-9)])
def test_a_week_in_a_pocket_is_no_wrong_clock(age: timedelta) -> None:
    request = accept(requested_datetime=(NOW - age).isoformat())
    assert request.review == []
    assert request.requested_datetime == NOW - age
    assert accept(requested_datetime=None).review == []


def test_times_are_kept_in_utc() -> None:
    assert read(requested_datetime="2026-11-22T10:25:00-08:00").requested_datetime == datetime(
        2026, 11, 22, 18, 25, tzinfo=UTC
    )


def test_a_question_that_is_no_longer_asked_is_kept_as_it_was() -> None:
    request = accept(**{"attribute[DEPTH]": "10 cm", "question[DEPTH]": "How deep is it?"})
    assert request.review == [ReviewReason.FORM_CHANGED]
    old = request.answers[-1]
    assert (old["label"], old["text"], old["as_asked"]) == ("How deep is it?", "10 cm", False)


def test_an_answer_that_is_no_longer_offered_is_kept_as_it_was() -> None:
    request = accept(**{"attribute[SIZE]": "gigantic"})
    assert request.review == [ReviewReason.FORM_CHANGED]
    assert [(answer["text"], answer["as_asked"]) for answer in request.answers] == [("gigantic", False)]


def test_a_question_asked_in_other_words_is_not_passed_off_as_todays() -> None:
    request = accept(**{"question[SIZE]": "How wide is it?"})
    assert request.review == [ReviewReason.FORM_CHANGED]
    assert [(answer["label"], answer["as_asked"]) for answer in request.answers] == [
        ("How wide is it?", False)
    ]


def test_a_question_the_person_never_saw_is_not_missed() -> None:
    request = accept(**{"attribute[SIZE]": None, "question[SIZE]": None})
    assert request.review == [ReviewReason.FORM_CHANGED]
    assert list(refused(**{"attribute[SIZE]": None})) == ["attribute[SIZE]"]
    unsaid = {"attribute[SIZE]": None, "question[SIZE]": None, "question[PLATE]": None}
    assert list(refused(**unsaid)) == ["attribute[SIZE]"]


def test_a_withdrawn_type_is_accepted_from_who_saw_it() -> None:
    request = accept(service_code="old-type", service_name="Old type", **{"attribute[X]": "y"})
    assert request.review == [ReviewReason.SERVICE_WITHDRAWN]
    assert request.service_name == "Old type"
    assert request.expected_at is None
    assert len(request.answers) == 2
    assert list(refused(service_code="old-type", service_name=None)) == ["service_code"]
    assert list(refused(Channel.OPEN311, service_code="old-type")) == ["service_code"]


# --- the place
# ------------------------------------------------------------------------------------------------


def test_words_or_a_point_are_enough() -> None:
    words = accept(lat=None, long=None)
    assert (words.place_source, words.lat) == ("words", None)
    point = accept(address_string=None, place_source="device", accuracy_m=12.34)
    assert (point.place_source, point.lat, point.accuracy_m) == ("device", INSIDE["lat"], 12.3)
    assert accept(place_source="telepathy").place_source == "map"
    assert list(refused(address_string=" ", lat=None, long=None)) == ["address_string"]
    nowhere = {"address_string": None, "lat": None, "long": None, "attribute[SIZE]": None}
    assert accept(service_code="question", **nowhere).place_source is None


def test_outside_is_refused_and_near_is_flagged() -> None:
    assert list(refused(**OUTSIDE)) == ["lat"]
    assert list(refused(long=None)) == ["lat"]
    assert accept(**NEAR).review == [ReviewReason.NEAR_BOUNDARY]


@pytest.mark.parametrize("accuracy", ["inf", "-1", "near", "1e99", [], {}])
def test_a_strange_accuracy_is_dropped(accuracy: Any) -> None:
    assert read(accuracy_m=accuracy).accuracy_m is None


@pytest.mark.parametrize(
    ("tag", "language"),
    [("es", "es"), ("es-MX", "es"), ("EN-us", "en"), ("tlh", "en"), ("", "en"), ("../x", "en")],
)
def test_languages(tag: str, language: str) -> None:
    assert read(language=tag).language == language


def test_the_first_line_of_the_history() -> None:
    store = MemoryStore()
    submission = read()
    submit(store=store, city=small_city(), submission=submission, digest="d" * 64, now=NOW)
    (line,) = store.updates
    assert isinstance(line, RequestUpdate)
    assert (line.kind, line.status, line.at, line.public) == ("submitted", "submitted", NOW, True)
