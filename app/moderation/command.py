"""`python -m app.moderation.command`: shows or hides words and photos of a report, or shows all that came before a day.

What everybody sees, and when: docs/publication.md.
"""

import argparse
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time
from typing import TextIO

from app.city.loader import load_city
from app.db.engine import open_engine
from app.db.migrate import upgrade_engine
from app.kit.errors import NotFound, Rejected
from app.ledger.file import LedgerUnusable, open_ledger
from app.ledger.models import Thing
from app.moderation.rules import Decided, Part, hide, release_before, show
from app.people.command import terminal_language
from app.photos.models import PhotoState
from app.reports.references import grouped, parse_reference
from app.requests.store import RequestStore
from app.settings import Settings, get_settings
from i18n import N_, Message, Translator, translator


class _Impossible(Exception):
    """What was asked for cannot be done; the sentence says why."""

    def __init__(self, message: Message) -> None:
        super().__init__(message.text)
        self.message = message


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line says; returns the exit code: 0 if it is done, 1 if something is to be mended."""
    t = translator(terminal_language())
    told = _parser(t).parse_args(arguments)
    settings = get_settings()
    settings.make_data_folder()
    engine = open_engine(settings.database_url)
    try:
        upgrade_engine(engine)
        _say(t(_done(RequestStore(engine, open_ledger(settings)), told, settings)))
    except (Rejected, NotFound, _Impossible) as error:
        _say(t(_why(error)), to=sys.stderr)
        return 1
    except LedgerUnusable as error:
        _say(str(error), to=sys.stderr)
        return 1
    finally:
        engine.dispose()
    return 0


def _done(store: RequestStore, told: argparse.Namespace, settings: Settings) -> Message:
    """Do it; returns what was done. Raises Rejected, NotFound, _Impossible."""
    now = datetime.now(UTC)
    if told.release_before is not None:
        midnight = datetime.combine(told.release_before, time(), load_city(settings.city).zone)
        shown = release_before(store=store, before=midnight.astimezone(UTC), now=now)
        return N_("Reports that are shown now: %(num)s.", num=shown)
    decide: Callable[..., Decided] = show if told.show else hide
    reference = parse_reference(" ".join(told.show or told.hide))
    parts = None if told.photo is None else [_photo(store, reference, told.photo)]
    if not decide(store=store, reference=reference, by=None, now=now, parts=parts).parts:
        return N_("Nothing was changed.")
    done = N_("Everybody can see it: %(reference)s", reference=grouped(reference))
    return (
        done
        if told.show
        else N_("Nobody outside sees it any more: %(reference)s", reference=grouped(reference))
    )


def _photo(store: RequestStore, reference: str, number: int) -> Part:
    """The photo with this number on the desk's page. Raises NotFound, _Impossible."""
    with store.writing() as transaction:
        request = transaction.request_by_reference(reference)
        if request is None:
            raise NotFound
        stored = [photo for photo in transaction.photos(request.id) if photo.state == PhotoState.STORED]
        if not 1 <= number <= len(stored):
            raise _Impossible(N_("The report has no photo with this number."))
        return Part(Thing.PHOTO, stored[number - 1].sha256)


def _why(error: Exception) -> Message:
    if isinstance(error, Rejected):
        return error.errors[0].message
    return error.message if isinstance(error, _Impossible) else N_("There is no such report")


def _parser(t: Translator) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m app.moderation.command",
        description=t(N_("Lets everybody see the words and photos of reports, or nobody outside.")),
    )
    what = parser.add_mutually_exclusive_group(required=True)
    number = t(N_("Reference number"))
    what.add_argument("--show", nargs="+", metavar="REF", help=number)
    what.add_argument("--hide", nargs="+", metavar="REF", help=number)
    what.add_argument(
        "--release-before",
        type=date.fromisoformat,
        metavar="2026-11-01",
        help=t(N_("show all that came before this day and that nobody has looked at")),
    )
    parser.add_argument("--photo", type=int, metavar="N", help=t(N_("only this photo, counted from 1")))
    return parser


def _say(text: str, *, to: TextIO | None = None) -> None:
    print(text, file=to or sys.stdout)


if __name__ == "__main__":
    sys.exit(main())
