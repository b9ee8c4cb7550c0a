"""Signing in at the desk, and what happens to those who cannot."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest
from argon2 import PasswordHasher

from app.domain import people
from app.domain.errors import Conflict, Rejected
from app.domain.people import DeskSession, PeopleTransaction, Person, Role, SignInFailure
from tests.factories import NOW

PASSWORD = "correct horse battery staple"
OFFICE, HOME = "192.0.2.7", "198.51.100.9"
MINUTE = timedelta(minutes=1)


class MemoryPeople:
    """The rules' `PeopleStore` without a database."""

    def __init__(self) -> None:
        self.people: dict[str, Person] = {}
        self.failed: list[SignInFailure] = []
        self.sessions: dict[str, DeskSession] = {}

    @contextmanager
    def writing(self) -> Iterator[PeopleTransaction]:
        yield self

    def session_and_person(self, token_hash: str) -> tuple[DeskSession, Person] | None:
        session = self.sessions.get(token_hash)
        if session is None:
            return None
        return session, next(person for person in self.people.values() if person.id == session.person_id)

    def person_by_email(self, email: str) -> Person | None:
        return self.people.get(email)

    def add_person(self, person: Person) -> bool:
        return self.people.setdefault(person.email, person) is person

    def failures(self, key: str, since: datetime) -> list[datetime]:
        return [failure.at for failure in self.failed if failure.key == key and failure.at >= since]

    def add_failure(self, failure: SignInFailure) -> None:
        self.failed.append(failure)

    def forget_failures(self, key: str, before: datetime) -> None:
        self.failed = [failure for failure in self.failed if failure.key != key and failure.at >= before]

    def add_session(self, session: DeskSession) -> None:
        self.sessions[session.token_hash] = session

    def remember_seen(self, token_hash: str, now: datetime) -> None:
        self.sessions[token_hash].last_seen_at = now

    def end_session(self, token_hash: str) -> None:
        self.sessions.pop(token_hash, None)

    def end_sessions(self, person_id: str) -> None:
        self.sessions = {key: s for key, s in self.sessions.items() if s.person_id != person_id}

    def forget_sessions(self, before: datetime) -> None:
        self.sessions = {key: s for key, s in self.sessions.items() if s.expires_at >= before}


@pytest.fixture(autouse=True)
def cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a hash costs is set in one place; these tests are about the rules around it."""
    monkeypatch.setattr(people, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    people._nobodys_hash.cache_clear()


@pytest.fixture
def desk() -> MemoryPeople:
    store = MemoryPeople()
    people.create_person(
        store=store, email="Ana@City.example ", name="Ana", password=PASSWORD, role=Role.DESK, locale="es"
    )
    return store


def sign_in(
    desk: MemoryPeople,
    password: str = PASSWORD,
    *,
    email: str = "ana@city.example",
    address: str = OFFICE,
    now: datetime = NOW,
) -> str:
    return people.sign_in(store=desk, email=email, password=password, address=address, now=now).token


def refusal(
    desk: MemoryPeople, password: str = "wrong", *, email: str = "ana@city.example", **more: object
) -> str:
    with pytest.raises(Rejected) as rejected:
        sign_in(desk, password, email=email, **more)  # type: ignore[arg-type]
    (error,) = rejected.value.errors
    assert error.field == ""
    return error.message.text


def who(desk: MemoryPeople, token: str, now: datetime = NOW) -> str | None:
    person = people.person_of(store=desk, token=token, now=now)
    return None if person is None else person.name


def test_signing_in_and_out(desk: MemoryPeople) -> None:
    token = sign_in(desk, email=" ANA@city.example")
    assert who(desk, token) == "Ana"
    assert who(desk, "") is None
    assert who(desk, token + "x") is None
    assert token not in repr(desk.sessions)
    people.sign_out(store=desk, token=token)
    assert who(desk, token) is None


def test_passwords_are_kept_as_argon2_hashes_only(desk: MemoryPeople) -> None:
    (person,) = desk.people.values()
    assert person.password_hash.startswith("$argon2id$")
    assert PASSWORD not in person.password_hash
    assert people.hash_password(PASSWORD) != person.password_hash
    assert not people.password_matches(PASSWORD, "no hash at all")


def test_a_password_is_the_same_from_any_keyboard() -> None:
    assert people.password_matches("cafe\u0301 long enough", people.hash_password("café long enough"))


def test_nobody_learns_whether_an_account_exists(desk: MemoryPeople) -> None:
    unknown = refusal(desk, email="nobody@city.example")
    assert refusal(desk) == unknown
    for number in range(6):
        unknown = refusal(desk, email="nobody@city.example", now=NOW + number * timedelta(milliseconds=1))
    assert "too many" in unknown


def test_an_unknown_account_costs_a_hash_as_well(desk: MemoryPeople, monkeypatch: pytest.MonkeyPatch) -> None:
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


def test_an_account_that_is_switched_off(desk: MemoryPeople) -> None:
    token = sign_in(desk)
    desk.people["ana@city.example"].active = False
    assert who(desk, token) is None
    assert refusal(desk, PASSWORD) == refusal(desk)


def test_who_fails_too_often_waits_longer_each_time(desk: MemoryPeople) -> None:
    now = NOW
    for _ in range(people.FREE_FAILURES):
        assert "wrong" in refusal(desk, now=now)
    waits = []
    for _ in range(8):
        assert "too many" in refusal(desk, PASSWORD, now=now + timedelta(seconds=1))
        wait = people.wait_after([failure.at for failure in desk.failed])
        waits.append(wait)
        now += wait
        assert "wrong" in refusal(desk, now=now)
    assert waits[:3] == [timedelta(seconds=30), timedelta(minutes=1), timedelta(minutes=2)]
    assert waits[-1] == people.LONGEST_WAIT
    assert sign_in(desk, now=now + people.LONGEST_WAIT)
    assert desk.failed == []


def test_nobody_is_kept_out_by_somebody_elsewhere(desk: MemoryPeople) -> None:
    for _ in range(50):
        refusal(desk, address=HOME)
    assert sign_in(desk, address=OFFICE)
    assert "too many" in refusal(desk, PASSWORD, address=HOME)


def test_tries_at_the_same_moment_are_counted_before_they_are_judged(
    desk: MemoryPeople, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted: list[int] = []
    matches = people.password_matches

    def looking(password: str, password_hash: str) -> bool:
        counted.append(len(desk.failed))
        return matches(password, password_hash)

    monkeypatch.setattr(people, "password_matches", looking)
    refusal(desk)
    assert counted == [1]


def test_failures_are_forgotten_after_a_day(desk: MemoryPeople) -> None:
    for _ in range(5):
        refusal(desk)
    assert "too many" in refusal(desk)
    assert "wrong" in refusal(desk, now=NOW + people.FAILURES_COUNT_FOR + MINUTE)


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:db8:1:2::9", "2001:db8:1:2::"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("unix:", "unix:"),
    ],
)
def test_networks(address: str, network: str) -> None:
    assert people.network_of(address) == network


def test_neither_account_nor_address_can_be_read_in_the_failures(desk: MemoryPeople) -> None:
    refusal(desk)
    assert "ana" not in desk.failed[0].key
    assert OFFICE not in desk.failed[0].key


def test_a_sign_in_ends_after_two_idle_hours(desk: MemoryPeople) -> None:
    token = sign_in(desk)
    assert who(desk, token, NOW + 119 * MINUTE) == "Ana"
    assert who(desk, token, NOW + 238 * MINUTE) == "Ana"
    assert who(desk, token, NOW + 358 * MINUTE) is None


def test_a_sign_in_ends_after_twelve_hours_of_work(desk: MemoryPeople) -> None:
    token = sign_in(desk)
    for hour in range(12):
        assert who(desk, token, NOW + hour * 60 * MINUTE) == "Ana"
    assert who(desk, token, NOW + 12 * 60 * MINUTE) is None


def test_costlier_hashes_replace_cheap_ones(desk: MemoryPeople, monkeypatch: pytest.MonkeyPatch) -> None:
    before = desk.people["ana@city.example"].password_hash
    sign_in(desk)
    assert desk.people["ana@city.example"].password_hash == before
    monkeypatch.setattr(people, "_hasher", PasswordHasher(time_cost=2, memory_cost=16, parallelism=1))
    sign_in(desk)
    assert desk.people["ana@city.example"].password_hash != before
    assert sign_in(desk)


def test_a_new_password_ends_every_sign_in(desk: MemoryPeople) -> None:
    token = sign_in(desk)
    people.change_password(store=desk, email="ana@city.example", password="another long password")
    assert who(desk, token) is None
    assert sign_in(desk, "another long password")
    refusal(desk, PASSWORD)
    with pytest.raises(Rejected):
        people.change_password(store=desk, email="nobody@city.example", password=PASSWORD)


def test_details_of_a_new_person(desk: MemoryPeople) -> None:
    with pytest.raises(Rejected) as rejected:
        people.create_person(store=desk, email="ana", name=" ", password="short", role=Role.DESK)
    assert [error.field for error in rejected.value.errors] == ["email", "name", "password"]
    with pytest.raises(Conflict):
        people.create_person(
            store=desk, email="ANA@city.example", name="Other", password=PASSWORD, role=Role.ADMIN
        )
    assert desk.people["ana@city.example"].name == "Ana"
    assert desk.people["ana@city.example"].locale == "es"


def test_a_password_of_a_megabyte_is_answered_at_once(desk: MemoryPeople) -> None:
    assert "wrong" in refusal(desk, "x" * 1_000_000)
    assert "wrong" in refusal(desk, "\ud800")
