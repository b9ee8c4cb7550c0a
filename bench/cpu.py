"""CPU of the server for each kind of request, with few and with many requests stored, and beside it the floor.

Run from the repository, after `make build`: `python -m bench.cpu [--small] [--json FILE]`.

One client asks over one connection that stays open; what is measured is the CPU, user and system, of the server's
process, never the clock on the wall. Every figure is the median of several batches. The portal and the bare script
of bench/floor.py take turns batch by batch, so that whatever else the machine does weighs on both alike: what is aimed
at is how they compare, for a busy processor needs more of its own time for the same work.
"""

import os
import resource
import sqlite3
import statistics
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import cycle, islice
from pathlib import Path
from urllib.parse import urlencode

from app.city.loader import load_city
from app.routes import url
from app.settings import CITY
from bench import reports, servers
from bench.seeded import database, forget, some_open_spots, some_references
from bench.servers import Request, Server
from bench.tables import Figure, options, show, write

FEW, MANY, A_FEW = 20_000, 1_000_000, 400
WARM_UP = 60

Requests = Iterator[Request]


@dataclass(frozen=True)
class Kind:
    """A kind of request. batch: how many of them are measured at once."""

    name: str
    batch: int


STATUS = Kind("status page", 250)
UNCHANGED = Kind("status page, unchanged (304)", 2000)
FORM = Kind("report form page", 200)
RECENT = Kind("recent requests, first page", 200)
OLDER = Kind("recent requests, a year back", 200)
NEAR = Kind("near", 200)
JSON = Kind("accepted report, JSON", 200)
PLAIN = Kind("accepted report, form without script", 200)
KINDS = (STATUS, UNCHANGED, FORM, RECENT, OLDER, NEAR, JSON, PLAIN)

FLOOR_STATUS = Kind("status page", 250)
FLOOR_BYTES = Kind("fixed bytes", 4000)
FLOOR_COMMIT = Kind("one row committed", 200)
FLOORS = (FLOOR_STATUS, FLOOR_BYTES, FLOOR_COMMIT)


@dataclass
class Subject:
    """A server with what it is asked; measured: CPU milliseconds by kind, one number a batch."""

    server: Server
    requests: dict[Kind, Requests]
    measured: dict[Kind, list[float]] = field(default_factory=dict)

    def measure(self, kind: Kind, count: int) -> float:
        """One batch of so many."""
        return self.server.cpu_ms(islice(self.requests[kind], count))


def main() -> None:
    """Measure, print, write."""
    chosen = options(__doc__)
    few, pages = chosen.of(A_FEW, FEW, FEW), chosen.of(20, 400, 400)
    counts = (few,) if chosen.small else (few, MANY)
    databases = {count: database(count) for count in counts}
    sent: dict[int, list[str]] = {count: [] for count in counts}
    with ExitStack() as stack:
        portals = {
            count: Subject(
                stack.enter_context(servers.portal(PORTAL_DATABASE_URL=f"sqlite:///{file.resolve()}")), {}
            )
            for count, file in databases.items()
        }
        for count, file in databases.items():
            stack.callback(forget, file, sent[count])
            portals[count].requests = of_portal(portals[count].server, file, pages, sent[count])
        floor = of_floor(stack, databases[few], pages)
        take_turns([*portals.values(), floor], rounds=chosen.of(1, 5, 7), divided=chosen.of(20, 1, 1))
        sizes = {"ours": page_bytes(portals[few], pages), "floor": page_bytes(floor, pages)}
    tables = {
        f"CPU of one request, {few:,} requests stored (milliseconds)": costs(portals[few]),
        **(
            {
                "CPU of one request, 1,000,000 requests stored (milliseconds)": costs(portals[MANY]),
                "1,000,000 stored against 20,000 (ratio)": growth(portals[few], portals[MANY]),
            }
            if MANY in portals
            else {}
        ),
        "The same stack without anything of ours (floor divided by ours)": floors(portals[few], floor),
    }
    for title, figures in tables.items():
        show(title, figures)
    print(f"\nStatus pages have {sizes['ours']:,} bytes on average, those of the floor {sizes['floor']:,}.")
    print(f"Load of the machine meanwhile: {os.getloadavg()[1]:.1f}")
    write(chosen.json, tables, status_page_bytes=sizes)


# --- what is asked ------------------------------------------------------------------------------------------


def of_portal(server: Server, file: Path, how_many: int, sent: list[str]) -> dict[Kind, Requests]:
    """Everything the portal is asked, on so many pages. sent: takes the ids of the reports that were sent."""
    references = some_references(file, how_many)
    pages = [Request(url("request", locale="en", reference=reference)) for reference in references]
    codes = [service.service_code for service in load_city(CITY).services]
    forms = [
        Request(url("report_form", locale=locale, service_code=code))
        for code in codes
        for locale in ("en", "es")
    ]
    recent = url("recent", locale="en")
    return {
        STATUS: cycle(pages),
        UNCHANGED: cycle([_unchanged(server, page) for page in pages]),
        FORM: cycle(forms),
        RECENT: cycle([Request(recent)]),
        OLDER: cycle([Request(f"{recent}?after=20251122T120000000000-1000000000000")]),
        NEAR: cycle([_near(*spot) for spot in some_open_spots(file, how_many)]),
        JSON: _noting(reports.as_json(), sent),
        PLAIN: _noting(reports.as_form(), sent),
    }


def _near(service_code: str, lat: float, long: float) -> Request:
    return Request(f"{url('reported')}?{urlencode({'service_code': service_code, 'lat': lat, 'long': long})}")


def _unchanged(server: Server, page: Request) -> Request:
    headers, _ = server.ask(page)
    return Request(page.path, expect=304, headers={"If-None-Match": headers["etag"]})


def _noting(requests: Iterator[tuple[str, Request]], sent: list[str]) -> Requests:
    for request_id, request in requests:
        sent.append(request_id)
        yield request


def of_floor(stack: ExitStack, file: Path, how_many: int) -> Subject:
    """The bare script on the same database, and what it is asked."""
    server = stack.enter_context(servers.floor(file))
    pages = [Request(f"/en/requests/{reference}/") for reference in some_references(file, how_many)]
    rows = (
        Request(f"/rows/{key}", "PUT", 201, {"content-type": "application/json"}, report.body)
        for key, report in reports.as_json()
    )
    fixed = cycle([Request("/bytes")])
    return Subject(server, {FLOOR_STATUS: cycle(pages), FLOOR_BYTES: fixed, FLOOR_COMMIT: rows})


# --- measuring ----------------------------------------------------------------------------------------------


def take_turns(subjects: Sequence[Subject], *, rounds: int, divided: int) -> None:
    """Measure every kind of every subject once a round; the first round warms up and is not counted.

    divided: by this the batches are smaller than they should be.
    """
    for number in range(rounds + 1):
        for subject in subjects:
            for kind in subject.requests:
                if number == 0:
                    subject.measure(kind, WARM_UP // divided)
                else:
                    subject.measured.setdefault(kind, []).append(subject.measure(kind, kind.batch // divided))


def page_bytes(subject: Subject, how_many: int) -> int:
    """What status pages weigh on average, compressed."""
    kind = next(kind for kind in subject.requests if kind.name == STATUS.name)
    pages = islice(subject.requests[kind], how_many)
    return round(statistics.mean(len(subject.server.ask(page)[1]) for page in pages))


def raw_commit_ms(runs: int = 400) -> float:
    """CPU milliseconds of one row in a transaction of its own, by nothing but the driver, in this process."""
    with tempfile.TemporaryDirectory() as folder:
        connection = sqlite3.connect(f"{folder}/raw.db", isolation_level=None)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("CREATE TABLE row (id TEXT PRIMARY KEY, body TEXT)")
        values = [(key, request.body.decode()) for key, request in islice(reports.as_json(), runs)]
        before = _own_cpu_ms()
        for value in values:
            connection.execute("INSERT INTO row VALUES (?, ?)", value)
        used = _own_cpu_ms() - before
        connection.close()
    return used / runs


def _own_cpu_ms() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return (usage.ru_utime + usage.ru_stime) * 1000


# --- what comes of it ---------------------------------------------------------------------------------------


def costs(portal: Subject) -> list[Figure]:
    """The median of every kind."""
    return [
        Figure(kind.name, _median(portal, kind), "ms", note=_spread(portal.measured[kind])) for kind in KINDS
    ]


def growth(few: Subject, many: Subject) -> list[Figure]:
    """What fifty times as many requests stored cost."""
    return [Figure(kind.name, _median(many, kind) / _median(few, kind), "times", 1.2) for kind in KINDS]


def floors(portal: Subject, floor: Subject) -> list[Figure]:
    """How much of our time the bare script takes: 1 means that ours costs no more than it."""

    def ratio(bare: Kind, ours: Kind, aim: float) -> Figure:
        low, high = _median(floor, bare), _median(portal, ours)
        note = f"{bare.name} {low:.2f} ms, ours {high:.2f} ms"
        return Figure(ours.name, low / high, "", aim, more_is_better=True, note=note)

    bytes_ms, unchanged = _median(floor, FLOOR_BYTES), _median(portal, UNCHANGED)
    raw, row, report = raw_commit_ms(), _median(floor, FLOOR_COMMIT), _median(portal, JSON)
    return [
        ratio(FLOOR_STATUS, STATUS, 0.8),
        ratio(FLOOR_STATUS, UNCHANGED, 3),
        ratio(FLOOR_STATUS, FORM, 0.8),
        ratio(FLOOR_STATUS, RECENT, 0.4),
        ratio(FLOOR_STATUS, OLDER, 0.4),
        ratio(FLOOR_STATUS, NEAR, 0.8),
        # A report is far more than a row by now, and both together swing less.
        ratio(FLOOR_STATUS, JSON, 0.35),
        ratio(FLOOR_STATUS, PLAIN, 0.3),
        Figure(
            "unchanged, floor only fixed bytes",
            bytes_ms / unchanged,
            "",
            note=f"fixed bytes {bytes_ms:.2f} ms",
        ),
        Figure("report, floor only one row", row / report, "", note=f"one row committed {row:.2f} ms"),
        Figure("report, floor without any route", raw / report, "", note=f"sqlite3 alone {raw:.2f} ms"),
    ]


def _median(subject: Subject, kind: Kind) -> float:
    return statistics.median(subject.measured[kind])


def _spread(batches: Sequence[float]) -> str:
    return f"{min(batches):.2f} to {max(batches):.2f}"


if __name__ == "__main__":
    main()
