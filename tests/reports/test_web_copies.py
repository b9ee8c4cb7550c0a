"""Saved copies: whatever a phone could not send arrives once, and whatever is wrong with a file is said in words."""

import asyncio
import json
from base64 import b64encode
from collections.abc import Awaitable, Callable, Sequence
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from starlette.types import ASGIApp

from app.db.engine import read
from app.http.built import BUILD
from app.http.portal import Portal
from app.http.security import guarded
from app.kit.ids import digest_of
from app.photos.pixels import MAX_BYTES
from app.photos.tasks import finish_interrupted
from app.reports import saved_copy
from app.reports import web_copies as imports
from app.reports.references import grouped
from app.reports.saved_copy import MOST_REPORTS
from app.routes import url
from app.site.site import site
from tests.devices import HERE, browsing, make_photo, send_json, stored_requests
from tests.factories import frozen, report
from tests.real_pages import real_build
from tests.visitor import Page, Visitor

pytestmark = pytest.mark.skipif(not BUILD.exists(), reason="the pages are not built; run: make build")

PHOTO = make_photo()
NO_PHOTO = b"This is no photo at all. " * 40
IMPORT = url("import_reports", locale="en")


@pytest.fixture
def app(portal: Portal) -> ASGIApp:
    """The published site with the pages of this build."""
    return guarded(site(portal, real_build()), portal.settings)


def saved(fields: dict[str, Any], *photos: bytes, **changes: Any) -> dict[str, Any]:
    """A report as a phone saves it once it is frozen."""
    media = [{"sha256": sha256(photo).hexdigest(), "bytes": len(photo)} for photo in photos]
    body = frozen({**fields, "media": media} if photos else fields)
    entry: dict[str, Any] = {
        "id": fields["id"],
        "token": fields["manage_token"],
        "digest": digest_of(body),
        "body": body.decode(),
        "photos": [saved_photo(photo) for photo in photos],
    }
    return {**entry, **changes}


def saved_photo(photo: bytes, **changes: Any) -> dict[str, Any]:
    data = b64encode(photo).decode()
    return {"sha256": sha256(photo).hexdigest(), "type": "image/jpeg", "data": data, **changes}


def draft(fields: dict[str, Any], *photos: bytes) -> dict[str, Any]:
    """A draft as a phone saves it: no digest, and its photos have no names yet."""
    pictures = [
        {"type": "image/jpeg", "description": "A hole", "data": b64encode(photo).decode()} for photo in photos
    ]
    entry = {"id": fields["id"], "token": fields["manage_token"], "draft": True, "photos": pictures}
    return {**entry, "body": json.dumps(fields)}


def copy(*reports: Any, **changes: Any) -> bytes:
    return json.dumps({"format": "city-311-reports", "v": 1, "reports": list(reports), **changes}).encode()


def visit(app: ASGIApp, scene: Callable[[Visitor], Awaitable[Page]], client: tuple[str, int] = HERE) -> Page:
    async def play() -> Page:
        async with browsing(app, client=client) as browser:
            return await scene(Visitor(browser))

    return asyncio.run(play())


def send(app: ASGIApp, content: bytes, locale: str = "en", client: tuple[str, int] = HERE) -> Page:
    """Choose a file on the page and send it."""

    async def scene(visitor: Visitor) -> Page:
        form = await visitor.get(url("import_reports", locale=locale))
        file = {str(form.tag("input[type=file]")["name"]): ("311.json", content, "application/json")}
        return await visitor.post(str(form.tag("form[enctype]")["action"]), files=file)

    return visit(app, scene, client)


def items(page: Page) -> list[str]:
    return [" ".join(item.get_text(" ").split()) for item in page.soup.select(".recent > li")]


def states_of_photos(portal: Portal) -> list[str]:
    with read(portal.engine) as connection:
        return sorted(connection.execute(text("SELECT state FROM photo")).scalars())


# --- received -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("locale", "heading"), [("en", "Send a saved copy"), ("es", "Enviar una copia guardada")]
)
def test_the_page_says_what_it_is_for_and_works_without_script(
    app: ASGIApp, locale: str, heading: str
) -> None:
    page = visit(app, lambda visitor: visitor.get(url("import_reports", locale=locale)))
    assert page.status == 200
    assert page.tag("h1").get_text() == heading
    assert page.tag("input[type=file]")["accept"] == ".json,application/json"
    assert page.response.headers["cache-control"].startswith("private")


def test_a_copy_is_received_with_its_photos_once_however_often_it_comes(app: ASGIApp, portal: Portal) -> None:
    fields, other = report(), report(service_code="question")
    content = copy(saved(fields, PHOTO, make_photo(2)), saved(other))
    first, again = send(app, content), send(app, content)
    assert (first.status, again.status) == (200, 200)
    assert "2 of 2 reports are with the city." in first.text
    assert grouped(fields["reference"]) in items(first)[0]
    assert "Received now 2 photos received." in items(first)[0]
    assert "Question" in items(first)[1]
    assert [("Was here already" in item, "received" in item) for item in items(again)] == [(True, False)] * 2
    assert len(stored_requests(portal)) == 2
    assert states_of_photos(portal) == ["stored", "stored"]
    assert list(portal.spool.folder.iterdir()) == []
    assert first.response.headers["cache-control"] == "private, no-store"
    assert fields["manage_token"] not in first.response.text
    assert first.links()["Pothole"] == f"/en/requests/{fields['reference']}/"


def test_the_phone_and_the_file_are_one_report_whoever_is_first(app: ASGIApp, portal: Portal) -> None:
    by_phone, by_file = report(), report()
    assert send_json(app, by_phone).status_code == 201
    page = send(app, copy(saved(by_phone), saved(by_file)))
    assert ["already" in item for item in items(page)] == [True, False]
    assert send_json(app, by_file).status_code == 200
    assert len(stored_requests(portal)) == 2


def test_photos_that_the_phone_could_not_send_follow_in_the_file(app: ASGIApp, portal: Portal) -> None:
    entry = saved(report(), PHOTO)
    assert send_json(app, json.loads(entry["body"])).status_code == 201
    [item] = items(send(app, copy(entry)))
    assert "Was here already 1 photo received." in item
    assert states_of_photos(portal) == ["stored"]


def test_the_answer_is_in_the_language_of_whoever_sends_it(app: ASGIApp) -> None:
    page = send(app, copy(saved(report(language="en"))), locale="es")
    assert page.tag("html")["lang"] == "es"
    assert "Received now" not in page.text


def test_a_byte_order_mark_and_a_foreign_file_name_do_no_harm(app: ASGIApp) -> None:
    assert send(app, b"\xef\xbb\xbf" + copy(saved(report()))).status == 200


def test_words_of_any_script_arrive_byte_for_byte(app: ASGIApp, portal: Portal) -> None:
    words = "Глибока яма 🕳️ «біля школи» \u2028 \\ud83d"
    assert send(app, copy(saved(report(description=words)))).status == 200
    assert "Глибока яма 🕳️" in stored_requests(portal)[0]["description"]


# --- one bad report does not block the others ---------------------------------------------------------------


def test_every_report_is_answered_by_itself(app: ASGIApp, portal: Portal) -> None:
    conflict = report()
    assert send_json(app, conflict).status_code == 201
    good, broken, elsewhere = report(), report(), report()
    page = send(
        app,
        copy(
            saved(broken, digest="0" * 64),
            saved(report(email="not an address", service_code="dragons", service_name=None)),
            saved({**conflict, "description": "Something else"}),
            saved(elsewhere, id=report()["id"]),
            "no report",
            {},
            {"id": 5, "body": 5, "digest": 5, "photos": 5},
            saved(report(), body=5),
            saved(report(description="x" * 70_000)),
            saved(good),
        ),
    )
    assert page.status == 200
    said = items(page)
    assert "1 of 10 reports is" not in page.text
    assert "1 of 10 reports are with the city." in page.text
    assert grouped(broken["reference"]) in said[0]
    assert "damaged" in said[0]
    assert "Check the email address" in said[1]
    assert "other content" in said[2]
    assert all("damaged" in item for item in said[3:8])
    assert "too long" in said[8]
    assert "Received now" in said[9]
    assert len(stored_requests(portal)) == 2


def test_a_draft_goes_like_a_report_or_says_what_is_missing(app: ASGIApp, portal: Portal) -> None:
    whole, part = report(), report(address_string=None, lat=None, long=None, **{"attribute[SIZE]": None})
    content = copy(draft(whole, PHOTO), draft(part, PHOTO))
    page = send(app, content)
    complete, incomplete = items(page)
    assert "Received now 1 photo received." in complete
    assert "Not complete yet" in incomplete
    assert "Say where it is" in incomplete
    assert states_of_photos(portal) == ["stored"]
    with read(portal.engine) as connection:
        assert connection.execute(text("SELECT description FROM photo")).scalar() == "A hole"
    assert "Was here already" in items(send(app, content))[0]
    assert len(stored_requests(portal)) == 1


def test_a_photo_that_cannot_be_used_does_not_lose_the_report(app: ASGIApp, portal: Portal) -> None:
    fields = report()
    entry = saved(fields, PHOTO, NO_PHOTO, make_photo(3), make_photo(4), make_photo(5))
    entry["photos"][2]["data"] = "not base64!"
    entry["photos"][3] = saved_photo(b"other bytes", sha256=entry["photos"][3]["sha256"])
    del entry["photos"][4]
    [item] = items(send(app, copy(entry)))
    assert "Received now 1 photo received." in item
    assert "1 photo is not in the file." in item
    assert "cannot read this file" in item
    assert item.count("A photo is damaged in the file.") == 1
    assert states_of_photos(portal) == ["expected", "expected", "expected", "refused", "stored"]
    # Whoever sends the copy once more is told again.
    assert "cannot read this file" in items(send(app, copy(entry)))[0]


@pytest.mark.parametrize("photos", [5, "x", {"a": 1}, [5, None, "x", {}, {"sha256": 5, "data": 5}]])
def test_photos_in_any_shape_do_not_lose_the_report(app: ASGIApp, portal: Portal, photos: Any) -> None:
    assert send(app, copy(saved(report(), photos=photos))).status == 200
    assert send(app, copy({**draft(report()), "photos": photos})).status == 200
    assert len(stored_requests(portal)) == 2


def test_a_photo_of_more_than_fifteen_megabytes_is_too_large(app: ASGIApp) -> None:
    huge = b"\xff" * (MAX_BYTES + 1)
    [item] = items(send(app, copy(saved(report(), huge))))
    assert "Received now" in item
    assert "This photo is too large" in item


def test_a_photo_that_nobody_announced_is_left_alone(app: ASGIApp, portal: Portal) -> None:
    assert send(app, copy(saved(report(), photos=[saved_photo(PHOTO)]))).status == 200
    assert states_of_photos(portal) == []
    assert list(portal.spool.folder.iterdir()) == []


def test_nobody_waits_for_many_photos(app: ASGIApp, portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imports, "FINISH_SECONDS", 0)
    assert "1 photo received." in items(send(app, copy(saved(report(), PHOTO))))[0]
    assert states_of_photos(portal) == ["expected"]
    asyncio.run(finish_interrupted(portal))
    assert states_of_photos(portal) == ["stored"]


# --- files that are none ------------------------------------------------------------------------------------

REPORT = saved(report())
NONE: Sequence[tuple[str, bytes, str]] = [
    ("empty", b"", "Choose the file first"),
    ("text", b"hello", "not a saved copy"),
    ("picture", PHOTO, "not a saved copy"),
    ("number", b"5", "not a saved copy"),
    ("list", b"[]", "not a saved copy"),
    ("other JSON", b'{"type": "FeatureCollection"}', "not a saved copy"),
    ("other format", copy(REPORT, format="x"), "not a saved copy"),
    ("format that is a number", copy(REPORT, format=5), "not a saved copy"),
    ("half", copy(REPORT)[:-20], "not a saved copy"),
    ("later version", copy(REPORT, v=2), "another version"),
    ("version in words", copy(REPORT, v="1"), "another version"),
    ("nothing in it", copy(), "no report in this file"),
    ("reports that are none", copy(reports={"a": 1}), "no report in this file"),
    ("too many", copy(*[REPORT] * (MOST_REPORTS + 1)), "501 reports"),
    ("lists in lists", b"[" * 1_000_000, "not a saved copy"),
    ("lists beside lists", b"[" + b"[]," * 1_000_000 + b"[]]", "not a saved copy"),
    ("digits", b'{"format": ' + b"9" * 5_000_000 + b"}", "not a saved copy"),
    ("half a character", copy(REPORT).replace(b"deep", b"\\ud800"), "not a saved copy"),
    ("no UTF-8", copy(REPORT).replace(b"deep", b"\xff\xfe"), "not a saved copy"),
]


@pytest.mark.parametrize(("content", "words"), [rest for _, *rest in NONE], ids=[name for name, *_ in NONE])
def test_a_file_that_is_none_gets_a_clear_sentence(
    app: ASGIApp, portal: Portal, content: bytes, words: str
) -> None:
    page = send(app, content)
    assert page.status == 422
    assert words in page.tag("#copy-error").get_text()
    assert page.tag("title").get_text().startswith("Error:")
    assert "copy-error" in page.tag("#copy")["aria-describedby"]
    assert stored_requests(portal) == []


def test_when_nothing_could_be_taken_the_answer_says_so(app: ASGIApp) -> None:
    page = send(app, copy(saved(report(email="no"))))
    assert page.status == 422
    assert "0 of 1 report is with the city." in page.text


def test_a_file_that_is_too_large_is_refused_before_it_is_read(
    app: ASGIApp, portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.http.sizes.MOST_FORM_BYTES", 10_000)
    page = send(app, copy(saved(report(description="x" * 20_000))))
    assert page.status == 413
    assert "too large" in page.tag("#copy-error").get_text()
    assert stored_requests(portal) == []


def test_a_form_without_the_file_is_asked_for_it(app: ASGIApp) -> None:
    for more in ({"data": {"copy": "x"}}, {"data": {"a": "b"}}, {"files": {"other": ("a.json", b"{}")}}, {}):
        page = visit(app, lambda visitor, more=more: visitor.post(IMPORT, **more))  # type: ignore[misc]
        assert page.status == 422
        assert "Choose the file first" in page.text


def test_another_site_cannot_send_a_copy(app: ASGIApp, portal: Portal) -> None:
    async def scene(visitor: Visitor) -> Page:
        headers = {"origin": "https://evil.example", "sec-fetch-site": "cross-site"}
        return await visitor.post(IMPORT, files={"copy": ("a.json", copy(REPORT))}, headers=headers)

    assert visit(app, scene).status == 403
    assert stored_requests(portal) == []


# --- trouble and limits -------------------------------------------------------------------------------------


def test_trouble_of_ours_asks_for_the_same_file_again(
    app: ASGIApp, portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(**_: Any) -> None:
        raise OperationalError("INSERT", {}, Exception("database or disk is full"))

    with monkeypatch.context() as patch:
        patch.setattr("app.reports.web_devices.submit", full)
        page = send(app, copy(REPORT))
    assert page.status == 503
    assert "Send the same file again" in page.text
    assert send(app, copy(REPORT)).status == 200
    assert len(stored_requests(portal)) == 1


def test_a_full_disk_takes_the_text_and_asks_for_the_photos_again(
    app: ASGIApp, portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = copy(saved(report(), PHOTO))

    def full(_: object) -> None:
        raise OSError("no space")

    with monkeypatch.context() as patch:
        patch.setattr("app.photos.spool.check_room", full)
        [item] = items(send(app, content))
    assert "Received now" in item
    assert "A photo could not be kept right now" in item
    assert "1 photo received." in items(send(app, content))[0]


def test_a_network_that_sends_too_much_loses_nothing(app: ASGIApp, portal: Portal) -> None:
    content = copy(*[saved(report(service_code="question")) for _ in range(130)])
    page = send(app, content, client=("203.0.113.5", 4711))
    said = items(page)
    arrived = [item for item in said if "Received now" in item]
    assert 100 < len(arrived) < 130
    assert all("Send the same file again in a few minutes" in item for item in said if item not in arrived)
    assert "130 of 130" in send(app, content, client=("203.0.113.6", 4711)).text
    assert len(stored_requests(portal)) == 130


def test_nobodys_words_reach_the_log(
    app: ASGIApp, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(**_: Any) -> None:
        raise OSError("Ana García")

    caplog.set_level("DEBUG")
    monkeypatch.setattr("app.reports.web_devices.submit", full)
    send(app, copy(saved(report(), PHOTO), saved(report(email="no"))))
    assert "García" not in caplog.text
    assert "ana@" not in caplog.text


# --- anything at all ----------------------------------------------------------------------------------------

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.just("\ud800"),
    lambda children: (
        st.lists(children, max_size=3) | st.dictionaries(st.text(max_size=8), children, max_size=3)
    ),
    max_leaves=5,
)


def test_any_value_anywhere_in_a_copy_is_taken_or_refused_in_words(portal: Portal, app: ASGIApp) -> None:
    names = st.sampled_from(["id", "token", "digest", "body", "draft", "photos", "x"])

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        changes=st.dictionaries(names, ANYTHING, max_size=3),
        without_digest=st.booleans(),
        whole=st.dictionaries(st.sampled_from(["v", "reports", "format"]), ANYTHING, max_size=1),
    )
    def holds(changes: dict[str, Any], without_digest: bool, whole: dict[str, Any]) -> None:
        entry = {**(draft(report(), PHOTO) if without_digest else saved(report())), **changes}
        page = send(app, copy(entry, **whole))
        assert page.status in (200, 422)
        assert page.soup.select(".error") or page.status == 200

    holds()


# --- memory -------------------------------------------------------------------------------------------------


def filling(content: str) -> bytes:
    """A file that bears a text nobody reads."""
    entry = saved(report())
    return json.dumps(
        {"format": "city-311-reports", "v": 1, "reports": [entry], "filling": content}, ensure_ascii=False
    ).encode()


@pytest.mark.parametrize(
    "unit", ["\U0001f573", "\\ud83d\\udd73", 'a\\"\\\\', "a"], ids=["emoji", "escaped", "quotes", "one emoji"]
)
def test_a_text_that_would_grow_fourfold_in_memory_is_refused(
    app: ASGIApp, monkeypatch: pytest.MonkeyPatch, unit: str
) -> None:
    """One character of four bytes makes Python keep all others of the same text with four."""
    monkeypatch.setattr(saved_copy, "MOST_WIDE", 200_000)
    wide = unit * (100_000 // len(unit)) + "\U0001f573"
    content = filling("").replace(b'"filling": ""', f'"filling": ["{wide}", "{wide}x"]'.encode())
    assert b"filling" in content
    json.loads(content)
    refused = send(app, content)
    assert (refused.status, items(refused)) == (422, [])


def test_long_texts_that_do_not_grow_are_taken(app: ASGIApp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saved_copy, "MOST_WIDE", 50_000)
    page = send(app, filling("a" * 300_000 + '"\\' * 1000))
    assert (page.status, len(items(page))) == (200, 1)


def test_one_file_after_the_other(app: ASGIApp, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever comes second waits; whoever waits too long is told to send it again, and nothing is lost."""
    inside = asyncio.Event()
    go_on = asyncio.Event()
    read = imports._reports

    async def slowly(file: object) -> Any:
        inside.set()
        await go_on.wait()
        return await read(file)

    monkeypatch.setattr(imports, "_reports", slowly)

    async def post(visitor: Visitor) -> Page:
        file = {"copy": ("311.json", copy(saved(report())), "application/json")}
        return await visitor.post(IMPORT, files=file)

    async def scene() -> tuple[Page, Page, Page]:
        async with browsing(app) as browser:
            visitor = Visitor(browser)
            first = asyncio.ensure_future(post(visitor))
            await asyncio.wait_for(inside.wait(), 30)
            monkeypatch.setattr(imports, "SECONDS_TO_WAIT", 0.01)
            late = await post(visitor)
            monkeypatch.setattr(imports, "SECONDS_TO_WAIT", 30)
            second = asyncio.ensure_future(post(visitor))
            go_on.set()
            return late, await first, await second

    late, first, second = asyncio.run(scene())
    assert (late.status, first.status, second.status) == (503, 200, 200)
    assert int(late.response.headers["retry-after"]) > 0
    assert "Send the same file again" in late.text
