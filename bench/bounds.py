"""How long a stranger waits while somebody sends what is made to keep the portal busy.

Run from the repository, after `make build`: `python -m bench.bounds [--small] [--json FILE]`. One connection sends
reports, forms and headers full of every kind of sign, each as large as its door takes; another one asks `/health` all
the while. What counts is the longest of these waits, in processor time of the server: so long it was busy with
something else. By the clock it is longer where other programs want the processor, too.
"""

import json
import os
import statistics
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from itertools import count, islice
from typing import NamedTuple

from app.http.forms import MOST_TYPED
from app.http.replies import MOST_BYTES
from app.http.sizes import LONGEST_HEADER
from app.reports.submissions import make_draft
from app.routes import url
from bench import reports, servers
from bench.servers import Server
from bench.tables import Figure, options, show, write

LONGEST_WAIT_MS = 200
PAUSE = 0.005
"""Seconds between two questions of the stranger."""

SIGNS = (
    " ",
    "\u00a0",
    "\n",
    "x   \n",
    "\u0301\u0316",
    "\u200d",
    "\u202e",
    "👩\u200d",
    "\u1100\u1161\u11a8",
    "a@",
    "-",
    "(",
)
FIELDS = ("description", "address_string", "email", "phone", "attribute[SIZE]")
TEXTS = {"description": 20_000, "address_string": 1_200}
"""Characters up to which these fields are read to their end."""

Hostile = tuple[str, str, dict[str, str], bytes]
"""Method, path, headers, body."""


def main() -> None:
    """Measure, print, write."""
    chosen = options(__doc__)
    with servers.portal() as server:
        # What is loaded once, in the first seconds of a server, is not what is measured here.
        for _, report in islice(reports.as_json(), 1):
            server.ask(report)
        alone = waits(server, lambda: time.sleep(chosen.of(1, 2, 5)))
        sent: list[int] = []
        rounds, step = chosen.of(1, 2, 10), 20 if chosen.trial else 1
        meanwhile = waits(server, lambda: send_all(server.port, rounds, step, sent))
    figures = [
        Figure(
            "longest wait, in the server's time", max(one.busy for one in meanwhile), "ms", LONGEST_WAIT_MS
        ),
        Figure("longest wait by the clock", max(one.clock for one in meanwhile), "ms"),
        Figure("median wait by the clock", statistics.median(one.clock for one in meanwhile), "ms"),
        Figure("longest by the clock while nothing else comes", max(one.clock for one in alone), "ms"),
        Figure("hostile requests meanwhile", len(sent), ""),
        Figure("of these answered with 5xx", sum(status >= 500 for status in sent), "", 0),
    ]
    title = "A stranger's /health while somebody sends the worst that fits"
    show(title, figures)
    print(f"Load of the machine meanwhile: {os.getloadavg()[0]:.1f}")
    write(chosen.json, {title: figures})


class Wait(NamedTuple):
    """Milliseconds of one question: by the clock, and of processor time that the server used meanwhile."""

    clock: float
    busy: float


def waits(server: Server, work: Callable[[], None]) -> list[Wait]:
    """How long `/health` took, asked on one connection until the work, in another thread, is done."""
    thread = threading.Thread(target=work)
    connection = HTTPConnection("127.0.0.1", server.port, timeout=120)
    found: list[Wait] = []
    thread.start()
    while thread.is_alive() or not found:
        busy, began = server.cpu_seconds(), time.perf_counter()
        connection.request("GET", url("health"))
        connection.getresponse().read()
        clock = time.perf_counter() - began
        found.append(Wait(clock * 1000, (server.cpu_seconds() - busy) * 1000))
        time.sleep(PAUSE)
    connection.close()
    thread.join()
    return found


def send_all(port: int, rounds: int, step: int, sent: list[int]) -> None:
    """Send everything so many times, over one connection; `sent` takes the statuses. step: 1 to leave nothing out."""
    connection = HTTPConnection("127.0.0.1", port, timeout=300)
    numbers = count(1)
    for _ in range(rounds):
        for method, path, headers, body in islice(hostile(), None, None, step):
            number = next(numbers)
            # From everywhere, so that no limit on one network helps.
            address = f"198.{18 + number // 65536 % 2}.{number // 256 % 256}.{number % 256}"
            connection.request(method, path, body, {**headers, "X-Forwarded-For": address})
            answer = connection.getresponse()
            answer.read()
            sent.append(answer.status)
    connection.close()


def hostile() -> Iterator[Hostile]:
    """Reports, forms and headers, each with a run of one sign."""
    for sign in SIGNS:
        for name in FIELDS:
            room = (MOST_BYTES - 1_000) // (len(json.dumps(sign, ensure_ascii=False).encode()) - 2)
            for length in {room, min(room, TEXTS.get(name, 1_000) // len(sign))}:
                yield _report(name, f"x{sign * length}x")
            yield _form(name, f"x{sign * (MOST_TYPED // len(sign.encode()) - 1_000)}x")
    for name, value in (
        ("Content-Digest", "sha-256=a" + " " * (LONGEST_HEADER - 100) + "b"),
        ("Accept-Language", "a-" * (LONGEST_HEADER // 2 - 100)),
        ("Cookie", 'desk="' + "\\" * (LONGEST_HEADER - 100) + '"'),
        ("If-None-Match", '"' * (LONGEST_HEADER - 100)),
    ):
        yield "GET", url("sign_in", locale="en"), {name: value}, b""
        method, path, headers, body = _report("description", "short")
        yield method, path, {**headers, name: value}, body


def _report(name: str, text: str) -> Hostile:
    draft = make_draft()
    fields = {"id": draft.id, "manage_token": draft.manage_token, "service_code": "pothole", name: text}
    body = json.dumps(fields, ensure_ascii=False).encode()
    return "PUT", url("submit", id=draft.id), {"Content-Type": "application/json"}, body


def _form(name: str, text: str) -> Hostile:
    boundary = uuid.uuid4().hex
    part = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n--{boundary}--\r\n'
    )
    headers = {"Content-Type": f"multipart/form-data; boundary={boundary}", "Accept-Encoding": "br"}
    path = url("report_form", locale="en", service_code="pothole")
    return "POST", path, headers, part.encode()


if __name__ == "__main__":
    main()
