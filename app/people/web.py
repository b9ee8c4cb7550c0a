"""Signing in and out at the desk: plain HTML forms that need no script, and the cookie that says who somebody is."""

import asyncio
import logging
import math
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from urllib.parse import parse_qs, urlencode, urlsplit

from starlette.datastructures import Headers
from starlette.responses import RedirectResponse, Response
from starlette.types import Scope

from app.db.threads import TooBusy, reading, writing
from app.db.turns import Turns
from app.http.answers import PRIVATE, answer
from app.http.forms import form_of
from app.http.guard import counted
from app.http.limits import TooMuch, network_of, stop_after
from app.http.portal import Portal
from app.http.replies import RETRY_SECONDS
from app.http.route import Route
from app.http.visit import Visit
from app.kit.errors import Rejected
from app.kit.ids import hash_token
from app.kit.text import MAX_EMAIL
from app.people import rules as people
from app.people.known_devices import joined, parse_marks
from app.people.models import Person, Role, SignedIn
from app.people.rules import SignInRefused, account_name, is_known_device
from app.people.views import SignInView
from app.reports.references import is_reference
from app.routes import Url, url
from i18n import N_, Message
from i18n.locales import DEFAULT_LOCALE, LOCALES

COOKIE, KNOWN = "desk", "known"
"""Names of the cookies: who is signed in, and who has signed in before on this device."""
LOCKED = "__Host-"
"""Before the name of a cookie for encrypted connections only: no other host can have set it (RFC 6265bis)."""
KNOWN_SECONDS = 400 * 24 * 3600
"""As long as browsers keep any cookie."""
DESK_ROLES = frozenset({Role.DESK, Role.ADMIN})
MOST_FIELDS = 20
AT_ONCE = 2
"""One hash of a password takes 64 MiB for a while: two at a time, however many people ask."""
MOST_SIGNING_IN = 20
"""Sign-ins of one network that may wait for their turn, a second's work; with more it only keeps the server busy."""
MOST_WAITING = 400
"""Of all networks. Known devices find room besides."""

sign_in_log = logging.getLogger("portal.sign_ins")
_hashing = ThreadPoolExecutor(max_workers=AT_ONCE, thread_name_prefix="sign-in")


# --- who is asking ------------------------------------------------------------------------------------------


async def person_of_scope(portal: Portal, scope: Scope) -> Person | None:
    """Who asks, if they are signed in and may work at the desk, for an HTTP request or a websocket (ASGI)."""
    cookies = Headers(scope=scope).get("cookie", "")
    token = token_in(cookies, production=portal.settings.production)
    return await reading(person_with, portal, token) if token else None


def token_in(cookie_header: str, *, production: bool = False) -> str:
    """The sign-in token of a Cookie header, or empty text.

    The name without the prefix is good for trying out only, over plain http: in production whoever is signed in under
    it signs in again.
    """
    return _cookie(cookie_header, COOKIE, production=production)


def _cookie(cookie_header: str, name: str, *, production: bool) -> str:
    # Not by Starlette's reader, which unquotes every value in a time that grows with the square of its length.
    pairs = (pair.partition("=") for pair in cookie_header.split(";"))
    cookies = {key.strip(): value.strip() for key, _, value in pairs}
    return cookies.get(f"{LOCKED}{name}", "" if production else cookies.get(name, ""))


def person_with(portal: Portal, token: str) -> Person | None:
    """Who is signed in with this token and may work at the desk. Remembers that they were there."""
    person = people.person_of(store=portal.people, token=token, now=portal.now())
    return person if person is not None and person.role in DESK_ROLES else None


def signed_in_as(portal: Portal, token: str) -> str:
    """The id of that person, or empty. Asked by a screen that is only open, it keeps no sign-in alive."""
    found = portal.people.session_and_person(hash_token(token)) if token else None
    if found is None:
        return ""
    session, person = found
    valid = session.is_valid(portal.now()) and person.active and person.role in DESK_ROLES
    return person.id if valid else ""


def sign_in_url(path: str, query: str) -> Url:
    """Where somebody who is signed out goes, to come back afterwards to the desk's page at this path."""
    locale = path.split("/")[1]
    sign_in = url("sign_in", locale=locale if locale in LOCALES else DEFAULT_LOCALE)
    return Url(f"{sign_in}?{urlencode({'next': f'{path}?{query}' if query else path})}")


# --- the forms ----------------------------------------------------------------------------------------------


async def show_sign_in(visit: Visit) -> Response:
    """GET `/{locale}/desk/sign-in/?next=…`."""
    if await person_of_scope(visit.portal, visit.request.scope) is not None:
        return _go(_next_url(visit))
    return _form(visit)


async def sign_in(visit: Visit) -> Response:
    """POST to the same: on to the desk with cookies, or the form again with one sentence."""
    return await counted(visit, _sign_in)


async def _sign_in(visit: Visit) -> Response:
    async with form_of(visit.request, fields=MOST_FIELDS) as typed:
        email, password = str(typed.get("email", ""))[:MAX_EMAIL], str(typed.get("password", ""))
    marks = parse_marks(_sent_cookie(visit, KNOWN))
    try:
        signed_in = await _check(visit, email, password, marks)
    except TooMuch as error:
        message = people.too_many_tries(error.seconds)
        return _form(visit, email=email, error=message, status=429, wait=error.seconds)
    except TooBusy:
        return _form(visit, email=email, error=_BUSY, status=503, wait=RETRY_SECONDS)
    except Rejected as rejected:
        return _form(visit, email=email, error=rejected.errors[0].message, status=422)
    await _forget_sign_in(visit)
    response = _go(_next_url(visit))
    # No Max-Age: it ends with the browser, and on the server when its time is over.
    _set_cookie(visit, response, COOKIE, signed_in.token)
    known = joined(signed_in.mark, signed_in.other_marks)
    _set_cookie(visit, response, KNOWN, known, max_age=KNOWN_SECONDS)
    return response


async def _check(visit: Visit, email: str, password: str, marks: list[str]) -> SignedIn:
    """Wait for a turn, and look at the password. Raises Rejected, TooMuch, TooBusy."""
    network, store = network_of(visit.request), visit.portal.people
    known = bool(marks) and await reading(is_known_device, store=store, email=email, marks=marks)
    if not known:
        stop_after(await visit.portal.limits.spend("sign_in", network))
    async with visit.portal.one(_Turns).turn(account_name(email) if known else network, known=known):
        try:
            signed_in = await _check_password(visit, email, password, marks)
        except SignInRefused as refused:
            _write_down("failed", refused.person_id, refused.failures)
            raise
    _write_down("succeeded", signed_in.person_id, signed_in.failures)
    return signed_in


class _Turns(Turns):
    """Who may have their password looked at now, of all who sign in at one portal."""

    def __init__(self, portal: Portal) -> None:
        super().__init__(at_once=AT_ONCE, most_each=MOST_SIGNING_IN, most=MOST_WAITING)


async def sign_out(visit: Visit) -> Response:
    """POST `/{locale}/desk/sign-out/`: from here on the cookie is worth nothing, whoever has it."""
    await _forget_sign_in(visit)
    response = _go(visit.url("sign_in"))
    _set_cookie(visit, response, COOKIE, "", max_age=0)
    return response


def _write_down(outcome: str, person_id: str, failures: int) -> None:
    """A line of the log for each sign-in that was looked at. Who is an id; what strangers type is not written down."""
    sign_in_log.info(
        "sign-in %s: %s, %d failed",
        *(outcome, person_id or "nobody", failures),
        extra={"outcome": outcome, "person": person_id or None, "failures": failures},
    )


_BUSY = N_("Many people are signing in right now. Try again in a minute.")


def _form(
    visit: Visit, *, email: str = "", error: Message | None = None, status: int = 200, wait: float = 0
) -> Response:
    """wait: seconds after which the next try may come, if it may not come at once."""
    action = Url(f"{visit.url('sign_in')}?{urlencode({'next': _next_url(visit)})}")
    view = SignInView(action=action, email=email[:MAX_EMAIL], error=visit.t(error) if error else "")
    page = answer(visit, view, status=status, cache_control=PRIVATE)
    if wait:
        page.headers["retry-after"] = str(math.ceil(wait))
    return page


async def _check_password(visit: Visit, email: str, password: str, marks: list[str]) -> SignedIn:
    """Raises Rejected."""
    ask = partial(
        people.sign_in,
        store=visit.portal.people,
        email=email,
        password=password,
        address=visit.request.client.host if visit.request.client else "",
        now=visit.portal.now(),
        marks=marks,
    )
    return await asyncio.get_running_loop().run_in_executor(_hashing, ask)


async def _forget_sign_in(visit: Visit) -> None:
    if token := _sent_cookie(visit, COOKIE):
        await writing(people.sign_out, store=visit.portal.people, token=token)


def _next_url(visit: Visit) -> Url:
    """Where `next` leads, if that is a page of the desk; else to the queue. Never a word of it is passed on."""
    asked = urlsplit(visit.request.query_params.get("next", "")[:500])
    reference = (parse_qs(asked.query).get("ref") or [""])[0]
    for locale in LOCALES:
        request_page = url("desk_request", locale=locale)
        if asked.path == request_page and is_reference(reference):
            return Url(f"{request_page}?ref={reference}")
        for name in ("desk", "desk_alerts"):
            if asked.path == url(name, locale=locale):
                return url(name, locale=locale)
    return visit.url("desk")


def _go(to: Url) -> RedirectResponse:
    return RedirectResponse(to, status_code=303, headers={"cache-control": PRIVATE})


def _sent_cookie(visit: Visit, name: str) -> str:
    header = visit.request.headers.get("cookie", "")
    return _cookie(header, name, production=visit.portal.settings.production)


def _set_cookie(
    visit: Visit, response: Response, name: str, value: str, *, max_age: int | None = None
) -> None:
    secure = _is_secure(visit)
    response.set_cookie(
        f"{LOCKED}{name}" if secure else name,
        value,
        max_age=max_age,
        path="/",
        httponly=True,
        samesite="strict",
        secure=secure,
    )


def _is_secure(visit: Visit) -> bool:
    """Whether browsers may keep the cookie for encrypted connections only."""
    return visit.portal.settings.production or visit.request.url.scheme == "https"


ROUTES = [
    Route("GET", "sign_in", show_sign_in),
    Route("POST", "sign_in", sign_in),
    Route("POST", "sign_out", sign_out, rate="change"),
]
