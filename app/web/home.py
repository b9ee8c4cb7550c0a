"""The start page, the list of report types, and the page about privacy."""

from starlette.responses import RedirectResponse, Response

from app.city.search import find_services
from app.domain.services import Service
from app.routes import Url, anchor, url
from app.web.pages import MINE
from app.web.views import GroupView, HomeView, PrivacyView, ReportView, ServiceView
from app.web.visit import Visit, preferred_locale

LONGEST_QUERY = 200


async def root(visit: Visit) -> Response:
    """`/`: on to the visitor's own language."""
    locale = preferred_locale(visit.request.headers.get("accept-language", ""))
    headers = {"vary": "accept-language", "cache-control": MINE}
    return RedirectResponse(url("home", locale=locale), status_code=302, headers=headers)


async def home(visit: Visit) -> Response:
    """`/{locale}/`."""
    etag = visit.pages.etag(visit, "home")
    return visit.pages.unchanged(visit, etag) or visit.pages.answer(
        visit, "home", HomeView(groups=_groups(visit)), etag=etag
    )


async def choose(visit: Visit) -> Response:
    """`/{locale}/report/`: all types, and what the search found."""
    query = " ".join(visit.request.query_params.get("q", "")[:LONGEST_QUERY].split())
    found = find_services(visit.city, query, visit.t) if query else []
    view = ReportView(
        query=query, found=[_service(visit, service) for service in found], groups=_groups(visit)
    )
    if query:
        return visit.pages.answer(visit, "report", view, cache_control=MINE)
    etag = visit.pages.etag(visit, "report")
    return visit.pages.unchanged(visit, etag) or visit.pages.answer(visit, "report", view, etag=etag)


async def privacy(visit: Visit) -> Response:
    """`/{locale}/privacy/`."""
    etag = visit.pages.etag(visit, "privacy")
    return visit.pages.unchanged(visit, etag) or visit.pages.answer(
        visit, "privacy", PrivacyView(city=visit.city.name), etag=etag
    )


def _groups(visit: Visit) -> list[GroupView]:
    return [
        GroupView(
            id=group.code,
            name=visit.t(group.name),
            url=Url(visit.url("report") + anchor(group.code)),
            services=[_service(visit, service) for service in visit.city.services_in(group.code)],
        )
        for group in visit.city.groups
    ]


def _service(visit: Visit, service: Service) -> ServiceView:
    return ServiceView(
        name=visit.t(service.service_name),
        description=visit.t(service.description),
        url=visit.url("report_form", service_code=service.service_code),
    )
