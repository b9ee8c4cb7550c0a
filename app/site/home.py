"""The start page, the list of report types, and the page about privacy."""

from starlette.responses import RedirectResponse, Response

from app.city.search import find_services
from app.city.views import groups, service_view
from app.http.answers import MINE, answer, etag_of, unchanged
from app.http.views import HomeView, MineView, PrivacyView, ProblemView, ReportView
from app.http.visit import Visit, preferred_locale
from app.photos.tasks import KEPT_FOR
from app.routes import Url, url
from i18n import N_

LONGEST_QUERY = 200


async def root(visit: Visit) -> Response:
    """`/`: on to the visitor's own language."""
    locale = preferred_locale(visit.request.headers.get("accept-language", ""))
    headers = {"vary": "accept-language", "cache-control": MINE}
    return RedirectResponse(url("home", locale=locale), status_code=302, headers=headers)


async def home(visit: Visit) -> Response:
    """`/{locale}/`."""
    etag = etag_of(visit, "home")
    return unchanged(visit, etag) or answer(visit, HomeView(groups=groups(visit)), etag=etag)


async def choose(visit: Visit) -> Response:
    """`/{locale}/report/`: all types, and what the search found."""
    query = " ".join(visit.request.query_params.get("q", "")[:LONGEST_QUERY].split())
    found = find_services(visit.city, query, visit.t) if query else []
    view = ReportView(
        query=query, found=[service_view(visit, service) for service in found], groups=groups(visit)
    )
    if query:
        return answer(visit, view, cache_control=MINE)
    etag = etag_of(visit, "report")
    return unchanged(visit, etag) or answer(visit, view, etag=etag)


async def privacy(visit: Visit) -> Response:
    """`/{locale}/privacy/`."""
    etag = etag_of(visit, "privacy")
    return unchanged(visit, etag) or answer(visit, privacy_view(visit), etag=etag)


def privacy_view(visit: Visit) -> PrivacyView:
    """What the page about privacy says of our rules."""
    t = visit.t
    retention = [
        t(rule.kept.words, period=t(rule.words), schedule=rule.schedule) for rule in visit.city.retention
    ]
    return PrivacyView(days=KEPT_FOR.days, retention=retention)


async def mine(visit: Visit) -> Response:
    """`/{locale}/mine/`: the same for everybody, since only the phone knows what is on it."""
    etag = etag_of(visit, "mine")
    return unchanged(visit, etag) or answer(visit, mine_view(visit), etag=etag)


def mine_view(visit: Visit) -> MineView:
    """What the page of a phone's own requests needs to know of our addresses."""
    return MineView(
        types=" ".join(service.service_code for service in visit.city.services),
        form_url=Url(f"{visit.url('report_form', service_code='CODE')}?draft=ID"),
        request_url=visit.url("request", reference="REFERENCE"),
        manage_url=visit.url("manage", reference="REFERENCE", token="TOKEN"),  # noqa: S106
    )


async def away(visit: Visit) -> Response:
    """`/{locale}/away/`: what phones show for a page that they do not have and cannot get."""
    etag = etag_of(visit, "away")
    return unchanged(visit, etag) or answer(visit, away_view(visit), etag=etag)


def away_view(visit: Visit) -> ProblemView:
    """Says that there is no connection, and what can be done all the same."""
    return ProblemView(
        heading=visit.t(N_("This page needs a connection")),
        advice=visit.t(
            N_(
                "You can report a problem, go on with a draft or look at your requests without one, "
                "or call %(phone)s.",
                phone=visit.city.contact.phone,
            )
        ),
    )
