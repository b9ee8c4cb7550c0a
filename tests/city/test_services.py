"""Answers to the questions of a request type: read kindly, bounded strictly."""

import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from app.city.answers import Answer, AnswerValue, check_answers
from app.city.services import Attribute, AttributeValue, PublicRule, Service
from i18n import translator

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SIZES = (AttributeValue(key="small", name="Small"), AttributeValue(key="large", name="Large"))


def question(datatype: Any, **more: Any) -> Attribute:
    """One question with the code Q."""
    return Attribute(
        **({"code": "Q", "description": "How big is it?", "order": 1, "datatype": datatype} | more)
    )


def service_of(*attributes: Attribute) -> Service:
    """A request type with the given questions."""
    return Service(
        service_code="pothole",
        service_name="Pothole",
        description="A hole in the street.",
        group="streets",
        bureau="pbot",
        agency_responsible="PBOT",
        keywords=("hole",),
        expected_days=3,
        attributes=attributes,
    )


def answered(attribute: Attribute, *sent: str) -> Answer | None:
    """Return the answer that is made of what was sent; there must be no error."""
    answers, errors = check_answers(service_of(attribute), {"Q": sent}, now=NOW)
    assert errors == []
    return answers[0] if answers else None


def text_of(attribute: Attribute, *sent: str) -> str | None:
    """Return the text of an answer that was accepted."""
    answer = answered(attribute, *sent)
    return answer.text if answer else None


def refused(attribute: Attribute, *sent: str) -> str:
    """Return the sentence with which what was sent is refused."""
    answers, errors = check_answers(service_of(attribute), {"Q": sent}, now=NOW)
    assert answers == []
    (error,) = errors
    assert error.field == "attribute[Q]"
    return translator("en")(error.message)


# --- required and optional ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("datatype", "more", "sentence"),
    [
        ("string", {}, "Answer this question: How big is it?"),
        ("text", {}, "Answer this question: How big is it?"),
        ("number", {}, "Answer this question: How big is it?"),
        ("datetime", {}, "Answer this question: How big is it?"),
        ("singlevaluelist", {"values": SIZES}, "Choose an answer: How big is it?"),
        ("multivaluelist", {"values": SIZES}, "Choose at least one answer: How big is it?"),
    ],
)
@pytest.mark.parametrize("sent", [(), ("",), ("  \n\t",), ("", ""), ("\x00",), ("\u202e",)])
def test_a_missing_answer_is_asked_for_if_it_is_required(
    datatype: str, more: dict[str, Any], sentence: str, sent: Sequence[str]
) -> None:
    assert refused(question(datatype, required=True, **more), *sent) == sentence
    assert answered(question(datatype, **more), *sent) is None


def test_every_mistake_is_told_at_once_in_the_order_of_the_form_and_good_answers_are_kept() -> None:
    service = service_of(
        question("string", code="A", required=True),
        question("number", code="B"),
        question("string", code="C"),
        question("datetime", code="D"),
    )
    answers, errors = check_answers(service, {"D": ["soon"], "C": ["fine"], "B": ["many"]}, now=NOW)
    assert [error.field for error in errors] == ["attribute[A]", "attribute[B]", "attribute[D]"]
    assert [answer.code for answer in answers] == ["C"]


def test_codes_that_are_not_asked_are_left_alone() -> None:
    service = service_of(question("string"))
    raw = {"Q": ["yes"], "OLD": ["from last year's form"], "__proto__": ["x"]}
    answers, errors = check_answers(service, raw, now=NOW)
    assert ([answer.code for answer in answers], errors) == (["Q"], [])


def test_an_answer_carries_the_words_the_resident_saw() -> None:
    spanish = {"How big is it?": "¿De qué tamaño es?", "Large": "Grande"}
    service = service_of(question("singlevaluelist", values=SIZES))
    answers, _ = check_answers(service, {"Q": ["large"]}, t=lambda text: spanish.get(text, text), now=NOW)
    (answer,) = answers
    assert answer == Answer(
        "Q", "¿De qué tamaño es?", "singlevaluelist", values=(AnswerValue("large", "Grande"),)
    )


# --- lists ----------------------------------------------------------------------------------------


def test_choices_are_kept_once_each_and_in_the_order_of_the_form() -> None:
    answer = answered(question("multivaluelist", values=SIZES), "large", "small", "large")
    assert answer is not None
    assert answer.values == (AnswerValue("small", "Small"), AnswerValue("large", "Large"))


@pytest.mark.parametrize("datatype", ["singlevaluelist", "multivaluelist"])
@pytest.mark.parametrize("sent", [("huge",), ("Small",), ("small", "huge"), ("small;large",), ("<script>",)])
def test_what_is_not_on_the_list_is_refused(datatype: str, sent: Sequence[str]) -> None:
    sentence = refused(question(datatype, values=SIZES), *sent)
    assert sentence == "Choose an answer from the list: How big is it?"


def test_two_answers_where_one_is_asked_are_refused() -> None:
    assert refused(question("singlevaluelist", values=SIZES), "small", "large") == (
        "Choose only one answer: How big is it?"
    )
    assert refused(question("string"), "one", "two") == "Give only one answer: How big is it?"


# --- numbers --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sent", "number"),
    [
        ("3", "3"),
        (" 3 ", "3"),
        ("+3", "3"),
        ("-3", "-3"),
        ("−3", "-3"),
        ("003", "3"),
        ("0", "0"),
        ("-0", "0"),
        ("2.50", "2.5"),
        ("2,5", "2.5"),
        ("0,125", "0.125"),
        ("1,500", "1500"),
        ("1,500.25", "1500.25"),
        ("1.500,25", "1500.25"),
        ("1 500", "1500"),
        ("1\u202f500,5", "1500.5"),
        ("1,234,567", "1234567"),
        ("٣", "3"),
        ("۲٫۵", "2.5"),
        ("١٬٥٠٠", "1500"),
        ("४२", "42"),
        ("３", "3"),
        ("１２．５", "12.5"),
        ("１２，５", "12.5"),
        ("٣،٥", "3.5"),
        ("100000000000000000000", "100000000000000000000"),
    ],
)
def test_numbers_are_read_in_every_script_and_with_every_decimal_sign(sent: str, number: str) -> None:
    assert text_of(question("number"), sent) == number


@pytest.mark.parametrize(
    "sent",
    [
        "three",
        "3 holes",
        "1e5",
        "NaN",
        "inf",
        "0x10",
        "1/2",
        "3³",
        "--3",
        "1.2.3",
        "½",
        "9" * 31,
        "9" * 1_000_000,
    ],
)
def test_what_is_no_number_is_refused(sent: str) -> None:
    assert refused(question("number"), sent) == "Write a number, for example 3: How big is it?"


@pytest.mark.parametrize(
    ("bounds", "sent", "sentence"),
    [
        ({"min": 1, "max": 100}, "0", "Write a number from 1 to 100: How big is it?"),
        ({"min": 1, "max": 100}, "100.1", "Write a number from 1 to 100: How big is it?"),
        ({"min": 0.5}, "0.49", "Write a number that is 0.5 or more: How big is it?"),
        ({"max": 10}, "11", "Write a number that is 10 or less: How big is it?"),
    ],
)
def test_numbers_are_bounded_and_the_bounds_are_said(
    bounds: dict[str, float], sent: str, sentence: str
) -> None:
    assert refused(question("number", **bounds), sent) == sentence


def test_the_bounds_themselves_are_allowed() -> None:
    assert text_of(question("number", min=0.1, max=0.3), "0.1") == "0.1"
    assert text_of(question("number", min=0.1, max=0.3), "0,3") == "0.3"


# --- dates ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        ("2026-11-20", "2026-11-20"),
        ("2026-1-2", "2026-01-02"),
        ("2026-11-20T14:30", "2026-11-20T14:30"),
        ("2026-11-20 14:30", "2026-11-20T14:30"),
        ("2026-11-20T14:30:59", "2026-11-20T14:30"),
        ("2026-11-20T14:30:00Z", "2026-11-20T14:30+00:00"),
        ("2026-11-20T14:30:00-08:00", "2026-11-20T14:30-08:00"),
        ("11/20/2026", "2026-11-20"),
        ("20/11/2026", "2026-11-20"),
        ("4/4/2026", "2026-04-04"),
        ("٢٠٢٦-١١-٢٠", "2026-11-20"),
        ("２０２６－１１－２０", "2026-11-20"),
        ("2026年11月20日", "2026-11-20"),
        ("2026/11/20", "2026-11-20"),
        ("20-11-2026", "2026-11-20"),
        ("20.11.2026", "2026-11-20"),
        ("2025-01-01", "2025-01-01"),
        ("2027-11-22", "2027-11-22"),
    ],
)
def test_dates_are_read_as_browsers_programs_and_people_write_them(sent: str, stored: str) -> None:
    assert text_of(question("datetime"), sent) == stored


@pytest.mark.parametrize(
    "sent", ["yesterday", "2026-02-30", "2026", "3/4/2026", "13/13/2026", "24:61", "9" * 1_000_000]
)
def test_what_is_no_clear_date_is_asked_again(sent: str) -> None:
    sentence = refused(question("datetime"), sent)
    assert sentence == "Write the date as year-month-day, for example 2026-11-22: How big is it?"


@pytest.mark.parametrize("sent", ["1901-01-01", "2024-12-31", "0001-01-01", "1901-05-05T10:00:00Z"])
def test_a_date_long_ago_is_refused_kindly(sent: str) -> None:
    sentence = refused(question("datetime"), sent)
    assert sentence == "This date is too long ago. Write a date in 2025 or later: How big is it?"


@pytest.mark.parametrize("sent", ["2027-11-23", "9999-12-31", "9999-12-31T23:59:59-12:00"])
def test_a_date_far_ahead_is_refused_kindly(sent: str) -> None:
    assert refused(question("datetime"), sent) == "This date is too far ahead. Check the year: How big is it?"


def test_a_year_ahead_of_leap_day_is_no_accident() -> None:
    leap_day = datetime(2028, 2, 29, tzinfo=UTC)
    for sent, number_of_errors in (("2029-02-28", 0), ("2029-03-01", 1)):
        _, errors = check_answers(service_of(question("datetime")), {"Q": [sent]}, now=leap_day)
        assert len(errors) == number_of_errors


# --- texts ----------------------------------------------------------------------------------------


def test_control_characters_are_dropped_and_line_breaks_are_kept_where_there_are_lines() -> None:
    sent = "first\r\nsecond\x00\x1b[31m \u202ethird"
    assert text_of(question("text"), sent) == "first\nsecond[31m third"
    assert text_of(question("string"), sent) == "first second[31m third"


def test_a_text_that_is_too_long_is_refused_with_both_counts() -> None:
    assert refused(question("string", max_length=10), "x" * 11) == (
        "Use at most 10 characters. You have 11 now: How big is it?"
    )
    assert text_of(question("string", max_length=10), "x" * 10) == "x" * 10
    assert refused(question("text"), "x" * 1_000_000).startswith(
        "Use at most 1000 characters. You have 1000000 now"
    )


def test_line_breaks_count_once_however_the_browser_sends_them() -> None:
    assert text_of(question("text", max_length=3), "a\r\nb") == "a\nb"


@pytest.mark.parametrize(
    "sent", ["<b>bold</b>", "'; DROP TABLE requests; --", "{{ 7*7 }}", "=1+1", "%(question)s"]
)
def test_code_is_just_text(sent: str) -> None:
    assert text_of(question("text"), sent) == sent


@given(st.sampled_from(["string", "text", "number", "datetime"]), st.lists(st.text(max_size=60), max_size=3))
def test_whatever_is_sent_ends_in_a_bounded_answer_or_a_sentence(datatype: str, sent: list[str]) -> None:
    bound = {"max_length": 50} if datatype in ("string", "text") else {}
    answers, errors = check_answers(service_of(question(datatype, **bound)), {"Q": sent}, now=NOW)
    assert len(answers) + len(errors) <= 1
    for error in errors:
        assert "How big is it?" in translator("en")(error.message)
    for answer in answers:
        text = answer.text or ""
        assert 0 < len(text) <= 60
        assert not any(unicodedata.category(sign) in ("Cc", "Cs") for sign in text if sign not in "\n\t")


# --- the models themselves ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"datatype": "singlevaluelist"}, "needs at least two"),
        ({"datatype": "singlevaluelist", "values": SIZES[:1]}, "needs at least two"),
        ({"datatype": "string", "values": SIZES}, "belong to lists only"),
        ({"datatype": "text", "min": 1}, "belong to numbers only"),
        ({"datatype": "number", "min": 2, "max": 1}, "greater than"),
        ({"datatype": "number", "max_length": 5}, "belongs to string and text only"),
        ({"datatype": "text", "max_length": 4_001}, "4000"),
    ],
)
def test_a_question_that_makes_no_sense_cannot_be_built(more: dict[str, Any], reason: str) -> None:
    with pytest.raises(ValidationError, match=reason):
        question(**more)


def test_a_service_shows_what_georeport_shows() -> None:
    service = service_of(question("string"))
    assert (service.metadata, service_of().metadata) == (True, False)
    assert service.keyword_list == "hole"
    assert service.attribute("Q") is service.attributes[0]
    assert service.attribute("X") is None


@pytest.mark.parametrize(
    ("rule", "meters"),
    [
        ({}, 40),
        ({"description": False}, 40),
        ({"photos": False}, 40),
        ({"description": False, "photos": False}, 0),
        ({"place": "approximate"}, 0),
        ({"place": "hidden"}, 0),
    ],
)
def test_requests_near_by_are_offered_only_where_that_gives_nothing_away(
    rule: dict[str, Any], meters: int
) -> None:
    service = service_of().model_copy(update={"near_m": 40, "public": PublicRule(**rule)})
    assert service.offered_within_m == meters
    assert service.model_copy(update={"near_m": 0}).offered_within_m == 0
