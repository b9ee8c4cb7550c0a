"""Following a request: everybody counts once, only while there is something to wait for, and nobody is known."""

from datetime import timedelta
from typing import Any

import pytest

from app.kit.errors import NotFound, Rejected
from app.requests.follow_keys import key_hash_of, make_key, parse_key
from app.requests.following import follow, unfollow
from app.requests.models import ServiceRequest
from app.requests.rules import Staff, change_status
from app.requests.statuses import Status
from tests.factories import NOW, report, send, small_city
from tests.memory import MemoryStore

LATER = NOW + timedelta(hours=1)
KEY = "WCTxcaHAF823ElLTFOU0OQ"


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def request_(store: MemoryStore) -> ServiceRequest:
    fields = report()
    send(store, fields)
    return store.requests[fields["id"]]


def do(store: MemoryStore, request: ServiceRequest, key: str = KEY, **more: Any) -> int:
    arguments = {"city": small_city(), "reference": request.reference, "now": LATER, **more}
    return follow(store=store, key=key, **arguments)


def undo(store: MemoryStore, request: ServiceRequest, key: str = KEY) -> int:
    return unfollow(store=store, reference=request.reference, key=key, now=LATER)


def close(store: MemoryStore, request: ServiceRequest) -> None:
    reference = request.reference
    change_status(store=store, reference=reference, by=Staff("p"), to=Status.FIXED, note="", now=NOW)


def test_the_same_key_counts_once_and_only_a_new_number_is_a_new_version(
    store: MemoryStore, request_: ServiceRequest
) -> None:
    assert [do(store, request_), do(store, request_)] == [1, 1]
    assert (request_.followers, request_.version, request_.updated_at) == (1, 2, LATER)
    assert do(store, request_, make_key()) == 2
    assert [undo(store, request_), undo(store, request_)] == [1, 1]
    assert (request_.version, len(store.followers)) == (4, 1)
    assert len(store.updates) == 1, "it is no line in the history"


def test_what_the_city_has_finished_is_followed_by_nobody_new_and_left_by_whoever_wants(
    store: MemoryStore, request_: ServiceRequest
) -> None:
    do(store, request_)
    close(store, request_)
    with pytest.raises(Rejected, match="reference"):
        do(store, request_, make_key())
    assert do(store, request_) == 1, "who follows already is told so"
    assert undo(store, request_) == 0


def test_an_unknown_request_and_one_that_shows_nothing_cannot_be_followed(
    store: MemoryStore, request_: ServiceRequest
) -> None:
    for reference in ("0000000000000", "'; --", ""):
        with pytest.raises(NotFound):
            do(store, request_, reference=reference)
        with pytest.raises(NotFound):
            unfollow(store=store, reference=reference, key=KEY, now=NOW)
    request_.service_code = "withdrawn"
    with pytest.raises(NotFound):
        do(store, request_)
    assert not store.followers


def test_the_key_is_not_kept_and_two_requests_do_not_tell_that_they_have_the_same_follower(
    store: MemoryStore, request_: ServiceRequest
) -> None:
    other = report()
    send(store, other)
    do(store, request_)
    do(store, store.requests[other["id"]])
    kept = [row.model_dump() for row in store.followers.values()]
    assert KEY not in str(kept)
    assert len({row["key_hash"] for row in kept}) == 2
    assert all(set(row) == {"request_id", "key_hash", "at"} for row in kept)
    assert key_hash_of(request_.id, KEY) in {row["key_hash"] for row in kept}


@pytest.mark.parametrize("text", ["", "x", KEY + "x", " " + KEY[1:], "é" * 22, "'" * 22])
def test_what_is_no_key(text: str) -> None:
    assert parse_key(text) is None
    assert parse_key(KEY) == KEY
