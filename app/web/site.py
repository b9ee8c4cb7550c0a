"""The portal's HTTP side as one Starlette application: which handler answers which route."""

from collections.abc import Awaitable, Callable
from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from app.routes import ROUTES
from app.web import (
    accessibility,
    alerts,
    desk,
    home,
    imports,
    install,
    intake,
    media,
    pack,
    places,
    qr,
    report,
    reported,
    standing,
    styleguide,
    tracking,
    uploads,
)
from app.web.following import Following
from app.web.imports import Imports
from app.web.install import Manifests
from app.web.limits import Limits
from app.web.maps import Maps
from app.web.media import OwnFiles
from app.web.pages import Pages
from app.web.portal import Portal
from app.web.recent_map import RecentMap
from app.web.slashes import Slashes
from app.web.visit import Visit, preferred_locale
from i18n import N_, Message
from i18n.locales import LOCALES

Handler = Callable[[Visit], Awaitable[Response]]

BUILD = Path(".build")

GET: dict[str, Handler] = {
    "home": home.home,
    "report": home.choose,
    "report_form": report.show,
    "import_reports": imports.show,
    "requests": tracking.look_up,
    "request": tracking.show,
    "sent": tracking.sent,
    "manage": tracking.manage,
    "qr": qr.private_link,
    "recent": tracking.recent,
    "alerts": alerts.show,
    "mine": home.mine,
    "away": home.away,
    "privacy": home.privacy,
    "accessibility": accessibility.statement,
    "offline": pack.offline,
    "standing": standing.show,
    "photo": media.photo,
    "private_photo": media.private_photo,
    "sign_in": desk.show_sign_in,
}
"""What answers a look (GET and HEAD)."""

WORKSHOP: dict[str, Handler] = {"styleguide": styleguide.show, "styleguide_root": styleguide.root}
"""What only those see who change the portal."""

WRITE: list[tuple[str, str, str, Handler]] = [
    ("POST", "report_form", "report", report.receive),
    ("POST", "share", "change", install.share),
    ("POST", "manage", "change", tracking.change),
    ("POST", "sign_out", "change", desk.sign_out),
    ("PUT", "submit", "report", intake.submit_report),
    ("HEAD", "upload", "upload", uploads.upload_photo),
    ("PATCH", "upload", "upload", uploads.upload_photo),
]
"""What answers a change: method, route, the rate that limits it (app.web.limits), handler."""


def site(portal: Portal, build: Path = BUILD) -> ASGIApp:
    """The application that serves everything except the live screens."""
    pages = Pages(build, portal.city, tile_origin=portal.settings.tile_origin)
    application = Starlette(
        routes=_routes(portal, pages, build),
        exception_handlers=_problems(portal, pages),
    )
    application.router.default = Slashes(application.router)
    return application


def _routes(portal: Portal, pages: Pages, build: Path) -> list[Route]:
    files, recent_map, maps = OwnFiles(build), RecentMap(portal), Maps(portal)
    limits = Limits()
    following = Following(limits)
    looks = {
        **GET,
        "manifest": Manifests().file,
        "static": files.file,
        "worker": files.worker,
        "map": recent_map.svg,
        "reported": limits.guard("near", reported.show, looks=True),
        "places": limits.guard("places", places.for_phones, looks=True),
        "places_search": limits.guard("places", places.search, looks=True),
        "places_near": limits.guard("places", places.near, looks=True),
        "map_layers": limits.guard("map", maps.show_layers, looks=True),
        "map_at": limits.guard("map", maps.picture, looks=True),
        "tile": limits.guard("map", maps.tile, looks=True),
    }
    write = [
        *WRITE,
        ("POST", "request", "change", following.change),
        ("POST", "follow", "change", following.add),
        ("DELETE", "follow", "change", following.remove),
        ("POST", "submit_several", "report", intake.Batches(limits).receive),
        ("POST", "import_reports", "report", Imports(limits).receive),
    ]
    changes = [(name, [method], limits.guard(rate, handler)) for method, name, rate, handler in write]
    changes.append(("sign_in", ["POST"], desk.SignIns(limits).receive))
    routes = [
        Route(ROUTES[name], _endpoint(portal, pages, name, handler), methods=methods, name=name)
        for name, methods, handler in [
            *changes,
            *((name, ["GET"], handler) for name, handler in looks.items()),
        ]
    ]
    if not portal.settings.production:
        # First, or its short address would be taken for a language.
        routes = [
            *(
                Route(ROUTES[name], _endpoint(portal, pages, name, handler), name=name)
                for name, handler in WORKSHOP.items()
            ),
            *routes,
        ]
    routes.append(Route("/", _endpoint(portal, pages, "home", home.root), name="root"))
    routes.append(Route(ROUTES["health"], _health, name="health"))
    return routes


def _endpoint(
    portal: Portal, pages: Pages, name: str, handler: Handler
) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        visit = _visit(portal, pages, request, name)
        if visit is None:
            raise HTTPException(404)
        await portal.alerts.look()
        return await handler(visit)

    return endpoint


def _visit(portal: Portal, pages: Pages, request: Request, name: str) -> Visit | None:
    params = dict(request.path_params)
    code = params.pop("locale", None) or preferred_locale(request.headers.get("accept-language", ""))
    locale = LOCALES.get(code)
    return None if locale is None else Visit(request, portal, pages, locale, name, params)


async def _health(request: Request) -> Response:
    return JSONResponse({"status": "ok"}, headers={"cache-control": "no-store"})


def _problems(
    portal: Portal, pages: Pages
) -> dict[int | type[Exception], Callable[..., Awaitable[Response]]]:
    """How routes and middleware say no: a page for people, JSON for programs."""

    async def problem(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        heading, advice = _SENTENCES.get(status, _SENTENCES[400] if status < 500 else _SENTENCES[500])
        headers = dict(error.headers or {}) if isinstance(error, HTTPException) else {}
        visit = _visit_of_unknown_address(portal, pages, request)
        if _wants_json(request):
            response: Response = JSONResponse({"message": visit.t(advice)}, status)
        else:
            response = pages.problem(visit, heading, advice, status=status)
        response.headers.update(headers)
        return response

    return {HTTPException: problem, 500: problem}


def _wants_json(request: Request) -> bool:
    return request.method in ("PUT", "PATCH", "DELETE") or request.url.path.endswith(".json")


def _visit_of_unknown_address(portal: Portal, pages: Pages, request: Request) -> Visit:
    first = request.url.path.split("/")[1]
    code = first if first in LOCALES else preferred_locale(request.headers.get("accept-language", ""))
    return Visit(request, portal, pages, LOCALES[code], "home")


_SENTENCES: dict[int, tuple[Message, Message]] = {
    400: (N_("We could not read that"), N_("Go back and try again, or call 311.")),
    403: (N_("That is not allowed"), N_("Open the page again on this site and try once more.")),
    404: (N_("There is no such page"), N_("Check the address, or begin from the start page.")),
    405: (N_("That does not work here"), N_("Begin from the start page.")),
    413: (
        N_("That is too much at once"),
        N_("Send fewer or smaller photos, and shorter texts. Go back: what you typed is still in the form."),
    ),
    429: (
        N_("Too many tries"),
        N_("Wait a few minutes, then try again. What you typed is still in the form when you go back."),
    ),
    500: (
        N_("Something went wrong on our side"),
        N_(
            "Your report may not have arrived. Go back and send it again: it will not be counted twice. Or call 311."
        ),
    ),
}
