"""No text that somebody may send keeps the portal busy: every field of every door, at the door's full size."""

import asyncio
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import fields as fields_of
from functools import partial
from pathlib import Path
from typing import Any, get_args

import pytest
from starlette.types import ASGIApp, Message, Scope

from app.alerts import rules as alerts
from app.alerts.models import AlertWords
from app.city.answers import check_answers
from app.city.search import search_index
from app.city.services import Attribute, AttributeValue, Datatype
from app.db.cursors import parse_cursor
from app.desk import alert_rows as desk_alert_rows
from app.desk import forms as desk_forms
from app.desk.sent import LONGEST_TYPED
from app.desk.sent import read as read_form
from app.http.formats import shortened
from app.http.forms import MOST_TYPED
from app.http.portal import Portal
from app.http.replies import MOST_BYTES
from app.http.security import guarded
from app.http.sizes import LONGEST_HEADER, LONGEST_TARGET
from app.http.visit import preferred_locale
from app.kit.errors import NotFound, Rejected
from app.kit.folding import folded
from app.kit.ids import digest_of, hash_token, parse_id, parse_manage_token, parse_sha256
from app.kit.networks import network_of_address
from app.kit.text import (
    LOOKED_AT,
    ascii_digits,
    clean_line,
    clean_text,
    looks_like_email,
    looks_like_phone,
)
from app.kit.written_in import written_in
from app.people import rules as people
from app.people.web import token_in
from app.photos.models import MAX_PHOTO_DESCRIPTION, read_photo_description
from app.places import matches
from app.places.place_words import read_place_words
from app.places.points import read_point
from app.places.street_names import StreetWords, fold
from app.places.whereabouts import check_place
from app.reports.fields import MAX_DESCRIPTION
from app.reports.references import is_reference, parse_reference
from app.reports.rules import submit
from app.reports.saved_copy import NoCopy, read_copy
from app.reports.submissions import Submission
from app.reports.views import FIXED_FIELDS
from app.reports.web_devices import digest_fits
from app.requests import rules as changes
from app.requests.statuses import Status
from app.routes import ROUTES, url
from app.site.site import site
from i18n.languages import language_tag
from i18n.locales import offered
from tests.alerts.examples import heat
from tests.costs import FEW, MOST_MS, PLAIN, Work, best_ms, too_slow
from tests.factories import NOW, Form, report, send, small_city
from tests.memory import MemoryStore
from tests.real_pages import real_build

Prepare = Callable[[str], Work]
LOOKED_AT_MOST = LOOKED_AT * MAX_DESCRIPTION
"""Characters of the longest text that is cleaned at all."""


def characters(most_bytes: int) -> Callable[[str], int]:
    """How many characters of a run fit into so many bytes of UTF-8."""
    return lambda unit: most_bytes * len(unit) // len(unit.encode("utf-8", "surrogatepass"))


def either(*lengths: int) -> list[Callable[[str], int]]:
    """Runs of these lengths, whatever they weigh."""
    return [lambda unit, length=length: length for length in lengths]  # type: ignore[misc]


def accepted(submission: Callable[[], Submission]) -> None:
    """Read a report and take it, as every door does."""
    try:
        submit(
            store=MemoryStore(),
            city=small_city(),
            submission=submission(),
            digest="0" * 64,
            now=NOW,
            recognize=written_in,
        )
    except Rejected:
        pass


def refusable(work: Callable[..., object], *arguments: object) -> Work:
    """Work that may say no in its own words."""

    def tried() -> None:
        try:
            work(*arguments)
        except (Rejected, NotFound, NoCopy, ValueError):
            pass

    return tried


# --- reports ------------------------------------------------------------------------------------------------

OF_A_REPORT = (
    *sorted(set(Submission.model_fields) - {"answers", "questions", "photos", "clock_unreadable"}),
    *("attribute[SIZE]", "attribute[PLATE]", "attribute[OLD][]", "question[PLATE]", "unknown"),
)


@pytest.mark.parametrize("length", [characters(MOST_BYTES - 2000), *either(LOOKED_AT_MOST)])
@pytest.mark.parametrize("name", [*OF_A_REPORT, "media"])
def test_a_field_of_a_frozen_report(name: str, length: Callable[[str], int]) -> None:
    def prepare(text: str) -> Work:
        value: Any = [{"sha256": "0" * 64, "description": text}] if name == "media" else text
        content = json.dumps({**report(), name: value}, ensure_ascii=False).encode("utf-8", "replace")
        return partial(accepted, partial(Submission.from_json, content))

    assert too_slow(prepare, length) == []


@pytest.mark.parametrize("length", either(MOST_TYPED, LOOKED_AT_MOST))
@pytest.mark.parametrize("name", [*dict.fromkeys((*OF_A_REPORT, *FIXED_FIELDS)), f"media[{'0' * 64}]"])
def test_a_field_of_a_plain_form(name: str, length: Callable[[str], int]) -> None:
    def prepare(text: str) -> Work:
        form = Form({**{key: str(value) for key, value in report().items()}, name: text})
        return partial(accepted, partial(Submission.from_form, form))

    assert too_slow(prepare, length) == []


MANY: dict[str, Callable[[int], dict[str, Any]]] = {
    "answers": lambda count: {"attribute[PLATE]": ["é"] * count},
    "numbers": lambda count: {"attribute[PLATE]": [1] * count},
    "codes": lambda count: {f"attribute[{number}]": "é" for number in range(count // 4)},
    "questions": lambda count: {f"question[{number}]": "é" for number in range(count // 4)},
    "names": lambda count: {f"{number}": "é" for number in range(count // 2)},
    "photos": lambda count: {"media": [{}] * count},
    "lists": lambda count: {"description": [[]] * count},
    "names of errors": lambda count: {f"attribute[{number}]": {} for number in range(count // 4)},
}


@pytest.mark.parametrize("many", MANY)
def test_a_report_of_very_many_things(many: str) -> None:
    content = json.dumps({**report(), **MANY[many](9_000)}, separators=(",", ":")).encode()
    work = partial(accepted, partial(Submission.from_json, content))
    assert best_ms(work, MOST_MS) <= MOST_MS


@pytest.mark.parametrize(
    "number", ["9" * 4_300, "-" + "9" * 4_300, "9" * 60_000, "1e60000", "0." + "1" * 60_000, "[" * 60_000]
)
def test_numbers_and_depth_that_no_form_could_send(number: str) -> None:
    whole = json.dumps(report(lat=None))[:-1]
    for name in ("lat", "description", "accuracy_m", "unknown", "attribute[PLATE]"):
        content = f'{whole},"{name}":{number}}}'.encode()
        work = partial(accepted, partial(Submission.from_json, content))
        assert best_ms(work, MOST_MS) <= MOST_MS


@pytest.mark.parametrize("datatype", get_args(Datatype))
def test_an_answer_of_every_kind(datatype: Any) -> None:
    values = tuple(AttributeValue(key=key, name=key) for key in "ab") if datatype.endswith("list") else ()
    attribute = Attribute(code="X", datatype=datatype, description="Which?", order=1, values=values)
    service = small_city().services[0].model_copy(update={"attributes": (attribute,)})

    def prepare(text: str) -> Work:
        return partial(check_answers, service, {"X": [text]}, now=NOW)

    for length in either(MOST_TYPED, LOOKED_AT * attribute.limit):
        assert too_slow(prepare, length) == []


# --- what is said about a report, and at the desk -----------------------------------------------------------


def changing(change: Callable[..., object], by: object, **more: Callable[[str], object]) -> Prepare:
    """A change of a request in which these arguments are made of the text."""
    store = MemoryStore()
    fields = report()
    reference = send(store, fields).reference
    holder = changes.Holder(str(fields["manage_token"])) if by == "holder" else changes.Staff("1")

    def prepare(text: str) -> Work:
        arguments = {name: value(text) for name, value in more.items()}
        return refusable(partial(change, store=store, reference=reference, by=holder, now=NOW, **arguments))

    return prepare


def in_many_languages(text: str) -> dict[str, str]:
    return dict.fromkeys(_LANGUAGES, text[:LONGEST_TYPED])


_LANGUAGES = (
    "es",
    "vi",
    "zh-Hans",
    "zh-Hant",
    "ru",
    "uk",
    "ro",
    "so",
    "ar",
    "fr",
    "de",
    "it",
    "pl",
    "ja",
    "ko",
)


SAID: dict[str, Prepare] = {
    "comment": changing(changes.add_comment, "holder", text=str, language=written_in),
    "fixed": changing(changes.say_fixed, "holder", text=str, key=str, language=written_in),
    "not fixed": changing(changes.say_not_fixed, "holder", text=str, key=str),
    "note": changing(changes.add_internal_note, "staff", text=str),
    "status": changing(changes.change_status, "staff", note=str, to=lambda _: Status.IN_PROGRESS),
    "status in many languages": changing(
        changes.change_status,
        "staff",
        note=str,
        to=lambda _: Status.IN_PROGRESS,
        also=in_many_languages,
    ),
}
AT_THE_DESK: dict[str, Prepare] = {
    **{
        f"{form.__name__}.{name}": lambda text, form=form, name=name: partial(  # type: ignore[misc]
            read_form, form, {name: text}
        )
        for form in (desk_forms.Filters, desk_forms.StatusChange, desk_forms.Note)
        for name in (*form.model_fields, f"{desk_forms.ALSO}es", f"{desk_forms.OWN}es")
    },
    **{
        f"alert {field.name}": lambda text, name=field.name: refusable(  # type: ignore[misc]
            partial(alerts.checked, heat(NOW, texts={"en": AlertWords(**{name: text})}), now=NOW)
        )
        for field in fields_of(AlertWords)
    },
    "alert area": lambda text: refusable(partial(alerts.checked, heat(NOW, area=text), now=NOW)),
    "alert in every language": lambda text: refusable(_whole_alert, text),
}


def _whole_alert(text: str) -> None:
    typed = desk_alert_rows.read(dict.fromkeys(desk_alert_rows.FIELDS, text[:LONGEST_TYPED]))
    assert typed is not None
    desk_alert_rows.draft_of(typed, NOW, small_city().zone)


@pytest.mark.parametrize("name", [*SAID, *AT_THE_DESK])
def test_what_is_said_about_a_report_and_at_the_desk(name: str) -> None:
    prepare = {**SAID, **AT_THE_DESK}[name]
    for length in either(MOST_TYPED, LOOKED_AT * changes.MAX_COMMENT):
        assert too_slow(prepare, length) == []


# --- every reader of a text ---------------------------------------------------------------------------------

READERS: dict[str, Callable[[str], object]] = {
    **{
        reader.__name__: reader
        for reader in (
            *(parse_reference, is_reference, parse_id, parse_manage_token, parse_sha256, parse_cursor),
            *(language_tag, offered, preferred_locale, token_in, written_in, hash_token),
            *(looks_like_email, looks_like_phone, matches.chosen, people._canonical, network_of_address),
        )
    },
    "types of reports": search_index(small_city(), "en").find,
    "words of a place": lambda text: read_place_words(text, StreetWords(), tail=("Portland",)),
    "latitude": lambda text: read_point(text, "1"),
    "place": lambda text: check_place(small_city(), text, text),
    "digest": lambda text: digest_fits(f"sha-256={text},sha-256 = :{text}:,{text}", b""),
    "description of a photo": lambda text: read_photo_description(text, []),
    "saved copy": lambda text: read_copy(_copy(text)),
    "saved drafts": lambda text: read_copy(_copy(text, draft=True)),
    "beginning": lambda text: shortened(text[:MAX_DESCRIPTION], 140),
}


def _copy(text: str, *, draft: bool = False) -> bytes:
    photo = {"sha256": text, "data": text, "description": text}
    body = json.dumps({"description": "x"})
    whole = {"id": str(report()["id"]), "body": body, "draft": draft, "photos": [photo]}
    if not draft:
        whole["digest"] = digest_of(body.encode())
    content = {"format": "city-311-reports", "v": 1, "reports": [whole]}
    return json.dumps(content, ensure_ascii=False).encode("utf-8", "replace")


@pytest.mark.parametrize("reader", READERS)
def test_a_reader_of_one_text(reader: str) -> None:
    for length in (*either(MOST_TYPED // 3, 500), characters(LONGEST_HEADER)):
        assert too_slow(lambda text: refusable(READERS[reader], text), length) == []


@pytest.mark.parametrize("work", [clean_text, clean_line, ascii_digits])
def test_cleaning_takes_a_time_that_grows_with_the_length(work: Callable[[str], object]) -> None:
    assert too_slow(lambda text: partial(work, text), lambda _: LOOKED_AT_MOST) == []


@pytest.mark.parametrize("work", [folded, fold])
def test_folding_takes_a_time_that_grows_with_the_length(work: Callable[[str], object]) -> None:
    assert too_slow(lambda text: partial(work, text), lambda _: MAX_DESCRIPTION) == []


def test_a_description_that_is_far_too_long_is_told_by_its_own_length() -> None:
    errors: list[Any] = []
    assert read_photo_description("a" * (MAX_PHOTO_DESCRIPTION * 9), errors) == ""
    with pytest.raises(Rejected) as rejected:
        Submission.from_json(json.dumps(report(description="a " * 30_000)).encode())
    assert [error.message.values["num"] for error in rejected.value.errors] == [55_000]


# --- whole doors --------------------------------------------------------------------------------------------


def asked(app: ASGIApp, scope: Scope, body: bytes = b"") -> list[int]:
    """Send one request to the application, in this thread as far as it works in this thread; its status."""
    statuses: list[int] = []
    messages: list[Message] = [
        {"type": "http.request", "body": body, "more_body": False},
        {"type": "http.disconnect"},
    ]

    async def receive() -> Message:
        return messages.pop(0) if messages else {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    asyncio.run(app(scope, receive, send))  # type: ignore[arg-type]
    return statuses


def request(
    method: str, path: str, *, query: str = "", headers: Sequence[tuple[str, str]] = ()
) -> dict[str, Any]:
    """An ASGI scope."""
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(name.encode(), value.encode("utf-8", "replace")) for name, value in headers],
        "client": ("127.0.0.1", 4711),
        "server": ("portal.example", 80),
    }


SOURCE = "\n".join(file.read_text() for file in sorted(Path("app").rglob("*.py")))
HEADERS = sorted(
    {
        *re.findall(r'headers(?:\.get|\.getlist)?[(\[]"([a-z-]+)"', SOURCE),
        *re.findall(r'headers, "([a-z-]+)"', SOURCE),
    }
)
"""Every header that we read."""
QUERIES = sorted(set(re.findall(r'(?:query_params|params|asked)\.get\("([a-z_]+)"', SOURCE)))
"""Every name that we read of an address."""
LOOKS = sorted(name for name, path in ROUTES.items() if set(re.findall("{(.*?)}", path)) <= {"locale"})


@pytest.fixture
def whole(portal: Portal) -> ASGIApp:
    """The site with its own pages, behind one proxy."""
    return guarded(site(portal, real_build()), portal.settings.model_copy(update={"trusted_proxies": 1}))


def test_the_lists_are_read_from_the_code_itself() -> None:
    assert {"content-digest", "accept-language", "cookie", "x-forwarded-for", "if-none-match"} <= set(HEADERS)
    assert {"q", "reference", "next", "after", "lat", "service_code"} <= set(QUERIES)
    assert {"home", "requests", "places_search", "reported", "sign_in"} <= set(LOOKS)


@pytest.mark.parametrize("header", HEADERS)
def test_a_header(whole: ASGIApp, header: str) -> None:
    for method, path in (
        ("GET", url("sign_in", locale="en")),
        ("PATCH", url("upload", id=str(report()["id"]), sha256="0" * 64)),
    ):

        def prepare(text: str, method: str = method, path: str = path) -> Work:
            return partial(asked, whole, request(method, path, headers=[(header, text)]))

        assert too_slow(prepare, lambda _: LONGEST_HEADER - len(header) - 2, PLAIN) == []


@pytest.mark.parametrize("route", LOOKS)
def test_an_address(whole: ASGIApp, route: str) -> None:
    path = url(route, locale="en")
    for name in QUERIES:

        def prepare(text: str, name: str = name) -> Work:
            return partial(asked, whole, request("GET", path, query=f"{name}={text}"))

        length = LONGEST_TARGET - len(path) - len(name) - 3
        assert too_slow(prepare, lambda _, length=length: length, ("letters", "percent signs")) == []  # type: ignore[misc]


@pytest.mark.parametrize(
    "name", [*FIXED_FIELDS, "attribute[SIZE]", "place_asked", "place_choice", "leave_out"]
)
def test_a_form_that_is_shown_again(whole: ASGIApp, name: str) -> None:
    path = url("report_form", locale="en", service_code="pothole")

    def prepare(text: str) -> Work:
        body = f'--B\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n--B--\r\n'
        headers = [("content-type", "multipart/form-data; boundary=B"), ("accept-encoding", "br")]
        return partial(asked, whole, request("POST", path, headers=headers), body.encode("utf-8", "replace"))

    assert too_slow(prepare, characters(MOST_TYPED - 1000), FEW) == []
