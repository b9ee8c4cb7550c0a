"""`python -m app.retention.command`: sets and lifts legal holds. While one is on, nothing it covers is deleted.

python -m app.retention.command set --report 4829-1355-70243 --reason "Case 26CV1234"
python -m app.retention.command set --place 45.52,-122.66 --radius 100 --reason …
python -m app.retention.command set --address "1200 Main St" --reason …
python -m app.retention.command set --person name@example.com --reason …
python -m app.retention.command list
python -m app.retention.command lift ID --reason "Settled"
"""

import argparse
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial

from app.db.engine import open_engine
from app.db.migrate import upgrade_engine
from app.kit.terminal import complain, say
from app.ledger.file import LedgerUnusable, open_ledger
from app.requests.store import RequestStore
from app.retention.holds import (
    HoldRefused,
    Scheme,
    hold_address,
    hold_circle,
    hold_person,
    hold_report,
    lift_hold,
    set_hold,
)
from app.retention.models import HoldKind, LegalHold
from app.settings import get_settings

DEFAULT_RADIUS_M = 100.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Set, lift or list holds; returns the exit status: 0 if it is done, 1 if not."""
    told = _parser().parse_args(arguments)
    settings = get_settings()
    settings.make_data_folder()
    engine = open_engine(settings.database_url)
    try:
        upgrade_engine(engine)
        store = RequestStore(engine, open_ledger(settings))
        if told.command == "list":
            _list(store)
        elif told.command == "lift":
            lift_hold(store=store, id=told.id, reason=told.reason, now=datetime.now(UTC))
            say("The hold is lifted.")
        else:
            id = set_hold(store=store, hold=_hold(told, store), reason=told.reason, now=datetime.now(UTC))
            say(f"The hold is set: {id}")
    except (HoldRefused, LedgerUnusable) as error:
        complain(str(error))
        return 1
    finally:
        engine.dispose()
    return 0


def _hold(told: argparse.Namespace, store: RequestStore) -> LegalHold:
    if told.report:
        return hold_report(told.report)
    if told.address:
        return hold_address(told.address)
    if told.person:
        with store.writing() as transaction:
            return hold_person(told.person, partial(transaction.mark, Scheme.PERSON))
    lat, _, long = told.place.partition(",")
    return hold_circle(lat, long, told.radius)


def _list(store: RequestStore) -> None:
    with store.writing() as transaction:
        lines = [
            f"{hold.id}  {hold.set_at:%Y-%m-%d}  {_covers(hold)}: {hold.reason}"
            for hold in transaction.holds()
        ]
    for line in lines:
        say(line)


def _covers(hold: LegalHold) -> str:
    match HoldKind(hold.kind):
        case HoldKind.REPORT:
            return f"report {hold.reference}" if hold.reference else "a report"
        case HoldKind.PERSON:
            return "a person"
        case HoldKind.PLACE:
            if hold.scheme:
                return "a place"
            return hold.address or f"{hold.radius_m:g} meters around {hold.lat}, {hold.long}"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m app.retention.command",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", required=True)
    new = commands.add_parser("set", help="set a hold")
    what = new.add_mutually_exclusive_group(required=True)
    what.add_argument("--report", metavar="NUMBER", help="one report")
    what.add_argument("--place", metavar="LAT,LONG", help="all reports around a place")
    what.add_argument("--address", help="all reports in whose address these words stand")
    what.add_argument(
        "--person", metavar="CONTACT", help="all reports with this e-mail address or telephone number"
    )
    new.add_argument("--radius", type=float, default=DEFAULT_RADIUS_M, help="of a place, in meters (100)")
    new.add_argument("--reason", required=True, help="why; only those who run the portal see it")
    lift = commands.add_parser("lift", help="lift a hold")
    lift.add_argument("id")
    lift.add_argument("--reason", required=True, help="why")
    commands.add_parser("list", help="the holds that are on")
    return parser


if __name__ == "__main__":
    sys.exit(main())
