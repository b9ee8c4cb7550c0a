"""`/{locale}/away/`: what phones show for a page that they do not have and cannot get."""

from starlette.responses import Response

from app.http.answers import answer, etag_of, unchanged
from app.http.route import Route
from app.http.views import ProblemView
from app.http.visit import Visit
from i18n import N_


async def show(visit: Visit) -> Response:
    """The page, for phones to keep."""
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


ROUTES = [
    Route("GET", "away", show),
]
