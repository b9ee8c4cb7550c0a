"""Lists: complete, in order, and along an index however much is stored."""

from collections.abc import Callable, Iterator
from contextlib import nullcontext
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event

from app.db.cursors import Cursor, parse_cursor
from app.db.engine import read
from app.reports.rules import Receipt
from app.requests import store_queue
from app.requests import store_search as search
from app.requests.rules import Staff, add_internal_note, change_status, erase_contact, photo_stored
from app.requests.statuses import OPEN, Status
from app.requests.store import RequestStore
from app.requests.store_filters import QueueFilter
from app.requests.store_lists import latest_change, recent_requests
from app.requests.store_queue import count_queue, queue
from app.requests.store_request import public_request, version_of, whole_request
from app.requests.views import public_view
from tests.conftest import KINDS
from tests.databases import migrated, postgres_schema
from tests.factories import NOW, report, send, small_city

SHA = "a" * 64


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    with read(engine) as connection:
        yield connection


@pytest.fixture
def receipts(store: RequestStore) -> list[Receipt]:
    return twelve(store)


Listed = tuple[Connection, list[Receipt]]


@pytest.fixture
def listed(_listed: tuple[Engine, list[Receipt]]) -> Iterator[Listed]:
    """The twelve requests of `twelve`, for all tests that only read them."""
    engine, receipts = _listed
    with read(engine) as connection:
        yield connection, receipts


@pytest.fixture(scope="module", params=KINDS)
def _listed(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Engine, list[Receipt]]]:
    file = tmp_path_factory.mktemp("listed") / "requests.db"
    with (
        nullcontext(f"sqlite:///{file}") if request.param == "sqlite" else postgres_schema() as url,
        migrated(url) as engine,
    ):
        yield engine, twelve(RequestStore(engine))


def twelve(store: RequestStore) -> list[Receipt]:
    """Twelve requests, oldest first: types and states in turn, three and three of the same moment."""
    codes, states = ("pothole", "noise", "question"), (None, Status.IN_PROGRESS, Status.FIXED, Status.CLOSED)
    sent = []
    for number in range(12):
        now = NOW + timedelta(minutes=number // 3)
        receipt = send(
            store, now=now, service_code=codes[number % 3], description=f"Number {number} ÄRGER 100%"
        )
        state = states[number % 4]
        if state:
            change_status(
                store=store, reference=receipt.reference, by=Staff("p"), to=state, note="Why.", now=now
            )
        sent.append(receipt)
    return sent


def all_pages(page: Callable[..., Any]) -> list[str]:
    """The references of every page after page, four at a time, the cursor going through a URL each time."""
    found: list[str] = []
    after = None
    while True:
        now = page(limit=4, after=after)
        assert len(now.items) <= 4
        found += [(item[0] if isinstance(item, tuple) else item).reference for item in now.items]
        if now.after is None:
            return found
        after = parse_cursor(str(now.after))
        assert after == now.after


def test_the_newest_requests_page_by_page(listed: Listed) -> None:
    connection, receipts = listed
    found = all_pages(lambda **where: recent_requests(connection, **where))
    assert len(found) == 12
    assert set(found) == {receipt.reference for receipt in receipts}
    moments = {receipt.reference: number // 3 for number, receipt in enumerate(receipts)}
    assert [moments[reference] for reference in found] == sorted(moments.values(), reverse=True)


def test_the_list_shows_the_first_stored_photo(store: RequestStore, engine: Engine) -> None:
    fields = report(media=[{"sha256": letter * 64} for letter in "abc"])
    receipt = send(store, fields)
    for letter in "cb":
        photo_stored(
            store=store,
            request_id=receipt.id,
            sha256=letter * 64,
            content=letter * 64,
            width=1,
            height=1,
            now=NOW,
        )
    other = send(store)
    with read(engine) as connection:
        photos = {r.reference: p and p.sha256 for r, p in recent_requests(connection, limit=9).items}
    assert photos == {receipt.reference: "b" * 64, other.reference: None}


def expected(receipts: list[Receipt], keep: Callable[[int], bool]) -> set[str]:
    return {receipt.reference for number, receipt in enumerate(receipts) if keep(number)}


@pytest.mark.parametrize("newest_first", [True, False])
@pytest.mark.parametrize(
    ("filter", "keep"),
    [
        ({}, lambda n: True),
        ({"statuses": (Status.FIXED,)}, lambda n: n % 4 == 2),
        ({"statuses": tuple(OPEN)}, lambda n: n % 4 in (0, 1)),
        ({"service_codes": ("noise",)}, lambda n: n % 3 == 1),
        ({"service_codes": ("noise", "pothole"), "statuses": tuple(OPEN)}, lambda n: n % 3 < 2 and n % 4 < 2),
        ({"received_before": NOW + timedelta(minutes=1)}, lambda n: n < 3),
        (
            {"received_from": NOW + timedelta(minutes=2), "statuses": (Status.CLOSED,)},
            lambda n: n > 5 and n % 4 == 3,
        ),
        ({"text": "number 1"}, lambda n: n in (1, 10, 11)),
        ({"text": "ärger"}, lambda n: True),
        ({"text": "100%"}, lambda n: True),
        ({"text": "%"}, lambda n: False),
        ({"text": "arger"}, lambda n: True),
        ({"text": "_"}, lambda n: False),
        ({"text": "1200 MAIN"}, lambda n: True),
        ({"text": "'; DROP TABLE service_request; --"}, lambda n: False),
    ],
)
def test_the_queue(
    listed: Listed, filter: dict[str, Any], keep: Callable[[int], bool], newest_first: bool
) -> None:
    connection, receipts = listed
    where = QueueFilter(**filter, newest_first=newest_first)
    found = all_pages(lambda **page: queue(connection, where, **page))
    assert len(found) == len(set(found))
    assert set(found) == expected(receipts, keep)
    moments = {receipt.reference: number // 3 for number, receipt in enumerate(receipts)}
    assert [moments[one] for one in found] == sorted((moments[one] for one in found), reverse=newest_first)
    assert count_queue(connection, where, up_to=99) == len(found)
    assert count_queue(connection, where, up_to=2) == min(2, len(found))


FOUND = {
    "Hay un árbol caído en la banqueta": ["arbol caido", "ÁRBOL", "la banqueta"],
    "Đèn đường không sáng": ["den duong", "Đèn", "khong sang"],
    "路上有一个大坑，很危险": ["坑", "大坑", "危险"],
    "توجد حُفْرَة كبيرة في الشَّارِع أمام إدارة المدرسة": ["حفرة", "الحفره", "شارع", "امام", "اداره", "حفـــرة"],
    "Большая ЯМА на дороге": ["яма", "большая яма"],
    "Stradă inundată": ["strada inundata"],
}


@pytest.mark.parametrize("description", FOUND)
def test_the_queue_is_searched_as_people_type(store: RequestStore, engine: Engine, description: str) -> None:
    """Without accents, vowel marks or capitals, by one sign of Chinese, with either kind of alef."""
    wanted = send(store, description=description).reference
    send(store, description="Something else entirely.", address_string="1 Elm St")
    with read(engine) as connection:
        for text in FOUND[description]:
            assert [item.reference for item in queue(connection, QueueFilter(text=text), limit=5).items] == [
                wanted
            ], text


def test_the_queue_by_language(store: RequestStore, engine: Engine) -> None:
    """What a report is written in counts; where nobody can tell, what its person reads."""

    def arrives(written_in: str, language: str) -> str:
        return send(store, language=language, recognize=lambda text: written_in).reference

    somali, tagalog = arrives("so", "en"), arrives("tl", "en")
    read_spanish, chinese = arrives("", "es"), arrives("zh", "en")
    simplified = arrives("zh", "zh-Hans")
    with read(engine) as connection:
        found = {
            language: {
                item.reference for item in queue(connection, QueueFilter(language=language), limit=9).items
            }
            for language in ("so", "es", "other", "zh-Hans", "zh-Hant", "en")
        }
    assert found == {
        "so": {somali},
        "es": {read_spanish},
        "other": {tagalog},
        "zh-Hans": {chinese, simplified},
        "zh-Hant": {chinese},
        "en": set(),
    }


def test_the_queue_finds_a_reference_number(listed: Listed) -> None:
    connection, receipts = listed
    wanted = receipts[5].reference
    page = queue(connection, QueueFilter(text=wanted), limit=5)
    assert [item.reference for item in page.items] == [wanted]


def test_one_change_changes_the_latest_change(
    store: RequestStore, engine: Engine, receipts: list[Receipt]
) -> None:
    with read(engine) as connection:
        before = latest_change(connection)
    later = NOW + timedelta(days=1)
    add_internal_note(store=store, reference=receipts[0].reference, by=Staff("p"), text="Hm.", now=later)
    with read(engine) as connection:
        assert before is not None
        assert before < later
        assert latest_change(connection) == later


def test_the_version_is_new_after_every_change(store: RequestStore, engine: Engine) -> None:
    receipt = send(store)
    assert version_of(engine, receipt.reference) == 1
    change_status(
        store=store, reference=receipt.reference, by=Staff("p"), to=Status.IN_PROGRESS, note="", now=NOW
    )
    assert version_of(engine, receipt.reference) == 2
    add_internal_note(store=store, reference=receipt.reference, by=Staff("p"), text="Hm.", now=NOW)
    erase_contact(store=store, reference=receipt.reference, by=Staff("p"), now=NOW)
    assert version_of(engine, receipt.reference) == 2, "nobody learns of what is not for everybody"
    with read(engine) as connection:
        public = public_request(connection, receipt.reference)
    assert public is not None
    assert public.request.version == 2
    assert version_of(engine, "0000000000000") is None
    assert version_of(engine, "'; DROP TABLE service_request; --") is None


def test_an_internal_note_never_leaves_the_database_for_the_public_page(
    store: RequestStore, engine: Engine
) -> None:
    receipt = send(store)
    add_internal_note(store=store, reference=receipt.reference, by=Staff("p"), text="Hm.", now=NOW)
    with read(engine) as connection:
        public = public_request(connection, receipt.reference)
        whole = whole_request(connection, receipt.reference)
        assert public_request(connection, "0000000000000") is None
    assert public is not None
    assert whole is not None
    assert [update.kind for update in public.updates] == ["submitted"]
    assert [update.kind for update in whole.updates] == ["submitted", "internal_note"]
    assert not hasattr(public.request, "email")
    assert whole.request.email == "ana@mail.example"
    assert public.request.received_at == NOW
    view = public_view(public.request, public.updates, public.photos, small_city().service("pothole"))
    assert view.answers[0].texts == ("Like a car wheel",)


@pytest.mark.parametrize("newest_first", [True, False])
@pytest.mark.parametrize("searched", [1, 2, 5, 12])
@pytest.mark.parametrize(
    ("filter", "keep"),
    [
        ({"text": "number 1"}, lambda n: n in (1, 10, 11)),
        ({"text": "number 0"}, lambda n: n == 0),
        ({"text": "nowhere"}, lambda n: False),
        ({"text": "nu"}, lambda n: True),
        ({"text": "qx"}, lambda n: False),
        ({"text": "number", "statuses": tuple(OPEN)}, lambda n: n % 4 in (0, 1)),
        (
            {"text": "number", "service_codes": ("noise", "pothole"), "statuses": tuple(OPEN)},
            lambda n: n % 3 < 2 and n % 4 < 2,
        ),
        ({"language": "en"}, lambda n: True),
        ({"language": "es"}, lambda n: False),
    ],
)
def test_a_search_looks_through_everything_page_by_page(
    listed: Listed,
    monkeypatch: pytest.MonkeyPatch,
    filter: dict[str, Any],
    keep: Callable[[int], bool],
    searched: int,
    newest_first: bool,
) -> None:
    """A page costs the same however much is stored; one that stops before the end says so, and the next goes on."""
    connection, receipts = listed
    monkeypatch.setattr(store_queue, "SEARCHED", searched)
    monkeypatch.setattr(search, "ROUNDS", (searched,))
    where = QueueFilter(**filter, newest_first=newest_first)
    found: list[str] = []
    after = None
    for _ in range(99):
        page = queue(connection, where, limit=4, after=after)
        found += [item.reference for item in page.items]
        assert (page.searched_to is not None) == (page.after is not None and len(page.items) < 4)
        after = page.after
        if after is None:
            break
    assert after is None
    assert len(found) == len(set(found))
    assert set(found) == expected(receipts, keep)
    moments = {receipt.reference: number // 3 for number, receipt in enumerate(receipts)}
    assert [moments[one] for one in found] == sorted((moments[one] for one in found), reverse=newest_first)


@pytest.fixture
def statements(engine: Engine) -> list[tuple[str, Any]]:
    """Every statement that goes to the database, with its values."""
    seen: list[tuple[str, Any]] = []

    def note(_: Any, __: Any, statement: str, parameters: Any, *___: Any) -> None:
        if not statement.startswith(("BEGIN", "EXPLAIN")):
            seen.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", note)
    return seen


def test_a_status_page_takes_three_queries(
    connection: Connection, receipts: list[Receipt], statements: list[tuple[str, Any]]
) -> None:
    statements.clear()
    public_request(connection, receipts[0].reference)
    assert len(statements) == 3


@pytest.mark.parametrize(
    "read_page",
    [
        lambda c, after: recent_requests(c, limit=4, after=after),
        lambda c, after: queue(c, QueueFilter(), limit=4, after=after),
        lambda c, after: queue(c, QueueFilter(statuses=tuple(OPEN)), limit=4, after=after),
        lambda c, after: queue(c, QueueFilter(service_codes=("noise", "pothole")), limit=4, after=after),
        lambda c, after: queue(
            c, QueueFilter(statuses=(Status.FIXED,), service_codes=("noise",)), limit=4, after=after
        ),
        lambda c, after: queue(c, QueueFilter(newest_first=False, received_before=NOW), limit=4, after=after),
        lambda c, after: queue(c, QueueFilter(text="hole"), limit=4, after=after),
        lambda c, after: queue(c, QueueFilter(text="hole", statuses=tuple(OPEN)), limit=4, after=after),
        lambda c, after: queue(c, QueueFilter(text="ho"), limit=4, after=after),
        lambda c, after: count_queue(c, QueueFilter(statuses=tuple(OPEN)), up_to=99),
        lambda c, after: latest_change(c),
        lambda c, after: public_request(c, "4829135570243"),
    ],
)
def test_no_list_is_sorted_or_read_as_a_whole(
    sqlite: Engine, read_page: Callable[[Connection, Cursor | None], object]
) -> None:
    """SQLite says how it would go about each statement: always along an index of the table."""
    seen: list[tuple[str, Any]] = []

    def note(_: Any, __: Any, statement: str, parameters: Any, *___: Any) -> None:
        if statement.startswith("SELECT"):
            seen.append((statement, parameters))

    event.listen(sqlite, "before_cursor_execute", note)
    with read(sqlite) as connection:
        for after in (None, Cursor(datetime.fromisoformat("2026-11-22T00:00:00+00:00"), "4829135570243")):
            read_page(connection, after)
        event.remove(sqlite, "before_cursor_execute", note)
        for statement, parameters in seen:
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()
            details = [row[3] for row in plan]
            for detail in details:
                if "service_request" in detail or "request_update" in detail or "photo" in detail:
                    assert "INDEX" in detail, (statement, details)


@pytest.mark.parametrize(
    "text", ["", "1", "20261399T000000000000-4829135570243", "20261122T000000000000-1", "é" * 99]
)
def test_a_cursor_that_is_none_is_the_first_page(text: str) -> None:
    assert parse_cursor(text) is None
