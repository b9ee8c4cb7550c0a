"""Answers in JSON, for the doors through which no page comes, and how much each door takes."""

import logging
from collections.abc import Mapping
from http import HTTPStatus
from types import MappingProxyType
from typing import Any

from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from app.db.threads import TooBusy
from app.http.visit import Visit
from app.kit.incidents import describe
from i18n import N_, Message

TRY_LATER = (OSError, OperationalError, InterfaceError, PoolTimeout, TooBusy)
"""Trouble of ours that passes: a full disk, a busy or unreachable database."""
RETRY_SECONDS = 20
MOST_FORM_BYTES = 80 * 1024 * 1024
"""Of a form with files: five photos of 15 MB, and the texts."""
MOST_STEP_BYTES = 1024 * 1024
"""Of one step of a photo. Our own pages send 64 KiB at a time, so that a bad connection loses little."""
MOST_BYTES = 64 * 1024
"""Of everything else: three times what the longest texts of a report take."""

_log = logging.getLogger(__name__)


class TooLarge(HTTPException):
    """More was sent than the door takes; raised while a request is read (app/http/sizes.py, BodyLimit)."""

    def __init__(self) -> None:
        super().__init__(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)


class TooSlow(HTTPException):
    """A body comes so slowly, or not at all, that it is not waited for (app/http/underway.py)."""

    def __init__(self) -> None:
        super().__init__(HTTPStatus.REQUEST_TIMEOUT, headers={"connection": "close"})


class Crowded(HTTPException):
    """So much is arriving at once that there is no room for more (app/http/underway.py)."""

    def __init__(self) -> None:
        headers = {"connection": "close", "retry-after": str(RETRY_SECONDS)}
        super().__init__(HTTPStatus.SERVICE_UNAVAILABLE, headers=headers)


def reply(content: Any, status: int = 200, *, headers: Mapping[str, str] | None = None) -> Response:
    """Answer with JSON that nobody keeps."""
    return JSONResponse(content, status, {"cache-control": "private, no-store", **(headers or {})})


def refusal(
    visit: Visit,
    status: int,
    error: str,
    message: Message,
    *,
    headers: Mapping[str, str] | None = None,
    about: Mapping[str, str] = MappingProxyType({}),
) -> Response:
    """Answer why something was not done: `{"error", "message"}`, the message in the visitor's language.

    about: what a device has sent, by its id and its hash. By these it knows that the answer is ours, and not one
    of a network in between.
    """
    return reply({**about, "error": error, "message": visit.t(message)}, status, headers=headers)


def not_found(visit: Visit, about: Mapping[str, str] = MappingProxyType({})) -> Response:
    """There is no such thing, or whoever asks may not know of it. about: see `refusal`."""
    return refusal(visit, 404, "not_found", N_("There is nothing at this address."), about=about)


def try_later(visit: Visit, error: BaseException) -> Response:
    """Our own trouble: say when to come again, and tell whoever runs the server."""
    log_delay(visit, error)
    return later(visit)


def log_delay(visit: Visit, error: BaseException) -> None:
    """Tell whoever runs the server that something has to wait, and why."""
    _log.error("%s has to wait: %s", visit.route, describe(error))


def later(visit: Visit) -> Response:
    """Say that it did not work, and when to come again."""
    message = N_("We cannot take this right now. Please try again in a minute.")
    return refusal(visit, 503, "later", message, headers={"retry-after": str(RETRY_SECONDS)})


def media_type(request: Request) -> str:
    """What the body says it is, without parameters, in lower case."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()
