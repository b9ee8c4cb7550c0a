"""Signing in at the desk, and what happens to those who cannot."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from argon2 import PasswordHasher
from sqlalchemy import Engine, Row, select, text

from app.db.engine import read
from app.db.tables import FAILURES, SESSIONS
from app.kit.errors import Conflict, Rejected
from app.people import rules as people
from app.people.known_devices import joined, parse_marks
from app.people.models import Person, Role, SignInFailure
from app.people.store import PeopleStore
from tests.factories import NOW

PASSWORD = "correct horse battery staple"
OFFICE, HOME = "192.0.2.7", "198.51.100.9"
MINUTE = timedelta(minutes=1)


ANA = "ana@city.example"


class Desk(PeopleStore):
    """A store with one person, and what the tests look at."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        self._read = partial(read, engine)

    @property
    def ana(self) -> Person:
        found = self.person_named(ANA)
        assert found is not None
        return found

    @property
    def sessions(self) -> list[Row[Any]]:
        with self._read() as connection:
            return list(connection.execute(select(SESSIONS)))

    @property
    def failed(self) -> list[SignInFailure]:
        """All failed tries that count, in their order."""
        with self._read() as connection:
            rows = connection.execute(select(FAILURES).order_by(text("rowid")))
            return [SignInFailure(**row._mapping) for row in rows]


@pytest.fixture(autouse=True)
def cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a hash costs is set in one place; these tests are about the rules around it."""
    monkeypatch.setattr(people, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    people._nobodys_hash.cache_clear()


@pytest.fixture
def desk(sqlite: Engine) -> Desk:
    store = Desk(sqlite)
    people.create_person(
        store=store, email="Ana@City.example ", name="Ana", password=PASSWORD, role=Role.DESK, locale="es"
    )
    return store


def sign_in(
    desk: Desk,
    password: str = PASSWORD,
    *,
    email: str = "ana@city.example",
    address: str = OFFICE,
    now: datetime = NOW,
    marks: Sequence[str] = (),
) -> str:
    return people.sign_in(
        store=desk, email=email, password=password, address=address, now=now, marks=marks
    ).token


def mark(desk: Desk, *, password: str = PASSWORD) -> str:
    """Of a device on which Ana has signed in."""
    return people.sign_in(
        store=desk, email="ana@city.example", password=password, address=OFFICE, now=NOW
    ).mark


def refusal(desk: Desk, password: str = "wrong", *, email: str = "ana@city.example", **more: object) -> str:
    with pytest.raises(Rejected) as rejected:
        sign_in(desk, password, email=email, **more)  # type: ignore[arg-type]
    (error,) = rejected.value.errors
    assert error.field == ""
    return error.message.text


def who(desk: Desk, token: str, now: datetime = NOW) -> str | None:
    person = people.person_of(store=desk, token=token, now=now)
    return None if person is None else person.name


def test_signing_in_and_out(desk: Desk) -> None:
    token = sign_in(desk, email=" ANA@city.example")
    assert who(desk, token) == "Ana"
    assert who(desk, "") is None
    assert who(desk, token + "x") is None
    assert token not in repr(desk.sessions)
    people.sign_out(store=desk, token=token)
    assert who(desk, token) is None


def test_passwords_are_kept_as_argon2_hashes_only(desk: Desk) -> None:
    person = desk.ana
    assert person.password_hash.startswith("$argon2id$")
    assert PASSWORD not in person.password_hash
    assert people.hash_password(PASSWORD) != person.password_hash
    assert not people.password_matches(PASSWORD, "no hash at all")


def test_a_password_is_the_same_from_any_keyboard() -> None:
    assert people.password_matches("cafe\u0301 long enough", people.hash_password("café long enough"))


def test_nobody_learns_whether_an_account_exists(desk: Desk) -> None:
    unknown = refusal(desk, email="nobody@city.example")
    assert refusal(desk) == unknown
    for number in range(6):
        unknown = refusal(desk, email="nobody@city.example", now=NOW + number * timedelta(milliseconds=1))
    assert "too many" in unknown


def test_an_unknown_account_costs_a_hash_as_well(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    checked: list[str] = []
    matches = people.password_matches

    def counting(password: str, password_hash: str) -> bool:
        checked.append(password_hash)
        return matches(password, password_hash)

    monkeypatch.setattr(people, "password_matches", counting)
    refusal(desk)
    refusal(desk, email="nobody@city.example")
    assert len(checked) == 2
    assert all(one.startswith("$argon2id$") for one in checked)


def test_an_account_that_is_switched_off(desk: Desk) -> None:
    token = sign_in(desk)
    with desk.writing() as transaction:
        ana = transaction.person_by_email(ANA)
        assert ana is not None
        ana.active = False
    assert who(desk, token) is None
    assert refusal(desk, PASSWORD) == refusal(desk)


def test_who_fails_too_often_waits_longer_each_time(desk: Desk) -> None:
    now = NOW
    for _ in range(people.FREE_FAILURES):
        assert "wrong" in refusal(desk, now=now)
    waits = []
    for _ in range(8):
        assert "too many" in refusal(desk, PASSWORD, now=now + timedelta(seconds=1))
        here = desk.failed[0].key
        wait = people.wait_after([failure.at for failure in desk.failed if failure.key == here])
        waits.append(wait)
        now += wait
        assert "wrong" in refusal(desk, now=now)
    assert waits[:3] == [timedelta(seconds=30), timedelta(minutes=1), timedelta(minutes=2)]
    assert waits[-1] == people.LONGEST_WAIT
    assert sign_in(desk, now=now + people.LONGEST_WAIT)
    assert here not in {failure.key for failure in desk.failed}


def test_nobody_is_kept_out_by_somebody_elsewhere(desk: Desk) -> None:
    for _ in range(50):
        refusal(desk, address=HOME)
    assert sign_in(desk, address=OFFICE)
    assert "too many" in refusal(desk, PASSWORD, address=HOME)


def test_many_networks_together_may_not_guess_for_ever(desk: Desk) -> None:
    guesses = 0
    for number in range(1_000):
        guesses += "wrong" in refusal(desk, address=f"198.51.{number % 250}.{number // 250}")
    assert guesses == people.FREE_FAILURES_ELSEWHERE
    assert "too many" in refusal(desk, address="192.0.2.200")


def test_a_known_device_waits_for_nobody_else(desk: Desk) -> None:
    known = mark(desk)
    for number in range(100):
        refusal(desk, address=OFFICE if number % 2 else f"198.51.100.{number}")
    assert "too many" in refusal(desk, PASSWORD, address=OFFICE), "any other device of the same network waits"
    assert sign_in(desk, marks=["0" * 80, known])


def test_a_known_device_is_no_way_to_guess_either(desk: Desk) -> None:
    known = mark(desk)
    for number in range(people.FREE_FAILURES):
        assert "wrong" in refusal(desk, address=f"198.51.100.{number}", marks=[known])
    assert "too many" in refusal(desk, PASSWORD, address="198.51.100.99", marks=[known])
    assert sign_in(desk), "the wait is that device's own"


def test_a_device_is_known_for_one_account_and_one_password(desk: Desk) -> None:
    def is_known(known: str, email: str = "ANA@city.example") -> bool:
        return people.is_known_device(store=desk, email=email, marks=[known])

    people.create_person(store=desk, email="bo@city.example", name="Bo", password=PASSWORD, role=Role.DESK)
    known = mark(desk)
    assert is_known(known)
    assert not is_known(known, "bo@city.example")
    assert not is_known(known, "nobody@city.example")
    assert not is_known(known[:-1] + ("0" if known[-1] != "0" else "1"))
    people.change_password(store=desk, email="ana@city.example", password="another long password", now=NOW)
    assert not is_known(known)
    assert is_known(mark(desk, password="another long password"))


def test_a_cookie_of_marks_is_read_with_care() -> None:
    marks = [f"{number:016x}{number:064x}" for number in range(9)]
    cookie = ""
    for one in marks:
        cookie = joined(one, parse_marks(cookie))
    assert parse_marks(cookie) == marks[:3:-1]
    for odd in ("", ".", "x" * 80, ".".join(["é" * 80] * 3), marks[0][:-1], "." * 100_000):
        assert parse_marks(odd) == []


def test_tries_at_the_same_moment_are_counted_before_they_are_judged(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted: list[int] = []
    matches = people.password_matches

    def looking(password: str, password_hash: str) -> bool:
        counted.append(len(desk.failed))
        return matches(password, password_hash)

    monkeypatch.setattr(people, "password_matches", looking)
    refusal(desk)
    assert counted == [2], "for the network, and for all of them"


def test_failures_are_forgotten_after_a_day(desk: Desk) -> None:
    for _ in range(5):
        refusal(desk)
    assert "too many" in refusal(desk)
    refusal(desk, email="nobody@city.example")
    assert "wrong" in refusal(desk, now=NOW + people.FAILURES_COUNT_FOR + MINUTE)
    assert len(desk.failed) == 2, (
        "nothing is kept that does not count any more, whether or not somebody succeeds"
    )


def test_neither_account_nor_address_can_be_read_in_the_failures(desk: Desk) -> None:
    refusal(desk)
    assert "ana" not in desk.failed[0].key
    assert OFFICE not in desk.failed[0].key


def test_a_sign_in_ends_after_two_idle_hours(desk: Desk) -> None:
    token = sign_in(desk)
    assert who(desk, token, NOW + 119 * MINUTE) == "Ana"
    assert who(desk, token, NOW + 238 * MINUTE) == "Ana"
    assert who(desk, token, NOW + 358 * MINUTE) is None


def test_a_sign_in_ends_after_twelve_hours_of_work(desk: Desk) -> None:
    token = sign_in(desk)
    for hour in range(12):
        assert who(desk, token, NOW + hour * 60 * MINUTE) == "Ana"
    assert who(desk, token, NOW + 12 * 60 * MINUTE) is None


def test_costlier_hashes_replace_cheap_ones(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    before = desk.ana.password_hash
    sign_in(desk)
    assert desk.ana.password_hash == before
    monkeypatch.setattr(people, "_hasher", PasswordHasher(time_cost=2, memory_cost=16, parallelism=1))
    sign_in(desk)
    assert desk.ana.password_hash != before
    assert sign_in(desk)


def test_a_new_password_ends_every_sign_in(desk: Desk) -> None:
    token = sign_in(desk)
    people.change_password(store=desk, email="ana@city.example", password="another long password", now=NOW)
    assert who(desk, token) is None
    assert sign_in(desk, "another long password")
    refusal(desk, PASSWORD)
    with pytest.raises(Rejected):
        people.change_password(store=desk, email="nobody@city.example", password=PASSWORD, now=NOW)


def test_details_of_a_new_person(desk: Desk) -> None:
    with pytest.raises(Rejected) as rejected:
        people.create_person(store=desk, email="ana", name=" ", password="short", role=Role.DESK)
    assert [error.field for error in rejected.value.errors] == ["email", "name", "password"]
    with pytest.raises(Conflict):
        people.create_person(
            store=desk, email="ANA@city.example", name="Other", password=PASSWORD, role=Role.ADMIN
        )
    assert desk.ana.name == "Ana"
    assert desk.ana.locale == "es"


@pytest.mark.parametrize(
    "password",
    [
        *("aaaaaaaaaaaa", "121212121212", "abcdefghijklm", "9876543210987", "password1234", "Password12345!"),
        *(
            "passwordpassword",
            "qwertyuiop123",
            "ana@city.exampleana@city.example",
            "Ana@City.Example1",
            " " * 14,
        ),
        *("welcome2portland", "1q2w3e4r5t6y", "administrator1"),
    ],
)
def test_what_anybody_would_try_first_is_no_password(desk: Desk, password: str) -> None:
    with pytest.raises(Rejected) as rejected:
        people.change_password(store=desk, email="ana@city.example", password=password, now=NOW)
    assert [error.field for error in rejected.value.errors] == ["password"]
    assert sign_in(desk)


@pytest.mark.parametrize(
    "password",
    [PASSWORD, "a long password", "kF7$wq9!zLp2", "ein gutes, langes Kennwort", "город на семи холмах"],
)
def test_what_is_ones_own_is_a_password(desk: Desk, password: str) -> None:
    people.change_password(store=desk, email="ana@city.example", password=password, now=NOW)
    assert sign_in(desk, password)


def test_a_password_of_a_megabyte_is_answered_at_once(desk: Desk) -> None:
    assert "wrong" in refusal(desk, "x" * 1_000_000)
    assert "wrong" in refusal(desk, "\ud800")
