"""Decisions about words and photos in a database: two people at once, and many reports in one go."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from sqlalchemy import Engine

from app.db.engine import read
from app.moderation.rules import Decided, hide, release_before, show
from app.requests.rules import Staff
from app.requests.store import RequestStore
from app.requests.store_lists import hidden_lately
from app.requests.store_request import whole_request
from tests.factories import NOW, send


def test_two_people_at_once_make_one_line(store: RequestStore, engine: Engine) -> None:
    reference = send(store).reference

    def decide(name: str) -> Decided:
        return hide(store=store, reference=reference, by=Staff(name), now=NOW)

    with ThreadPoolExecutor(2) as people:
        decided = list(people.map(decide, ("robin", "ana")))
    assert sorted(len(one.parts) for one in decided) == [0, 1]
    assert {one.version for one in decided} == {2}
    with read(engine) as connection:
        loaded = whole_request(connection, reference)
        assert loaded is not None
        assert [update.kind for update in loaded.updates] == ["submitted", "hidden"]
        assert hidden_lately(connection, limit=9) == [reference]


def test_many_reports_are_released_in_parts(store: RequestStore, engine: Engine) -> None:
    references = [send(store, now=NOW + timedelta(minutes=number)).reference for number in range(5)]
    hide(store=store, reference=references[1], by=None, now=NOW)
    released = release_before(store=store, before=NOW + timedelta(minutes=4), now=NOW, at_once=2)
    assert released == 3
    with read(engine) as connection:
        looks = [loaded.request.look for one in references if (loaded := whole_request(connection, one))]
    assert looks == ["shown", "hidden", "shown", "shown", "waiting"]
    for reference in references:
        show(store=store, reference=reference, by=None, now=NOW)
    with read(engine) as connection:
        assert hidden_lately(connection, limit=9) == [references[1]], "phones may have kept it from before"
