"""`/{locale}/accessibility/`: who can use the portal, who cannot yet, how we know, and how to tell us."""

from datetime import date

from babel.dates import format_date
from starlette.responses import Response

from app.http.answers import answer, etag_of, unchanged
from app.http.views import AccessibilityView
from app.http.visit import Visit

REVIEWED = date(2026, 11, 24)
"""When the whole portal was last looked over; the findings are in docs/accessibility-conformance.md."""
BARRIER = "access"
"""Code of the request type by which a barrier is reported, where a city pack has it."""


async def statement(visit: Visit) -> Response:
    """The accessibility statement."""
    etag = etag_of(visit, "accessibility")
    return unchanged(visit, etag) or answer(visit, statement_view(visit), etag=etag)


def statement_view(visit: Visit) -> AccessibilityView:
    """What the statement says of this city and of our last review."""
    has_type = visit.city.service(BARRIER) is not None
    return AccessibilityView(
        reviewed=format_date(REVIEWED, format="long", locale=visit.locale.formats),
        reviewed_iso=REVIEWED.isoformat(),
        report_url=visit.url("report_form", service_code=BARRIER) if has_type else visit.url("report"),
    )
