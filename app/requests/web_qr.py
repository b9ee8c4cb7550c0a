"""The private link of a request as a QR code, to carry it from one phone to another."""

import re
from io import BytesIO

import segno
from starlette.responses import Response

from app.db.threads import reading
from app.http.answers import PRIVATE
from app.http.pages import compressed
from app.http.replies import not_found
from app.http.route import Route
from app.http.visit import Visit
from app.requests.web_held import held_request

_HOST = re.compile(r"(?:[\w.-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::\d{1,5})?", re.ASCII)


async def private_link(visit: Visit) -> Response:
    """GET `/{locale}/requests/{reference}/manage/{token}/qr.svg`, for whoever has the link already."""
    origin = _origin(visit)
    if origin is None or await reading(held_request, visit) is None:
        return not_found(visit)
    svg = _drawn(f"{origin}{visit.url('manage', **visit.params)}")
    return compressed(visit.request, svg, "image/svg+xml", headers={"cache-control": PRIVATE})


def _origin(visit: Visit) -> str | None:
    """The address people see: the one that is set, else, where it is only tried out, the one that was asked."""
    settings = visit.portal.settings
    if settings.base_url or settings.production:
        return settings.base_url or None
    host = visit.request.headers.get("host", "")
    return f"{visit.request.scope['scheme']}://{host}" if _HOST.fullmatch(host) else None


def _drawn(link: str) -> bytes:
    """Black on white with a quiet zone, whatever colors the page has: readers expect it so (ISO/IEC 18004).

    Level M: a seventh of it may be dirty or in a reflection.
    """
    svg = BytesIO()
    segno.make(link, error="m", micro=False).save(
        svg,
        kind="svg",
        border=4,
        dark="#000",
        light="#fff",
        omitsize=True,
        xmldecl=False,
        svgclass=None,
        lineclass=None,
        nl=False,
    )
    return svg.getvalue()


ROUTES = [
    Route("GET", "qr", private_link),
]
