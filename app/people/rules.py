"""People at the desk: passwords, signing in and staying signed in.

Whoever fails too often has to wait, longer each time, but only for that account from that network: nobody can
keep a colleague out by typing wrong passwords from somewhere else. Many networks together may fail a little more
often with one account, then all of them wait. A device on which the account has signed in before waits for nobody
but itself (app/people/known_devices.py).
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from app.kit.errors import Conflict, FieldError, Rejected
from app.kit.ids import hash_token, make_id, make_session_token
from app.kit.networks import network_of_address
from app.kit.text import clean_line, looks_like_email
from app.ledger.models import Kind, Taken, Thing, part_id
from app.people.known_devices import mark_of, new_mark, of_others
from app.people.models import (
    SESSION_LENGTH,
    DeskSession,
    Person,
    Role,
    SignedIn,
    SignInFailure,
)
from app.people.store import PeopleStore
from app.people.weak_passwords import is_easy_to_guess
from i18n import N_, Message, N_n
from i18n.locales import DEFAULT_LOCALE, LOCALES

MIN_PASSWORD = 12
MAX_PASSWORD = 200
MAX_NAME = 100

SEEN_STEP = timedelta(minutes=1)
"""How exactly we remember when somebody was last there; finer would only cost writes."""

FREE_FAILURES = 5
"""Of one account from one network, or on one known device."""
FREE_FAILURES_ELSEWHERE = 50
"""Of one account from all networks together (NIST SP 800-63B §3.2.2 allows a hundred)."""
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(minutes=15)
FAILURES_COUNT_FOR = timedelta(hours=24)

_hasher = PasswordHasher()


class SignInRefused(Rejected):
    """A try that has not succeeded. person_id: whose account it was, or empty if there is none; failures: tries with
    this account that have failed within a day, this one included.
    """

    def __init__(self, message: Message, person_id: str, failures: int) -> None:
        super().__init__([FieldError("", message)])
        self.person_id, self.failures = person_id, failures


# --- passwords ----------------------------------------------------------------------------------------------


def hash_password(password: str) -> str:
    """An argon2id hash (RFC 9106) with a salt of its own."""
    return _hasher.hash(_canonical(password))


def password_matches(password: str, password_hash: str) -> bool:
    """Whether this is the password; a hash that cannot be read matches nothing."""
    try:
        return _hasher.verify(password_hash, _canonical(password))
    except (VerificationError, InvalidHashError):
        return False


def _canonical(password: str) -> str:
    """The same password from any keyboard (NIST SP 800-63B §3.1.1.2); cut, so that no megabyte is hashed."""
    return (
        unicodedata.normalize("NFKC", password[: MAX_PASSWORD + 1]).encode("utf-8", "replace").decode("utf-8")
    )


@cache
def _nobodys_hash() -> str:
    """What is compared for an account that does not exist, so that it takes as long as one that does."""
    return hash_password(make_session_token())


# --- people -------------------------------------------------------------------------------------------------


def create_person(
    *, store: PeopleStore, email: str, name: str, password: str, role: Role, locale: str = DEFAULT_LOCALE
) -> Person:
    """Add somebody to the desk. Raises Rejected with what is wrong with the details, Conflict if the account
    exists.
    """
    person = Person(
        id=make_id(),
        email=account_name(email),
        name=clean_line(name),
        password_hash="",
        role=role.value,
        locale=locale if locale in LOCALES else DEFAULT_LOCALE,
    )
    errors = _wrong_details(person, password)
    if errors:
        raise Rejected(errors)
    person.password_hash = hash_password(password)
    with store.writing() as transaction:
        if not transaction.add_person(person):
            raise Conflict
    return person


def change_password(*, store: PeopleStore, email: str, password: str, now: datetime) -> None:
    """Set a new password and end every sign-in with the old one. Raises Rejected."""
    _check_password(password, account_name(email))
    password_hash = hash_password(password)
    with store.writing() as transaction:
        person = transaction.person_by_email(account_name(email))
        if person is None:
            raise Rejected([FieldError("email", N_("There is no account with this email address."))])
        before = part_id(person.id, person.password_hash)
        transaction.remember(Taken(Kind.STOP, Thing.PASSWORD, before, now))
        person.password_hash = password_hash
        transaction.end_sessions(person.id)


def set_active(*, store: PeopleStore, email: str, active: bool, now: datetime) -> str:
    """Suspend somebody, which ends every sign-in of theirs, or let them work again. Returns their name.

    Nothing they wrote is touched, and no restore undoes it. Raises Rejected if there is no such account.
    """
    with store.writing() as transaction:
        person = transaction.person_by_email(account_name(email))
        if person is None:
            raise Rejected([FieldError("email", N_("There is no account with this email address."))])
        kind = Kind.RESUME if active else Kind.SUSPEND
        transaction.remember(Taken(kind, Thing.PERSON, person.id, now))
        person.active = active
        if not active:
            transaction.end_sessions(person.id)
        return person.name


def account_name(email: str) -> str:
    """An e-mail address as the name of an account: small letters, no space around."""
    return clean_line(email).casefold()


def _wrong_details(person: Person, password: str) -> list[FieldError]:
    errors = []
    if not looks_like_email(person.email):
        errors.append(FieldError("email", N_("Enter an email address, for example name@example.com.")))
    if not 1 <= len(person.name) <= MAX_NAME:
        errors.append(FieldError("name", N_("Enter the person's name.")))
    try:
        _check_password(password, person.email)
    except Rejected as rejected:
        errors.extend(rejected.errors)
    return errors


def _check_password(password: str, account: str) -> None:
    """Raises Rejected."""
    wrong = None
    if not MIN_PASSWORD <= len(password) <= MAX_PASSWORD:
        wrong = N_("Choose a password of %(min)s to %(max)s characters.", min=MIN_PASSWORD, max=MAX_PASSWORD)
    elif is_easy_to_guess(password, account):
        wrong = N_(
            "This password is easy to guess. Choose another one, such as four words that do not belong together."
        )
    if wrong is not None:
        raise Rejected([FieldError("password", wrong)])


# --- signing in ---------------------------------------------------------------------------------------------


def is_known_device(*, store: PeopleStore, email: str, marks: Sequence[str]) -> bool:
    """Whether this account has signed in before on the device that holds these marks."""
    return bool(marks) and _mark_for(store.person_named(account_name(email)), marks) is not None


def sign_in(
    *,
    store: PeopleStore,
    email: str,
    password: str,
    address: str,
    now: datetime,
    marks: Sequence[str] = (),
) -> SignedIn:
    """Sign somebody in. address: the network address the request came from. marks: those that the device holds.

    Raises SignInRefused with one sentence for every wrong e-mail address or password, and another one while it is
    too early for the next try; neither tells whether the account exists.
    """
    person, failures, before = _count_try(store, account_name(email), address, marks, now)
    matches = password_matches(password, person.password_hash if person is not None else _nobodys_hash())
    if person is None or not matches or not person.active:
        wrong = N_("The email address or the password is wrong. Check both and try again.")
        raise SignInRefused(wrong, "" if person is None else person.id, before + 1)
    # Costs go up over the years; whoever signs in gets the present ones.
    new_hash = hash_password(password) if _hasher.check_needs_rehash(person.password_hash) else None
    others = of_others(person.email, person.password_hash, marks)
    signed_in = _start_session(store, person.email, failures, now, new_hash)
    return replace(signed_in, failures=before, other_marks=tuple(others))


def _count_try(
    store: PeopleStore, account: str, address: str, marks: Sequence[str], now: datetime
) -> tuple[Person | None, list[SignInFailure], int]:
    """Count this try before its password is looked at, so that many tries at once do not slip through.

    Returns whose account it is, the tries as they were counted (for that place, and for all unknown places), and how
    many of that account had failed before. Raises SignInRefused.
    """
    with store.writing() as transaction:
        transaction.forget_old_failures(now - FAILURES_COUNT_FOR)
        person = transaction.person_by_email(account)
        failures, most = [], 0
        for key, free in _failure_keys(account, address, _mark_for(person, marks)):
            before = transaction.failures(key, now - FAILURES_COUNT_FOR)
            most = max(most, len(before))
            if (wait := _wait(before, free, now)) > timedelta(0):
                raise SignInRefused(
                    too_many_tries(wait.total_seconds()), "" if person is None else person.id, most
                )
            failures.append(SignInFailure(id=make_id(), key=key, at=now))
        for failure in failures:
            transaction.add_failure(failure)
        return person, failures, most


def _wait(failures: list[datetime], free: int, now: datetime) -> timedelta:
    """How long it is until the next try."""
    return wait_after(failures, free) - (now - max(failures)) if failures else timedelta(0)


def too_many_tries(seconds: float) -> Message:
    """Says after how many minutes the next try may come. seconds: until then."""
    return N_n(
        "There were too many tries. Try again in %(num)s minute.",
        "There were too many tries. Try again in %(num)s minutes.",
        num=max(1, -(-int(seconds) // 60)),
    )


def _start_session(
    store: PeopleStore, account: str, failures: list[SignInFailure], now: datetime, new_hash: str | None
) -> SignedIn:
    here, *everywhere = failures
    token = make_session_token()
    with store.writing() as transaction:
        person = transaction.person_by_email(account)
        if person is None:
            raise Conflict
        if new_hash is not None:
            person.password_hash = new_hash
        transaction.forget_failures(here.key)
        for failure in everywhere:
            # This try has succeeded; what others have tried goes on counting.
            transaction.forget_failure(failure.id)
        transaction.forget_sessions(now)
        session = DeskSession(
            token_hash=hash_token(token),
            person_id=person.id,
            created_at=now,
            expires_at=now + SESSION_LENGTH,
            last_seen_at=now,
        )
        transaction.add_session(session)
        mark = new_mark(person.email, person.password_hash)
        return SignedIn(token, session.expires_at, person.id, mark)


def person_of(*, store: PeopleStore, token: str, now: datetime) -> Person | None:
    """Who is signed in with this token, or None. Remembers that they were there."""
    if not token:
        return None
    token_hash = hash_token(token)
    found = store.session_and_person(token_hash)
    if found is None:
        return None
    session, person = found
    if not session.is_valid(now) or not person.active:
        return None
    if now - session.last_seen_at >= SEEN_STEP:
        store.remember_seen(token_hash, now)
    return person


def sign_out(*, store: PeopleStore, token: str) -> None:
    """End a sign-in, here and now."""
    with store.writing() as transaction:
        transaction.end_session(hash_token(token))


def wait_after(failures: list[datetime], free: int = FREE_FAILURES) -> timedelta:
    """How long to wait after the last of these failures: nothing at first, then 30 s, doubling up to 15
    min.
    """
    more = len(failures) - free
    if more < 0:
        return timedelta(0)
    return min(LONGEST_WAIT, FIRST_WAIT * (1 << min(more, 20)))


def _failure_keys(account: str, address: str, mark: str | None) -> list[tuple[str, int]]:
    """Under which keys a try counts, and how often it may fail under each: the first is that of the place."""
    if mark is not None:
        return [(hash_token(f"{account}\n{mark}"), FREE_FAILURES)]
    return [
        (hash_token(f"{account}\n{network_of_address(address)}"), FREE_FAILURES),
        (hash_token(f"{account}\n"), FREE_FAILURES_ELSEWHERE),
    ]


def _mark_for(person: Person | None, marks: Sequence[str]) -> str | None:
    return None if person is None else mark_of(person.email, person.password_hash, marks)
