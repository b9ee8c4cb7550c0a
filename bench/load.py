"""Whether the portal's memory stays flat while people look, report, send photos and ask, for as long as one likes.

For `bench.soak`. The server is a process of its own behind one counted proxy; every request comes from another network.
A few people at a time do one thing after another; what the server puts off (503, 429) is counted, and not an error.
Staff work at the desk meanwhile (bench/desk.py).
"""

import json
import os
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from itertools import count
from pathlib import Path
from statistics import mean

from app.routes import url
from bench import desk, reports, servers
from bench.servers import Request, Server
from bench.tables import Figure
from tests.devices import make_photo

PEOPLE = 4
REST_SECONDS = 0.05
"""Between two things that somebody does: the machine is to be busy, not drowned."""
SAMPLE_SECONDS = 2.0
MOST_GROWTH = 1.10
"""Of the last third against the second; the first one is for everything that is loaded once."""
MEGABYTE = 1024**2
KINDS = 20
"""So many photos that look different."""
FAILED = "failed"


def memory(minutes: float) -> list[Figure]:
    """Load a server for so many minutes, and see what memory it takes."""
    with tempfile.TemporaryDirectory() as data:
        staff = desk.hire(Path(data))
        with servers.portal(PORTAL_DATA=data) as server:
            done, samples = _loaded(server, staff, minutes * 60)
    third = len(samples) // 3
    second, last = mean(samples[third : 2 * third]), mean(samples[2 * third :])
    return [
        Figure("memory, last third against the second", last / second, "times", MOST_GROWTH),
        Figure("memory, first third", mean(samples[:third]) / MEGABYTE, "MB"),
        Figure("memory, second third", second / MEGABYTE, "MB"),
        Figure("memory, last third", last / MEGABYTE, "MB"),
        Figure("requests that failed", done.pop(FAILED, 0), "", 0),
        Figure("tabs at the desk that failed", done.pop(desk.FAILED, 0), "", 0),
        Figure("minutes", minutes, ""),
        *(Figure(name, number, "") for name, number in sorted(done.items())),
        Figure("load of the machine", os.getloadavg()[1], ""),
    ]


def _loaded(server: Server, staff: list[str], seconds: float) -> tuple[Counter[str], list[int]]:
    """What was done, and the memory in bytes, every few seconds. Needs a minute at least to say anything."""
    done: Counter[str] = Counter()
    over = threading.Event()
    people = [
        threading.Thread(target=_person, args=(server.another(), number, over, done))
        for number in range(PEOPLE)
    ]
    people.append(threading.Thread(target=desk.work, args=(server, staff, over, done)))
    samples = []
    for person in people:
        person.start()
    until = time.monotonic() + seconds
    try:
        while time.monotonic() < until:
            time.sleep(SAMPLE_SECONDS)
            samples.append(server.memory_bytes())
    finally:
        over.set()
        for person in people:
            person.join()
    return done, samples


def _person(server: Server, number: int, over: threading.Event, done: Counter[str]) -> None:
    """Do one thing after another until it is over."""
    things = _things(number)
    while not over.wait(REST_SECONDS):
        name, request = next(things)
        try:
            server.ask(request)
            done[name] += 1
        except (RuntimeError, OSError) as error:
            server.hang_up()
            done["put off (429, 503)" if _is_put_off(error) else FAILED] += 1


def _is_put_off(error: Exception) -> bool:
    return ": 503," in str(error) or ": 429," in str(error)


def _things(number: int) -> Iterator[tuple[str, Request]]:
    """Pages three times as often as anything that is written."""
    pages = _pages()
    plain = reports.as_form()
    for with_photo in _with_photos(number):
        for request in with_photo:
            for _ in range(3):
                yield "pages", next(pages)
            yield {"PUT": "reports", "PATCH": "photos"}.get(request.method, "questions"), request
        yield "forms without script", next(plain)[1]


def _pages() -> Iterator[Request]:
    paths = [
        *(url(name, locale=locale) for name in ("home", "recent") for locale in ("en", "es", "vi")),
        *(url("report_form", locale=locale, service_code="pothole") for locale in ("en", "ru", "ar")),
        "/offline/en.json",
        "/health",
    ]
    for number in count():
        yield Request(paths[number % len(paths)])


def _with_photos(person: int) -> Iterator[list[Request]]:
    """A report, its photo, and the question whether both are still there."""
    for number, (id, bare) in enumerate(reports.as_json()):
        photo = make_photo(KINDS * person + number % KINDS, side=600)
        name = sha256(photo).hexdigest()
        fields = json.loads(bare.body)
        media = [{"sha256": name, "bytes": len(photo)}]
        token = fields["manage_token"]
        step = {
            "Authorization": f"Bearer {token}",
            "Content-Type": "application/offset+octet-stream",
            "Upload-Offset": "0",
            "Upload-Length": str(len(photo)),
        }
        question = json.dumps([{"id": id, "token": token}]).encode()
        yield [
            replace(bare, body=json.dumps({**fields, "media": media}).encode()),
            Request(f"/requests/{id}/photos/{name}", "PATCH", 200, step, photo),
            Request("/requests/standing", "POST", 200, {"content-type": "application/json"}, question),
        ]
