"""What a request costs while others come at the same time: over 1, 20 and 200 connections that stay open.

Run from the repository, after `make build`: `python -m bench.crowd [--small] [--json FILE]`. Each connection is
somebody of another network who asks one page after another. CPU is that of the server's process. Waits are the clock's,
so that they say something only beside those of the bare script (bench/floor.py), which is asked in turns with the
portal, by as many. Who is put off (503, "busy, again in a moment") is counted.
"""

import os
import statistics
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

from app.routes import url
from bench import servers
from bench.seeded import database, some_references
from bench.servers import Request, Server
from bench.tables import Figure, options, show, write

STORED, A_FEW = 20_000, 400
CONNECTIONS = (1, 20, 200)
TIMES_DEARER, TIMES_SLOWER = 1.5, 4
"""What a request may cost beside others against one alone, and the slowest of a hundred against the bare script's."""
STATUS, FORM, RECENT = "status page", "report form page", "recent requests"
FLOOR = "bare status page"


@dataclass(frozen=True)
class Cost:
    """Of one kind of request over so many connections.

    cpu_ms: of one; waits_ms: by the clock, of each, sorted; put_off: how many of 100 were answered with 503.
    """

    cpu_ms: float
    waits_ms: tuple[float, ...]
    put_off: float

    def slowest_of_a_hundred(self) -> float:
        """Milliseconds within which 99 of 100 are answered."""
        return self.waits_ms[int(len(self.waits_ms) * 0.99)]


def main() -> None:
    """Measure, print, write."""
    chosen = options(__doc__)
    file = database(chosen.of(A_FEW, STORED, STORED))
    rounds, requests = chosen.of(1, 3, 5), chosen.of(200, 600, 1200)
    with (
        servers.portal(PORTAL_DATABASE_URL=f"sqlite:///{file.resolve()}") as portal,
        servers.floor(file) as floor,
    ):
        asked = {kind: (portal, pages) for kind, pages in of_portal(file).items()}
        asked[FLOOR] = (floor, cycle([Request(f"/en/requests/{one}/") for one in some_references(file, 50)]))
        costs = take_turns(asked, rounds, requests)
    tables = {
        f"CPU of one request over so many connections (milliseconds, {STORED:,} requests stored)": cpu(costs),
        "Waits, 99 of 100 within, against the bare script's status page over as many (ratio)": waits(costs),
    }
    for title, figures in tables.items():
        show(title, figures)
    print(f"\nLoad of the machine meanwhile: {os.getloadavg()[1]:.1f}")
    write(chosen.json, tables)


def of_portal(file: Path) -> dict[str, Iterator[Request]]:
    """What the portal is asked."""
    pages = [url("request", locale="en", reference=one) for one in some_references(file, 50)]
    return {
        STATUS: cycle(map(Request, pages)),
        FORM: cycle([Request(url("report_form", locale="en", service_code="pothole"))]),
        RECENT: cycle([Request(url("recent", locale="en"))]),
    }


Costs = dict[tuple[str, int], Cost]
PUT_OFF = -1.0
"""In place of the milliseconds of one who was put off."""


def take_turns(asked: dict[str, tuple[Server, Iterator[Request]]], rounds: int, requests: int) -> Costs:
    """Ask every server everything over every number of connections, round by round; the first is not counted."""
    cpu_ms: dict[tuple[str, int], list[float]] = {}
    waits: dict[tuple[str, int], list[float]] = {}
    for number in range(rounds + 1):
        for connections in CONNECTIONS:
            for kind, (server, pages) in asked.items():
                each = max(1, requests // connections)
                used, waited = together(
                    server, [[next(pages) for _ in range(each)] for _ in range(connections)]
                )
                if number:
                    cpu_ms.setdefault((kind, connections), []).append(used)
                    waits.setdefault((kind, connections), []).extend(waited)
    return {key: cost_of(used, waits[key]) for key, used in cpu_ms.items()}


def cost_of(cpu_ms: list[float], waited: list[float]) -> Cost:
    """What came of all rounds."""
    served = sorted(wait for wait in waited if wait != PUT_OFF)
    return Cost(statistics.median(cpu_ms), tuple(served), 100 * (1 - len(served) / len(waited)))


def together(server: Server, asked: list[list[Request]]) -> tuple[float, list[float]]:
    """CPU milliseconds of one request, and how long each waited, while all these people ask at once."""

    def one(requests: list[Request]) -> list[float]:
        waited = []
        with closing(server.another()) as person:
            for request in requests:
                began = time.perf_counter()
                try:
                    person.ask(request)
                except RuntimeError as error:
                    if ": 503," not in str(error):
                        raise
                    waited.append(PUT_OFF)
                else:
                    waited.append((time.perf_counter() - began) * 1000)
        return waited

    before = server.cpu_seconds()
    with ThreadPoolExecutor(len(asked)) as people:
        waited = [wait for waits in people.map(one, asked) for wait in waits]
    return (server.cpu_seconds() - before) * 1000 / len(waited), waited


def cpu(costs: Costs) -> list[Figure]:
    """What each kind costs, and how much dearer it is beside others."""
    figures = []
    for kind, connections in costs:
        cost, alone = costs[kind, connections].cpu_ms, costs[kind, 1].cpu_ms
        figures.append(Figure(f"{kind}, {connections}", cost, "ms"))
        if kind != FLOOR and connections > 1:
            figures.append(Figure(f"{kind}, {connections} / 1", cost / alone, "times", TIMES_DEARER))
    return figures


def waits(costs: Costs) -> list[Figure]:
    """How long people wait, against those who wait for the bare script."""
    figures = []
    for kind, connections in costs:
        if kind != FLOOR:
            ours, bare = (costs[one, connections].slowest_of_a_hundred() for one in (kind, FLOOR))
            note = f"bare {bare:.1f} ms, ours {ours:.1f} ms; put off: {costs[kind, connections].put_off:.0f} of 100"
            figures.append(Figure(f"{kind}, {connections}", ours / bare, "times", TIMES_SLOWER, note=note))
    return figures


if __name__ == "__main__":
    main()
