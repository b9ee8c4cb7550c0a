"""What every answer tells browsers to refuse."""

from http import HTTPStatus

from starlette.types import ASGIApp, Message, Receive, Scope, Send

_EVERYWHERE = {
    "x-content-type-options": "nosniff",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "private, no-store",
}
# A dozen scripts come with a first visit. Opened by itself, a script or a stylesheet is text that asks for nothing.
_BARE = (b"text/javascript", b"text/css")
_BUT_SCRIPTS = {
    # Private links stand in our addresses: no other site learns them. Not `no-referrer`, with which browsers
    # send `Origin: null` with our own forms (Fetch, "append a request Origin header").
    "referrer-policy": "same-origin",
    # What is no page needs nothing at all; pages bring their own policy.
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
}
_OFF = (
    *("accelerometer", "autoplay", "camera", "display-capture", "encrypted-media", "fullscreen", "gyroscope"),
    *(
        "magnetometer",
        "microphone",
        "midi",
        "payment",
        "publickey-credentials-get",
        "screen-wake-lock",
        "usb",
    ),
)
_ON_DOCUMENTS = {
    "permissions-policy": ", ".join(["geolocation=(self)", *(f"{name}=()" for name in _OFF)]),
    "cross-origin-opener-policy": "same-origin",
}
_HSTS = "max-age=31536000"


def headers_of_documents() -> dict[str, str]:
    """What every page says besides its own policy, for pages that a phone puts together by itself."""
    policy = {"referrer-policy": _BUT_SCRIPTS["referrer-policy"]}
    return {**_EVERYWHERE, **policy, **_ON_DOCUMENTS}


class SafetyHeaders:
    """Adds to every answer what browsers should refuse to do with it, unless the answer says so itself.

    What only concerns documents is sent with HTML only: every byte counts where this portal is used. An answer
    that says "not modified" is left as it is: browsers put its headers in place of those they have kept.
    What does not say whether it may be kept is kept by nobody: a redirect, an error, what a later version adds.
    hsts: whether browsers are told to stay with https, if they came by it or if that is the public address.
    """

    def __init__(self, app: ASGIApp, *, hsts: bool, base_url: str) -> None:
        self._app = app
        self._schemes = () if not hsts else ("http", "https") if base_url.startswith("https:") else ("https",)
        self._everywhere = _raw(_EVERYWHERE)
        self._on_documents = _raw(_ON_DOCUMENTS)
        self._but_scripts = _raw(_BUT_SCRIPTS)
        self._hsts = _raw({"strict-transport-security": _HSTS})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection (ASGI 3)."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def say(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] != HTTPStatus.NOT_MODIFIED:
                present = dict(message.get("headers", ()))
                added = self._headers(scope, present.get(b"content-type", b""))
                message["headers"] = [*message.get("headers", ()), *(h for h in added if h[0] not in present)]
            await send(message)

        await self._app(scope, receive, say)

    def _headers(self, scope: Scope, content_type: bytes) -> list[tuple[bytes, bytes]]:
        headers = list(self._everywhere)
        if not content_type.startswith(_BARE):
            headers += self._but_scripts
        if content_type.startswith(b"text/html"):
            headers += self._on_documents
        if scope.get("scheme") in self._schemes:
            headers += self._hsts
        return headers


def _raw(headers: dict[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.encode("ascii"), value.encode("ascii")) for name, value in headers.items()]
