"""The proxy of docs/deploy, as it stands there, before a portal that only says what reached it."""

import json
import os
import re
import shutil
import socket
import ssl
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPResponse, HTTPSConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from app.http.replies import MOST_FORM_BYTES, MOST_STEP_BYTES
from app.site.supervisor import SECONDS_OF_SILENCE

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "docs/deploy/nginx.conf"
NAME = "311.city.example"
# Where Debian has it, also for people whose PATH does not.
NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
OPENSSL = shutil.which("openssl")

needs_nginx = pytest.mark.skipif(not (NGINX and OPENSSL), reason="nginx or openssl is not on this machine")


class Echo(BaseHTTPRequestHandler):
    """Answers with what has arrived, as JSON."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        size = len(self.rfile.read(int(self.headers.get("content-length", 0))))
        seen = {"path": self.path, "size": str(size)}
        said = json.dumps(seen | {name.lower(): value for name, value in self.headers.items()}).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def do_POST(self) -> None:
        self.do_GET()

    def log_message(self, format: str, *arguments: object) -> None:
        pass


@dataclass(frozen=True)
class Proxy:
    port: int
    folder: Path

    def send(
        self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None
    ) -> tuple[HTTPResponse, bytes]:
        context = ssl.create_default_context(cafile=self.folder / "fullchain.pem")
        with (
            socket.create_connection(("127.0.0.1", self.port), timeout=60) as plain,
            context.wrap_socket(plain, server_hostname=NAME) as secure,
        ):
            connection = HTTPSConnection(NAME)
            connection.sock = secure
            connection.request(method, path, body or None, headers or {})
            answer = connection.getresponse()
            return answer, answer.read()

    def seen(self, method: str, path: str, body: bytes = b"", **headers: str) -> dict[str, str]:
        """What the portal behind it sees of a request."""
        answer, said = self.send(method, path, body, {k.replace("_", "-"): v for k, v in headers.items()})
        assert answer.status == 200
        seen: dict[str, str] = json.loads(said)
        return seen


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def adapted(folder: Path, *, port: int, portal: int) -> Path:
    """The example with ports, files and user of a test; nothing else is changed."""
    text = EXAMPLE.read_text()
    text = re.sub(r"^.*listen \[::\].*\n", "", text, flags=re.MULTILINE)
    text = text.replace("listen 80", f"listen 127.0.0.1:{free_port()}").replace(
        "listen 443", f"listen 127.0.0.1:{port}"
    )
    text = text.replace("127.0.0.1:3110", f"127.0.0.1:{portal}")
    text = text.replace("user www-data;", "user root;" if os.geteuid() == 0 else "")
    text = text.replace("/run/nginx.pid", f"{folder}/pid").replace("/var/log/nginx", str(folder))
    text = text.replace("/etc/ssl/311", str(folder)).replace("worker_processes auto", "worker_processes 1")
    # The machine of a test may allow fewer open files.
    text = text.replace("worker_rlimit_nofile 32768;", "").replace("16384", "256")
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    text = text.replace(
        "http {", "http {\n" + "".join(f"{kind}_temp_path {folder}/{kind};\n" for kind in kinds)
    )
    file = folder / "nginx.conf"
    file.write_text(text)
    return file


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    assert NGINX and OPENSSL
    folder = tmp_path_factory.mktemp("proxy")
    make = f"req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN={NAME} -addext subjectAltName=DNS:{NAME}"
    subprocess.run(
        [OPENSSL, *make.split(), "-keyout", "privkey.pem", "-out", "fullchain.pem"],
        cwd=folder,
        check=True,
        capture_output=True,
    )
    portal = ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    Thread(target=portal.serve_forever, daemon=True).start()
    port = free_port()
    command = [NGINX, "-p", str(folder), "-c", str(adapted(folder, port=port, portal=portal.server_port))]
    # Whether it is well formed; warnings count.
    checked = subprocess.run([*command, "-t"], capture_output=True, text=True)
    assert checked.returncode == 0 and "[warn]" not in checked.stderr, checked.stderr
    # Returns when it listens.
    subprocess.run(command, check=True, capture_output=True)
    yield Proxy(port, folder)
    subprocess.run([*command, "-s", "quit"], check=True, capture_output=True)
    portal.shutdown()
    portal.server_close()


@needs_nginx
def test_what_a_visitor_says_of_their_own_address_is_gone(proxy: Proxy) -> None:
    seen = proxy.seen("GET", "/en/", X_Forwarded_For="192.0.2.7, 192.0.2.8", X_Forwarded_Proto="http")
    assert seen["x-forwarded-for"] == "127.0.0.1"
    assert seen["x-forwarded-proto"] == "https"
    assert seen["host"] == NAME


@needs_nginx
def test_only_a_websocket_may_change_what_is_spoken(proxy: Proxy) -> None:
    path = "/_event/?EIO=4&transport=websocket"
    seen = proxy.seen("GET", path, Upgrade="websocket", Connection="Upgrade")
    assert (seen["path"], seen["upgrade"], seen["connection"]) == (path, "websocket", "upgrade")
    assert "upgrade" not in proxy.seen("GET", "/en/", Upgrade="h2c", Connection="Upgrade")


@needs_nginx
@pytest.mark.parametrize(
    "path",
    [
        "/en/report/pothole/",
        "/zh-Hans/import/",
        "/so/share/",
        "/en/requests/482913557026/manage/sometoken/",
    ],
)
def test_forms_with_photos_come_through_whole(proxy: Proxy, path: str) -> None:
    assert proxy.seen("POST", path, bytes(5_000_000))["size"] == "5000000"


@needs_nginx
def test_elsewhere_large_bodies_are_refused_and_never_reach_the_portal(proxy: Proxy) -> None:
    assert proxy.seen("POST", "/requests/", bytes(MOST_STEP_BYTES))["size"] == str(MOST_STEP_BYTES)
    answer, said = proxy.send("POST", "/requests/", b"", {"Content-Length": "5000000"})
    assert answer.status == 413 and b"path" not in said


@needs_nginx
def test_figures_are_not_for_everybody(proxy: Proxy) -> None:
    assert proxy.send("GET", "/metrics", headers={"Authorization": "Bearer of-the-monitor"})[0].status == 404


@needs_nginx
def test_logs_hold_no_private_link_and_no_address(proxy: Proxy) -> None:
    proxy.send("GET", "/en/requests/482913557026/manage/verysecrettoken/?q=mywords")
    proxy.send("POST", "/verysecrettoken?q=mywords", b"", {"Content-Length": "5000000"})
    lines = [json.loads(line) for line in (proxy.folder / "access.log").read_text().splitlines()]
    assert {"GET", "POST"} <= {line["method"] for line in lines}
    written = (proxy.folder / "access.log").read_text() + (proxy.folder / "error.log").read_text()
    assert not re.search("verysecrettoken|mywords|482913557026|127[.]0[.]0[.]1", written)


@needs_nginx
def test_without_a_portal_phones_are_told_when_to_come_back(proxy: Proxy, tmp_path: Path) -> None:
    assert NGINX
    for name in ("fullchain.pem", "privkey.pem"):
        shutil.copy(proxy.folder / name, tmp_path)
    port = free_port()
    command = [NGINX, "-p", str(tmp_path), "-c", str(adapted(tmp_path, port=port, portal=free_port()))]
    subprocess.run(command, check=True, capture_output=True)
    try:
        answer, _ = Proxy(port, tmp_path).send("PUT", "/requests/018f", b"{}")
        assert answer.status == 503
        assert int(answer.headers["retry-after"]) > 0
        assert answer.headers["cache-control"] == "no-store"
    finally:
        subprocess.run([*command, "-s", "quit"], check=True, capture_output=True)


@needs_nginx
def test_silence_ends_a_connection(proxy: Proxy) -> None:
    with socket.create_connection(("127.0.0.1", proxy.port), timeout=60) as silent:
        try:
            assert silent.recv(100) == b""
        except ConnectionResetError:
            pass


@needs_nginx
def test_other_names_get_no_certificate(proxy: Proxy) -> None:
    context = ssl.create_default_context(cafile=proxy.folder / "fullchain.pem")
    with (
        socket.create_connection(("127.0.0.1", proxy.port), timeout=60) as plain,
        pytest.raises(ssl.SSLError),
    ):
        context.wrap_socket(plain, server_hostname="another.example")


def test_its_numbers_are_in_step_with_the_portal() -> None:
    """So that the portal, which knows the person's language, is the one that says no."""
    text = EXAMPLE.read_text()
    sizes = {int(size) * 1024**2 for size in re.findall(r"client_max_body_size (\d+)m;", text)}
    assert min(sizes) > MOST_STEP_BYTES
    assert max(sizes) > MOST_FORM_BYTES
    to_portal = re.search(r"upstream portal \{.*?keepalive_timeout (\d+)s;", text, re.DOTALL)
    assert to_portal and int(to_portal[1]) < SECONDS_OF_SILENCE
    screens = re.search(r"location /_event \{.*?proxy_read_timeout (\d+)s;", text, re.DOTALL)
    assert screens and int(screens[1]) >= 150
