"""`/{locale}/accessibility/`: who can use the portal, who cannot yet, how we know, and how to tell us."""

from dataclasses import dataclass
from datetime import date

from babel.dates import format_date

from app.city.views import OfficeView, WayView, office_view
from app.http.views import PageView
from app.http.visit import Visit
from app.routes import Url


@dataclass(frozen=True)
class AccessibilityView(PageView, page="accessibility"):
    """The accessibility statement. reviewed: the day of the last review, in words and as ISO 8601.

    report: where a barrier is reported: to the coordinator, or by a form of ours. coordinator: who answers for
    access, if the city pack says so; form_url: our form besides.
    """

    reviewed: str
    reviewed_iso: str
    report: WayView
    coordinator: OfficeView | None
    form_url: Url


REVIEWED = date(2026, 11, 24)
"""When the whole portal was last looked over; the findings are in docs/accessibility-conformance.md."""
BARRIER = "access"
"""Code of the request type by which a barrier is reported, where a city pack has it."""


def view(visit: Visit) -> AccessibilityView:
    """What the statement says of this city and of our last review."""
    has_type = visit.city.service(BARRIER) is not None
    form_url = visit.url("report_form", service_code=BARRIER) if has_type else visit.url("report")
    rights = visit.city.rights
    coordinator = office_view(visit, rights.ada) if rights and rights.ada else None
    return AccessibilityView(
        reviewed=format_date(REVIEWED, format="long", locale=visit.locale.formats),
        reviewed_iso=REVIEWED.isoformat(),
        report=WayView("", _first_link(coordinator) or form_url),
        coordinator=coordinator,
        form_url=form_url,
    )


def _first_link(office: OfficeView | None) -> Url | None:
    """What leads to the coordinator: a form or page of theirs before an e-mail, that before a call."""
    return next((way.url for way in office.ways if way.url), None) if office else None
