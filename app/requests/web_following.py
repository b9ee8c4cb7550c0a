"""Following a request: for a phone with a key of its own, and with a plain form on the request's page."""

from functools import partial
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from pydantic import BaseModel, ValidationError
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from app.db.engine import read
from app.db.threads import reading, writing
from app.http.answers import PRIVATE, problem
from app.http.forms import form_of
from app.http.limits import network_of
from app.http.replies import TRY_LATER, TooLarge, media_type, not_found, refusal, reply, try_later
from app.http.route import Route
from app.http.visit import Visit
from app.kit.errors import NotFound, Rejected
from app.requests import labels
from app.requests.follow_keys import parse_key
from app.requests.following import follow, unfollow
from app.requests.store_nearby import follows, id_of
from app.routes import Url
from i18n import N_

MOST_FIELDS = 10
LONGEST_VALUE = 1_000
"""Bytes of one value of the form."""


class _Sent(BaseModel):
    key: str


async def add(visit: Visit) -> Response:
    """POST `/requests/{reference}/follow` with JSON `{"key": "…"}`, 22 characters of base64url (128 random bits).

    The answer is `{"reference", "following", "followers", "followed"}`, the last one in words. The same key again
    changes nothing. 404: there is no such request, or nothing of it is public; 409: the city has finished it.
    """
    if media_type(visit.request) != "application/json":
        return refusal(visit, 415, "media_type", N_("Send the key as JSON (application/json)."))
    try:
        key = parse_key(_Sent.model_validate_json(await visit.request.body()).key)
    except (ValidationError, TooLarge):
        key = None
    if key is None:
        return refusal(
            visit, 400, "key", N_("We could not read the key. Open the page again and try once more.")
        )
    return await _answer(visit, key, following=True)


async def remove(visit: Visit) -> Response:
    """DELETE the same, with `Authorization: Bearer` and the key: forget that its owner follows the request."""
    scheme, _, token = visit.request.headers.get("authorization", "").partition(" ")
    key = parse_key(token.strip())
    if key is None or scheme.lower() != "bearer":
        return not_found(visit)
    return await _answer(visit, key, following=False)


async def _answer(visit: Visit, key: str, *, following: bool) -> Response:
    try:
        followers = await _change(visit, key, following=following)
    except NotFound:
        return not_found(visit)
    except Rejected as rejected:
        return refusal(visit, 409, "finished", rejected.errors[0].message)
    except TRY_LATER as error:
        return try_later(visit, error)
    content: dict[str, Any] = {
        "reference": visit.params["reference"],
        "following": following,
        "followers": followers,
        "followed": labels.followed(followers, visit.t),
    }
    return reply(content, headers={"vary": "accept-language", "content-language": visit.locale.code})


async def _change(visit: Visit, key: str, *, following: bool) -> int:
    """Raises NotFound, Rejected."""
    portal, reference = visit.portal, visit.params["reference"]
    change = partial(unfollow, store=portal.requests)
    if following:
        counted = await reading(_may_be_new, visit, key) and await visit.portal.limits.counts_as_follower(
            reference, network_of(visit.request)
        )
        change = partial(follow, store=portal.requests, city=portal.city, counted=counted)
    return await writing(change, reference=reference, key=key, now=portal.now())


# --- with a plain form --------------------------------------------------------------------------------------


async def change(visit: Visit) -> Response:
    """POST to the request's page: follow it, or stop following; then back to the page, which says so.

    The page's address then holds the key, because without script nothing else can remember it.
    """
    async with form_of(visit.request, fields=MOST_FIELDS, longest=LONGEST_VALUE) as form:
        key, action = parse_key(str(form.get("key", ""))), str(form.get("action", ""))
    if key is None or action not in ("follow", "unfollow"):
        raise HTTPException(HTTPStatus.BAD_REQUEST)
    page = visit.url("request", reference=visit.params["reference"])
    try:
        await _change(visit, key, following=action == "follow")
    except NotFound:
        # The page says it kindly.
        return RedirectResponse(page, status_code=303)
    except Rejected as rejected:
        heading = N_("You cannot follow this request any more")
        return problem(visit, heading, rejected.errors[0].message, status=409)
    back = Url(f"{page}?{urlencode({'key': key})}")
    return RedirectResponse(back, status_code=303, headers={"cache-control": PRIVATE})


def _may_be_new(visit: Visit, key: str) -> bool:
    """Whether somebody would begin to follow a request that there is."""
    with read(visit.portal.engine) as connection:
        request_id = id_of(connection, visit.params["reference"])
        return request_id is not None and not follows(connection, request_id, key)


ROUTES = [
    Route("POST", "request", change, rate="change"),
    Route("POST", "follow", add, rate="change"),
    Route("DELETE", "follow", remove, rate="change"),
]
