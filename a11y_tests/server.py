"""One production server as people meet it: `python -m app.serve` on data of its own, and the desk behind it."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Mapping
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from types import MappingProxyType
from urllib.error import URLError

from app.db.engine import open_engine
from app.moderation.rules import hide, show
from app.people.models import Role
from app.people.rules import create_person
from app.people.store import PeopleStore
from app.requests.rules import Staff, add_internal_note, change_status
from app.requests.statuses import Status
from app.requests.store import RequestStore

ROOT = Path(__file__).parents[1]
COMMAND = (sys.executable, "-m", "app.serve")
SECONDS_TO_START = 120
SECONDS_TO_END = 15
SECONDS_TO_COME = 30
"""For photos that are on their way."""

_visitors = count()


def another_visitor() -> dict[str, str]:
    """What the proxy before the portal says of a visitor who has not been here before, from a network of their own.

    All tests of a session share a portal, and each of them may use as much of it as one visitor may.
    """
    number = next(_visitors)
    return {"X-Forwarded-For": f"10.{number % 256}.{number // 256 % 256}.1"}


class PortalServer:
    """A portal in a process of its own.

    It counts one proxy, which the tests play (`another_visitor`).
    data: an empty folder, or that of an earlier one. home: where the portal and its built pages are.
    settings: what its operator has set besides (PORTAL_…). The port stays the same when it is started again.
    """

    def __init__(
        self, data: Path, *, home: Path = ROOT, settings: Mapping[str, str] = MappingProxyType({})
    ) -> None:
        self.data = data
        self._home = home
        self._settings = settings
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = data.with_name(f"{data.name}.log")
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Returns when the portal answers. Raises RuntimeError with its log if it ends or takes too long."""
        # Settings of whoever runs the tests must not reach a database of theirs. Tests and portal must agree on the
        # languages, and that is no setting.
        environment = {
            name: value
            for name, value in os.environ.items()
            if name == "PORTAL_PSEUDO" or not name.startswith("PORTAL_")
        }
        environment |= {"PORT": str(self.port), "PORTAL_DATA": str(self.data), "PYTHONUNBUFFERED": "1"}
        environment["PORTAL_TRUSTED_PROXIES"] = "1"
        environment |= self._settings
        with self.log.open("ab") as log:
            # A session of its own, so that its workers can be ended with it.
            self._process = subprocess.Popen(
                COMMAND, cwd=self._home, env=environment, stdout=log, stderr=log, start_new_session=True
            )
        deadline = time.monotonic() + SECONDS_TO_START
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.kill()
                raise RuntimeError(f"the portal did not start:\n{self.log.read_text()}")
            time.sleep(0.05)

    def check(self) -> None:
        """Raises RuntimeError with the log if the portal is not running any more."""
        if self._process is None or self._process.poll() is not None:
            raise RuntimeError(f"the portal has ended:\n{self.log.read_text()}")

    def kill(self) -> None:
        """End it at once, as a power cut does: the process and all its workers."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """End it as an operator does."""
        self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> None:
        process = self._process
        if process is None:
            return
        try:
            if how is signal.SIGTERM:
                process.terminate()
                process.wait(SECONDS_TO_END)
        except subprocess.TimeoutExpired:
            pass
        finally:
            # Whatever is left of it; its process group is nobody else's.
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            process.wait()
            self._process = None

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/health", timeout=1) as answer:
                return bool(answer.status == 200)
        except (URLError, OSError):
            return False


class Desk:
    """What people at the desk do, with the portal's own rules on the running portal's own database."""

    def __init__(self, server: PortalServer) -> None:
        self._engine = open_engine(f"sqlite:///{server.data / 'portal.db'}")
        self._requests = RequestStore(self._engine)
        self._by: Staff | None = None

    def move(self, reference: str, to: Status, note: str = "") -> None:
        """Move a request on. reference: with or without spaces."""
        change_status(
            store=self._requests, reference=_plain(reference), by=self._staff(), to=to, note=note, now=_now()
        )

    def note(self, reference: str, text: str) -> None:
        """Write an internal note."""
        add_internal_note(
            store=self._requests, reference=_plain(reference), by=self._staff(), text=text, now=_now()
        )

    def look(self, reference: str) -> None:
        """Look at all words and photos of a request, once all photos have come, and let everybody see them."""
        self.stored(reference)
        show(store=self._requests, reference=_plain(reference), by=self._staff(), now=_now())

    def stored(self, reference: str) -> None:
        """Wait until all photos of a request have come."""
        deadline = time.monotonic() + SECONDS_TO_COME
        while {"expected", "uploading"} & set(self.photo_states(reference)) and time.monotonic() < deadline:
            time.sleep(0.05)

    def hide(self, reference: str) -> None:
        """Let nobody outside see any words or photos of a request."""
        hide(store=self._requests, reference=_plain(reference), by=self._staff(), now=_now())

    def count(self) -> int:
        """How many requests there are."""
        with self._engine.connect() as connection:
            return int(connection.exec_driver_sql("SELECT count(*) FROM service_request").scalar_one())

    def arrived(self, id: str) -> list[str] | None:
        """The hashes of a request's photos that are stored, by their order; None if there is no such request."""
        photos = "SELECT sha256 FROM photo WHERE request_id = ? AND attached AND state = 'stored' ORDER BY position"
        with self._engine.connect() as connection:
            if not connection.exec_driver_sql("SELECT 1 FROM service_request WHERE id = ?", (id,)).first():
                return None
            return [str(row[0]) for row in connection.exec_driver_sql(photos, (id,))]

    def place(self, reference: str) -> tuple[str, float | None, float | None]:
        """Where a request's place comes from, and its latitude and longitude."""
        query = "SELECT place_source, lat, long FROM service_request WHERE reference = ?"
        with self._engine.connect() as connection:
            source, lat, long = connection.exec_driver_sql(query, (_plain(reference),)).one()
        return str(source), lat, long

    def followers(self, reference: str) -> int:
        """How many follow a request."""
        query = "SELECT followers FROM service_request WHERE reference = ?"
        with self._engine.connect() as connection:
            return int(connection.exec_driver_sql(query, (_plain(reference),)).scalar_one())

    def review(self, reference: str) -> list[str]:
        """Why somebody at the desk should look at a request."""
        query = "SELECT review FROM service_request WHERE reference = ?"
        with self._engine.connect() as connection:
            found = connection.exec_driver_sql(query, (_plain(reference),)).scalar_one()
        return [str(reason) for reason in json.loads(found)]

    def photo_states(self, reference: str) -> list[str]:
        """The state of each photo of a request."""
        query = (
            "SELECT photo.state FROM photo JOIN service_request ON photo.request_id = service_request.id "
            "WHERE service_request.reference = ? ORDER BY photo.state"
        )
        with self._engine.connect() as connection:
            return [str(row[0]) for row in connection.exec_driver_sql(query, (_plain(reference),))]

    def close(self) -> None:
        """Let the database go."""
        self._engine.dispose()

    def _staff(self) -> Staff:
        if self._by is None:
            person = create_person(
                store=PeopleStore(self._engine),
                email="desk@city.example",
                name="Robin",
                password="a long enough password",
                role=Role.DESK,
            )
            self._by = Staff(person.id)
        return self._by


def _plain(reference: str) -> str:
    return "".join(character for character in reference if character.isdigit())


def _now() -> datetime:
    return datetime.now(UTC)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
