"""How routes and layers say no: a page for people, JSON for programs."""

import logging
from collections.abc import Awaitable, Callable, Mapping

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from app.http.answers import problem as problem_page
from app.http.origin import SAFE_METHODS
from app.http.pages import Pages
from app.http.portal import Portal
from app.http.replies import RETRY_SECONDS, TRY_LATER
from app.http.visit import Visit, preferred_locale
from app.kit.incidents import describe
from app.photos.tasks import PhotosUnavailable
from i18n import N_, Message
from i18n.locales import LOCALES

_log = logging.getLogger(__name__)

Problems = dict[int | type[Exception], Callable[..., Awaitable[Response]]]


def problems(portal: Portal, pages: Pages) -> Problems:
    """The answers of one portal, by status or exception."""

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
