"""A small stand-in for the portal: the real pages, and a write path that can fail in every way we ask for.

Its pages load our modules as they are written, each by itself, so that a test can look into one, hold it up or take it
away. That they do the same as one file is for the tests with the real portal.

It speaks the protocol of the design (PUT of the frozen report, HEAD and PATCH of photos) over plain sockets, because
some of the failures are about the connection itself: committed but never answered, cut in the middle of a photo.
What it answers is what the portal answers: tests/offline/test_stand_in.py holds the two side by side.
"""

import hashlib
import json
import socket
from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from email.message import Message as Headers
from email.parser import BytesParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from shutil import copy
from tempfile import TemporaryDirectory
from threading import Event, Lock, Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

from a11y_tests.modules.fake_pages import OWN_PAGES, form_page, visit_to
from a11y_tests.modules.fake_places import FakePlaces
from a11y_tests.modules.fake_types import test_city
from app.city import views as service_views
from app.city.brand import images
from app.city.city import City
from app.http.answers import MINE, filled
from app.http.pages import Pages
from app.http.replies import MOST_BYTES
from app.pages.published import published
from app.reports.views_pages import ReportView
from app.reports.web_devices import MOST_AT_ONCE
from app.requests.follow_keys import parse_key
from app.routes import url
from app.site.texts import mine

ROOT = Path(__file__).parents[2]
ASSETS = ROOT / "assets"
BUILD = ROOT / ".build"
OWN_FILES = [*sorted(ASSETS.glob("*.js")), *sorted((BUILD / "static").glob("leaflet.*"))]
"""Our modules as they are written; of the map's library, what is served."""
STEP = 65536
SECONDS = 20
NEVER_KEPT = {"Cache-Control": "private, no-store"}
NOTHING: dict[str, str] = {}
"""After which an answer comes that nobody has asked to come."""
PLACES = {
    "search": "/places/search.json",
    "near": "/places/near.json",
    "offline": "/places/offline.json",
    "reported": "/places/reported.json",
    "layers": "/map/layers.json",
    "picture": "/map/at/",
    "tile": "/tiles/",
}
"""What can be asked about places, by the name of its faults."""


@dataclass
class Report:
    """A report that has been committed."""

    digest: str
    content: dict[str, Any]
    puts: int = 1


@dataclass
class FakeCity:
    """The server and what it has seen.

    faults: what goes wrong with the next requests, one entry each, by method or by one of PLACES: see
    `_Handler._fail`. slow: what answers to the fault "slow" wait for.
    poison: what goes wrong with every write of a report, by its id.
    status: of every request, as the city says it to the phone that asks.
    near: what is reported already near every place. followed: which of it by whom: reference and key.
    asked: about which reports phones have asked, one list each time. gone: those that the city keeps no longer.
    """

    city: City = field(default_factory=test_city)
    faults: dict[str, list[str]] = field(default_factory=dict)
    poison: dict[str, str] = field(default_factory=dict)
    reports: dict[str, Report] = field(default_factory=dict)
    photos: dict[str, bytearray] = field(default_factory=dict)
    forms: list[dict[str, list[Any]]] = field(default_factory=list)
    seen: list[tuple[str, str, dict[str, str], int]] = field(default_factory=list)
    sent_url: str | None = None
    status: str = "Received"
    near: list[dict[str, Any]] = field(default_factory=list)
    followed: list[tuple[str, str]] = field(default_factory=list)
    asked: list[list[str]] = field(default_factory=list)
    gone: set[str] = field(default_factory=set)
    slow: Event = field(default_factory=Event)
    lock: Lock = field(default_factory=Lock)

    def __post_init__(self) -> None:
        with TemporaryDirectory() as folder:
            (Path(folder) / "static").mkdir()
            for file in OWN_FILES:
                copy(file, Path(folder) / "static")
            (Path(folder) / "static.json").write_text(json.dumps({file.name: "x" for file in OWN_FILES}))
            self.pages = Pages(replace(published(workshop=True), folder=Path(folder)), self.city)
        self.places = FakePlaces(self.city, self.pages)
        server = _Server(("127.0.0.1", 0), type("Handler", (_Handler,), {"fake": self}))
        self._server = server
        self.port = server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()
        self.places.close()

    def forget(self) -> None:
        """Start the next test with an empty city."""
        seen: Any
        for seen in (self.faults, self.poison, self.reports, self.photos, self.forms, self.seen):
            seen.clear()
        self.near.clear()
        self.followed.clear()
        self.asked.clear()
        self.gone.clear()
        # Whoever still waits goes on.
        self.slow.set()
        self.slow = Event()
        self.sent_url, self.status = None, "Received"

    def count(self, method: str, part: str = "") -> int:
        """How many requests of a method there were whose path holds a part."""
        return sum(seen[0] == method and part in seen[1] for seen in list(self.seen))


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Browsers that leave in the middle of an answer are part of the tests."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    fake: FakeCity

    def log_message(self, *args: object) -> None:
        pass

    # --- reading ---

    def do_GET(self) -> None:
        self._note(0)
        path = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(path.query).items()}
        parts = path.path.strip("/").split("/")
        if parts[0] == "static":
            self._static(parts[-1])
        elif name := next((name for name, begin in PLACES.items() if path.path.startswith(begin)), ""):
            self._place(name, path.path, path.query)
        elif path.path.endswith(".webp"):
            self._picture()
        elif parts[0] == "requests":
            self._standing(parts[1])
        elif parts[1:] == ["mine"]:
            visit = visit_to(self.fake.pages, self.fake.city, parts[0], "mine")
            self._page(filled(visit, mine.view(visit)))
        elif parts[1:] == ["report"]:
            visit = visit_to(self.fake.pages, self.fake.city, parts[0], "report")
            view = ReportView(query="", found=[], groups=service_views.groups(visit))
            self._page(filled(visit, view))
        elif "report" in parts:
            self._page(form_page(self.fake.pages, self.fake.city, parts[0], parts[2], query))
        elif parts[0] == "own":
            self._own(parts[1], query)
        else:
            self._answer(200, "<!doctype html><html lang=en><title>Sent</title><h1>Sent</h1>", "text/html")

    def _static(self, name: str) -> None:
        file = self.fake.pages.own_files.get(name)
        if file is None or name in self.fake.faults.get("static", []):
            self._answer(404, "", "text/plain")
            return
        self._answer(200, file.identity, file.media_type)

    def _place(self, name: str, path: str, query: str) -> None:
        """What a page asks about places."""
        if self._fault(name):
            return
        found = self.fake.places.answer(path, query)
        if found is not None:
            kept = {"Cache-Control": found.headers["cache-control"]}
            self._answer(found.status_code, bytes(found.body), found.headers["content-type"], kept)
        elif name == "reported":
            self._json(200, {"requests": self.fake.near})
        else:
            self._picture()

    def _picture(self) -> None:
        self._answer(200, images(None)["icon.svg"], "image/svg+xml")

    def _page(self, html: str, status: int = 200) -> None:
        policy = {
            "Content-Security-Policy": self.fake.pages.security_policy,
            "Cache-Control": "private, no-cache",
        }
        self._answer(status, html, "text/html; charset=utf-8", policy)

    def _standing(self, report_id: str) -> None:
        """As the portal of the last release, which knows no other way."""
        if self._fault("GET"):
            return
        answer = self._stands(report_id, self._token())
        if "error" in answer:
            self._json(404, {**answer, "message": "There is nothing at this address."})
        elif "state" in answer:
            self._json(200, answer)
        else:
            self._answer(200, json.dumps(answer), "application/json", {"Cache-Control": MINE})

    def _standings(self) -> None:
        asked = json.loads(self._body())
        self.fake.asked.append([one["id"] for one in asked])
        if not self._fault("standing"):
            self._json(200, [self._stands(one["id"], one["token"]) for one in asked])

    def _stands(self, report_id: str, token: str) -> dict[str, Any]:
        report = self.fake.reports.get(report_id)
        if report_id in self.fake.gone:
            return {"id": report_id, "state": "gone"}
        if report is None or report.content["manage_token"] != token:
            return {"id": report_id, "error": "not_found"}
        missing = [item["sha256"] for item in report.content.get("media", []) if not self._has(item)]
        return {
            "id": report_id,
            "reference": report.content["reference"],
            "status": "submitted",
            "status_words": self.fake.status,
            "updated": "2026-11-22T18:30:00+00:00",
            "photos_missing": missing,
            "photos_refused": [],
        }

    def _own(self, name: str, query: dict[str, str]) -> None:
        etag = f'"{self.fake.status}"'
        fault = self._next_fault("GET")
        if fault:
            self._answer(int(fault), "no", "text/plain")
        elif self.headers.get("If-None-Match") == etag:
            self._answer(304, "", "text/html")
        else:
            html = OWN_PAGES[name].replace("STATUS", self.fake.status)
            headers = {
                "ETag": etag,
                "Cache-Control": "no-cache",
                "Content-Security-Policy": self.fake.pages.security_policy,
            }
            self._answer(200, html, "text/html; charset=utf-8", headers)

    # --- writing ---

    def do_PUT(self) -> None:
        body = self._body()
        report_id = self.path.rsplit("/", 1)[-1]
        about = {"id": report_id, "digest": hashlib.sha256(body).hexdigest()}
        if self._fault("PUT", about) or self._poisoned([report_id]):
            return
        if refusal := self._refusal(report_id, body):
            self._json(*refusal)
            return
        status, answer = self._commit(report_id, body)
        if status < 400 and self._next_fault("PUT-answer") == "drop":
            self._hang_up()
        else:
            self._json(status, answer)

    def _refusal(self, report_id: str, body: bytes) -> tuple[int, dict[str, Any]] | None:
        """Why these bytes are no report that can be taken at this address, or None."""
        about = {"id": report_id, "digest": hashlib.sha256(body).hexdigest()}
        announced = self.headers.get("Content-Digest", "")
        whole = f"sha-256=:{b64encode(bytes.fromhex(about['digest'])).decode()}:"
        if self.headers["Content-Type"] != "application/json":
            return 415, {"error": "media_type", "message": "Send the report as JSON."}
        if len(body) > MOST_BYTES:
            return 413, {**about, "error": "too_large", "message": "This report is too long."}
        if announced and announced != whole:
            return 400, {"error": "digest", "message": "The report did not arrive whole."}
        if json.loads(body)["id"] != report_id:
            return 400, {**about, "error": "id", "message": "The report bears another id than its address."}
        return None

    def _several(self) -> None:
        """Reports that come together, one a line, each with an outcome of its own."""
        lines = [line for line in self._body().split(b"\n") if line.strip()]
        reports = [(str(json.loads(line)["id"]), line) for line in lines]
        if self._fault("PUT") or self._poisoned([report_id for report_id, _ in reports]):
            return
        if not 0 < len(reports) <= MOST_AT_ONCE:
            self._json(400, {"error": "reports", "message": "Send up to 50 reports."})
            return
        outcomes = [self._commit(report_id, line) for report_id, line in reports]
        self._json(200, [{"status": status, **answer} for status, answer in outcomes])

    def _poisoned(self, report_ids: Iterable[str]) -> bool:
        """Fail if one of the reports always does."""
        poison = [self.fake.poison[report_id] for report_id in report_ids if report_id in self.fake.poison]
        return bool(poison) and self._fail(poison[0])

    def _commit(self, report_id: str, body: bytes) -> tuple[int, dict[str, Any]]:
        digest, content = hashlib.sha256(body).hexdigest(), json.loads(body)
        if report_id in self.fake.gone:
            gone = {"id": report_id, "digest": digest, "reference": content["reference"], "state": "gone"}
            return 200, {**gone, "photos_missing": []}
        with self.fake.lock:
            known = self.fake.reports.get(report_id)
            if known is None:
                self.fake.reports[report_id] = Report(digest, content)
            else:
                known.puts += 1
        if known is not None and known.digest != digest:
            about = {"id": report_id, "digest": digest}
            return 409, {**about, "error": "conflict", "message": "This report was sent before."}
        missing = [item["sha256"] for item in content.get("media", []) if not self._has(item)]
        receipt = {
            "id": report_id,
            "digest": digest,
            "reference": content["reference"],
            "photos_missing": missing,
            "sent_url": url(
                "sent",
                locale=content["language"],
                reference=content["reference"],
                token=content["manage_token"],
            ),
        }
        if self.fake.sent_url:
            receipt |= {"reference": "4829135570246", "sent_url": self.fake.sent_url}
        return 201 if known is None else 200, receipt

    def _has(self, item: dict[str, Any]) -> bool:
        return _is_whole(self.fake.photos.get(item["sha256"], b""), item["sha256"])

    def do_HEAD(self) -> None:
        self._note(0)
        if self._fault("HEAD"):
            return
        _, _, report_id, _, sha256 = self.path.split("/")
        have = self.fake.photos.get(sha256, b"")
        if report_id in self.fake.gone:
            self._bare(200, 0, "gone")
        elif not self._announced(report_id, sha256):
            self._answer(404, "", "text/plain", NEVER_KEPT)
        else:
            state = (
                "stored"
                if _is_whole(have, sha256)
                else "uploading"
                if sha256 in self.fake.photos
                else "expected"
            )
            self._bare(200, len(have), state)

    def _bare(self, status: int, offset: int, state: str = "") -> None:
        headers = {"Upload-Offset": str(offset), **NEVER_KEPT}
        self._answer(status, "", "text/plain", {**headers, "Upload-State": state} if state else headers)

    def _announced(self, report_id: str, sha256: str) -> bool:
        """Whether somebody brings the token of a report that names this photo."""
        report = self.fake.reports.get(report_id)
        if report is None or report.content["manage_token"] != self._token():
            return False
        return sha256 in [item["sha256"] for item in report.content.get("media", [])]

    def _token(self) -> str:
        return self.headers.get("Authorization", "").removeprefix("Bearer ")

    def do_PATCH(self) -> None:
        _, _, report_id, _, sha256 = self.path.split("/")
        about = {"id": report_id, "sha256": sha256}
        if not self._announced(report_id, sha256) or report_id in self.fake.gone:
            self._body()
            missing = {**about, "error": "not_found", "message": "There is nothing at this address."}
            gone = report_id in self.fake.gone
            self._json(
                200 if gone else 404, {**about, "state": "gone"} if gone else missing, 0 if gone else None
            )
            return
        have = self.fake.photos.setdefault(sha256, bytearray())
        offset, length = int(self.headers["Upload-Offset"]), int(self.headers["Upload-Length"])
        fault = self._next_fault("PATCH")
        if fault == "cut":
            half = self.rfile.read(int(self.headers["Content-Length"]) // 2)
            self._note(len(half))
            have += half if offset == len(have) else b""
            self._hang_up()
            return
        body = self._body()
        if fault == "garble":
            body = bytes(len(body))
        elif fault == "lose":
            # As after a crash: what came last is gone, so this step starts beyond the end.
            del have[-10_000:]
        elif fault == "refuse":
            self._json(200, {**about, "state": "refused", "message": "This is not a photo."}, length)
            return
        elif fault and self._fail(fault, about):
            return
        with self.fake.lock:
            goes_on = offset == len(have)
            have += body if goes_on and not _is_whole(have, sha256) else b""
        if _is_whole(have, sha256):
            self._json(200, {**about, "state": "stored"}, len(have))
        elif not goes_on:
            self._json(409, {**about, "error": "offset", "message": "Go on from there."}, len(have))
        elif len(have) < length:
            self._bare(204, len(have))
        else:
            have.clear()
            self._json(422, {**about, "error": "digest", "message": "It did not arrive whole."}, 0)

    def do_POST(self) -> None:
        if self.path == "/requests/":
            self._several()
            return
        if self.path == "/requests/standing":
            self._standings()
            return
        if self.path.endswith("/follow"):
            self._follow(self.path.split("/")[2])
            return
        self.fake.forms.append(fields := self._form())
        values = {
            name: [value for value in given if isinstance(value, str)] for name, given in fields.items()
        }
        if self._next_fault("POST") == "errors":
            parts = urlsplit(self.path).path.strip("/").split("/")
            self._page(
                form_page(self.fake.pages, self.fake.city, parts[0], parts[2], {"errors": "1"}, values), 422
            )
            return
        self.send_response(303)
        self.send_header("Location", "/sent")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _follow(self, reference: str) -> None:
        key = parse_key(json.loads(self._body())["key"])
        if key is None:
            self._json(400, {"error": "key", "message": "We could not read the key."})
        elif not self._fault("follow"):
            self.fake.followed.append((reference, key))
            self._json(
                200,
                {
                    "reference": reference,
                    "following": True,
                    "followers": 2,
                    "followed": "Followed by 2 people",
                },
            )

    def _form(self) -> dict[str, list[Any]]:
        """The plain form's fields: texts as they are, files as (name, bytes)."""
        head = f"Content-Type: {self.headers['Content-Type']}\r\n\r\n".encode()
        fields: dict[str, list[Any]] = {}
        for part in BytesParser().parsebytes(head + self._body()).get_payload():
            assert isinstance(part, Headers)
            name, file = part.get_param("name", header="content-disposition"), part.get_filename()
            content = part.get_payload(decode=True)
            assert isinstance(name, str) and isinstance(content, bytes)
            fields.setdefault(name, []).append(content.decode() if file is None else (file, content))
        return fields

    # --- failing ---

    def _next_fault(self, method: str) -> str:
        waiting = self.fake.faults.get(method)
        return waiting.pop(0) if waiting else ""

    def _fault(self, method: str, about: dict[str, str] = NOTHING) -> bool:
        """Fail if the test asked for it; tell whether this request is done with."""
        fault = self._next_fault(method)
        return bool(fault) and self._fail(fault, about)

    def _fail(self, fault: str, about: dict[str, str] = NOTHING) -> bool:
        """about: by which a phone knows our own answer; faults that begin with "ours" have it."""
        if fault == "slow":
            self.fake.slow.wait(SECONDS)
            return False
        if fault == "hang-up":
            self._hang_up()
        elif fault.startswith("portal"):
            # Of a hotel or a coffee shop: its own page, or the way there.
            page = "<html>Welcome to our coffee shop. Sign in to use the internet.</html>"
            self._answer(int(fault[7:] or 200), page, "text/html", {"Location": f"{self.fake.url}/sign-in/"})
        elif fault == "strange-receipt":
            self._json(200, {"id": "another", "digest": "00", "reference": "1", "photos_missing": []})
        elif "{" in fault:
            ours = fault.startswith("ours ")
            status, _, content = fault.removeprefix("ours ").partition(" ")
            said = json.loads(content)
            self._json(int(status), {**about, **said} if ours else said)
        else:
            status, _, after = fault.partition(" ")
            self._answer(int(status), "no", "text/plain", {"Retry-After": after} if after else {})
        return True

    def _hang_up(self) -> None:
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    # --- answering ---

    def _note(self, length: int) -> None:
        self.fake.seen.append(
            (self.command, self.path, {name.lower(): value for name, value in self.headers.items()}, length)
        )

    def _body(self) -> bytes:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self._note(len(body))
        return body

    def _json(self, status: int, content: object, offset: int | None = None) -> None:
        """offset: how far a photo has come, if this is about one."""
        headers = NEVER_KEPT if offset is None else {**NEVER_KEPT, "Upload-Offset": str(offset)}
        self._answer(status, json.dumps(content), "application/json", headers)

    def _answer(
        self, status: int, body: str | bytes, kind: str, headers: dict[str, str] | None = None
    ) -> None:
        content = body.encode() if isinstance(body, str) else body
        self.send_response(status)
        for name, value in {"Content-Type": kind, **(headers or {})}.items():
            self.send_header(name, value)
        if status != 204:
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD" and status not in (204, 304):
            self.wfile.write(content)


def _is_whole(photo: bytes | bytearray, sha256: str) -> bool:
    return hashlib.sha256(photo).hexdigest() == sha256
