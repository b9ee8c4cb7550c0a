"""Signing in and out at the desk: plain HTML forms that need no script, and the cookie that says who somebody is."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from urllib.parse import parse_qs, urlencode, urlsplit

from starlette.datastructures import Headers
from starlette.responses import RedirectResponse, Response
from starlette.types import Scope

from app.domain import people
from app.domain.errors import Rejected
from app.domain.ids import hash_token
from app.domain.people import Person, Role, SignedIn
from app.domain.references import is_reference
from app.domain.text import MAX_EMAIL
from app.routes import Url, url
from app.storage.threads import reading, writing
from app.web.forms import form_of
from app.web.pages import PRIVATE
from app.web.portal import Portal
from app.web.views import SignInView
from app.web.visit import Visit
from i18n import N_, Message
from i18n.locales import DEFAULT_LOCALE, LOCALES

COOKIE = "desk"
DESK_ROLES = frozenset({Role.DESK, Role.ADMIN})
MOST_FIELDS = 20
MOST_SIGNING_IN = 20
"""Sign-ins that may wait for their turn; with more than that somebody is only keeping the server busy."""

# One hash of a password takes 64 MiB for a while: two at a time, however many people ask.
_hashing = ThreadPoolExecutor(max_workers=2, thread_name_prefix="sign-in")
_signing_in = 0


# --- who is asking ------------------------------------------------------------------------------------------


async def person_of_scope(portal: Portal, scope: Scope) -> Person | None:
    """Who asks, if they are signed in and may work at the desk, for an HTTP request or a websocket (ASGI)."""
    token = token_in(Headers(scope=scope).get("cookie", ""))
    return await reading(person_with, portal, token) if token else None


def token_in(cookie_header: str) -> str:
    """The sign-in token of a Cookie header, or empty text."""
    # Not by Starlette's reader, which unquotes every value in a time that grows with the square of its length.
    pairs = (pair.partition("=") for pair in cookie_header.split(";"))
    return next((value.strip() for name, _, value in reversed(list(pairs)) if name.strip() == COOKIE), "")


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
    """POST to the same: on to the desk with a cookie, or the form again with one sentence."""
    async with form_of(visit.request, fields=MOST_FIELDS) as typed:
        email, password = str(typed.get("email", "")), str(typed.get("password", ""))
    if _signing_in >= MOST_SIGNING_IN:
        return _form(visit, email=email, error=_BUSY, status=503)
    try:
        signed_in = await _check_password(visit, email, password)
    except Rejected as rejected:
        return _form(visit, email=email, error=rejected.errors[0].message, status=422)
    await _forget_sign_in(visit)
    response = _go(_next_url(visit))
    # No Max-Age: it ends with the browser, and on the server when its time is over.
    response.set_cookie(
        COOKIE, signed_in.token, path="/", httponly=True, samesite="strict", secure=_is_secure(visit)
    )
    return response


async def sign_out(visit: Visit) -> Response:
    """POST `/{locale}/desk/sign-out/`: from here on the cookie is worth nothing, whoever has it."""
    await _forget_sign_in(visit)
    response = _go(visit.url("sign_in"))
    response.delete_cookie(COOKIE, path="/", httponly=True, samesite="strict", secure=_is_secure(visit))
    return response


_BUSY = N_("Many people are signing in right now. Try again in a minute.")


def _form(visit: Visit, *, email: str = "", error: Message | None = None, status: int = 200) -> Response:
    action = Url(f"{visit.url('sign_in')}?{urlencode({'next': _next_url(visit)})}")
    view = SignInView(action=action, email=email[:MAX_EMAIL], error=visit.t(error) if error else "")
    return visit.pages.answer(visit, "sign_in", view, status=status, cache_control=PRIVATE)


async def _check_password(visit: Visit, email: str, password: str) -> SignedIn:
    """Raises Rejected."""
    global _signing_in
    ask = partial(
        people.sign_in,
        store=visit.portal.people,
        email=email[:MAX_EMAIL],
        password=password,
        address=visit.request.client.host if visit.request.client else "",
        now=visit.portal.now(),
    )
    _signing_in += 1
    try:
        return await asyncio.get_running_loop().run_in_executor(_hashing, ask)
    finally:
        _signing_in -= 1


async def _forget_sign_in(visit: Visit) -> None:
    if token := token_in(visit.request.headers.get("cookie", "")):
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


def _is_secure(visit: Visit) -> bool:
    """Whether browsers may keep the cookie for encrypted connections only."""
    return visit.portal.settings.production or visit.request.url.scheme == "https"
