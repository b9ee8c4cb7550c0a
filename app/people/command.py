"""`python -m app.people.command`: creates a person at the desk, or gives one who is there a new password. It also lists
everybody (`--list`), suspends somebody (`--suspend`), and lets them work again (`--resume`).

It asks for what it is not told. For scripts: `--email`, `--name`, `--role`, `--language`, and the password in
the environment variable PORTAL_DESK_PASSWORD, because arguments can be read by everybody on the machine.
"""

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from getpass import getpass
from typing import TextIO

from app.db.engine import open_engine
from app.kit.errors import Conflict, FieldError, Rejected
from app.ledger.file import open_ledger
from app.people.models import Role
from app.people.rules import account_name, change_password, create_person, set_active
from app.people.store import PeopleStore
from app.settings import get_settings
from app.site.starting import bring_up_to_date, in_words
from i18n import N_, Translator, translator
from i18n.locales import DEFAULT_LOCALE, LOCALES

PASSWORD = "PORTAL_DESK_PASSWORD"  # noqa: S105 - the name of a variable


def main(arguments: Sequence[str] | None = None) -> int:
    """Create or change a person; returns the exit code: 0 if it is done, 1 if something is to be mended."""
    t = translator(terminal_language())
    told = _parser(t).parse_args(arguments)
    with in_words():
        settings = get_settings()
        settings.make_data_folder()
        bring_up_to_date(settings)
        ledger = open_ledger(settings)
    engine = open_engine(settings.database_url)
    try:
        _say(_do(PeopleStore(engine, ledger), told, t))
    except Rejected as rejected:
        for error in rejected.errors:
            _say(t(error.message), to=sys.stderr)
        return 1
    except (EOFError, KeyboardInterrupt):
        _say(t(N_("Nothing was changed.")), to=sys.stderr)
        return 1
    finally:
        engine.dispose()
    return 0


def _do(store: PeopleStore, told: argparse.Namespace, t: Translator) -> str:
    """Do what is asked for, and say what was done. Raises Rejected."""
    if told.list:
        return "\n".join(_lines(store, t))
    if told.suspend:
        name = set_active(store=store, email=told.suspend, active=False, now=datetime.now(UTC))
        return t(N_("%(name)s is suspended: signed out everywhere, and cannot sign in.", name=name))
    if told.resume:
        name = set_active(store=store, email=told.resume, active=True, now=datetime.now(UTC))
        return t(N_("%(name)s can sign in again, with the same password.", name=name))
    return _create_or_change(store, told, t)


def _lines(store: PeopleStore, t: Translator) -> Iterator[str]:
    """One person a line, in columns that programs can take apart (tabs). The id is what stands in the log."""
    for person, at in store.everybody():
        seen = t(N_("never seen")) if at is None else f"{at:%Y-%m-%d %H:%M} UTC"
        line = [person.id, person.email, person.name, seen]
        yield "\t".join(line if person.active else [*line, t(N_("suspended"))])


def _create_or_change(store: PeopleStore, told: argparse.Namespace, t: Translator) -> str:
    """Do it, and say what was done. Raises Rejected."""
    email = told.email or input(t(N_("E-mail address: ")))
    with store.writing() as transaction:
        there = transaction.person_by_email(account_name(email))
        name = "" if there is None else there.name
    if there is not None:
        _say(t(N_("%(name)s has an account already and gets a new password.", name=name)))
        change_password(store=store, email=email, password=_password(t), now=datetime.now(UTC))
        return t(N_("The password is changed. Whoever was signed in with the old one is signed out."))
    name = told.name or input(t(N_("Name, as colleagues will see it: ")))
    try:
        create_person(
            store=store, email=email, name=name, password=_password(t), role=told.role, locale=told.language
        )
    except Conflict:
        raise Rejected([FieldError("email", N_("Somebody has just created this account."))]) from None
    return t(N_("%(name)s can sign in now.", name=name))


def _password(t: Translator) -> str:
    """The password from the environment, or typed twice without being shown. Raises Rejected."""
    if PASSWORD in os.environ:
        return os.environ[PASSWORD]
    password = getpass(t(N_("Password, at least 12 characters (it is not shown): ")))
    if getpass(t(N_("The same password again: "))) != password:
        raise Rejected(
            [FieldError("password", N_("The two passwords are not the same. Please start again."))]
        )
    return password


def _parser(t: Translator) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m app.people.command",
        description=t(N_("Creates a person at the desk, or gives one who is there a new password.")),
        epilog=t(N_("Scripts put the password into the environment variable %(name)s.", name=PASSWORD)),
    )
    instead = parser.add_mutually_exclusive_group()
    instead.add_argument(
        "--list", action="store_true", help=t(N_("say who is there, and when they were last seen"))
    )
    instead.add_argument(
        "--suspend",
        metavar="EMAIL",
        help=t(N_("sign somebody out everywhere and let them in no more; nothing is deleted")),
    )
    instead.add_argument("--resume", metavar="EMAIL", help=t(N_("let somebody sign in again")))
    parser.add_argument("--email", default="", help=t(N_("the e-mail address to sign in with")))
    parser.add_argument("--name", default="", help=t(N_("the name that colleagues see")))
    parser.add_argument(
        "--role",
        type=Role,
        choices=list(Role),
        default=Role.DESK,
        help=t(N_("“desk” works on reports, “admin” also looks after people")),
    )
    parser.add_argument(
        "--language",
        choices=list(LOCALES),
        default=DEFAULT_LOCALE,
        help=t(N_("the language of their screens")),
    )
    return parser


def _say(text: str, *, to: TextIO | None = None) -> None:
    print(text, file=to or sys.stdout)


def terminal_language() -> str:
    """The language the terminal is set to, if the portal has it."""
    code = (os.environ.get("LC_ALL") or os.environ.get("LANG") or "").split(".")[0].split("_")[0]
    return code if code in LOCALES else DEFAULT_LOCALE


if __name__ == "__main__":
    sys.exit(main())
