"""Answers a visit with a published page: the page for its view, an ETag, 304 if the visitor has it already."""

from starlette.responses import Response

from app.alerts.views import alerts_tag
from app.http.conditional import VARY, has
from app.http.frame import frame_of
from app.http.pages import compressed
from app.http.views import PageView, ProblemView
from app.http.visit import Visit
from i18n import Message

PUBLIC = "public, no-cache"
"""Anybody may keep it, and asks each time whether it is still so."""
OWN = "private, max-age=0, must-revalidate"
"""For what everybody may see, on a page with something of its own for each browser: that browser (and our worker, which
knows this by its wording) keeps it and asks each time; nobody in between does."""
PRIVATE = "private, no-store"
"""For pages behind a private link or a sign-in: nobody keeps them, shared caches least of all."""
MINE = "private, no-cache"
"""For pages that are different for every visitor but hold nothing secret."""

_OF_REQUESTS = frozenset(("request", "recent", "sent", "manage", "imported"))
"""What people reported is for who looks for it here; a search engine would keep what is hidden later."""


def answer(
    visit: Visit,
    view: PageView,
    *,
    status: int = 200,
    cache_control: str = PUBLIC,
    etag: str | None = None,
) -> Response:
    """Answer with the page that this view is for."""
    headers = {
        "cache-control": cache_control,
        "content-security-policy": visit.pages.security_policy,
        "content-language": visit.locale.code,
    }
    if view.page in _OF_REQUESTS:
        headers["x-robots-tag"] = "noindex"
    if etag is not None:
        headers["etag"] = etag
    html = filled(visit, view).encode()
    return compressed(visit.request, html, "text/html; charset=utf-8", headers=headers, status=status)


def filled(visit: Visit, view: PageView) -> str:
    """The page that this view is for, as text."""
    return visit.pages.fill(view, frame_of(visit))


def etag_of(visit: Visit, *state: object) -> str:
    """A weak ETag (RFC 9110 §8.8.3) of a page that shows this state in this language from this build.

    Alerts stand on every page, so one that comes or ends makes it another page.
    """
    state = (*state, alerts_tag(visit)) if visit.alerts else state
    return f'W/"{visit.pages.version}-{visit.locale.code}-{"-".join(map(str, state))}"'


def unchanged(visit: Visit, etag: str, *, cache_control: str = PUBLIC) -> Response | None:
    """A 304 answer if the visitor has this very page already, else None."""
    if not has(visit.request, etag):
        return None
    return Response(status_code=304, headers={"etag": etag, "cache-control": cache_control, "vary": VARY})


def problem(visit: Visit, heading: Message, advice: Message, *, status: int) -> Response:
    """Answer that something is not as it was asked for, and what to do now."""
    view = ProblemView(heading=visit.t(heading), advice=visit.t(advice))
    return answer(visit, view, status=status, cache_control=MINE)
