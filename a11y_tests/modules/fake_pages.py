"""Pages that the stand-in city shows: the report form as the server fills it, and small ones of its own."""

from types import SimpleNamespace
from typing import Any

from starlette.requests import Request

from app.city.city import City
from app.http.answers import filled
from app.http.pages import Pages
from app.http.visit import Visit
from app.kit.errors import FieldError
from app.reports.submissions import Draft, make_draft
from app.reports.views import Typed, form_view
from app.reports.views_pages import DraftPhotoView
from app.routes import Url
from i18n import N_
from i18n.locales import LOCALES


def form_page(
    pages: Pages,
    city: City,
    locale: str,
    code: str,
    query: dict[str, str],
    values: dict[str, list[str]] | None = None,
) -> str:
    """The published report form, as the server fills it."""
    visit = visit_to(pages, city, locale, "report_form", service_code=code)
    service = city.service(code)
    assert service is not None
    errors = []
    if "errors" in query:
        errors = [
            FieldError(
                "attribute[SIZE]", N_("Choose an answer: %(question)s", question=N_("How big is it?"))
            ),
            FieldError("email", N_("Check the email address.")),
        ]
    kept = [DraftPhotoView("ab" * 32, Url("/kept.webp"), "A tree")] if "kept" in query else []
    draft = (
        Draft(query["id"], make_draft().reference, make_draft().manage_token)
        if "id" in query
        else make_draft()
    )
    view = form_view(visit, service, draft, typed=Typed(values or {}, kept), errors=errors)
    html = filled(visit, view)
    return html.replace('dir="ltr"', 'dir="rtl"', 1) if "rtl" in query else html


def visit_to(pages: Pages, city: City, locale: str, route: str, **params: str) -> Visit:
    """Somebody opens a page."""
    scope = {
        "type": "http",
        "method": "GET",
        "path": "/",
        "query_string": b"",
        "headers": [],
        "server": ("127.0.0.1", 80),
    }
    portal: Any = SimpleNamespace(city=city, alerts=SimpleNamespace(on_now=tuple))
    return Visit(Request(scope), portal, pages, LOCALES[locale], route, params)


_FRAME = """<!doctype html><html lang="en" dir="ltr"><head><meta charset="utf-8"><title>Own page</title>
<script type="module" src="/static/x/%s"></script></head><body><main>%s</main></body></html>"""

OWN_PAGES = {
    "status": _FRAME
    % (
        "status.js",
        """<live-status data-changed="The page has been updated: {status}"><p role="status" data-part="said"></p>
<div data-part="live" data-status="STATUS"><h1>Request</h1><p><strong>STATUS</strong></p>
<p><a href="/somewhere">Somewhere</a></p><ol><li>STATUS <a href="/photo">Photo</a></li></ol></div></live-status>""",
    ),
    "receipt": _FRAME
    % (
        "receipt.js",
        """<h1>Sent</h1><copy-text data-sent-number="4829135570246" data-copied="Copied." data-selected="The number is selected. Copy it as you usually do.">
<p data-part="text">482 913 557 0246</p><p role="status" data-part="said"></p><template data-part="buttons">
<p class="row no-print"><button type="button" data-act="copy">Copy</button> <button type="button" data-act="print">Print</button></p>
</template></copy-text>""",
    ),
}
