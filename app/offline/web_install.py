"""What makes the portal an app on a phone: its manifest, and the door for pictures that are shared with it."""

import json
from typing import Any

from starlette.responses import RedirectResponse, Response

from app.http.answers import PUBLIC
from app.http.packed import Packed, pack
from app.http.portal import Portal
from app.http.route import Route
from app.http.visit import Visit
from app.kit.colors import LIGHT
from i18n import N_

LONGEST_SHORT_NAME = 12
"""Characters that launchers show beneath an icon."""


class _Manifests:
    """The manifests of one portal by build and language, each packed when somebody first asks for it."""

    def __init__(self, portal: Portal) -> None:
        self.packed: dict[tuple[str, str], Packed] = {}


async def manifest(visit: Visit) -> Response:
    """GET `/{locale}/manifest.webmanifest` (W3C, Web Application Manifest)."""
    packed, key = visit.portal.one(_Manifests).packed, (visit.pages.version, visit.locale.code)
    if key not in packed:
        text = json.dumps(_manifest(visit), ensure_ascii=False, separators=(",", ":"))
        packed[key] = pack(text.encode(), "application/manifest+json")
    return packed[key].answer(visit.request, PUBLIC)


async def share(visit: Visit) -> Response:
    """POST `/{locale}/share/`: on to the types of reports.

    A phone's own service worker takes shared pictures (assets/sw.js). Here they only arrive before it is there,
    and nothing is kept of them: without a report nobody would know what they show.
    """
    async for _ in visit.request.stream():
        # Browsers give up when they are answered while they still send.
        pass
    return RedirectResponse(
        visit.url("report"), status_code=303, headers={"cache-control": "private, no-store"}
    )


def _manifest(visit: Visit) -> dict[str, Any]:
    t, name = visit.t, f"{visit.city.name} 311"
    return {
        # The same in every language, so that it is one app whose language can change.
        "id": "/",
        "lang": visit.locale.code,
        "dir": visit.locale.direction,
        "name": name,
        "short_name": name if len(name) <= LONGEST_SHORT_NAME else "311",
        "description": t(
            N_("Report a problem to the city and see what becomes of it, also without a connection.")
        ),
        "start_url": visit.url("home"),
        "scope": "/",
        "display": "standalone",
        "background_color": LIGHT["paper"],
        "theme_color": visit.city.colors.light.bar,
        "icons": _icons(visit),
        "shortcuts": [
            {"name": t(N_("Report a problem")), "url": visit.url("report")},
            {"name": t(N_("My requests")), "url": visit.url("mine")},
        ],
        "share_target": {
            "action": visit.url("share"),
            "method": "POST",
            "enctype": "multipart/form-data",
            "params": {"files": [{"name": "media", "accept": ["image/*"]}]},
        },
    }


def _icons(visit: Visit) -> list[dict[str, str]]:
    static = visit.pages.static
    return [
        {"src": static("icon-192.png"), "sizes": "192x192", "type": "image/png"},
        {"src": static("icon-512.png"), "sizes": "512x512", "type": "image/png"},
        {
            "src": static("icon-maskable-512.png"),
            "sizes": "512x512",
            "type": "image/png",
            "purpose": "maskable",
        },
        {"src": static("icon.svg"), "sizes": "any", "type": "image/svg+xml"},
    ]


ROUTES = [
    Route("GET", "manifest", manifest),
    Route("POST", "share", share, rate="change"),
]
