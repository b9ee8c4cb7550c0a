"""Reports as devices send them: accepted once whatever happens on the way, and refused in words that help."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import OperationalError
from starlette.types import ASGIApp

from app.city.city import City
from app.city.services import Attribute
from app.http.built import Build
from app.http.portal import Portal
from app.http.security import guarded
from app.kit.ids import digest_of, hash_token, make_id
from app.routes import url
from app.settings import Settings
from app.site.site import site
from tests.devices import broken_off, browsing, content_digest, opened, put, send_json, stored_requests
from tests.factories import OUTSIDE, frozen, report, small_city


def message_of(answer: httpx.Response, field: str) -> str:
    assert answer.status_code == 422, answer.text
    return next(str(error["message"]) for error in answer.json()["errors"] if error["field"] == field)


# --- accepted -----------------------------------------------------------------------------------------------


def test_the_first_time_makes_a_receipt_and_every_later_time_repeats_it(app: ASGIApp, portal: Portal) -> None:
    fields = report(language="es")
    first, again = send_json(app, fields), send_json(app, fields)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert first.json() == {
        "id": fields["id"],
        "digest": digest_of(frozen(fields)),
        "reference": fields["reference"],
        "photos_missing": [],
        "sent_url": f"/es/requests/{fields['reference']}/sent/{fields['manage_token']}/",
    }
    assert "no-store" in first.headers["cache-control"]
    assert len(stored_requests(portal)) == 1


def test_twenty_devices_at_once_with_one_report_make_one_request(app: ASGIApp, portal: Portal) -> None:
    fields = report()

    async def all_at_once() -> list[httpx.Response]:
        async with browsing(app) as browser:
            address, content = url("submit", id=str(fields["id"])), frozen(fields)
            headers = {"content-type": "application/json"}
            tries = [browser.put(address, content=content, headers=headers) for _ in range(20)]
            return list(await asyncio.gather(*tries))

    answers = asyncio.run(all_at_once())
    assert sorted(answer.status_code for answer in answers) == [*[200] * 19, 201]
    assert all(answer.json() == answers[0].json() for answer in answers)
    assert len(stored_requests(portal)) == 1


def test_a_number_that_is_taken_is_replaced_in_receipt_and_link(app: ASGIApp) -> None:
    first = send_json(app, report()).json()
    fields = report(reference=first["reference"])
    second = send_json(app, fields).json()
    assert second["reference"] != first["reference"]
    assert second["sent_url"] == f"/en/requests/{second['reference']}/sent/{fields['manage_token']}/"
    assert send_json(app, fields).json() == second


def test_what_was_accepted_once_stays_accepted_when_the_rules_become_stricter(
    app: ASGIApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    fields = report(language="es")
    receipt = send_json(app, fields).json()
    monkeypatch.setattr("app.reports.fields.MAX_DESCRIPTION", 5)
    assert send_json(app, report()).status_code == 422
    again = send_json(app, fields)
    assert (again.status_code, again.json()) == (200, receipt)


def test_a_restart_changes_nothing(settings: Settings, city: City, build: Build) -> None:
    fields = report()
    answers = []
    for _ in range(2):
        with opened(settings, city) as portal:
            answers.append(send_json(guarded(site(portal, build), settings), fields))
    assert [answer.status_code for answer in answers] == [201, 200]
    assert answers[0].json() == answers[1].json()


def test_an_id_in_capitals_is_the_same_id(app: ASGIApp) -> None:
    fields = report()
    assert put(app, str(fields["id"]).upper(), frozen(fields)).status_code == 201


@pytest.mark.parametrize("moment", ["1901-01-01T00:00:00Z", "2199-01-01T00:00:00Z", "yesterday", "9" * 50])
def test_a_device_whose_clock_is_wrong_can_report_and_is_marked(
    app: ASGIApp, portal: Portal, moment: str
) -> None:
    assert send_json(app, report(requested_datetime=moment)).status_code == 201
    assert "clock" in stored_requests(portal)[0]["review"]


NASTY = [
    "'); DROP TABLE service_request; --",
    '<script>alert("x")</script>',
    "{{ 7*7 }}{% raw %}",
    "../../etc/passwd",
    "%(name)s %s {0}",
    "=HYPERLINK(1)",
    "Robert\N{COMBINING ACUTE ACCENT}\N{PILE OF POO}",
]


@pytest.mark.parametrize("nasty", NASTY)
def test_whatever_looks_dangerous_is_kept_word_for_word(app: ASGIApp, portal: Portal, nasty: str) -> None:
    names = ("description", "address_string", "first_name", "last_name")
    assert send_json(app, report(**dict.fromkeys(names, nasty))).status_code == 201
    row = stored_requests(portal)[0]
    assert all(row[name] == nasty for name in names)


def test_control_characters_do_not_survive_and_do_no_harm(app: ASGIApp, portal: Portal) -> None:
    assert send_json(app, report(description="a\x00b\x1b[31m\u202ec\ufeffd")).status_code == 201
    assert stored_requests(portal)[0]["description"] == "ab[31mcd"


def test_the_token_is_stored_as_a_hash_only(app: ASGIApp, portal: Portal) -> None:
    fields = report()
    send_json(app, fields)
    row = stored_requests(portal)[0]
    assert row["manage_token_hash"] == hash_token(str(fields["manage_token"]))
    assert str(fields["manage_token"]) not in str(row)


# --- refused, and what helps --------------------------------------------------------------------------------


def test_an_unknown_type_a_missing_answer_and_a_place_elsewhere_name_their_field(app: ASGIApp) -> None:
    unknown = send_json(app, report(service_code="dragons", service_name=None))
    assert "not offered" in message_of(unknown, "service_code")
    assert message_of(send_json(app, report(**{"attribute[SIZE]": None})), "attribute[SIZE]")
    elsewhere = message_of(send_json(app, report(**OUTSIDE)), "lat")
    assert "outside Smallville" in elsewhere
    assert "503-555-0100" in elsewhere


def test_every_problem_is_named_at_once(app: ASGIApp) -> None:
    answer = send_json(app, report(email="no", phone="x", description="x" * 5001, first_name="y" * 101))
    fields = [error["field"] for error in answer.json()["errors"]]
    assert fields == ["description", "first_name", "email", "phone"]


def test_problems_are_named_in_the_order_of_the_form(app: ASGIApp) -> None:
    answer = send_json(app, report(**OUTSIDE, **{"attribute[SIZE]": None}))
    assert [error["field"] for error in answer.json()["errors"]] == ["lat", "attribute[SIZE]"]


def test_errors_speak_the_language_of_the_report_else_that_of_the_device(app: ASGIApp) -> None:
    def said(language: object, accept_language: str) -> tuple[str, str]:
        answer = send_json(app, report(email="no", language=language), **{"accept-language": accept_language})
        return answer.headers["content-language"], message_of(answer, "email")

    english, spanish = said("en", "es"), said("es-MX", "en")
    assert english[0] == "en"
    assert spanish[0] == "es"
    assert english[1] != spanish[1]
    for other in ("tlh", "", None, 5, ["es"], {"a": "b"}):
        assert said(other, "es")[0] == "es"


def test_a_megabyte_of_text_is_refused_before_it_is_read_as_json(app: ASGIApp, portal: Portal) -> None:
    answer = send_json(app, report(description="x" * 1_000_000))
    assert answer.status_code == 413
    assert "too long" in answer.json()["message"]
    assert stored_requests(portal) == []


def test_a_megabyte_without_an_announced_length_is_refused_as_well(app: ASGIApp, portal: Portal) -> None:
    fields = report(description="x" * 1_000_000)
    content = frozen(fields)
    pieces = [content[start : start + 50_000] for start in range(0, len(content), 50_000)]
    path, headers = url("submit", id=str(fields["id"])), {"content-type": "application/json"}
    assert asyncio.run(broken_off(app, "PUT", path, pieces, headers)) == 413
    assert stored_requests(portal) == []


def test_a_report_that_is_too_long_but_readable_says_which_field(app: ASGIApp) -> None:
    assert "15000" in message_of(send_json(app, report(description="x" * 20_000)), "description")


@pytest.mark.parametrize(
    "media_type", ["", "text/plain", "multipart/form-data; boundary=x", "application/xml"]
)
def test_anything_but_json_is_refused(app: ASGIApp, media_type: str) -> None:
    answer = send_json(app, report(), **{"content-type": media_type})
    assert answer.status_code == 415
    assert answer.json()["message"]


def test_json_may_say_its_charset(app: ASGIApp) -> None:
    assert send_json(app, report(), **{"content-type": "Application/JSON; charset=utf-8"}).status_code == 201


def test_the_address_and_the_report_must_bear_the_same_id(app: ASGIApp, portal: Portal) -> None:
    answer = put(app, make_id(), frozen(report()))
    assert (answer.status_code, answer.json()["error"]) == (400, "id")
    assert stored_requests(portal) == []


@pytest.mark.parametrize("id", ["x", "1", "018f-4", "00000000-0000-0000-0000-000000000000", "'; --", "%00"])
def test_what_is_no_id_is_not_found(app: ASGIApp, id: str) -> None:
    answer = put(app, id, frozen(report()))
    assert answer.status_code == 404
    assert answer.json()["message"]


def test_other_content_under_the_same_id_is_refused_and_changes_nothing(app: ASGIApp, portal: Portal) -> None:
    fields = report()
    send_json(app, fields)
    before = stored_requests(portal)
    for stolen in ({"description": "changed"}, {"manage_token": "A" * 22}, {"email": "no"}):
        answer = send_json(app, {**fields, **stolen})
        assert (answer.status_code, answer.json()["error"]) == (409, "conflict")
        assert str(fields["reference"]) not in answer.text
    assert put(app, str(fields["id"]), b"nonsense").status_code == 409
    assert stored_requests(portal) == before


# --- whether it arrived whole -------------------------------------------------------------------------------


def test_every_no_names_the_report_and_its_bytes(app: ASGIApp) -> None:
    """By that a device knows our no from one of somebody in between, who has read nothing of it."""
    fields, other = report(), report()
    assert send_json(app, fields).status_code == 201
    invalid, changed, long = report(email="ana"), {**fields, "description": "Another hole."}, b"x" * 1_000_000
    answers = {
        frozen(invalid): send_json(app, invalid),
        frozen(changed): send_json(app, changed),
        frozen(other): put(app, str(fields["id"]), frozen(other)),
        long: put(app, str(fields["id"]), long, **{"content-digest": content_digest(long)}),
    }
    assert [answer.status_code for answer in answers.values()] == [422, 409, 400, 413]
    ids = [invalid["id"], fields["id"], fields["id"], fields["id"]]
    for (body, answer), id in zip(answers.items(), ids, strict=True):
        assert (answer.json()["id"], answer.json()["digest"]) == (id, digest_of(body))


@pytest.mark.parametrize(
    "header", ["", "sha-256", "sha-256=:x:", "md5=:AAAA:", "sha-256=:" + "A" * 7_000 + "!:"]
)
def test_a_body_that_was_not_read_and_bears_no_digest_is_refused_without_one(
    app: ASGIApp, header: str
) -> None:
    answer = put(app, make_id(), b"x" * 1_000_000, **{"content-digest": header})
    assert (answer.status_code, answer.json()["digest"]) == (413, "")


def test_the_digest_of_the_bytes_is_checked_if_it_is_there(app: ASGIApp, portal: Portal) -> None:
    fields = report()
    other = content_digest(b"something else")
    for wrong in (other, "sha-256=:AAAA:", "sha-256=:not base64:", "sha-256=abc", f"sha-512=:AA==:, {other}"):
        answer = send_json(app, fields, **{"content-digest": wrong})
        assert (answer.status_code, answer.json()["error"]) == (400, "digest")
    assert stored_requests(portal) == []
    right = content_digest(frozen(fields))
    assert send_json(app, fields, **{"content-digest": f"md5=:AAAA:, {right}"}).status_code == 201
    assert send_json(app, fields, **{"content-digest": right}).status_code == 200
    assert send_json(app, fields, **{"content-digest": "sha-512=:AAAA:"}).status_code == 200


def test_a_connection_that_breaks_off_leaves_nothing_behind(app: ASGIApp, portal: Portal) -> None:
    fields = report()
    content, path = frozen(fields), url("submit", id=str(fields["id"]))
    headers = {"content-type": "application/json"}
    for come in (0, 1, len(content) // 2, len(content)):
        asyncio.run(broken_off(app, "PUT", path, [content[:come]], headers))
    assert stored_requests(portal) == []
    assert send_json(app, fields).status_code == 201


def test_trouble_of_ours_asks_to_come_again(
    app: ASGIApp, portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(**_: Any) -> None:
        raise OperationalError("INSERT", {}, Exception("database or disk is full"))

    with monkeypatch.context() as patch:
        patch.setattr("app.reports.web_devices.submit", full)
        answer = send_json(app, fields := report())
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0
    assert answer.json()["message"]
    assert send_json(app, fields).status_code == 201


# --- anything at all ----------------------------------------------------------------------------------------

ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(min_value=10**300, max_value=10**305)
    | st.floats()
    | st.text(max_size=40)
    | st.sampled_from([*NASTY, "\ud800", "\x00", "1e400", "-0", "٣"]),
    lambda children: (
        st.lists(children, max_size=3) | st.dictionaries(st.text(max_size=8), children, max_size=3)
    ),
    max_leaves=5,
)
NAMES = st.sampled_from(
    [
        *report(media=[], place_source="map", accuracy_m=5),
        *("attribute[]", "attribute[SIZE][]", "attribute[[]]", "question[]", "id[x]", "", "attribute[\x00]"),
    ]
)


@contextmanager
def one_portal(folder: Path, build: Build) -> Iterator[tuple[ASGIApp, Portal]]:
    """One application for all examples of a property."""
    settings = Settings(data=folder)
    with opened(settings, small_city()) as portal:
        yield guarded(site(portal, build), settings), portal


PROPERTY = settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))


def test_any_value_in_any_field_is_accepted_or_refused_in_words(tmp_path: Path, build: Build) -> None:
    with one_portal(tmp_path / "data", build) as (app, _):

        @PROPERTY
        @given(changes=st.dictionaries(NAMES, ANYTHING, min_size=1, max_size=3))
        def holds(changes: dict[str, Any]) -> None:
            fields = {**report(), **changes}
            content = json.dumps(fields).encode("utf-8", "surrogatepass")
            # A change of the id itself must still meet a door.
            address = fields["id"] if isinstance(fields["id"], str) and "id" not in changes else make_id()
            check(put(app, address, content))

        holds()


def test_any_json_is_accepted_or_refused_in_words(tmp_path: Path, build: Build) -> None:
    with one_portal(tmp_path / "data", build) as (app, _):

        @PROPERTY
        @given(content=ANYTHING.map(lambda value: json.dumps(value).encode()) | st.binary(max_size=60))
        def holds(content: bytes) -> None:
            check(put(app, make_id(), content))

        holds()


DEEP = [b"[" * 30_000, b'{"a":' * 10_000, b"9" * 60_000, b'{"lat":' + b"9" * 60_000 + b"}", b'{"id":1e999}']


@pytest.mark.parametrize("content", DEEP, ids=["lists", "objects", "digits", "latitude", "exponent"])
def test_json_made_to_break_readers_is_refused_in_words(app: ASGIApp, content: bytes) -> None:
    check(put(app, make_id(), content))


def check(answer: httpx.Response) -> None:
    assert answer.status_code in (200, 201, 400, 409, 413, 422), answer.text
    body = answer.json()
    if answer.status_code == 422:
        assert body["errors"]
        assert all(error["message"] for error in body["errors"])
    elif answer.status_code >= 400:
        assert body["message"]


# --- a question about a date --------------------------------------------------------------------------------


class TestDateQuestion:
    @pytest.fixture
    def city(self) -> City:
        small = small_city()
        when = Attribute(code="WHEN", datatype="datetime", description="When did it happen?", order=3)
        pothole = small.services[0]
        asking = pothole.model_copy(update={"attributes": (*pothole.attributes, when)})
        return small.model_copy(update={"services": (asking, *small.services[1:])})

    @pytest.mark.parametrize("date", ["1901-05-05", "2999-01-01", "soon", "2026-02-30", "0000-00-00"])
    def test_a_date_that_cannot_be_meant_is_asked_for_again(self, app: ASGIApp, date: str) -> None:
        asked = {"question[WHEN]": "When did it happen?"}
        answer = send_json(app, report(**asked, **{"attribute[WHEN]": date}))
        assert "When did it happen?" in message_of(answer, "attribute[WHEN]")
