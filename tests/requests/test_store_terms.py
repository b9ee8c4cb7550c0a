"""The index of the desk's search: it finds what stands in the words, at once, and forgets what is taken away."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.exc import IntegrityError

from app.db.engine import read, write
from app.db.tables import WORDS
from app.kit.ids import make_id
from app.ledger.store import Merge, merge_left, note_unscrubbed
from app.reports.rules import Receipt
from app.requests import store_search as searching
from app.requests import store_terms as index
from app.requests.models import searched
from app.requests.rules import Staff, add_internal_note
from app.requests.store import RequestStore
from app.requests.store_filters import QueueFilter
from app.requests.store_queue import count_queue, queue
from app.requests.store_terms import Window, merge_on, numbers_with
from app.requests.terms import terms_of
from tests.factories import NOW, send

MINUTE = timedelta(minutes=1)
TEXTS = (
    "A fallen elm tree blocks the way",
    "The street light at 12th and Elm is out, 100% dark",
    "路上有一个大坑，很危险",
    "路灯坏了 near the elm",
    "カメラ屋の前に穴がある",
    "큰 구멍이 길에 있어요. 비가 오면 위험해요",
    "Большая ЯМА на дороге у школы",
    "توجد حُفْرَة كبيرة في الشَّارِع",
    "snake_case under_scores and a_b",
    "Đèn đường không sáng",
)
QUERIES = (
    *("elm", "ELM", "elm tree", "m tr", "fallen", "fall tree", "12th", "100%", "st", "se", "a", "tree elm"),
    *("坑", "大坑", "坑大", "危险", "路", "路灯", "路灯坏了 near", "カメラ", "前に穴", "穴"),
    *(
        "구멍",
        "길",
        "비",
        "오면",
        "яма",
        "школ",
        "дорога",
        "حفرة",
        "شارع",
        "a_b",
        "a b",
        "under_",
        "den duong",
    ),
    *("Main St", "1200 main", "nowhere", "%", "_", "'", '"', '" OR "', "NEAR(a b)", "*"),
)


@pytest.fixture
def sent(store: RequestStore) -> dict[str, str]:
    """Reports with these texts, a minute apart: the words of each, folded, by its number; oldest first."""
    found = {}
    for minutes, description in enumerate(TEXTS):
        receipt = send(store, now=NOW + minutes * MINUTE, description=description)
        found[receipt.reference] = searched(description, "1200 Main St")
    return found


def found(engine: Engine, text: str, **where: object) -> list[str]:
    with read(engine) as connection:
        page = queue(connection, QueueFilter(text=text, **where), limit=50)  # type: ignore[arg-type]
        assert page.after is None
        return [item.reference for item in page.items]


def indexed(engine: Engine, words: str) -> list[int]:
    """The numbers of all requests that the index has under all terms of these words."""
    with read(engine) as connection:
        query = numbers_with(connection.dialect.name, terms_of(words), Window())
        return list(connection.execute(query).scalars())


@pytest.mark.parametrize("newest_first", [True, False])
def test_a_search_finds_whatever_stands_in_the_words_and_nothing_else(
    engine: Engine, sent: dict[str, str], newest_first: bool
) -> None:
    references = list(reversed(sent)) if newest_first else list(sent)
    for text_ in QUERIES:
        words = searched(text_, "").strip()
        expected = [one for one in references if words and words in sent[one]]
        assert found(engine, text_, newest_first=newest_first) == expected, text_


def test_contact_details_and_notes_of_the_desk_are_not_in_the_index(
    engine: Engine, store: RequestStore
) -> None:
    receipt = send(store, first_name="Zyxanna", email="zyxmail@mail.example", phone="503 555 7391")
    add_internal_note(
        store=store, reference=receipt.reference, by=Staff("p"), text="Zyxnote about it", now=NOW
    )
    assert indexed(engine, "1200 main st") != []
    for words in ("zyxanna", "zyxmail", "mail example", "555 7391", "zyxnote"):
        assert indexed(engine, words) == [], words


def test_what_is_found_by_thousands_comes_a_page_at_a_time_and_all_of_it(
    engine: Engine, store: RequestStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also more of one minute than there are numbers for it, and more than one round looks at."""
    monkeypatch.setattr(index, "A_MINUTE", 8)
    monkeypatch.setattr(searching, "ROUNDS", (2, 3))
    times = [NOW, *[NOW + MINUTE] * 12, *[NOW + MINUTE + timedelta(seconds=one) for one in range(3)], NOW]
    sent = [
        (now, send(store, now=now, description="elm" if one % 5 else "helmet tree").reference)
        for one, now in enumerate(times)
    ]
    for newest_first in (True, False):
        wanted = [reference for _, reference in sorted(sent, reverse=newest_first)]
        for text_, service, expected in (("elm", None, wanted), ("elm", "noise", [])):
            shown: list[str] = []
            after = None
            codes = () if service is None else (service,)
            query = QueueFilter(text=text_, newest_first=newest_first, service_codes=codes)
            with read(engine) as connection:
                for _ in range(50):
                    page = queue(connection, query, limit=3, after=after)
                    shown += [item.reference for item in page.items]
                    after = page.after
                    if after is None:
                        break
            assert after is None
            assert shown == expected


def test_a_rare_word_is_found_however_long_ago(
    engine: Engine, store: RequestStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.requests.store_queue.SEARCHED", 2)
    monkeypatch.setattr(searching, "ROUNDS", (2,))
    wanted = send(store, description="A fallen elm").reference
    for minutes in range(1, 9):
        send(store, now=NOW + minutes * MINUTE, description="Another thing")
    assert found(engine, "elm") == [wanted]
    with read(engine) as connection:
        assert count_queue(connection, QueueFilter(text="elm"), up_to=9) == 1
        page = queue(connection, QueueFilter(text="el"), limit=5)
    assert page.items == []
    assert page.searched_to is not None, "two letters alone are looked for one report after the other"


# --- taken away


def dispose(store: RequestStore, receipt: Receipt) -> None:
    with store.writing() as transaction:
        transaction.dispose(receipt.id)


def merged(engine: Engine, between: Callable[[], object] = lambda: None) -> None:
    for _ in range(10_000):
        if merge_on(engine):
            return
        between()
    raise AssertionError("it never ends")


class _Fails(Exception):
    """Something else does, in the same transaction."""


def test_terms_go_with_their_report_or_stay_with_it(engine: Engine, store: RequestStore) -> None:
    kept, gone = send(store, description="Zyxword one"), send(store, description="Zyxword two")
    with suppress(_Fails), store.writing() as transaction:
        transaction.dispose(gone.id)
        raise _Fails
    assert set(found(engine, "zyxword")) == {kept.reference, gone.reference}
    dispose(store, gone)
    assert found(engine, "zyxword") == [kept.reference]
    assert len(indexed(engine, "zyxword")) == 1
    assert indexed(engine, "two") == []
    merged(engine)
    assert found(engine, "zyxword") == [kept.reference]
    again = send(store, description="Zyxword three")
    assert set(found(engine, "zyxword")) == {again.reference, kept.reference}


@pytest.fixture
def grep(tmp_path: Path) -> Iterator[Callable[[Sequence[bytes]], set[bytes]]]:
    """Which of these stand in any file of the database, its log and the log's index."""

    def grep(marks: Sequence[bytes]) -> set[bytes]:
        content = b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
        return {mark for mark in marks if mark in content}

    yield grep


# The terms of these stand in no other text, and nothing before them in the index begins alike.
ERASED = "Ꙫꙭꙮ ꙮꙮꙮ 鸒鹴 ZyxwvuT"
MARKS = [term.encode() for term in ("ꙫꙭꙮ", "ꙮꙮꙮ", "鸒鹴", "zyx")]


def test_neither_words_nor_terms_of_what_was_erased_are_left_in_a_file(
    sqlite: Engine, grep: Callable[[Sequence[bytes]], set[bytes]]
) -> None:
    """While others send, and in steps so small that there are many."""
    store = RequestStore(sqlite)
    for number in range(120):
        send(store, now=NOW + number * MINUTE, description=f"{TEXTS[number % len(TEXTS)]} {number}")
    receipt = send(store, now=NOW, description=ERASED)
    merged(sqlite)
    store.scrub()
    assert grep(MARKS) == set(MARKS)
    with store.writing() as transaction:
        transaction.dispose(receipt.id)
    with write(sqlite) as session:
        note_unscrubbed(session, make_id())
    assert not store.scrub()
    assert grep(MARKS) != set(), "marked as gone is not gone"
    merged(sqlite, lambda: send(store, now=NOW, description="Something else"))
    assert store.scrub()
    assert grep(MARKS) == set()
    assert len(indexed(sqlite, "elm")) > 0


def test_no_erasure_is_complete_before_the_index_is_merged(
    sqlite: Engine, grep: Callable[[Sequence[bytes]], set[bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another one comes in the middle: it begins anew. It goes on where it was if the process ended meanwhile."""
    monkeypatch.setattr(index, "STEP", 1)
    store = RequestStore(sqlite)
    first = send(store, description=ERASED)
    second = send(store, now=NOW + MINUTE, description="Qqxword")
    for number in range(60):
        send(store, now=NOW + number * MINUTE, description=TEXTS[number % len(TEXTS)])
    dispose(store, first)
    assert not merge_on(sqlite)
    with read(sqlite) as connection:
        assert merge_left(connection) is Merge.BEGUN
    dispose(store, second)
    with read(sqlite) as connection:
        assert merge_left(connection) is Merge.DUE
    merged(sqlite)
    with read(sqlite) as connection:
        assert merge_left(connection) is Merge.NONE
    store.scrub()
    with write(sqlite) as session:
        note_unscrubbed(session, make_id())
    assert store.scrub()
    assert grep([*MARKS, b"qqx"]) == set()


def test_nobody_who_reads_waits_for_the_merging(sqlite: Engine, tmp_path: Path) -> None:
    store = RequestStore(sqlite)
    receipts = [send(store, now=NOW + number * MINUTE, description="An elm") for number in range(40)]
    dispose(store, receipts[0])
    reader = sqlite3.connect(tmp_path / "test.db", isolation_level=None)
    reader.execute("BEGIN")
    query = "SELECT count(*) FROM request_terms WHERE request_terms MATCH '\"elm\"'"
    assert reader.execute(query).fetchone() == (39,)
    merged(sqlite)
    assert reader.execute(query).fetchone() == (39,)
    reader.execute("COMMIT")
    reader.close()


def test_a_number_is_nobody_elses(engine: Engine, store: RequestStore) -> None:
    send(store)
    receipt = send(store)
    with read(engine) as connection:
        numbers = connection.execute(select(WORDS.c.number)).scalars().all()
    change = WORDS.update().where(WORDS.c.request_id == receipt.id).values(number=min(numbers))
    with write(engine) as session, pytest.raises(IntegrityError):
        session.execute(change)
    assert len(set(numbers)) == len(numbers)


@pytest.mark.slow
def test_postgresql_looks_it_up_in_its_index(postgres: Engine) -> None:
    with postgres.connect() as connection:
        connection.execute(text("SET enable_seqscan = off"))
        plan = connection.execute(
            text("EXPLAIN SELECT rowid FROM request_terms WHERE terms @> ARRAY['elm']")
        ).scalars()
        assert "ix_request_terms_terms" in "\n".join(plan)
