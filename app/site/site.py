"""The portal's HTTP side as one Starlette application. What is answered where, each capability says itself."""

from collections.abc import Awaitable, Callable
from importlib import import_module
from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route as Rule
from starlette.types import ASGIApp

from app.http.built import Build
from app.http.guard import limited
from app.http.pages import Pages
from app.http.portal import Portal
from app.http.route import Route
from app.http.slashes import Slashes
from app.http.spooled import PortalRequest
from app.http.visit import Visit, preferred_locale
from app.routes import ROUTES as ADDRESSES
from app.site.problems import problems
from i18n.locales import LOCALES

APP = Path(__file__).parents[1]


def site(portal: Portal, build: Build) -> ASGIApp:
    """The application that serves everything except the live screens."""
    pages = Pages(build, portal.city, tile_origin=portal.settings.tile_origin)
    routes = [route for route in declared() if not (route.workshop and portal.settings.production)]
    application = Starlette(
        routes=[_rule(portal, pages, route) for route in sorted(routes, key=_order)],
        exception_handlers=problems(portal, pages),
    )
    application.router.default = Slashes(application.router)
    return application


def declared() -> list[Route]:
    """All that the portal answers: the `ROUTES` of every `web` module of a capability (`web.py`, `web_*.py`)."""
    files = sorted([*APP.glob("*/web.py"), *APP.glob("*/web_*.py")])
    modules = [import_module(f"app.{file.parent.name}.{file.stem}") for file in files]
    return [route for module in modules for route in getattr(module, "ROUTES", ())]


def _order(route: Route) -> tuple[bool, bool]:
    """Changes before looks, and addresses of their own before those whose first word is taken for a language."""
    return route.method == "GET", ADDRESSES[route.name].startswith("/{locale}/")


def _rule(portal: Portal, pages: Pages, route: Route) -> Rule:
    endpoint = _endpoint(portal, pages, route)
    return Rule(ADDRESSES[route.name], endpoint, methods=[route.method], name=route.name)


def _endpoint(portal: Portal, pages: Pages, route: Route) -> Callable[[Request], Awaitable[Response]]:
    handler = limited(route.rate, route.handler) if route.rate else route.handler

    async def endpoint(request: Request) -> Response:
        ours = PortalRequest(request.scope, request.receive, portal.incoming)
        visit = _visit(portal, pages, ours, route.name)
        if visit is None:
            raise HTTPException(404)
        if not route.watch:
            await portal.alerts.refresh()
        return await handler(visit)

    return endpoint


def _visit(portal: Portal, pages: Pages, request: Request, name: str) -> Visit | None:
    """The visit; None if the address begins with no language of ours."""
    params = dict(request.path_params)
    code = params.pop("locale", None) or preferred_locale(request.headers.get("accept-language", ""))
    locale = LOCALES.get(code)
    return None if locale is None else Visit(request, portal, pages, locale, name, params)
