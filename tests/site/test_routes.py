"""What is answered where: every capability says it in the same form, and nothing is forgotten."""

from collections import Counter

from app.http.limits import RATES
from app.routes import DESK, ROUTES
from app.site.live import DOCUMENTS
from app.site.site import declared

LIVE = {"desk", "desk_request", "desk_alerts"}
"""Screens that are no published page (app/site/live.py)."""


def test_every_address_is_answered() -> None:
    assert {route.name for route in declared()} == set(ROUTES) - LIVE
    assert {DESK[name].format(locale="en") for name in LIVE} <= DOCUMENTS


def test_no_two_handlers_answer_the_same() -> None:
    answers = Counter((route.method, ROUTES[route.name]) for route in declared())
    assert [where for where, count in answers.items() if count > 1] == []


def test_what_changes_something_is_counted_by_a_limit_that_there_is() -> None:
    counted = {(route.method, route.name): route.rate for route in declared() if route.rate}
    assert set(counted.values()) <= set(RATES)
    changes = {(route.method, route.name) for route in declared() if route.method not in ("GET", "HEAD")}
    # Whoever signs in is counted by the handler, which knows whether their device is a known one.
    assert changes - set(counted) == {("POST", "sign_in")}
