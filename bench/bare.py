"""A bare page to compare ours with, in the same browser and the same minute: one control, and as many bytes as ours.

It has no style, and no script but the one that keeps it for a time without a network, as short as that can be. What it
takes is what browser and connection take; whatever else the machine does weighs on both alike.
"""

from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from random import Random
from threading import Thread

PAGE = """<!DOCTYPE html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Bare</title><main><form><label>Where is it? <input name="place"></label></form></main>
<script src="/rest.js" defer></script>"""
REST = 'if (location.hash) navigator.serviceWorker.register("/worker.js");\n'
WORKER = """
const keep = async () => (await caches.open("bare")).addAll(["/", "/rest.js"]);
addEventListener("install", (event) => event.waitUntil(keep()));
addEventListener("fetch", (event) => event.respondWith(caches.match(event.request, { ignoreSearch: true })));
"""
KEPT = "#kept"
"""At the end of the address: the page is to be kept by its worker."""


@contextmanager
def served(document: int, rest: int) -> Iterator[int]:
    """Serve the page on a port. document, rest: bytes of the page and of the one file it asks for."""
    answers = {
        "/": ("text/html", f"{PAGE}<!--{_filling(document - len(PAGE))}-->"),
        "/rest.js": ("text/javascript", f"{REST}//{_filling(rest - len(REST))}"),
        "/worker.js": ("text/javascript", WORKER),
    }

    class Bare(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            kind, text = answers.get(self.path.partition("?")[0], ("text/plain", ""))
            body = text.encode()
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Cache-Control", "no-store")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Bare)
    server.daemon_threads = True
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()


def _filling(length: int) -> str:
    """Text of which nothing can be left out by packing."""
    return b64encode(Random(1).randbytes(max(0, length))).decode()[: max(0, length)]
