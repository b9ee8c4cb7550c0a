"""The portal's HTTP side as one Starlette application: which handler answers which route."""

import logging
from collections.abc import Awaitable, Callable, Mapping

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from app.alerts import web as alerts
from app.http.answers import problem as problem_page
from app.http.built import Build
from app.http.files import OwnFiles
from app.http.limits import Limits
from app.http.metrics import metrics_of
from app.http.origin import SAFE_METHODS
from app.http.pages import Pages
from app.http.portal import Portal
from app.http.replies import RETRY_SECONDS, TRY_LATER
from app.http.slashes import Slashes
from app.http.spooled import PortalRequest
from app.http.visit import Visit, preferred_locale
from app.kit.incidents import describe
from app.maps.web import Maps
from app.offline import web as pack
from app.offline import web_install as install
from app.offline.web_install import Manifests
from app.people import web as desk
from app.photos import web as media
from app.photos.tasks import PhotosUnavailable
from app.places import web as places
from app.reports import web as report
from app.reports import web_choose as choosing
from app.reports import web_copies as imports
from app.reports import web_devices as intake
from app.reports import web_nearby as reported
from app.reports import web_photos as uploads
from app.reports.web_copies import Imports
from app.requests import web as tracking
from app.requests import web_manage as manage
from app.requests import web_qr as qr
from app.requests import web_recent as recent
from app.requests import web_sent as receipt
from app.requests import web_standing as standing
from app.requests.web_following import Following
from app.requests.web_map import RecentMap
from app.routes import ROUTES
from app.site import accessibility, away, home, mine, privacy, rights, styleguide
from app.site.security_txt import SecurityTxt
from i18n import N_, Message
from i18n.locales import LOCALES

Handler = Callable[[Visit], Awaitable[Response]]

_log = logging.getLogger(__name__)

GET: dict[str, Handler] = {
    "home": home.show,
    "report": choosing.show,
    "report_form": report.show,
    "import_reports": imports.show,
    "requests": tracking.look_up,
    "request": tracking.show,
    "sent": receipt.show,
    "manage": manage.show,
    "qr": qr.private_link,
    "recent": recent.show,
    "alerts": alerts.show,
    "mine": mine.show,
    "away": away.show,
    "privacy": privacy.show,
    "accessibility": accessibility.statement,
    "rights": rights.show,
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
    ("POST", "manage", "change", manage.change),
    ("POST", "sign_out", "change", desk.sign_out),
    ("PUT", "submit", "report", intake.submit_report),
    ("POST", "standings", "standing", standing.show_several),
    ("HEAD", "upload", "upload", uploads.upload_photo),
    ("PATCH", "upload", "upload", uploads.upload_photo),
]
"""What answers a change: method, route, the rate that limits it (app.http.limits), handler."""


def site(portal: Portal, build: Build) -> ASGIApp:
    """The application that serves everything except the live screens."""
    pages = Pages(build, portal.city, tile_origin=portal.settings.tile_origin)
    application = Starlette(
        routes=_routes(portal, pages, build),
        exception_handlers=_problems(portal, pages),
    )
    application.router.default = Slashes(application.router)
    return application


def _routes(portal: Portal, pages: Pages, build: Build) -> list[Route]:
    files, recent_map, maps = OwnFiles(build.folder), RecentMap(portal), Maps(portal)
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
    routes += [Route(ROUTES[name], _health, name=name) for name in ("health", "live")]
    routes.append(Route(ROUTES["metrics"], metrics_of(portal), name="metrics"))
    routes.append(Route(ROUTES["ready"], _ready(portal), name="ready"))
    security_txt = SecurityTxt(portal.settings)
    routes.append(Route(ROUTES["security_txt"], security_txt.file, name="security_txt"))
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

    async def with_our_forms(request: Request) -> Response:
        return await endpoint(PortalRequest(request.scope, request.receive, portal.incoming))

    return with_our_forms


def _visit(portal: Portal, pages: Pages, request: Request, name: str) -> Visit | None:
    params = dict(request.path_params)
    code = params.pop("locale", None) or preferred_locale(request.headers.get("accept-language", ""))
    locale = LOCALES.get(code)
    return None if locale is None else Visit(request, portal, pages, locale, name, params)


async def _health(request: Request) -> Response:
    return JSONResponse({"status": "ok"}, headers={"cache-control": "no-store"})


def _ready(portal: Portal) -> Callable[[Request], Awaitable[Response]]:
    async def ready(request: Request) -> Response:
        """200 if people may be sent here; else 503 and what is in the way."""
        problems = await portal.readiness.problems()
        content = {"status": "not ready", "because": problems} if problems else {"status": "ready"}
        return JSONResponse(content, 503 if problems else 200, {"cache-control": "no-store"})

    return ready


def _problems(
    portal: Portal, pages: Pages
) -> dict[int | type[Exception], Callable[..., Awaitable[Response]]]:
    """How routes and middleware say no: a page for people, JSON for programs."""

    async def problem(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        headers = dict(error.headers or {}) if isinstance(error, HTTPException) else {}
        return answer(request, status, headers)

    async def later(request: Request, error: Exception) -> Response:
        """Our own trouble that passes, on any page: when to come again, and a line for whoever runs the server."""
        _log.error("%s has to wait: %s", _route(request), describe(error))
        return answer(request, 503, {"retry-after": str(RETRY_SECONDS)})

    def answer(request: Request, status: int, headers: Mapping[str, str]) -> Response:
        heading, advice = _sentences(status, sends=_may_have_sent_something(request))
        visit = _visit_of_unknown_address(portal, pages, request)
        advice = Message(advice.text, {"phone": visit.city.contact.phone})
        if _wants_json(request):
            response: Response = JSONResponse({"message": visit.t(advice)}, status)
        else:
            response = problem_page(visit, heading, advice, status=status)
        response.headers.update(headers)
        return response

    return {HTTPException: problem, 500: problem, **dict.fromkeys((*TRY_LATER, PhotosUnavailable), later)}


def _route(request: Request) -> str:
    return getattr(request.scope.get("route"), "name", None) or "-"


def _may_have_sent_something(request: Request) -> bool:
    """Whether something that a person wrote may be lost: not for who only looks, or signs in."""
    return request.method not in SAFE_METHODS and _route(request) not in ("sign_in", "sign_out")


def _sentences(status: int, *, sends: bool) -> tuple[Message, Message]:
    if status >= 500:
        return _SENTENCES[500][0], _SENTENCES[500][1] if sends else _AGAIN
    return _SENTENCES.get(status, _SENTENCES[400])


def _wants_json(request: Request) -> bool:
    return request.method in ("PUT", "PATCH", "DELETE") or request.url.path.endswith(".json")


def _visit_of_unknown_address(portal: Portal, pages: Pages, request: Request) -> Visit:
    first = request.url.path.split("/")[1]
    code = first if first in LOCALES else preferred_locale(request.headers.get("accept-language", ""))
    return Visit(request, portal, pages, LOCALES[code], "home")


_AGAIN = N_("Please try again in a minute. Or call %(phone)s.")
_SENTENCES: dict[int, tuple[Message, Message]] = {
    400: (N_("We could not read that"), N_("Go back and try again, or call %(phone)s.")),
    403: (N_("That is not allowed"), N_("Open the page again on this site and try once more.")),
    404: (N_("There is no such page"), N_("Check the address, or begin from the start page.")),
    405: (N_("That does not work here"), N_("Begin from the start page.")),
    408: (
        N_("That took too long to arrive"),
        N_("Your connection is slow right now. Go back and try again: what you typed is still in the form."),
    ),
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
            "Your report may not have arrived. Go back and send it again: it will not be counted twice. "
            "Or call %(phone)s."
        ),
    ),
}
